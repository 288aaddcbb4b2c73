"""Time on paper: strips of days, where each instant lies in them, and what a clock on the wall shows there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.instants import hours, on_clock

TICK_PX: Final = 44.0
"""How far apart labels of hours and minutes stand."""
LEAST_PX: Final = 38.0
"""And how far at least, where the clock leaves an hour out."""
STRONG: Final = 7.8
"""The mean width of a character of a strong word of 12 px, generously."""
STEPS: Final = (1, 2, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class Page:
    """How much room there is: at the left for names, for the time, and at the right. More than so many days, and half
    a day, go on in a further strip below."""

    left: float
    width: float
    right: float
    days: int

    @property
    def total(self) -> float:
        """The width of the picture."""
        return self.left + self.width + self.right


WIDE: Final = Page(64.0, 872.0, 64.0, days=7)
NARROW: Final = Page(56.0, 240.0, 64.0, days=2)
"""For a phone: as wide as its screen, so that words stay as large as they are."""


@dataclass(frozen=True, slots=True)
class Strip:
    """A stretch of time drawn from left to right: an hour is as wide everywhere, whatever the clocks do."""

    since: datetime
    until: datetime
    zone: ZoneInfo
    px_per_hour: float
    page: Page

    def x(self, at: datetime) -> float:
        """Where an instant lies; of those outside, the nearest end."""
        return self.page.left + hours(min(max(at, self.since), self.until) - self.since) * self.px_per_hour

    @property
    def right(self) -> float:
        """The right end."""
        return self.x(self.until)

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether some of that time lies in it."""
        return start < self.until and end > self.since


@dataclass(frozen=True, slots=True)
class Tick:
    """A line up the strip; ``says`` the hour, or nothing; ``midnight``: a day begins."""

    x: float
    says: str
    midnight: bool


@dataclass(frozen=True, slots=True)
class DayName:
    """The name of a day below its beginning, with its hours where they are not 24."""

    x: float
    says: str


def strips(since: datetime, until: datetime, zone: ZoneInfo, page: Page = WIDE) -> list[Strip]:
    """The time in one strip, or, for more than the page has room for, in several that begin at midnight."""
    cuts = [since]
    if until - since > timedelta(days=page.days, hours=12):
        day = since.astimezone(zone).date()
        while (cut := on_clock(day := day + timedelta(days=page.days), time(0), zone)) < until:
            cuts.append(cut)
    ends = [*cuts[1:], until]
    longest = max(hours(end - start) for start, end in zip(cuts, ends, strict=True))
    return [Strip(start, end, zone, page.width / longest, page) for start, end in zip(cuts, ends, strict=True)]


def ticks(strip: Strip) -> Iterator[Tick]:
    """The hours that are marked, as many as have room, where a clock on the wall shows them; a line alone where the
    clock has left an hour out and the label before is too near."""
    free = 0.0
    step = next((s for s in STEPS if s * strip.px_per_hour >= TICK_PX), STEPS[-1])
    for begin, end in _days(strip):
        day = begin.astimezone(strip.zone).date()
        for hour in range(0, 24, step):
            at = on_clock(day, time(hour), strip.zone)
            shown = at.astimezone(strip.zone)
            if strip.since <= at <= strip.until and at < end and shown.hour == hour:
                x = strip.x(at)
                yield Tick(x, f"{shown:%H:%M}" if x >= free else "", hour == 0)
                free = x + LEAST_PX if x >= free else free


def day_names(strip: Strip) -> Iterator[DayName]:
    """The days that have room for their name, with their hours where that has room too."""
    for begin, end in _days(strip):
        here, length, x = begin.astimezone(strip.zone), hours(end - begin), strip.x(begin)
        name = f"{here:%a} {here.day} {here:%b}"
        names = [name] if length == 24 else [f"{name}, {length:g} h", name]
        room = (strip.x(end) if end < strip.until else strip.page.total) - x
        says = next((n for n in names if len(n) * STRONG <= room), None)
        if says is not None and begin < strip.until:
            yield DayName(x, says)


def _days(strip: Strip) -> Iterator[tuple[datetime, datetime]]:
    """Each local day that touches the strip, from midnight to midnight."""
    day = strip.since.astimezone(strip.zone).date()
    while (begin := on_clock(day, time(0), strip.zone)) <= strip.until:
        yield begin, on_clock(day := day + timedelta(days=1), time(0), strip.zone)
