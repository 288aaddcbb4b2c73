"""What stands behind the roster's screens: grids and cells, read in transactions of their own; kept while they hold."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from muster.domain.cover import Cover
from muster.domain.errors import Unknown
from muster.domain.force import Unit
from muster.domain.grids import Grid
from muster.domain.published import OFF, Published
from muster.domain.viewings import hour_of
from muster.ports import Clock, Store, Views
from muster.services.as_of import Before
from muster.services.cell_answers import Asked, Change, WhyCell
from muster.services.cell_reading import as_read, change_as_read
from muster.services.cell_sources import PublishedSource
from muster.services.desk import Desk, Kept, first_after
from muster.services.entitled import Reader
from muster.services.gate import Viewer
from muster.services.offices import force_of
from muster.services.readable import must_see
from muster.services.roster_grid import first_of, grid_of
from muster.services.why_cell import why_and_what_if

GRIDS, SOURCES = 32, 8
"""So many grids are kept, and problems of units."""


@dataclass(frozen=True, slots=True)
class Rostered:
    """A unit that has members on tours, with the roster that holds or comes next; None: the charts speak."""

    unit: Unit
    roster: Published | None


@dataclass(frozen=True, slots=True)
class CellSeen:
    """An entry, why it is so and what others would do, as somebody may read it. ``grid``: in it the member's own duty
    alone is sure to be held to the rules. ``why`` None: nothing is published of the day, the chart speaks."""

    grid: Grid
    member: str
    day: date
    why: WhyCell | None
    changes: Sequence[Change]


class RosterDesk:
    """Answers of the roster's screens. Threads may share it."""

    def __init__(self, store: Store, clock: Clock, desk: Desk) -> None:
        self._store, self._clock, self._desk = store, clock, desk
        self._grids = Kept[Grid](GRIDS)
        self._sources = Kept[PublishedSource](SOURCES)

    def rosters(self, viewer: Viewer, at: datetime | None) -> Sequence[Rostered]:
        """The units of which somebody may read the roster, by name."""
        now = at or self._clock()
        with self._views(at) as views:
            asked = {c.unit for c in views.rows(Cover)}
            found: dict[str, list[Published]] = {}
            for roster in views.rows(Published):
                found.setdefault(roster.unit, []).append(roster)
            units = [u for u in views.rows(Unit) if u.unit in viewer.sees and u.unit in asked | found.keys()]
            return [Rostered(u, _next(found.get(u.unit, ()), now)) for u in sorted(units, key=lambda u: u.unit)]

    def grid(self, viewer: Viewer, unit: str, first: date | None, at: datetime | None) -> Grid:
        """The grid of a unit from a day on, None: from the one that is usual, as somebody may read it. Raises
        ``NotEntitled``, and as ``grid_of``."""
        now = at or self._clock()
        with self._views(at) as views:
            must_see(views, viewer, "roster", unit)
            return self._grid(views, unit, first, now, at).as_read(viewer.may_read)

    def cell(self, viewer: Viewer, unit: str, member: str, day: date, at: datetime | None) -> CellSeen:
        """An entry of a unit's roster, as somebody may read it. Raises ``NotEntitled``, and ``Unknown`` for a member
        who is not in it."""
        now = at or self._clock()
        with self._views(at) as views:
            must_see(views, viewer, "roster", unit)
            grid = self._grid(views, unit, first_of(views, unit, day), now, at, member).as_read(viewer.may_read)
            if all(x.member != member for x in grid.lines):
                raise Unknown(f"member {member!r} has no line in the roster of {unit} on {day}")
            there = [p for p in grid.rosters if p.first <= day <= p.last]
            if viewer.member is None or not there:
                return CellSeen(grid, member, day, None, ())
            reader = Reader(views, viewer.member, self._clock())
            source = self._source(views, there[0], now, at).again(views, now, viewer.member)
            if member not in source.roster.lines:
                return CellSeen(grid, member, day, None, ())
            others = (*grid.marks, OFF) if at is None else ()
            why, changes = why_and_what_if(source, Asked(member, day), others)
            read = [change_as_read(c, unit, member, reader) for c in changes]
            return CellSeen(grid, member, day, as_read(why, reader), read)

    def _source(self, views: Views, roster: Published, now: datetime, at: datetime | None) -> PublishedSource:
        """A roster and its problem, as they are until something that bears on them is recorded, for an hour at most."""
        known = views.head()[0] if at is not None else self._desk.bearing(views)
        key = known, roster.key, hour_of(now)
        return self._sources.once(
            key, lambda: PublishedSource(views, roster.unit, roster.first, now, once=self._desk.of_members)
        )

    def _grid(
        self, views: Views, unit: str, first: date | None, now: datetime, at: datetime | None, only: str | None = None
    ) -> Grid:
        """The grid as whoever commands the unit may read it, as it is until something that bears on it is recorded, for
        an hour at most. ``only``: the one member whose duty has to be held to the rules; None: everybody's is."""
        today = now.astimezone(ZoneInfo(force_of(views).zone)).date()
        first = first_of(views, unit, today) if first is None else first
        known = (at,) if at is not None else (self._desk.bearing(views), today, hour_of(now))
        whole = None if only is None else self._grids.get((*known, unit, first, None))
        if whole is not None:
            return whole
        key = (*known, unit, first, only)
        return self._grids.once(key, lambda: grid_of(views, unit, first, now, self._desk.of_members, only))

    @contextmanager
    def _views(self, at: datetime | None) -> Iterator[Views]:
        """The record as it is, or as it was known at an instant."""
        with self._store.reading() as views:
            head = views.head()[0]
            place = head + 1 if at is None else first_after(views, at, head)
            if place > head:
                yield views
            else:
                yield Before(views, next(iter(views.facts(first=place, last=place))))


def _next(rosters: Sequence[Published], at: datetime) -> Published | None:
    return min((p for p in rosters if p.until > at), key=lambda p: p.first, default=None)
