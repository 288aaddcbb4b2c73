"""What a roster has to satisfy: members with their limits, tours, cover and requests over whole days.

Days count from 0. Minutes are whole and elapsed. A duty line has one entry a day: the ref of a tour, or ``OFF``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

OFF: Final = ""
"""The entry of a day off in a duty line."""

DAYS_PER_WEEK: Final = 7
SATURDAY: Final = 5

MOST_DAYS: Final = 511
"""The longest period: pricing counts the days of a tour in nine bits."""
MOST_NUMBER: Final = 10**9
"""Minutes, limits and weights go up to here: products of two of them are still whole numbers of 64 bits."""
MOST_PENALTY: Final = 10**9
"""What the weights of an instance may come to together. Sums of floating-point numbers, with which the engine works,
then err by far less than a point (``engine.ROUNDING``), so that a bound and a penalty can be told apart."""


@dataclass(frozen=True, slots=True)
class Tour:
    """A tour that may be worked on any day.

    ``minutes`` elapse from its start to its end; ``minutes_on`` tells the days on which that differs, because the
    clocks are put forward or back. A tour in ``not_followed_by`` may not be worked on the day after this one.
    """

    ref: str
    minutes: int
    not_followed_by: frozenset[str] = frozenset()
    minutes_on: Mapping[int, int] = field(default_factory=dict)

    def minutes_of(self, day: int) -> int:
        """The minutes that elapse when the tour is worked on that day."""
        return self.minutes_on.get(day, self.minutes)


@dataclass(frozen=True, slots=True)
class Carried:
    """What a member brings from the last period: the days in a row up to day 0, and the minutes of the running week.

    ``tour`` is the one worked on the day before day 0, or ``OFF``; ``days`` is how many days in a row, that one
    included, were worked (any tour) or off. ``week_minutes`` were worked since the last Monday before day 0, day 0
    not included; they count only when day 0 is no Monday.
    """

    tour: str
    days: int
    week_minutes: int = 0


@dataclass(frozen=True, slots=True)
class MinutesTarget:
    """A wish for the minutes of a whole line: ``weight`` for each whole hour that the line is away from ``minutes``."""

    minutes: int
    weight: int


@dataclass(frozen=True, slots=True)
class Member:
    """One member and what limits their line.

    ``most_days`` names each tour they may work and on how many days at most; a tour not named is never theirs.
    Minimum runs (``least_run_days``, ``least_off_days``) do not bind a run that touches the end of the period, nor one
    that touches its beginning unless ``carried`` says how it began. A weekend counts when its Saturday or Sunday is
    worked. ``most_week_minutes`` holds for calendar weeks, Monday to Sunday; None for no such limit.
    ``fixed`` are cells already decided (the ref of a tour, or ``OFF``), ``barred`` are (day, tour) that may not be.
    """

    ref: str
    most_days: Mapping[str, int]
    least_minutes: int
    most_minutes: int
    most_run_days: int
    least_run_days: int = 1
    least_off_days: int = 1
    most_weekends: int = 10**6
    most_week_minutes: int | None = None
    days_off: frozenset[int] = frozenset()
    barred: frozenset[tuple[int, str]] = frozenset()
    fixed: Mapping[int, str] = field(default_factory=dict)
    carried: Carried | None = None
    minutes_target: MinutesTarget | None = None
    weekend_weight: int = 0
    """Paid for each weekend worked: a fair share of them."""


@dataclass(frozen=True, slots=True)
class Request:
    """``weight`` is paid when a wanted entry is not in the line, or an unwanted one is. ``tour`` may be ``OFF``."""

    member: str
    day: int
    tour: str
    weight: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class Cover:
    """How many members are needed on a tour of a day: ``under`` is paid for each one missing, ``over`` for each one
    above ``required``. Only ``qualified`` members count; None for everybody. Several covers of one tour add up, so a
    minimum and a target are two covers, and so is the place of a supervisor."""

    day: int
    tour: str
    required: int
    under: int
    over: int
    qualified: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Instance:
    """A rostering problem. ``first_weekday`` is that of day 0: 0 is Monday.

    ``succession_weights``: what is paid in every line for a tour on the day right after another, by (tour, tour of the
    next day). The tour that was worked on the day before day 0 (``Carried``) counts as the first of a pair too, the
    last day of the period as the first of none. Hard rules on what may follow stand beside it, in ``Tour``.
    """

    days: int
    tours: tuple[Tour, ...]
    members: tuple[Member, ...]
    cover: tuple[Cover, ...]
    requests: tuple[Request, ...] = ()
    first_weekday: int = 0
    succession_weights: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def weekday(self, day: int) -> int:
        """0 for Monday to 6 for Sunday."""
        return (day + self.first_weekday) % DAYS_PER_WEEK

    def weeks(self) -> list[range]:
        """The days of each calendar week that the period touches, in order."""
        starts = [0, *(day for day in range(1, self.days) if self.weekday(day) == 0), self.days]
        return [range(a, b) for a, b in pairwise(starts) if a < b]
