"""What granting a request would bring: tours that fall or change hands, cover, who else is away, hours and rules."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from muster.domain.duty import Signing
from muster.domain.presence import DutyFile, planned_turns
from muster.domain.published import DAY_OFF, OFF
from muster.domain.requests import Request
from muster.domain.schedule import Turn, turn_on
from muster.domain.schema import Row
from muster.domain.snapshot import files_of
from muster.ports import Views
from muster.services.roster_ground import ABOUT, Ground, ground_of, period_of
from muster.services.roster_parts import Part, gaps_of, meets, parts_of

DAY: Final = timedelta(days=1)
Entries = Mapping[tuple[str, date], str]
"""Other entries of lines, by member and day."""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of a line that is to be another. ``was`` and ``becomes``: a tour, or off."""

    member: str
    day: date
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class CoverChange:
    """How many of those whom a cover asks for are on a tour of a day, before and after."""

    day: date
    tour: str
    who: str
    before: int
    after: int
    minimum: int
    target: int

    @property
    def is_short(self) -> bool:
        """Whether it is the request that leaves the tour under its minimum, or further under it."""
        return self.after < min(self.minimum, self.before)

    @property
    def says(self) -> str:
        """The same in words."""
        return f"{self.tour} of {self.day}: {self.after} of {self.minimum} {self.who}"


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody else of the unit who is not available in those days; ``until`` None: not known. ``request``: what they
    ask for, and nobody has decided; None: they are absent."""

    member: str
    since: datetime
    until: datetime | None
    request: str | None = None


def file_of(views: Views, member: str, since: datetime, until: datetime) -> DutyFile:
    """What bears on a member's duty between two instants."""
    rows: dict[type[Row], list[Any]] = {
        noun: views.rows(noun, at=(since - 3 * DAY, until + DAY), member=member) for noun in ABOUT
    }
    rows[Signing] = views.events(Signing, [member], "off", (since, until))
    return files_of(rows).get(member) or DutyFile(member)


def turns_of(ground: Ground, file: DutyFile, back: timedelta = DAY) -> list[tuple[Turn, str]]:
    """The turns that the schedule gives a member around the period, each with its unit; without those for which they
    are absent or attached elsewhere."""
    found = planned_turns(file, ground.schedule, ground.period.start - back, ground.period.end + DAY)
    by_unit = {squad.unit: list(gaps_of(file, squad.unit)) for _, squad, _ in found}
    return [(t, squad.unit) for t, squad, _ in found if not meets(by_unit[squad.unit], t.start, t.end)]


Staff = Mapping[tuple[date, str], set[str]]
"""Who is on which tour of which day."""


def cover_changes(ground: Ground, unit: str, entries: Entries) -> list[CoverChange]:
    """Every cover of the unit that has others of those it asks for with these entries than without, by day and tour."""
    parts = {p.member: p for p in parts_of(ground, unit)}
    before = _staff(ground, unit, parts)
    after = _changed(before, {key: entry for key, entry in entries.items() if key[0] in parts})
    found = []
    for day, tour in sorted(after):
        turn = turn_on(ground.schedule.tours[tour], day, ground.period.zone)
        for c in ground.cover.get(unit, ()):
            if c.tour == tour and c.holds_on(day):
                had, has = (
                    {m for m in of.get((day, tour), ()) if parts[m].counts_as(c.who, turn)} for of in (before, after)
                )
                if had != has:
                    found.append(CoverChange(day, tour, c.who, len(had), len(has), c.minimum, c.target))
    return found


def _staff(ground: Ground, unit: str, parts: Mapping[str, Part]) -> Staff:
    """Who of the unit is on which of its tours, as things stand."""
    found: dict[tuple[date, str], set[str]] = defaultdict(set)
    for member, part in parts.items():
        for turn, where in turns_of(ground, ground.files.get(member, DutyFile(member))):
            if where == unit and part.serves_for(turn):
                found[turn.day, turn.tour].add(member)
    return found


def _changed(before: Staff, entries: Entries) -> Staff:
    """The same with other entries, of the days of these."""
    days = {day for _, day in entries}
    after = {key: set(members) for key, members in before.items() if key[0] in days}
    for (member, day), entry in entries.items():
        for key in [key for key in after if key[0] == day]:
            after[key].discard(member)
        if entry != OFF:
            after.setdefault((day, entry), set()).add(member)
    return after


@dataclass(frozen=True, slots=True)
class LeaveEffect:
    """What leave brings. ``since`` and ``until``: when the member would be away: a tour that began the day before is
    worked to its end, one of the last day falls as a whole. ``tours``: those that fall."""

    since: datetime
    until: datetime
    tours: Sequence[Change]
    cover: Sequence[CoverChange]
    away: Sequence[Away]

    @property
    def short(self) -> list[str]:
        """The tours that it would leave under their minimum, in words."""
        return [c.says for c in self.cover if c.is_short]


def leave_effect(views: Views, request: Request) -> LeaveEffect:
    """What granting this leave would bring, by the record of now."""
    ground = ground_of(views, [request.unit], request.first, request.last)
    start, end = ground.period.start, ground.period.end
    turns = turns_of(ground, file_of(views, request.member, start, end), 2 * DAY)
    mine = [(t, unit) for t, unit in turns if request.first <= t.day <= request.last]
    entries = {(request.member, t.day): OFF for t, unit in mine if unit == request.unit}
    return LeaveEffect(
        since=max([start, *(t.end for t, _ in turns if t.day < request.first)]),
        until=max([end, *(t.end for t, _ in mine)]),
        tours=[Change(request.member, t.day, t.tour, DAY_OFF) for t, _ in mine],
        cover=cover_changes(ground, request.unit, entries),
        away=[*_absent(ground, request), *_asking(views, request, ground)],
    )


def _absent(ground: Ground, request: Request) -> Iterator[Away]:
    """Everybody else of the unit who is absent in the period, by name."""
    for part in parts_of(ground, request.unit):
        if part.member != request.member:
            file = ground.files.get(part.member, DutyFile(part.member))
            for a in sorted(file.absences, key=lambda a: a.since):
                if a.since < ground.period.end and (a.until is None or a.until > ground.period.start):
                    yield Away(part.member, a.since, a.until)


def _asking(views: Views, request: Request, ground: Ground) -> Iterator[Away]:
    """Everybody else of the unit who asks for leave in the period that nobody has decided."""
    for other in views.rows(Request, unit=request.unit, kind="leave", state="open"):
        if other.request != request.request and other.first <= request.last and request.first <= other.last:
            period = period_of(ground.period.zone, other.first, other.last)
            yield Away(other.member, period.start, period.end, other.request)
