"""A unit's roster as a grid: by what is published, and the charts where nothing is; and who is not there for it."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from muster.domain.errors import Check, require
from muster.domain.force import Unit
from muster.domain.grids import PLAIN, Away, Cell, CoverLine, Grid, GridLine, marks_of, minutes_of
from muster.domain.instants import on_clock
from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.planned_lines import crossings
from muster.domain.presence import DutyFile
from muster.domain.published import OFF, DutyLine, Published, entry_of
from muster.domain.roll_calls import LEFT_THE_FORCE
from muster.domain.schedule import Turn
from muster.domain.snapshot import named
from muster.domain.spans import Span
from muster.ports import Views
from muster.services.found_once import Once, anew, duty_of, part_of, time_of
from muster.services.published import published
from muster.services.roster_ground import FIRST_YEAR, LAST_YEAR, Ground, ground_of
from muster.services.roster_members import chart_of, turns_of
from muster.services.roster_parts import Part, meets, parts_of, span_of
from muster.services.units import names_of

DAYS: Final = 28
"""So many days are looked at together."""
MINUTE: Final = timedelta(minutes=1)
NOON: Final = time(12)
"""Who has no tour on a day is there, or is not, at that time."""
NOT_HERE: Final = "not of the unit then"


def first_of(views: Views, unit: str, today: date) -> date:
    """The first day to look at: of the published roster that has today, the 28 days of it with today; with none, the
    Monday of this week."""
    for roster in views.rows(Published, unit=unit):
        if roster.first <= today <= roster.last:
            return roster.first + timedelta(days=(today - roster.first).days // DAYS * DAYS)
    return today - timedelta(days=today.weekday())


def grid_of(views: Views, unit: str, first: date, at: datetime, once: Once = anew, only: str | None = None) -> Grid:
    """The grid of a unit from a day on, with all that whoever commands it may read (``Grid.as_read``). ``once``: keeps
    what is found of members; ``only``: the one member whose duty has to be held to the rules; None: everybody's is.
    Raises ``Unknown`` for a unit that is not there, and ``Invalid`` for days that no roster has."""
    must = f"must be from {FIRST_YEAR} to {LAST_YEAR}"
    require(f"Roster of {unit}", Check("first day", first, FIRST_YEAR <= first.year <= LAST_YEAR, must))
    found = named("unit", unit, {u.unit: u for u in views.rows(Unit)})
    ground = ground_of(views, [unit], first, first + timedelta(days=DAYS - 1))
    last = ground.period.dates[-1]
    rosters = [p for p in views.rows(Published, unit=unit) if p.meets(first, last)]
    return Gridded(views, ground, found, at, rosters, once, only).grid()


class Gridded:
    """A grid as it is made. ``rosters``: those that are published of its days."""

    def __init__(
        self, views: Views, ground: Ground, unit: Unit, at: datetime, rosters: Sequence[Published], once: Once,
        only: str | None = None,
    ) -> None:  # fmt: skip
        self.views, self.ground, self.unit, self.once, self.only = views, ground, unit, once, only
        self.of_all, self.hard = (time_of(ground), unit.unit), ground.profile.hard
        self.turns = turns_of(ground, sorted(ground.schedule.tours))
        period = ground.period
        self.today = at.astimezone(period.zone).date()
        self.noons = [on_clock(day, NOON, period.zone) for day in period.dates]
        self.rosters = rosters
        self.parts = {p.member: p for p in parts_of(ground, unit.unit) if meets(p.serves, period.start, period.end)}
        self.amended: dict[str, set[tuple[date, str]]] = defaultdict(set)
        for p in self.rosters:
            for a in published(views, unit.unit, p.since).amended:
                self.amended[a.member].add((a.day, entry_of(a.tour)))

    def grid(self) -> Grid:
        """The answer."""
        ground = self.ground
        cells = {m: self._cells_of(m) for m in self.parts}
        used = Counter(c.tour for line in cells.values() for c in line)
        asked = {c.tour for c in ground.cover.get(self.unit.unit, ())}
        turns = {tour: of for tour, of in self.turns.items() if tour in used or tour in asked}
        names = names_of(self.views, self.parts, ground.period.start)
        marks = marks_of(turns, used, ground.period.zone)
        return Grid(
            unit=self.unit.unit,
            name=self.unit.name,
            dates=tuple(ground.period.dates),
            today=self.today,
            rosters=tuple(sorted(self.rosters, key=lambda p: p.first)),
            lines=tuple(self._line(m, names.get(m, ""), cells[m]) for m in self.parts),
            cover=tuple(self._cover(cells, turns)),
            marks=marks,
            unusual=tuple(t for tour, of in turns.items() for t in of if minutes_of(t) != marks[tour].minutes),
        )

    def _file(self, member: str) -> DutyFile:
        return self.ground.files.get(member, DutyFile(member))

    def _lines_of(self, member: str) -> list[DutyLine]:
        return [line for line in self._file(member).lines if line.unit == self.unit.unit]

    def _entries(self, member: str, chart: Mapping[int, Turn]) -> Iterator[str]:
        """What the published line says of each day; where there is none, the chart."""
        lines = self._lines_of(member)
        for place, day in enumerate(self.ground.period.dates):
            said = next((e for line in lines if (e := line.entry(day)) is not None), None)
            yield said if said is not None else chart[place].tour if place in chart else OFF

    def _cells_of(self, member: str) -> tuple[Cell, ...]:
        """What is told of each day of a member: the same of all of whom the same is known."""
        part, duty = part_of(self.parts[member]), duty_of(self._file(member))
        key = "cells", self.of_all, part, duty, frozenset(self.amended[member]), self._looks_at(member)
        return self.once(key, lambda: tuple(self._cells(member)))

    def _cells(self, member: str) -> Iterator[Cell]:
        file, lines = self._file(member), self._lines_of(member)
        chart = chart_of(self.ground, replace(file, lines=()), self.unit.unit)
        entries = tuple(self._entries(member, chart))
        broken = self._broken(file, entries)
        for place, (day, tour) in enumerate(zip(self.ground.period.dates, entries, strict=True)):
            turn = self.turns[tour][place] if tour in self.turns else None
            needed = (self.noons[place], self.noons[place] + MINUTE) if turn is None else (turn.start, turn.end)
            published = any(line.entry(day) is not None for line in lines)
            cell = Cell(
                tour=tour,
                away=_away(file, self.parts[member], self.unit.unit, needed),
                amended=(day, tour) in self.amended[member],
                off_chart=published and tour != OFF and bool(chart) and place not in chart,
                waived=turn is not None and meets([(w.since, w.until) for w in file.waivers], *needed),
                broken=tuple(broken.get(place, ())),
            )
            yield PLAIN if cell == PLAIN else cell

    def _looks_at(self, member: str) -> bool:
        return self.only in (None, member)

    def _broken(self, file: DutyFile, entries: Sequence[str]) -> dict[int, list[str]]:
        """The hard rules that the member's duty crosses in the period without a waiver, by the place of the tour in
        which that is seen."""
        found: dict[int, list[str]] = {}
        if not self._looks_at(file.member):
            return found
        ground, period, turns = self.ground, self.ground.period, self.turns
        for breach in crossings(file, ground.schedule, self.hard, period.start, period.end, already=False):
            begun = [n for n, e in enumerate(entries) if e in turns and turns[e][n].start <= breach.since]
            found.setdefault(max(begun, default=0), []).append(f"{breach.rule}: {breach.says}")
        return found

    def _line(self, member: str, name: str, cells: tuple[Cell, ...]) -> GridLine:
        worked = (self.turns[c.tour][n] for n, c in enumerate(cells) if c.works and c.tour in self.turns)
        lent = any(
            meets([span_of(a)], self.ground.period.start, self.ground.period.end)
            for a in self.ground.attached.get(self.unit.unit, ())
            if a.member == member
        )
        return GridLine(member, name, cells, sum(map(minutes_of, worked)), lent)

    def _cover(self, cells: Mapping[str, Sequence[Cell]], turns: Mapping[str, Sequence[Turn]]) -> Iterator[CoverLine]:
        """Who is there of those whom each cover asks for; rows for several parts of the period are one."""
        covers = self.ground.cover.get(self.unit.unit, ())
        there: dict[tuple[int, str], list[Part]] = defaultdict(list)
        for member, line in cells.items():
            for place, cell in enumerate(line):
                if cell.works:
                    there[place, cell.tour].append(self.parts[member])
        for tour, who in dict.fromkeys((c.tour, c.who) for c in covers):
            mine = [c for c in covers if (c.tour, c.who) == (tour, who)]
            have, minimum = list[int](), list[int | None]()
            for place, day in enumerate(self.ground.period.dates):
                turn, least = turns[tour][place], [c.minimum for c in mine if c.holds_on(day)]
                have.append(sum(p.counts_as(who, turn) for p in there[place, tour]))
                minimum.append(sum(least) if least else None)
            yield CoverLine(tour, who, tuple(have), tuple(minimum), tuple(turns[tour]))


def _away(file: DutyFile, part: Part, unit: str, needed: Span) -> Away | None:
    """Why somebody is not there in this time; None: they are."""
    start, end = needed
    for s in file.separations:
        if s.stands() and (s.leave_from or s.effective) < end:
            return Away(LEFT_THE_FORCE, open=True) if s.effective <= start else Away("terminal leave")
    for r in file.records:
        if r.kind in DUTY_ELSEWHERE and meets([(r.since, r.until)], start, end):
            return Away(r.kind, open=True)
    for a in file.absences:
        if meets([span_of(a)], start, end):
            return Away(a.kind)
    for b in file.attachments:
        if b.unit != unit and meets([span_of(b)], start, end):
            return Away(f"attached to {b.unit}", open=True)
    return None if meets(part.serves, start, end) else Away(NOT_HERE, open=True)
