"""The grid of a draft: members by days as if it were published, in place of what is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from muster.domain.grids import Grid
from muster.domain.presence import DutyFile
from muster.domain.published import DutyLine
from muster.domain.rosters import UnitRoster
from muster.domain.schema import written
from muster.ports import Views
from muster.services.found_once import Once, anew
from muster.services.offices import unit_named
from muster.services.roster_grid import DAYS, Gridded
from muster.services.roster_ground import Ground, Period, ground_of


def grid_of_draft(views: Views, draft: UnitRoster, first: date, at: datetime, once: Once = anew) -> Grid:
    """The grid of a draft from a day on, for whoever commands the unit. Raises ``Unknown`` for a unit that is not
    there."""
    unit = unit_named(views, draft.unit)
    ground = ground_of(views, [unit.unit], first, first + timedelta(days=DAYS - 1))
    known = ground.schedule.tours.keys()
    lines = {m: line for m, line in draft.lines.items() if known >= {tour for tour in line if tour}}
    return Gridded(views, as_published(ground, replace(draft, lines=lines)), unit, at, (), once).grid()


def as_published(ground: Ground, draft: UnitRoster) -> Ground:
    """The ground on which a draft is published in place of what is published of its days."""
    period = Period(draft.first, draft.days, ground.period.zone)
    files = dict(ground.files)
    for member, tours in draft.lines.items():
        line = DutyLine(
            member=member, unit=draft.unit, first=draft.first, since=period.start, until=period.end, version=1,
            tours=tuple(tours),
        )  # fmt: skip
        file = files.get(member, DutyFile(member))
        files[member] = replace(file, lines=[line, *_left(file, line)])
    return replace(ground, files=files)


def _left(file: DutyFile, line: DutyLine) -> Iterator[DutyLine]:
    """The member's other lines, those of the unit up to the line and after it."""
    for other in file.lines:
        if other.unit != line.unit or other.until <= line.since or other.since >= line.until:
            yield other
        elif other.since < line.since:
            body = {"from_day": line.first.isoformat(), "until": written(line.since), "version": other.version}
            yield other.withdrawn(body)
