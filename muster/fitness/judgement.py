"""What the models say of members whose duty is known: fit or caution, with its spread and its reasons in words.

A model never says *unfit*, and is never the sole ground for anything about a person: it gives the mean of a group.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from muster.fitness.arrays import Flags, instant
from muster.fitness.course import Model
from muster.fitness.plausible import PLAUSIBLE
from muster.fitness.stretches import Stretches
from muster.fitness.three_process import ThreeProcess
from muster.fitness.thresholds import AWAKE_17, AWAKE_24, Threshold, threshold_of
from muster.fitness.unified import Unified

Span = tuple[datetime, datetime]
Pair = tuple[str, str]
"""A model and a plausible sleep, by name."""

MODELS: Final[tuple[Model, ...]] = (ThreeProcess(), Unified())
_MEASURES: Final = {model.NAME: model.MEASURE for model in MODELS}
_TITLES: Final = {model.NAME: model.TITLE for model in MODELS}
_SLEEPS: Final = {sleep.NAME: sleep.SAYS for sleep in PLAUSIBLE}


@dataclass(frozen=True, slots=True)
class Reading:
    """What one model says under one plausible sleep. ``hours_awake`` is None for somebody asleep by that estimate."""

    model: str
    sleep: str
    measure: str
    value: float
    hours_awake: float | None
    over: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """Fit or caution for one member at one instant, the worst of all readings, and why in words."""

    member: str
    at: datetime
    says: str
    why: tuple[str, ...]
    readings: tuple[Reading, ...]
    kss: tuple[float, float]
    lapses: tuple[float, float]
    hours_awake: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Fitness:
    """Readings of members at instants: arrays of shape (instants, members), in the order of ``members``."""

    members: tuple[str, ...]
    instants: tuple[datetime, ...]
    values: Mapping[Pair, NDArray[np.float32]]
    over: Mapping[Pair, Flags]
    hours_awake: Mapping[str, NDArray[np.float32]]
    """by plausible sleep; not a number while asleep"""
    sleeps: Mapping[str, Stretches]
    """the sleeps supposed, by name, in seconds since 1970"""

    @property
    def caution(self) -> Flags:
        """Where any model under any plausible sleep brings caution."""
        long = (hours >= AWAKE_17.value for hours in self.hours_awake.values())
        return np.asarray(np.any([*self.over.values(), *long], axis=0), dtype=np.bool_)

    def spread(self, measure: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The least and the most of ``kss`` or ``lapses`` over the plausible sleeps."""
        all_of = [v for (model, _), v in self.values.items() if _MEASURES[model] == measure]
        return np.minimum.reduce(all_of), np.maximum.reduce(all_of)

    def slept(self, member: str, sleep: str) -> list[Span]:
        """The sleeps that one plausible sleep supposes of a member, as instants."""
        spans = self.sleeps[sleep].of(self.members.index(member))
        return [(instant(start), instant(end)) for start, end in spans]

    def judgement(self, member: str, at: datetime) -> Judgement:
        """The judgement on a member at one of the instants."""
        return self.of(self.members.index(member), self.instants.index(at))

    def of(self, member: int, place: int) -> Judgement:
        """The judgement on the member and the instant at these places."""
        readings = tuple(self._reading(pair, place, member) for pair in self.values)
        awake = [r.hours_awake for r in readings if r.hours_awake is not None]
        said = dict.fromkeys(each for reading in readings for each in _sentences(reading))
        over = tuple(words for is_over, words in said if is_over)
        return Judgement(
            member=self.members[member],
            at=self.instants[place],
            says="caution" if over else "fit",
            why=over or tuple(words for _, words in said),
            readings=readings,
            kss=_spread(r.value for r in readings if r.measure == "kss"),
            lapses=_spread(r.value for r in readings if r.measure == "lapses"),
            hours_awake=_spread(awake) if awake else None,
        )

    def _reading(self, pair: Pair, place: int, member: int) -> Reading:
        model, sleep = pair
        hours = float(self.hours_awake[sleep][place, member])
        value, over = float(self.values[pair][place, member]), bool(self.over[pair][place, member])
        return Reading(model, sleep, _MEASURES[model], value, None if np.isnan(hours) else hours, over)


def _sentences(reading: Reading) -> Iterator[tuple[bool, str]]:
    """What a reading says in words, and whether that is caution."""
    supposed = f"if {_SLEEPS[reading.sleep]}"
    limit = threshold_of(reading.measure)
    yield reading.over, f"{_TITLES[reading.model]}, {supposed}: {_measured(reading)}, {_limited(limit)}"
    if reading.hours_awake is None:
        yield False, f"asleep, {supposed}"
        return
    long = AWAKE_24 if reading.hours_awake >= AWAKE_24.value else AWAKE_17
    over = reading.hours_awake >= AWAKE_17.value
    yield over, f"awake for {reading.hours_awake:.1f} h, {supposed}; {_limited(long)}"


def _measured(reading: Reading) -> str:
    return f"KSS {reading.value:.1f}" if reading.measure == "kss" else f"{reading.value:.1f} lapses"


def _limited(threshold: Threshold) -> str:
    return f"caution from {threshold.value:.3g}: {threshold.means} ({threshold.source})"


def _spread(values: Iterable[float]) -> tuple[float, float]:
    all_of = list(values)
    return min(all_of), max(all_of)
