"""The cheapest duty line of one member at given prices, exactly, with a lower bound that always holds.

Weekends and watched limits are first relaxed into multipliers, improved by Polyak's steps (Polyak, "Minimization of
unsmooth functionals", 1969, doi:10.1016/0041-5553(69)90061-5). Where that leaves a gap, labels close it.
"""

from typing import NamedTuple

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing_labels import SLACK, cheapest
from muster.roster.pricing_relaxed import complete, follow, new_table
from muster.roster.pricing_states import INFINITE, MOST_WATCHED, Kinds, first_state, kinds_of, runs_of
from muster.roster.rules import REST, Flags, Rules

STEPS = 6
LONGEST_STEP = 100.0
FIRST_STEPS, FIRST_SHARE, LATER_SHARE = 3, 0.7, 0.35
"""Polyak's step is a share of the gap: bold at first, smaller later."""
SUMS_PER_LABEL = 60
"""What a label costs in time, in sums of the dynamic programme."""


class Memory(NamedTuple):
    """What pricing has learned of each member: which limits to watch, and good multipliers to begin with.

    It changes how fast the answer comes, never what it is worth.
    """

    watched: Flags  # [n, T]
    prices: Floats  # [n, T + 1]; the last is that of weekends


class Priced(NamedTuple):
    """``value`` of the line found, or what it had to be below; ``bound``: no line costs less (nor less than
    ``value``, whichever is lower); ``found``: whether a line was written; ``work`` in sums."""

    value: float
    bound: float
    found: bool
    work: int


@compiled
def price_member(
    rules: Rules, e: int, cell: Floats, memory: Memory, below: float, most_labels: int, line: Wholes
) -> Priced:
    """The cheapest line of member ``e`` that costs less than ``below``, at these costs of cells, shape (H, T + 1)."""
    if rules.places[rules.graph[e], 0] == 0:
        return Priced(INFINITE, INFINITE, False, 0)
    best = Priced(below, -INFINITE, False, 0)
    days = len(rules.weekday)
    trial = np.empty(days, np.int64)
    for _ in range(MOST_WATCHED + 1):
        kinds = kinds_of(rules, e, cell, memory.watched[e], memory.prices[e])
        table = new_table(rules, e, kinds)
        relaxed = _relaxed(rules, e, kinds, table, cell, memory, best.value, line)
        bound = max(best.bound, relaxed.bound)
        best = Priced(relaxed.value, bound, best.found or relaxed.found, best.work + relaxed.work)
        if relaxed.bound >= INFINITE / 2 or relaxed.bound >= relaxed.value - SLACK:
            return Priced(best.value, min(best.value, bound), best.found, best.work)
        price = memory.prices[e, len(rules.after)]
        value, whole, labels = cheapest(rules, e, kinds, table, price, best.value, most_labels, trial)
        work = best.work + labels * SUMS_PER_LABEL
        if value >= best.value:
            return Priced(best.value, best.value if whole else min(best.value, bound), best.found, work)
        bound = max(bound, value) if whole else bound
        if not _watch(rules, e, trial, memory.watched):
            line[:] = trial
            return Priced(value, min(value, bound), True, work)
        best = Priced(best.value, bound, best.found, work)
        if _number(memory.watched[e]) > MOST_WATCHED:
            break
    return Priced(best.value, min(best.value, best.bound), best.found, best.work)


@compiled
def _number(flags: Flags) -> int:
    number = 0
    for flag in flags:
        number += 1 if flag else 0
    return number


@compiled
def _watch(rules: Rules, e: int, line: Wholes, watched: Flags) -> bool:
    """Whether the line breaks a limit of days; each one broken is watched from now on, as far as there is room."""
    broken = False
    for t in range(len(rules.after)):
        days = 0
        for entry in line:
            days += 1 if entry == t else 0
        if days > rules.most_days[e, t]:
            broken = True
            if _number(watched[e]) < MOST_WATCHED:
                watched[e, t] = True
    return broken


@compiled
def _relaxed(
    rules: Rules,
    e: int,
    kinds: Kinds,
    table: Floats,
    cell: Floats,
    memory: Memory,
    below: float,
    line: Wholes,
) -> Priced:
    """The bound of the best multipliers, kept in the memory and in ``kinds`` with the table to match, and the cheapest
    line that was met on the way and breaks nothing."""
    tours = len(rules.after)
    prices, best_prices = memory.prices[e].copy(), memory.prices[e].copy()
    over = np.zeros(tours + 1)
    value, bound, last, found, work = below, -INFINITE, -INFINITE, False, 0
    trial = np.empty(len(rules.weekday), np.int64)
    start = first_state(runs_of(rules, e), kinds.carried_class)
    for step in range(STEPS):
        work += complete(rules, e, kinds, prices[tours], table)
        if table[0, start, 0] >= INFINITE / 2:
            return Priced(value, INFINITE, found, work)
        last = table[0, start, 0] - _paid_back(rules, e, kinds, prices)
        if last > bound:
            bound = last
            best_prices[:] = prices
        if last >= value - SLACK:
            break
        weekends = follow(rules, e, kinds, prices[tours], table, trial)
        cost = _cost(rules, e, kinds, prices, table[0, start, 0], weekends, trial, over)
        if _fits(over) and cost < value - SLACK / 100:
            value, found = cost, True
            line[:] = trial
        if last >= value - SLACK or step == STEPS - 1:
            break
        if not _stepped(kinds, over, prices, value - last, FIRST_SHARE if step < FIRST_STEPS else LATER_SHARE):
            break
    if last < bound:
        _set_prices(kinds, best_prices)
        if bound < value - SLACK:
            work += complete(rules, e, kinds, best_prices[tours], table)
    memory.prices[e, :] = best_prices
    return Priced(value, bound, found, work)


@compiled
def _set_prices(kinds: Kinds, prices: Floats) -> None:
    """Give each kind the multiplier of its tour's limit, if that is watched."""
    for g in range(kinds.number):
        if kinds.slot[g] >= 0:
            kinds.price[g] = prices[kinds.example[g]]


@compiled
def _paid_back(rules: Rules, e: int, kinds: Kinds, prices: Floats) -> float:
    """What the multipliers give for the whole of the limits."""
    paid = prices[len(rules.after)] * rules.most_weekends[e]
    for g in range(kinds.number):
        if kinds.slot[g] >= 0:
            paid += kinds.price[g] * rules.most_days[e, kinds.example[g]]
    return float(paid)


@compiled
def _cost(
    rules: Rules, e: int, kinds: Kinds, prices: Floats, relaxed: float, weekends: int, line: Wholes, over: Floats
) -> float:
    """The true cost of a line with that relaxed cost; by how much it is over each limit goes into ``over``."""
    tours = len(rules.after)
    cost = relaxed - prices[tours] * weekends
    over[tours] = weekends - rules.most_weekends[e]
    for t in range(tours):
        over[t] = -rules.most_days[e, t]
    for entry in line:
        if entry != REST:
            over[entry] += 1
    for g in range(kinds.number):
        if kinds.slot[g] >= 0:
            t = kinds.example[g]
            cost -= kinds.price[g] * (over[t] + rules.most_days[e, t])
    return float(cost)


@compiled
def _fits(over: Floats) -> bool:
    return bool(over.max() <= 0)


@compiled
def _stepped(kinds: Kinds, over: Floats, prices: Floats, gap: float, share: float) -> bool:
    """Move the multipliers of weekends and watched limits; False where the slope is level."""
    tours = len(over) - 1
    length = 0.0
    for t in range(tours + 1):
        if over[t] < 0 and prices[t] <= 0:
            over[t] = 0.0
    length += over[tours] * over[tours]
    for g in range(kinds.number):
        if kinds.slot[g] >= 0:
            length += over[kinds.example[g]] ** 2
    if length == 0.0:
        return False
    step = min(gap, LONGEST_STEP) * share / length
    prices[tours] = max(0.0, prices[tours] + step * over[tours])
    for g in range(kinds.number):
        if kinds.slot[g] >= 0:
            t = kinds.example[g]
            prices[t] = max(0.0, prices[t] + step * over[t])
    _set_prices(kinds, prices)
    return True
