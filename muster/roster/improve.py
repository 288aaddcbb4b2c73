"""Solving parts of a roster anew: some members, some days, or all of it, each against what stays as it is.

Each attempt ends early when the bound of its part shows that nothing can be gained. Parts grow while attempts are
quick and shrink when they are slow, counted in effort.
"""

from typing import Final

import numpy as np

from muster.roster.choosing import choose_members
from muster.roster.columns import Ending, generate
from muster.roster.dive import FREE, Dive, DiveManner, with_lines
from muster.roster.engine import CUT, Engine
from muster.roster.greedy import improve
from muster.roster.hours import Floats, Wholes
from muster.roster.master import Master
from muster.roster.part import Part, part_of, whole_of
from muster.roster.pool import Pool

LINES_EACH: Final = 30
"""How many lines of the pool each member of a small part brings."""
MOST_LINES: Final = 700
MOST_NODES: Final = 500
MOST_SECONDS, LEAST_SECONDS = 3.0, 0.5
"""Of branching, on the clock; with less left it is not begun, as it ends up to so much late."""
FEW_EFFORT, MANY_EFFORT, DAYS_EFFORT = 3_000.0, 8_000.0, 15_000.0
SEARCH_EFFORT: Final = 400.0
OUTSIDE_LINES: Final = 2000
IDLE_BEFORE_DIVE: Final = 9
POOL_LIMIT: Final = 60_000
DIVES: Final = (
    DiveManner(0.8, 0.03, 0.0),
    DiveManner(0.7, 0.012, 0.2),
    DiveManner(0.9, 0.009, 0.15),
    DiveManner(0.75, 0.024, 0.3),
    DiveManner(0.95, 0.006, 0.1),
)
"""Manners of whole dives, tried in turn; then again with more left to chance."""


class Improver:
    """Betters the best roster of an engine part by part. ``duals`` are the best of the whole problem, ``columns`` the
    lines that are promising at them."""

    def __init__(self, engine: Engine, duals: Floats | None, columns: list[int]) -> None:
        self.engine, self.columns = engine, columns
        self.duals = duals if duals is not None else np.zeros_like(engine.covers.required)
        count = len(engine.who)
        self.few = float(min(count, 8))
        self.many = float(min(count, max(12, count // 3)))
        self.days = float(min(engine.instance.days, 9))
        self.idle, self.turn, self.dives = 0, 0, 0

    def run(self, effort: float) -> None:
        """Better the roster for about so much effort, or until the engine is done."""
        engine = self.engine
        until = engine.budget.spent + effort
        while engine.budget.spent < until and not engine.done:
            before = engine.best
            self._attempt()
            self.idle = 0 if engine.best < before else self.idle + 1

    def go_on_from(self, other: Engine) -> None:
        """Take over the best roster of another engine where it is better, and what has been spent."""
        mine = self.engine
        mine.budget.spent = other.budget.spent
        if other.best < mine.best and other.lines is not None:
            mine.adopt(other.lines)
        if len(mine.pool) > POOL_LIMIT:
            self._forget()

    def _forget(self) -> None:
        """Keep a third of the pool: the lines that are best at the duals of the whole, and the roster's."""
        old, lines = self.engine.pool, self.engine.now
        reduced = old.reduced_costs(self.duals)
        above = reduced - old.least_of_members(reduced)[old.members]
        kept = np.argsort(above, kind="stable")[: POOL_LIMIT // 3]
        self.engine.pool = Pool(self.engine.rules, self.engine.covers.groups)
        numbers = {int(i): self.engine.pool.add(int(old.members[i]), old.lines[i]) for i in kept}
        own = [self.engine.pool.add(int(e), lines[e]) for e in self.engine.who]
        self.columns = [*(numbers[i] for i in self.columns if i in numbers), *own]

    def _attempt(self) -> None:
        """The next in turn: two windows of days, then a few or many members; now and then all."""
        self.turn += 1
        if self.idle >= IDLE_BEFORE_DIVE:
            self.idle = 0
            self.dive()
        elif self.turn % 3:
            self.some_days()
        elif self.turn % 9 == 0 and len(self.engine.who) > 12:
            self.many_members()
        elif self.turn % 30 == 6:
            improve(self.engine, self.engine.now, SEARCH_EFFORT)
        else:
            self.few_members()

    def take(self, found: dict[int, Wholes] | None) -> bool:
        """Put these lines into the roster if it gets no worse; whether there were any."""
        if found is None:
            return False
        lines = with_lines(self.engine.now, found)
        if self.engine.cost(lines) <= self.engine.best + 1e-6:
            self.engine.adopt(lines)
        return True

    def dive(self) -> None:
        """A whole roster anew, by a dive that leaves something to chance."""
        engine = self.engine
        manner = DIVES[self.dives % len(DIVES)]
        if self.dives >= len(DIVES):
            manner = DiveManner(manner.sure, manner.share, float(engine.random.uniform(0.05, 0.6)))
        self.dives += 1
        if self.take(Dive(engine, whole_of(engine), self.columns, manner).run()):
            improve(engine, engine.now, SEARCH_EFFORT)

    def some_days(self) -> None:
        """All members, or half of them, anew in a window of days; the other days stay."""
        engine, random = self.engine, self.engine.random
        count, days = len(engine.who), engine.instance.days
        everybody = count < 12 or random.random() < 0.5
        members = engine.who if everybody else choose_members(engine, max(8, count // 2))
        width = min(days, int(self.days * (1 if everybody else 1.8)))
        first = int(random.integers(-(width // 3), days - width + width // 3 + 1))
        window = range(max(0, first), min(days, first + width))
        fixed = engine.now.copy()
        fixed[:, window.start : window.stop] = FREE
        before = engine.budget.spent
        manner = DiveManner(0.75, 0.04, 0.2, rounds=4, first_rounds=30)
        columns = self._same_outside(members, window)
        found = self.take(Dive(engine, part_of(engine, members), columns, manner, fixed, DAYS_EFFORT).run())
        spent = engine.budget.spent - before
        if not found and spent < 3_000:
            self.days = min(days, self.days * 1.08)
        elif spent > 8_000:
            self.days = max(3.0, self.days * 0.85)

    def _same_outside(self, members: Wholes, window: range) -> list[int]:
        """The lines of the pool that are the roster's outside the window, the latest, and the roster's own."""
        pool, lines = self.engine.pool, self.engine.now
        outside = np.ones(lines.shape[1], bool)
        outside[window.start : window.stop] = False
        same = np.isin(pool.members, members)
        same &= (pool.lines[:, outside] == lines[pool.members][:, outside]).all(axis=1)
        own = [pool.add(int(e), lines[e]) for e in members]
        return [*np.nonzero(same)[0][-OUTSIDE_LINES:].tolist(), *own]

    def few_members(self) -> None:
        """Some members anew: column generation, then the best whole choice of the promising lines."""
        engine = self.engine
        members = choose_members(engine, int(self.few))
        before = engine.budget.spent
        part, bound, duals = self._generated(members, FEW_EFFORT)
        gained = False
        if bound <= part.cost - CUT:
            within = part.cost - bound - CUT + 1e-6
            chosen = self._within(members, duals, within)
            gained = self._whole(part, chosen)
        spent = engine.budget.spent - before
        if not gained and spent < 1_500:
            self.few = min(len(engine.who), self.few + 1)
        elif spent > 2_800:
            self.few = max(3, self.few - 1)

    def many_members(self) -> None:
        """Many members anew: column generation, then a dive."""
        engine = self.engine
        members = choose_members(engine, int(self.many))
        before = engine.budget.spent
        part, bound, duals = self._generated(members, MANY_EFFORT)
        if bound <= part.cost - CUT:
            columns = self._within(members, duals, min(max(1.0, part.cost - bound - CUT), 60.0))
            manner = DiveManner(0.7, 0.05, 0.3, rounds=3)
            self.take(Dive(engine, part, columns, manner, most_effort=MANY_EFFORT).run())
        spent = engine.budget.spent - before
        if spent < 3_000:
            self.many = min(len(engine.who), self.many + 3)
        elif spent > 10_000:
            self.many = max(8, int(self.many * 0.85))

    def _generated(self, members: Wholes, effort: float) -> tuple[Part, float, Floats]:
        """The part of these members, and the bound of column generation on it with its duals."""
        engine = self.engine
        part = part_of(engine, members)
        master = Master(engine.pool, engine.covers, members, part.required)
        master.add(self._best_lines(members))
        until = engine.budget.spent + effort
        ending = Ending(lambda: engine.budget.spent > until or engine.budget.over(), 60, part.cost - CUT)
        made = generate(engine, master, ending, duals=self.duals)
        return part, made.bound, made.duals if made.duals is not None else made.mixture.duals

    def _best_lines(self, members: Wholes) -> list[int]:
        """The lines of these members that are best at the duals of the whole, some of each, and the roster's."""
        pool, lines = self.engine.pool, self.engine.now
        reduced = pool.reduced_costs(self.duals)
        best: list[int] = [pool.add(int(e), lines[e]) for e in members]
        for e in members:
            own = np.nonzero(pool.members[: len(reduced)] == e)[0]
            best += own[np.argsort(reduced[own], kind="stable")[:LINES_EACH]].tolist()
        return best

    def _within(self, members: Wholes, duals: Floats, points: float) -> list[int]:
        """The lines of these members that cost at most so many points above their member's best at these duals."""
        pool = self.engine.pool
        reduced = pool.reduced_costs(duals)
        above = reduced - pool.least_of_members(reduced)[pool.members]
        near = np.nonzero(np.isin(pool.members, members) & (above <= points))[0]
        return [int(i) for i in near[np.argsort(above[near], kind="stable")]]

    def _whole(self, part: Part, columns: list[int]) -> bool:
        """Choose one of these lines for each member as well as can be; whether the roster gained."""
        engine, lines = self.engine, self.engine.now
        master = Master(engine.pool, engine.covers, part.members, part.required)
        master.add(columns[:MOST_LINES])
        chosen = {int(e): engine.pool.add(int(e), lines[e]) for e in part.members}
        best = engine.best
        left = engine.budget.seconds_left()
        if left is not None and left < LEAST_SECONDS:
            return False
        found = master.whole(chosen, MOST_NODES, None if left is None else min(MOST_SECONDS, left))
        engine.budget.spend(master.effort)
        self.take({e: engine.pool.lines[number].copy() for e, number in found.items()})
        return engine.best < best
