"""The specification of a roster, rule by rule: a line at the limit breaks nothing, one past it is told in words."""

from dataclasses import replace
from typing import Any

import pytest

from muster.roster.checker import check, line_breaches, line_cost, more_of, total_of, weekends_of
from muster.roster.problem import OFF, Carried, Cover, Instance, Member, MinutesTarget, Request, Tour
from muster.roster.result import Breach, Line, Penalty, Result

D, N, O = "D", "N", OFF  # noqa: E741 - as rosters are written
TOURS = (Tour(D, 480), Tour(N, 600, frozenset({D}), {6: 660}))
FREE = Member("A", {D: 14, N: 14}, 0, 10**6, 14)


def line(text: str) -> Line:
    """A line from letters, a dot for a day off."""
    return tuple(letter if letter != "." else OFF for letter in text)


def broken(text: str, first_weekday: int = 0, **limits: Any) -> list[tuple[str, int | None, str]]:
    """What the checker says of the line of a member who has these limits and no others."""
    member = replace(FREE, **limits)
    instance = Instance(len(text), TOURS, (member,), (), first_weekday=first_weekday)
    found = line_breaches(instance, member, line(text))
    assert {breach.member for breach in found} <= {"A"}
    return [(breach.rule, breach.day, breach.says) for breach in found]


FINE: list[tuple[str, dict[str, Any]]] = [
    ("DDDDDDDNNNNNNN", {}),
    ("D.N", {"fixed": {0: D, 1: O, 2: N}}),
    ("D", {"fixed": {0: D}, "days_off": frozenset({0}), "barred": frozenset({(0, D)})}),
    (".D", {"days_off": frozenset({0})}),
    ("DN", {"barred": frozenset({(0, N), (1, D)})}),
    ("N.D", {}),
    ("N", {"carried": Carried(D, 1)}),
    ("DDN", {"most_days": {D: 2, N: 1}}),
    ("DD.NN..", {"least_minutes": 2160, "most_minutes": 2160}),
    ("DDDDD..DDDDD..", {"most_week_minutes": 2400}),
    ("DDDDD..D", {"most_week_minutes": 2400, "first_weekday": 5}),
    ("D..DDDDD", {"most_week_minutes": 2400, "first_weekday": 6, "carried": Carried(O, 1, 1920)}),
    ("......", {"most_week_minutes": 1000, "first_weekday": 2, "carried": Carried(D, 1, 1001)}),
    (".....DD", {"most_weekends": 1}),
    ("D.....D", {"most_weekends": 2, "first_weekday": 6}),
    ("DDD.DDD", {"most_run_days": 3}),
    ("N.", {"most_run_days": 3, "carried": Carried(N, 2)}),
    (".DD.D", {"least_run_days": 2}),
    ("D.DD.", {"least_run_days": 2}),
    ("N.", {"least_run_days": 2, "carried": Carried(D, 1)}),
    ("D..D.", {"least_off_days": 2}),
    (".D", {"least_off_days": 2}),
    (".D", {"least_off_days": 2, "carried": Carried(O, 1)}),
    ("D", {"least_off_days": 2, "carried": Carried(O, 2)}),
    (".", {"most_run_days": 3, "carried": Carried(D, 4)}),
]
"""Lines that are at a limit; ``first_weekday`` is that of the period."""

BROKEN: list[tuple[str, dict[str, Any], tuple[str, int | None, str]]] = [
    ("D", {"fixed": {0: O}}, ("cells", 0, "is fixed to off, the line says D")),
    (".", {"fixed": {0: D}}, ("cells", 0, "is fixed to D, the line says off")),
    ("D", {"days_off": frozenset({0})}, ("cells", 0, "works D on a day off")),
    (".D", {"days_off": frozenset({1})}, ("cells", 1, "works D on a day off")),
    ("DN", {"barred": frozenset({(1, N)})}, ("cells", 1, "may not work N that day")),
    ("ND", {}, ("successions", 1, "D may not follow N the day before")),
    ("D", {"carried": Carried(N, 1)}, ("successions", 0, "D may not follow N the day before")),
    ("DD", {"most_days": {D: 1}}, ("days_of_tours", None, "works D on 2 days, at most 1")),
    ("D", {"most_days": {N: 1}}, ("days_of_tours", None, "works D on 1 days, at most 0")),
    ("DD", {"most_minutes": 959}, ("minutes", None, "works 960 minutes, at most 959")),
    ("DD", {"least_minutes": 961}, ("minutes", None, "works 960 minutes, at least 961")),
    ("......N", {"most_minutes": 659}, ("minutes", None, "works 660 minutes, at most 659")),
    (".....DD.", {"most_week_minutes": 959}, ("week_minutes", 0, "works 960 minutes in that week, at most 959")),
    ("D......DD", {"most_week_minutes": 959}, ("week_minutes", 7, "works 960 minutes in that week, at most 959")),
    (
        "D", {"most_week_minutes": 959, "first_weekday": 3, "carried": Carried(O, 1, 480)},
        ("week_minutes", 0, "works 960 minutes in that week, at most 959"),
    ),
    (
        "D", {"most_week_minutes": 959, "first_weekday": 3, "carried": Carried(O, 1, 1000)},
        ("week_minutes", 0, "works 1480 minutes in that week, at most 959"),
    ),
    ("D.....D", {"most_weekends": 1, "first_weekday": 6}, ("weekends", None, "works on 2 weekends, at most 1")),
    ("DD", {"most_weekends": 0, "first_weekday": 5}, ("weekends", None, "works on 1 weekends, at most 0")),
    (".DDD", {"most_run_days": 2}, ("runs", 1, "works 3 days in a row, at most 2")),
    ("DD", {"most_run_days": 3, "carried": Carried(D, 2)}, ("runs", 0, "works 4 days in a row, at most 3")),
    (".D.", {"least_run_days": 2}, ("runs", 1, "works 1 days in a row, at least 2")),
    ("D.", {"least_run_days": 3, "carried": Carried(D, 1)}, ("runs", 0, "works 2 days in a row, at least 3")),
    ("D.", {"least_run_days": 2, "carried": Carried(O, 1)}, ("runs", 0, "works 1 days in a row, at least 2")),
    (".", {"least_run_days": 2, "carried": Carried(D, 1)}, ("runs", 0, "works 1 days in a row, at least 2")),
    ("D.D", {"least_off_days": 2}, ("runs", 1, "is off 1 days in a row, at least 2")),
    (".D", {"least_off_days": 3, "carried": Carried(O, 1)}, ("runs", 0, "is off 2 days in a row, at least 3")),
    (".D", {"least_off_days": 2, "carried": Carried(D, 1)}, ("runs", 0, "is off 1 days in a row, at least 2")),
    ("D", {"least_off_days": 2, "carried": Carried(O, 1)}, ("runs", 0, "is off 1 days in a row, at least 2")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "limits"), FINE)
def test_a_line_at_the_limit_breaks_nothing(text: str, limits: dict[str, Any]) -> None:
    assert broken(text, **limits) == []


@pytest.mark.parametrize(("text", "limits", "says"), BROKEN)
def test_a_line_past_the_limit_is_told_with_the_rule_and_the_day(
    text: str, limits: dict[str, Any], says: tuple[str, int | None, str]
) -> None:
    assert broken(text, **limits) == [says]


def test_all_that_a_line_breaks_is_told() -> None:
    said = broken("NDDD.D", most_days={D: 3, N: 1}, most_minutes=100, most_run_days=3, least_off_days=2)
    assert [rule for rule, _, _ in said] == ["successions", "days_of_tours", "minutes", "runs", "runs"]


WEEK = Instance(7, TOURS, (FREE, replace(FREE, ref="B", least_minutes=480)), (Cover(0, D, 1, 10, 1),))


def test_what_is_no_line_at_all_is_told_and_counts_as_off() -> None:
    checked = check(WEEK, {"A": ("D",) * 6, "C": ()})
    assert checked.breaches == (
        Breach("C", "member", None, "is no member of this unit"),
        Breach("A", "line", None, "has 6 entries, needs one for each of 7 days"),
        Breach("B", "line", None, "has no line"),
    )
    assert checked.penalty.total == total_of(WEEK, {"A": ("D",) * 6, "C": ()}) == 10
    assert [b.says for b in check(WEEK, {"A": ("D",) * 8, "B": line("D......")}).breaches] == [
        "has 8 entries, needs one for each of 7 days"
    ]
    assert [(b.day, b.says) for b in check(WEEK, {"A": line("X.d...."), "B": line("D......")}).breaches] == [
        (0, "no tour 'X'; there are D, N"),
        (2, "no tour 'd'; there are D, N"),
    ]


def test_what_a_roster_costs_is_counted_by_part() -> None:
    target = MinutesTarget(1000, 5)
    members = (replace(FREE, weekend_weight=7, minutes_target=target), replace(FREE, ref="B"))
    cover = (
        Cover(0, D, 3, 10, 1), Cover(0, D, 1, 100, 4), Cover(0, D, 1, 1000, 8, frozenset({"B"})), Cover(1, N, 0, 1, 2)
    )  # fmt: skip
    requests = (
        Request("A", 0, D, 3, True), Request("A", 0, D, 30, False), Request("B", 1, O, 300, True),
        Request("B", 1, O, 3000, False),
    )  # fmt: skip
    instance = Instance(7, TOURS, members, cover, requests)
    checked = check(instance, {"A": line("DN...D."), "B": line("DN.....")})
    assert checked.breaches == ()
    assert checked.penalty == Penalty(under=10, over=4 + 4, requests=30 + 300, lines=7 + 5 * (560 // 60))
    assert checked.penalty.total == 10 + 8 + 330 + 52
    roster = {"A": line("DN...D."), "B": line("DN.....")}
    assert total_of(instance, roster) == 10 + 8 + 330 + 52
    for changes in ({"A": line("D...N..")}, {"B": line("......D")}, {"A": line("N......"), "B": line("D.....N")}):
        assert more_of(instance, roster, changes) == total_of(instance, {**roster, **changes}) - 400


def test_whole_hours_away_from_the_target_are_paid_and_weekends_once() -> None:
    for minutes, hours in ((480, 0), (539, 0), (540, 1), (421, 0), (420, 1), (360, 2)):
        member = replace(FREE, minutes_target=MinutesTarget(minutes, 1))
        instance = Instance(14, TOURS, (member,), ())
        assert line_cost(instance, member, line("D" + 13 * ".")) == hours
    instance = Instance(14, TOURS, (FREE,), (), first_weekday=6)
    assert [weekends_of(instance, line(t)) for t in ("D" + 13 * ".", "......DD......", "D.....D......D")] == [1, 1, 3]


def test_the_gap_is_the_part_of_the_penalty_that_might_be_saved() -> None:
    def found(penalty: int, bound: float) -> Result:
        return Result({}, Penalty(under=penalty), (), bound, 0, 0.0, {})

    assert [found(200, bound).gap for bound in (150.0, 200.0, 201.0)] == [0.25, 0.0, 0.0]
    assert found(0, 0.0).gap == 0.0
    assert [found(200, bound).settled for bound in (198.0, 197.0)] == [True, False]
    assert [found(50, bound).settled for bound in (49.0, 48.0)] == [True, False]
