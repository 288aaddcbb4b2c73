"""From a fractional mixture of lines to a roster: cells are fixed, not lines, and pricing goes on after each step.

Of each member, day and entry (a tour, or off) the shares of the lines are summed. The largest sums are fixed first, a
few per cent of the open cells a step; faster while the cost of the mixture holds, slower when it rises.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from muster.roster.engine import CUT, Engine
from muster.roster.hours import Floats, Wholes
from muster.roster.master import DUAL_SIMPLEX, PRIMAL_SIMPLEX, Master, Mixture
from muster.roster.part import Part, whole_of
from muster.roster.pricing import FEW_LABELS
from muster.roster.rules import REST, Flags

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
    rounds: int = 2
    first_rounds: int = 4


class Dive:
    """One dive of a part; given up where it cannot cost less than the part does now. ``columns`` are lines to begin
    with, ``fixed`` cells that stay (others ``FREE``), shape (n, H)."""

    def __init__(
        self,
        engine: Engine,
        part: Part,
        columns: Iterable[int],
        manner: DiveManner,
        fixed: Wholes | None = None,
        most_effort: float = np.inf,
    ) -> None:
        self.engine, self.members, self.manner = engine, part.members, manner
        self.cut = part.cost - CUT
        self.until = engine.budget.spent + most_effort
        self.master = Master(engine.pool, engine.covers, part.members, part.required)
        self.master.add(columns)
        self.shut: Flags = np.zeros(0, bool)
        self.fixed: Wholes = np.full(engine.rules.allowed.shape[:2], FREE, np.int64)
        self.allowed: Flags = engine.rules.allowed.copy()
        if fixed is not None:
            for e, d in np.argwhere(fixed != FREE):
                self._fix(int(e), int(d), int(fixed[e, d]))
        self.pricing = engine.pricing.within(self.allowed)
        self.speed = 1.0
        self.cost = -np.inf

    def run(self) -> dict[int, Wholes] | None:
        """The line of each member; None where it was given up, or the budget ended."""
        rounds = self.manner.first_rounds
        while not self.engine.budget.over() and self.engine.budget.spent < self.until:
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
        """The mixture after so many rounds of pricing the members who have open cells and lines to offer."""
        strategy = DUAL_SIMPLEX if self.shut.any() else PRIMAL_SIMPLEX
        mixture = self._solved(strategy)
        open_members = self.members[(self.fixed[self.members] == FREE).any(axis=1)]
        for _ in range(rounds):
            if not len(open_members) or self.engine.budget.over():
                break
            below = mixture.member_duals[open_members] - 1e-6
            priced = self.pricing.price(mixture.duals, open_members, below, FEW_LABELS)
            self.engine.budget.spend(priced.effort)
            found = np.nonzero(priced.found)[0]
            if not self.master.add([self.engine.pool.add(int(open_members[i]), priced.lines[i]) for i in found]):
                break
            mixture = self._solved(PRIMAL_SIMPLEX)
            open_members = open_members[found]  # who had nothing to offer seldom has now
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
        days = np.broadcast_to(np.arange(lines.shape[1]), lines.shape)
        people = np.broadcast_to(owners, lines.shape[::-1]).T
        np.add.at(sums, (people, days, lines), np.broadcast_to(weights, lines.shape[::-1]).T)
        cells, values = self._candidates(sums.max(axis=2))
        wanted = max(1, int(manner.share * self.speed * len(cells)))
        kept: dict[int, Flags] = {}
        done = 0
        for (e, d), value in zip(cells.tolist(), values.tolist(), strict=True):
            hesitates = value < SURE and self.speed < 2
            if (done >= wanted and value < manner.sure) or (done and hesitates) or done >= 3 * wanted:
                break
            entry = int(sums[e, d].argmax())
            entry = REST if entry == len(self.engine.rules.after) else entry
            agreeing: Flags = kept.get(e, owners == e) & (lines[:, d] == entry)
            if weights[agreeing].sum() >= LEAST_MASS:
                kept[e] = agreeing
                self._fix(e, d, entry)
                done += 1
        return set(kept)

    def _candidates(self, best: Floats) -> tuple[Wholes, Floats]:
        """The open cells (member, day) that are not whole yet, the largest sums first, and those sums."""
        inside = np.isin(np.arange(len(best)), self.members).reshape(-1, 1)
        cells = np.argwhere((self.fixed == FREE) & (best < WHOLE) & inside)
        values = best[tuple(cells.T)]
        order = np.argsort(-values * (1 - self.manner.chance * self.engine.random.random(len(values))), kind="stable")
        return cells[order], values[order]

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


def dive_all(engine: Engine, columns: Iterable[int], manner: DiveManner) -> Wholes | None:
    """A roster from a dive of all members, if it is better than the best; None otherwise."""
    found = Dive(engine, whole_of(engine), columns, manner).run()
    return None if found is None else with_lines(engine.now, found)


def with_lines(lines: Wholes, found: Mapping[int, Wholes]) -> Wholes:
    """The roster with these lines in it."""
    lines = lines.copy()
    for e, line in found.items():
        lines[e] = line
    return lines
