"""Neighbourhood search: a few members are given new lines one after the other, each the cheapest against what the
others leave of the cover; kept when the roster gets no worse, or a little worse while it is warm."""

from typing import NamedTuple

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.covers import Covers, count_cover
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing import own_cost
from muster.roster.pricing_member import Memory, price_member
from muster.roster.pricing_states import INFINITE
from muster.roster.rules import REST, Rules

MOST_LABELS = 16_384
ANCHORED = 0.5
"""The share of moves that begin at a cover that is missed."""
TRIES = 30
TINY = 1e-9


class Manner(NamedTuple):
    """How a search moves: at most ``most_members`` at once; ``noise`` on prices and ``warmth`` in points of penalty."""

    moves: int
    seed: int
    most_members: int
    noise: float
    warmth: float


@compiled
def search(
    rules: Rules, covers: Covers, memory: Memory, who: Wholes, lines: Wholes, manner: Manner
) -> tuple[float, int]:
    """Improve the lines of the members ``who`` in place; by how much the roster costs less (0 or below), and the work.

    Ends with the best roster that it met.
    """
    np.random.seed(manner.seed)
    counts = np.zeros_like(covers.required)
    count_cover(covers, who, lines[who], counts)
    best_lines = lines.copy()
    now, best, work = 0.0, 0.0, 0
    most = min(manner.most_members, len(who))
    chosen = np.empty(most, np.int64)
    made = np.empty((most, lines.shape[1]), np.int64)
    for move in range(manner.moves):
        number = 1 + np.random.randint(most)
        _choose(rules, covers, who, lines, counts, chosen[:number])
        warmth = manner.warmth * (1.0 - move / manner.moves)
        trial = counts.copy()
        done = _reroster(rules, covers, memory, lines, chosen[:number], made, trial, manner.noise, warmth)
        work += done
        if done < 0:
            work -= 2 * done
            continue
        change = _change(rules, covers, lines, chosen[:number], made, counts, trial)
        if change <= TINY or (warmth > 0 and np.random.random() < np.exp(-change / warmth)):
            now += change
            counts = trial
            for i in range(number):
                lines[chosen[i]] = made[i]
            if now <= best + TINY:
                best = now
                best_lines[:] = lines
    lines[:] = best_lines
    return best, work


@compiled
def _choose(rules: Rules, covers: Covers, who: Wholes, lines: Wholes, counts: Floats, chosen: Wholes) -> None:
    """Different members at random; half of the time the first is one who can mend a cover that is missed."""
    filled = 0
    if np.random.random() < ANCHORED:
        member = _mender(rules, covers, who, lines, counts)
        if member >= 0:
            chosen[0], filled = member, 1
    while filled < len(chosen):
        member = who[np.random.randint(len(who))]
        fresh = True
        for i in range(filled):
            fresh = fresh and chosen[i] != member
        if fresh:
            chosen[filled] = member
            filled += 1


@compiled
def _mender(rules: Rules, covers: Covers, who: Wholes, lines: Wholes, counts: Floats) -> int:
    """A member who works where there are too many, or might where there are too few; -1 if none was met."""
    groups, days, tours = counts.shape
    for _ in range(TRIES):
        g, d, t = np.random.randint(groups), np.random.randint(days), np.random.randint(tours)
        surplus = counts[g, d, t] - covers.required[g, d, t]
        if (surplus > 0 and covers.over[g, d, t] > 0) or (surplus < 0 and covers.under[g, d, t] > 0):
            for _ in range(TRIES):
                e = who[np.random.randint(len(who))]
                if covers.groups[g, e] and ((lines[e, d] == t) if surplus > 0 else rules.allowed[e, d, t]):
                    return int(e)
            return -1
    return -1


@compiled
def _reroster(
    rules: Rules,
    covers: Covers,
    memory: Memory,
    lines: Wholes,
    chosen: Wholes,
    made: Wholes,
    trial: Floats,
    noise: float,
    warmth: float,
) -> int:
    """Make the lines of the chosen anew, and count them in ``trial``; the work, or -1 less the work if one failed."""
    work = 0
    cell = np.empty(rules.cost.shape[1:])
    for e in chosen:
        _recount(covers, e, lines[e], trial, -1.0)
    for i in range(len(chosen)):
        e = chosen[i]
        _marginal_cells(rules, covers, e, trial, len(chosen) - i, noise, cell)
        below = INFINITE
        if len(chosen) == 1:
            below = _line_cost(rules, e, lines[e], cell) + 1e-6 + 5.0 * warmth
        priced = price_member(rules, e, cell, memory, below, MOST_LABELS, made[i])
        work += priced.work
        if not priced.found:
            return -1 - work
        _recount(covers, e, made[i], trial, 1.0)
    return work


@compiled
def _recount(covers: Covers, e: int, line: Wholes, counts: Floats, sign: float) -> None:
    for g in range(len(covers.groups)):
        if covers.groups[g, e]:
            for d in range(len(line)):
                if line[d] != REST:
                    counts[g, d, line[d]] += sign


@compiled
def _marginal_cells(
    rules: Rules, covers: Covers, e: int, counts: Floats, members_left: int, noise: float, cell: Floats
) -> None:
    """What each cell would cost now: its own cost, and what one more there saves or adds. With more members to come
    than are missing, what is saved is shared among them."""
    cell[:] = rules.cost[e]
    groups, days, tours = counts.shape
    for g in range(groups):
        if covers.groups[g, e]:
            for d in range(days):
                for t in range(tours):
                    missing = covers.required[g, d, t] - counts[g, d, t]
                    if missing <= 0:
                        cell[d, t] += covers.over[g, d, t]
                    else:
                        cell[d, t] -= covers.under[g, d, t] * min(1.0, missing / members_left)
    if noise > 0:
        for d in range(days):
            for t in range(tours):
                cell[d, t] += noise * np.random.random()


@compiled
def _line_cost(rules: Rules, e: int, line: Wholes, cell: Floats) -> float:
    """The cost of a line at these costs of cells."""
    cost = own_cost(rules, e, line)
    tours = len(rules.after)
    for d in range(len(line)):
        entry = tours if line[d] == REST else line[d]
        cost += cell[d, entry] - rules.cost[e, d, entry]
    return float(cost)


@compiled
def _change(
    rules: Rules, covers: Covers, lines: Wholes, chosen: Wholes, made: Wholes, counts: Floats, trial: Floats
) -> float:
    """By how much the roster costs more with the lines made."""
    change = 0.0
    for i in range(len(chosen)):
        change += own_cost(rules, chosen[i], made[i]) - own_cost(rules, chosen[i], lines[chosen[i]])
    groups, days, tours = counts.shape
    for g in range(groups):
        for d in range(days):
            for t in range(tours):
                if counts[g, d, t] != trial[g, d, t]:
                    change += _cost_of(covers, g, d, t, trial[g, d, t]) - _cost_of(covers, g, d, t, counts[g, d, t])
    return change


@compiled
def _cost_of(covers: Covers, g: int, d: int, t: int, count: float) -> float:
    missing = covers.required[g, d, t] - count
    return float(covers.under[g, d, t] * missing if missing > 0 else -covers.over[g, d, t] * missing)
