"""A duty line that is planned, held to the hours rules as if it were worked: on real instants, after the member's own
history. The rules themselves stand in ``limits``; here is only at which instants they have to be asked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import Final

from muster.domain.duty import TimeRecord
from muster.domain.instants import on_clock
from muster.domain.ledger import LONGEST_TOUR, Ledger, ledger_of
from muster.domain.limits import DAY, WEEK, Breach, measured, rest_owed, week_start
from muster.domain.planning import WINDOWS
from muster.domain.presence import FAR, MOMENT, DutyFile, H, planned_turns
from muster.domain.profiles import Profile
from muster.domain.published import DutyLine
from muster.domain.rules import hours_of
from muster.domain.schedule import Schedule, Turn
from muster.domain.spans import Span

PLANNED: Final = "planned"
"""The source of hours that a roster gives."""


def with_line(file: DutyFile, unit: str, turns: Iterable[Turn], start: datetime) -> DutyFile:
    """The file of a member who from ``start`` on works these turns in the unit and nothing that a chart gives. What was
    recorded and signed stays."""
    planned = [
        TimeRecord(member=file.member, since=t.start, kind="tour", until=t.end, unit=unit, source=PLANNED)
        for t in turns
        if t.start >= start
    ]
    return replace(
        file,
        places=_until(file.places, start),
        attachments=_until(file.attachments, start),
        lines=_until(file.lines, start),
        records=(*file.records, *planned),
    )


def _until(rows: Sequence[H], start: datetime) -> tuple[H, ...]:
    """The rows up to an instant: tours that began before it go on to their end."""
    begun = (row for row in rows if row.since is None or row.since < start)
    return tuple(
        replace(row, until=start) if row.until is None or row.until > start else row  # type: ignore[type-var]
        for row in begun
    )


def crossings(
    file: DutyFile, schedule: Schedule, profile: Profile, start: datetime, end: datetime, *, already: bool = True
) -> list[Breach]:
    """Every limit that is crossed, and not waived, from ``start`` to ``end``, by rule and day, in order of time.
    ``since``: the instant at which it was seen. With ``already`` False what is crossed at ``start`` is left out.

    What a rule counts in a window is most at the end of a duty, or where the window begins to lose one; the rest in a
    window is least where it begins to lose one; everything else is worst at the end of a duty.
    """
    found: dict[tuple[str, object], Breach] = {}
    before: set[str] = set()
    for at, said in _seen(file, schedule, profile, (start, end), start):
        if at == start and not already:
            before = {breach.rule for breach in said}
        for breach in said:
            if breach.rule not in before:
                found.setdefault(_by_day(breach, schedule), breach)
        before &= {breach.rule for breach in said}
    return list(found.values())


def newly_crossed(
    before: DutyFile, after: DutyFile, schedule: Schedule, profile: Profile, span: Span, days: Sequence[date]
) -> list[Breach]:
    """What is crossed in that time with other tours on these days, and was not with those before: ``new_of`` of all
    crossings, of which those are left out that no rule can see another way, before the first of these days and so long
    after the last. Rest that a waiver promised is owed however long ago that was."""
    start, end = first, last = span
    if not (before.waivers or after.waivers):
        over = on_clock(max(days) + LONGEST_TOUR + profile.back + 2 * DAY, time(), schedule.zone)
        first, last = max(start, on_clock(min(days), time(), schedule.zone)), min(end, over)
    was, now = dict[tuple[str, object], Breach](), dict[tuple[str, object], Breach]()
    for file, found in ((before, was), (after, now)):
        for _, said in _seen(file, schedule, profile, (start, last), first):
            for breach in said:
                found.setdefault(_by_day(breach, schedule), breach)
    return new_of(was.values(), now.values())


def _by_day(breach: Breach, schedule: Schedule) -> tuple[str, object]:
    return breach.rule, breach.since.astimezone(schedule.zone).date()


def _seen(
    file: DutyFile, schedule: Schedule, profile: Profile, span: Span, first: datetime
) -> Iterator[tuple[datetime, list[Breach]]]:
    """What is crossed at each instant at which it has to be asked, in order; of the time from ``first`` on."""
    start, end = span
    ledger = ledger_of(file, schedule, first - profile.back, end)
    for at in sorted({start, *(t for t in _marks(ledger, schedule, profile, first, end) if start < t <= end)}):
        if at >= first:
            back = FAR if file.waivers else profile.back
            yield at, list(_crossed(file, schedule, profile, ledger.at(at, back)))


def _crossed(file: DutyFile, schedule: Schedule, profile: Profile, ledger: Ledger) -> Iterator[Breach]:
    hours = hours_of(file, schedule, profile, ledger)
    waived = {w.rule for w in file.waivers if w.since <= hours.at < w.until}
    for rule, level, found in measured(hours):
        if found.crossed is not None and rule not in waived:
            yield Breach(rule, level, hours.at, found.says)
    yield from (replace(b, since=hours.at) for b in rest_owed(hours) if b.rule not in waived)


def _marks(ledger: Ledger, schedule: Schedule, profile: Profile, start: datetime, end: datetime) -> Iterator[datetime]:
    yield end
    yield from (b for _, b in ledger.spans)
    for rule, limit in profile.limits.items():
        family = rule.rpartition("-")[0]
        window = WINDOWS.get(family)
        if window is not None and "rest" in family:
            yield from (a + window - limit.span + MOMENT for a, _ in ledger.spans)
        elif window is not None:
            yield from (a + window for a, _ in ledger.spans)
        if limit.weeks is not None:
            for a, _ in ledger.spans:
                here = a.astimezone(schedule.zone)
                clock = here.timetz().replace(tzinfo=None)
                yield on_clock((here + limit.weeks * WEEK).date(), clock, schedule.zone)
    if profile.week_from is not None:
        at = week_start(profile.week_from, schedule.zone, start)
        while at <= end:
            yield at - MOMENT
            at = week_start(profile.week_from, schedule.zone, at + 8 * DAY)


def new_of(before: Iterable[Breach], after: Iterable[Breach]) -> list[Breach]:
    """What is crossed after a change and was not before."""
    known = {(b.rule, b.since) for b in before}
    return [b for b in after if (b.rule, b.since) not in known]


def new_at_once(
    before: DutyFile, after: DutyFile, schedule: Schedule, start: datetime, end: datetime
) -> list[tuple[datetime, str]]:
    """Tours that a member would have at once after a change and had not before, as of the last day of one roster and
    the first of the next: when the second begins, and in words. To the hours rules they are one long duty."""
    known = list(_at_once(before, schedule, start, end))
    return [found for found in _at_once(after, schedule, start, end) if found not in known]


def _at_once(file: DutyFile, schedule: Schedule, start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
    turns = [turn for turn, _, row in planned_turns(file, schedule, start, end) if isinstance(row, DutyLine)]
    for one, other in pairwise(turns):
        if other.start < one.end:
            both = f"{one.tour} of {one.day} and {other.tour} of {other.day}"
            yield other.start, f"{file.member} would be on two tours at once, {both}"
