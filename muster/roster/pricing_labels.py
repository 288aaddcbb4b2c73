"""The cheapest duty line with weekends and watched limits held: beginnings of lines, the dominated ones dropped.

A beginning (label) is dropped when another one in the same state and place costs no more and has used no more weekends
and watched days, or when even its cheapest completion (the table of ``pricing_relaxed``) costs too much.
"""

from typing import NamedTuple

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing_states import (
    COUNT_BITS,
    COUNT_MASK,
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

SLACK = 1e-7
"""Costs nearer than this to what is known are no gain."""
DOMINATED = 1e-10
FIRST_ROOM = 4096
GROWTH = 4
OFF_KIND = -1


class Labels(NamedTuple):
    """Beginnings of lines; each points to the one a day shorter, and to the next in its bucket."""

    cost: Floats
    bucket: Wholes  # (state, place, weekends) as one number
    counts: Wholes  # days of each watched tour
    kind: Wholes  # of the last day, or OFF_KIND
    before: Wholes
    next: Wholes


class Room(NamedTuple):
    """The shape of the buckets, and what is known of the multipliers."""

    places: int
    weekends: int
    weekend_price: float
    below: float


@compiled
def _empty(room: int) -> Labels:
    return Labels(
        np.empty(room),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
        np.empty(room, np.int64),
    )


@compiled
def _grown(labels: Labels) -> Labels:
    room = len(labels.cost)
    grown = _empty(room * GROWTH)
    grown.cost[:room] = labels.cost
    grown.bucket[:room] = labels.bucket
    grown.counts[:room] = labels.counts
    grown.kind[:room] = labels.kind
    grown.before[:room] = labels.before
    grown.next[:room] = labels.next
    return grown


@compiled
def _no_more(one: int, other: int, slots: int) -> bool:
    """Whether no count of ``one`` is above that of ``other``."""
    for slot in range(slots):
        shift = COUNT_BITS * slot
        if ((one >> shift) & COUNT_MASK) > ((other >> shift) & COUNT_MASK):
            return False
    return True


@compiled
def _dominated(labels: Labels, heads: Wholes, base: int, weekends: int, cost: float, counts: int, slots: int) -> bool:
    """Whether a label of the same state and place is as good in everything."""
    for w in range(weekends + 1):
        i = heads[base + w]
        while i >= 0:
            if labels.cost[i] <= cost + DOMINATED and _no_more(labels.counts[i], counts, slots):
                return True
            i = labels.next[i]
    return False


@compiled
def _drop_worse(labels: Labels, heads: Wholes, bucket: int, cost: float, counts: int, slots: int) -> None:
    """Take out of the bucket whatever the new label dominates."""
    i, kept = heads[bucket], -1
    while i >= 0:
        if cost <= labels.cost[i] and _no_more(counts, labels.counts[i], slots):
            labels.cost[i] = INFINITE
            if kept < 0:
                heads[bucket] = labels.next[i]
            else:
                labels.next[kept] = labels.next[i]
        else:
            kept = i
        i = labels.next[i]


@compiled
def _completion(rules: Rules, e: int, kinds: Kinds, room: Room, weekends: int, counts: int, cost: float) -> float:
    """The least a line costs that begins so, but for the entry of the table: multipliers pay back what is not used."""
    value = cost - room.weekend_price * (rules.most_weekends[e] - weekends)
    if kinds.watched:
        for g in range(kinds.number):
            if kinds.slot[g] >= 0:
                used = (counts >> (COUNT_BITS * kinds.slot[g])) & COUNT_MASK
                value -= kinds.price[g] * (rules.most_days[e, kinds.example[g]] - used)
    return float(value)


@compiled
def _counted(rules: Rules, e: int, kinds: Kinds, g: int, counts: int) -> int:
    """The counts after one more day of kind ``g``; -1 where that is one too many."""
    slot = kinds.slot[g]
    if slot < 0:
        return counts
    used = (counts >> (COUNT_BITS * slot)) & COUNT_MASK
    return counts + (1 << (COUNT_BITS * slot)) if used < rules.most_days[e, kinds.example[g]] else -1


@compiled
def cheapest(  # noqa: C901 - calls with these tuples cost more than what they do
    rules: Rules, e: int, kinds: Kinds, table: Floats, weekend_price: float, below: float, most: int, line: Wholes
) -> tuple[float, bool, int]:
    """The cost of the cheapest line below ``below``, written into ``line``; ``below`` where there is none.

    Also whether the search was complete (it keeps at most about ``most`` labels), and how many labels it made.
    """
    k, runs = rules.graph[e], runs_of(rules, e)
    room = Room(table.shape[2], rules.most_weekends[e] + 1, weekend_price, below)
    heads = np.full(table.shape[1] * room.places * room.weekends, -1, np.int64)
    labels = _empty(FIRST_ROOM)
    labels.cost[0], labels.counts[0], labels.kind[0], labels.before[0] = 0.0, 0, OFF_KIND, -1
    labels.bucket[0] = first_state(runs, kinds.carried_class) * room.places * room.weekends
    low, used, complete = 0, 1, True
    for d in range(len(rules.weekday)):
        high = used
        for i in range(low, high):
            heads[labels.bucket[i]] = -1
        for i in range(low, high):
            if labels.cost[i] >= INFINITE:
                continue
            weekends = labels.bucket[i] % room.weekends
            place = labels.bucket[i] // room.weekends % room.places
            state = labels.bucket[i] // room.weekends // room.places
            at = rules.first[k, d] + place
            run, before = run_before(runs, state), class_before(runs, state)
            worked = weekends + (1 if counts_weekend(rules.weekday[d], d, before < 0) else 0)
            for g in range(OFF_KIND, kinds.number if run >= 0 and worked < room.weekends else 0):
                counts, cost = labels.counts[i], labels.cost[i]
                if g == OFF_KIND:
                    then, to, w = off_state(runs, state, d), rules.off_to[at], weekends
                    cost += kinds.off[d]
                else:
                    follows = kinds.follows[before, g]
                    if kinds.cost[d, g] >= INFINITE or follows >= INFINITE:
                        continue
                    then = working(runs, kinds.group[g], run)
                    to, w = rules.tour_to[rules.length[kinds.example[g]], at], worked
                    counts = _counted(rules, e, kinds, g, counts)
                    cost += kinds.cost[d, g] + follows + (rules.weekend_cost[e] if worked > weekends else 0.0)
                if then < 0 or to < 0 or counts < 0:
                    continue
                onward = table[d + 1, then, to] + _completion(rules, e, kinds, room, w, counts, cost)
                if onward >= below - SLACK:
                    continue
                base = (then * room.places + to) * room.weekends
                if _dominated(labels, heads, base, w, cost, counts, kinds.watched):
                    continue
                _drop_worse(labels, heads, base + w, cost, counts, kinds.watched)
                if used == len(labels.cost):
                    if used >= most:
                        complete = False
                        continue
                    labels = _grown(labels)
                labels.cost[used], labels.bucket[used], labels.counts[used] = cost, base + w, counts
                labels.kind[used], labels.before[used], labels.next[used] = g, i, heads[base + w]
                heads[base + w] = used
                used += 1
        low = high
    return _best(rules, e, kinds, labels, low, used, below, line), complete, used


@compiled
def _best(rules: Rules, e: int, kinds: Kinds, labels: Labels, low: int, used: int, below: float, line: Wholes) -> float:
    """The least cost of the whole lines, the line itself in ``line``; ``below`` where none costs less."""
    k, days = rules.graph[e], len(rules.weekday)
    best, value = -1, below - SLACK / 10
    places = max(1, rules.places[k].max())
    weekends = rules.most_weekends[e] + 1
    for i in range(low, used):
        place = labels.bucket[i] // weekends % places
        cost = labels.cost[i] + rules.end_cost[rules.first[k, days] + place]
        if cost < value:
            best, value = i, cost
    if best < 0:
        return below
    d, i = days - 1, best
    while d >= 0:
        g = labels.kind[i]
        line[d] = REST if g == OFF_KIND else kinds.tour[d, g]
        i = labels.before[i]
        d -= 1
    return value
