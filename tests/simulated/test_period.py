"""A simulated period, from publish to the closing of its ledger: every hour once, no rule broken unsigned, each call-in
by the contract, one unit for everybody and a watch for every unit, and a fact for all that was not as published.

What happens in it, how often, and what checks it: docs/period.md. Each class is one period: it is lived by one process.
"""

import json
from datetime import timedelta

import pytest

from muster.services.record import verify
from tests.simulated.checks import call_faults, ledger_faults, roster_faults, rule_faults, unity_faults
from tests.simulated.conftest import SMALL, Lived, Living
from tests.simulated.life import TOURS

SMALLS = (("sqlite", SMALL), ("postgresql", SMALL))


@pytest.fixture(scope="class")
def period(request: pytest.FixtureRequest, living: Living) -> Lived:
    """A period that was lived to its end."""
    return living(*request.param)


class Checks:
    """What holds of every period that was lived to its end."""

    def test_every_minute_of_everybody_stands_in_the_ledger_once_as_the_facts_have_it(self, period: Lived) -> None:
        assert period.life.see(lambda views: list(ledger_faults(views, period.hours))) == []

    def test_no_hours_rule_is_broken_without_a_waiver_and_rest_that_is_owed_is_had(self, period: Lived) -> None:
        assert rule_faults(period.evidence, period.hours) == []

    def test_every_call_in_goes_to_whom_the_contract_names_by_what_was_known_then(self, period: Lived) -> None:
        assert call_faults(period.evidence) == []

    def test_everybody_on_duty_has_one_unit_and_every_unit_a_watch_at_every_roll_call(self, period: Lived) -> None:
        assert unity_faults(period.evidence, period.life.told) == []

    def test_all_that_was_worked_otherwise_than_published_has_a_fact_that_explains_it(self, period: Lived) -> None:
        assert roster_faults(period.evidence, period.hours) == []

    def test_the_chain_of_the_record_is_whole(self, period: Lived) -> None:
        assert period.life.see(verify).whole

    def test_each_tour_had_its_roll_called_and_one_night_lasts_an_hour_longer(self, period: Lived) -> None:
        life = period.life
        called = {s.key for s in period.evidence.facts if s.kind == "roll_call.taken"}
        assert len(called) == len(TOURS) * life.days
        lengths = {life.turn(TOURS[0], day).end - life.turn(TOURS[0], day).start for day in life.dates}
        assert lengths == {timedelta(hours=8, minutes=35), timedelta(hours=9, minutes=35)}


@pytest.mark.parametrize("period", SMALLS, ids=["sqlite", "postgresql"], indirect=True, scope="class")
class TestOf60MembersAndTwoWeeks(Checks):
    def test_the_same_seed_lives_the_same_period_on_both_databases(self, period: Lived, living: Living) -> None:
        other = next(living(*each) for each in SMALLS if living(*each) is not period)
        lives = [period.evidence.facts, other.evidence.facts]
        first, second = ([(s.seq, s.kind, s.key, _unsealed(s.body)) for s in facts] for facts in lives)
        assert first == second


def _unsealed(body: object) -> str:
    """A body without its tokens, whose salt is drawn anew each time."""
    text = json.dumps(body, sort_keys=True)
    return ",".join(part for part in text.split(",") if "sealed:" not in part)
