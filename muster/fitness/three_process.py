"""The Three Process Model of sleepiness.

Ingre M, Van Leeuwen W, Klemets T, et al. (2014) Validating and Extending the Three Process Model of Alertness in
Airline Operations. PLoS ONE 9(10): e108679, doi:10.1371/journal.pone.0108679. S is the homeostatic process (high when
rested), C and U the 24-hour and the 12-hour rhythm, W the inertia after waking.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from muster.fitness.arrays import Flags, Floats


@dataclass(frozen=True, slots=True)
class ThreeProcess:
    """The model with its parameters. Rates are per hour; hours of the day are those of the body clock."""

    NAME: ClassVar[str] = "tpm"
    TITLE: ClassVar[str] = "Three Process Model"
    MEASURE: ClassVar[str] = "kss"

    la: float = 2.4
    """lower asymptote of S, to which it falls awake"""
    ha: float = 14.3
    """upper asymptote of S, to which it rises asleep"""
    d: float = -0.0353
    """rate at which S falls awake"""
    g: float = float(np.log((14.3 - 14.0) / (14.3 - 7.96)) / 8)
    """rate at which S rises asleep above the break level: from 7.96 to 14 in 8 hours"""
    bl: float = 12.2
    """break level: below it S rises along a straight line"""
    cm: float = 0.0
    ca: float = 2.5
    """mean and amplitude of the 24-hour rhythm"""
    p: float = 16.8
    """hour of the day at which the 24-hour rhythm is highest"""
    um: float = -0.5
    ua: float = 0.5
    """mean and amplitude of the 12-hour rhythm"""
    wc: float = -5.72
    wd: float = -1.51
    """inertia at waking, and the rate at which it wears off"""
    s0: float = 7.96
    """S at the start, when somebody lies down"""
    kss_intercept: float = 10.6
    kss_beta: float = -0.6
    """KSS = intercept + beta (S + C + U + W). The first papers are quoted with 10.9; the reference has 10.6."""

    @property
    def start(self) -> Floats:
        """The states to start with: S and W."""
        return np.array([self.s0, 0.0])

    @property
    def rise(self) -> float:
        """By how much S rises an hour asleep below the break level: as steep as the curve begins there."""
        return self.g * (self.bl - self.ha)

    def flow(self, states: Floats, awake: Flags, hours: float | Floats) -> Floats:
        """S and W so many hours later. Asleep, S has been through ``turn``."""
        s, w = states
        falling = self.la + (s - self.la) * np.exp(self.d * hours)
        below = np.minimum(hours, np.maximum((self.bl - s) / self.rise, 0.0))  # hours still below the break level
        rising = self.ha - (self.ha - (s + self.rise * below)) * np.exp(self.g * (hours - below))
        return np.stack((np.where(awake, falling, rising), w * np.exp(self.wd * hours)))

    def turn(self, states: Floats, awake: Flags) -> Floats:
        """Waking brings the whole inertia; falling asleep ends it.

        Whoever falls asleep above the break level joins the curve as late as the straight line would have taken from
        the break level to where they are, and so a little below: the formula reads so, and S jumps.
        """
        s, _ = states
        over = np.maximum(s - self.bl, 0.0) / self.rise
        joined = np.where(s > self.bl, self.ha - (self.ha - self.bl) * np.exp(self.g * over), s)
        return np.stack((np.where(awake, s, joined), np.where(awake, self.wc, 0.0)))

    def rhythms(self, tod: float) -> tuple[float, float]:
        """C and U at an hour of the day."""
        c = self.cm + self.ca * np.cos(2 * np.pi / 24 * (tod - self.p))
        u = self.um + self.ua * np.cos(2 * np.pi / 12 * (tod - self.p - 3))
        return float(c), float(u)

    def value(self, states: Floats, tod: float) -> Floats:
        """Sleepiness on the Karolinska Sleepiness Scale, about 1 (very alert) to 9 (fighting sleep), with inertia."""
        return self._kss(states[0] + states[1], tod)

    def settled(self, states: Floats, tod: float) -> Floats:
        """The same without the inertia after waking."""
        return self._kss(states[0], tod)

    def _kss(self, s: Floats, tod: float) -> Floats:
        return self.kss_intercept + self.kss_beta * (s + sum(self.rhythms(tod)))

    def columns(self, states: Floats, tod: float) -> dict[str, Floats]:
        """All that the model says of each member, by name. ``alertness`` leaves the inertia out, ``kss`` does not."""
        s, w = states
        c, u = self.rhythms(tod)
        same = np.ones_like(s)
        alertness = s + c + u
        return {"s": s, "c": c * same, "u": u * same, "w": w, "alertness": alertness, "kss": self.value(states, tod)}
