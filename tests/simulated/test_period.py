"""A simulated period, from publish to the closing of its ledger: every hour once, no rule broken unsigned, each call-in
by the contract, one unit for everybody and a watch for every unit, and a fact for all that was not as published.

What happens in it, how often, and what checks it: docs/period.md.
"""

import json
from collections import Counter
from datetime import timedelta

import pytest

from muster.services.record import verify
from tests.simulated.checks import call_faults, ledger_faults, roster_faults, rule_faults, unity_faults
from tests.simulated.conftest import SMALL, WHOLE, Lived, Living
from tests.simulated.life import TOURS

PERIODS = (("sqlite", WHOLE), ("sqlite", SMALL), ("postgresql", SMALL))


@pytest.fixture(scope="module", params=PERIODS, ids=["290 for 28 days", "60 for 14 days", "60 on PostgreSQL"])
def period(request: pytest.FixtureRequest, living: Living) -> Lived:
    """A period that was lived to its end."""
    return living(*request.param)


def test_every_minute_of_every_member_stands_in_the_ledger_once_and_as_the_facts_have_it(period: Lived) -> None:
    assert period.life.see(lambda views: list(ledger_faults(views, period.hours))) == []


def test_no_hours_rule_is_broken_without_a_waiver_and_rest_that_is_owed_is_had(period: Lived) -> None:
    assert rule_faults(period.evidence, period.hours) == []


def test_every_call_in_goes_to_whom_the_contract_names_by_what_was_known_then(period: Lived) -> None:
    assert call_faults(period.evidence) == []


def test_everybody_on_duty_has_one_unit_and_every_unit_a_watch_at_every_roll_call(period: Lived) -> None:
    assert unity_faults(period.evidence, period.life.told) == []


def test_all_that_was_worked_otherwise_than_published_has_a_fact_that_explains_it(period: Lived) -> None:
    assert roster_faults(period.evidence, period.hours) == []


def test_the_chain_of_the_record_is_whole(period: Lived) -> None:
    assert period.life.see(verify).whole


def test_each_tour_had_its_roll_called_and_the_night_of_the_clocks_lasts_an_hour_longer(period: Lived) -> None:
    life = period.life
    called = {s.key for s in period.evidence.facts if s.kind == "roll_call.taken"}
    assert len(called) == len(TOURS) * life.days
    lengths = {life.turn(TOURS[0], day).end - life.turn(TOURS[0], day).start for day in life.dates}
    assert lengths == {timedelta(hours=8, minutes=35), timedelta(hours=9, minutes=35)}


def test_the_whole_period_has_all_that_it_is_to_try(living: Living) -> None:
    """Without these the checks would look at nothing."""
    facts = living("sqlite", WHOLE).evidence.facts
    said = Counter(s.body["what"] for s in facts if s.kind == "call_in_answer.entered")
    assert all(said[what] for what in ("accepted", "refused", "not-reached", "ordered"))
    assert {s.body["kind"] for s in facts if s.kind == "call_in.entered"} == {"call-in", "hold-over"}
    kinds = Counter(s.kind for s in facts)
    happened = ("waiver.entered", "roster.amended", "time_record.removed", "do_not_call.entered", "tasking.closed")
    assert all(kinds[kind] for kind in (*happened, "offer.awarded", "offer.passed", "offer.spared"))
    assert any(s.body.get("late") for s in facts if s.kind == "roll_call.taken")
    assert any(s.body.get("missing") for s in facts if s.kind == "roll_call.taken")
    closings = [s.body for s in facts if s.kind == "closing.closed"]
    assert [(c["version"], c.get("changes", 0)) for c in closings] == [(1, 0), (2, 1)]


def test_the_same_seed_lives_the_same_period_on_both_databases(living: Living) -> None:
    lives = [living(dialect, SMALL).evidence.facts for dialect in ("sqlite", "postgresql")]
    first, second = ([(s.seq, s.kind, s.key, _unsealed(s.body)) for s in facts] for facts in lives)
    assert first == second


def _unsealed(body: object) -> str:
    """A body without its tokens, whose salt is drawn anew each time."""
    text = json.dumps(body, sort_keys=True)
    return ",".join(part for part in text.split(",") if "sealed:" not in part)
