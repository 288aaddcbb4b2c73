"""Who decides a request: by the rows of the force or by command, never a party, and no longer than they hold a
position."""

from dataclasses import replace

import pytest

from muster.domain.authority import Authority, Matter
from muster.domain.errors import Refused
from muster.domain.members import Appointment, Attachment
from muster.services.duty import status
from tests.ground import InRecord, local
from tests.requesting import (
    BOROUGH,
    CO,
    DECIDED,
    FILED,
    LATER,
    XO,
    decided,
    leave,
    oct_,
    page,
    tasking,
    withdraw,
)
from tests.services import small as people
from tests.services.small import OFFICER, facts, sees


def test_nobody_decides_their_own_and_it_goes_to_who_stands_over_them(rostered: InRecord) -> None:
    own = leave(rostered, people.CO, oct_(24))
    assert tasking(rostered, own.request).owner == BOROUGH
    for position in (CO, XO):
        with pytest.raises(Refused, match=f"{position} does not decide it; these do: PBBX-CO, CHIEF-OF-PATROL"):
            decided(rostered, own.request, by=position)
    assert decided(rostered, own.request, by=BOROUGH).decider == people.BOROUGH
    of_the_second = leave(rostered, people.XO, oct_(24), at=DECIDED)
    assert tasking(rostered, of_the_second.request).owner == CO
    with pytest.raises(Refused, match=f"{XO} does not decide it"):
        decided(rostered, of_the_second.request, by=XO)


def test_who_acts_in_the_position_that_decides_cannot_grant_their_own(small: InRecord) -> None:
    small.appoint(
        Appointment(
            position=CO, member=OFFICER, kind="acting", since=local("2020-10-05"), instrument="order 9", limits=None
        )
    )
    own = leave(small, OFFICER, oct_(24))
    with pytest.raises(Refused, match=f"{CO} does not decide it"):
        decided(small, own.request)
    assert tasking(small, own.request).owner == BOROUGH
    other = leave(small, "M0034", oct_(24))
    assert decided(small, other.request).decider == OFFICER


def test_the_head_of_the_force_has_nobody_to_ask(small: InRecord) -> None:
    with pytest.raises(Refused, match="nobody of the force stands over M0001 to decide it"):
        leave(small, people.PC, oct_(24))


def test_where_nobody_stands_over_who_asked_any_more_the_request_can_still_be_read_and_withdrawn(
    small: InRecord,
) -> None:
    asked = leave(small, people.XO, oct_(24))
    head = Appointment(
        position="POLICE-COMMISSIONER", member=people.XO, kind="acting", since=local(LATER), instrument="9", limits=None
    )
    small.clock.at = local(LATER)
    small.appoint(head)
    assert page(small, asked.request).deciders == []
    with pytest.raises(Refused, match=f"nobody of the force stands over {people.XO} to decide it"):
        decided(small, asked.request)
    assert withdraw(small, asked.request, people.XO, at=DECIDED).state == "withdrawn"


def test_leave_is_not_granted_by_a_unit_that_the_member_is_not_in_by_then(small: InRecord) -> None:
    asked, gone = leave(small, OFFICER, oct_(24)), leave(small, "M0034", oct_(24))
    small.rows.append(Attachment(member=OFFICER, unit="PBBX", since=local("2020-10-20"), until=None))
    small.load()
    small.retire("M0034", filed=FILED, effective="2020-10-22")
    for request, why in ((asked, "is in the roster of PBBX by then"), (gone, "has left the force by then")):
        before = facts(small)
        with pytest.raises(Refused, match=f"{request.member} {why}"):
            decided(small, request.request, short=True)
        assert facts(small) == before
        assert decided(small, request.request, "declined").state == "declined"


def test_neither_a_tour_position_nor_another_unit_decides(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24))
    for position in ("PCT-047-DESK", "PBBX-DUTY-CAPTAIN", "nobody"):
        with pytest.raises(Refused, match=f"{position} does not decide it; these do: PCT-047-CO, PCT-047-XO, PBBX-CO"):
            decided(rostered, asked.request, by=position)


def test_the_right_ends_with_the_appointment(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24))
    ended = local("2020-10-12T18:00")
    rostered.rows = [
        replace(r, until=ended) if isinstance(r, Appointment) and (r.member, r.position) == (people.CO, CO) else r
        for r in rostered.rows
    ]
    rostered.clock.at = ended
    rostered.load()
    with pytest.raises(Refused, match=f"nobody holds {CO} at that time"):
        decided(rostered, asked.request)
    assert decided(rostered, asked.request, by=XO).decider == people.XO


def authority(level: str, lowest_tour: str | None = None, hours: int | None = None) -> Authority:
    return Authority(matter="leave", level=level, max_hours=hours, lowest_tour=lowest_tour)


def with_authority(force: InRecord, *rows: Authority) -> None:
    force.rows += [Matter(matter="leave", name="leave"), *rows]
    force.load()


def test_where_the_force_has_authority_rows_they_say_who_decides_up_to_how_much(small: InRecord) -> None:
    with_authority(small, authority("precinct", hours=48), authority("borough"))
    short = leave(small, OFFICER, oct_(24), oct_(25))
    long = leave(small, OFFICER, oct_(27), oct_(29))
    assert [tasking(small, r.request).owner for r in (short, long)] == [CO, BOROUGH]
    with pytest.raises(Refused, match=f"{CO} does not decide it; these do: PBBX-CO"):
        decided(small, long.request)
    assert decided(small, short.request).state == "granted"


def test_a_tour_position_that_may_decide_does_so_by_its_holder_on_duty(small: InRecord) -> None:
    with_authority(small, authority("precinct", lowest_tour="desk-officer"))
    asked = leave(small, OFFICER, oct_(24))
    night = "2020-10-13T03:00"
    here = sees(small, lambda views: [m for m in ("M0023", "M0024", "M0025") if _on_duty(views, m, night)])
    made = decided(small, asked.request, by="PCT-047-DESK", at=night)
    assert [made.decider] == here[:1]
    own = leave(small, here[0], oct_(24), at=night)
    with pytest.raises(Refused, match="PCT-047-DESK does not decide it; these do: PCT-047-CO"):
        decided(small, own.request, by="PCT-047-DESK", at=night)


def _on_duty(views: object, member: str, at: str) -> bool:
    return status(views, member, local(at)).state == "on-duty"  # type: ignore[arg-type]
