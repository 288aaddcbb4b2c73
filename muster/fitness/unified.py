"""The Unified Model of Performance: lapses of attention after any mix of lost sleep.

Rajdev P, Thorsley D, Rajaraman S, et al. (2013) A unified mathematical model to quantify performance impairment for
both chronic sleep restriction and total sleep deprivation. J Theor Biol 331:66-77, doi:10.1016/j.jtbi.2013.04.013.
Ramakrishnan S, Wesensten NJ, Balkin TJ, Reifman J (2016) A Unified Model of Performance: Validation of its Predictions
across Different Sleep/Wake Schedules. Sleep 39(1):249-262. S is the homeostatic process (high when tired), L the debt
that sets how low sleep can bring it, C the rhythm of the day.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muster.fitness.arrays import Flags, Floats

HARMONICS = (0.97, 0.22, 0.07, 0.03, 0.0001)
"""Amplitudes of the rhythm of the day: of 24 hours, of 12, 8, 6 and 4.8."""


@dataclass(frozen=True, slots=True)
class Unified:
    """The model with its parameters. Time constants are in hours; hours of the day are those of the body clock."""

    NAME: ClassVar[str] = "ump"
    TITLE: ClassVar[str] = "Unified Model of Performance"
    MEASURE: ClassVar[str] = "lapses"

    u0: float = 24.12
    """upper asymptote of S, to which it rises awake; asleep the debt falls towards -2 of it"""
    l0: float = 0.0
    s0: float = 0.0
    """L and S at the start, when somebody lies down"""
    phi: float = 2.02
    """hours by which the rhythm of the day is ahead"""
    kappa: float = 4.13
    """how much the rhythm weighs, in lapses"""
    tau_s: float = 1.0
    tau_w: float = 40.0
    """time constants of S asleep and awake"""
    tau_la: float = 4.06 * 24
    """time constant of L"""
    wc: float = 1.14
    wd: float = -0.46
    """inertia at waking, and the rate at which it wears off; told, but no part of the lapses"""

    @property
    def start(self) -> Floats:
        """The states to start with: S, L and W."""
        return np.array([self.s0, self.l0, 0.0])

    def flow(self, states: Floats, awake: Flags, hours: float | Floats) -> Floats:
        """S, L and W so many hours later."""
        s, l, w = states  # noqa: E741 - the model's own letter
        kept, kept_s, kept_w = np.exp(-hours / self.tau_la), np.exp(-hours / self.tau_s), np.exp(-hours / self.tau_w)
        low = -2 * self.u0
        pull = self.tau_la / (self.tau_la - self.tau_s)
        asleep = s * kept_s + low * (1 - kept_s) + (l - low) * pull * (kept - kept_s)
        up = self.u0 - (self.u0 - s) * kept_w
        debt = l * kept + np.where(awake, self.u0, low) * (1 - kept)
        return np.stack((np.where(awake, up, asleep), debt, w * np.exp(self.wd * hours)))

    def turn(self, states: Floats, awake: Flags) -> Floats:
        """Waking brings the whole inertia; falling asleep ends it."""
        s, l, _ = states  # noqa: E741
        return np.stack((s, l, np.where(awake, self.wc, 0.0)))

    def rhythm(self, tod: float) -> float:
        """C at an hour of the day."""
        angle = 2 * np.pi / 24 * (tod + self.phi)
        return float(sum(a * np.sin(number * angle) for number, a in enumerate(HARMONICS, start=1)))

    def value(self, states: Floats, tod: float) -> Floats:
        """Lapses in ten minutes of the psychomotor vigilance test; can be slightly below none."""
        return np.asarray(states[0] + self.kappa * self.rhythm(tod))

    def settled(self, states: Floats, tod: float) -> Floats:
        """The same: the lapses have no inertia."""
        return self.value(states, tod)

    def columns(self, states: Floats, tod: float) -> dict[str, Floats]:
        """All that the model says of each member, by name."""
        s, l, w = states  # noqa: E741
        c = self.rhythm(tod) * np.ones_like(s)
        return {"s": s, "l": l, "c": c, "w": w, "lapses": self.value(states, tod)}
