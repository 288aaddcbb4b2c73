"""From a fractional mixture of lines to a roster: cells are fixed, not lines, and pricing goes on after each step.

Of each member, day and entry (a tour, or off) the shares of the lines are summed. The largest sums are fixed first, a
few per cent of the open cells a step; faster while the cost of the mixture holds, slower when it rises.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from muster.roster.engine import CUT, Engine
from muster.roster.hours import Floats, Wholes
from muster.roster.master import DUAL_SIMPLEX, PRIMAL_SIMPLEX, Master, Mixture
from muster.roster.rules import Flags

FREE = -2
"""A cell not fixed yet; others are a tour or ``REST``."""
WHOLE = 1 - 1e-6
PRESENT = 1e-7
LEAST_MASS = 0.3
"""A cell is fixed only where lines with this share of the member agree to it and to the others fixed in the step."""
SURE = 0.6
FASTER, SLOWER, FASTEST = 1.4, 0.4, 6.0
HELD = 0.3
"""A cost that rises by less than this in a step has held."""


@dataclass(frozen=True, slots=True)
class DiveManner:
    """``sure``: sums from which all are fixed; ``share``: of the open cells, how many are fixed a step at least;
    ``chance``: how far the order is left to it, 0 to 1; ``rounds`` of pricing a step."""

    sure: float = 0.8
    share: float = 0.03
    chance: float = 0.0
    rounds: int = 4
    first_rounds: int = 4


class Dive:
    """One dive of some members against what the others leave of the cover. ``cut``: costs above it are given up."""

    def __init__(
        self,
        engine: Engine,
        members: Wholes,
        required: Floats,
        columns: Iterable[int],
        *,
        cut: float,
        manner: DiveManner,
        fixed: Wholes | None = None,
        most_effort: float = np.inf,
    ) -> None:
        self.engine, self.members, self.cut, self.manner = engine, members, cut, manner
        self.random = engine.random
        self.until = engine.budget.spent + most_effort
        self.master = Master(engine.pool, engine.covers, members, required)
        self.master.add(columns)
        self.shut: Flags = np.zeros(0, bool)
        shape = engine.rules.allowed.shape
        self.fixed: Wholes = np.full(shape[:2], FREE, np.int64)
        self.allowed: Flags = engine.rules.allowed.copy()
        if fixed is not None:
            for e in members:
                for d in np.nonzero(fixed[e] != FREE)[0]:
                    self._fix(int(e), int(d), int(fixed[e, d]))
        self.pricing = engine.pricing.within(self.allowed)
        self.speed = 1.0
        self.cost = -np.inf

    def run(self, part: float = 1.0) -> dict[int, Wholes] | None:
        """The line of each member; None where the cut or the budget ended it."""
        rounds = self.manner.first_rounds
        while not self.engine.budget.over(part) and self.engine.budget.spent < self.until:
            mixture = self._priced(rounds)
            rounds = self.manner.rounds
            if mixture.cost > self.cut:
                return None
            present = np.nonzero(mixture.shares > PRESENT)[0]
            if (mixture.shares[present] > WHOLE).all():
                return self._lines(present)
            rise = mixture.cost - self.cost
            held = rise < max(HELD, 1e-4 * abs(mixture.cost + self.engine.constant))
            if np.isfinite(self.cost):
                self.speed = min(FASTEST, self.speed * FASTER) if held else max(1.0, self.speed * SLOWER)
            self.cost = mixture.cost
            self._shut_out(self._step(mixture.shares, present))
        return None

    def _lines(self, present: Wholes) -> dict[int, Wholes]:
        numbers = [self.master.columns[i] for i in present]
        pool = self.engine.pool
        return {int(pool.members[number]): pool.lines[number].copy() for number in numbers}

    def _priced(self, rounds: int) -> Mixture:
        """The mixture after so many rounds of pricing the members who have open cells."""
        strategy = DUAL_SIMPLEX if self.shut.any() else PRIMAL_SIMPLEX
        mixture = self._solved(strategy)
        open_members = self.members[(self.fixed[self.members] == FREE).any(axis=1)]
        for _ in range(rounds if len(open_members) else 0):
            below = mixture.member_duals[open_members] - 1e-6
            priced = self.pricing.price(mixture.duals, open_members, below)
            self.engine.budget.spend(priced.effort)
            found = np.nonzero(priced.found)[0]
            if not self.master.add([self.engine.pool.add(int(open_members[i]), priced.lines[i]) for i in found]):
                break
            mixture = self._solved(PRIMAL_SIMPLEX)
        return mixture

    def _solved(self, strategy: int) -> Mixture:
        before = self.master.effort
        mixture = self.master.solve(strategy)
        self.engine.budget.spend(self.master.effort - before)
        return mixture

    def _fix(self, e: int, d: int, entry: int) -> None:
        self.fixed[e, d] = entry
        self.allowed[e, d, :] = False
        self.allowed[e, d, entry] = True  # REST is -1, and off is the last entry of a cell

    def _step(self, shares: Floats, present: Wholes) -> set[int]:
        """Fix some cells; the members they belong to."""
        pool, manner = self.engine.pool, self.manner
        numbers = np.array(self.master.columns)[present]
        owners, lines, weights = pool.members[numbers], pool.lines[numbers], shares[present]
        sums = np.zeros(self.engine.rules.allowed.shape)
        days = np.arange(lines.shape[1])
        np.add.at(sums, (owners.reshape(-1, 1), days.reshape(1, -1), lines), weights[:, None])
        best = sums.max(axis=2)
        inside = np.zeros(len(best), bool)
        inside[self.members] = True
        cells = np.argwhere((self.fixed == FREE) & (best < WHOLE) & inside[:, None])
        values = best[cells[:, 0], cells[:, 1]]
        order = np.argsort(-values * (1 - manner.chance * self.random.random(len(values))), kind="stable")
        wanted = max(1, int(manner.share * self.speed * len(cells)))
        kept: dict[int, Flags] = {}
        done = 0
        for i in order:
            value = values[i]
            if (done >= wanted and value < manner.sure) or (done and value < SURE and self.speed < 2):
                break
            if done >= 3 * wanted:
                break
            e, d = int(cells[i, 0]), int(cells[i, 1])
            entry = int(sums[e, d].argmax())
            entry = -1 if entry == sums.shape[2] - 1 else entry
            agreeing = kept.get(e, owners == e) & (lines[:, d] == entry)
            if weights[agreeing].sum() < LEAST_MASS:
                continue
            kept[e] = agreeing
            self._fix(e, d, entry)
            done += 1
        return set(kept)

    def _shut_out(self, touched: set[int]) -> None:
        """Forbid the columns of these members that are not as fixed."""
        pool = self.engine.pool
        numbers = np.array(self.master.columns)
        shut = np.zeros(len(numbers), bool)
        shut[: len(self.shut)] = self.shut
        suspects = np.nonzero(np.isin(pool.members[numbers], list(touched)) & ~shut)[0]
        fixed = self.fixed[pool.members[numbers[suspects]]]
        wrong = suspects[((fixed != FREE) & (fixed != pool.lines[numbers[suspects]])).any(axis=1)]
        self.master.shut_out(wrong)
        shut[wrong] = True
        self.shut = shut


def dive_all(engine: Engine, columns: Iterable[int], manner: DiveManner, part: float) -> Wholes | None:
    """A roster from a dive of all members, if it is better than the best; None otherwise."""
    cut = engine.best - engine.constant - CUT
    found = Dive(engine, engine.who, engine.covers.required, columns, cut=cut, manner=manner).run(part)
    if found is None or engine.lines is None:
        return None
    lines = engine.lines.copy()
    for e, line in found.items():
        lines[e] = line
    return lines
