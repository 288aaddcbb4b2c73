"""The cheapest duty line when weekends and watched limits cost a price instead of being held: a dynamic programme.

Its value is a lower bound on the cheapest line that holds them; its table completes any beginning of a line.
"""

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing_states import (
    INFINITE,
    Kinds,
    class_before,
    counts_weekend,
    first_state,
    off_state,
    run_before,
    runs_of,
    working,
)
from muster.roster.rules import REST, Rules

TOLERANCE = 1e-9


@compiled
def new_table(rules: Rules, e: int, kinds: Kinds) -> Floats:
    """Room for the cheapest completion from (day, state, place in the graph of minutes)."""
    days = len(rules.weekday)
    widest = 1
    for d in range(days + 1):
        widest = max(widest, rules.places[rules.graph[e], d])
    return np.empty((days + 1, rules.least_off[e] + kinds.classes * rules.most_run[e], widest))


@compiled
def complete(rules: Rules, e: int, kinds: Kinds, weekend_price: float, table: Floats) -> int:
    """Fill the table from the last day back; how many sums that took."""
    k, days, states = rules.graph[e], len(rules.weekday), table.shape[1]
    first, places, weekday = rules.first[k], rules.places[k], rules.weekday
    runs, done = runs_of(rules, e), 0
    table[days, :, : places[days]] = rules.end_cost[first[days] : first[days] + places[days]]
    carried_run = run_before(runs, first_state(runs, kinds.carried_class)) if kinds.carried_class >= 0 else 0
    if carried_run < 0:
        carried_run = runs.most_run
    for d in range(days - 1, -1, -1):
        day, onward, width = table[d], table[d + 1], places[d]
        off_to, tour_to = rules.off_to[first[d] :], rules.tour_to[:, first[d] :]
        for state in range(states):
            day[state, :width] = INFINITE
            if state >= runs.least_off and (state - runs.least_off) % runs.most_run >= d + carried_run:
                continue
            after_off = off_state(runs, state, d)
            if after_off >= 0 and kinds.off[d] < INFINITE:
                _lower(day, state, width, kinds.off[d], onward, after_off, off_to)
                done += width
            run = run_before(runs, state)
            if run < 0:
                continue
            before = class_before(runs, state)
            extra = weekend_price + rules.weekend_cost[e] if counts_weekend(weekday[d], d, before < 0) else 0.0
            for g in range(kinds.number):
                follows = kinds.follows[before, g]
                if kinds.cost[d, g] >= INFINITE or follows >= INFINITE:
                    continue
                then, cost = working(runs, kinds.group[g], run), kinds.cost[d, g] + kinds.price[g] + extra + follows
                _lower(day, state, width, cost, onward, then, tour_to[rules.length[kinds.example[g]]])
                done += width
    return done


@compiled
def _lower(day: Floats, state: int, width: int, cost: float, onward: Floats, then: int, to: Wholes) -> None:
    """Lower each entry of the state to what it costs to go on that way."""
    for q in range(width):
        if to[q] >= 0:
            value = cost + onward[then, to[q]]
            if value < day[state, q]:
                day[state, q] = value


@compiled
def follow(rules: Rules, e: int, kinds: Kinds, weekend_price: float, table: Floats, line: Wholes) -> int:
    """Write a cheapest line of the table into ``line``; how many weekends it works."""
    k, runs = rules.graph[e], runs_of(rules, e)
    state, q, weekends = first_state(runs, kinds.carried_class), 0, 0
    for d in range(len(rules.weekday)):
        at = rules.first[k, d] + q
        best = INFINITE
        entry, then, place = REST, 0, 0
        after_off = off_state(runs, state, d)
        if after_off >= 0 and rules.off_to[at] >= 0:
            best = kinds.off[d] + table[d + 1, after_off, rules.off_to[at]]
            then, place = after_off, rules.off_to[at]
        run, before = run_before(runs, state), class_before(runs, state)
        weekend = counts_weekend(rules.weekday[d], d, before < 0)
        extra = weekend_price + rules.weekend_cost[e] if weekend else 0.0
        for g in range(kinds.number if run >= 0 else 0):
            to = rules.tour_to[rules.length[kinds.example[g]], at]
            follows = kinds.follows[before, g]
            if to < 0 or kinds.cost[d, g] >= INFINITE or follows >= INFINITE:
                continue
            onward = working(runs, kinds.group[g], run)
            value = kinds.cost[d, g] + kinds.price[g] + extra + follows + table[d + 1, onward, to]
            if value < best - TOLERANCE:
                best, entry, then, place = value, g, onward, to
        line[d] = REST if entry == REST else kinds.tour[d, entry]
        weekends += 1 if entry != REST and weekend else 0
        state, q = then, place
    return weekends
