"""From which values on somebody should look: each threshold with what it means and who says so."""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from muster.fitness.clock import Night
from muster.fitness.habitual import at_bedtime
from muster.fitness.unified import Unified

WILLIAMSON_FEYER: Final = "Williamson & Feyer 2000, doi:10.1136/oem.57.10.649"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value of a measure, ``kss``, ``lapses`` or ``hours awake``, from which on a model brings caution."""

    measure: str
    value: float
    means: str
    source: str


SLEEPY: Final = Threshold(
    "kss", 7.0, "sleepy, no effort yet to keep awake", "Ingre et al. 2014, doi:10.1371/journal.pone.0108679"
)
AWAKE_17: Final = Threshold(
    "hours awake",
    17.0,
    "performance as at a blood alcohol of about 0.05 %",
    f"{WILLIAMSON_FEYER}: means 16.9 to 18.6 h",
)
AWAKE_24: Final = Threshold(
    "hours awake", 24.0, "performance as at a blood alcohol of about 0.10 %", "Dawson & Reid 1997, Nature 388:235"
)


@cache
def lapsing() -> Threshold:
    """As many lapses as the unified model itself gives after 17 hours awake, at midnight, to somebody who has always
    slept from 23 to 7. No threshold for lapses has been published that could be quoted: this one is ours."""
    model, night = Unified(), Night()
    awake = np.ones(1, dtype=np.bool_)
    up = model.flow(at_bedtime(model, night)[:, None], ~awake, 24 - night.awake_hours)
    late = model.flow(model.turn(up, awake), awake, AWAKE_17.value)
    value = float(model.value(late, (night.wake.hour + AWAKE_17.value) % 24)[0])
    return Threshold(
        measure="lapses",
        value=value,
        means="as after 17 hours awake for somebody well slept, by the same model",
        source=f"ours, from {AWAKE_17.source}",
    )


def threshold_of(measure: str) -> Threshold:
    """The threshold of what a model gives: ``kss`` or ``lapses``."""
    return SLEEPY if measure == SLEEPY.measure else lapsing()
