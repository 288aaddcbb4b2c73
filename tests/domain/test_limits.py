"""Each rule at its exact limit, a minute below and a minute above; waivers, families, and hours told twice."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from muster.domain.duty import HOURS_KINDS, Signing, TimeRecord, Waiver
from muster.domain.limits import Breach, week_start
from muster.domain.members import Absence
from muster.domain.presence import DutyFile
from muster.domain.profiles import SHIPPED, Limit, Profile
from muster.domain.rules import fitness_at
from muster.domain.schedule import Schedule
from tests.ground import NEW_YORK, local

NOTHING = Schedule(NEW_YORK, {}, {}, {})
MIDNIGHT = local("2020-10-12")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Spans = Sequence[tuple[float, float]]
"""Hours from ``MIDNIGHT``."""


def profile(weeks: int | None = None, **limits: float) -> Profile:
    said = {"break-length": 4.0, "protected-rest": 8.0, **{rule.replace("_", "-"): n for rule, n in limits.items()}}
    return Profile("test", {r: Limit(n, "a source", weeks if "average" in r else None) for r, n in said.items()})


def worked(spans: Spans, kind: str = "court", **more: object) -> DutyFile:
    records = [TimeRecord(member="M", since=at(a), kind=kind, until=at(b)) for a, b in spans]
    return DutyFile("M", records=records, **more)  # type: ignore[arg-type]


def at(hours: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=round(60 * hours))


def breaches(file: DutyFile, limits: Profile, when: datetime) -> list[Breach]:
    return [*fitness_at(file, NOTHING, limits, when).breaches]


def found(file: DutyFile, limits: Profile, when: datetime) -> list[str]:
    return [b.rule for b in breaches(file, limits, when)]


def week_of(*hours: float) -> list[tuple[float, float]]:
    """Duties of so many hours from midnight, one a day, the last on the day that begins at ``MIDNIGHT``."""
    first = -24 * (len(hours) - 1)
    return [(first + 24 * n, first + 24 * n + length) for n, length in enumerate(hours)]


M = 1 / 60
LATE = [(24 * n - 148, 24 * n - 134) for n in range(7)]
"""Fourteen hours a day, after a rest that began before the week."""
CASES: dict[str, tuple[Profile, Spans, float, bool]] = {
    "unfit: for so long": (profile(unfit=10), [(0, 10)], 10, True),
    "unfit: a minute less": (profile(unfit=10), [(0, 10)], 10 - M, False),
    "unfit: a short break does not end it": (profile(unfit=10), [(0, 3), (7 - M, 11)], 10, True),
    "unfit: a break of its length does": (profile(unfit=10), [(0, 3), (7, 11)], 10, False),
    "unfit: off again": (profile(unfit=10), [(0, 11)], 11 + M, False),
    "rest: enough": (profile(rest_unfit=8), [(-9, -8), (0, 2)], 1, False),
    "rest: a minute short": (profile(rest_unfit=8), [(-9, -8 + M), (0, 2)], 1, True),
    "rest: from the first instant": (profile(rest_unfit=8), [(-9, -8 + M), (0, 2)], 0, True),
    "rest: not before": (profile(rest_unfit=8), [(-9, -8 + M), (0, 2)], -M, False),
    "day: as many": (profile(day_unfit=12), [(-14, -8), (0, 6)], 6, False),
    "day: a minute more": (profile(day_unfit=12), [(-14 - M, -8), (0, 6)], 6, True),
    "day: one leaves as one comes": (profile(day_unfit=12), [(-18, -12), (0, 7)], 6 + M, False),
    "day: the first minute counts": (profile(day_unfit=6), [(-18, -18 + M), (0, 6)], 6, True),
    "day: and then no more": (profile(day_unfit=6), [(-18, -18 + M), (0, 6)], 6 + M, False),
    "day: off duty too": (profile(day_unfit=12), [(-13 - M, 0)], 2, True),
    "week: as many": (profile(week_unfit=40), week_of(8, 8, 8, 8, 8), 24, False),
    "week: a minute more": (profile(week_unfit=40), week_of(8, 8, 8, 8, 8 + M), 24, True),
    "week: the first minute counts": (profile(week_unfit=6), [(-162, -162 + M), (0, 6)], 6, True),
    "week: and then no more": (profile(week_unfit=6), [(-162, -162 + M), (0, 6)], 6 + M, False),
    "week: what is older does not count": (profile(week_unfit=40), week_of(8, 0, 0, 8, 8, 8, 8, 8), 8, False),
    "week: what is just within it does": (profile(week_unfit=40), week_of(8, 0, 0, 8, 8, 8, 8, 8), 7, False),
    "week: and crosses": (profile(week_unfit=39), week_of(8, 0, 0, 8, 8, 8, 8, 8), 8, True),
    "month: as many": (profile(month_unfit=28), week_of(*[1] * 28), 1, False),
    "month: a minute more": (profile(month_unfit=28), week_of(1 + M, *[1] * 27), 1, True),
    "month: the first minute counts": (profile(month_unfit=6), [(-666, -666 + M), (0, 6)], 6, True),
    "month: and then no more": (profile(month_unfit=6), [(-666, -666 + M), (0, 6)], 6 + M, False),
    "month: the 29th day does not count": (profile(month_unfit=28), week_of(*[1] * 29), 1, False),
    "daily rest: as long": (profile(daily_rest_unfit=11), [(-13, 0)], 11, False),
    "daily rest: a minute short": (profile(daily_rest_unfit=11), [(-13, M)], 11, True),
    "daily rest: just within it": (profile(daily_rest_unfit=4), [(-24, -24 + M), (-20 + M, 0)], 0, False),
    "daily rest: partly before it": (profile(daily_rest_unfit=4), [(-20, 0)], M, True),
    "daily rest: in two pieces": (profile(daily_rest_unfit=11), [(-15, -5), (0, 4)], 9, True),
    "weekly rest: as long": (profile(weekly_rest_unfit=35), [*week_of(12, 12, 12, 12, 12, 12), (47, 48)], 48, False),
    "weekly rest: just within it": (profile(weekly_rest_unfit=20), LATE, 0, False),
    "weekly rest: partly before it": (profile(weekly_rest_unfit=20), LATE, M, True),
    "weekly rest: a minute short": (
        profile(weekly_rest_unfit=35), [*week_of(12, 12, 12, 12, 12, 12 + M), (47, 48)], 48, True,
    ),
    "tours: as many": (profile(tours_unfit=4), week_of(1, 1, 1, 1), 1, False),
    "tours: one more": (profile(tours_unfit=4), week_of(1, 1, 1, 1, 1), 1, True),
    "tours: one more begins": (profile(tours_unfit=4), week_of(1, 1, 1, 1, 1), 0, True),
    "tours: a day off ends them": (profile(tours_unfit=4), [*week_of(1, 1, 1, 1, 1), (24 + 24, 49)], 49, False),
    "tours: off duty there is none": (profile(tours_unfit=4), week_of(1, 1, 1, 1, 1), 2, False),
    "tours: two on a day are one": (profile(tours_unfit=1), [(0, 1), (6, 7)], 7, False),
    "tours: 24 hours are one": (profile(tours_unfit=1), [(0, 24)], 24, False),
    "tours: a minute more is of two": (profile(tours_unfit=1), [(0, 25)], 24 + M, True),
    "tours: of more than a week": (profile(tours_unfit=12), week_of(*[1] * 12, 12), 12, True),
    "nights: as many": (profile(nights_unfit=2), [(-24, -21), (0, 3)], 3, False),
    "nights: one more": (profile(nights_unfit=2), [(-49, -45), (-25, -21), (-1, 3)], 3, True),
    "nights: less than three hours": (profile(nights_unfit=2), [(-49, -45), (-25, -21 - M), (-1, 3)], 3, False),
    "nights: hours after 0500 are none": (profile(nights_unfit=1), [(-22 + M, -17), (0, 3)], 3, False),
    "nights: hours up to 0500 are": (profile(nights_unfit=1), [(-22, -17), (0, 3)], 3, True),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_rule_speaks_at_its_limit_and_not_before(case: str) -> None:
    limits, spans, hours, crossed = CASES[case]
    file = worked([(a, b) for a, b in spans if a < b])
    said = found(file, limits, at(hours))
    assert said == ([rule for rule in limits.limits if rule.endswith("unfit")] if crossed else [])


@pytest.mark.parametrize(("weekly", "more", "crossed"), [(48, 0.0, False), (48, M, True), (0, 0.0, False)])
def test_the_average_of_17_weeks_is_at_most_48_hours(weekly: int, more: float, crossed: bool) -> None:
    spans = [(-168 * week + 24 * day, -168 * week + 24 * day + weekly / 6) for week in range(1, 18) for day in range(6)]
    file = worked([(a, b + more * (a == -168)) for a, b in spans if weekly])
    assert (found(file, SHIPPED["eu-wtd"], MIDNIGHT) == ["average-caution"]) is crossed


def test_leave_is_left_out_of_an_average_and_does_not_thin_it_out() -> None:
    limits = profile(average_unfit=40, weeks=2)
    one_week = worked(week_of(8, 8, 8, 8, 8, 1))
    spans = [(a - 24, b - 24) for a, b in week_of(8, 8, 8, 8, 8, 1)]
    away = Absence(member="M", kind="leave", since=at(-14 * 24), until=at(-7 * 24))
    suspended = Absence(member="M", kind="suspended", since=at(-14 * 24), until=at(-7 * 24))
    assert found(one_week, limits, at(0)) == []
    assert found(worked(spans, absences=[suspended]), limits, at(0)) == []
    assert found(worked(spans, absences=[away]), limits, at(0)) == ["average-unfit"]
    all_of_it = Absence(member="M", kind="sick", since=at(-15 * 24))
    assert found(worked(spans, absences=[all_of_it]), limits, at(0)) == []


@pytest.mark.parametrize(("night", "hours", "minutes"), [("2020-10-31", 9, 35), ("2020-03-07", 7, 35)])
def test_a_night_of_the_clock_change_is_as_long_as_it_really_was(night: str, hours: int, minutes: int) -> None:
    start, length = local(f"{night}T23:15"), timedelta(hours=hours, minutes=minutes)
    file = DutyFile("M", signings=[Signing(member="M", at=start, kind="on", unit="U")])
    limits = profile(unfit=length / HOUR, day_unfit=length / HOUR)
    ends = local(f"{(start + length).astimezone(NEW_YORK).date()}T07:50")
    assert ends - start == length
    assert found(file, limits, ends - MINUTE) == []
    assert found(file, limits, ends) == ["unfit"]
    assert found(file, limits, (ends + MINUTE).astimezone(NEW_YORK)) == ["unfit", "day-unfit"]


def test_a_fixed_week_begins_by_the_clock_also_when_it_changes() -> None:
    for said, begins in (
        ("2020-11-07T02:59", "2020-10-31T03:00"),
        ("2020-11-07T03:00", "2020-11-07T03:00"),
        ("2020-11-01T01:30-05:00", "2020-10-31T03:00"),
    ):
        saturday = SHIPPED["seattle-2017"].week_from
        assert saturday is not None
        assert week_start(saturday, NEW_YORK, local(said)) == local(begins)


def test_a_fixed_week_begins_on_the_day_of_the_force_where_that_of_utc_is_another() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    begins = local("2020-11-07T03:00", tokyo)
    assert week_start((5, time(3)), tokyo, local("2020-11-07T04:00", tokyo)) == begins
    assert week_start((5, time(3)), tokyo, begins - MINUTE) == begins - 7 * DAY


def test_an_average_and_a_run_of_tours_go_by_the_day_of_the_force_also_late_in_the_evening() -> None:
    a_week_ago = worked([(-6 * 24 + 8, -6 * 24 + 18)])
    assert found(a_week_ago, profile(average_unfit=9, weeks=1), at(22)) == ["average-unfit"]
    morning_and_evening = worked([(-14, -13), (22, 23)])
    assert found(morning_and_evening, profile(tours_unfit=1), at(22.5)) == ["tours-unfit"]


@pytest.mark.parametrize(
    ("before", "since", "until", "is_night"),
    [
        ("2020-10-31", "2020-11-01T02:00", "2020-11-01T05:00", True),
        ("2021-03-13", "2021-03-14T03:00", "2021-03-14T06:00", False),
    ],
)
def test_a_night_ends_at_0500_by_the_clock_also_when_it_changes(
    before: str, since: str, until: str, is_night: bool
) -> None:
    nights = [(f"{before}T00:00", f"{before}T03:00"), (since, until)]
    records = [TimeRecord(member="M", since=local(a), kind="court", until=local(b)) for a, b in nights]
    said = found(DutyFile("M", records=records), profile(nights_unfit=1), local(until))
    assert said == (["nights-unfit"] if is_night else [])


def waiver(rule: str, since: float, until: float, rest: int = 8) -> Waiver:
    return Waiver(member="M", rule=rule, since=at(since), until=at(until), signed_by="N", rest_owed_hours=rest)


def test_of_a_family_the_worst_speaks_and_the_lesser_follows_from_it_waived_or_not() -> None:
    limits = profile(day_caution=8, day_unfit=10, rest_caution=2)
    assert [(b.rule, b.level) for b in breaches(worked([(0, 12)]), limits, at(9))] == [("day-caution", "caution")]
    assert [(b.rule, b.level) for b in breaches(worked([(0, 12)]), limits, at(11))] == [("day-unfit", "unfit")]
    for rule in ("day-unfit", "day-caution"):
        lifted = worked([(0, 12)], waivers=[waiver(rule, 9, 20)])
        assert found(lifted, limits, at(11)) == (["day-unfit"] if rule == "day-caution" else [])


def test_a_waiver_lifts_its_rule_from_its_first_instant_to_its_last() -> None:
    limits, lifted = profile(day_unfit=8), worked([(0, 14)], waivers=[waiver("day-unfit", 10, 12)])
    spoken = {hours: found(lifted, limits, at(hours)) for hours in (10 - M, 10, 12 - M, 12)}
    assert spoken == {10 - M: ["day-unfit"], 10: [], 12 - M: [], 12: ["day-unfit"]}


@pytest.mark.parametrize(("gap", "owed", "rule"), [(8, 8, []), (8 - M, 8, ["rest-owed"]), (8 - M, 7, [])])
def test_rest_that_a_waiver_promised_is_had_in_one_piece_after_the_duty_in_which_it_ended(
    gap: float, owed: int, rule: list[str]
) -> None:
    promised = waiver("unfit", 0, 12, owed)
    file = worked([(0, 14), (14 + gap, 26)], waivers=[promised])
    assert found(file, profile(), at(13)) == []  # the duty in which it ended goes on
    assert found(file, profile(), at(15)) == []  # off duty
    assert found(file, profile(), at(14 + gap)) == rule
    assert found(file, profile(), at(25)) == rule


def test_rest_that_is_had_later_pays_back_too_and_a_waiver_of_the_rule_lifts_it() -> None:
    spans = [(0, 14), (19, 26), (40, 44)]
    promised = waiver("unfit", 0, 12, 10)
    assert found(worked(spans, waivers=[promised]), profile(), at(20)) == ["rest-owed"]
    assert found(worked(spans, waivers=[promised]), profile(), at(41)) == []
    assert found(worked(spans, waivers=[promised, waiver("rest-owed", 19, 21)]), profile(), at(20)) == []


def test_a_duty_that_begins_as_a_waiver_ends_was_not_under_it_and_needs_the_rest_before() -> None:
    promised = waiver("unfit", 0, 19, 10)
    assert found(worked([(0, 14), (19, 26)], waivers=[promised]), profile(), at(19)) == ["rest-owed"]
    assert found(worked([(0, 14), (19 - M, 26)], waivers=[promised]), profile(), at(20)) == []
    assert found(worked([(0, 14), (24, 26)], waivers=[waiver("unfit", 0, 24, 10)]), profile(), at(25)) == []


def test_a_waiver_of_another_rule_does_not_lift_the_rest_owed() -> None:
    both = [waiver("unfit", 0, 12, 10), waiver("day-unfit", 19, 21)]
    assert found(worked([(0, 14), (19, 26)], waivers=both), profile(), at(20)) == ["rest-owed"]


@pytest.mark.parametrize("kind", HOURS_KINDS)
def test_every_kind_of_hours_counts_paid_or_not(kind: str) -> None:
    assert found(worked([(0, 9)], kind), profile(day_unfit=8, unfit=8), at(9)) == ["unfit", "day-unfit"]


def test_an_hour_that_two_sources_tell_of_counts_once() -> None:
    signings = [Signing(member="M", at=at(0), kind="on", unit="U"), Signing(member="M", at=at(6), kind="off")]
    file = worked([(0, 6), (5, 9)], signings=signings)
    assert found(file, profile(day_unfit=9), at(9)) == []
    assert found(file, profile(day_unfit=8), at(9)) == ["day-unfit"]
    assert "9 h in 24 h" in breaches(file, profile(day_unfit=8), at(9))[0].says


def test_a_breach_says_what_was_counted_the_limit_and_its_source() -> None:
    (said,) = breaches(worked([(0, 12.5)]), profile(day_unfit=12), at(12.5))
    assert said == Breach("day-unfit", "unfit", at(12.5), "12 h 30 m in 24 h, at most 12 h (a source)")
