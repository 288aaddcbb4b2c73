"""What a solve gives back: the lines, what they cost and how much better any roster could be."""

from collections.abc import Mapping
from dataclasses import dataclass

from muster.roster.problem import OFF

Line = tuple[str, ...]
"""One entry a day: the ref of a tour, or ``OFF``."""

Roster = Mapping[str, Line]
"""The line of each member, by their ref."""

SETTLED_SHARE = 0.01
SETTLED_POINTS = 1


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a roster costs, by part; lower is better."""

    under: int = 0
    over: int = 0
    requests: int = 0
    lines: int = 0

    @property
    def total(self) -> int:
        return self.under + self.over + self.requests + self.lines


@dataclass(frozen=True, slots=True)
class Breach:
    """A hard rule that a line breaks, in words. ``day`` is None when the whole line is meant."""

    member: str
    rule: str
    day: int | None
    says: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker found: every breach, and the penalty counted from scratch."""

    breaches: tuple[Breach, ...]
    penalty: Penalty


@dataclass(frozen=True, slots=True)
class Result:
    """The best roster found, checked, and a proven lower bound: no roster without a breach costs less than ``bound``.

    ``effort`` is the work done, in the engine's own unit (about a millisecond each, the same on every machine);
    ``seconds`` what the caller's clock showed, 0 without one. ``unsolved`` names members who have no possible line,
    with the reason; their lines are all off. ``warnings`` tell what no roster can satisfy.
    """

    roster: Roster
    penalty: Penalty
    breaches: tuple[Breach, ...]
    bound: float
    effort: int
    seconds: float
    unsolved: Mapping[str, str]
    warnings: tuple[str, ...] = ()

    @property
    def gap(self) -> float:
        """The part of the penalty that might still be saved, 0 to 1."""
        total = self.penalty.total
        return max(0.0, (total - self.bound) / total) if total > 0 else 0.0

    @property
    def settled(self) -> bool:
        """Whether the penalty is within 1 % or 1 point of the bound."""
        return is_settled(self.penalty.total, self.bound)


def is_settled(penalty: float, bound: float) -> bool:
    """Whether a penalty is within 1 % or 1 point of a bound."""
    return penalty - bound <= max(SETTLED_POINTS, SETTLED_SHARE * penalty)


def days_worked(line: Line) -> list[int]:
    """The days of a line that are not off."""
    return [day for day, tour in enumerate(line) if tour != OFF]
