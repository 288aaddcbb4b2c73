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
from muster.roster.pricing import FEW_LABELS, MOST_LABELS

SMOOTHING, DOUBTFUL = 0.6, 0.3
"""How much of the duals is the best so far; more by up to so much while the mixture is far from the bound."""
LARGE = 20_000
"""Cells by tours from which a problem counts as large: early rounds look for any good line."""
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
    """Generate columns until the ending. ``duals`` are good ones, tried before any of the master; ``note`` is told each
    better bound."""
    exact = engine.rules.allowed.size <= LARGE
    state = Generated(master.solve(), -np.inf, None, 0)
    while True:
        state.rounds += 1
        added = _round(engine, master, state, duals, MOST_LABELS if exact else FEW_LABELS)
        if note:
            note(state.bound)
        close = state.mixture.cost - state.bound
        size = max(1.0, abs(state.mixture.cost))
        if not exact and (added < 0.1 * len(master.members) or close < NEARLY * size):
            exact = True
        elif not added or close < ending.gap * size:
            return state
        if state.bound > ending.cut or state.rounds >= ending.rounds or ending.enough():
            return state
        spent = master.effort
        state.mixture = master.solve()
        engine.budget.spend(master.effort - spent)


def _round(engine: Engine, master: Master, state: Generated, first: Floats | None, most: int) -> int:
    """Price at duals near the best, and at the master's own if that brings no line; how many lines came in."""
    own = np.clip(state.mixture.duals, -master.covers.over, master.covers.under)
    doubt = min(1.0, (state.mixture.cost - state.bound) / max(1.0, abs(state.mixture.cost)))
    smoothing = SMOOTHING + DOUBTFUL * doubt
    near = first if state.duals is None else smoothing * state.duals + (1 - smoothing) * own
    for tried in (own,) if near is None else (near, own):
        bound = _price(engine, master, tried, most)
        if bound > state.bound:
            state.bound, state.duals = bound, tried
        added = master.add(_entering(engine, master, state.mixture))
        if added:
            return added
    return 0


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
