"""Where a plausible sleep lies between the duties of many members: never on duty, and at night on days off."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from muster.fitness.arrays import HOUR, Flags, Floats, Wholes
from muster.fitness.clock import CivilClock, Night
from muster.fitness.plausible import PlausibleSleep
from muster.fitness.stretches import Stretches

SHORTEST_HOURS: Final = 1.0
"""A sleep shorter than this is none (AutoSleep)."""
AWAKE_BETWEEN_HOURS: Final = 6.0
"""Nobody sleeps again sooner than this after waking: ours."""
TIRED_HOURS: Final = 20.0
"""Whoever has been awake so long goes to bed as soon as they are home, whatever the hour: ours. Both sources were made
for people who had slept the night before."""
SAME_MORNING_HOURS: Final = 6.0
"""An early start shortens a sleep that would end within so many hours of leaving for it: ours."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What is taken to be so of everybody: the way to and from duty, and the night of a day off."""

    commute_hours: float = 1.0
    """door to door, one way (AutoSleep: one hour)"""
    night: Night = field(default_factory=Night)


@dataclass(frozen=True, slots=True)
class Breaks:
    """The stretches between duties in which there is room to sleep, member after member, in seconds.

    ``end`` is where the duty before ended; from ``home`` to ``leave`` they are not on the way either. ``after`` a duty
    is every one but a member's first, which begins with the window; ``before`` a duty every one but the last.
    """

    member: Wholes
    end: Wholes
    home: Wholes
    leave: Wholes
    after: Flags
    before: Flags


def estimate(
    duties: Stretches, plausible: PlausibleSleep, clock: CivilClock, since: int, until: int, habits: Habits
) -> Stretches:
    """The sleeps of every member that begin from ``since`` on and before ``until``; the last may end later.

    Give the duties that are known beyond ``until`` too: a sleep ends in time for the next one.
    """
    breaks = _breaks(duties, since, until, round(habits.commute_hours * HOUR))
    beds, wakes = clock.nights(habits.night)
    placing = _Placing(breaks, plausible, clock, habits, beds, wakes)
    sleeps = placing.placed(np.zeros(len(breaks.member), dtype=np.bool_))
    woke = since - round(habits.night.awake_hours * HOUR)
    at, start, end = placing.placed(placing.awake_hours(sleeps, woke) >= TIRED_HOURS)
    kept = (start < until) & (end >= since + _whole(SHORTEST_HOURS))
    at, start, end = at[kept], np.maximum(start[kept], since), end[kept]
    counts = np.bincount(breaks.member[at], minlength=duties.members)
    return Stretches(start, end, np.concatenate(([0], np.cumsum(counts))).astype(np.int64))


def _breaks(duties: Stretches, since: int, until: int, commute: int) -> Breaks:
    """Between duties that leave no room for any sleep there is no break: they are one, as far as sleep goes."""
    member = np.repeat(np.arange(duties.members), np.diff(duties.first))
    room = duties.start[1:] - duties.end[:-1] >= 2 * commute + SHORTEST_HOURS * HOUR
    begins = np.concatenate(([True], (member[1:] != member[:-1]) | room))[: len(member)]
    closes = np.concatenate((begins[1:], [True]))[: len(member)]
    member, start, end = member[begins], duties.start[begins], duties.end[closes]
    runs = len(member)
    before = np.arange(runs) + member  # the break before a run of duties, one more a member than there are runs
    owner = np.repeat(np.arange(duties.members), np.bincount(member, minlength=duties.members) + 1)
    ends, leaves = np.full(len(owner), since, dtype=np.int64), np.full(len(owner), until + 48 * HOUR, dtype=np.int64)
    homes, after, is_before = ends.copy(), np.zeros(len(owner), np.bool_), np.zeros(len(owner), np.bool_)
    ends[before + 1], homes[before + 1], after[before + 1] = end, end + commute, True
    leaves[before], is_before[before] = start - commute, True
    return Breaks(owner, ends, homes, leaves, after, is_before)


class _Placing:
    """Places one plausible sleep in every break."""

    def __init__(
        self,
        breaks: Breaks,
        plausible: PlausibleSleep,
        clock: CivilClock,
        habits: Habits,
        beds: Wholes,
        wakes: Wholes,
    ) -> None:
        self._breaks = breaks
        self._plausible = plausible
        self._beds, self._wakes = beds, wakes
        leave = clock.hour_of_day(clock.near(breaks.leave))
        self._at_most = np.where(breaks.before, plausible.at_most(leave), 24.0)
        hour = clock.hour_of_day(clock.near(breaks.end))
        end = np.where(hour < 12, hour + 24, hour)
        bed, self._hours = plausible.after_duty(end, habits.commute_hours)
        self._bed = np.maximum(breaks.end + _whole(bed - end), breaks.home)

    def placed(self, tired: Flags) -> tuple[Wholes, Wholes, Wholes]:
        """Of every sleep: the place of its break, its start and its end. ``tired``: who goes to bed at once."""
        b = self._breaks
        settle = round(self._plausible.SETTLE_HOURS * HOUR)
        bed = np.where(tired, b.home + settle, self._bed)
        after = np.flatnonzero(b.after)
        main = self._fitting(after, bed[after], bed[after] + _whole(self._hours[after]))
        awake = b.home.copy()
        awake[main[0]] = main[2] + _whole(AWAKE_BETWEEN_HOURS)
        nights = self._nights(awake)
        at, start, end = (np.concatenate(pair) for pair in zip(main, nights, strict=True))
        order = np.argsort(at, kind="stable")  # the sleep after duty comes before the nights
        return at[order], start[order], end[order]

    def _nights(self, earliest: Wholes) -> tuple[Wholes, Wholes, Wholes]:
        """The habitual nights of each break, from when somebody can sleep again."""
        shortest = _whole(SHORTEST_HOURS)
        first = np.searchsorted(self._wakes, earliest + shortest)
        last = np.searchsorted(self._beds, self._breaks.leave - shortest, side="right")
        counts = np.maximum(last - first, 0)
        at = np.repeat(np.arange(len(counts)), counts)
        night = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts - first, counts)
        return self._fitting(at, np.maximum(self._beds[night], earliest[at]), self._wakes[night])

    def _fitting(self, at: Wholes, start: Wholes, end: Wholes) -> tuple[Wholes, Wholes, Wholes]:
        """These sleeps as far as the next duty lets them, without those that become too short."""
        leave = self._breaks.leave[at]
        end = np.minimum(end, leave)
        most = np.where(leave - end < _whole(SAME_MORNING_HOURS), self._at_most[at], 24.0)
        start = np.maximum(start, end - _whole(most))
        kept = end - start >= _whole(SHORTEST_HOURS)
        return at[kept], start[kept], end[kept]

    def awake_hours(self, sleeps: tuple[Wholes, Wholes, Wholes], woke: int) -> Floats:
        """For how long each member is awake when they come home into each break; ``woke``: when, before the first."""
        b = self._breaks
        at, _, end = sleeps
        apart = np.int64(2**40)  # so that nobody's sleep counts for the next member
        latest = b.member * apart + woke
        np.maximum.at(latest, at, b.member[at] * apart + end)
        latest = np.maximum.accumulate(latest) - b.member * apart
        return (b.home - np.concatenate(([woke], latest[:-1]))) / HOUR


def _whole(hours: Floats | float) -> Wholes:
    return np.asarray(np.rint(np.asarray(hours) * HOUR), dtype=np.int64)
