"""What fell to each member of a unit over some days: nights, weekends, holidays, overtime, orders. To divide what is
hard evenly, and to answer "why me?"; it ranks nobody, and refusals are not in it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, Literal
from zoneinfo import ZoneInfo

from muster.domain.calling_in import Asked
from muster.domain.duty import Signing, TimeRecord
from muster.domain.instants import hours, on_clock
from muster.domain.ledger import UNPAID, Entry
from muster.domain.limits import DAY, NIGHT_HOURS, night_of
from muster.domain.schedule import WEEKDAYS
from muster.domain.spans import NO_TIME, Span, within, without

Figure = Literal["nights", "weekend-days", "holidays", "overtime", "ordered-in", "held-over"]
FIGURES: Final[Mapping[Figure, str]] = {
    "nights": "nights with at least three hours of duty between midnight and 0500 (Directive 2003/88/EC, article 2(4))",
    "weekend-days": "Saturdays and Sundays, midnight to midnight, with at least three hours of duty on them (ours)",
    "holidays": "public holidays with at least three hours of duty on them (ours)",
    "overtime": "hours beyond the tours of the schedule: called in, held over, court, extra duty; travel is none",
    "ordered-in": "times ordered in from off duty, and not excused",
    "held-over": "times held over past the end of a tour",
}
"""Everything that is shown, and what counts. Special details for another employer and travel make no night, weekend
or holiday of duty."""
WORKED_DAY: Final = timedelta(hours=3)
"""So much duty makes a Saturday, Sunday or holiday one that was worked. Ours, after the three hours of a night: the
last minutes of a tour that ends after midnight make none."""
PER: Final = timedelta(days=28)
SATURDAY: Final = WEEKDAYS.index("sat")


@dataclass(frozen=True, slots=True)
class Window:
    """The days looked at, from ``first`` to ``last``, both included, by clocks of ``zone``, at the instant ``at``: what
    is before it was worked, what is after is planned. ``holiday``: the name of a public holiday, None on other days."""

    first: date
    last: date
    zone: ZoneInfo
    at: datetime
    holiday: Callable[[date], str | None] = field(repr=False, compare=False)

    @property
    def start(self) -> datetime:
        """Midnight before the first day."""
        return on_clock(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """Midnight after the last day."""
        return on_clock(self.last + DAY, time(), self.zone)

    def day_of(self, at: datetime) -> date:
        """The local day of an instant."""
        return at.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that counted: on which day, how much ``time`` of it, and the ``entries`` of the ledger, or the other
    ``facts`` (streams of the record), that it stands on. ``planned``: what was worked by then does not make it yet."""

    figure: Figure
    day: date
    planned: bool
    time: timedelta
    note: str
    entries: tuple[Entry, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """What it was, in words."""
        return "; ".join(dict.fromkeys([*filter(None, [self.note]), *(f"{e.kind}, {e.says}" for e in self.entries)]))

    @property
    def streams(self) -> tuple[str, ...]:
        """The streams of the facts behind it, each once."""
        found = (e.stream for e in self.entries)
        return tuple(dict.fromkeys([*self.facts, *(stream for stream in found if stream is not None)]))


@dataclass(frozen=True, slots=True)
class Share:
    """What fell to one member. ``served``: how long they were there by then, neither absent nor attached elsewhere;
    ``to_serve``: how long they will be. ``squad`` None: in none of the unit's."""

    member: str
    name: str
    squad: str | None
    served: timedelta
    to_serve: timedelta
    counted: tuple[Counted, ...]

    def worked(self, figure: Figure) -> float:
        """How much of it was worked: a number, or hours of overtime."""
        return self._amount(figure, planned=False)

    def planned(self, figure: Figure) -> float:
        """How much more is planned."""
        return self._amount(figure, planned=True)

    def _amount(self, figure: Figure, *, planned: bool) -> float:
        mine = [c for c in self.counted if c.figure == figure and c.planned is planned]
        return hours(sum((c.time for c in mine), NO_TIME)) if figure == "overtime" else len(mine)

    def all(self, figure: Figure) -> float:
        """Worked and planned together."""
        return self.worked(figure) + self.planned(figure)

    def per_28_days(self, figure: Figure) -> float | None:
        """Worked and planned for each 28 days served, so that who was away can be compared; None: they were not
        there."""
        served = self.served + self.to_serve
        return self.all(figure) * (PER / served) if served else None


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle, the least and the most of some numbers."""

    median: float
    least: float
    most: float


def spread_of(numbers: Iterable[float | None]) -> Spread | None:
    """The spread of those that are numbers; None where none is."""
    known = [n for n in numbers if n is not None]
    return Spread(median(known), min(known), max(known)) if known else None


@dataclass(frozen=True, slots=True)
class Fairness:
    """What fell to the members of a unit, by squad and name."""

    unit: str
    name: str
    window: Window
    shares: tuple[Share, ...]

    def spread(self, figure: Figure) -> Spread | None:
        """Of all who were there at any time: what fell to them."""
        return spread_of(s.all(figure) for s in self.shares if s.per_28_days(figure) is not None)

    def spread_per_28_days(self, figure: Figure) -> Spread | None:
        """The same for each 28 days served."""
        return spread_of(s.per_28_days(figure) for s in self.shares)

    def sorted_by(self, figure: Figure) -> "Fairness":
        """The same, who has most for the days they served first."""
        return replace(self, shares=tuple(sorted(self.shares, key=lambda s: -(s.per_28_days(figure) or 0))))


def served_in(window: Window, serves: Sequence[Span], away: Sequence[Span]) -> tuple[timedelta, timedelta]:
    """How long somebody is there before and after the instant, who ``serves`` for some spans and is ``away`` for
    others."""
    parts = [part for span in serves for part in without(span, away)]
    split = min(max(window.at, window.start), window.end)
    return within(parts, window.start, split), within(parts, split, window.end)


def duty_counted(
    entries: Iterable[Entry], tours: Sequence[Span], serves: Sequence[Span], window: Window
) -> Iterator[Counted]:
    """Nights, weekend days, holidays and overtime that entries of a ledger make while the member ``serves`` in the
    unit. ``tours``: those of the schedule, in order; what lies beyond them is overtime."""
    pieces = [piece for entry in entries for piece in _pieces(entry, serves, window)]
    days: dict[date, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.kind not in UNPAID:
            for day, on_day, at_night in _days(piece, window.zone):
                days[day].append((piece, on_day, at_night))
    for day, found in sorted(days.items()):
        yield from _of_day(day, found, window)
    for piece in pieces:
        for start, end in _beyond(piece, tours):
            yield Counted("overtime", window.day_of(start), start >= window.at, end - start, "", (piece,))


def _pieces(entry: Entry, serves: Sequence[Span], window: Window) -> Iterator[Entry]:
    """The parts of an entry in the days looked at while the member serves, cut at the instant."""
    for since, until in serves:
        start, end = max(entry.start, since, window.start), min(entry.end, until, window.end)
        marks = (start, window.at, end) if start < window.at < end else (start, end)
        for a, b in pairwise(marks):
            if a < b:
                yield entry if (a, b) == (entry.start, entry.end) else replace(entry, start=a, end=b)


def _days(entry: Entry, zone: ZoneInfo) -> Iterator[tuple[date, timedelta, timedelta]]:
    """Each local day of an entry, how much of the entry lies on it, and how much of that at night."""
    start, end = entry.start, entry.end
    day = start.astimezone(zone).date()
    while (midnight := on_clock(day, time(), zone)) < end:
        begin, night = max(start, midnight), night_of(day, zone)[1]
        yield day, min(end, on_clock(day + DAY, time(), zone)) - begin, max(min(end, night) - begin, NO_TIME)
        day += DAY


Piece = tuple[Entry, timedelta, timedelta]
"""An entry, how much of it lies on a day, and how much of that at night."""


def _of_day(day: date, found: Sequence[Piece], window: Window) -> Iterator[Counted]:
    """What the duty of one day counts as."""
    at_night = [(entry, of) for entry, _, of in found if of]
    if at_night:
        yield from _made("nights", day, at_night, NIGHT_HOURS, window, "")
    name = window.holiday(day)
    if day.weekday() >= SATURDAY or name is not None:
        all_day = [(entry, on_day) for entry, on_day, _ in found]
        if day.weekday() >= SATURDAY:
            yield from _made("weekend-days", day, all_day, WORKED_DAY, window, "")
        if name is not None:
            yield from _made("holidays", day, all_day, WORKED_DAY, window, name)


def _made(
    figure: Figure, day: date, of: Sequence[tuple[Entry, timedelta]], least: timedelta, window: Window, note: str
) -> Iterator[Counted]:
    length = sum((time for _, time in of), NO_TIME)
    if length >= least:
        behind = sum((time for entry, time in of if entry.end <= window.at), NO_TIME)
        yield Counted(figure, day, behind < least, length, note, tuple([entry for entry, _ in of]))


def _beyond(entry: Entry, tours: Sequence[Span]) -> list[Span]:
    """The parts of an entry that are overtime. What was signed is cut at the tours already."""
    if isinstance(entry.row, Signing) and entry.kind in ("hold-over", "call-in"):
        return [(entry.start, entry.end)]
    if not isinstance(entry.row, TimeRecord) or entry.kind == "travel":
        return []
    near = bisect_left(tours, entry.start - 3 * DAY, key=lambda tour: tour[0])
    others = tours[near : bisect_left(tours, entry.end, key=lambda tour: tour[0])]
    return without((entry.start, entry.end), others)


def orders_counted(
    member: str, asked: Iterable[Asked], signings: Sequence[Signing], serves: Sequence[Span], window: Window
) -> Iterator[Counted]:
    """The times a member was ordered in, or held over: by order, or as signed; the same hold-over once. ``asked``: the
    call-ins in which the member answered or was ordered; ``signings`` in order of time."""
    held: dict[datetime, tuple[str, list[str]]] = {}
    for before, s in zip((None, *signings), signings, strict=False):
        if s.kind == "held-over" and (before is None or before.kind != "held-over"):
            held[s.at.astimezone(UTC)] = s.why or "held over", [s.stream]
    for each in asked:
        order = next((a for a in each.answers if a.member == member and a.what == "ordered"), None)
        if order is None or not each.comes(member):
            continue
        since, says = each.call_in.since, f"ordered: call-in {order.call_in}"
        if each.call_in.kind == "hold-over":
            held.setdefault(since.astimezone(UTC), (says, []))[1].append(order.stream)
        elif _counts(since, serves, window):
            yield _ordered("ordered-in", since, says, [order.stream], window)
    for at, (says, streams) in sorted(held.items()):
        if _counts(at, serves, window):
            yield _ordered("held-over", at, says, streams, window)


def _ordered(figure: Figure, at: datetime, says: str, streams: Sequence[str], window: Window) -> Counted:
    return Counted(figure, window.day_of(at), at > window.at, NO_TIME, says, facts=tuple(streams))


def _counts(at: datetime, serves: Sequence[Span], window: Window) -> bool:
    return window.start <= at < window.end and any(a <= at < b for a, b in serves)
