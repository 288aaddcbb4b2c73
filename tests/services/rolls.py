"""What tests of roll calls share: a night of the 47th Precinct, called and looked at."""

from collections.abc import Iterable
from datetime import date

from muster.domain.duty import Signing
from muster.domain.roll_call_sheets import RollCallPage
from muster.domain.roll_taking import Said
from muster.domain.taskings import Tasking
from muster.services import roll_calls, roll_taking
from muster.services.roll_calls import roll_call
from muster.services.roll_ground import Asked
from muster.services.roll_taking import Taken
from tests.ground import InRecord, local
from tests.services.small import NIGHT_DESK, PCT, does, sees

NIGHT, DAY, EVENING = "2315x0750", "0705x1540", "1500x2335"
TUESDAY = date(2020, 10, 6)
SUP, OFFICERS = "M0032", ("M0033", "M0034", "M0035")
OUTSIDER, SECOND_DESK = "M0042", "M0025"
CALLED = "2020-10-06T23:20"


def asked(force: InRecord, at: str, tour: str = NIGHT, day: date = TUESDAY, unit: str = PCT) -> Asked:
    turn = sees(force, lambda views: roll_calls.turn_of(views, unit, tour, day, local(at)))
    return Asked(unit, turn, local(at))


def shown(force: InRecord, at: str, viewer: str | None = None, day: date = TUESDAY, tour: str = NIGHT) -> RollCallPage:
    wanted = asked(force, at, tour, day)
    return sees(force, lambda views: roll_call(views, wanted, viewer))


def states(force: InRecord, at: str, day: date = TUESDAY, tour: str = NIGHT) -> dict[str, str]:
    return {line.member: line.state for line in shown(force, at, day=day, tour=tour).lines}


def said(
    present: Iterable[str] = (),
    missing: Iterable[str] = (),
    late: dict[str, str] | None = None,
    joined: Iterable[str] = (),
    *,
    everybody: bool = False,
) -> Said:
    came = {m: local(at) for m, at in (late or {}).items()}
    return Said(frozenset(present), everybody, frozenset(missing), came, frozenset(joined))


def take(force: InRecord, what: Said, at: str = CALLED, by: str = NIGHT_DESK, day: date = TUESDAY) -> Taken:
    force.clock.at = max(force.clock.at, local(at))
    wanted = asked(force, at, day=day)
    return does(force, lambda record: roll_taking.take(record, wanted, what, by))


def dismiss(force: InRecord, at: str, stay: Iterable[str] = ()) -> list[Signing]:
    force.clock.at = max(force.clock.at, local(at))
    wanted = asked(force, at)
    return does(force, lambda record: roll_taking.dismiss(record, wanted, frozenset(stay), NIGHT_DESK))


def open_gaps(force: InRecord) -> dict[str, str]:
    return {t.tasking: t.owner for t in sees(force, lambda views: views.rows(Tasking, kind="gap", result=None))}
