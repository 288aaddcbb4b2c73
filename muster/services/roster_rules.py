"""What a force's hours rules mean for a roster of whole tours: what the problem keeps by itself, and what can only be
checked once a line is there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.limits import NIGHT_HOURS, night_of
from muster.domain.profiles import Limit, Profile
from muster.domain.schedule import Turn
from muster.domain.spans import within

MINUTE: Final = timedelta(minutes=1)
MOST_RUN_DAYS: Final = 6
"""Days in a row where the profile has no rule on it: 24 h of rest in seven days, ILO Convention 14 (1921), art. 2."""

KEPT: Final = {
    "unfit": "no tour is as long",
    "relief-overdue": "no tour is as long",
    "day": "no tour is longer; two tours in one day and night are checked in each line",
    "rest": "between the tours of two days that follow each other",
    "daily-rest": "between the tours of two days that follow each other; checked in each line",
    "tours": "by the most days in a row",
    "nights": "by the most days in a row, for members who have only night tours; for others checked in each line",
    "week": "in each week from Monday on; any other seven days are checked in each line",
    "month": "in periods of at most 28 days; with the days before them checked in each line",
}
"""What the problem keeps of each family of rules. Of a tour that goes on past Sunday all hours are Sunday's. All other
rules are only checked in each line."""
CHECKED: Final = "checked in each line"


@dataclass(frozen=True, slots=True)
class PlanRules:
    """The hours rules as a problem takes them; None: no such limit. ``rest``: the least time between two tours;
    ``too_long``: a tour may not last so long; ``longest``: nor longer than this. ``kept``: for each rule of the profile
    how it is kept."""

    rest: timedelta
    too_long: timedelta | None
    longest: timedelta | None
    run_days: int | None
    run_nights: int | None
    week_minutes: int | None
    month_minutes: int | None
    kept: Mapping[str, str]

    def bars(self, turn: Turn) -> str | None:
        """Why nobody may be given this tour; None where they may."""
        length = turn.end - turn.start
        if self.too_long is not None and length >= self.too_long:
            return (
                f"tour {turn.tour} lasts {length / MINUTE:g} minutes, the hours rules end at {self.too_long / MINUTE:g}"
            )
        if self.longest is not None and length > self.longest:
            return f"tour {turn.tour} lasts {length / MINUTE:g} minutes, at most {self.longest / MINUTE:g} in 24 h"
        return None


def plan_rules(profile: Profile) -> PlanRules:
    """What a profile means for a roster: of a rule that has a limit for caution and one for unfit the stricter, so that
    what is planned leaves room for what comes."""

    def least(*rules: str) -> Limit | None:
        found = [profile.limits[rule] for rule in rules if rule in profile.limits]
        return min(found, key=lambda limit: limit.number, default=None)

    def both(family: str) -> Limit | None:
        return least(f"{family}-caution", f"{family}-unfit")

    too_long, day, tours, nights = least("unfit", "relief-overdue"), both("day"), both("tours"), both("nights")
    rest_rules = (f"{family}-{level}" for family in ("rest", "daily-rest") for level in ("caution", "unfit"))
    rests = [profile.limits[rule].span for rule in rest_rules if rule in profile.limits]
    fixed_elsewhere = profile.week_from is not None and profile.week_from[0] != 0
    week, month = None if fixed_elsewhere else both("week"), both("month")
    return PlanRules(
        rest=max([profile.break_length, *rests]),
        too_long=None if too_long is None else too_long.span,
        longest=None if day is None else day.span,
        run_days=None if tours is None else int(tours.number),
        run_nights=None if nights is None else int(nights.number),
        week_minutes=None if week is None else week.span // MINUTE,
        month_minutes=None if month is None else month.span // MINUTE,
        kept={rule: _how(rule, fixed_elsewhere) for rule in profile.limits if _how(rule, fixed_elsewhere)},
    )


def _how(rule: str, fixed_elsewhere: bool) -> str:
    if rule in ("break-length", "protected-rest", "relief-owed"):
        return ""
    family = rule.rpartition("-")[0]
    if family == "week" and fixed_elsewhere:
        return f"{CHECKED}: its week does not begin on a Monday"
    return KEPT.get(rule) or KEPT.get(family) or CHECKED


def is_night(turn: Turn, zone: ZoneInfo) -> bool:
    """Whether a turn makes a night of duty, as the rules count nights."""
    days = (turn.day, turn.day + timedelta(days=1))
    return any(within([(turn.start, turn.end)], *night_of(day, zone)) >= NIGHT_HOURS for day in days)
