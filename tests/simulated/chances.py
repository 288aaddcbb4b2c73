"""What happens by chance: how often, and drawn how. Each theme has its own numbers, so that one changes no other."""

from dataclasses import dataclass
from random import Random
from typing import Final


@dataclass(frozen=True)
class Rates:
    """How often things happen. ``sick``: of tours due, those before which a spell of sickness begins; with ``SPELLS``
    it takes 1.2 in a hundred tours, the 35 hours a year of 2,920 in the staffing study of Centerville, Minnesota, that
    Muster's own staffing factor is held to. All others are made up: no source that we know has them."""

    sick: float = 0.0067
    sick_too_late: float = 0.2
    ill_on_duty: float = 0.001
    missing: float = 0.003
    late: float = 0.006
    court: float = 0.01
    court_cancelled: float = 0.15
    court_moved: float = 0.15
    willing: float = 0.35
    refuses: float = 0.3
    hard_night: float = 0.25
    willing_then: float = 0.01
    refuses_then: float = 0.15
    comes: float = 0.97
    answers_order: float = 0.8
    unasked: float = 0.02


SPELLS: Final = ((1, 0.45), (2, 0.25), (3, 0.15), (5, 0.10), (7, 0.05))
"""Days of a spell of sickness, with the share of spells that are so long: made up."""


class Chances:
    """The draws of one seed."""

    def __init__(self, seed: int, rates: Rates) -> None:
        self._seed, self.rates = seed, rates
        self._themes: dict[str, Random] = {}

    def of(self, theme: str) -> Random:
        """The numbers of a theme."""
        return self._themes.setdefault(theme, Random(f"{theme} {self._seed}"))

    def happens(self, theme: str, share: float) -> bool:
        """Whether something happens that does in this share of cases."""
        return self.of(theme).random() < share

    def minutes(self, theme: str, least: int, most: int) -> int:
        """Whole minutes between two numbers of them."""
        return self.of(theme).randint(least, most)

    def spell(self) -> int:
        """How many days somebody is sick."""
        drawn = self.of("spell").random()
        for days, share in SPELLS:
            drawn -= share
            if drawn < 0:
                return days
        return SPELLS[-1][0]

    def says(self, hard: bool) -> str:
        """What somebody answers who is offered work: willing, refused, or nothing (``none``)."""
        r, drawn = self.rates, self.of("answer").random()
        willing, refuses = (r.willing_then, r.refuses_then) if hard else (r.willing, r.refuses)
        return "willing" if drawn < willing else "refused" if drawn < willing + refuses else "none"
