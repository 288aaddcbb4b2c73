"""Column generation: lines are priced and taken into the master until no line can better it.

Every round gives the Lagrangian bound of its duals, whatever they are (Geoffrion, "Lagrangean relaxation for integer
programming", 1974, doi:10.1007/BFb0120690). Duals are smoothed towards the best so far (Wentges, "Weighted
Dantzig-Wolfe decomposition", 1997, doi:10.1111/j.1475-3995.1997.tb00001.x) and kept within what cover can cost.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from muster.roster.engine import Engine
from muster.roster.hours import Floats, Wholes
from muster.roster.master import Master, Mixture
from muster.roster.pricing import MOST_LABELS

SMOOTHING = 0.6
FEW_LABELS = 4096
"""In early rounds of a large problem a search of labels is cut here: any good line will do."""
LARGE = 20_000
"""Cells by tours from which a problem counts as large."""
ENTERS = 1e-6
CLOSE = 1e-7
NEARLY = 0.02


@dataclass(frozen=True, slots=True)
class Ending:
    """When to end: when ``enough`` says so, after so many rounds, when the bound is above ``cut`` (nothing can be
    gained then), or within ``gap``, a share of the cost, of the master."""

    enough: Callable[[], bool]
    rounds: int = 400
    cut: float = np.inf
    gap: float = CLOSE


@dataclass(slots=True)
class Generated:
    """Where column generation ended: the last mixture, the best bound and its duals, without the constant."""

    mixture: Mixture
    bound: float
    duals: Floats | None
    rounds: int


def generate(
    engine: Engine,
    master: Master,
    ending: Ending,
    *,
    duals: Floats | None = None,
    note: Callable[[float], None] | None = None,
) -> Generated:
    """Generate columns until the ending. ``duals`` are good ones to begin with; ``note`` is told each better bound."""
    exact = engine.rules.allowed.size <= LARGE
    state = Generated(master.solve(), -np.inf, None, 0)
    while True:
        state.rounds += 1
        added = 0
        for smooth in (True, False):
            around = state.duals if state.duals is not None else duals
            tried = _tried(master, state.mixture.duals, around if smooth else None)
            bound = _price(engine, master, tried, MOST_LABELS if exact else FEW_LABELS)
            if bound > state.bound:
                state.bound, state.duals = bound, tried
                if note:
                    note(bound)
            added = master.add(_entering(engine, master, state.mixture))
            if added or around is None:
                break
        close = state.mixture.cost - state.bound
        if not exact and (added < 0.1 * len(master.members) or close < NEARLY * abs(state.mixture.cost)):
            exact = True
        elif not added or close < ending.gap * max(1.0, abs(state.mixture.cost)):
            return state
        if state.bound > ending.cut or state.rounds >= ending.rounds or ending.enough():
            return state
        spent = master.effort
        state.mixture = master.solve()
        engine.budget.spend(master.effort - spent)


def _tried(master: Master, duals: Floats, around: Floats | None) -> Floats:
    """The duals to price at, within what one member less or more can cost."""
    smoothed = duals if around is None else SMOOTHING * around + (1 - SMOOTHING) * duals
    return np.clip(smoothed, -master.covers.over, master.covers.under)


def _price(engine: Engine, master: Master, duals: Floats, most: int) -> float:
    """Price the members of the master into the pool; the Lagrangian bound of these duals."""
    pool, who = engine.pool, master.members
    known = pool.least_of_members(pool.reduced_costs(duals))[who]
    priced = engine.pricing.price(duals, who, known + CLOSE, most)
    engine.budget.spend(priced.effort)
    for i in np.nonzero(priced.found)[0]:
        pool.add(int(who[i]), priced.lines[i])
    return float((duals * master.required).sum() + priced.bounds.sum())


def _entering(engine: Engine, master: Master, mixture: Mixture) -> Wholes:
    """The lines of the pool that would better this mixture."""
    reduced = engine.pool.reduced_costs(mixture.duals)
    return np.nonzero(reduced < mixture.member_duals[engine.pool.members] - ENTERS)[0]
