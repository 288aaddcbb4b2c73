"""The schedule: charts, tours across the clock change, and what a member does by it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

import pytest

from muster.domain.duty import Chart, OnCall, Signing, Squad, SquadPlace, Tour
from muster.domain.members import Absence, Attachment
from muster.domain.presence import DutyFile, Status, scheduled_stretches, status_at
from muster.domain.schedule import Schedule, on_call, turn_on
from tests.ground import NEW_YORK, local

MONDAY = date(2020, 1, 6)
NIGHT = Tour(tour="night", start=time(23, 15), end=time(7, 50), days=1)
DAY = Tour(tour="day", start=time(7, 5), end=time(15, 40), days=0)
SINCE = local("2020-01-01")


def schedule(*squads: Squad, cycle: str = "W") -> Schedule:
    chart = Chart(chart="chart", name="Chart", cycle=tuple(cycle.split()), anchor=MONDAY)
    return Schedule(NEW_YORK, {"chart": chart}, {s.squad: s for s in squads}, {"night": NIGHT, "day": DAY})


def squad(name: str = "A", unit: str = "HERE", tour: str | None = "night", offset: int = 0) -> Squad:
    return Squad(squad=name, unit=unit, chart="chart", tour=tour, offset=offset)


def file(**parts: Sequence[object]) -> DutyFile:
    return DutyFile("M", [SquadPlace(member="M", squad="A", since=SINCE)], **parts)  # type: ignore[arg-type]


def state(found: Status) -> tuple[str, str | None]:
    return found.state, found.unit


def signing(at: str, kind: str, unit: str | None = None) -> Signing:
    return Signing(member="M", at=local(at), kind=kind, unit=unit)


@pytest.mark.parametrize(
    ("day", "lasts"),
    [
        (date(2020, 10, 30), timedelta(hours=8, minutes=35)),
        (date(2020, 10, 31), timedelta(hours=9, minutes=35)),
        (date(2020, 11, 1), timedelta(hours=8, minutes=35)),
        (date(2020, 3, 6), timedelta(hours=8, minutes=35)),
        (date(2020, 3, 7), timedelta(hours=7, minutes=35)),
        (date(2020, 3, 8), timedelta(hours=8, minutes=35)),
    ],
)
def test_a_night_tour_lasts_as_long_as_the_clock_really_ran(day: date, lasts: timedelta) -> None:
    turn = turn_on(NIGHT, day, NEW_YORK)
    assert turn.end - turn.start == lasts


def test_the_night_of_31_october_runs_from_2315_edt_to_0750_est() -> None:
    turn = turn_on(NIGHT, date(2020, 10, 31), NEW_YORK)
    assert turn.start == datetime(2020, 11, 1, 3, 15, tzinfo=UTC)
    assert turn.end == datetime(2020, 11, 1, 12, 50, tzinfo=UTC)


def test_both_half_past_one_of_1_november_lie_in_the_same_tour() -> None:
    turn = turn_on(NIGHT, date(2020, 10, 31), NEW_YORK)
    assert turn.covers(local("2020-11-01T01:30-04:00"))
    assert turn.covers(local("2020-11-01T01:30-05:00"))


def test_a_tour_that_starts_at_a_skipped_time_starts_as_long_after_midnight_as_ever() -> None:
    turn = turn_on(Tour(tour="t", start=time(2, 30), end=time(10), days=0), date(2020, 3, 8), NEW_YORK)
    assert turn.start == local("2020-03-08T03:30")
    assert turn.end - turn.start == timedelta(hours=6, minutes=30)


def test_a_tour_that_ends_at_a_time_shown_twice_ends_the_first_time() -> None:
    turn = turn_on(Tour(tour="t", start=time(20), end=time(1, 30), days=1), date(2020, 10, 31), NEW_YORK)
    assert turn.end == local("2020-11-01T01:30-04:00")


def test_a_tour_has_its_first_instant_and_not_its_last() -> None:
    turn = turn_on(DAY, date(2020, 10, 7), NEW_YORK)
    assert turn.covers(local("2020-10-07T07:05"))
    assert not turn.covers(local("2020-10-07T15:40"))


@pytest.mark.parametrize(
    ("cycle", "worked"),
    [
        ("W W W W W o o W W W W W o o o", [1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0]),
        ("W W W W o o", [1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 1]),
        ("W W o o W W W o o W W o o o", [1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1]),
    ],
)
def test_a_chart_is_a_cycle_from_its_anchor_on(cycle: str, worked: list[int]) -> None:
    plan = schedule(squad(), cycle=cycle)
    days = [MONDAY + timedelta(days=n) for n in range(15)]
    assert [plan.turn(squad(), day) is not None for day in days] == [bool(w) for w in worked]


@pytest.mark.parametrize("days", [-15, 15, 150, -1500])
def test_a_cycle_runs_on_in_both_directions(days: int) -> None:
    plan = schedule(squad(), cycle="W W W W W o o W W W W W o o o")
    for n in range(15):
        here, there = (MONDAY + timedelta(days=x) for x in (n, n + days))
        assert (plan.turn(squad(), here) is None) is (plan.turn(squad(), there) is None)


def test_an_offset_lets_a_squad_run_behind_the_chart() -> None:
    plan = schedule(cycle="W W o")
    for day in (MONDAY + timedelta(days=n) for n in range(9)):
        behind = plan.turn(squad(offset=2), day + timedelta(days=2))
        assert (plan.turn(squad(), day) is None) is (behind is None)


def test_a_chart_may_name_tours_of_its_own() -> None:
    plan = schedule(squad(tour=None), cycle="day night o")
    turns = [plan.turn(squad(tour=None), MONDAY + timedelta(days=n)) for n in range(3)]
    assert [t and t.tour for t in turns] == ["day", "night", None]


def test_turns_are_those_that_touch_a_time() -> None:
    found = list(schedule(squad()).turns(squad(), local("2020-10-07T07:50"), local("2020-10-08T23:15")))
    assert [t.day for t in found] == [date(2020, 10, 7)]
    found = list(schedule(squad()).turns(squad(), local("2020-10-07T07:49"), local("2020-10-08T23:16")))
    assert [t.day for t in found] == [date(2020, 10, 6), date(2020, 10, 7), date(2020, 10, 8)]


def test_by_the_schedule_somebody_is_on_duty_from_the_start_of_a_tour_to_its_end() -> None:
    plan = schedule(squad())
    for at, expected in (("23:14", "off"), ("23:15", "on-duty")):
        assert status_at(file(), plan, local(f"2020-10-06T{at}")).state == expected
    for at, expected in (("07:49", "on-duty"), ("07:50", "off")):
        assert status_at(file(), plan, local(f"2020-10-07T{at}")).state == expected


def test_signing_off_ends_the_tour_it_lies_in_and_no_other() -> None:
    plan, gone = schedule(squad()), file(signings=[signing("2020-10-07T03:00", "off")])
    assert status_at(gone, plan, local("2020-10-07T02:59")).state == "on-duty"
    assert status_at(gone, plan, local("2020-10-07T03:00")).state == "off"
    assert status_at(gone, plan, local("2020-10-07T23:15")).state == "on-duty"


def test_signing_on_goes_before_absence_and_schedule_until_signed_off() -> None:
    away = [Absence(member="M", kind="leave", since=local("2020-10-01"), until=local("2020-10-20"))]
    signed = [signing("2020-10-07T02:00", "on", "THERE"), signing("2020-10-07T05:00", "off")]
    found, plan = file(absences=away, signings=signed), schedule(squad())
    assert state(status_at(found, plan, local("2020-10-07T01:59"))) == ("absent", None)
    assert state(status_at(found, plan, local("2020-10-07T02:00"))) == ("on-duty", "THERE")
    assert state(status_at(found, plan, local("2020-10-07T05:00"))) == ("absent", None)


def test_a_tour_goes_on_after_an_absence_that_ends_in_it() -> None:
    away = [Absence(member="M", kind="court", since=local("2020-10-07T01:00"), until=local("2020-10-07T04:00"))]
    plan = schedule(squad())
    found = scheduled_stretches(file(absences=away), plan, local("2020-10-06T20:00"), local("2020-10-07T12:00"))
    told = [(s.start.astimezone(NEW_YORK).hour, s.end and s.end.astimezone(NEW_YORK).hour) for s in found]
    assert told == [(23, 1), (4, 7)]


def test_an_attachment_gives_the_other_units_schedule_and_takes_away_ones_own() -> None:
    plan = schedule(squad(), squad("B", "THERE", "day"))
    detail = Attachment(member="M", unit="THERE", since=local("2020-10-05"), until=local("2020-10-09"), squad="B")
    there = file(attachments=[detail])
    assert state(status_at(there, plan, local("2020-10-07T03:00"))) == ("off", None)
    assert state(status_at(there, plan, local("2020-10-07T10:00"))) == ("on-duty", "THERE")
    assert state(status_at(there, plan, local("2020-10-09T23:30"))) == ("on-duty", "HERE")


def test_an_attachment_without_a_squad_gives_no_schedule_at_all() -> None:
    detail = Attachment(member="M", unit="THERE", since=local("2020-10-05"), until=None)
    assert state(status_at(file(attachments=[detail]), schedule(squad()), local("2020-10-07T03:00"))) == ("off", None)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2020-10-07T21:59", None),
        ("2020-10-07T22:00", "2020-10-08T06:00"),
        ("2020-10-08T05:59", "2020-10-08T06:00"),
        ("2020-10-08T06:00", None),
        ("2020-10-08T22:30", None),
        ("2020-10-31T23:00", "2020-11-01T06:00"),
    ],
)
def test_on_call_hours_run_overnight_from_the_days_named(at: str, ends: str | None) -> None:
    hours = OnCall(position="CO", days=("wed", "sat"), start=time(22), end=time(6))
    assert on_call(hours, local(at), NEW_YORK) == (local(ends) if ends else None)
