"""The states of a duty line from day to day, and the kinds of tours that pricing tells apart.

A state is how the last days went. States 0 to ``least_off - 1``: off for that many days and one more; the last of them
is rested, and may work. Above: working, by the class of the last tour (what may follow it) and the days in the run.
"""

from typing import NamedTuple

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.hours import Floats, Wholes
from muster.roster.rules import Flags, Rules

INFINITE = 1e15
SATURDAY = 5
SUNDAY = 6
COUNT_BITS = 9
COUNT_MASK = (1 << COUNT_BITS) - 1
MOST_WATCHED = 7
"""So many tours can be counted at once: seven counts of nine bits fit into one number."""


class Kinds(NamedTuple):
    """The tours of one member, merged where no rule tells them apart: each day has the cheapest of its kind.

    A tour whose limit of days is watched (``slot`` is not negative) is a kind of its own.
    """

    number: int
    classes: int  # of tours by what may follow them
    carried_class: int  # of the tour worked before day 0, or -1
    watched: int  # how many slots are used
    off: Floats  # [H] cost of a day off
    cost: Floats  # [H, kinds]
    tour: Wholes  # [H, kinds] the cheapest of the kind that day
    example: Wholes  # [kinds] one of its tours
    slot: Wholes  # [kinds] where a watched tour is counted, or -1
    price: Floats  # [kinds] multiplier of the watched limit
    group: Wholes  # [kinds] the class
    follows: Floats  # [kinds + 2, kinds] cost of a kind after a class, INFINITE where forbidden; last (-1): after off


@compiled
def kinds_of(rules: Rules, e: int, cell: Floats, watched: Flags, prices: Floats) -> Kinds:
    """The kinds of tours of member ``e`` at these costs of cells, shape (H, T + 1)."""
    days, tours = cell.shape[0], cell.shape[1] - 1
    example = np.zeros(tours, np.int64)
    slot = np.full(tours, -1, np.int64)
    price = np.zeros(tours)
    cost = np.full((days, tours), INFINITE)
    tour = np.zeros((days, tours), np.int64)
    number, slots = 0, 0
    for t in range(tours):
        if rules.most_days[e, t] == 0:
            continue
        g = number if watched[t] else _kind_like(rules, t, number, example, slot)
        if g == number:
            number += 1
            example[g] = t
            if watched[t]:
                slot[g], price[g] = slots, prices[t]
                slots += 1
        for d in range(days):
            if rules.allowed[e, d, t] and cell[d, t] < cost[d, g]:
                cost[d, g], tour[d, g] = cell[d, t], t
    off = np.full(days, INFINITE)
    for d in range(days):
        if rules.allowed[e, d, tours]:
            off[d] = cell[d, tours]
    group, follows, classes, carried = _classes(rules, example[:number], rules.carried_tour[e])
    return Kinds(number, classes, carried, slots, off, cost, tour, example, slot, price, group, follows)


@compiled
def _kind_like(rules: Rules, t: int, number: int, example: Wholes, slot: Wholes) -> int:
    """The kind, not watched, that tour ``t`` belongs to; ``number`` for a new one."""
    for g in range(number):
        if slot[g] < 0 and rules.like[example[g]] == rules.like[t]:
            return g
    return number


@compiled
def _classes(rules: Rules, example: Wholes, carried_tour: int) -> tuple[Wholes, Floats, int, int]:
    """The class of each kind, what each kind costs after each class and, in the last row, after a day off, how many
    classes there are, and the carried one."""
    number = len(example)
    class_of = np.full(len(rules.after), -1, np.int64)
    group = np.zeros(number, np.int64)
    follows = np.zeros((number + 2, number))
    classes, carried = 0, -1
    for g in range(number + 1):
        t = example[g] if g < number else carried_tour
        if t < 0:
            continue
        if class_of[rules.after[t]] < 0:
            class_of[rules.after[t]] = classes
            for other in range(number):
                then = example[other]
                follows[classes, other] = INFINITE if rules.forbidden[t, then] else rules.follow_cost[t, then]
            classes += 1
        if g < number:
            group[g] = class_of[rules.after[t]]
        else:
            carried = class_of[rules.after[t]]
    return group, follows, classes, carried


class Runs(NamedTuple):
    """The limits of one member's runs of days. Numbers alone: a call with them costs nothing, one with arrays does."""

    least_off: int
    most_run: int
    least_run: int
    carried: bool
    carried_days: int


@compiled
def runs_of(rules: Rules, e: int) -> Runs:
    """The limits of member ``e``."""
    return Runs(
        rules.least_off[e], rules.most_run[e], rules.least_run[e], rules.carried[e], rules.carried_days[e]
    )  # fmt: skip


@compiled
def first_state(runs: Runs, carried_class: int) -> int:
    """The state before day 0: rested where nothing is known of the last period."""
    if carried_class >= 0 and runs.most_run > 0:
        return int(runs.least_off + carried_class * runs.most_run + min(runs.carried_days, runs.most_run) - 1)
    return int(min(runs.carried_days, runs.least_off) - 1 if runs.carried else runs.least_off - 1)


@compiled
def off_state(runs: Runs, state: int, d: int) -> int:
    """The state after a day off on day ``d``; -1 where the run of tours is too short to end."""
    if state < runs.least_off:
        return int(min(state + 1, runs.least_off - 1))
    run = (state - runs.least_off) % runs.most_run + 1
    from_outside = run == d and not runs.carried
    carried_enough = d == 0 and runs.carried_days >= runs.least_run  # also where it was too many for a state
    return 0 if run >= runs.least_run or from_outside or carried_enough else -1


@compiled
def run_before(runs: Runs, state: int) -> int:
    """Days worked in a row so far; -1 where no tour may follow: not rested yet, or the run is full."""
    if state < runs.least_off:
        return 0 if state == runs.least_off - 1 and runs.most_run > 0 else -1
    run = (state - runs.least_off) % runs.most_run + 1
    return int(run if run < runs.most_run else -1)


@compiled
def class_before(runs: Runs, state: int) -> int:
    """The class of the tour of the day before; -1 after a day off."""
    return int((state - runs.least_off) // runs.most_run if state >= runs.least_off else -1)


@compiled
def working(runs: Runs, group: int, run: int) -> int:
    """The state after a tour of that class, with ``run`` days worked before it."""
    return int(runs.least_off + group * runs.most_run + run)


@compiled
def counts_weekend(weekday: int, d: int, off_before: bool) -> bool:
    """Whether a tour on day ``d`` makes a weekend count that did not before."""
    return weekday == SATURDAY or (weekday == SUNDAY and (off_before or d == 0))
