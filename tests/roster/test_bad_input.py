"""What has no meaning is refused with every fault at once; what no roster can satisfy is told, and the rest is solved.

The problems are those of a planner: a week, two tours, three members.
"""

from dataclasses import replace
from typing import Any

import pytest

from muster.domain.errors import Invalid
from muster.roster.budget import Budget
from muster.roster.problem import (
    MOST_DAYS,
    MOST_NUMBER,
    MOST_PENALTY,
    OFF,
    Carried,
    Cover,
    Instance,
    Member,
    MinutesTarget,
    Request,
    Tour,
)
from muster.roster.result import Result
from muster.roster.solve import solve
from muster.roster.soundness import most_paid, require_sound, warnings

TOURS = (Tour("D", 480), Tour("N", 600, frozenset({"D"})))
MEMBER = Member("A", {"D": 7, "N": 7}, 960, 2400, 5)
PEOPLE = tuple(replace(MEMBER, ref=ref) for ref in "ABC")
WEEK = Instance(7, TOURS, PEOPLE, tuple(Cover(day, "D", 1, 100, 1) for day in range(7)))
WHOLE = f"must be a whole number from 0 to {MOST_NUMBER}"


def with_member(**more: Any) -> Instance:
    """The week in which A is not like the others."""
    return replace(WEEK, members=(replace(MEMBER, **more), *PEOPLE[1:]))


def solved(instance: Instance) -> Result:
    return solve(instance, Budget(effort=200))


NO_MEANING = {
    "the period has -3 days and must have at least 1: it must not end before it begins": replace(WEEK, days=-3),
    "the period has 0 days and must have at least 1: it must not end before it begins": replace(WEEK, days=0),
    f"the period: days 512 must be a whole number from 1 to {MOST_DAYS}": replace(WEEK, days=MOST_DAYS + 1),
    "the period: first weekday 7 must be a whole number from 0 to 6": replace(WEEK, first_weekday=7),
    "there are no tours": Instance(7, (), (), ()),
    "tour 'D' must stand once": replace(WEEK, tours=(*TOURS, TOURS[0])),
    "tour '' must have a name": replace(WEEK, tours=(*TOURS, Tour(OFF, 480))),
    f"tour X: minutes -1 {WHOLE}": replace(WEEK, tours=(*TOURS, Tour("X", -1))),
    f"tour X: minutes on day 2 -1 {WHOLE}": replace(WEEK, tours=(*TOURS, Tour("X", 9, minutes_on={2: -1}))),
    "tour X: day 7 must be a whole number from 0 to 6": replace(WEEK, tours=(*TOURS, Tour("X", 9, minutes_on={7: 1}))),
    "tour X: not followed by tour 'Y' must be one of D, N, X": replace(
        WEEK, tours=(*TOURS, Tour("X", 9, frozenset("Y")))
    ),
    "member 'A' must stand once": replace(WEEK, members=(*PEOPLE, MEMBER)),
    "member '' must have a name": with_member(ref=""),
    f"member A: least minutes 960.5 {WHOLE}": with_member(least_minutes=960.5),
    f"member A: most minutes {10**30} {WHOLE}": with_member(most_minutes=10**30),
    "member A: least minutes 2401 must be at most the most, 2400": with_member(least_minutes=2401),
    f"member A: most run days -1 {WHOLE}": with_member(most_run_days=-1),
    f"member A: least run days 0 must be a whole number from 1 to {MOST_NUMBER}": with_member(least_run_days=0),
    f"member A: least off days 0 must be a whole number from 1 to {MOST_NUMBER}": with_member(least_off_days=0),
    f"member A: most weekends -1 {WHOLE}": with_member(most_weekends=-1),
    f"member A: weekend weight -1 {WHOLE}": with_member(weekend_weight=-1),
    f"member A: most week minutes -1 {WHOLE}": with_member(most_week_minutes=-1),
    f"member A: most days of D -1 {WHOLE}": with_member(most_days={"D": -1}),
    "member A: most days: tour 'X' must be one of D, N": with_member(most_days={"X": 1}),
    "member A: cell: day 7 must be a whole number from 0 to 6": with_member(days_off=frozenset({7})),
    "member A: cell: day -1 must be a whole number from 0 to 6": with_member(fixed={-1: "D"}),
    "member A: cell: tour 'X' must be one of D, N": with_member(barred=frozenset({(0, "X")})),
    f"member A: minutes target -1 {WHOLE}": with_member(minutes_target=MinutesTarget(-1, 1)),
    f"member A: weight of the minutes target -1 {WHOLE}": with_member(minutes_target=MinutesTarget(1, -1)),
    "member A: carried: tour 'X' must be one of D, N": with_member(carried=Carried("X", 1)),
    f"member A: carried: days 0 must be a whole number from 1 to {MOST_DAYS}": with_member(carried=Carried("D", 0)),
    f"member A: carried: week minutes -1 {WHOLE}": with_member(carried=Carried("D", 1, -1)),
    "cover of day 7, D: day 7 must be a whole number from 0 to 6": replace(WEEK, cover=(Cover(7, "D", 1, 1, 1),)),
    "cover of day 0, X: tour 'X' must be one of D, N": replace(WEEK, cover=(Cover(0, "X", 1, 1, 1),)),
    f"cover of day 0, D: required -1 {WHOLE}": replace(WEEK, cover=(Cover(0, "D", -1, 1, 1),)),
    f"cover of day 0, D: under {10**400} {WHOLE}": replace(WEEK, cover=(Cover(0, "D", 1, 10**400, 1),)),
    f"cover of day 0, D: over nan {WHOLE}": replace(
        WEEK, cover=(Cover(0, "D", 1, 1, float("nan")),)  # type: ignore[arg-type]  # that is the fault
    ),
    "cover of day 0, D: qualified 'Z' must be a member": replace(
        WEEK, cover=(Cover(0, "D", 1, 1, 1, frozenset({"A", "Z"})),)
    ),
    "request of Z: member 'Z' must be one of the members": replace(WEEK, requests=(Request("Z", 0, "D", 1, True),)),
    "request of A: day 7 must be a whole number from 0 to 6": replace(WEEK, requests=(Request("A", 7, "D", 1, True),)),
    "request of A: tour 'X' must be one of D, N": replace(WEEK, requests=(Request("A", 0, "X", 1, True),)),
    f"succession of D and N: weight -1 {WHOLE}": replace(WEEK, succession_weights={("D", "N"): -1}),
    f"succession of D and D: weight 0.5 {WHOLE}": replace(
        WEEK, succession_weights={("D", "D"): 0.5}  # type: ignore[dict-item]  # that is the fault
    ),
    "succession of D and X: tour 'X' must be one of D, N": replace(WEEK, succession_weights={("D", "X"): 1}),
    "succession of  and D: tour '' must be one of D, N": replace(WEEK, succession_weights={(OFF, "D"): 1}),
    f"request of A: weight -1 {WHOLE}": replace(WEEK, requests=(Request("A", 0, "D", -1, False),)),
}  # fmt: skip


@pytest.mark.parametrize(("says", "instance"), NO_MEANING.items(), ids=range(len(NO_MEANING)))
def test_what_has_no_meaning_is_refused_in_words(says: str, instance: Instance) -> None:
    with pytest.raises(Invalid) as refused:
        solved(instance)
    assert says in str(refused.value).removeprefix("The roster cannot be made: ").split("; ")


def test_every_fault_is_named_at_once() -> None:
    faulty = replace(
        with_member(most_run_days=-1, carried=Carried("X", 0)), cover=(Cover(0, "X", 1, 1, 1), Cover(9, "D", 1, 1, 1))
    )
    with pytest.raises(Invalid) as refused:
        require_sound(faulty)
    for word in ("most run days -1", "carried: tour 'X'", "carried: days 0", "cover of day 0, X", "cover of day 9, D"):
        assert word in str(refused.value)


def test_a_sound_problem_is_let_through() -> None:
    require_sound(WEEK)
    assert warnings(WEEK) == []


def test_weights_that_come_to_too_much_for_exact_sums_are_refused() -> None:
    heavy = replace(WEEK, cover=(Cover(0, "D", 1, MOST_PENALTY - 3, 1), Cover(1, "D", 1, 1, 1)))
    assert most_paid(heavy) == MOST_PENALTY - 1
    result = solved(heavy)
    assert result.penalty.total == result.bound == 0
    for more in (
        replace(heavy, requests=(Request("A", 0, OFF, 2, True),)),
        replace(heavy, members=(*PEOPLE, replace(MEMBER, ref="E", weekend_weight=1))),
        replace(heavy, members=(replace(MEMBER, minutes_target=MinutesTarget(120, 1)), *PEOPLE[1:])),
        replace(heavy, cover=(*heavy.cover, Cover(2, "D", 2, 1, 0))),
        replace(heavy, succession_weights={("D", "N"): 1}),
    ):
        with pytest.raises(Invalid, match=rf"the weights come to \d+ and must come to at most {MOST_PENALTY} together"):
            solved(more)


def test_the_most_that_is_paid_is_at_least_what_any_roster_costs() -> None:
    one = replace(MEMBER, weekend_weight=7, minutes_target=MinutesTarget(60, 3), least_minutes=0)
    requests = (Request("A", 0, OFF, 5, True), Request("A", 1, "N", 6, False))
    cover = (Cover(0, "D", 2, 10, 1), Cover(0, "N", 0, 1, 20))
    instance = Instance(7, TOURS, (one,), cover, requests, succession_weights={("D", "D"): 2, ("D", "N"): 9})
    assert most_paid(instance) == 20 + 20 + 5 + 6 + 7 * 2 + 3 * (2400 // 60) + 9 * 7


def test_cover_that_nobody_may_work_is_told_with_the_days_and_the_rest_is_rostered() -> None:
    cover = [Cover(day, "N", 2, 100, 1, frozenset()) for day in (0, 1, 2, 4)] + [Cover(6, "D", 4, 100, 1)]
    cover += [Cover(day, "D", 2, 100, 1, frozenset("A")) for day in (3, 4)]
    cover.append(Cover(5, "D", 1, 100, 1, frozenset("AB")))
    away = tuple(replace(m, days_off=frozenset({5})) for m in PEOPLE)
    result = solved(Instance(7, TOURS, away, tuple(cover)))
    assert result.warnings == (
        "days 0-2, 4, N: nobody is qualified for it, 2 are needed",
        "day 6, D: only 3 may work it, 4 are needed",
        "days 3-4, D: only 1 of the 1 qualified may work it, 2 are needed",
        "day 5, D: none of the 2 qualified may work it, 1 is needed",
    )
    assert result.breaches == ()
    assert result.penalty.total == result.bound == 4 * 200 + 100 + 2 * 100 + 100


@pytest.mark.parametrize(
    ("member", "able"),
    [
        ({"most_days": {"N": 7}}, 0),
        ({"most_days": {"D": 0, "N": 7}}, 0),
        ({"barred": frozenset({(2, "D")})}, 0),
        ({"barred": frozenset({(2, "N")})}, 1),
        ({"days_off": frozenset({2})}, 0),
        ({"days_off": frozenset({2}), "fixed": {2: "D"}}, 1),
        ({"fixed": {2: "N"}}, 0),
        ({}, 1),
    ],
)
def test_who_may_work_a_cover_is_who_is_free_for_it(member: dict[str, Any], able: int) -> None:
    instance = Instance(7, TOURS, (replace(MEMBER, **member),), (Cover(2, "D", 2, 1, 1),))
    said = "only 1" if able else "nobody"
    assert warnings(instance) == [f"day 2, D: {said} may work it, 2 are needed"]
    assert warnings(replace(instance, cover=(Cover(2, "D", able, 1, 1), Cover(2, "D", 2, 0, 1)))) == []


def test_a_run_that_was_too_long_already_is_told_and_ends_at_once() -> None:
    result = solved(with_member(carried=Carried("D", 6)))
    assert result.warnings == (
        "A had worked 6 days in a row before day 0, at most 5: they cannot work on day 0",
    )  # fmt: skip
    assert (result.breaches, result.unsolved) == ((), {})
    assert result.roster["A"][0] == OFF
    assert any(result.roster["A"])
    assert warnings(with_member(carried=Carried("D", 5))) == []
    assert warnings(with_member(carried=Carried(OFF, 6))) == []


def test_a_week_that_had_too_many_minutes_already_is_told_and_nothing_is_added_to_it() -> None:
    overworked = with_member(carried=Carried("D", 1, 2500), most_week_minutes=2400)
    result = solved(replace(overworked, first_weekday=3))
    assert result.warnings == (
        "A had worked 2500 minutes of the week before day 0, at most 2400: they cannot work in the rest of it",
    )
    assert (result.breaches, result.unsolved) == ((), {})
    assert result.roster["A"][:4] == (OFF,) * 4
    assert any(result.roster["A"][4:])
    assert warnings(overworked) == [], "the period begins on a Monday, and with it a week"
    assert warnings(replace(with_member(carried=Carried("D", 1, 2400), most_week_minutes=2400), first_weekday=3)) == []


@pytest.mark.parametrize("members", [(), (replace(MEMBER, most_days={"D": 7}, least_minutes=2400, most_run_days=1),)])
def test_a_unit_in_which_nobody_can_be_rostered_has_the_one_roster_there_is(members: tuple[Member, ...]) -> None:
    result = solved(replace(WEEK, members=members))
    assert result.penalty.total == result.bound == 700
    assert list(result.unsolved) == [member.ref for member in members]
    assert {entry for line in result.roster.values() for entry in line} <= {OFF}


def test_a_problem_without_cover_is_one_of_requests_alone() -> None:
    result = solved(replace(WEEK, cover=(), requests=(Request("A", 0, "D", 5, True), Request("A", 0, "N", 3, True))))
    assert result.penalty.total == result.bound == 3
    assert result.roster["A"][0] == "D"
