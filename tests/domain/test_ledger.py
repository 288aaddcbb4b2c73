"""The duty ledger by example: what each hour is, whose word goes first, and the nights on which the clocks change."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest

from muster.domain.duty import Chart, Signing, Squad, SquadPlace, TimeRecord, Tour
from muster.domain.ledger import Ledger, ledger_of
from muster.domain.members import Absence, Attachment
from muster.domain.presence import DutyFile
from muster.domain.schedule import Schedule
from tests.ground import NEW_YORK, local, retirement

TOURS = {
    "night": Tour(tour="night", start=time(23, 15), end=time(7, 50), days=1),
    "day": Tour(tour="day", start=time(7, 5), end=time(15, 40), days=0),
}
CHARTS = {
    "daily": Chart(chart="daily", name="", cycle=("W",), anchor=date(2020, 1, 6)),
    "turning": Chart(chart="turning", name="", cycle=("night", "day"), anchor=date(2020, 10, 7)),
}
SQUADS = {
    "DAY": Squad(squad="DAY", unit="HERE", chart="daily", tour="day"),
    "NIGHT": Squad(squad="NIGHT", unit="HERE", chart="daily", tour="night"),
    "TURNING": Squad(squad="TURNING", unit="HERE", chart="turning"),
    "THERE": Squad(squad="THERE", unit="THERE", chart="daily", tour="day"),
}
HOUR = timedelta(hours=1)
SCHEDULE = Schedule(NEW_YORK, CHARTS, SQUADS, TOURS)


def in_squad(squad: str, **more: object) -> DutyFile:
    place = SquadPlace(member="M", squad=squad, since=local("2020-01-01"))
    return DutyFile("M", [place], **more)  # type: ignore[arg-type]


def signed(*said: tuple[str, str], unit: str = "HERE") -> list[Signing]:
    return [Signing(member="M", at=local(at), kind=kind, unit=None if kind == "off" else unit) for at, kind in said]


def record(since: str, until: str, kind: str, paid: str | None = None) -> TimeRecord:
    return TimeRecord(member="M", since=local(since), kind=kind, until=local(until), paid=paid)


def absent(since: str, until: str | None, kind: str) -> Absence:
    return Absence(member="M", kind=kind, since=local(since), until=None if until is None else local(until))


def day_of(file: DutyFile, day: str = "2020-10-07", start: str = "05:00", length: float = 24) -> Ledger:
    begin = local(f"{day}T{start}")
    return ledger_of(file, SCHEDULE, begin, begin + timedelta(hours=length))


def said(ledger: Ledger) -> list[tuple[str, str, str]]:
    """Entries as people read them: from, to and kind."""
    return [(clock(e.start), clock(e.end), e.kind) for e in ledger.entries]


def clock(at: datetime) -> str:
    return at.astimezone(NEW_YORK).strftime("%d %H%M")


@pytest.mark.parametrize(
    ("day", "hours", "minutes"),
    [("2020-10-31", 9, 35), ("2020-11-01", 8, 35), ("2020-03-07", 7, 35), ("2020-03-08", 8, 35)],
)
def test_a_night_counts_what_the_clock_really_ran(day: str, hours: int, minutes: int) -> None:
    start = local(f"{day}T20:00")
    end = start + timedelta(hours=14)
    by_chart = ledger_of(in_squad("NIGHT"), SCHEDULE, start, end)
    turn = by_chart.entries[0]
    by_signing = ledger_of(
        DutyFile("M", signings=[Signing(member="M", at=turn.start, kind="on", unit="HERE"),
                                Signing(member="M", at=turn.end, kind="off")]),
        SCHEDULE, start, end,
    )  # fmt: skip
    by_record = ledger_of(
        DutyFile("M", records=[TimeRecord(member="M", since=turn.start, kind="tour", until=turn.end)]),
        SCHEDULE, start, end,
    )  # fmt: skip
    for ledger in (by_chart, by_signing, by_record):
        assert ledger.counted(start, end) == timedelta(hours=hours, minutes=minutes)
        here = start.astimezone(NEW_YORK), end.astimezone(NEW_YORK)
        assert ledger.counted(*here) == timedelta(hours=hours, minutes=minutes)
        assert ledger.counted(*here) + ledger.rested(*here) == timedelta(hours=14)
        within = (turn.start + HOUR).astimezone(NEW_YORK), (turn.end - HOUR).astimezone(NEW_YORK)
        assert ledger.counted(*within) == timedelta(hours=hours - 2, minutes=minutes)


def test_a_tour_worked_as_planned_and_held_over() -> None:
    file = in_squad("DAY", signings=signed(("2020-10-07T07:00", "on"), ("2020-10-07T18:00", "off")))
    assert said(day_of(file, length=16)) == [
        ("07 0700", "07 0705", "call-in"),
        ("07 0705", "07 1540", "tour"),
        ("07 1540", "07 1800", "hold-over"),
    ]


def test_a_hold_over_is_one_also_where_its_tour_ended_before_the_ledger_began() -> None:
    file = in_squad("DAY", signings=signed(("2020-10-07T15:40", "held-over"), ("2020-10-07T22:00", "off")))
    on = in_squad("DAY", signings=signed(("2020-10-07T15:40", "on"), ("2020-10-07T22:00", "off")))
    for each in (file, on):
        assert said(day_of(each, start="18:00", length=8)) == [("07 1540", "07 2200", "hold-over")]


def test_duty_without_a_tour_is_a_call_in_and_a_tour_elsewhere_a_detail() -> None:
    called = signed(("2020-10-07T20:00", "on"), ("2020-10-07T23:00", "off"))
    assert said(day_of(DutyFile("M", signings=called))) == [("07 2000", "07 2300", "call-in")]
    away = signed(("2020-10-07T07:05", "on"), ("2020-10-07T15:40", "off"), unit="THERE")
    assert said(day_of(in_squad("DAY", signings=away), length=12)) == [("07 0705", "07 1540", "detail")]
    sent = Attachment(member="M", unit="THERE", since=local("2020-10-07"), until=local("2020-10-08"), squad="THERE")
    assert said(day_of(in_squad("NIGHT", attachments=[sent]), length=12)) == [
        ("06 2315", "07 0750", "tour"),
        ("07 0750", "07 1540", "detail"),
    ]


def test_who_signs_on_for_the_tour_of_a_detail_is_on_it() -> None:
    sent = Attachment(member="M", unit="THERE", since=local("2020-10-07"), until=local("2020-10-08"), squad="THERE")
    there = signed(("2020-10-07T07:05", "on"), ("2020-10-07T15:40", "off"), unit="THERE")
    ledger = day_of(in_squad("DAY", attachments=[sent], signings=there), length=12)
    assert said(ledger) == [("07 0705", "07 1540", "detail")]


def test_a_hold_over_is_one_by_its_signing_where_no_tour_touches_it() -> None:
    held = signed(("2020-10-07T16:00", "held-over"), ("2020-10-07T18:00", "off"))
    assert said(day_of(in_squad("DAY", signings=held), length=16))[1:] == [("07 1600", "07 1800", "hold-over")]


def test_overlapping_tours_of_a_turning_chart_count_once() -> None:
    ledger = day_of(in_squad("TURNING"), start="22:00", length=20)
    assert said(ledger) == [("07 2315", "08 0750", "tour"), ("08 0750", "08 1540", "tour")]
    assert ledger.counted(ledger.start, ledger.until) == timedelta(hours=16, minutes=25)


def test_what_was_signed_goes_before_a_time_record_that_before_an_absence_and_that_before_the_chart() -> None:
    chart = in_squad("DAY")
    court = in_squad("DAY", absences=[absent("2020-10-07T09:00", "2020-10-07T12:00", "court")])
    assert said(day_of(chart, length=12)) == [("07 0705", "07 1540", "tour")]
    assert said(day_of(court, length=12)) == [
        ("07 0705", "07 0900", "tour"),
        ("07 0900", "07 1200", "court"),
        ("07 1200", "07 1540", "tour"),
    ]
    travel = in_squad(
        "DAY", absences=court.absences, records=[record("2020-10-07T11:00", "2020-10-07T13:00", "travel")]
    )
    assert said(day_of(travel, length=12))[1:] == [
        ("07 0900", "07 1100", "court"),
        ("07 1100", "07 1300", "travel"),
        ("07 1300", "07 1540", "tour"),
    ]
    signings = signed(("2020-10-07T12:00", "on"), ("2020-10-07T12:30", "off"))
    both = in_squad("DAY", absences=court.absences, records=travel.records, signings=signings)
    assert said(day_of(both, length=12))[1:] == [
        ("07 0900", "07 1100", "court"),
        ("07 1100", "07 1200", "travel"),
        ("07 1200", "07 1230", "tour"),
        ("07 1230", "07 1300", "travel"),
    ]  # who signs off in a tour has left it


def test_a_time_record_of_the_tour_goes_before_all_of_the_tour_that_it_touches() -> None:
    short = record("2020-10-07T08:00", "2020-10-07T12:00", "tour")
    assert said(day_of(in_squad("DAY", records=[short]), length=12)) == [("07 0800", "07 1200", "tour")]
    other = record("2020-10-07T08:00", "2020-10-07T12:00", "extra-duty")
    assert [e.kind for e in day_of(in_squad("DAY", records=[other]), length=12).entries] == [
        "tour",
        "extra-duty",
        "tour",
    ]


def test_a_time_record_of_court_goes_before_the_tour_and_before_the_court_that_was_expected() -> None:
    heard = record("2020-10-07T09:00", "2020-10-07T10:00", "court")
    assert said(day_of(in_squad("DAY", records=[heard]), length=12)) == [("07 0900", "07 1000", "court")]
    expected = absent("2020-10-07T09:00", "2020-10-07T12:00", "court")
    both = in_squad("DAY", absences=[expected], records=[heard])
    assert said(day_of(both, length=12)) == [("07 0900", "07 1000", "court")]


def test_a_time_record_that_only_touches_a_tour_leaves_it_as_it_was() -> None:
    around = [
        record("2020-10-07T06:00", "2020-10-07T07:05", "tour"),
        record("2020-10-07T15:40", "2020-10-07T18:00", "tour"),
    ]
    assert said(day_of(in_squad("DAY", records=around), length=16)) == [
        ("07 0600", "07 0705", "tour"),
        ("07 0705", "07 1540", "tour"),
        ("07 1540", "07 1800", "tour"),
    ]


def test_duty_that_ends_soon_after_the_ledger_begins_stands_in_it_whole() -> None:
    signings = signed(("2020-10-07T01:00", "on"), ("2020-10-07T05:30", "off"))
    assert said(day_of(DutyFile("M", signings=signings))) == [("07 0100", "07 0530", "call-in")]
    kept = record("2020-10-07T01:00", "2020-10-07T05:30", "court")
    assert said(day_of(DutyFile("M", records=[kept]))) == [("07 0100", "07 0530", "court")]


def test_leave_is_no_duty_and_court_after_leaving_the_force_is_none() -> None:
    assert said(day_of(in_squad("DAY", absences=[absent("2020-10-07", "2020-10-08", "leave")]), length=12)) == []
    trial, papers = absent("2020-10-07T09:00", None, "court"), retirement("M", "2020-10-01", "2020-10-07T10:00")
    gone = in_squad("DAY", absences=[trial], separations=[papers])
    assert said(day_of(gone, length=12)) == [("07 0705", "07 0900", "tour"), ("07 0900", "07 1000", "court")]


@pytest.mark.parametrize(
    ("kind", "said_paid", "is_paid"),
    [
        ("tour", None, True),
        ("court", None, True),
        ("training", None, True),
        ("extra-duty", None, False),
        ("travel", None, False),
        ("extra-duty", "yes", True),
        ("travel", "yes", True),
        ("court", "no", False),
    ],
)
def test_what_the_force_pays_is_apart_from_what_counts(kind: str, said_paid: str | None, is_paid: bool) -> None:
    file = DutyFile("M", records=[record("2020-10-07T08:00", "2020-10-07T12:00", kind, said_paid)])
    ledger = day_of(file)
    four = timedelta(hours=4)
    assert ledger.counted(ledger.start, ledger.until) == four
    assert ledger.counted(ledger.start, ledger.until, kind) == four
    assert ledger.paid(ledger.start, ledger.until) == (four if is_paid else timedelta(0))
    assert ledger.rested(ledger.start, ledger.until) == timedelta(hours=20)


def test_two_time_records_of_the_same_hour_count_once() -> None:
    file = DutyFile(
        "M",
        records=[
            record("2020-10-07T10:00", "2020-10-07T14:00", "travel"),
            record("2020-10-07T08:00", "2020-10-07T12:00", "court"),
        ],
    )
    ledger = day_of(file)
    assert said(ledger) == [("07 0800", "07 1200", "court"), ("07 1200", "07 1400", "travel")]
    lengths = {kind: ledger.counted(ledger.start, ledger.until, kind) / HOUR for kind in ("court", "travel", "tour")}
    assert lengths == {"court": 4, "travel": 2, "tour": 0}
    assert ledger.counted(ledger.start, ledger.until, "court", "travel") == 6 * HOUR


def test_a_short_record_inside_a_long_one_does_not_hide_what_comes_after_it() -> None:
    told = [("08", "14", "court"), ("09", "10", "travel"), ("11", "12", "training")]
    file = DutyFile("M", records=[record(f"2020-10-07T{a}:00", f"2020-10-07T{b}:00", kind) for a, b, kind in told])
    assert said(day_of(file)) == [("07 0800", "07 1400", "court")]


def test_hours_that_local_instants_tell_are_as_long_as_they_really_were() -> None:
    since, until = local("2020-10-31T23:15").astimezone(NEW_YORK), local("2020-11-01T07:50").astimezone(NEW_YORK)
    file = DutyFile("M", records=[TimeRecord(member="M", since=since, kind="tour", until=until)])
    (entry,) = day_of(file, "2020-10-31", length=36).entries
    assert entry.length == timedelta(hours=9, minutes=35)


def test_a_duty_that_runs_is_followed_back_to_its_beginning_and_ends_where_the_ledger_does() -> None:
    file = DutyFile("M", signings=signed(("2020-10-05T08:00", "on")))
    ledger = day_of(file, length=3)
    assert said(ledger) == [("05 0800", "07 0800", "call-in")]
    assert ledger.counted(ledger.start, ledger.until) == timedelta(hours=3)


def test_a_duty_that_begins_at_the_very_end_stands_in_the_ledger_without_hours() -> None:
    ledger = ledger_of(in_squad("DAY"), SCHEDULE, local("2020-10-06T22:00"), local("2020-10-07T07:05"))
    assert [(e.kind, e.length) for e in ledger.entries] == [("tour", timedelta(0))]
    ledger = ledger_of(in_squad("DAY"), SCHEDULE, local("2020-10-06T22:00"), local("2020-10-07T07:04"))
    assert list(ledger.entries) == []


def test_a_supposed_duty_takes_the_time_that_is_free() -> None:
    ledger = day_of(in_squad("DAY"), length=12)
    more = ledger.supposing(local("2020-10-07T14:00"), local("2020-10-07T20:00"), "hold-over", "HERE", "supposed")
    assert said(more) == [("07 0705", "07 1540", "tour"), ("07 1540", "07 2000", "hold-over")]
    assert more.until == local("2020-10-07T20:00")
    assert all(before.end <= after.start for before, after in pairwise(more.entries))
    end = local("2020-10-07T15:40")
    assert ledger.supposing(end, end, "tour", "HERE", "supposed").entries == ledger.entries
    assert more.entries[-1].stream is None
    assert more.entries[0].stream == "squad_place/M/DAY/2020-01-01T05:00:00Z"
