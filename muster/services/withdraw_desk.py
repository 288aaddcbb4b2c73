"""What withdrawing a published roster would do, before somebody signs it: whose tours change, how many tours would be
under their minimum, and whose calendars are told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Invalid
from muster.domain.feed_links import FeedLink
from muster.domain.grids import Grid, GridLine
from muster.domain.published import OFF, Published
from muster.domain.schema import written
from muster.ports import Views
from muster.services.found_once import Once, anew
from muster.services.offices import force_of, unit_named
from muster.services.roster_grid import Gridded
from muster.services.roster_ground import Ground, ground_of
from muster.services.withdrawing import midnight

NOBODY: Final = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """A member whose days would not be as they are published: each with its tour, and the one of their chart."""

    member: str
    name: str
    days: Sequence[tuple[date, str, str]]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What withdrawing a roster from a day on would do. ``rosters``: all that have days left, each with the first of
    them; ``members``: how many have a line in it; ``short``: tours under their minimum, as published and by the
    charts; ``calendars``: of how many members a calendar asks for their tours."""

    roster: Published
    from_day: date
    rosters: Sequence[tuple[Published, date]]
    members: int
    changed: Sequence[Changed]
    short: tuple[int, int]
    calendars: int

    @property
    def same(self) -> int:
        """How many members have the same days by their chart."""
        return self.members - len(self.changed)


def ahead(views: Views, unit: str, from_day: date | None, at: datetime, once: Once = anew) -> Ahead | None:
    """What withdrawing would do from a day on, None: from the first that has not begun, for whoever commands the unit;
    None where no published roster has such days. ``once``: keeps what is found of members. Raises ``Invalid`` for a day
    that none of them has."""
    tomorrow = at.astimezone(ZoneInfo(force_of(views).zone)).date() + timedelta(days=1)
    there = sorted((p for p in views.rows(Published, unit=unit) if p.last >= tomorrow), key=lambda p: p.first)
    rosters = [(p, max(p.first, tomorrow)) for p in there]
    if not rosters:
        return None
    if from_day is None:
        roster, from_day = rosters[0]
    else:
        roster = _with_day(rosters, from_day)
    ground = ground_of(views, [unit], from_day, roster.last)
    before, after = (_grid(views, unit, of, at, once) for of in (ground, _without(ground, roster, from_day, views)))
    members = {m for m, file in ground.files.items() if any(x.stream == roster.stream for x in file.lines)}
    pairs = [(x, y) for x, y in zip(before.lines, after.lines, strict=True) if x.member in members]
    changed = [Changed(x.member, x.name, days) for x, y in pairs if (days := _days(before, x, y))]
    return Ahead(
        roster,
        from_day,
        rosters,
        len(pairs),
        sorted(changed, key=lambda c: (-len(c.days), c.member)),
        (_short(before), _short(after)),
        len(views.rows(FeedLink, member=members)),
    )


def _with_day(rosters: Sequence[tuple[Published, date]], day: date) -> Published:
    for roster, first in rosters:
        if first <= day <= roster.last:
            return roster
    may = " or ".join(f"from {first} to {roster.last}" for roster, first in rosters)
    raise Invalid(f"day {day} must be one that is published and has not begun: {may}")


def _without(ground: Ground, roster: Published, from_day: date, views: Views) -> Ground:
    """The ground once the roster is withdrawn from that day on."""
    body = {"from_day": f"{from_day}", "until": written(midnight(views, from_day)), "version": roster.version + 1}
    files = {
        member: replace(file, lines=[x.withdrawn(body) if x.stream == roster.stream else x for x in file.lines])
        for member, file in ground.files.items()
    }
    return replace(ground, files=files)


def _grid(views: Views, unit: str, ground: Ground, at: datetime, once: Once) -> Grid:
    """The grid of the days, without a look at the rules: charts are not held to them."""
    return Gridded(views, ground, unit_named(views, unit), at, (), once, NOBODY).grid()


def _days(grid: Grid, before: GridLine, after: GridLine) -> list[tuple[date, str, str]]:
    """The days on which they would be there for another tour, or for none; who is away has none."""
    pairs = (
        (was.tour if was.works else OFF, now.tour if now.works else OFF)
        for was, now in zip(before.cells, after.cells, strict=True)
    )
    return [(day, *pair) for day, pair in zip(grid.dates, pairs, strict=True) if pair[0] != pair[1]]


def _short(grid: Grid) -> int:
    return sum(c.days_short for c in grid.cover)
