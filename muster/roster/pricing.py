"""Pricing from Python: the cheapest lines of many members at once, on as many threads as there are workers."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing_member import Memory, price_member
from muster.roster.pricing_states import INFINITE, counts_weekend
from muster.roster.rules import REST, Flags, Rules

MOST_LABELS = 1 << 20
"""Beyond so many labels a search is cut short; its bound still holds."""
FEW_LABELS = 4096
"""Where any good line will do, a search is cut here already."""
CALL_EFFORT = 0.1
SUMS_PER_EFFORT = 200_000
"""A unit of effort is about a millisecond: so many sums of the dynamic programme."""


def new_memory(rules: Rules) -> Memory:
    """A memory that has learned nothing."""
    members, tours = rules.most_days.shape
    return Memory(np.zeros((members, tours), bool), np.zeros((members, tours + 1)))


@dataclass(frozen=True, slots=True)
class PricedLines:
    """Of each member asked for: the value and the bound of its line (see ``Priced``), the line, and whether there is
    one; and the effort it all took."""

    values: Floats
    bounds: Floats
    lines: Wholes
    found: Flags
    effort: float


class Pricing:
    """Prices the members of one set of rules. ``workers`` threads share the work; the answer is the same with one."""

    def __init__(self, rules: Rules, groups: Flags, workers: int = 1) -> None:
        self.rules, self.groups, self.workers = rules, groups, workers
        self.memory = new_memory(rules)
        self._threads = ThreadPoolExecutor(workers) if workers > 1 else None

    def within(self, allowed: Flags) -> "Pricing":
        """Pricing with other cells allowed; what is learned of the members is shared."""
        narrower = copy(self)
        narrower.rules = self.rules._replace(allowed=allowed)
        return narrower

    def alone(self) -> "Pricing":
        """Pricing on one thread, with a memory of its own that begins as this one."""
        twin = Pricing(self.rules, self.groups)
        twin.memory = Memory(self.memory.watched.copy(), self.memory.prices.copy())
        return twin

    def price(
        self, duals: Floats, members: Sequence[int] | Wholes, below: Floats | None = None, most: int = MOST_LABELS
    ) -> PricedLines:
        """The cheapest line of each member that costs less than ``below``, at these duals of cover, shape (G, H, T)."""
        who = np.asarray(members, np.int64)
        count, days = len(who), len(self.rules.weekday)
        limits = np.full(count, INFINITE) if below is None else below
        values, bounds = np.empty(count), np.empty(count)
        lines, found = np.full((count, days), REST, np.int64), np.zeros(count, bool)
        work = np.zeros(count, np.int64)

        def part(worker: int) -> None:
            price_members(
                self.rules, self.groups, self.memory, duals, who, limits, most, worker, self.workers, values, bounds,
                lines, found, work,
            )  # fmt: skip

        if self._threads is None or count < 2 * self.workers:
            for worker in range(self.workers):
                part(worker)
        else:
            list(self._threads.map(part, range(self.workers)))
        return PricedLines(values, bounds, lines, found, CALL_EFFORT + float(work.sum()) / SUMS_PER_EFFORT)


@compiled
def price_members(
    rules: Rules,
    groups: Flags,
    memory: Memory,
    duals: Floats,
    who: Wholes,
    below: Floats,
    most: int,
    worker: int,
    workers: int,
    values: Floats,
    bounds: Floats,
    lines: Wholes,
    found: Flags,
    work: Wholes,
) -> None:
    """Price the members of one worker: every ``workers``-th."""
    cell = np.empty(rules.cost.shape[1:])
    for i in range(worker, len(who), workers):
        e = who[i]
        reduced_cells(rules, groups, duals, e, cell)
        priced = price_member(rules, e, cell, memory, below[i], most, lines[i])
        values[i], bounds[i], found[i], work[i] = priced.value, priced.bound, priced.found, priced.work


@compiled
def reduced_cells(rules: Rules, groups: Flags, duals: Floats, e: int, cell: Floats) -> None:
    """The cost of each cell of member ``e`` less the duals of the covers that the member counts for."""
    cell[:] = rules.cost[e]
    for g in range(len(groups)):
        if groups[g, e]:
            for d in range(cell.shape[0]):
                for t in range(cell.shape[1] - 1):
                    cell[d, t] -= duals[g, d, t]


@compiled
def own_cost(rules: Rules, e: int, line: Wholes) -> float:
    """What a line costs without cover: its cells, its weekends, what follows what, and its minutes."""
    tours = len(rules.after)
    k, q, cost, off_before, before = rules.graph[e], 0, 0.0, True, rules.carried_tour[e]
    for d in range(len(line)):
        at = rules.first[k, d] + q
        t = line[d]
        if t == REST:
            cost += rules.cost[e, d, tours]
            q = rules.off_to[at]
        else:
            cost += rules.cost[e, d, t]
            q = rules.tour_to[rules.length[t], at]
            if before != REST:
                cost += rules.follow_cost[before, t]
            if counts_weekend(rules.weekday[d], d, off_before):
                cost += rules.weekend_cost[e]
        if q < 0:
            return INFINITE
        off_before, before = t == REST, t
    return float(cost + rules.end_cost[rules.first[k, len(line)] + q])
