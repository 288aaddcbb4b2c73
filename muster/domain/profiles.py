"""Hours rules as profiles: each limit with the source that sets it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import time
from typing import Any, Final

from muster.domain.duty import HoursRule
from muster.domain.errors import Unknown

OURS: Final = "ours, advisory"
USPP: Final = "US Park Police, published practice of 2014: 16 h in 24 without 4 h of rest, waivable by the chief"
SEATTLE: Final = "Seattle Police Manual 4.020 (2017): 90 h a week, Saturday 0300 to Saturday 0300, all work counted"


@dataclass(frozen=True, slots=True)
class Limit:
    """One number of a profile, in hours, with its source."""

    hours: float
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """The limits that hold together. A limit that is None is one the source does not set.

    ``break_length``: time off that ends a continuous duty. ``protected_rest``: time after duty in which a member is
    not asked to decide while somebody else can. ``week_from`` (weekday 0 = Monday, local time) fixes the week that
    ``week_unfit`` counts; without it weeks roll.
    """

    name: str
    break_length: Limit
    protected_rest: Limit
    relief_owed: Limit | None = None
    relief_overdue: Limit | None = None
    unfit: Limit | None = None
    rest_caution: Limit | None = None
    rest_unfit: Limit | None = None
    week_caution: Limit | None = None
    week_unfit: Limit | None = None
    week_from: tuple[int, time] | None = None


ADVISORY: Final = Profile(
    name="muster-advisory",
    break_length=Limit(4, OURS),
    protected_rest=Limit(8, OURS),
    relief_owed=Limit(12, OURS),
    relief_overdue=Limit(16, OURS),
    unfit=Limit(18, OURS),
    rest_caution=Limit(10, OURS),
    rest_unfit=Limit(8, OURS),
    week_caution=Limit(60, OURS),
)

PARK_POLICE: Final = Profile(
    name="us-park-police-2014",
    break_length=Limit(4, USPP),
    protected_rest=Limit(4, USPP),
    relief_overdue=Limit(16, USPP),
    unfit=Limit(16, USPP),
)

SEATTLE_2017: Final = Profile(
    name="seattle-2017",
    break_length=Limit(4, OURS),
    protected_rest=Limit(8, OURS),
    week_unfit=Limit(90, SEATTLE),
    week_from=(5, time(3)),
)

SHIPPED: Final = {p.name: p for p in (ADVISORY, PARK_POLICE, SEATTLE_2017)}

RULES: Final = {
    "break-length": "break_length",
    "protected-rest": "protected_rest",
    "relief-owed": "relief_owed",
    "relief-overdue": "relief_overdue",
    "unfit": "unfit",
    "rest-caution": "rest_caution",
    "rest-unfit": "rest_unfit",
    "week-caution": "week_caution",
    "week-unfit": "week_unfit",
}
"""Names of rules in ``hours.csv``, and the limit each sets."""

WAIVABLE: Final = tuple(rule for rule in RULES if rule not in ("break-length", "protected-rest"))
"""Rules that a waiver can name. The other two are how duty and rest are reckoned."""


def profile_named(name: str, rules: Iterable[HoursRule] = ()) -> Profile:
    """The profile of that name: a force's own rows first, then the shipped ones. Raises ``Unknown``.

    A force's own profile that does not set a break or a protected rest has ours.
    """
    own: dict[str, Any] = {RULES[r.rule]: Limit(r.hours, r.source) for r in rules if r.profile == name}
    if own:
        return replace(Profile(name, ADVISORY.break_length, ADVISORY.protected_rest), **own)
    if name not in SHIPPED:
        raise Unknown(f"hours profile {name!r}: must be one of {', '.join(SHIPPED)}, or have rows in hours.csv")
    return SHIPPED[name]
