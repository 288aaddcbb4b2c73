"""A first roster, and making one better by neighbourhood search."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from muster.roster.compiled import COMPILES
from muster.roster.covers import counted
from muster.roster.engine import Engine
from muster.roster.hours import Wholes
from muster.roster.neighbourhood import Manner, search
from muster.roster.pricing import SUMS_PER_EFFORT
from muster.roster.pricing_member import Memory
from muster.roster.rules import REST

NOISES = (0.0, 0.3, 1.5, 5.0)
WARMTHS = (0.0, 1.0, 3.0)
MOST_MEMBERS = 5
FIRST_MOVES, MOST_MOVES = 50, 1 << 17
SHORT_EFFORT, LONG_EFFORT = 100.0, 300.0
"""A stretch of search is made longer or shorter to take about so much; nothing stops it before its end."""
IDLE_STRETCHES = 8


def greedy(engine: Engine, given: Mapping[int, Wholes]) -> Wholes:
    """A line for each member in turn, the cheapest against the cover that is missing still; some are given."""
    lines = np.full((len(engine.instance.members), engine.instance.days), REST, np.int64)
    covers = engine.covers
    counts = np.zeros_like(covers.required)
    for e, line in given.items():
        lines[e] = line
        counts += counted(covers, [e], line.reshape(1, -1))
    scale = max(1.0, float(covers.required.mean())) if covers.required.size else 1.0
    for e in engine.random.permutation(np.setdiff1d(engine.who, list(given))):
        missing = covers.required - counts
        duals = np.where(missing > 0, covers.under * missing / scale, -covers.over)
        priced = engine.pricing.price(duals, [int(e)])
        engine.budget.spend(priced.effort)
        lines[e] = priced.lines[0] if priced.found[0] else engine.first_line(int(e))
        counts += counted(covers, [int(e)], lines[e : e + 1])
    return lines


def improve(engine: Engine, lines: Wholes, effort: float, part: float = 1.0, *, keep: bool = False) -> Wholes:
    """The roster after a neighbourhood search of about that effort, or until that part of the budget is gone.

    Each worker searches by itself for a stretch; the best goes on. ``keep`` puts the lines met into the pool.
    """
    until = engine.budget.spent + effort
    moves, idle, best = FIRST_MOVES, 0, lines
    while engine.budget.spent < until and not engine.budget.over(part) and idle < IDLE_STRETCHES:
        found = _stretch(engine, best, moves)
        spent = max(work for _, work, _ in found) / SUMS_PER_EFFORT
        engine.budget.spend(max(spent, 0.01))
        gain, _, better = min(found, key=lambda each: each[0])
        if gain <= 0:
            idle = 0 if gain < -0.5 else idle + 1
            best = better
        if keep:
            for _, _, tried in found:
                engine.cost(tried)
        moves = min(moves * 2, MOST_MOVES) if spent < SHORT_EFFORT else moves
        moves = max(20, moves // 2) if spent > LONG_EFFORT else moves
        engine.offer(best)
        if engine.best <= engine.whole_bound:
            break
    return best


def _stretch(engine: Engine, lines: Wholes, moves: int) -> list[tuple[float, int, Wholes]]:
    """What each worker makes of the lines: the change in cost, the work, the lines."""
    manners = [_manner(engine, moves) for _ in range(engine.workers)]

    def work(manner: Manner) -> tuple[float, int, Wholes]:
        mine = lines.copy()
        watched, prices = engine.pricing.memory
        memory = Memory(watched.copy(), np.zeros_like(prices))
        change, done = search(engine.rules, engine.covers, memory, engine.who, mine, manner)
        return change, done, mine

    if engine.workers == 1 or not COMPILES:
        return [work(manner) for manner in manners]
    with ThreadPoolExecutor(engine.workers) as threads:
        return list(threads.map(work, manners))


def _manner(engine: Engine, moves: int) -> Manner:
    random = engine.random
    return Manner(
        moves,
        int(random.integers(1 << 30)),
        int(random.integers(1, MOST_MEMBERS + 1)),
        float(random.choice(NOISES)),
        float(random.choice(WARMTHS)),
    )
