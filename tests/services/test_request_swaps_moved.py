"""Swaps that are refused, with what has changed since the other consented; and who decides them."""

from dataclasses import replace

import pytest

from muster.domain.authority import Authority, Matter
from muster.domain.errors import Invalid, Refused
from muster.domain.members import Appointment
from muster.domain.requests import Request
from muster.services.published import published as standing
from muster.services.publishing import publish
from muster.services.request_swaps import Swap
from muster.services.withdrawing import withdraw
from tests.ground import InRecord, local
from tests.publishing import NIGHT, amended, charted, published
from tests.requesting import (
    CO,
    DECIDED,
    GIVES,
    LATER,
    OTHER_DESK,
    TRADES,
    XO,
    agreed,
    decided,
    effect_of,
    oct_,
    swap,
)
from tests.services.small import NIGHT_DESK, OFFICER, PCT, does, facts, sees


def stopped(force: InRecord, asked: Request, why: str) -> None:
    """It can be seen, and is refused with, what has changed; nothing is recorded."""
    assert any(why in said for said in effect_of(force, asked).moved), effect_of(force, asked).moved
    before = facts(force)
    with pytest.raises(Refused, match=f"not any more as M0024 consented to it: .*{why}"):
        decided(force, asked.request)
    assert facts(force) == before
    assert decided(force, asked.request, "declined").state == "declined"


def test_an_entry_that_was_amended_since_stops_it(rostered: InRecord) -> None:
    asked = agreed(rostered, TRADES)
    amended(rostered, OTHER_DESK, oct_(28), NIGHT, at=LATER)
    stopped(rostered, asked, f"M0024 has {NIGHT} on 2020-10-28 by now, and had off")


def test_one_who_is_absent_by_then_stops_it(rostered: InRecord) -> None:
    asked = agreed(rostered, TRADES)
    rostered.absent(OTHER_DESK, "2020-10-28", "2020-10-30")
    stopped(rostered, asked, f"M0024 is not there for {NIGHT} on 2020-10-28")


def test_a_roster_that_was_withdrawn_since_stops_it(rostered: InRecord) -> None:
    asked = agreed(rostered, TRADES)
    does(rostered, lambda record: withdraw(record, PCT, oct_(26), CO, "made anew", local(LATER)))
    stopped(rostered, asked, f"M0023 has no line on 2020-10-28 by now, and had {NIGHT}")


def test_a_tour_that_its_giver_would_not_have_worked_cannot_be_given(rostered: InRecord) -> None:
    asked = agreed(rostered, TRADES)
    rostered.absent(NIGHT_DESK, "2020-10-28", "2020-10-30")
    stopped(rostered, asked, f"M0023 is not there for {NIGHT} on 2020-10-28")


def test_one_who_has_moved_stops_it(rostered: InRecord) -> None:
    asked = agreed(rostered, TRADES)
    rostered.rows = [
        replace(r, until=local("2020-10-25")) if isinstance(r, Appointment) and r.member == OTHER_DESK else r
        for r in rostered.rows
    ]
    rostered.clock.at = local(DECIDED)
    rostered.load()
    stopped(rostered, asked, f"M0024 is not there for {NIGHT} on 2020-10-28")


def test_a_roster_in_place_that_does_not_have_what_a_swap_gave_says_so(rostered: InRecord) -> None:
    left = charted(rostered).from_day(oct_(20))
    made = decided(rostered, agreed(rostered, GIVES).request, short=True)
    amended(rostered, OFFICER, oct_(23), "off", at=DECIDED)
    again = does(rostered, lambda record: publish(record, left, CO, local(DECIDED), in_place="made anew"))
    assert [note for note in again.notes if "by request" in note] == [
        f"{NIGHT_DESK} has {NIGHT} on 2020-10-21, and had off by request {made.request}",
        f"{OTHER_DESK} has off on 2020-10-21, and had {NIGHT} by request {made.request}",
    ]
    later = left.from_day(oct_(22))
    once_more = does(rostered, lambda record: publish(record, later, CO, local(DECIDED), in_place="made anew"))
    assert not any("by request" in note for note in once_more.notes)


def test_a_tour_that_has_begun_is_not_swapped(rostered: InRecord) -> None:
    asked = agreed(rostered, TRADES)
    with pytest.raises(Refused, match="is about what began at 2020-10-23T23:15: decline it"):
        decided(rostered, asked.request, at="2020-10-23T23:15")
    with pytest.raises(Invalid, match=f"tour {NIGHT} of 2020-10-21 must be to come: it began 2020-10-21T23:15"):
        swap(rostered, GIVES, at="2020-10-23T23:15")


def test_one_who_acts_as_commander_does_not_decide_their_own_swap(small: InRecord) -> None:
    small.appoint(
        Appointment(position=XO, member=OTHER_DESK, kind="acting", since=local("2020-10-05"), instrument="order 9")
    )
    published(small, charted(small), at="2020-10-09T09:00")
    asked = agreed(small, GIVES)
    with pytest.raises(Refused, match=f"{XO} does not decide it"):
        decided(small, asked.request, by=XO)
    assert decided(small, asked.request, by=CO).state == "granted"


def test_who_may_decide_swaps_by_the_rows_of_the_force_need_not_publish_rosters(small: InRecord) -> None:
    small.rows += [
        Matter(matter="swap", name="swap"),
        Authority(matter="swap", level="precinct", lowest_tour="desk-officer"),
    ]
    small.load()
    published(small, charted(small), at="2020-10-09T09:00")
    amended(small, "M0034", oct_(21), "off", at="2020-10-09T10:00")
    asked = agreed(small, Swap(OFFICER, oct_(21), "M0034"))
    night = "2020-10-14T03:00"
    made = decided(small, asked.request, by="PCT-047-DESK", at=night)
    assert made.decider is not None
    assert made.decider not in asked.parties
    stands = sees(small, lambda views: standing(views, PCT, local(night))).roster
    assert (stands.by, stands.signer) == ("PCT-047-DESK", made.decider)
