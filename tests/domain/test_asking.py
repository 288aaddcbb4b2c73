"""Whom a tasking is brought to: the chain, and who of it can be asked at an instant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from muster.domain.asking import Found, chain_of, first_due, may_be_asked, next_asked, rests_until
from muster.domain.duty import Reachability, Signing
from muster.domain.escalation import Escalation
from muster.domain.force import Covering, Position, Title, Unit
from muster.domain.members import Absence, Appointment
from muster.domain.schema import Row
from muster.domain.taskings import Tasking
from tests.domain.searches import HOUR, MINUTE, PEOPLE, reach, search, tasking
from tests.ground import SMALL, local, retirement, watches_from
from tests.protocol.memory import NOW
from tests.protocol.stations import CHIEF, CO, DESK, VACANT, XO, on_duty, resting

PATROL: Sequence[Row] = (
    Title(title="patrol", name="Patrol supervisor", kind="tour", standing=0),
    Position(position="PATROL", unit="PCT", title="patrol", order=12),
)


def chain(given: Tasking, standing: int | None = 1, rows: Sequence[Row] = PEOPLE) -> tuple[str, ...]:
    return chain_of(reach(rows).watches, given, standing)


def found(rows: Sequence[Row], escalation: Escalation | None = None, at: datetime = NOW) -> Found:
    there = reach(rows, at)
    return next_asked(there.watches, escalation or search(), "PCT", there.ways)


def who(rows: Sequence[Row], escalation: Escalation | None = None) -> str | None:
    holder = found(rows, escalation).holder
    return None if holder is None else holder.member


def on_for(member: str, position: str, hours: int) -> list[Row]:
    """Somebody who has been on duty so long."""
    return [replace(r, at=NOW - hours * HOUR) if isinstance(r, Signing) else r for r in on_duty(member, position)]


def said(rows: Sequence[Row], member: str, kind: str) -> list[Row]:
    """The rows, and something that a member has stated for an hour."""
    return [*rows, Reachability(member=member, since=NOW, until=NOW + HOUR, kind=kind, stated_by=member)]


# -- the chain


def test_it_goes_from_the_owner_up_to_the_top_each_position_once() -> None:
    assert chain(tasking()) == (DESK, CO, CHIEF)


def test_those_to_whom_it_was_given_come_first_the_last_before_the_others() -> None:
    assert chain(tasking(offered_to=(CO, CHIEF))) == (CHIEF, CO, DESK)


def test_whoever_stands_too_low_for_the_matter_is_left_out() -> None:
    rows = [*PEOPLE, *PATROL, *_seated("P1", "PATROL")]
    assert chain(tasking(owner=CO), standing=1, rows=rows) == (CO, DESK, CHIEF)
    assert chain(tasking(owner=CO), standing=0, rows=rows) == (CO, "PATROL", DESK, CHIEF)
    assert chain(tasking(owner=CO), standing=None, rows=rows) == (CO, CHIEF)


def test_a_matter_goes_to_the_lowest_first_and_what_has_none_in_the_order_of_the_watch() -> None:
    rows = [*PEOPLE, VACANT]
    assert chain(tasking(owner=CHIEF), rows=rows) == (CHIEF, DESK, XO, CO)
    assert chain(tasking(owner=CHIEF, matter=None), rows=rows) == (CHIEF, CO, XO, DESK)


def test_who_covers_the_unit_comes_after_its_own() -> None:
    rows = [*PEOPLE, *_covering()]
    assert chain(tasking(), rows=rows) == (DESK, CO, "COVER", CHIEF)


def test_civil_authority_is_never_asked() -> None:
    rows = [*PEOPLE, Unit(unit="DEPT", name="Department", level="dept", civil=True)]
    assert chain(tasking(), rows=rows) == (DESK, CO)


def _seated(member: str, position: str) -> list[Row]:
    return [Appointment(position=position, member=member, kind="substantive", since=NOW - HOUR)]


def _covering() -> list[Row]:
    cover = Position(position="COVER", unit="DEPT", title="desk", order=20)
    return [cover, Covering(position="COVER", unit="PCT"), *_seated("V1", "COVER")]


# -- when it begins


def first(deadline: str | None) -> datetime:
    at = local("2020-10-07T03:00")
    by = None if deadline is None else local(deadline)
    given = tasking(owner="PCT-047-CO", competent_unit="PCT-047", place="PCT-047", deadline=by)
    return first_due(watches_from(SMALL, at), given, "PCT-047-CO")


def test_what_can_wait_begins_at_the_next_duty_of_the_first_and_everything_else_now() -> None:
    now = local("2020-10-07T03:00")
    assert first("2020-10-07T09:00") == local("2020-10-07T08:00")
    assert first("2020-10-07T08:00") == now
    assert first(None) == now


def test_of_several_holders_the_first_who_comes_on_duty_counts() -> None:
    """M0020, who acts, comes at 1500; the commander at 0800."""
    acting = Appointment(
        position="PBBX-CO", member="M0020", kind="acting", since=local("2020-10-01"), instrument="Order 1"
    )
    by = local("2020-10-09T09:00")
    given = tasking(owner="PBBX-CO", competent_unit="PBBX", place="PBBX", deadline=by)
    at = local("2020-10-07T03:00")
    assert first_due(watches_from([*SMALL, acting], at), given, "PBBX-CO") == local("2020-10-07T08:00")


# -- who is asked next


def test_the_first_of_the_chain_who_is_there_is_asked() -> None:
    asked = found(PEOPLE)
    assert (asked.place, asked.woken, asked.skipped) == (1, False, ())
    assert who(PEOPLE) == "D1"


def test_it_goes_on_from_its_place_and_says_why_others_are_passed_over() -> None:
    asked = found(PEOPLE, search(place=1))
    assert (asked.holder and asked.holder.member, asked.place) == ("H1", 3)
    assert [(s.position, s.why) for s in asked.skipped] == [(CO, "C1: off duty and not on call")]


def test_a_position_that_nobody_holds_or_that_there_is_not_is_passed_over() -> None:
    rows = [*PEOPLE, VACANT]
    asked = found(rows, search(chain=(XO, "NO-SUCH", DESK)))
    assert [(s.position, s.why) for s in asked.skipped] == [(XO, "nobody holds it"), ("NO-SUCH", "nobody holds it")]
    assert asked.place == 3


def test_a_commander_whose_position_does_not_take_the_watch_is_asked_all_the_same() -> None:
    aside = Position(position="ASIDE", unit="DEPT", title="chief", order=2, takes_watch=False)
    assert who([*on_duty("H1", CHIEF), aside, *_seated("H1", "ASIDE")], search(chain=("ASIDE",))) == "H1"


def test_nobody_is_asked_twice_in_a_round() -> None:
    rows = [*PEOPLE, *_seated("D1", CO)]
    asked = found(rows, search(place=1, asked=("D1",)))
    assert asked.skipped[0].why == "C1: off duty and not on call; D1: asked already"
    assert asked.holder is not None
    assert asked.holder.member == "H1"


def test_a_holder_who_cannot_be_asked_does_not_hide_another_who_can() -> None:
    rows = [*PEOPLE, *_seated("D1", CO)]
    assert who(rows, search(place=1)) == "D1"


def test_whoever_has_no_contact_point_is_passed_over() -> None:
    rows = [*on_duty("D1", DESK, channels=()), *on_duty("H1", CHIEF)]
    asked = found(rows, search(chain=(DESK, CHIEF)))
    assert [s.why for s in asked.skipped] == ["D1: has no contact point"]


def test_at_the_end_of_the_chain_nobody_is_asked() -> None:
    asked = found(PEOPLE, search(place=3))
    assert (asked.holder, asked.place, asked.skipped) == (None, 3, ())


def test_everybody_may_read_why_without_learning_of_health() -> None:
    rows = [*resting("C1", CO), Absence(member="C1", kind="sick", since=NOW - HOUR), *on_for("H1", CHIEF, 19)]
    asked = found(rows, search(chain=(CO, CHIEF)))
    assert [s.why for s in asked.skipped] == ["C1: not available", "H1: not available"]


# -- who is woken


def test_in_the_first_round_rest_is_spared_and_then_a_commander_is_woken() -> None:
    only = search(chain=(CO,))
    assert found(PEOPLE, only).holder is None
    woken = found(PEOPLE, search(chain=(CO,), round=2))
    assert (woken.holder and woken.holder.member, woken.woken) == ("C1", True)


def test_whoever_is_there_is_not_said_to_be_woken() -> None:
    assert not found(PEOPLE, search(round=2)).woken


def test_a_tour_position_is_not_woken() -> None:
    assert who(resting("D1", DESK), search(chain=(DESK,), round=2)) is None


def test_a_commander_at_rest_on_duty_is_woken_as_well() -> None:
    rows = said(on_duty("C1", CO), "C1", "rest")
    assert who(rows, search(chain=(CO,))) is None
    assert who(rows, search(chain=(CO,), round=2)) == "C1"


@pytest.mark.parametrize(
    "because",
    [
        Absence(member="C1", kind="leave", since=NOW - HOUR),
        Reachability(member="C1", since=NOW, until=NOW + HOUR, kind="unreachable", stated_by="C1"),
        retirement("C1", "2020-10-01", "2020-10-06"),
    ],
    ids=["absent", "unreachable", "separated"],
)
def test_who_is_away_is_never_woken(because: Row) -> None:
    assert who([*resting("C1", CO), because], search(chain=(CO,), round=2)) is None


def test_who_is_unfit_is_not_woken_for_being_at_rest_as_well() -> None:
    rows = said([], "C1", "rest")
    assert who([*on_for("C1", CO, 17), *rows], search(chain=(CO,), round=2)) == "C1"
    assert who([*on_for("C1", CO, 19), *rows], search(chain=(CO,), round=2)) is None


def test_what_was_stated_to_be_over_wakes_again() -> None:
    over = Reachability(member="C1", since=NOW - HOUR, until=NOW, kind="unreachable", stated_by="C1")
    assert who([*resting("C1", CO), over], search(chain=(CO,), round=2)) == "C1"


def test_who_is_on_duty_elsewhere_is_not_asked() -> None:
    rows = [*on_duty("C1", CHIEF), *_seated("C1", CO)]
    assert who(rows, search(chain=(CO,), round=2)) is None


# -- rest


def test_rest_lasts_from_the_end_of_duty_and_begins_anew_for_whoever_was_woken() -> None:
    assert rests_until(reach().watches.moment, "C1") == NOW + 7 * HOUR
    owed = Reachability(member="C1", since=NOW - MINUTE, until=NOW + 8 * HOUR, kind="owed")
    assert rests_until(reach([*PEOPLE, owed]).watches.moment, "C1") == NOW + 8 * HOUR


def test_nobody_rests_on_duty_or_long_after_it() -> None:
    assert rests_until(reach().watches.moment, "D1") is None
    assert rests_until(reach(at=NOW + 7 * HOUR).watches.moment, "C1") is None


def test_who_may_be_asked_now_is_told_by_position_each_once() -> None:
    there = reach([*PEOPLE, *on_duty("D2", DESK)])
    told = [(p.position, member) for p, member in may_be_asked(there.watches, "PCT", there.ways)]
    assert told == [(DESK, "D1")]
