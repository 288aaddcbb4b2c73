"""What the phases of a solve share: the problem as arrays, the pool of lines, the best roster and the best bound."""

import math
from copy import copy
from dataclasses import replace
from typing import Final

import numpy as np

from muster.roster.budget import Budget
from muster.roster.checker import line_cost
from muster.roster.covers import Covers, counted, cover_cost, covers_of
from muster.roster.hours import Wholes
from muster.roster.pool import Pool
from muster.roster.pricing import FEW_LABELS, PricedLines, Pricing
from muster.roster.problem import OFF, Instance
from muster.roster.result import Roster
from muster.roster.rules import REST, Rules, rules_of

ROUNDING: Final = 1e-4
"""A bound this little above a whole number is that number: sums of floating-point numbers err by less."""
CUT: Final = 0.99
"""Penalties are whole: a roster is better only when it costs less by so much."""


class Engine:
    """One solve. ``who`` are the members who have a possible line; the others stay off, and are in ``constant``."""

    def __init__(self, instance: Instance, budget: Budget, seed: int, workers: int) -> None:
        self.instance, self.budget = instance, budget
        self.rules: Rules = rules_of(instance)
        self.covers: Covers = covers_of(instance)
        self.pricing = Pricing(self.rules, self.covers.groups, workers)
        self.workers = workers
        self.random = np.random.default_rng(seed)
        self.pool = Pool(self.rules, self.covers.groups)
        members = np.arange(len(instance.members))
        first = self._first(members)
        self.who: Wholes = members[first.found]
        self.unsolved: Wholes = members[~first.found]
        for e in self.who:
            self.pool.add(e, first.lines[e])
        self.constant = self._constant()
        self.lines: Wholes | None = None
        self.best = math.inf
        self.bound = self.constant + float(first.bounds[self.who].sum())

    def _first(self, members: Wholes) -> PricedLines:
        """A line of each member who has one, cheap where there are no covers; searched to the end where that is what it
        takes to know."""
        nothing = np.zeros_like(self.covers.required)
        found = self.pricing.price(nothing, members, most=FEW_LABELS)
        self.budget.spend(found.effort)
        open_still = members[~found.found]
        if len(open_still):
            more = self.pricing.price(nothing, open_still)
            self.budget.spend(more.effort)
            for mine, theirs in ((found.bounds, more.bounds), (found.lines, more.lines), (found.found, more.found)):
                mine[open_still] = theirs
        return found

    def first_line(self, e: int) -> Wholes:
        """A line of the member, whatever it costs."""
        line: Wholes = self.pool.lines[int(np.argmax(self.pool.members == e))]
        return line

    def _constant(self) -> float:
        """What is paid whatever the solved members do: wishes not granted, and the lines of those left off."""
        paid = float(sum(request.weight for request in self.instance.requests if request.wanted))
        paid += float(self.rules.cost[self.unsolved, :, -1].sum())
        off = (OFF,) * self.instance.days
        return paid + sum(line_cost(self.instance, self.instance.members[e], off) for e in self.unsolved)

    def twin(self, seed: int) -> "Engine":
        """An engine for one worker: the same problem, roster and bound, and a pool, memory and chance of its own."""
        twin = copy(self)
        twin.random = np.random.default_rng(seed)
        twin.pool = self.pool.copy()
        twin.pricing = self.pricing.alone()
        twin.budget = replace(self.budget)
        twin.workers = 1
        return twin

    def cost(self, lines: Wholes) -> float:
        """The penalty of a roster, a row for each member."""
        numbers = [self.pool.add(e, lines[e]) for e in self.who]
        own = float(self.pool.costs[numbers].sum())
        return self.constant + own + cover_cost(self.covers, counted(self.covers, self.who, lines[self.who]))

    def offer(self, lines: Wholes) -> bool:
        """Keep the roster if it is the best so far; whether it was better than the best."""
        cost = self.cost(lines)
        better = cost < self.best - ROUNDING
        if better or self.lines is None:
            self.best = cost
            self.lines = lines.copy()
        return better

    @property
    def now(self) -> Wholes:
        """The best roster, a row for each member."""
        if self.lines is None:
            raise LookupError("there is no roster yet")
        return self.lines

    def adopt(self, lines: Wholes) -> None:
        """Make this roster the one to go on from; it must cost no more than the best."""
        self.best = self.cost(lines)
        self.lines = lines.copy()

    def raise_bound(self, bound: float) -> None:
        self.bound = max(self.bound, bound)

    @property
    def whole_bound(self) -> float:
        """The bound, rounded up: every penalty is whole."""
        return float(math.ceil(self.bound - ROUNDING))

    @property
    def done(self) -> bool:
        """Whether there is nothing to gain, or nothing left to spend."""
        return self.best <= self.whole_bound + ROUNDING or self.budget.over()

    def roster(self) -> Roster:
        """The best roster in the words of the problem; all off before there is one."""
        days = self.instance.days
        lines = np.full((len(self.instance.members), days), REST) if self.lines is None else self.lines
        refs = [*(tour.ref for tour in self.instance.tours), OFF]  # REST is -1: the last
        return {m.ref: tuple(refs[t] for t in line) for m, line in zip(self.instance.members, lines, strict=True)}
