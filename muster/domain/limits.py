"""The checkers of hours rules. Each is one function, and is the specification of its rule: what is counted of the
duty ledger at an instant, and whether that crosses the limit. No roster engine and no screen knows better."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from muster.domain.instants import on_clock, span_text
from muster.domain.ledger import Ledger
from muster.domain.overtime import weekly_average
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
        spans = self.ledger.spans
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


@dataclass(frozen=True, slots=True)
class Measured:
    """What a rule finds. ``value``: the time or number that it looks at; ``words`` tell it and the limit;
    ``crossed``: since when the limit is crossed, None while it is not."""

    value: timedelta | int
    words: str
    limit: Limit
    crossed: datetime | None

    @property
    def says(self) -> str:
        """In words, with the source of the limit."""
        value = self.value if isinstance(self.value, int) else span_text(self.value)
        return f"{self.words.format(value, f'{self.limit.number:g}', self.limit.weeks)} ({self.limit.source})"


Checker = Callable[[Hours, Limit], Measured | None]
"""What the rule finds at the instant; None where it has nothing to look at, as nobody is on duty."""


def continuous(hours: Hours, limit: Limit) -> Measured | None:
    """On duty for as long as the limit, or longer, without a break of the profile's length."""
    if hours.running is None:
        return None
    crossing = hours.running[0] + limit.span
    words = "on duty {}, unfit from {} h"
    return Measured(hours.at - hours.running[0], words, limit, crossing if crossing <= hours.at else None)


def rest_before(hours: Hours, limit: Limit) -> Measured | None:
    """Less rest than the limit before the running duty. A break shorter than the profile's is no rest at all and is
    not met here."""
    if hours.running is None or len(hours.blocks) < 2:
        return None
    rest = hours.running[0] - hours.blocks[-2][1]
    words = "{} of rest before this duty, needs {} h"
    return Measured(rest, words, limit, hours.running[0] if rest < limit.span else None)


def in_day(hours: Hours, limit: Limit) -> Measured:
    """More hours than the limit in the last 24."""
    return _more(hours, hours.within(DAY), limit, "{} in 24 h, at most {} h")


def in_week(hours: Hours, limit: Limit) -> Measured:
    """More hours than the limit in the last seven days, or in the profile's fixed week."""
    fixed = hours.profile.week_from
    if fixed is None:
        return _more(hours, hours.within(WEEK), limit, "{} in 7 days, at most {} h")
    begin = week_start(fixed, hours.zone, hours.at)
    return _more(hours, within(hours.spans, begin, hours.at), limit, "{} this week, at most {} h")


def in_month(hours: Hours, limit: Limit) -> Measured:
    """More hours than the limit in the last 28 days."""
    return _more(hours, hours.within(4 * WEEK), limit, "{} in 28 days, at most {} h")


def average(hours: Hours, limit: Limit) -> Measured:
    """More hours a week than the limit on average over the last so many weeks, from the same hour of the day; leave and
    sickness are left out of the hours and of the weeks."""
    here = hours.at.astimezone(hours.zone)
    begin = on_clock(here.date() - (limit.weeks or 1) * WEEK, here.timetz().replace(tzinfo=None), hours.zone)
    away = [(a.since, a.until or hours.at) for a in hours.file.absences if a.kind in LEAVE_IS_NEUTRAL]
    a_week = weekly_average(lambda a, b: within(hours.spans, a, b), (begin, hours.at), hours.zone, away)
    return _more(hours, a_week or NO_TIME, limit, "{0} a week on average over {2} weeks, at most {1} h")


def _more(hours: Hours, total: timedelta, limit: Limit, words: str) -> Measured:
    return Measured(total, words, limit, hours.at if total > limit.span else None)


def daily_rest(hours: Hours, limit: Limit) -> Measured:
    """No rest in one piece as long as the limit in the last 24 hours."""
    return _rest_in(hours, DAY, limit, "{} of rest in one piece in the last 24 h, needs {} h")


def weekly_rest(hours: Hours, limit: Limit) -> Measured:
    """No rest in one piece as long as the limit in the last seven days."""
    return _rest_in(hours, WEEK, limit, "{} of rest in one piece in the last 7 days, needs {} h")


def _rest_in(hours: Hours, window: timedelta, limit: Limit, words: str) -> Measured:
    begin = hours.at - window
    ends = [begin, *(max(b, begin) for _, b in hours.spans)]
    starts = [*(max(a, begin) for a, _ in hours.spans), hours.at]
    longest = max(start - end for end, start in zip(ends, starts, strict=True))
    return Measured(max(longest, NO_TIME), words, limit, hours.at if longest < limit.span else None)


def tours_in_row(hours: Hours, limit: Limit) -> Measured | None:
    """Duty on more days in a row than the limit, by the day on which it began; one of more than 24 hours is of
    several days."""
    days = {day for block in hours.blocks for day in _days(block, hours.zone)}
    return _in_row(hours, days, limit, "{} tours in a row, at most {}")


def nights_in_row(hours: Hours, limit: Limit) -> Measured | None:
    """More nights in a row than the limit: nights with three hours of duty between midnight and 0500."""
    days = {day for block in hours.blocks for day in _days(block, hours.zone, more=2)}
    nights = {day for day in days if within(hours.spans, *night_of(day, hours.zone)) >= NIGHT_HOURS}
    return _in_row(hours, nights, limit, "{} nights in a row, at most {}")


def _days(block: Span, zone: ZoneInfo, more: int = 0) -> list[date]:
    """The local day on which a block began, one for each 24 hours of it that began after, and some more."""
    begun = block[0].astimezone(zone).date()
    last = max((block[1] - block[0] - timedelta(microseconds=1)) // DAY, 0)
    return [begun + n * DAY for n in range(last + 1 + more)]


def night_of(day: date, zone: ZoneInfo) -> Span:
    """The hours of a day that make a night of duty: ``NIGHT_HOURS`` of duty in them do."""
    return on_clock(day, NIGHT[0], zone), on_clock(day, NIGHT[1], zone)


def _in_row(hours: Hours, days: set[date], limit: Limit, words: str) -> Measured | None:
    """``days``: those on which something was so; the run is counted that reaches the running duty."""
    if hours.running is None:
        return None
    day = last = max(days, default=date.min)
    while day in days:
        day -= DAY
    reaches = last >= hours.running[0].astimezone(hours.zone).date()
    number = (last - day).days if reaches else 0
    return Measured(number, words, limit, hours.running[0] if number > limit.number else None)


CHECKERS: Final[Mapping[str, Checker]] = {
    "duty": continuous,
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


def rule_of(family: str, level: Level) -> str:
    """The name of the rule of a family that says so; the one on the length of a duty has a name of its own."""
    return level if family == "duty" else f"{family}-{level}"


_RULES: Final[Sequence[Sequence[tuple[str, Level, Checker]]]] = tuple(
    tuple((rule_of(family, level), level, checker) for level in WORST_FIRST) for family, checker in CHECKERS.items()
)
"""The rules of each family, the worst first, each with its checker."""


def measured(hours: Hours) -> Iterator[tuple[str, Level, Measured]]:
    """What each rule of the profile finds at the instant, crossed or not, the worst rule of each family first."""
    limits = hours.profile.limits
    for rules in _RULES:
        for rule, level, checker in rules:
            found = checker(hours, limits[rule]) if rule in limits else None
            if found is not None:
                yield rule, level, found


def breaches(hours: Hours) -> list[Breach]:
    """Every limit that is crossed at the instant and not waived; of a family the worst: the lesser follows from it,
    waived or not."""
    waived = {w.rule for w in hours.file.waivers if w.since <= hours.at < w.until}
    found, limits = [], hours.profile.limits
    for rules in _RULES:
        for rule, level, checker in rules:
            crossed = checker(hours, limits[rule]) if rule in limits else None
            if crossed is not None and crossed.crossed is not None:
                found += [] if rule in waived else [Breach(rule, level, crossed.crossed, crossed.says)]
                break
    return found if REST_OWED in waived else [*found, *rest_owed(hours)]


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
    """The end of the duty in which a waiver ended, or of the last before; None where there was none, or not yet. A duty
    that begins in the instant at which a waiver is over was not under it."""
    ended = [b for b in hours.blocks if b[0] < until]
    return ended[-1][1] if ended and until <= hours.at else None
