"""A part of a roster: some members against what the others leave of the cover for them."""

from dataclasses import dataclass

import numpy as np

from muster.roster.covers import counted, cover_cost
from muster.roster.engine import Engine
from muster.roster.hours import Floats, Wholes


@dataclass(frozen=True, slots=True)
class Part:
    """``required`` cover, shape (G, H, T), may be negative where the others are too many already. ``cost`` is what the
    part costs now, its lines and the cover; something better must cost less."""

    members: Wholes
    required: Floats
    cost: float


def whole_of(engine: Engine) -> Part:
    """All members, against the whole cover."""
    return Part(engine.who, engine.covers.required, engine.best - engine.constant)


def part_of(engine: Engine, members: Wholes) -> Part:
    """These members in the best roster."""
    lines = engine.now
    others = np.setdiff1d(engine.who, members)
    required = engine.covers.required - counted(engine.covers, others, lines[others])
    own = sum(float(engine.pool.costs[engine.pool.add(int(e), lines[e])]) for e in members)
    here = counted(engine.covers, members, lines[members])
    return Part(members, required, own + cover_cost(engine.covers, here, required))
