"""Time on paper: strips of days, where each instant lies in them, and what a clock on the wall shows there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.instants import hours, on_clock

LEFT: Final = 64.0
WIDTH: Final = 872.0
STRIP_DAYS: Final = 7
"""More days than these, and half a day, go on in a further strip below."""
TICK_PX: Final = 44.0
"""The least room for a label of hours and minutes."""
DATE_PX: Final = 64.0
STEPS: Final = (1, 2, 3, 6, 12, 24)


@dataclass(frozen=True, slots=True)
class Strip:
    """A stretch of time drawn from left to right: an hour is as wide everywhere, whatever the clocks do."""

    since: datetime
    until: datetime
    zone: ZoneInfo
    px_per_hour: float

    def x(self, at: datetime) -> float:
        """Where an instant lies; of those outside, the nearest end."""
        return LEFT + hours(min(max(at, self.since), self.until) - self.since) * self.px_per_hour

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


def strips(since: datetime, until: datetime, zone: ZoneInfo) -> list[Strip]:
    """The time in one strip, or, for more than a week, in weeks that begin at midnight."""
    cuts = [since]
    if until - since > timedelta(days=STRIP_DAYS, hours=12):
        day = since.astimezone(zone).date()
        while (cut := on_clock(day := day + timedelta(days=STRIP_DAYS), time(0), zone)) < until:
            cuts.append(cut)
    ends = [*cuts[1:], until]
    longest = max(hours(end - start) for start, end in zip(cuts, ends, strict=True))
    return [Strip(start, end, zone, WIDTH / longest) for start, end in zip(cuts, ends, strict=True)]


def ticks(strip: Strip) -> Iterator[Tick]:
    """The hours that are marked, as many as have room, where a clock on the wall shows them."""
    step = next((s for s in STEPS if s * strip.px_per_hour >= TICK_PX), STEPS[-1])
    for begin, end in _days(strip):
        day = begin.astimezone(strip.zone).date()
        for hour in range(0, 24, step):
            at = on_clock(day, time(hour), strip.zone)
            shown = at.astimezone(strip.zone)
            if strip.since <= at <= strip.until and at < end and shown.hour == hour:
                yield Tick(strip.x(at), f"{shown:%H:%M}", hour == 0)


def day_names(strip: Strip) -> Iterator[DayName]:
    """The days that have room for their name."""
    for begin, end in _days(strip):
        x = strip.x(begin)
        if strip.x(end) - x >= DATE_PX:
            here, length = begin.astimezone(strip.zone), hours(end - begin)
            odd = "" if length == 24 else f", {length:g} h"
            yield DayName(x, f"{here:%a} {here.day} {here:%b}{odd}")


def _days(strip: Strip) -> Iterator[tuple[datetime, datetime]]:
    """Each local day that touches the strip, from midnight to midnight."""
    day = strip.since.astimezone(strip.zone).date()
    while (begin := on_clock(day, time(0), strip.zone)) <= strip.until:
        yield begin, on_clock(day := day + timedelta(days=1), time(0), strip.zone)
