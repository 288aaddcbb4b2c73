"""Swaps of tours by consent: who gives which tour to whom, what it would bring, and what has changed since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour
from muster.domain.errors import Check, require
from muster.domain.instants import local_text
from muster.domain.presence import DutyFile
from muster.domain.published import OFF, DutyLine, said_of
from muster.domain.requests import Entry, Request, exchanged
from muster.domain.schedule import Schedule, turn_on
from muster.ports import Record, Views
from muster.services.amending_rules import Altered, held_to_rules
from muster.services.duty import known_member
from muster.services.offices import force_of
from muster.services.request_effects import Change, CoverChange, cover_changes
from muster.services.requests import filed, next_name
from muster.services.roster_ground import Ground, ground_of
from muster.services.roster_parts import Part, gaps_of, meets, parts_of

MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Swap:
    """``member`` gives ``other`` the tour of a day, and takes theirs of the day ``back`` in return; None: of none."""

    member: str
    day: date
    other: str
    back: date | None = None


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a swap makes of one of the two lines: minutes of the rosters that it is in, before and after (None: not for
    whoever asks); rules that it would cross and does not now: hard ones, which need a waiver, and cautions; waivers
    that it would rest on."""

    member: str
    minutes_before: int | None
    minutes_after: int | None
    broken: Sequence[str]
    cautions: Sequence[str]
    waived: Sequence[str]

    def for_everyone(self) -> "LineChange":
        """The same without what tells of rest."""
        broken = [f"{self.member} crosses an hours rule"] if self.broken else []
        return LineChange(self.member, None, None, broken, (), ())


@dataclass(frozen=True, slots=True)
class SwapEffect:
    """What a swap brings. ``moved``: what has changed since it was filed, which is in the way; nothing else is known
    then."""

    tours: Sequence[Change]
    cover: Sequence[CoverChange]
    lines: Sequence[LineChange]
    moved: Sequence[str]

    @property
    def short(self) -> list[str]:
        """The tours that it would leave under their minimum, in words."""
        return [c.says for c in self.cover if c.is_short]

    @property
    def broken(self) -> list[str]:
        """The hard rules that the two lines would cross, in words."""
        return [says for line in self.lines for says in line.broken]


def file_swap(record: Record, swap: Swap, at: datetime, reason: str | None = None) -> Request:
    """The member asks for a swap; it waits for the other's consent. Safe to repeat. Raises ``Invalid`` with all that is
    in the way: days without a published roster, tours that are not there or have begun, an other who is on duty."""
    for member in (swap.member, swap.other):
        known_member(record, member)
    what = f"swap of {swap.member} with {swap.other}"
    require(what, Check("other", swap.other, swap.other != swap.member, "must be somebody else"))
    days = sorted({swap.day, swap.back or swap.day})
    found = _lines(record, (swap.member, swap.other), days)
    units = {line.unit for line in found.values()}
    there = len(found) == 2 * len(days) and len(units) == 1
    said = " and ".join(f"{day:%Y-%m-%d}" for day in days)
    require(what, Check("day", said, there, "must be in a published roster of one unit that has a line of both"))
    entries = [Entry(m, day, found[m, day].entry(day) or OFF) for day in days for m in (swap.member, swap.other)]
    require(what, *_entries_wrong(record, swap, {(e.member, e.day): e.tour for e in entries}, at))
    made = Request(
        request=next_name(record), kind="swap", member=swap.member, unit=units.pop(), filed_at=at, first=swap.day,
        last=swap.back or swap.day, other=swap.other, returns=swap.back is not None,
        entries=tuple(e.text for e in entries), reason=reason, state="asked",
    )  # fmt: skip
    return filed(record, made)


def _entries_wrong(views: Views, swap: Swap, entry: Mapping[tuple[str, date], str], at: datetime) -> Iterator[Check]:
    """The conditions on what both have on the days."""
    tours = {t.tour: t for t in views.rows(Tour)}
    zone = ZoneInfo(force_of(views).zone)
    gives = [(swap.member, swap.other, swap.day)] + ([(swap.other, swap.member, swap.back)] if swap.back else [])
    for giver, taker, day in gives:
        tour, has = entry[giver, day], entry[taker, day]
        said = f"{day} of {giver}"
        yield Check("day", said, tour in tours, f"must have a tour that {giver} can give; it has {said_of(tour)}")
        free = has == OFF or (swap.back == swap.day and has != tour)
        yield Check("day", f"{day} of {taker}", free, f"must be a day off, for {taker} to take a tour; it has {has}")
        if tour in tours:
            start = turn_on(tours[tour], day, zone).start
            yield Check("tour", f"{tour} of {day}", start > at, f"must be to come: it began {local_text(start, zone)}")


def _lines(views: Views, members: Sequence[str], days: Sequence[date]) -> dict[tuple[str, date], DutyLine]:
    """The line of each member that speaks of each day, of published rosters. Who was rostered in two units has that of
    the one in which a tour stands."""
    found: dict[tuple[str, date], DutyLine] = {}
    for line in views.rows(DutyLine, member=members):
        for day in days:
            entry = line.entry(day)
            if entry is not None and (entry != OFF or (line.member, day) not in found):
                found[line.member, day] = line
    return found


def swap_effect(views: Views, request: Request) -> SwapEffect:
    """What granting this swap would bring, by the record of now."""
    entries, new = request.swapped, exchanged(request.swapped)
    days = sorted({e.day for e in entries})
    ground = ground_of(views, [request.unit], days[0], days[-1])
    lines = {key: line for key, line in _lines(views, request.parties, days).items() if line.unit == request.unit}
    moved = [*_moved(entries, lines), *_not_there(ground, request, [*entries, *new])]
    tours = [Change(e.member, e.day, said_of(e.tour), said_of(n.tour)) for e, n in zip(entries, new, strict=True)]
    if moved:
        return SwapEffect(tours, (), (), list(dict.fromkeys(moved)))
    changed: dict[str, DutyLine] = {}
    for e in new:
        line = changed.get(lines[e.member, e.day].key, lines[e.member, e.day])
        changed[line.key] = line.with_entry(e.day, e.tour, line.version)
    altered = held_to_rules(views, [*changed.values()])
    return SwapEffect(
        tours=tours,
        cover=cover_changes(ground, request.unit, {(e.member, e.day): e.tour for e in new}),
        lines=[_line_change(ground, altered[m], changed) for m in request.parties],
        moved=(),
    )


def _moved(entries: Sequence[Entry], lines: Mapping[tuple[str, date], DutyLine]) -> Iterator[str]:
    """Entries that are not any more as they were when the swap was filed."""
    for e in entries:
        line = lines.get((e.member, e.day))
        now = None if line is None else line.entry(e.day)
        if now != e.tour:
            has = "no line" if now is None else said_of(now)
            yield f"{e.member} has {has} on {e.day} by now, and had {said_of(e.tour)}"


def _not_there(ground: Ground, request: Request, entries: Sequence[Entry]) -> Iterator[str]:
    """Tours of before and after for which somebody is not there any more: absent, elsewhere, or not of the unit."""
    parts = {p.member: p for p in parts_of(ground, request.unit)}
    for e in entries:
        if e.tour != OFF:
            turn = turn_on(ground.schedule.tours[e.tour], e.day, ground.period.zone)
            file, part = ground.files.get(e.member, DutyFile(e.member)), parts.get(e.member, Part(e.member))
            if meets(list(gaps_of(file, request.unit)), turn.start, turn.end) or not part.serves_for(turn):
                yield f"{e.member} is not there for {e.tour} on {e.day}"


def _line_change(ground: Ground, altered: Altered, changed: Mapping[str, DutyLine]) -> LineChange:
    """What the swap makes of a member's lines."""
    was = [line for line in altered.file.lines if line.key in changed]
    before, after = (
        sum(_minutes(line, ground.schedule) for line in lines) for lines in (was, [changed[line.key] for line in was])
    )
    cautions = [
        f"{altered.member} comes to {b.rule} at {local_text(b.since, ground.period.zone)}, {b.says}"
        for b in altered.cautions
    ]
    return LineChange(altered.member, before, after, altered.broken, cautions, altered.waived)


def _minutes(line: DutyLine, schedule: Schedule) -> int:
    """The minutes of a line, as they elapse."""
    days = ((line.first + timedelta(days=n), schedule.tours.get(tour)) for n, tour in enumerate(line.tours))
    turns = (turn_on(tour, day, schedule.zone) for day, tour in days if tour is not None)
    return sum((turn.end - turn.start) // MINUTE for turn in turns)
