"""Overtime, time off for it, and the weekly average: what hours are owed in pay, and how they even out.

29 CFR 553.230 is a rule of pay. It says from which hour overtime is due; it forbids nobody to work, and no limit of
Muster reads it. Only the average of Directive 2003/88/EC is a limit, and it binds forces of the Union alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Check, require
from muster.domain.instants import local, on_clock
from muster.domain.spans import NO_TIME, Span, without

ACTIVITIES: Final = ("fire-protection", "law-enforcement")
"""Whose hours: columns of the table. Who does both has the column of the greater part (29 CFR 553.213(b))."""

MAXIMUM_HOURS: Final = {
    28: (212, 171),
    27: (204, 165),
    26: (197, 159),
    25: (189, 153),
    24: (182, 147),
    23: (174, 141),
    22: (167, 134),
    21: (159, 128),
    20: (151, 122),
    19: (144, 116),
    18: (136, 110),
    17: (129, 104),
    16: (121, 98),
    15: (114, 92),
    14: (106, 86),
    13: (98, 79),
    12: (91, 73),
    11: (83, 67),
    10: (76, 61),
    9: (68, 55),
    8: (61, 49),
    7: (53, 43),
}
"""Hours of a work period beyond which overtime is due, by its days: 29 CFR 553.230(c), as printed.

A table and not a sum: 23 days of law enforcement have 141, though 171 x 23 / 28 is 140.46."""

COMP_CAP: Final = timedelta(hours=480)
"""Time off that a member in public safety can have saved up: 29 USC 207(o)(3)(A), 29 CFR 553.24."""

WEEK: Final = timedelta(days=7)


def maximum_hours(days: int, activity: str) -> timedelta:
    """How much can be worked in a work period before overtime is due. Raises ``Invalid``."""
    _require_work_period(
        days, Check("activity", activity, activity in ACTIVITIES, f"must be {' or '.join(ACTIVITIES)}")
    )
    return timedelta(hours=MAXIMUM_HOURS[days][ACTIVITIES.index(activity)])


def overtime_due(paid: timedelta, days: int, activity: str) -> timedelta:
    """How much of the paid time of one work period is overtime, to be had at one and a half times in pay or time off.

    ``paid``: what the force pays for, without special details for another employer that a member chose (29 USC
    207(p)(1)). Nothing is rounded. Raises ``Invalid``.
    """
    _require_time("paid time of a work period", paid)
    return max(paid - maximum_hours(days, activity), NO_TIME)


def work_period(anchor: date, days: int, at: datetime, zone: ZoneInfo) -> Span:
    """The work period that an instant lies in, from midnight to midnight as the force reads clocks.

    Periods follow each other without a gap from ``anchor``, the first day of one of them, in both directions. They
    stay where they are whatever is worked (29 CFR 553.224). The night in which the clocks change makes a period an
    hour longer or shorter; the hours at which overtime begins do not change with it. Raises ``Invalid``.
    """
    _require_work_period(days, Check("at", at, at.tzinfo is not None, "must carry its offset"))
    passed = (local(at, zone).date() - anchor).days // days
    first = anchor + timedelta(days=passed * days)
    return on_clock(first, time(), zone), on_clock(first + timedelta(days=days), time(), zone)


@dataclass(frozen=True, slots=True)
class CompTime:
    """What becomes of overtime: ``earned``, the time off that is saved up for it, and ``in_cash``, the overtime for
    which there was no room and that must be paid at one and a half times the regular rate."""

    earned: timedelta
    in_cash: timedelta


def comp_time(overtime: timedelta, balance: timedelta) -> CompTime:
    """What becomes of overtime that is taken as time off: one and a half hours for each, up to 480 saved up.

    ``balance``: what is saved up already; at or over the cap everything is owed in cash (29 USC 207(o)(1) and (3)).
    Raises ``Invalid``.
    """
    _require_time("overtime", overtime)
    _require_time("balance of time off", balance)
    room = max(COMP_CAP - balance, NO_TIME)
    saved = min(overtime, room * 2 // 3)
    return CompTime(earned=saved * 3 / 2, in_cash=overtime - saved)


def weekly_average(
    worked: Callable[[datetime, datetime], timedelta], period: Span, zone: ZoneInfo, leave: Iterable[Span] = ()
) -> timedelta | None:
    """How much was worked in a week, on average over a period; None when all of it was leave.

    ``worked`` says how much between two instants, like ``Ledger.counted``. ``leave``: annual and sick leave, in any
    order; its time is left out of the work and of the weeks (Directive 2003/88/EC, article 16(b)). Weeks are told by
    the calendar: the day on which the clocks change is one day like others. Raises ``Invalid``.
    """
    start, end = period
    aware = start.tzinfo is not None and end.tzinfo is not None
    require("period of an average", Check("start", start, aware, "must carry its offset, and the end too"))
    require("period of an average", Check("end", end, end > start, f"must be after the start {start}"))
    parts = without(period, leave)
    weeks = sum((_on_the_wall(b, zone) - _on_the_wall(a, zone) for a, b in parts), NO_TIME) / WEEK
    return sum((worked(a, b) for a, b in parts), NO_TIME) / weeks if weeks > 0 else None


def _on_the_wall(at: datetime, zone: ZoneInfo) -> datetime:
    return local(at, zone).replace(tzinfo=None)


def _require_work_period(days: int, *more: Check) -> None:
    least, most = min(MAXIMUM_HOURS), max(MAXIMUM_HOURS)
    must = f"must be from {least} to {most} (29 CFR 553.224)"
    require("work period", Check("days", days, days in MAXIMUM_HOURS, must), *more)


def _require_time(thing: str, time_worked: timedelta) -> None:
    require(thing, Check("length", time_worked, time_worked >= NO_TIME, "must not be negative"))
