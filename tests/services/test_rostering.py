"""Solving rosters of units of the loaded force, each in a process of its own, and going on with an earlier run."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from muster.domain.duty import HoursRule, SquadPlace
from muster.domain.force import Force
from muster.domain.rosters import UnitRoster
from muster.roster.budget import Budget
from muster.roster.checker import check
from muster.roster.solve import solve
from muster.services.roster_ground import ground_of
from muster.services.rostering import Plan, digest, roster_all, solved
from muster.services.rosters import Case, case_of, cases_of, crossed_by
from tests.ground import InRecord, changed, local
from tests.services.small import OFFICER, PCT, sees

MONDAY = date(2020, 10, 19)
ENOUGH = 1500.0
"""Effort with which the seven captains and nine chiefs are settled."""


def still() -> float:
    """A clock that does not go: the work is limited by effort."""
    return 0.0


class Ticking:
    """A clock that counts how often it was asked, in fifths of a second: it ends by work, not time."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> float:
        self.asked += 1
        return self.asked / 5


def cases(small: InRecord, *units: str, weeks: int = 2) -> list[Case]:
    last = MONDAY + timedelta(weeks=weeks) - timedelta(days=1)
    return sees(small, lambda views: list(cases_of(ground_of(views, units, MONDAY, last), units)))


def all_of(of: list[Case], before: Mapping[str, UnitRoster], plan: Plan) -> list[UnitRoster]:
    came: list[UnitRoster] = []
    roster_all(of, len(of), plan, before, came.append)
    return came


def test_a_roster_breaks_no_rule_and_is_proved_within_one_point(on_sqlite: InRecord) -> None:
    (case,) = cases(on_sqlite, "PBBX")
    roster = solved(case, Budget(ENOUGH))
    assert (roster.breaches, roster.crossings, roster.unsolved) == (0, [], {})
    assert roster.settled
    assert roster.bound <= roster.total <= roster.bound + 1
    checked = check(case.instance, roster.lines)
    assert checked.breaches == ()
    assert checked.penalty.total == roster.total
    assert set(roster.lines) == {m.ref for m in case.instance.members}
    assert {len(line) for line in roster.lines.values()} == {14}


def test_the_same_effort_and_seed_give_the_same_roster(on_sqlite: InRecord) -> None:
    (case,) = cases(on_sqlite, "PD")
    assert solved(case, Budget(300.0), seed=3) == solved(case, Budget(300.0), seed=3)


def test_units_are_solved_in_processes_and_come_as_they_are_done(on_sqlite: InRecord) -> None:
    of = cases(on_sqlite, "PD", "PBBX")
    came = all_of(of, {}, Plan(2, still, effort=ENOUGH))
    assert sorted(r.unit for r in came) == ["PBBX", "PD"]
    by_unit = {r.unit: r for r in came}
    for case in of:
        assert by_unit[case.unit] == solved(case, Budget(ENOUGH, clock=still))


def test_what_is_settled_is_not_solved_again_and_what_has_changed_is(on_sqlite: InRecord) -> None:
    (before,) = (solved(case, Budget(ENOUGH)) for case in cases(on_sqlite, "PBBX"))
    marked = replace(before, notes=("from the earlier run",))
    assert all_of(cases(on_sqlite, "PBBX"), {"PBBX": marked}, Plan(1, still, effort=ENOUGH)) == [marked]
    on_sqlite.absent("M0016", "2020-10-20", "2020-10-24")
    (again,) = all_of(cases(on_sqlite, "PBBX"), {"PBBX": marked}, Plan(1, still, effort=ENOUGH))
    assert again.notes == before.notes
    assert again.lines["M0016"][1:5] == ("", "", "", "")


def test_time_that_is_left_goes_to_what_is_not_settled_from_where_it_stood(on_sqlite: InRecord) -> None:
    (case,) = cases(on_sqlite, PCT)
    came = all_of([case], {}, Plan(1, Ticking(), seconds=3.0))
    assert len(came) > 1
    assert [r.total for r in came] == sorted((r.total for r in came), reverse=True)
    assert [r.bound for r in came] == sorted(r.bound for r in came)
    assert not any(r.settled for r in came[:-1])


def test_a_problem_has_the_same_digest_whenever_it_is_made(on_sqlite: InRecord) -> None:
    one, two = cases(on_sqlite, PCT), cases(on_sqlite, PCT)
    assert digest(one[0].instance) == digest(two[0].instance)
    assert digest(replace(one[0].instance, requests=())) != digest(one[0].instance)


def test_a_member_for_whom_there_is_no_line_is_named_and_the_others_are_rostered(small: InRecord) -> None:
    place = next(p for p in small.rows if isinstance(p, SquadPlace) and p.member == OFFICER)
    small.rows = changed(small.rows, SquadPlace, lambda p: p.member == OFFICER, until=local("2020-10-20"))
    small.rows.append(replace(place, squad="PCT-047-2A", since=local("2020-10-20")))
    small.load()
    case = sees(small, lambda views: case_of(views, PCT, MONDAY, 2, local("2020-10-21T12:00")))
    roster = solved(case, Budget(100.0))
    assert list(roster.unsolved) == [OFFICER]
    assert "which tours may not follow which" in roster.unsolved[OFFICER]
    assert set(roster.lines[OFFICER]) == {""}
    assert all(any(line) for member, line in roster.lines.items() if member != OFFICER)
    assert not any(OFFICER in fault for fault in roster.faults)


def test_a_line_that_crosses_what_the_problem_cannot_say_is_mended(small: InRecord) -> None:
    """40 h in any seven days: the problem keeps it from Monday on, so that a line may have more from Thursday on."""
    small.rows = changed(small.rows, Force, lambda _: True, profile="short-weeks")
    small.rows.append(HoursRule(profile="short-weeks", rule="week-unfit", hours=40, source="made up"))
    small.load()
    (case,) = cases(small, "PBBX")
    unmended = solve(case.instance, Budget(ENOUGH))
    assert [c.breach.rule for c in crossed_by(case, unmended.roster) if c.hard]
    roster = solved(case, Budget(ENOUGH))
    assert roster.breaches == 0
    assert check(case.instance, roster.lines).breaches == ()
    assert roster.bound <= unmended.penalty.total < roster.total
