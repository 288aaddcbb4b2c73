"""What follows what, weighed by what the models of fatigue say of it: an optional cost of a roster, off by default.

A model gives the mean of a group, under sleep that is supposed and not seen. It is never the sole ground for anything
about a person; here it never bars a line, it only lets the engine prefer one. A published patent (US 8,428,993) claims
optimising rosters by fatigue scores: whoever turns this on should know of it.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour
from muster.domain.schedule import turn_on
from muster.fitness.judgement import MODELS, Fitness, Span
from muster.fitness.judging import judged
from muster.fitness.plausible import FatigueIndexSleep
from muster.fitness.thresholds import threshold_of

SLEEP: Final = FatigueIndexSleep.NAME
"""The sleep supposed: the one that was fitted to what shift workers reported."""
PLAIN_CLOCK: Final = ZoneInfo("UTC")
PLAIN_DAY: Final = date(2021, 1, 4)
"""Tours are compared on a clock that does not change, on any day."""
NOTE: Final = (
    "which tour follows which is weighed by models of fatigue: the mean of a group, never the sole ground for anything "
    "about a person"
)


def fitness_weights(tours: Iterable[Tour], points: int) -> dict[tuple[str, str], int]:
    """Points for each pair of tours, the second worked on the day after the first: ``points`` times how much worse the
    second ends than after a day off, rounded to whole ones. Pairs for which that comes to nothing are left out.

    How much worse: as a share of the threshold from which the model brings caution, KSS 7 of the Three Process Model
    (Ingre et al. 2014, doi:10.1371/journal.pone.0108679), our 10.6 lapses of the Unified Model of Performance (Rajdev
    et al. 2013, doi:10.1016/j.jtbi.2013.04.013; see ``thresholds``). Of the two models the worse counts. The sleep
    between is that of HSE RR446 (Spencer, Robertson, Folkard 2006); every night before was slept, and nobody naps.
    """
    if not points:
        return {}
    weights = {pair: round(points * worse) for pair, worse in _worse(frozenset(tours)).items()}
    return {pair: weight for pair, weight in sorted(weights.items()) if weight > 0}


@cache
def _worse(tours: frozenset[Tour]) -> Mapping[tuple[str, str], float]:
    """By how much each second tour ends worse after the first than after a day off: the share of the threshold."""
    first = {t.tour: turn_on(t, PLAIN_DAY, PLAIN_CLOCK) for t in tours}
    then = {t.tour: turn_on(t, PLAIN_DAY + timedelta(days=1), PLAIN_CLOCK) for t in tours}
    duty: dict[tuple[str, ...], list[Span]] = {(b,): [(turn.start, turn.end)] for b, turn in then.items()}
    for a, before in first.items():
        duty |= {(a, b): [(before.start, before.end), *duty[b,]] for b in then}
    numbers = {pair: str(number) for number, pair in enumerate(duty)}
    ends = sorted({turn.end for turn in then.values()})
    found = judged({numbers[pair]: spans for pair, spans in duty.items()}, PLAIN_CLOCK, ends)

    def share(pair: tuple[str, ...], model: int) -> float:
        return _share(found, numbers[pair], ends.index(then[pair[-1]].end), model)

    return {
        (a, b): max(share((a, b), model) - share((b,), model) for model in range(len(MODELS)))
        for a in first
        for b in then
    }


def _share(found: Fitness, member: str, place: int, model: int) -> float:
    """What a model says of a member at an instant, as a share of its threshold."""
    name, measure = MODELS[model].NAME, MODELS[model].MEASURE
    return float(found.values[name, SLEEP][place, found.members.index(member)]) / threshold_of(measure).value
