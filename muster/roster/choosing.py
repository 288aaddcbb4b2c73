"""Which members to roster anew together."""

import numpy as np

from muster.roster.covers import counted
from muster.roster.engine import Engine
from muster.roster.hours import Floats, Wholes

COSTLIEST = 40.0
"""Points of own cost above which a member stands out no further."""


def choose_members(engine: Engine, count: int) -> Wholes:
    """So many members, in order: at random, around a cover that is missed, costly ones, or alike ones."""
    scores = engine.random.random(len(engine.who))
    way = int(engine.random.integers(4))
    if way == 1:
        _around_a_miss(engine, scores)
    elif way == 2:
        _costly(engine, scores)
    elif way == 3:
        _alike(engine, scores)
    return np.sort(engine.who[np.argsort(-scores, kind="stable")[:count]])


def _around_a_miss(engine: Engine, scores: Floats) -> None:
    """Prefer members who could mend one missed cover, or work where there are too many the days around it."""
    covers, lines, who = engine.covers, engine.now, engine.who
    missing = covers.required - counted(covers, who, lines[who])
    paid = covers.under * np.maximum(0, missing) + 5 * covers.over * np.maximum(0, -missing)
    cells = np.argwhere(paid > 0)
    if not len(cells):
        return
    weights = paid[paid > 0]
    g, d, t = cells[engine.random.choice(len(cells), p=weights / weights.sum())]
    able = covers.groups[g, who] & engine.rules.allowed[who, d, t]
    scores += 0.5 * able
    for day in range(max(0, d - 1), min(lines.shape[1], d + 2)):
        worked = lines[who, day]
        surplus = (missing[g, day] < 0)[worked] & (worked >= 0) & covers.groups[g, who]
        scores += 0.4 * surplus


def _costly(engine: Engine, scores: Floats) -> None:
    """Prefer members whose lines cost much more than their cheapest cells."""
    pool, lines = engine.pool, engine.now
    least = engine.rules.cost[engine.who].min(axis=2).sum(axis=1)
    costs = np.array([pool.costs[pool.add(int(e), lines[e])] for e in engine.who])
    scores += 0.02 * np.minimum(COSTLIEST, costs - least) * engine.random.random(len(scores))


def _alike(engine: Engine, scores: Floats) -> None:
    """Prefer members who may work the same tours as one of them."""
    may = engine.rules.most_days[engine.who] > 0
    one = int(engine.random.integers(len(may)))
    both, either = (may & may[one]).sum(axis=1), (may | may[one]).sum(axis=1)
    scores += both / np.maximum(1, either)
    scores[one] += 9
