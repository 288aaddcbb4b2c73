"""The hours rules written a second time, from the words of docs/hours.md and not from the code: minute by minute.

An instant is the number of minutes since ``EPOCH``, and minute ``m`` the one that begins at instant ``m``. Duty before
an instant is what has been done by then; duty goes on at it where the minute before it or the one after it is duty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
HOUR: Final = 60
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY


@dataclass(frozen=True)
class NaiveWaiver:
    """A rule that is lifted from an instant to another, with the rest owed in minutes."""

    rule: str
    since: int
    until: int
    rest: int


@dataclass(frozen=True)
class Case:
    """What is looked at. ``duty``: the minutes on duty, what is planned after the instant too. ``leave``: those of
    leave and sickness. ``limits``: hours or numbers by rule; ``weeks``: of the averages."""

    at: int
    duty: frozenset[int]
    zone: ZoneInfo
    limits: Mapping[str, float]
    weeks: int = 1
    week_from: tuple[int, time] | None = None
    leave: frozenset[int] = frozenset()
    waivers: tuple[NaiveWaiver, ...] = ()

    @cached_property
    def done(self) -> list[int]:
        """The minutes on duty before the instant, and the one that begins now, in order."""
        return sorted(m for m in self.duty if m < self.at) + ([self.at] if self.at in self.duty else [])

    @cached_property
    def blocks(self) -> list[list[int]]:
        """Continuous duties: time off of the length of a break ends one, a shorter break does not."""
        found: list[list[int]] = []
        for minute in self.done:
            if found and minute - found[-1][-1] - 1 < self.limits["break-length"] * HOUR:
                found[-1].append(minute)
            else:
                found.append([minute])
        return found

    @cached_property
    def running(self) -> list[int] | None:
        """The continuous duty that goes on at the instant."""
        on = self.at - 1 in self.duty or self.at in self.duty
        return self.blocks[-1] if on else None

    def worked(self, start: int) -> int:
        """Minutes on duty from an instant to now."""
        return sum(start <= m < self.at for m in self.done)

    def local(self, minute: int) -> datetime:
        """What people read on the clock."""
        return shown(minute, self.zone)


@lru_cache(maxsize=1 << 18)
def shown(minute: int, zone: ZoneInfo) -> datetime:
    """The local time of an instant; a property asks for the same ones again and again."""
    return (EPOCH + timedelta(minutes=minute)).astimezone(zone)


def crossed(case: Case) -> dict[str, str]:
    """The rules whose limits are crossed and that nobody has waived, of each family the worst, with its level."""
    waived = {w.rule for w in case.waivers if w.since <= case.at < w.until}
    found = {}
    for family, is_crossed in FAMILIES.items():
        for level in ("unfit", "caution"):
            rule = "unfit" if (family, level) == ("duty", "unfit") else f"{family}-{level}"
            if rule in case.limits and is_crossed(case, case.limits[rule]):
                found[rule] = level
                break
    if owes_rest(case):
        found["rest-owed"] = "unfit"
    return {rule: level for rule, level in found.items() if rule not in waived}


def duty(case: Case, hours: float) -> bool:
    """On duty for so long without a break."""
    return case.running is not None and case.at - case.running[0] >= hours * HOUR


def rest(case: Case, hours: float) -> bool:
    """Less rest than this before the running duty."""
    if case.running is None or len(case.blocks) < 2:
        return False
    return case.running[0] - case.blocks[-2][-1] - 1 < hours * HOUR


def day(case: Case, hours: float) -> bool:
    """More hours than this in the last 24."""
    return case.worked(case.at - DAY) > hours * HOUR


def week(case: Case, hours: float) -> bool:
    """More hours than this in the last seven days, or in the fixed week of the profile."""
    if case.week_from is None:
        return case.worked(case.at - WEEK) > hours * HOUR
    begin = case.at
    while not begins_week(case, begin):
        begin -= 1
    return case.worked(begin) > hours * HOUR


def begins_week(case: Case, minute: int) -> bool:
    """Whether the clock then shows the beginning of a week, for the first time."""
    assert case.week_from is not None
    here = case.local(minute)
    return (here.weekday(), here.time(), here.fold) == (*case.week_from, 0)


def month(case: Case, hours: float) -> bool:
    """More hours than this in the last 28 days."""
    return case.worked(case.at - 28 * DAY) > hours * HOUR


def average(case: Case, hours: float) -> bool:
    """More hours a week than this on average over so many weeks by the calendar, from the same time of day; leave and
    sickness are left out of the hours and of the weeks."""
    now = case.local(case.at)
    begin = now.replace(tzinfo=None) - timedelta(weeks=case.weeks)
    first = round((begin.replace(tzinfo=case.zone).astimezone(UTC) - EPOCH) / timedelta(minutes=1))
    counted = [m for m in range(first, case.at) if m not in case.leave]
    passed = sum(on_the_wall(case, m) for m in counted)
    worked = sum(m in case.duty for m in counted)
    return passed > 0 and worked * WEEK > hours * HOUR * passed


def on_the_wall(case: Case, minute: int) -> int:
    """By how many minutes the clock on the wall moves in this one: 61 where it jumps ahead, -59 where it goes back."""
    offset, after = case.local(minute).utcoffset(), case.local(minute + 1).utcoffset()
    assert offset is not None
    assert after is not None
    return 1 + round((after - offset) / timedelta(minutes=1))


def longest_rest(case: Case, window: int) -> int:
    """The longest rest in one piece, in minutes, in the last so many."""
    longest = run = 0
    for minute in range(case.at - window, case.at):
        run = 0 if minute in case.duty else run + 1
        longest = max(longest, run)
    return longest


def daily_rest(case: Case, hours: float) -> bool:
    """No rest of this length in one piece in the last 24 hours."""
    return longest_rest(case, DAY) < hours * HOUR


def weekly_rest(case: Case, hours: float) -> bool:
    """No rest of this length in one piece in the last seven days."""
    return longest_rest(case, WEEK) < hours * HOUR


def days_of(case: Case, block: list[int]) -> set[date]:
    """The day on which a duty began, and one more for each 24 hours of it that began after."""
    begun = case.local(block[0]).date()
    passed = [m for m in range(block[0], min(block[-1] + 1, case.at)) if (m - block[0]) % DAY == 0]
    return {begun} | {begun + timedelta(days=n) for n in range(len(passed))}


def tours(case: Case, number: float) -> bool:
    """Duty on more days in a row than this, up to the running duty."""
    return in_a_row(case, {d for block in case.blocks for d in days_of(case, block)}) > number


def nights(case: Case, number: float) -> bool:
    """More nights in a row than this, up to the running duty: three hours of duty between midnight and 0500."""
    hours: dict[date, int] = {}
    for minute in case.done:
        if minute < case.at and case.local(minute).hour < 5:
            night = case.local(minute).date()
            hours[night] = hours.get(night, 0) + 1
    return in_a_row(case, {night for night, minutes in hours.items() if minutes >= 3 * HOUR}) > number


def in_a_row(case: Case, days: set[date]) -> int:
    """How many days in a row end with the last, where that is not before the day on which the running duty began."""
    if case.running is None or not days or max(days) < case.local(case.running[0]).date():
        return 0
    number, last = 0, max(days)
    while last - timedelta(days=number) in days:
        number += 1
    return number


def owes_rest(case: Case) -> bool:
    """On duty again, after the duty in which a waiver ended, and never since had in one piece the rest it promised."""
    if case.running is None:
        return False
    for waiver in case.waivers:
        before = [block for block in case.blocks if block[0] < waiver.until]
        if waiver.until > case.at or not before or before[-1] is case.running:
            continue
        free = run = 0
        for minute in range(before[-1][-1] + 1, case.running[0]):
            run = 0 if minute in case.duty else run + 1
            free = max(free, run)
        if free < waiver.rest:
            return True
    return False


FAMILIES: Final[Mapping[str, Callable[[Case, float], bool]]] = {
    "duty": duty,
    "rest": rest,
    "day": day,
    "week": week,
    "month": month,
    "average": average,
    "daily-rest": daily_rest,
    "weekly-rest": weekly_rest,
    "tours": tours,
    "nights": nights,
}
