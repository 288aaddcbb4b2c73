"""Who may say what about whom: a bystander keeps nobody from duty, waives, takes back, erases and passes on nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from muster.domain.competence import Asked
from muster.domain.duty import Waiver
from muster.domain.errors import Invalid, Refused
from muster.domain.members import Absence
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.services import duty, separations, taskings
from muster.services.correcting import take_back
from muster.services.erasing import erase
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.support import SettableClock

BOSS, CO, XO, OFFICER = "M0004", "M0005", "M0006", "M0033"
AT = local("2020-10-07T10:00")
ENDS = AT + timedelta(hours=10)


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    clock.at = AT
    return InRecord(temporary_store, clock)


def rested(by: str) -> Callable[[Record], object]:
    return lambda r: duty.rest(r, CO, AT, ENDS, by)


def waived(by: str) -> Callable[[Record], object]:
    waiver = Waiver(member=CO, rule="unfit", since=AT, until=ENDS, signed_by=by, rest_owed_hours=24)
    return lambda r: duty.waive(r, waiver)


def erased(by: str) -> Callable[[Record], object]:
    return lambda r: erase(r, f"contact_point/{CO}/telephone", by, "a request")


def died(by: str) -> Callable[[Record], object]:
    return lambda r: separations.file(r, CO, "death", AT, by, AT)


@pytest.mark.parametrize("act", [rested, waived, erased, died])
def test_a_bystander_says_nothing_about_a_commander(
    force: InRecord, act: Callable[[str], Callable[[Record], object]]
) -> None:
    with pytest.raises(Refused):
        force.act(act(OFFICER))
    force.act(act(BOSS))


def test_civil_authority_may_erase_and_nobody_unknown_may(force: InRecord) -> None:
    with pytest.raises(Exception, match="GHOST"):
        force.act(erased("GHOST"))
    force.act(erased("MAYOR"))


def test_only_who_said_it_or_a_superior_takes_it_back(force: InRecord) -> None:
    force.act(rested(BOSS))
    stated, stream = f"reachability/{CO}/2020-10-07T14:00:00Z/rest", f"signing/{CO}/2020-10-07T06:00:00Z/on"
    force.sign_on(CO, "PCT-047", "2020-10-07T02:00")
    for said, by in ((stated, CO), (stated, OFFICER), (stream, OFFICER)):
        with pytest.raises(Refused, match="does not stand over"):
            force.act(lambda r, said=said, by=by: take_back(r, said, by, "wrong", AT))  # type: ignore[misc]
    force.act(lambda r: take_back(r, stated, BOSS, "wrong", AT))
    force.act(lambda r: take_back(r, stream, CO, "wrong", AT))


def test_a_suspended_member_does_not_take_back_the_suspension(force: InRecord) -> None:
    force.act(lambda r: duty.absent(r, Absence(member=CO, kind="suspended", since=AT)))
    with pytest.raises(Refused, match="does not stand over"):
        force.act(lambda r: take_back(r, f"absence/{CO}/suspended/2020-10-07T14:00:00Z", CO, "wrong", AT))


def received(force: InRecord, **asked: object) -> Tasking:
    made: list[Tasking] = []
    matter = Asked("shots-fired", "PCT-047", AT, **asked)  # type: ignore[arg-type]
    force.act(lambda r: made.append(taskings.receive(r, matter, "shots", "incident").tasking))
    return made[0]


def test_only_the_owner_or_a_superior_offers_a_tasking(force: InRecord) -> None:
    name = received(force).tasking
    with pytest.raises(Refused, match="nor stands over it"):
        force.act(lambda r: taskings.offer(r, name, "PCT-047-XO", OFFICER, AT))
    force.act(lambda r: taskings.offer(r, name, "PCT-047-XO", CO, AT))
    force.act(lambda r: taskings.offer(r, name, "PBBX-CO", BOSS, AT))


def test_nothing_is_given_to_civil_authority(force: InRecord) -> None:
    name = received(force).tasking
    with pytest.raises(Refused, match="civil authority"):
        force.act(lambda r: taskings.offer(r, name, "MAYOR", CO, AT))
    with pytest.raises(Refused, match="civil authority"):
        force.act(lambda r: taskings.send(r, name, taskings.Directive("PCT-047", "MAYOR", "upwards"), AT))


def test_a_tasking_is_due_no_sooner_than_it_was_received(force: InRecord) -> None:
    with pytest.raises(Invalid, match="must not be before it was received"):
        received(force, by=AT - timedelta(hours=1))


def test_nothing_happens_to_a_tasking_before_what_has_happened_to_it(force: InRecord) -> None:
    name = received(force).tasking
    with pytest.raises(Refused, match="must not be before"):
        force.act(lambda r: taskings.accept(r, name, CO, AT - timedelta(hours=1)))
    force.act(lambda r: taskings.accept(r, name, CO, AT + timedelta(minutes=5)))
    with pytest.raises(Refused, match="must not be before"):
        force.act(lambda r: taskings.close(r, name, CO, "done", AT + timedelta(minutes=4)))


def test_a_tasking_is_closed_with_one_result(force: InRecord) -> None:
    name = received(force).tasking
    for _ in range(2):
        force.act(lambda r: taskings.close(r, name, CO, "done", AT))
    with pytest.raises(Refused, match="closed already: 'done'"):
        force.act(lambda r: taskings.close(r, name, CO, "something else", AT))


def test_a_name_that_somebody_gave_is_stepped_over(force: InRecord) -> None:
    matter = Asked("noise", "PCT-047", AT)
    force.act(lambda r: taskings.receive(r, matter, "noise", "incident", name="T2"))
    assert [received(force).tasking, received(force).tasking] == ["T3", "T4"]
