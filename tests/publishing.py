"""What tests of published rosters share: the roster of the small precinct that its charts give, and changes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from muster.domain.published import Published
from muster.domain.rosters import UnitRoster
from muster.ports import Views
from muster.roster.problem import OFF
from muster.services.amending import Amendment, amend
from muster.services.publishing import Publication, publish
from muster.services.rosters import case_of
from tests.ground import InRecord, local
from tests.services.small import PCT, does, sees

MONDAY = date(2020, 10, 19)
NIGHT, DAY, EVENING = "2315x0750", "0705x1540", "1500x2335"
CO_POST, BEFORE = "PCT-047-CO", "2020-10-12T09:00"


def as_charted(views: Views, unit: str = PCT, first: date = MONDAY, weeks: int = 4) -> UnitRoster:
    """The roster in which everybody follows their chart."""
    case = case_of(views, unit, first, weeks)
    wanted = {(r.member, r.day): r.tour for r in case.instance.requests}
    days = case.instance.days
    lines = {m.ref: tuple(wanted.get((m.ref, day), OFF) for day in range(days)) for m in case.instance.members}
    return UnitRoster(unit, first, days, "", lines, {}, 0.0, True, 0.0)


def with_entries(roster: UnitRoster, member: str, entries: Mapping[date, str]) -> UnitRoster:
    """The roster with other entries for a member."""
    line = list(roster.lines[member])
    for day, tour in entries.items():
        line[(day - roster.first).days] = tour
    return replace(roster, lines={**roster.lines, member: tuple(line)})


def charted(force: InRecord, first: date = MONDAY, weeks: int = 4) -> UnitRoster:
    """The roster by the charts of what is in the record."""
    return sees(force, lambda views: as_charted(views, PCT, first, weeks))


def published(force: InRecord, roster: UnitRoster, by: str = CO_POST, at: str = BEFORE) -> Publication:
    """Publish it, in a transaction of its own, at that time."""
    force.clock.at = max(force.clock.at, local(at))
    return does(force, lambda record: publish(record, roster, by, local(at)))


def by_charts(force: InRecord) -> None:
    """Publish the roster by the charts."""
    published(force, charted(force))


def amended(
    force: InRecord, member: str, day: date, tour: str, at: str = BEFORE, by: str = CO_POST, reason: str = "a trial"
) -> Published:
    """Amend it, in a transaction of its own, at that time."""
    force.clock.at = max(force.clock.at, local(at))
    return does(force, lambda record: amend(record, Amendment(PCT, member, day, tour, reason), by, local(at)))


def day(number: int) -> date:
    """A day of the period, from 0 on."""
    return MONDAY + timedelta(days=number)
