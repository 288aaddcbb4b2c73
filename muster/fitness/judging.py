"""From duty to judgements: the sleeps that are plausible, every model under each of them, and where that is caution."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from muster.domain.errors import Invalid
from muster.domain.instants import on_clock
from muster.fitness.arrays import DAY, HOUR, Flags, seconds
from muster.fitness.clock import CivilClock, Night, offset_at
from muster.fitness.course import Course, Model
from muster.fitness.habitual import at_bedtime
from muster.fitness.judgement import MODELS, Fitness, Pair, Span
from muster.fitness.plausible import PLAUSIBLE
from muster.fitness.sleep import Habits, estimate
from muster.fitness.stretches import Stretches, stretches_of
from muster.fitness.thresholds import threshold_of

LEAD_DAYS: Final = 28
"""Days of duty before the first instant that a judgement needs: what the unified model remembers of the state before is
then down to a thousandth (exp(-28 / 4.06))."""
BEYOND_DAYS: Final = 2
"""Days of duty after the last instant that count: somebody goes to bed in time for the next one."""
INERTIA_HOURS: Final = 0.75
"""For so long after waking the inertia is not judged: it wears off by itself."""


def every(since: datetime, until: datetime, step: timedelta) -> list[datetime]:
    """The instants from ``since`` up to and with ``until``, ``step`` apart in elapsed time."""
    return [since + number * step for number in range((until - since) // step + 1)]


def judged(
    duty: Mapping[str, Iterable[Span]], zone: ZoneInfo, instants: Sequence[datetime], habits: Habits | None = None
) -> Fitness:
    """Both models under every plausible sleep, for each member at each of the instants (aware, ascending).

    ``duty``: for each member all that counts as duty, aware, half-open, in any order; overlaps count once. It should
    reach from ``LEAD_DAYS`` before the first instant, where known, to ``BEYOND_DAYS`` after the last. Whoever has no
    duty has slept every night. ``zone``: the force's; bedtimes are on its clock. The body clock does not follow a
    change of the clock within the window: it keeps the offset of the first instant.

    At the start, ``LEAD_DAYS`` before, everybody is in the state of somebody who has always slept the habitual night.
    Raises ``Invalid`` without instants, or where they are not in order.
    """
    at = [seconds(each) for each in instants]
    if not at or any(later <= earlier for earlier, later in pairwise(at)):
        raise Invalid("instants of a judgement must be given, each after the one before")
    habits = habits or Habits()
    since, until = _first_bedtime(instants[0], zone, habits.night), at[-1] + HOUR
    duties = stretches_of([_once(spans, since, until) for spans in duty.values()])
    clock = CivilClock(zone, since, until)
    sleeps = {p.NAME: estimate(duties, p, clock, since, until, habits) for p in PLAUSIBLE}
    values: dict[Pair, NDArray[np.float32]] = {}
    over: dict[Pair, Flags] = {}
    awake: dict[str, NDArray[np.float32]] = {}
    for name, supposed in sleeps.items():
        for model in MODELS:
            course = _course(model, supposed, since, habits.night)
            pair = model.NAME, name
            values[pair], over[pair], awake[name] = _readings(course, model, at, offset_at(zone, at[0]))
    return Fitness(tuple(duty), tuple(instants), values, over, awake, sleeps)


def _first_bedtime(first: datetime, zone: ZoneInfo, night: Night) -> int:
    day = first.astimezone(zone).date() - timedelta(days=LEAD_DAYS + 1)
    return seconds(on_clock(day, night.bed, zone))


def _once(spans: Iterable[Span], since: int, until: int) -> list[tuple[int, int]]:
    """The duties near the window, in seconds, each hour of them once."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((seconds(start), seconds(end)) for start, end in spans):
        if end <= since - DAY or start >= until + BEYOND_DAYS * DAY or start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _course(model: Model, sleeps: Stretches, since: int, night: Night) -> Course:
    woke = since - round(night.awake_hours * HOUR)
    return Course(model, sleeps, since, at_bedtime(model, night), woke)


def _readings(
    course: Course, model: Model, at: Sequence[int], offset: int
) -> tuple[NDArray[np.float32], Flags, NDArray[np.float32]]:
    """What the model gives at each instant, where that is caution, and hours awake, not a number for the sleeping."""
    shape = len(at), len(course.awake)
    values, over, awake = np.empty(shape, np.float32), np.empty(shape, np.bool_), np.empty(shape, np.float32)
    threshold = threshold_of(model.MEASURE).value
    for place, each in enumerate(at):
        course.to(each)
        tod = (each + offset) % DAY / HOUR
        hours = course.hours_in_state()
        values[place] = model.value(course.states, tod)
        judged = np.where(hours < INERTIA_HOURS, model.settled(course.states, tod), model.value(course.states, tod))
        over[place] = course.awake & (judged >= threshold)
        awake[place] = np.where(course.awake, hours, np.nan)
    return values, over, awake
