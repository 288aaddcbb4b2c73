"""Both fatigue models over a whole force for four weeks, every 15 minutes, beside a plain loop over its members.

The loop takes a sample of the members; its time is scaled to the force, and its results are compared with the engine's.
"""

import resource
import sys
import time
from collections.abc import Callable
from typing import TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from benchmarks._table import Measured, report
from muster.fitness.arrays import DAY, HOUR, Wholes
from muster.fitness.clock import CivilClock, Night
from muster.fitness.course import Course, Model
from muster.fitness.habitual import at_bedtime
from muster.fitness.plausible import PLAUSIBLE
from muster.fitness.sleep import Habits, estimate
from muster.fitness.stretches import Stretches
from muster.fitness.three_process import ThreeProcess
from muster.fitness.unified import Unified
from tests.fitness import plain

MEMBERS = 22_000
DAYS = 28
STEP = 15 * 60
SAMPLE = 100
CYCLE, ON = 7, 5
STARTS = {"days": 7 * HOUR + 300, "evenings": 15 * HOUR, "nights": 23 * HOUR + 900}
TOUR = 8 * HOUR + 35 * 60
ZONE = ZoneInfo("UTC")
SINCE = 18_500 * DAY + 23 * HOUR
SECONDS_AT_MOST, GIB_AT_MOST = 10, 2
Values: TypeAlias = NDArray[np.float32]
T = TypeVar("T")


def main() -> int:
    """0 when both targets are met; raises AssertionError where the loop finds something else than the engine."""
    instants = list(range(SINCE, SINCE + DAYS * DAY, STEP))
    clock = CivilClock(ZONE, SINCE, instants[-1])
    sleeps, estimating = timed(lambda: estimate(duties(), PLAUSIBLE[0], clock, SINCE, instants[-1], Habits()))
    (kss, lapses), spent = timed(lambda: [values(model, sleeps, instants) for model in (ThreeProcess(), Unified())])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    (plain_kss, plain_lapses), looping = timed(lambda: loop(sleeps, instants))
    members = sample()
    apart = max(np.abs(kss[:, members] - plain_kss).max(), np.abs(lapses[:, members] - plain_lapses).max())
    assert apart < 1e-5, f"the loop and the engine are {apart} apart"  # single precision is kept
    rows = [
        Measured("both models, processor time", spent, SECONDS_AT_MOST, "s"),
        Measured("highest memory of the process", peak, GIB_AT_MOST, "GiB"),
        Measured("sleep of all estimated from their duty", estimating, None, "s"),
        Measured(f"plain loop over {SAMPLE} members, scaled to {MEMBERS:,}", looping * MEMBERS / SAMPLE, None, "s"),
        Measured("the loop takes longer by", looping * MEMBERS / SAMPLE / spent, None, "times"),
        Measured("loop and engine apart by at most", apart * 1e6, None, "millionths"),
    ]
    return report(f"Both models, {MEMBERS:,} members, {DAYS} days, every 15 minutes", rows)


def timed(do: Callable[[], T]) -> tuple[T, float]:
    """What comes back, and the seconds of processor time of this process that it took; all runs on one core."""
    began = time.process_time()
    found = do()
    return found, time.process_time() - began


def values(model: Model, sleeps: Stretches, instants: list[int]) -> Values:
    """What the model gives at every instant for everybody."""
    woke = SINCE - round(Night().awake_hours * HOUR)
    course = Course(model, sleeps, SINCE, at_bedtime(model, Night()), woke)
    found = np.empty((len(instants), sleeps.members), dtype=np.float32)
    for place, at in enumerate(instants):
        course.to(at)
        found[place] = model.value(course.states, at % DAY / HOUR)
    return found


def duties() -> Stretches:
    """Five tours of a kind, two days off, and so on, in turn through the three kinds; each member a minute later."""
    member, day = np.meshgrid(np.arange(MEMBERS), np.arange(1, DAYS + 1), indexing="ij")
    turn = day + member % (CYCLE * len(STARTS))
    kind = np.array(list(STARTS.values()))[turn // CYCLE % len(STARTS)]
    start = SINCE - 23 * HOUR + day * DAY + kind + member % 60 * 60
    on = turn % CYCLE < ON
    first: Wholes = np.concatenate(([0], np.cumsum(on.sum(axis=1)))).astype(np.int64)
    return Stretches(start[on], start[on] + TOUR, first)


def sample() -> list[int]:
    """Members all over the force."""
    return list(range(0, MEMBERS, MEMBERS // SAMPLE))[:SAMPLE]


def loop(sleeps: Stretches, instants: list[int]) -> tuple[Values, Values]:
    """The same for the sample, one member and one row after the other."""
    s, w = at_bedtime(ThreeProcess(), Night())
    s_u, debt, _ = at_bedtime(Unified(), Night())
    own = [sleeps.of(member) for member in sample()]
    kss = [plain.three_process(each, SINCE, float(s), float(w), instants) for each in own]
    lapses = [plain.unified(each, SINCE, float(s_u), float(debt), instants) for each in own]
    return np.array(kss, dtype=np.float32).T, np.array(lapses, dtype=np.float32).T


if __name__ == "__main__":
    sys.exit(main())
