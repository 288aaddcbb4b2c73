"""Rostering problems to measure with, and what a solve of one took."""

import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from muster.roster.budget import Budget
from muster.roster.checker import check
from muster.roster.curtois import read_curtois
from muster.roster.problem import Instance
from muster.roster.result import Roster, is_settled
from muster.roster.solve import Progress, solve

DATA: Final = Path(__file__).parent / "data" / "rosters"
CITY: Final = tuple(f"c{number}" for number in range(1, 78))


@dataclass(frozen=True, slots=True)
class Outcome:
    """A roster as the checker finds it, and what it took. ``memory_mib``: the most that its process ever held."""

    name: str
    members: int
    penalty: int
    bound: float
    breaches: int
    seconds: float
    memory_mib: float
    roster: Roster

    @property
    def gap(self) -> float:
        """The part of the penalty that might still be saved, 0 to 1."""
        return max(0.0, self.penalty - self.bound) / self.penalty if self.penalty else 0.0

    @property
    def settled(self) -> bool:
        """Whether the penalty is within 1 % or 1 point of the bound."""
        return is_settled(self.penalty, self.bound)


def city_text(name: str) -> str:
    """A unit of the city, in the text format."""
    return (DATA / "city" / f"{name}.txt").read_text(encoding="utf-8")


def public_text(number: int) -> str:
    """An instance of the public benchmark, 1 to 12."""
    return (DATA / "public" / f"Instance{number}.txt").read_text(encoding="utf-8")


def solved(
    name: str, instance: Instance, seconds: float, *, seed: int = 0, workers: int = 1, start: Roster | None = None
) -> Outcome:
    """The roster found in so many seconds; its penalty and breaches are the checker's, not the solver's."""
    result = solve(instance, Budget(seconds=seconds, clock=time.monotonic), seed=seed, workers=workers, start=start)
    return _outcome(name, instance, result.roster, result.bound, result.seconds)


def until_settled(name: str, instance: Instance, seconds: float, workers: int = 1) -> Outcome:
    """The same, but it stops as soon as the roster is settled."""
    settled = False

    def look(progress: Progress) -> None:
        nonlocal settled
        settled = progress.penalty is not None and is_settled(progress.penalty, progress.bound)

    budget = Budget(seconds=seconds, clock=time.monotonic, stop=lambda: settled)
    result = solve(instance, budget, workers=workers, report=look)
    return _outcome(name, instance, result.roster, result.bound, result.seconds)


def _outcome(name: str, instance: Instance, roster: Roster, bound: float, seconds: float) -> Outcome:
    checked = check(instance, roster)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    penalty, breaches = checked.penalty.total, len(checked.breaches)
    return Outcome(name, len(instance.members), penalty, bound, breaches, seconds, peak, roster)


def read(name: str, text: str) -> Instance:
    """The instance in a text; raises ``FaultyInstance`` with all its faults."""
    return read_curtois(text, name)


def city_gap(found: Sequence[Outcome]) -> float:
    """What might still be saved of all penalties together, 0 to 1."""
    penalty = sum(each.penalty for each in found)
    return (penalty - sum(each.bound for each in found)) / penalty if penalty else 0.0
