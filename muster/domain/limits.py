"""The checkers of hours rules. Each is one function, and is the specification of its rule: what is counted of the
duty ledger at an instant, and whether that crosses the limit. No roster engine and no screen knows better."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from muster.domain.instants import on_clock, span_text
from muster.domain.ledger import Ledger
from muster.domain.presence import DutyFile
from muster.domain.profiles import REST_OWED, Limit, Profile
from muster.domain.spans import NO_TIME, Span, joined, within

Level = Literal["fit", "caution", "unfit"]
DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)
WORST_FIRST: Final[tuple[Level, ...]] = ("unfit", "caution")
LEAVE_IS_NEUTRAL: Final = ("leave", "sick")
"""Absences that neither add to an average nor take from it: Directive 2003/88/EC, article 16(b)."""
NIGHT: Final = (time(0), time(5))
NIGHT_HOURS: Final = timedelta(hours=3)
"""A duty is a night with so much of it between midnight and 0500: Directive 2003/88/EC, article 2(3) and (4)."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that is crossed: the rule, how badly, since when, and why in words."""

    rule: str
    level: Level
    since: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Hours:
    """What the rules look at: the ledger of a member up to an instant. ``running``: the continuous duty that goes on
    at the instant; None when there is none."""

    file: DutyFile
    ledger: Ledger
    profile: Profile
    zone: ZoneInfo
    at: datetime
    spans: Sequence[Span] = field(init=False)
    blocks: Sequence[Span] = field(init=False)
    running: Span | None = field(init=False)

    def __post_init__(self) -> None:
        """Work out what most rules ask."""
        spans = joined(self.ledger.spans)
        blocks = joined(spans, self.profile.break_length)
        object.__setattr__(self, "spans", spans)
        object.__setattr__(self, "blocks", blocks)
        object.__setattr__(self, "running", blocks[-1] if blocks and blocks[-1][1] >= self.at else None)

    def within(self, length: timedelta) -> timedelta:
        """The hours of the last so much time."""
        return within(self.spans, self.at - length, self.at)


def week_start(week_from: tuple[int, time], zone: ZoneInfo, at: datetime) -> datetime:
    """When the fixed week that holds the instant began: a weekday (0 = Monday) and a local time."""
    weekday, clock = week_from
    day = at.astimezone(zone).date()
    day -= timedelta(days=(day.weekday() - weekday) % 7)
    begin = on_clock(day, clock, zone)
    return begin if begin <= at else on_clock(day - WEEK, clock, zone)


Found = tuple[datetime, str]
"""Since when a limit is crossed, and what is so, without the limit itself."""
Checker = Callable[[Hours, Limit], Found | None]


def continuous(hours: Hours, limit: Limit) -> Found | None:
    """On duty for as long as the limit, or longer, without a break of the profile's length."""
    if hours.running is None or hours.running[0] + limit.span > hours.at:
        return None
    start = hours.running[0]
    return start + limit.span, f"on duty {span_text(hours.at - start)}, unfit from {limit.number:g} h"


def rest_before(hours: Hours, limit: Limit) -> Found | None:
    """Less rest than the limit before the running duty. A break shorter than the profile's is no rest at all and is
    not met here."""
    if hours.running is None or len(hours.blocks) < 2:
        return None
    rest = hours.running[0] - hours.blocks[-2][1]
    if rest >= limit.span:
        return None
    return hours.running[0], f"{span_text(rest)} of rest before this duty, needs {limit.number:g} h"


def in_day(hours: Hours, limit: Limit) -> Found | None:
    """More hours than the limit in the last 24."""
    return _more(hours, hours.within(DAY), limit, "in 24 h")


def in_week(hours: Hours, limit: Limit) -> Found | None:
    """More hours than the limit in the last seven days, or in the profile's fixed week."""
    fixed = hours.profile.week_from
    if fixed is None:
        return _more(hours, hours.within(WEEK), limit, "in 7 days")
    begin = week_start(fixed, hours.zone, hours.at)
    return _more(hours, within(hours.spans, begin, hours.at), limit, "this week")


def in_month(hours: Hours, limit: Limit) -> Found | None:
    """More hours than the limit in the last 28 days."""
    return _more(hours, hours.within(4 * WEEK), limit, "in 28 days")


def _more(hours: Hours, total: timedelta, limit: Limit, when: str) -> Found | None:
    if total <= limit.span:
        return None
    return hours.at, f"{span_text(total)} {when}, at most {limit.number:g} h"


def average(hours: Hours, limit: Limit) -> Found | None:
    """More hours a week than the limit on average over the reference period; leave and sickness are left out of the
    time over which it is taken."""
    period = (limit.weeks or 1) * WEEK
    begin = hours.at - period
    away = [(a.since, a.until or hours.at) for a in hours.file.absences if a.kind in LEAVE_IS_NEUTRAL]
    reckoned = period - within(joined(sorted(away)), begin, hours.at)
    total = hours.within(period)
    if reckoned <= NO_TIME or total * WEEK.total_seconds() <= limit.span * reckoned.total_seconds():
        return None
    a_week = total * (WEEK / reckoned)
    return hours.at, f"{span_text(a_week)} a week on average over {limit.weeks} weeks, at most {limit.number:g} h"


def daily_rest(hours: Hours, limit: Limit) -> Found | None:
    """No rest in one piece as long as the limit in the last 24 hours."""
    return _no_rest(hours, DAY, limit, "the last 24 h")


def weekly_rest(hours: Hours, limit: Limit) -> Found | None:
    """No rest in one piece as long as the limit in the last seven days."""
    return _no_rest(hours, WEEK, limit, "the last 7 days")


def _no_rest(hours: Hours, window: timedelta, limit: Limit, when: str) -> Found | None:
    begin = hours.at - window
    ends = [begin, *(max(b, begin) for _, b in hours.spans)]
    starts = [*(max(a, begin) for a, _ in hours.spans), hours.at]
    longest = max(start - end for end, start in zip(ends, starts, strict=True))
    if longest >= limit.span:
        return None
    return hours.at, f"{span_text(max(longest, NO_TIME))} of rest in one piece in {when}, needs {limit.number:g} h"


def tours_in_row(hours: Hours, limit: Limit) -> Found | None:
    """Duty on more days in a row than the limit, by the day on which it began; one of more than 24 hours is of
    several days."""
    days = {begun + n * DAY for block in hours.blocks for begun, n in _days(block, hours.zone)}
    return _in_row(hours, days, limit, "tours")


def nights_in_row(hours: Hours, limit: Limit) -> Found | None:
    """More nights in a row than the limit: nights with three hours of duty between midnight and 0500."""
    days = {begun + n * DAY for block in hours.blocks for begun, n in _days(block, hours.zone, more=2)}
    nights = {day for day in days if within(hours.spans, *_night(day, hours.zone)) >= NIGHT_HOURS}
    return _in_row(hours, nights, limit, "nights")


def _days(block: Span, zone: ZoneInfo, more: int = 0) -> list[tuple[date, int]]:
    """The local day on which a block began, with 0, 1, 2 ... for each 24 hours of it that began, and some more."""
    begun = block[0].astimezone(zone).date()
    last = max((block[1] - block[0] - timedelta(microseconds=1)) // DAY, 0)
    return [(begun, n) for n in range(last + 1 + more)]


def _night(day: date, zone: ZoneInfo) -> Span:
    return on_clock(day, NIGHT[0], zone), on_clock(day, NIGHT[1], zone)


def _in_row(hours: Hours, days: set[date], limit: Limit, what: str) -> Found | None:
    """``days``: those on which something was so; the run is counted that reaches the running duty."""
    if hours.running is None:
        return None
    day = last = max(days, default=date.min)
    while day in days:
        day -= DAY
    number = (last - day).days
    if number <= limit.number or last < hours.running[0].astimezone(hours.zone).date():
        return None
    return hours.running[0], f"{number} {what} in a row, at most {limit.number:g}"


CHECKERS: Final[Mapping[str, Checker]] = {
    "rest": rest_before,
    "day": in_day,
    "week": in_week,
    "month": in_month,
    "average": average,
    "daily-rest": daily_rest,
    "weekly-rest": weekly_rest,
    "tours": tours_in_row,
    "nights": nights_in_row,
}
"""The checker of each family of rules; a family has a rule that says caution and one that says unfit."""


def breaches(hours: Hours) -> list[Breach]:
    """Every limit that is crossed at the instant and not waived; of a family the worst."""
    waived = {w.rule for w in hours.file.waivers if w.since <= hours.at < w.until}
    found = []
    limits = hours.profile.limits
    if "unfit" in limits and "unfit" not in waived:
        found += _breach("unfit", "unfit", continuous, hours)
    for family, checker in CHECKERS.items():
        for level in WORST_FIRST:
            rule = f"{family}-{level}"
            breach = _breach(rule, level, checker, hours) if rule in limits else []
            if breach:  # crossing the lesser limit follows from it, waived or not
                found += breach if rule not in waived else []
                break
    if REST_OWED not in waived:
        found += rest_owed(hours)
    return found


def _breach(rule: str, level: Level, checker: Checker, hours: Hours) -> list[Breach]:
    limit = hours.profile.limits[rule]
    found = checker(hours, limit)
    return [] if found is None else [Breach(rule, level, found[0], f"{found[1]} ({limit.source})")]


def rest_owed(hours: Hours) -> list[Breach]:
    """On duty again, after the duty in which a waiver ended, without ever having had in one piece the rest that it
    promised. Ours: "waivable, signed, paid back"."""
    if hours.running is None:
        return []
    for w in hours.file.waivers:
        owed, begin = timedelta(hours=w.rest_owed_hours), _paid_back_from(hours, w.until)
        if begin is None or begin >= hours.running[0]:
            continue
        rests = [b[0] - a[1] for a, b in zip(hours.blocks, hours.blocks[1:], strict=False) if a[1] >= begin]
        if max(rests, default=owed) < owed:
            says = f"{w.rest_owed_hours} h of rest owed in one piece for the waiver of {w.rule}, signed {w.signed_by}"
            return [Breach(REST_OWED, "unfit", hours.running[0], f"{says}; at most {span_text(max(rests))} was had")]
    return []


def _paid_back_from(hours: Hours, until: datetime) -> datetime | None:
    """The end of the duty that ran when a waiver ended, or the last before; None where there was none, or not yet."""
    ended = [b for b in hours.blocks if b[0] <= until]
    return ended[-1][1] if ended and until <= hours.at else None
