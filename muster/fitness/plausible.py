"""When people sleep after a duty, as two sources have it. Hours run on past midnight: from noon, 12, to noon, 36."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from muster.fitness.arrays import Floats


class PlausibleSleep(Protocol):
    """One way in which members may be sleeping around their duties."""

    NAME: ClassVar[str]
    SAYS: ClassVar[str]
    """the rule in a few words, with its source; they follow an *if*"""
    SETTLE_HOURS: ClassVar[float]
    """hours from the door at home to sleep, for who is tired enough to go to bed at once"""

    def after_duty(self, end: Floats, commute: float) -> tuple[Floats, Floats]:
        """Bedtime and length of the sleep after a duty that ends at ``end``; ``commute``: hours to get home."""
        ...

    def at_most(self, leave: Floats) -> Floats:
        """The longest sleep, in hours, before leaving home for a duty at that hour of the day, 0 up to 24."""
        ...


@dataclass(frozen=True, slots=True)
class FatigueIndexSleep:
    """The sleep that the HSE fatigue index supposes.

    Spencer MB, Robertson KA, Folkard S (2006) The development of a fatigue / risk index for shiftworkers. HSE Research
    Report RR446: a fit to sleep that shift workers reported.
    """

    NAME: ClassVar[str] = "rr446"
    SAYS: ClassVar[str] = "asleep as shift workers reported (HSE RR446)"
    SETTLE_HOURS: ClassVar[float] = 1.0

    def after_duty(self, end: Floats, commute: float) -> tuple[Floats, Floats]:
        """Bedtime and length after a duty that ends at ``end``."""
        home = 12 + (end + commute - 12) % 24
        return bedtime(home), length(home)

    def at_most(self, leave: Floats) -> Floats:
        """The longest sleep of the fit, less what an early start costs."""
        return np.where(leave < 13.5, LONGEST - early_start_loss(24 + leave), LONGEST)


LONGEST = 8.13
"""hours of sleep of RR446 after a duty that ends by half past six in the evening"""


def bedtime(home: Floats) -> Floats:
    """RR446: the hour at which somebody goes to bed whose duty, with the way home, ends at the hour ``home``."""
    return np.where(home < 24.25, 16.3 + 0.367 * home, home + 1)


def length(home: Floats) -> Floats:
    """RR446: how many hours they then sleep. In all digits that transcriptions of its calculator have."""
    falls = 1 + 0.472949055173571 * np.exp(-1.77393493516727 + 0.16244804759197 * (bedtime(home) - 20))
    return np.where(home < 18.5, LONGEST, -2.28827436527851 + 11.7995318577367 / falls)


def early_start_loss(leave: Floats) -> Floats:
    """RR446: the hours of sleep that it costs to leave for duty at that hour, from midnight, 24, to 37.5."""
    early = 37.5 - leave
    return (0.03501 * early + 0.01928) * early


@dataclass(frozen=True, slots=True)
class DutyEndSleep:
    """Home, and to bed; or at 2300 where the duty ends in the afternoon or evening, when nobody falls asleep at will.

    The rule of AutoSleep in SAFTE-FAST, from the notes of an open re-implementation: duty ends 0000-1159, sleep after
    the commute; 1200-2359, sleep at 2300; eight hours at most. Earlier than home nobody is in bed: ours.
    """

    NAME: ClassVar[str] = "duty-end"
    SAYS: ClassVar[str] = "to bed once home, not before 2300 in the evening (AutoSleep rule)"
    SETTLE_HOURS: ClassVar[float] = 0.0
    HOURS: ClassVar[float] = 8.0
    BED: ClassVar[float] = 23.0

    def after_duty(self, end: Floats, commute: float) -> tuple[Floats, Floats]:
        """Bedtime and length after a duty that ends at ``end``."""
        home = end + commute
        return np.where(end < 24, np.maximum(self.BED, home), home), np.full_like(end, self.HOURS)

    def at_most(self, leave: Floats) -> Floats:
        """Eight hours, whenever the next duty starts."""
        return np.full_like(leave, self.HOURS)


PLAUSIBLE: tuple[PlausibleSleep, ...] = (FatigueIndexSleep(), DutyEndSleep())
"""The sleeps that are tried. The sleep is probably less well known than what follows from it, so there is never one."""
