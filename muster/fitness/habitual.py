"""The states of somebody who has slept every night, for as long as it matters."""

from typing import Final

import numpy as np

from muster.fitness.arrays import Flags, Floats
from muster.fitness.clock import Night
from muster.fitness.course import Model

CLOSE: Final = 1e-12
MOST_NIGHTS: Final = 10_000


def at_bedtime(model: Model, night: Night) -> Floats:
    """The states at bedtime that come back every night, shape (states,).

    Found by sleeping one night after another until nothing changes any more: about 5 for the Three Process Model, some
    weeks for the unified one, whose debt has a time constant of four days.
    """
    states = model.start[:, None]
    for _ in range(MOST_NIGHTS):
        later = _a_day_later(model, states, night)
        if float(np.abs(later - states).max()) < CLOSE:
            return later[:, 0]
        states = later
    raise ArithmeticError(f"{model.NAME} does not settle with a night from {night.bed} to {night.wake}")


def _a_day_later(model: Model, states: Floats, night: Night) -> Floats:
    asleep: Flags = np.zeros(1, dtype=np.bool_)
    awake = ~asleep
    slept = model.flow(model.turn(states, asleep), asleep, 24 - night.awake_hours)
    return model.flow(model.turn(slept, awake), awake, night.awake_hours)
