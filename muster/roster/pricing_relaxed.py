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
    state_count,
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
    return np.empty((days + 1, state_count(rules, e, kinds), widest))


@compiled
def complete(  # noqa: C901 - a call for each state takes longer than the state itself
    rules: Rules, e: int, kinds: Kinds, weekend_price: float, table: Floats
) -> int:
    """Fill the table from the last day back; how many sums that took."""
    days = len(rules.weekday)
    k = rules.graph[e]
    states = table.shape[1]
    done = 0
    for state in range(states):
        for q in range(rules.places[k, days]):
            table[days, state, q] = rules.end_cost[rules.first[k, days] + q]
    carried_run = run_before(rules, e, first_state(rules, e, kinds)) if kinds.carried_class >= 0 else 0
    if carried_run < 0:
        carried_run = rules.most_run[e]
    for d in range(days - 1, -1, -1):
        first, width = rules.first[k, d], rules.places[k, d]
        for state in range(states):
            row = table[d, state]
            row[:width] = INFINITE
            if state >= rules.least_off[e] and (state - rules.least_off[e]) % rules.most_run[e] >= d + carried_run:
                continue
            after_off = off_state(rules, e, state, d)
            if after_off >= 0 and kinds.off[d] < INFINITE:
                _lower(row, table[d + 1, after_off], rules.off_to, first, width, kinds.off[d])
                done += width
            run = run_before(rules, e, state)
            if run < 0:
                continue
            before = class_before(rules, e, state)
            extra = weekend_price + rules.weekend_cost[e] if counts_weekend(rules, d, before < 0) else 0.0
            for g in range(kinds.number):
                if kinds.cost[d, g] >= INFINITE or (before >= 0 and kinds.forbidden[before, g]):
                    continue
                then = rules.least_off[e] + kinds.group[g] * rules.most_run[e] + run
                cost = kinds.cost[d, g] + kinds.price[g] + extra
                _lower(row, table[d + 1, then], rules.tour_to[rules.length[kinds.example[g]]], first, width, cost)
                done += width
    return done


@compiled
def _lower(row: Floats, onward: Floats, moves: Wholes, first: int, width: int, cost: float) -> None:
    """Lower each entry of the row to what it costs to go on that way."""
    for q in range(width):
        to = moves[first + q]
        if to >= 0:
            value = cost + onward[to]
            if value < row[q]:
                row[q] = value


@compiled
def follow(rules: Rules, e: int, kinds: Kinds, weekend_price: float, table: Floats, line: Wholes) -> int:
    """Write a cheapest line of the table into ``line``; how many weekends it works."""
    k = rules.graph[e]
    state, q, weekends = first_state(rules, e, kinds), 0, 0
    for d in range(len(rules.weekday)):
        at = rules.first[k, d] + q
        best = INFINITE
        entry, then, place = REST, 0, 0
        after_off = off_state(rules, e, state, d)
        if after_off >= 0 and rules.off_to[at] >= 0:
            best = kinds.off[d] + table[d + 1, after_off, rules.off_to[at]]
            then, place = after_off, rules.off_to[at]
        run, before = run_before(rules, e, state), class_before(rules, e, state)
        weekend = counts_weekend(rules, d, before < 0)
        extra = weekend_price + rules.weekend_cost[e] if weekend else 0.0
        for g in range(kinds.number if run >= 0 else 0):
            to = rules.tour_to[rules.length[kinds.example[g]], at]
            if to < 0 or kinds.cost[d, g] >= INFINITE or (before >= 0 and kinds.forbidden[before, g]):
                continue
            onward = rules.least_off[e] + kinds.group[g] * rules.most_run[e] + run
            value = kinds.cost[d, g] + kinds.price[g] + extra + table[d + 1, onward, to]
            if value < best - TOLERANCE:
                best, entry, then, place = value, g, onward, to
        line[d] = REST if entry == REST else kinds.tour[d, entry]
        weekends += 1 if entry != REST and weekend else 0
        state, q = then, place
    return weekends
