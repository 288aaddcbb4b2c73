"""Hours rules as profiles: each limit with the source that sets it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from typing import Final, Literal

from muster.domain.duty import HoursRule
from muster.domain.errors import Unknown

OURS: Final = "ours, advisory"
USPP: Final = (
    "US Park Police, interim policy of June 2014, as its union quotes it: not more than 16 h in 24 without 4 h of rest "
    "in one piece, unless the chief exempts an event"
)
SEATTLE: Final = "Seattle Police Manual 4.020-POL-1 paragraph 3 (1 May 2017): 90 h a week from Saturday 0300, all work"
GEORGIA: Final = "Georgia DPS, Ga. Comp. R. & Regs. 570-9-.07: 64 h a week, off-duty police work included"
DENVER: Final = "Denver Police, 64 h a week, as reported of the Auditor's audit of April 2008"
FLORIDA: Final = "policy of an unnamed agency, Florida Police Accreditation Coalition: 70 h a week, details included"
TEQUESTA: Final = "Village of Tequesta (Florida) Police, PO-143 of 1994: 12 h, then 8 h off"
CONNECTICUT: Final = "a labour contract of a Connecticut force: 16 h on end, then 4 h off; its text was not found again"
EU_REST: Final = "Directive 2003/88/EC, article 3: 11 h in one piece in each 24"
EU_WEEKLY_REST: Final = "Directive 2003/88/EC, articles 3 and 5: 24 h and the daily 11 h, in each seven days"
EU_AVERAGE: Final = "Directive 2003/88/EC, articles 6 and 16(b): 48 h a week over at most four months"

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

    @property
    def hard(self) -> "Profile":
        """The same with those rules alone that say who is unfit."""
        return replace(self, limits={r: x for r, x in self.limits.items() if r.endswith("unfit") or r not in WAIVABLE})


def _back(rule: str, limit: Limit) -> timedelta:
    """How far back a rule looks, with two days more for the duty that ran there."""
    if rule.startswith("month"):
        return timedelta(days=30)
    if limit.weeks is not None:
        return timedelta(weeks=limit.weeks, days=2)
    if RULES[rule] == "tours":
        return timedelta(days=limit.number + 3)
    return max(timedelta(days=9), limit.span + timedelta(days=2))


def _profile(name: str, week_from: tuple[int, time] | None = None, **limits: Limit) -> Profile:
    """A profile, with our break and our protected rest where its source is silent on them."""
    said = {rule.replace("_", "-"): limit for rule, limit in limits.items()}
    return Profile(name, {"break-length": Limit(4, OURS), "protected-rest": Limit(8, OURS), **said}, week_from)


ADVISORY: Final = _profile(
    "muster-advisory",
    relief_owed=Limit(12, OURS),
    relief_overdue=Limit(16, OURS),
    unfit=Limit(18, OURS),
    rest_caution=Limit(10, OURS),
    rest_unfit=Limit(8, OURS),
    week_caution=Limit(60, OURS),
)

PARK_POLICE: Final = _profile(
    "us-park-police-2014",
    break_length=Limit(4, USPP),
    protected_rest=Limit(4, USPP),
    relief_overdue=Limit(16, USPP),
    unfit=Limit(16, USPP),
)

SEATTLE_2017: Final = _profile("seattle-2017", (5, time(3)), week_unfit=Limit(90, SEATTLE))

EU_WTD: Final = _profile(
    "eu-wtd",
    protected_rest=Limit(11, EU_REST),
    average_caution=Limit(48, EU_AVERAGE, weeks=17),
    daily_rest_caution=Limit(11, EU_REST),
    weekly_rest_caution=Limit(35, EU_WEEKLY_REST),
)

SHIPPED: Final = {
    p.name: p
    for p in (
        ADVISORY,
        PARK_POLICE,
        SEATTLE_2017,
        EU_WTD,
        _profile("georgia-dps", week_unfit=Limit(64, GEORGIA)),
        _profile("denver-2008", week_unfit=Limit(64, DENVER)),
        _profile("florida-agency", week_unfit=Limit(70, FLORIDA)),
        _profile("tequesta-1994", break_length=Limit(8, TEQUESTA), unfit=Limit(12, TEQUESTA)),
        _profile(
            "connecticut-contract",
            break_length=Limit(4, CONNECTICUT),
            relief_overdue=Limit(16, CONNECTICUT),
            unfit=Limit(16, CONNECTICUT),
        ),
    )
}
"""Profiles that come with Muster, in the order in which they are listed."""


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
