"""A roster of the loaded force planned anew when members drop out."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from muster.domain.duty import HoursRule
from muster.domain.errors import Invalid, Unknown
from muster.domain.force import Force
from muster.domain.replans import Change, Replan
from muster.domain.rosters import UnitRoster
from muster.roster.budget import Budget
from muster.services.replan_ask import Ask, case_to_change
from muster.services.replanning import replanned
from muster.services.rosters import case_of, crossed_by, shortages_of
from tests.ground import InRecord, changed, local
from tests.services.small import OFFICER, PCT, sees

MONDAY = date(2020, 10, 19)
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 3))
BEFORE = "2020-10-18T12:00"
NIGHT, DAY, EVENING = "2315x0750", "0705x1540", "1500x2335"
DESKS = tuple(f"M{number:04}" for number in range(23, 32))
ENOUGH = 600.0


def made(small: InRecord, unit: str = PCT) -> UnitRoster:
    """A roster of two weeks as the charts have it."""
    case = sees(small, lambda views: case_of(views, unit, MONDAY, 2))
    wanted = {(r.member, r.day): r.tour for r in case.instance.requests}
    lines = {m.ref: tuple(wanted.get((m.ref, day), "") for day in range(14)) for m in case.instance.members}
    return UnitRoster(unit, MONDAY, 14, "by hand", lines, {}, 0.0, True, 0.0, shortages=shortages_of(case, lines))


def ask(
    absent: Sequence[str] = (),
    first: date = TUESDAY,
    last: date | None = None,
    protected: Sequence[tuple[str, date]] = (),
    at: str = BEFORE,
) -> Ask:
    return Ask(absent, first, first if last is None else last, protected, local(at))


def again(small: InRecord, roster: UnitRoster, of: Ask) -> Replan:
    case = sees(small, lambda views: case_to_change(views, roster, of))
    return replanned(case, roster, of, Budget(ENOUGH))


def on(roster: UnitRoster, tour: str, day: date) -> list[str]:
    return [m for m, line in roster.lines.items() if line[(day - MONDAY).days] == tour]


def differences(before: UnitRoster, after: UnitRoster) -> set[tuple[str, date, str, str]]:
    return {
        (m, day, was, now)
        for m, line in before.lines.items()
        for day, was, now in zip(before.dates, line, after.lines[m], strict=True)
        if was != now
    }


def cells(changes: Sequence[Change]) -> set[tuple[str, date, str, str]]:
    return {(c.member, c.day, c.before, c.after) for c in changes}


def desks_on(roster: UnitRoster, tour: str, day: date) -> list[str]:
    return [m for m in on(roster, tour, day) if m in DESKS]


def missing(found: Replan) -> int:
    """Points for what is left under the minimum: one for an officer, three for whoever commands or supervises."""
    return sum((s.minimum - s.have) * (1 if s.who == "officers" else 3) for s in found.left)


def test_desks_that_fall_away_are_filled_with_the_fewest_changes(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    desks = desks_on(roster, NIGHT, TUESDAY)
    found = again(on_sqlite, roster, ask(desks))
    assert [(lost.member, lost.day, lost.tour) for lost in found.lost] == [(m, TUESDAY, NIGHT) for m in desks]
    (served,) = [c for c in found.changes if any(s.who == "PCT-047-DESK" for s in c.serves)]
    assert (served.day, served.after) == (TUESDAY, NIGHT)
    assert [(s.have, s.minimum) for s in served.serves if s.who == "PCT-047-DESK"] == [(1, 1)]
    assert differences(roster, found.roster) == cells(found.changes) | {(m, TUESDAY, NIGHT, "") for m in desks}
    assert found.proved
    assert found.roster.faults == []
    assert desks_on(found.roster, NIGHT, TUESDAY) == [served.member]


def test_what_nobody_can_restore_is_told_as_such(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    found = again(on_sqlite, roster, ask(DESKS, TUESDAY, WEDNESDAY))
    desks = [(s.day, s.tour) for s in found.roster.shortages if s.is_short and s.who == "PCT-047-DESK"]
    assert sorted(desks) == [(day, tour) for day in (TUESDAY, WEDNESDAY) for tour in (DAY, EVENING, NIGHT)]
    assert found.short == missing(found) == found.least_short == 6 * 3
    assert found.proved


def test_what_was_short_before_stays_unless_everything_is_to_be_restored(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    before = {(s.day, s.tour, s.who) for s in roster.shortages if s.is_short and s.day >= TUESDAY}
    assert before
    found = again(on_sqlite, roster, ask())
    assert (found.changes, found.left, found.proved) == ([], [], True)
    assert {(s.day, s.tour, s.who) for s in found.before} == before
    more = again(on_sqlite, roster, replace(ask(), everything=True))
    assert more.proved
    assert len(more.changes) >= len(before) - len(more.before) > 0
    assert missing(replace(more, left=more.before)) == more.short == more.least_short


def test_what_the_record_has_as_absent_falls_away_too(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    desks = desks_on(roster, DAY, THURSDAY)
    for desk in desks:
        on_sqlite.absent(desk, "2020-10-22", "2020-10-23")
    found = again(on_sqlite, roster, ask())
    assert [(lost.member, lost.day, lost.tour) for lost in found.lost] == [(m, THURSDAY, DAY) for m in desks]
    assert len(set(desks_on(found.roster, DAY, THURSDAY)) - set(desks)) == 1


def test_a_tour_that_has_begun_is_neither_taken_nor_given(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    away = [*desks_on(roster, DAY, WEDNESDAY), *desks_on(roster, NIGHT, WEDNESDAY)]
    early = again(on_sqlite, roster, ask(away, WEDNESDAY))
    assert len(desks_on(early.roster, DAY, WEDNESDAY)) == 1
    late = again(on_sqlite, roster, ask(away, WEDNESDAY, at="2020-10-21T12:00"))
    assert on(late.roster, DAY, WEDNESDAY) == [m for m in on(roster, DAY, WEDNESDAY) if m not in away]
    assert len(desks_on(late.roster, NIGHT, WEDNESDAY)) == 1
    assert [(s.day, s.tour, s.who) for s in late.left] == [(WEDNESDAY, DAY, "PCT-047-DESK")]
    assert early.proved
    assert late.proved


def test_who_left_the_unit_is_off_from_then_and_who_came_may_help(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    lines = {("GONE" if m == OFFICER else m): line for m, line in roster.lines.items()}
    found = again(on_sqlite, replace(roster, lines=lines), ask())
    gone = found.roster.lines["GONE"]
    assert gone == (roster.lines[OFFICER][0], *[""] * 13)
    assert [lost.member for lost in found.lost] == ["GONE"] * sum(map(bool, roster.lines[OFFICER][1:]))
    assert found.roster.lines[OFFICER][0] == ""
    assert "GONE is not of the unit any more" in found.roster.notes
    assert f"{OFFICER} has no line in the roster: off until a tour is needed" in found.roster.notes


def test_who_has_no_possible_line_stays_on_theirs_and_is_named(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    worn = (NIGHT, DAY, *roster.lines[OFFICER][2:])  # ten minutes' sleep between them, and worked already
    found = again(on_sqlite, replace(roster, lines={**roster.lines, OFFICER: worn}), ask(first=THURSDAY))
    assert found.roster.lines[OFFICER] == worn
    assert any(note.startswith(f"{OFFICER} keeps their line") for note in found.roster.notes)
    assert any(fault.startswith(f"{OFFICER}: successions") for fault in found.roster.faults)


def test_no_line_that_is_changed_crosses_an_hours_rule_that_the_problem_cannot_say(on_sqlite: InRecord) -> None:
    """45 h in any seven days; a week of the problem begins on Monday."""
    on_sqlite.rows = changed(on_sqlite.rows, Force, lambda _: True, profile="short-weeks")
    on_sqlite.rows.append(HoursRule(profile="short-weeks", rule="week-unfit", hours=45, source="made up"))
    on_sqlite.load()
    roster = made(on_sqlite)
    of = ask(desks_on(roster, DAY, TUESDAY), TUESDAY, date(2020, 10, 25))
    case = sees(on_sqlite, lambda views: case_to_change(views, roster, of))
    found = replanned(case, roster, of, Budget(ENOUGH))
    moved = {c.member for c in found.changes}
    assert (len(moved), found.left, found.proved) == (1, [], True)
    assert not [c for c in crossed_by(case, {m: found.roster.lines[m] for m in moved}) if c.hard]


def test_what_is_wrong_with_what_is_asked_is_told_at_once(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    wrong = ask(["M9999", OFFICER], date(2020, 10, 10), date(2020, 10, 9), [("M9999", TUESDAY), (OFFICER, date.max)])
    with pytest.raises(Invalid) as said:
        again(on_sqlite, roster, wrong)
    assert str(said.value) == (
        "Roster of PCT-047 from 2020-10-19: absent 'M9999' must be a member with a line in it; "
        "first day 2020-10-10 must be one of it, 2020-10-19 to 2020-11-01; "
        "last day 2020-10-09 must not be before the first, 2020-10-10; "
        "protected 'M9999' must be a member with a line in it; "
        f"protected {OFFICER}@9999-12-31 must be a day of it, 2020-10-19 to 2020-11-01"
    )


def test_days_before_today_and_protected_days_of_the_absent_are_refused(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    with pytest.raises(
        Invalid, match=r"first day 2020-10-20 must not be before today, 2020-10-22: what is worked stays"
    ):
        again(on_sqlite, roster, ask(at="2020-10-22T00:30"))
    desk, *_ = desks_on(roster, DAY, THURSDAY)
    with pytest.raises(
        Invalid, match=f"protected {desk}@2020-10-22 must be a day on which they are not named as absent"
    ):
        again(on_sqlite, roster, ask([desk], THURSDAY, protected=[(desk, THURSDAY)]))
    on_sqlite.absent(desk, "2020-10-22", "2020-10-23")
    with pytest.raises(Invalid, match=f"protected {desk}@2020-10-22 must be a tour that they can work"):
        again(on_sqlite, roster, ask(protected=[(desk, THURSDAY)]))


def test_a_roster_of_what_the_record_does_not_know_is_refused(on_sqlite: InRecord) -> None:
    roster = made(on_sqlite)
    with pytest.raises(Unknown, match=r"unit 'NOWHERE' is not in the record"):
        again(on_sqlite, replace(roster, unit="NOWHERE"), ask())
    odd = {**roster.lines, OFFICER: ("2359x0000", *roster.lines[OFFICER][1:])}
    with pytest.raises(Invalid, match=r"tour '2359x0000' must be in the cover or a chart of the unit, and is not"):
        again(on_sqlite, replace(roster, lines=odd), ask())


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_worked_or_protected_is_touched_and_what_is_left_is_counted_right(
    on_sqlite: InRecord, data: st.DataObject
) -> None:
    roster = made(on_sqlite)
    days = st.integers(0, 13).map(lambda n: MONDAY + timedelta(days=n))
    refs = st.sampled_from(sorted(roster.lines))
    absent = data.draw(st.lists(refs, max_size=6, unique=True))
    first = data.draw(days)
    last = first + timedelta(days=data.draw(st.integers(0, 4)))
    protected = data.draw(st.lists(st.tuples(refs.filter(lambda m: m not in absent), days), max_size=20))
    at = local(f"{first}T00:00") + timedelta(hours=data.draw(st.integers(-10, 23)))
    of = ask(absent, first, last, protected, at.isoformat())
    found = again(on_sqlite, roster, of)
    worked = {(m, day) for m in roster.lines for day in roster.dates if day < first}
    touched = {(c.member, c.day) for c in found.changes}
    assert not touched & (worked | set(protected))
    fell = {(lost.member, lost.day, lost.tour, "") for lost in found.lost}
    assert all(m in absent and first <= day <= last for m, day, _, _ in fell)
    net = {(m, d, was, now) for m, d, was, now in differences(roster, found.roster)}
    assert {(m, d) for m, d, _, _ in net} == touched | {(m, d) for m, d, _, _ in fell}
    assert found.short >= found.least_short
    assert bool(found.short) is bool(found.left)
    assert found.least_changes <= len(found.changes)
    case = sees(on_sqlite, lambda views: case_to_change(views, roster, of))
    assert found.roster.shortages == shortages_of(case, found.roster.lines)
    assert found.roster.faults == []
    assert not [c for c in found.roster.crossings if c.hard]
