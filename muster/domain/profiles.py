"""Hours rules as profiles: each limit with the source that sets it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from typing import Final, Literal

from muster.domain.duty import HoursRule
from muster.domain.errors import Unknown

OURS: Final = "ours, advisory"
USPP: Final = "US Park Police, published practice of 2014: 16 h in 24 without 4 h of rest, waivable by the chief"
SEATTLE: Final = "Seattle Police Manual 4.020 (2017): 90 h a week, Saturday 0300 to Saturday 0300, all work counted"
GEORGIA: Final = "Georgia DPS, Rule 570-9-.07"
DENVER: Final = "Denver, published practice: 64 h a week"
EU: Final = "Directive 2003/88/EC"

Unit = Literal["hours", "tours"]

RULES: Final[dict[str, Unit]] = {
    "break-length": "hours",
    "protected-rest": "hours",
    "relief-owed": "hours",
    "relief-overdue": "hours",
    "unfit": "hours",
    "rest-caution": "hours",
    "rest-unfit": "hours",
    "day-caution": "hours",
    "day-unfit": "hours",
    "week-caution": "hours",
    "week-unfit": "hours",
    "month-caution": "hours",
    "month-unfit": "hours",
    "average-caution": "hours",
    "average-unfit": "hours",
    "daily-rest-caution": "hours",
    "daily-rest-unfit": "hours",
    "weekly-rest-caution": "hours",
    "weekly-rest-unfit": "hours",
    "tours-caution": "tours",
    "tours-unfit": "tours",
    "nights-caution": "tours",
    "nights-unfit": "tours",
}
"""Names of rules in ``hours.csv``, and what the limit of each is a number of."""

REST_OWED: Final = "rest-owed"
"""The rule that the rest is had which a waiver promised; it holds in every profile."""

WAIVABLE: Final = (*(rule for rule in RULES if rule not in ("break-length", "protected-rest")), REST_OWED)
"""Rules that a waiver can name. The other two are how duty and rest are reckoned."""


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a profile, in hours or tours as ``RULES`` says, with its source. ``weeks``: over how many weeks
    an average is taken; None for a limit that is none."""

    number: float
    source: str
    weeks: int | None = None

    @property
    def span(self) -> timedelta:
        """The limit as a time, for rules of hours."""
        return timedelta(hours=self.number)


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits that hold together, by rule. A rule that is not among them is one the source does not set.

    ``break-length``: time off that ends a continuous duty. ``protected-rest``: time after duty in which a member is
    not asked to decide while somebody else can. ``week_from`` (weekday 0 = Monday, local time) fixes the week that
    the rules on weeks count; without it weeks roll.
    """

    name: str
    limits: Mapping[str, Limit]
    week_from: tuple[int, time] | None = None
    break_length: timedelta = field(init=False)
    protected_rest: timedelta = field(init=False)
    back: timedelta = field(init=False)
    """How far back from an instant its rules look, the duty included that then ran."""

    def __post_init__(self) -> None:
        """Work out what is asked for again and again."""
        object.__setattr__(self, "break_length", self.limits["break-length"].span)
        object.__setattr__(self, "protected_rest", self.limits["protected-rest"].span)
        object.__setattr__(self, "back", max(_back(rule, limit) for rule, limit in self.limits.items()))


def _back(rule: str, limit: Limit) -> timedelta:
    """How far back a rule looks, with two days more for the duty that ran there."""
    if rule.startswith("month"):
        return timedelta(days=30)
    if limit.weeks is not None:
        return timedelta(weeks=limit.weeks, days=2)
    if RULES[rule] == "tours":
        return timedelta(days=limit.number + 3)
    return timedelta(days=9)


def _profile(name: str, week_from: tuple[int, time] | None = None, **limits: tuple[float, str]) -> Profile:
    said = {rule.replace("_", "-"): Limit(number, source) for rule, (number, source) in limits.items()}
    return Profile(name, {"break-length": Limit(4, OURS), "protected-rest": Limit(8, OURS), **said}, week_from)


ADVISORY: Final = _profile(
    "muster-advisory",
    relief_owed=(12, OURS),
    relief_overdue=(16, OURS),
    unfit=(18, OURS),
    rest_caution=(10, OURS),
    rest_unfit=(8, OURS),
    week_caution=(60, OURS),
)

PARK_POLICE: Final = _profile(
    "us-park-police-2014",
    break_length=(4, USPP),
    protected_rest=(4, USPP),
    relief_overdue=(16, USPP),
    unfit=(16, USPP),
)

SEATTLE_2017: Final = _profile("seattle-2017", (5, time(3)), week_unfit=(90, SEATTLE))

SHIPPED: Final = {p.name: p for p in (ADVISORY, PARK_POLICE, SEATTLE_2017)}


def profile_named(name: str, rules: Iterable[HoursRule] = ()) -> Profile:
    """The profile of that name: a force's own rows first, then the shipped ones. Raises ``Unknown``.

    A force's own profile that does not set a break or a protected rest has ours.
    """
    own = {r.rule: Limit(r.limit, r.source, r.weeks) for r in rules if r.profile == name}
    if own:
        reckoned = {rule: ADVISORY.limits[rule] for rule in ("break-length", "protected-rest")}
        return Profile(name, {**reckoned, **own})
    if name not in SHIPPED:
        raise Unknown(f"hours profile {name!r}: must be one of {', '.join(SHIPPED)}, or have rows in hours.csv")
    return SHIPPED[name]
