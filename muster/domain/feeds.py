"""A member's duty as a calendar has it: the tours of published rosters, the call-ins that became theirs and appearances
in court, with all that was moved and taken out since. Why something was taken out is not told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.calling_in import COMES, CallIn, CallInAnswer, in_time
from muster.domain.duty import TimeRecord, Tour
from muster.domain.instants import on_clock
from muster.domain.presence import DutyFile, gaps, speaks
from muster.domain.published import OFF, PUBLISHED, WITHDRAWN, Content, DutyLine, entry_of
from muster.domain.schedule import Turn, turn_on
from muster.domain.spans import Span, without

Said = tuple[datetime, str, Mapping[str, Any]]
"""Of a fact: when it was recorded, its kind and its body."""
Answered = tuple[datetime, str, CallInAnswer | None]
"""Of a fact about an answer in a call-in: when it was recorded, its stream, and the answer; None: it was taken back."""
Heard = tuple[datetime, Span | None]
"""Something that may change what a calendar shows: when it was recorded, and for what time; None: for any."""
LONGEST: Final = timedelta(days=2)
"""From the midnight with which its day begins no tour lasts longer."""


@dataclass(frozen=True, slots=True)
class Dated:
    """One event in a member's calendar. ``unit``: empty where none is known. ``name``: the same for every version of
    it, and for no other. ``sequence``: 0 as first told, and more with each change since, so that a later word goes
    before an earlier one; ``said_at``: when the last was recorded, ``first_told``: when the first was, None for then
    too."""

    unit: str
    name: str
    turn: Turn
    sequence: int
    said_at: datetime
    cancelled: bool = False
    first_told: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """All that a member was ever given to work since an instant, in order, and the zone of the force."""

    force: str
    member: str
    since: datetime
    zone: ZoneInfo
    tours: tuple[Dated, ...]


def dated(
    member: str,
    unit: str,
    said: Iterable[Said],
    contents: Mapping[str, Content],
    tours: Mapping[str, Tour],
    zone: ZoneInfo,
) -> list[Dated]:
    """The tours of a member by the facts about rosters of a unit, in order; ``contents``: the lines published, by hash.
    A tour that was taken out is cancelled as it was last; one that the force no longer has gives none."""
    found: dict[date, Dated] = {}
    for at, kind, body in said:
        for day, entry, sequence in _entries(member, kind, body, contents):
            name, first = f"{unit}/{member}/{day.isoformat()}", found[day].first_told if day in found else at
            if entry in tours:
                found[day] = Dated(unit, name, turn_on(tours[entry], day, zone), sequence, at, first_told=first)
            elif day in found:
                found[day] = Dated(unit, name, found[day].turn, sequence, at, cancelled=True, first_told=first)
    return [found[day] for day in sorted(found)]


def _entries(
    member: str, kind: str, body: Mapping[str, Any], contents: Mapping[str, Content]
) -> Iterator[tuple[date, str, int]]:
    """What a fact says of the member's days: the day, the entry and its sequence."""
    sequence = body["version"] - 1
    if kind in (PUBLISHED, WITHDRAWN):
        content = contents[body["content"]]
        begin = body["from_day"] if kind == WITHDRAWN else body["first"]
        for place, entry in enumerate(content.lines.get(member, ())):
            day = content.first + timedelta(days=place)
            if day >= date.fromisoformat(begin):
                yield day, entry if kind == PUBLISHED else OFF, sequence
    elif body["member"] == member:
        yield date.fromisoformat(body["day"]), entry_of(body["tour"]), sequence


def as_served(
    tours: Iterable[Dated], lines: Sequence[DutyLine], file: DutyFile, heard: Sequence[Heard], zone: ZoneInfo
) -> Iterator[Dated]:
    """The tours of a unit's lines as the member will serve them: not where they serve in another unit, are away or
    gone, and only the part of one for which they are there. ``heard``: what was said of that; it counts since the tour
    was first told, and by days, whatever the tour of the day: else a later word could have a lesser sequence."""
    for tour in tours:
        day = on_clock(tour.turn.day, time(), zone)
        mine = tour if any(speaks(x, file, tour.turn.start) for x in lines) else replace(tour, cancelled=True)
        since = [h for h in heard if h[0] >= (tour.first_told or tour.said_at)]
        yield as_free(mine, file, (day, day + LONGEST), since)


def as_free(tour: Dated, file: DutyFile, within: Span, heard: Iterable[Heard]) -> Dated:
    """An event from when until when the member is there; cancelled where they are not at all. Each word for some time
    ``within`` a span, recorded since the event was first told, has changed it once more."""
    start, end = within
    later = [at for at, span in heard if span is None or (span[0] < end and start < span[1])]
    told = replace(tour, sequence=tour.sequence + len(later), said_at=max([tour.said_at, *later]))
    there = [] if tour.cancelled else without((tour.turn.start, tour.turn.end), gaps(file))
    if not there:
        return replace(told, cancelled=True)
    return replace(told, turn=replace(tour.turn, start=there[0][0], end=there[-1][1]))


def called(
    call_in: CallIn, said: Iterable[Answered], file: DutyFile, heard: Iterable[Heard], zone: ZoneInfo
) -> Dated | None:
    """A call-in that became a member's, or an order to stay, by what they said or were told in it, in the order
    in which it was recorded; cancelled where they are to come no more. None for one that never became theirs."""
    standing: dict[str, CallInAnswer] = {}
    told: list[datetime] = []
    for at, stream, answer in said:
        standing.pop(stream, None)
        if answer is not None:
            standing[stream] = answer
        comes = bool(standing) and max(standing.values(), key=in_time).what in COMES
        if comes == (len(told) % 2 == 0):
            told.append(at)
    if not told:
        return None
    turn = Turn(call_in.since, call_in.until, call_in.kind, call_in.since.astimezone(zone).date())
    name = f"{call_in.call_in}/{file.member}"
    last = Dated(call_in.unit, name, turn, len(told) - 1, told[-1], cancelled=len(told) % 2 == 0)
    return as_free(last, file, (turn.start, turn.end), [h for h in heard if h[0] >= told[0]])


def appears(said: Sequence[tuple[datetime, TimeRecord | None]], zone: ZoneInfo) -> Dated | None:
    """An appearance in court, or a training, by all that was said of it, in order, each with when it was recorded;
    cancelled where it was taken out last. None for one that was told only when it was over: it was never to come."""
    rows = [row for _, row in said if row is not None]
    if not rows or said[0][0] >= rows[0].until:
        return None
    (at, now), row = said[-1], rows[-1]
    turn = Turn(row.since, row.until, row.kind, row.since.astimezone(zone).date())
    return Dated(row.unit or "", row.key, turn, len(said) - 1, at, cancelled=now is None)
