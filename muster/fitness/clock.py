"""The clock on the wall, for many instants at once; and the body's, which does not change with it."""

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from muster.domain.instants import on_clock
from muster.fitness.arrays import DAY, HOUR, Floats, Wholes, instant, seconds

QUARTER: Final = 15 * 60
AROUND: Final = 3 * DAY


@dataclass(frozen=True, slots=True)
class Night:
    """When somebody sleeps who has nothing else to do, by the clock on the wall. Default: the 23 to 7 of the reference
    schedules, and of the duty-end rule."""

    bed: time = time(23)
    wake: time = time(7)

    @property
    def awake_hours(self) -> float:
        """For how long somebody is awake between two such nights."""
        return ((self.bed.hour - self.wake.hour) * 60 + self.bed.minute - self.wake.minute) % 1440 / 60


class CivilClock:
    """The force's own clock from ``since`` to ``until``, in seconds, and some days around."""

    def __init__(self, zone: ZoneInfo, since: int, until: int) -> None:
        self._zone = zone
        self.since, self.until = since, until
        self._first = (since - AROUND) // QUARTER * QUARTER
        quarters = range(self._first, until + AROUND + QUARTER, QUARTER)  # every zone changes its clock on a quarter
        self._offsets: Wholes = np.array([offset_at(zone, at) for at in quarters], dtype=np.int64)

    def hour_of_day(self, at: Wholes) -> Floats:
        """What the clock shows at each instant, in hours from 0 up to 24."""
        return ((at + self._offsets[(at - self._first) // QUARTER]) % DAY) / HOUR

    def near(self, at: Wholes) -> Wholes:
        """The instants, as far as this clock goes; those beyond are moved to its ends."""
        return np.clip(at, self.since - AROUND, self.until + AROUND)

    def nights(self, night: Night) -> tuple[Wholes, Wholes]:
        """When to bed and when up again, for each night from the one before ``since`` to the one after ``until``."""
        day, last = (instant(at).astimezone(self._zone).date() for at in (self.since - DAY, self.until + DAY))
        beds, wakes = [], []
        while day <= last:
            next_day = day + timedelta(days=1)
            beds.append(seconds(on_clock(day, night.bed, self._zone)))
            up = day if night.wake > night.bed else next_day
            wakes.append(seconds(on_clock(up, night.wake, self._zone)))
            day = next_day
        return np.array(beds, dtype=np.int64), np.array(wakes, dtype=np.int64)


def offset_at(zone: ZoneInfo, at: int) -> int:
    """By how many seconds the zone's clock is ahead of UTC at an instant."""
    offset = instant(at).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds())
