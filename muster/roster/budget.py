"""How long a solve may take: in effort, which is the same on every machine, or on the caller's clock, or both."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Budget:
    """What may be spent. ``effort`` is in the engine's unit, about a millisecond; None for no limit.

    With ``seconds`` a ``clock`` is needed, which counts them (``time.monotonic``); the solve then depends on how fast
    the machine is. ``stop`` is asked often; when it says yes, the solve ends with the best so far.
    """

    effort: float | None = None
    seconds: float | None = None
    clock: Callable[[], float] | None = None
    stop: Callable[[], bool] | None = None
    spent: float = 0.0
    begun: float | None = None
    """What the clock showed at the beginning; None for now."""

    def __post_init__(self) -> None:
        if self.begun is None:
            self.begun = self.clock() if self.clock else 0.0

    def spend(self, effort: float) -> None:
        self.spent += effort

    @property
    def elapsed(self) -> float:
        """Seconds since the budget was made; 0 without a clock."""
        return self.clock() - (self.begun or 0.0) if self.clock else 0.0

    @property
    def used(self) -> float:
        """The part of the budget that is gone, 0 to 1 and more."""
        by_effort = self.spent / self.effort if self.effort else 0.0
        by_clock = self.elapsed / self.seconds if self.seconds else 0.0
        return max(by_effort, by_clock, 1.0 if self.stop and self.stop() else 0.0)

    def over(self, part: float = 1.0) -> bool:
        """Whether that part of the budget is gone."""
        return self.used >= part

    def seconds_left(self) -> float | None:
        """Seconds on the clock until the end, at least 0; None without such a limit."""
        return max(0.0, self.seconds - self.elapsed) if self.seconds is not None else None
