"""The duty ledger: every hour that counted, once, with what it was and what it stands on. Every limit reads it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from muster.domain.duty import Signing, SquadPlace, TimeRecord
from muster.domain.members import Absence, Attachment
from muster.domain.presence import (
    FAR,
    MOMENT,
    DutyFile,
    Planned,
    Stretch,
    is_detail,
    planned_turns,
    worked_stretches,
)
from muster.domain.presence import signed_stretches as signed
from muster.domain.published import DutyLine
from muster.domain.schedule import Schedule
from muster.domain.spans import Span, joined, within, without

UNPAID: Final = {
    "extra-duty": "29 USC 207(p)(1), 29 CFR 553.227: special detail work for a separate employer",
    "travel": "29 CFR 553.221(e): from home to work and back",
}
"""Kinds of hours that count for every limit and that the force does not pay, and by which rule. A time record may say
otherwise of its own hours."""

DUTY_ELSEWHERE: Final = ("court", "training")
"""Absences from the tour that are duty all the same: the hours of the tour count as these."""

LONGEST_TOUR: Final = timedelta(days=2)
"""No tour is longer, whatever its clocks do."""

LONGEST_OFF: Final = timedelta(days=60)
"""No chart gives so many days off on end: who signed on and has had no tour since was not held over from one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Hours of one kind, from ``start`` to ``end`` (excluded). ``unit``: for which unit, where that is known.
    ``row``: what it stands on, a signing, a time record, an absence, the place in a squad or the line in a published
    roster; None: it is supposed.
    ``says``: in words."""

    start: datetime
    end: datetime
    kind: str
    unit: str | None
    paid: bool
    says: str
    row: Signing | TimeRecord | Absence | SquadPlace | Attachment | DutyLine | None = field(repr=False)

    @property
    def length(self) -> timedelta:
        """How long it really lasted, whatever the clock on the wall showed."""
        return self.end - self.start

    @property
    def stream(self) -> str | None:
        """The stream of the record in which the fact stands that it comes from; None: it is supposed."""
        return None if self.row is None else self.row.stream


@dataclass(frozen=True, slots=True)
class Ledger:
    """The hours of one member between two instants: entries in order of time that do not overlap."""

    member: str
    start: datetime
    until: datetime
    entries: Sequence[Entry]

    @property
    def spans(self) -> list[Span]:
        """All time that counts, in order, without overlaps."""
        return [(e.start, e.end) for e in self.entries]

    def blocks(self, break_length: timedelta) -> list[Span]:
        """Continuous duties, oldest first: with no break as long as ``break_length`` inside."""
        return joined(self.spans, break_length)

    def counted(self, start: datetime, end: datetime, *kinds: str) -> timedelta:
        """How much time counts between two instants, of these kinds (none given: of all)."""
        return within([(e.start, e.end) for e in self.entries if not kinds or e.kind in kinds], start, end)

    def paid(self, start: datetime, end: datetime) -> timedelta:
        """How much of it the force pays."""
        return within([(e.start, e.end) for e in self.entries if e.paid], start, end)

    def at(self, at: datetime, back: timedelta) -> "Ledger":
        """The ledger as it stood at an earlier instant, and so far back: as much counts as in one up to it alone."""
        at = at.astimezone(UTC)
        ended = bisect_left(self.entries, at - back, key=lambda entry: entry.end)
        begun = bisect_right(self.entries, at, key=lambda entry: entry.start)
        entries = list(self.entries[ended:begun])
        if entries and entries[-1].end > at:
            entries[-1] = replace(entries[-1], end=at)
        return Ledger(self.member, at - back, at, tuple(entries))

    def rested(self, start: datetime, end: datetime) -> timedelta:
        """How much time between two instants is no duty of any kind."""
        return end.astimezone(UTC) - start.astimezone(UTC) - self.counted(start, end)

    def supposing(self, start: datetime, end: datetime, kind: str, unit: str | None, says: str) -> "Ledger":
        """The ledger with a duty more that nothing in the record tells of: what would follow from it."""
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        more = Entry(start, end, kind, unit, True, says, None)
        parts = _parts(more, self.spans)
        entries = sorted([*self.entries, *parts], key=lambda e: (e.start, e.end))
        return replace(self, until=max(self.until, end), entries=tuple(entries))


def ledger_of(file: DutyFile, schedule: Schedule, start: datetime, until: datetime) -> Ledger:
    """The ledger of a member between two instants. Duty that touches ``start`` is followed back to its own beginning;
    what goes on at ``until`` ends there.

    Where sources tell of the same hour it stands once: first what was signed, then time records, then what the
    member was sent to instead of the tour, then the schedule. A time record of a tour, or of court or training, goes
    before the scheduled tour that it touches.
    """
    start, until = start.astimezone(UTC), until.astimezone(UTC)
    planned = planned_turns(file, schedule, start, until + MOMENT)  # with the tour that begins at this instant
    layers: list[Iterable[Entry]] = []
    if file.signings:
        layers.append(_signed(file, schedule, planned, start, until))
    if file.records:
        layers.append(_recorded(file, start, until))
    if any(a.kind in DUTY_ELSEWHERE for a in file.absences):
        layers.append(_elsewhere(file, planned))
    layers.append(_scheduled(file, worked_stretches(file, planned)))
    entries: list[Entry] = []
    for layer in layers:
        entries += _laid(layer, entries)
    clipped = (_clipped(e, until) for e in entries if e.start <= until)
    return Ledger(file.member, start, until, tuple(sorted(clipped, key=lambda e: (e.start, e.end))))


def _laid(layer: Iterable[Entry], before: Sequence[Entry]) -> list[Entry]:
    """What is left of the entries of a layer: of two that tell of the same hour, as overlapping tours do where a chart
    turns from one to another, the one that began first has it."""
    entries = [*layer]
    if not before and all(a.end <= b.start for a, b in pairwise(entries)):
        return entries  # most members have a chart and nothing else, and the watch asks for many of them
    taken = sorted((e.start, e.end) for e in before)
    starts, ends = [a for a, _ in taken], [b for _, b in taken]
    laid: list[Entry] = []
    reached: datetime | None = None
    for entry in sorted(entries, key=lambda e: (e.start, e.end, e.kind, e.unit or "", e.paid, e.says, e.stream or "")):
        overlaps = reached is not None and entry.start < reached
        others = taken[bisect_left(ends, entry.start) : bisect_right(starts, entry.end)]
        others += ((e.start, e.end) for e in laid) if overlaps else ()
        laid += _parts(entry, others) if others else [entry]
        reached = entry.end if reached is None else max(reached, entry.end)
    return laid


def _clipped(entry: Entry, until: datetime) -> Entry:
    """The entry up to an instant, in UTC: two local times of one zone subtract wrongly when its clocks change."""
    end = min(entry.end, until)
    if end is entry.end and entry.start.tzinfo is UTC and end.tzinfo is UTC:
        return entry
    return replace(entry, start=entry.start.astimezone(UTC), end=end.astimezone(UTC))


def _parts(entry: Entry, taken: Sequence[Span]) -> list[Entry]:
    """What is left of an entry where others go before it."""
    if entry.start == entry.end:
        return [] if any(a <= entry.start <= b for a, b in taken) else [entry]
    parts = without((entry.start, entry.end), taken)
    return [entry if part == (entry.start, entry.end) else replace(entry, start=part[0], end=part[1]) for part in parts]


def _signed(
    file: DutyFile, schedule: Schedule, planned: Sequence[Planned], start: datetime, until: datetime
) -> Iterator[Entry]:
    ends = [(s, until if s.end is None else s.end) for s in signed(file.signings)]
    touching = [(s, max(end, s.start)) for s, end in ends if s.start <= until and end >= start]
    if touching and touching[0][0].start <= start:  # what it was held over from may have ended before
        looked = max(touching[0][0].start - MOMENT, start - LONGEST_OFF)
        planned = planned_turns(file, schedule, looked, until + MOMENT)
    starts = [p[0].start for p in planned]
    for stretch, end in touching:
        near = slice(bisect_left(starts, stretch.start - LONGEST_TOUR), bisect_right(starts, end))
        yield from _sorted_out(stretch, end, planned[near])


def _sorted_out(stretch: Stretch, end: datetime, planned: Sequence[Planned]) -> Iterator[Entry]:
    """A signed duty, cut at the tours that it meets: the tour itself, what was held over from one, what came before
    one or without one."""
    assert isinstance(stretch.row, Signing)
    marks = sorted(
        {stretch.start, end} | {t for p in planned for t in (p[0].start, p[0].end) if stretch.start < t < end}
    )
    said = f"{stretch.source} in {stretch.unit}"
    for a, b in zip(marks, marks[1:] or marks, strict=False):
        yield Entry(a, b, _kind(stretch, a, planned), stretch.unit, True, said, stretch.row)


def _kind(stretch: Stretch, at: datetime, planned: Sequence[Planned]) -> str:
    tour = next((p for p in planned if p[0].covers(at)), None)
    if tour is not None:
        return "tour" if tour[1].unit == stretch.unit and not is_detail(tour[2]) else "detail"
    over = stretch.source == "held over" or any(stretch.start <= p[0].end <= at for p in planned)
    return "hold-over" if over else "call-in"


def _recorded(file: DutyFile, start: datetime, until: datetime) -> Iterator[Entry]:
    for r in file.records:
        if r.since <= until and r.until >= start:
            paid = r.kind not in UNPAID if r.paid is None else r.paid == "yes"
            yield Entry(r.since, r.until, r.kind, r.unit, paid, r.source or "time record", r)


def _elsewhere(file: DutyFile, planned: Sequence[Planned]) -> Iterator[Entry]:
    left = [(s.effective, s.effective + FAR) for s in file.separations if s.stands()]
    for turn, squad, _ in planned:
        for a in file.absences:
            if a.kind in DUTY_ELSEWHERE and not _is_recorded(file, turn.start, turn.end):
                start, end = max(turn.start, a.since), min(turn.end, a.until or turn.end)
                says = f"{a.kind} instead of the tour {turn.tour} of {turn.day}"
                for begin, stop in without((start, end), left) if start < end else ():
                    yield Entry(begin, stop, a.kind, squad.unit, True, says, a)


def _scheduled(file: DutyFile, stretches: Iterable[Stretch]) -> Iterator[Entry]:
    for s in stretches:
        assert s.end is not None
        assert not isinstance(s.row, Signing)
        if not (file.records and s.turn and _is_recorded(file, s.turn.start, s.turn.end)):
            kind = "detail" if is_detail(s.row) else "tour"
            yield Entry(s.start, s.end, kind, s.unit, True, s.source, s.row)


def _is_recorded(file: DutyFile, start: datetime, end: datetime) -> bool:
    """Whether a time keeper has the tour: what really was goes before what was planned."""
    return any(r.kind in ("tour", *DUTY_ELSEWHERE) and r.since < end and r.until > start for r in file.records)
