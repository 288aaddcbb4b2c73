"""A roster planned anew once it is published: what is published is the plan itself, and no duty beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from muster.domain.replans import Replan
from muster.domain.rosters import UnitRoster
from muster.roster.budget import Budget
from muster.services.replan_ask import Ask, case_to_change
from muster.services.replanning import replanned, standing_of
from muster.services.rosters import Case, crossed_by
from muster.services.shortage_reasons import Why, shortage_on, why_short
from tests.ground import InRecord, local
from tests.publishing import DAY, NIGHT, charted, day, published
from tests.services.small import sees

ENOUGH = 600.0
DESKS = tuple(f"M{number:04}" for number in range(23, 32))


def on(roster: UnitRoster, tour: str, number: int) -> list[str]:
    """The desk officers who have a tour on a day of the period."""
    return [m for m in DESKS if roster.lines[m][number] == tour]


def away(absent: Sequence[str], number: int) -> Ask:
    """Absent from a day of the period to the next."""
    return Ask(absent, day(number), day(number) + timedelta(days=1), (), local("2020-10-18T12:00"))


def case(force: InRecord, roster: UnitRoster, ask: Ask) -> Case:
    return sees(force, lambda views: case_to_change(views, roster, ask))


def again(force: InRecord, roster: UnitRoster, ask: Ask) -> Replan:
    return replanned(case(force, roster, ask), roster, ask, Budget(ENOUGH))


def why(force: InRecord, roster: UnitRoster, ask: Ask) -> Why:
    found = case(force, roster, ask)
    standing, _ = standing_of(found, roster, ask)
    shortage = shortage_on(found, standing.lines, ask.first, DAY, "PCT-047-DESK")
    return why_short(found, roster, standing, shortage, ENOUGH)


@pytest.fixture
def planned(small: InRecord) -> UnitRoster:
    """A roster whose lines are not those of the charts: a desk officer works another tour, and one tour less."""
    roster = charted(small, weeks=2)
    found = again(small, roster, away(on(roster, NIGHT, 1), 1)).roster
    assert found.lines != roster.lines
    return replace(found, crossings=[])


def test_publishing_a_roster_changes_nothing_of_what_is_planned_anew_or_said_of_it(
    small: InRecord, planned: UnitRoster
) -> None:
    some, all_ = away(on(planned, DAY, 3), 3), away(DESKS, 3)
    before = [again(small, planned, some), again(small, planned, all_)]
    reasons = why(small, planned, all_)
    problem, crossed = (found := case(small, planned, some)).instance, crossed_by(found, planned.lines)
    published(small, planned)
    found = case(small, planned, some)
    assert found.instance == problem
    assert crossed_by(found, planned.lines) == crossed
    after = [again(small, planned, some), again(small, planned, all_)]
    for one, other in zip(before, after, strict=True):
        assert (other.changes, other.lost, other.left) == (one.changes, one.lost, one.left)
        assert replace(other.roster, seconds=0.0) == replace(one.roster, seconds=0.0)
    assert before[0].changes
    assert before[1].left
    assert why(small, planned, all_) == reasons
    assert reasons.clash is not None
