"""From the loaded force to a rostering problem, and back to the domain's own rules."""

from datetime import date, timedelta

import pytest

from muster.domain.cover import Cover
from muster.domain.errors import Invalid, Unknown
from muster.domain.members import Attachment, Qualification
from muster.roster.budget import Budget
from muster.roster.problem import OFF, Member
from muster.roster.result import Line
from muster.services.roster_ground import covered_units, ground_of
from muster.services.rostering import solved
from muster.services.rosters import Case, case_of, crossed_by, shortages_of
from tests.ground import InRecord, local
from tests.services.small import OFFICER, PCT, sees

MONDAY = date(2020, 10, 19)
NIGHT, DAY, EVENING = "2315x0750", "0705x1540", "1500x2335"
DESK, SUPERVISOR = "M0023", "M0032"


def case(small: InRecord, unit: str = PCT, first: date = MONDAY, **more: str) -> Case:
    at = local(more["at"]) if "at" in more else None
    return sees(small, lambda views: case_of(views, unit, first, 4, at))


def member(of: Case, ref: str) -> Member:
    return next(m for m in of.instance.members if m.ref == ref)


def charted(of: Case, ref: str) -> Line:
    """The line that the chart gives."""
    wanted = {r.day: r.tour for r in of.instance.requests if r.member == ref}
    return tuple(wanted.get(day, OFF) for day in range(of.instance.days))


def test_lines_supervisors_and_named_tour_positions_are_rostered_and_commanders_are_not(small: InRecord) -> None:
    refs = [m.ref for m in case(small).instance.members]
    assert len(refs) == 9 + 3 + 9
    assert "M0005" not in refs


def test_a_night_tour_is_an_hour_longer_when_the_clocks_go_back(small: InRecord) -> None:
    night = next(t for t in case(small).instance.tours if t.ref == NIGHT)
    assert night.minutes_of(0) == 515
    assert night.minutes_of((date(2020, 10, 31) - MONDAY).days) == 575


def test_tours_that_leave_too_little_rest_may_not_follow(small: InRecord) -> None:
    tours = {t.ref: t.not_followed_by for t in case(small).instance.tours}
    assert tours == {DAY: frozenset(), EVENING: frozenset({DAY}), NIGHT: frozenset({DAY, EVENING})}


def test_minimum_and_target_are_two_covers_and_a_supervisor_is_one_of_the_qualified(small: InRecord) -> None:
    of = case(small)
    first = [c for c in of.instance.cover if (c.day, c.tour) == (0, NIGHT)]
    supervisors = [c for c in first if c.qualified == frozenset({SUPERVISOR, "M0036", "M0040"})]
    officers = [c for c in first if c.qualified and len(c.qualified) == 9 and OFFICER in c.qualified]
    assert [c.required for c in supervisors] == [1, 1]
    assert [c.required for c in officers] == [1, 2]
    assert all(c.under > officers[0].under > officers[1].under for c in supervisors[:1])


def test_an_absence_is_days_off_and_takes_its_hours_from_the_line(small: InRecord) -> None:
    before = member(case(small), OFFICER)
    small.absent(OFFICER, "2020-10-19", "2020-10-26")
    away = member(case(small), OFFICER)
    assert away.days_off == frozenset(range(7)) | away.days_off
    assert 7 not in away.days_off
    assert away.least_minutes < before.least_minutes


def test_the_night_before_leave_would_reach_into_it_and_is_barred(small: InRecord) -> None:
    small.absent(OFFICER, "2020-10-21", "2020-10-26")
    assert (1, NIGHT) in member(case(small), OFFICER).barred
    assert (1, DAY) not in member(case(small), OFFICER).barred


def test_whoever_is_attached_elsewhere_is_not_there_to_be_rostered(small: InRecord) -> None:
    since, until = local("2020-10-19"), local("2020-11-02")
    small.rows.append(Attachment(member=OFFICER, unit="PBBX", since=since, until=until))
    small.load()
    assert set(range(13)) <= member(case(small), OFFICER).days_off


def test_whoever_retires_has_no_tour_from_that_day(small: InRecord) -> None:
    small.retire(OFFICER, "2020-10-02", "2020-11-02")
    off = member(case(small), OFFICER).days_off
    assert set(range(14, 28)) <= off
    assert not set(range(13)) <= off


def test_the_last_period_bars_what_would_come_too_soon_after_it(small: InRecord) -> None:
    desk = member(case(small), DESK)
    assert desk.carried is not None
    assert (desk.carried.tour, desk.carried.days) == (NIGHT, 2)
    assert desk.barred == {(0, DAY), (0, EVENING)}


def test_hours_of_the_running_week_come_along_when_the_period_begins_within_it(small: InRecord) -> None:
    desk = member(case(small, first=date(2020, 10, 22)), DESK)
    assert desk.carried is not None
    assert desk.carried.week_minutes == 3 * 515


def test_what_is_over_is_fixed_as_it_was_worked(small: InRecord) -> None:
    small.absent(DESK, "2020-10-20", "2020-10-21T08:00")
    of = case(small, at="2020-10-22T12:00")
    assert member(of, DESK).fixed == {0: NIGHT, 1: OFF, 2: NIGHT}
    assert case(small).instance.members[0].fixed == {}


def test_only_qualified_members_count_for_a_cover_that_asks_for_them(small: InRecord) -> None:
    small.rows += [
        Qualification(member=OFFICER, qualification="drone", since=local("2020-01-01"), until=local("2020-10-25")),
        Cover(unit=PCT, tour=DAY, who="drone", days=("mon",), minimum=1, target=1),
    ]
    small.load()
    asked = [
        c for c in case(small).instance.cover if c.tour == DAY and c.qualified in (frozenset({OFFICER}), frozenset())
    ]
    assert [(c.day, c.qualified) for c in asked[::2]] == [
        (0, {OFFICER}), (7, frozenset()), (14, frozenset()), (21, frozenset()),
    ]  # fmt: skip


def test_cover_that_nobody_can_meet_is_said(small: InRecord) -> None:
    small.rows.append(Cover(unit="PBBX", tour=DAY, who="supervisors", days=("mon",), minimum=1, target=1))
    small.load()
    said = f"cover of {DAY} asks for supervisors: nobody of PBBX is that, so it cannot be met"
    assert said in case(small, "PBBX").notes


def test_who_begins_with_a_rule_broken_is_said(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-18T02:00")
    small.sign_off(OFFICER, "2020-10-19T01:00")
    (said,) = [n for n in case(small).notes if OFFICER in n]
    assert said == f"{OFFICER} begins with a rule broken, unfit: on duty 24 h 45 m, unfit from 18 h (ours, advisory)"
    early = {(0, NIGHT)} & member(case(small), OFFICER).barred
    assert not early, "rested again by the evening"


def test_a_period_that_ends_before_it_begins_is_refused(small: InRecord) -> None:
    with pytest.raises(Invalid, match=r"last day 2020-10-18 must not be before the first day, 2020-10-19"):
        sees(small, lambda views: ground_of(views, [PCT], MONDAY, MONDAY - timedelta(days=1)))


def test_a_unit_without_cover_is_refused(small: InRecord) -> None:
    assert sees(small, lambda views: covered_units(views)) == ["PBBX", PCT, "PD"]
    with pytest.raises(Unknown, match=r"unit 'COD' has no cover: say in cover.csv"):
        sees(small, lambda views: covered_units(views, ["COD"]))


def test_a_unit_named_twice_is_rostered_once(small: InRecord) -> None:
    assert sees(small, lambda views: covered_units(views, ["PD", PCT, "PD"])) == [PCT, "PD"]


def test_a_unit_with_cover_and_nobody_in_it_has_a_roster_of_nobody(small: InRecord) -> None:
    small.rows.append(Cover(unit="COD", tour=DAY, who="officers", days=("mon", "tue"), minimum=1, target=2))
    small.load()
    of = case(small, "COD")
    assert of.instance.members == ()
    assert f"cover of {DAY} asks for officers: nobody of COD is that, so it cannot be met" in of.notes
    roster = solved(of, Budget(100.0))
    assert (roster.lines, roster.faults, roster.unsolved) == ({}, [], {})
    assert roster.total == roster.bound == 8 * (100 + 2 * 10)
    assert roster.settled
    assert roster.short == 8


def test_lines_of_the_chart_cross_no_rule_and_leave_what_the_chart_leaves_short(small: InRecord) -> None:
    of = case(small)
    roster = {m.ref: charted(of, m.ref) for m in of.instance.members}
    assert crossed_by(of, roster) == []
    desks = [s for s in shortages_of(of, roster) if s.who.endswith("-DESK")]
    assert desks == []
    led = [s for s in shortages_of(of, roster) if s.who == "supervisors"]
    assert {(s.have, s.minimum) for s in led} == {(0, 1)}
    assert len(led) % 3 == 0


def test_a_line_that_crosses_rules_is_told_by_the_rules_themselves(small: InRecord) -> None:
    of = case(small)
    line = (NIGHT, EVENING, *[DAY] * 8, *[OFF] * 18)
    crossed = crossed_by(of, {OFFICER: line})
    rests = [c for c in crossed if c.breach.rule == "rest-unfit"]
    assert [c.breach.says.partition(",")[0] for c in rests] == [
        "7 h 10 m of rest before this duty", "7 h 30 m of rest before this duty"
    ]  # fmt: skip
    assert all(c.hard for c in rests)
    assert {c.breach.rule for c in crossed if not c.hard} == {"week-caution"}
