"""Overtime by the table of the regulation, time off for it, and the weekly average of the Union."""

import csv
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.errors import Invalid
from muster.domain.overtime import (
    ACTIVITIES,
    COMP_CAP,
    MAXIMUM_HOURS,
    CompTime,
    comp_time,
    maximum_hours,
    overtime_due,
    weekly_average,
    work_period,
)
from muster.domain.spans import NO_TIME, within
from tests.ground import local

NEW_YORK = ZoneInfo("America/New_York")
PARIS = ZoneInfo("Europe/Paris")
TABLE = Path(__file__).parent.parent / "reference" / "hours" / "29cfr553-230.csv"
PAGE = Path(__file__).parent.parent.parent / "docs" / "hours.md"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def hours(count: float) -> timedelta:
    return count * HOUR


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["days"])
def test_every_row_is_the_regulations_own(row: dict[str, str]) -> None:
    days = int(row["days"])
    assert maximum_hours(days, "fire-protection") == hours(int(row["fire_protection"]))
    assert maximum_hours(days, "law-enforcement") == hours(int(row["law_enforcement"]))


def test_the_table_has_a_row_for_each_length_that_a_work_period_can_have() -> None:
    assert [int(row["days"]) for row in ROWS] == list(MAXIMUM_HOURS) == list(range(28, 6, -1))


@pytest.mark.parametrize(("days", "row"), MAXIMUM_HOURS.items())
def test_the_page_on_hours_prints_the_table(days: int, row: tuple[int, int]) -> None:
    assert f"| {days} | {row[0]} | {row[1]} |" in PAGE.read_text(encoding="utf-8")


def test_only_23_days_of_law_enforcement_are_not_the_ratio_to_the_nearest_hour() -> None:
    odd = [
        (days, activity)
        for days, row in MAXIMUM_HOURS.items()
        for activity, printed, full in zip(ACTIVITIES, row, MAXIMUM_HOURS[28], strict=True)
        if abs(printed - full * days / 28) > 0.5
    ]
    assert odd == [(23, "law-enforcement")]


def test_the_example_of_the_regulation() -> None:
    """29 CFR 553.231(b): 80 hours in each of two weeks and 52 in the third, by 28 days and by 14."""
    assert overtime_due(hours(80 + 80 + 52), 28, "fire-protection") == NO_TIME
    assert overtime_due(hours(80 + 80), 14, "fire-protection") == hours(54)


def test_minutes_past_the_maximum_are_overtime_and_minutes_before_it_are_none() -> None:
    assert overtime_due(hours(171) + timedelta(minutes=25), 28, "law-enforcement") == timedelta(minutes=25)
    assert overtime_due(hours(171) - timedelta(minutes=25), 28, "law-enforcement") == NO_TIME


@pytest.mark.parametrize(
    ("days", "activity", "says"),
    [
        (6, "law-enforcement", "work period: days 6 must be from 7 to 28"),
        (29, "law-enforcement", "work period: days 29 must be from 7 to 28"),
        (28, "police", "activity police must be fire-protection or law-enforcement"),
    ],
)
def test_a_work_period_that_the_regulation_does_not_know_is_refused(days: int, activity: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        overtime_due(hours(200), days, activity)


def test_negative_time_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="paid time of a work period: length -1 day, 23:00:00 must not be negative"):
        overtime_due(-HOUR, 28, "law-enforcement")
    with pytest.raises(Invalid, match="balance of time off"):
        comp_time(HOUR, -HOUR)


ANCHOR = date(2020, 10, 5)


@pytest.mark.parametrize(
    ("at", "first", "after", "length"),
    [
        ("2020-10-05", "2020-10-05", "2020-11-02", 28 * 24 + 1),  # the clocks go back on 1 November
        ("2020-11-01T23:59", "2020-10-05", "2020-11-02", 28 * 24 + 1),
        ("2020-11-02", "2020-11-02", "2020-11-30", 28 * 24),
        ("2020-10-04T23:59", "2020-09-07", "2020-10-05", 28 * 24),
        ("2020-03-08T12:00", "2020-02-24", "2020-03-23", 28 * 24 - 1),  # and forward on 8 March
    ],
)
def test_work_periods_run_from_midnight_to_midnight_of_the_force(
    at: str, first: str, after: str, length: float
) -> None:
    start, end = work_period(ANCHOR, 28, local(at), NEW_YORK)
    assert (start, end) == (local(first), local(after))
    assert end - start == hours(length)


INSTANTS = st.datetimes(
    datetime.fromisoformat("2019-01-01"), datetime.fromisoformat("2022-01-01"), timezones=st.just(NEW_YORK)
)


@given(at=INSTANTS, days=st.integers(7, 28), anchor=st.dates(date(2019, 1, 1), date(2022, 1, 1)))
def test_every_instant_lies_in_one_work_period_and_the_next_follows_at_once(
    at: datetime, days: int, anchor: date
) -> None:
    start, end = work_period(anchor, days, at, NEW_YORK)
    assert start <= at < end
    assert work_period(anchor, days, end, NEW_YORK)[0] == end
    assert work_period(anchor, days, start - timedelta(seconds=1), NEW_YORK)[1] == start
    assert (start.astimezone(NEW_YORK).date() - anchor).days % days == 0


def test_an_instant_without_its_offset_is_refused() -> None:
    with pytest.raises(Invalid, match="at 2020-10-07 00:00:00 must carry its offset"):
        work_period(ANCHOR, 28, datetime.fromisoformat("2020-10-07"), NEW_YORK)


def test_an_hour_of_overtime_is_an_hour_and_a_half_off() -> None:
    assert comp_time(hours(10), balance=NO_TIME) == CompTime(earned=hours(15), in_cash=NO_TIME)


def test_320_hours_of_overtime_fill_the_480_and_the_next_is_paid() -> None:
    assert comp_time(hours(321), balance=NO_TIME) == CompTime(earned=COMP_CAP, in_cash=HOUR)
    assert comp_time(hours(10), balance=hours(471)) == CompTime(earned=hours(9), in_cash=hours(4))
    assert comp_time(hours(10), balance=hours(500)) == CompTime(earned=NO_TIME, in_cash=hours(10))


@given(overtime=st.timedeltas(NO_TIME, hours(500)), balance=st.timedeltas(NO_TIME, hours(500)))
def test_no_overtime_is_lost_and_no_balance_passes_the_cap(overtime: timedelta, balance: timedelta) -> None:
    done = comp_time(overtime, balance)
    assert abs(done.earned / 1.5 + done.in_cash - overtime) <= timedelta(microseconds=1)
    assert balance + done.earned <= max(COMP_CAP, balance)


FIRST = datetime(2020, 3, 23, tzinfo=PARIS)
SPRING = (FIRST.astimezone(UTC), (FIRST + 28 * DAY).astimezone(UTC))
"""Four weeks in which the clocks go forward, on 29 March: 671 hours."""


def eight_to(end_hour: int) -> list[tuple[datetime, datetime]]:
    """Six days in each of the four weeks, from eight o'clock."""
    days = (FIRST + n * DAY for n in range(28) if n % 7 < 6)
    return [(day.replace(hour=8).astimezone(UTC), day.replace(hour=end_hour).astimezone(UTC)) for day in days]


def week(number: float) -> datetime:
    """The beginning of a week of the four, counted from 0."""
    return (FIRST + 7 * number * DAY).astimezone(UTC)


def test_48_hours_a_week_are_48_although_the_clocks_went_forward() -> None:
    duty = eight_to(16)
    average = weekly_average(partial(within, duty), SPRING, PARIS)
    assert average == timedelta(hours=48)


def test_leave_is_out_of_the_work_and_out_of_the_weeks() -> None:
    """A week of leave between three of 60 hours leaves an average of 60, and does not dilute it to 45."""
    duty = [d for d in eight_to(18) if not week(1) <= d[0] < week(2)]
    leave = [(week(1.5), week(2)), (week(1), week(1.7))]
    assert weekly_average(partial(within, duty), SPRING, PARIS) == hours(45)
    assert weekly_average(partial(within, duty), SPRING, PARIS, leave) == hours(60)


def test_work_during_leave_does_not_count_and_a_period_of_leave_alone_has_no_average() -> None:
    duty = eight_to(16)
    worked = partial(within, duty)
    assert weekly_average(worked, SPRING, PARIS, [(week(1), week(5))]) == timedelta(hours=48)
    assert weekly_average(worked, SPRING, PARIS, [SPRING]) is None


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Invalid, match="must be after the start"):
        weekly_average(lambda a, b: b - a, (SPRING[1], SPRING[0]), PARIS)
