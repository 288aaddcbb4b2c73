"""The cases every implementation must answer, once on rows alone and once in the real record.

Each docstring is the row of the table: the instant, then in command / due. A small force: City Hall; department with
duty chief; patrol bureau; one borough with a duty captain covering its precincts outside business hours; one precinct
with commanding and executive officer (nights: not on call), desk officer on each tour. Unless said, nobody has assumed
command.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from muster.domain.competence import Asked
from muster.domain.members import Appointment
from muster.domain.moment import Moment
from muster.domain.passing import Holder
from muster.domain.watch import Watch
from muster.store.store import SqlStore
from tests.ground import SMALL, Ground, InRecord, Rows, holders_of, local, positions_in
from tests.support import SettableClock

PCT = "PCT-047"
COMMANDER, EXECUTIVE = "M0005", "M0006"
AS_COMMANDER = (COMMANDER, "PCT-047-CO", "substantive")
AS_SUCCESSOR = (EXECUTIVE, "PCT-047-XO", "succession")
TEN, THREE = "2020-10-07T10:00", "2020-10-07T03:00"
"""1000 and 0300 of a Wednesday."""


@pytest.fixture(params=["rows", "record"])
def ground(request: pytest.FixtureRequest, temporary_store: SqlStore, clock: SettableClock) -> Ground:
    """Both grounds, one after the other; the record on both databases."""
    return Rows() if request.param == "rows" else InRecord(temporary_store, clock)


def said(holder: Holder | None) -> tuple[str, str, str] | None:
    return None if holder is None else (holder.member, holder.position, holder.capacity)


def both(watch: Watch) -> tuple[Any, Any]:
    """Who is in command and who is due."""
    return said(watch.in_command), said(watch.due)


def post(watch: Watch) -> tuple[str, str]:
    """The position and capacity in which one member is in command and due; every case of this sort has a why."""
    assert watch.in_command == watch.due is not None
    assert watch.why
    return watch.due.position, watch.due.capacity


def asked(matter: str, at: str, within: timedelta | None, **size: int) -> Asked:
    return Asked(matter, PCT, local(at), None if within is None else local(at) + within, **size)


def send_away(ground: Ground, *units: str, since: str = "2020-10-06", until: str = "2020-10-08") -> None:
    """Everybody who holds a position in these units is on leave."""
    for member in holders_of(SMALL, *positions_in(SMALL, *units)):
        ground.absent(member, since, until)


def at_a_scene(ground: Ground) -> None:
    """The commander assumed command at a scene at 1500, was held over, and has been on duty 17 h at 0100; the executive
    officer, off on Wednesday, signs on at midnight."""
    ground.absent(EXECUTIVE, "2020-10-07", "2020-10-08")
    ground.assume(PCT, COMMANDER, "2020-10-07T15:00")
    ground.hold_over(COMMANDER, "2020-10-07T16:35")
    ground.sign_on(EXECUTIVE, PCT, "2020-10-08T00:00")


def test_case_01(ground: Ground) -> None:
    """weekday 1000, commander on duty | commander (substantive) / same"""
    assert both(ground.watch(PCT, TEN)) == (AS_COMMANDER, AS_COMMANDER)


def test_case_02(ground: Ground) -> None:
    """weekday 0300 | desk officer (tour) / same"""
    assert post(ground.watch(PCT, THREE)) == ("PCT-047-DESK", "tour")


def test_case_03(ground: Ground) -> None:
    """the same, a matter due in an hour that needs at least a duty captain | decides: duty captain (cover)"""
    decides = ground.route(asked("deployment", THREE, timedelta(hours=1), members=10)).decides
    assert (decides.position, decides.capacity, decides.waits) == ("PBBX-DUTY-CAPTAIN", "cover", False)


def test_case_04(ground: Ground) -> None:
    """the same, a street-fair permit due in 60 days | decides: commander, at the next duty"""
    decides = ground.route(asked("street-fair", THREE, timedelta(days=60), people=900)).decides
    assert (decides.member, decides.position, decides.waits) == (COMMANDER, "PCT-047-CO", True)
    assert decides.at == local("2020-10-07T08:00")


def test_case_05(ground: Ground) -> None:
    """weekday 1000, commander on leave, executive officer on duty and appointed acting | executive officer (acting) /
    same"""
    ground.absent(COMMANDER, "2020-10-05", "2020-10-12")
    ground.appoint(
        Appointment(
            position="PCT-047-CO",
            member=EXECUTIVE,
            kind="acting",
            since=local("2020-10-05"),
            until=local("2020-10-12"),
            instrument="Order 2020-10-02/1",
        )
    )
    acting = (EXECUTIVE, "PCT-047-CO", "acting")
    assert both(ground.watch(PCT, TEN)) == (acting, acting)


def test_case_06(ground: Ground) -> None:
    """the same, nobody appointed | executive officer (succession) / same"""
    ground.absent(COMMANDER, "2020-10-05", "2020-10-12")
    watch = ground.watch(PCT, TEN)
    assert both(watch) == (AS_SUCCESSOR, AS_SUCCESSOR)
    assert [(p.member, p.why) for p in watch.passed] == [(COMMANDER, "absent")]


def test_case_07(ground: Ground) -> None:
    """commander assumed command at a scene, held over, 17 h on duty; executive officer on duty | commander / executive
    officer; relief overdue for 1 h; new taskings to the executive officer"""
    at_a_scene(ground)
    watch = ground.watch(PCT, "2020-10-08T01:00")
    assert both(watch) == (AS_COMMANDER, AS_SUCCESSOR)
    assert watch.relief_overdue_since == watch.at - timedelta(hours=1)
    assert watch.on_duty_since == watch.at - timedelta(hours=17)
    for matter in ("shots-fired", "staffing-return"):
        assert ground.route(asked(matter, "2020-10-08T01:00", None)).owner == "PCT-047-XO"


def test_case_08(ground: Ground) -> None:
    """the same after the handover | executive officer (succession) / same"""
    at_a_scene(ground)
    ground.hand_over(PCT, COMMANDER, EXECUTIVE, "2020-10-08T01:10")
    assert both(ground.watch(PCT, "2020-10-08T01:09")) == (AS_COMMANDER, AS_SUCCESSOR)
    for at in ("2020-10-08T01:10", "2020-10-08T01:30"):
        assert both(ground.watch(PCT, at)) == (AS_SUCCESSOR, AS_SUCCESSOR)


def test_case_09(ground: Ground) -> None:
    """weekday 0300, nobody of the precinct on duty | duty captain (cover) / same"""
    send_away(ground, PCT)
    assert post(ground.watch(PCT, THREE)) == ("PBBX-DUTY-CAPTAIN", "cover")


def test_case_10(ground: Ground) -> None:
    """the same, nobody of the borough either | department's duty chief / same"""
    send_away(ground, PCT, "PBBX")
    assert post(ground.watch(PCT, THREE)) == ("DUTY-CHIEF", "duty-chief")


def test_case_11(ground: Ground) -> None:
    """2020-11-01 0130 EDT and 0130 EST, tour 2315x0750 of 31 October | same desk officer both times; the tour lasts
    9 h 35 m"""
    first, second = (ground.watch(PCT, f"2020-11-01T01:30-0{hours}:00") for hours in (4, 5))
    assert second.at - first.at == timedelta(hours=1)
    assert post(first) == post(second) == ("PCT-047-DESK", "tour")
    assert both(first) == both(second)
    assert first.due is not None
    turn = tour_of(ground, first.due.member, first.at)
    assert (turn, turn) == (tour_of(ground, first.due.member, second.at), timedelta(hours=9, minutes=35))


def tour_of(ground: Ground, member: str, at: datetime) -> timedelta:
    """How long the tour lasts that the member is on."""
    stretch = Moment(ground.snapshot(), at).status(member).stretch
    assert stretch is not None
    assert stretch.turn is not None
    assert stretch.turn.tour == "2315x0750"
    return stretch.turn.end - stretch.turn.start


def test_case_12(ground: Ground) -> None:
    """commander signs on at 0200 and assumes command | commander (substantive) / same"""
    ground.sign_on(COMMANDER, PCT, "2020-10-07T02:00")
    ground.assume(PCT, COMMANDER, "2020-10-07T02:00")
    for at in ("2020-10-07T02:00", THREE):
        assert both(ground.watch(PCT, at)) == (AS_COMMANDER, AS_COMMANDER)


def test_case_13(ground: Ground) -> None:
    """weekday 1000, commander signed on at a deployment; executive officer on duty | executive officer (succession) /
    same; commander passed over: on duty elsewhere"""
    ground.sign_on(COMMANDER, "PATROL", "2020-10-07T07:00")
    watch = ground.watch(PCT, TEN)
    assert both(watch) == (AS_SUCCESSOR, AS_SUCCESSOR)
    assert [(p.member, p.why) for p in watch.passed] == [(COMMANDER, "on-duty-elsewhere")]
    assert watch.passed[0].reason == "on duty elsewhere: PATROL (signed on)"


def test_case_14(ground: Ground) -> None:
    """weekday 1000, commander's retirement took effect at 0000; executive officer on duty | executive officer
    (succession) / same; position vacant, acting appointment proposed"""
    ground.retire(COMMANDER, "2020-10-01T12:00", "2020-10-07")
    watch = ground.watch(PCT, TEN)
    assert both(watch) == (AS_SUCCESSOR, AS_SUCCESSOR)
    assert watch.vacant == ("PCT-047-CO",)
    assert ground.proposed("PCT-047-CO", TEN) == EXECUTIVE
    assert ground.watch(PCT, "2020-10-06T23:59").vacant == ()


def test_case_15(ground: Ground) -> None:
    """nobody in the whole department | nobody, loudly; never City Hall"""
    mayor = Appointment(position="MAYOR", member="M0033", kind="substantive", since=local("2020-10-01"))
    ground.appoint(mayor)
    for member in holders_of(SMALL):
        ground.absent(member, "2020-10-06", "2020-10-08")
    for unit in (PCT, "PBBX", "PATROL", "COD", "PD"):
        watch = ground.watch(unit, TEN)
        assert both(watch) == (None, None)
        assert watch.why[0].startswith(f"NOBODY can take the watch of {unit}")
    assert "CITY-HALL" not in {p.unit for p in ground.watch(PCT, TEN).passed}


def test_city_hall_never_has_a_watch_while_everybody_is_there(ground: Ground) -> None:
    assert both(ground.watch("CITY-HALL", TEN)) == (None, None)
