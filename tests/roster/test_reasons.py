"""Why a member has no line, held to all the lines there are: what is named is enough, and nothing named is too much."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from muster.roster.problem import OFF, Carried, Instance, Member, Tour
from muster.roster.reasons import why_no_lines
from tests.roster.drawing import drawn_instance, every_line

FREE = 10**6
WITHOUT: dict[str, dict[str, Any]] = {
    "the cells already fixed": {"fixed": {}},
    "the days off": {"days_off": frozenset()},
    "the tours barred on some days": {"barred": frozenset()},
    "what the last period left": {"carried": None},
    "the least minutes": {"least_minutes": 0},
    "the most minutes": {"most_minutes": FREE},
    "the most minutes a week": {"most_week_minutes": None},
    "the most days in a row": {"most_run_days": FREE},
    "the least days in a row": {"least_run_days": 1},
    "the least days off in a row": {"least_off_days": 1},
    "the most weekends": {"most_weekends": FREE},
    "the most days of each tour": {"most_days": {"D": FREE, "E": FREE}},
    "which tours may not follow which": {},
}
"""A rule in words, and a member without it."""
ONE_IS_ENOUGH = "has no possible line; there would be one without "
SEVERAL = "has no possible line; several rules clash: "


def why_no_line(instance: Instance) -> str:
    (said,) = why_no_lines(instance, instance.members).values()
    return said


FOR_ONE_REASON = (0, 6, 7, 11, 13, 14, 20, 25, 28, 33, 37, 38, 41, 42, 46, 48, 54, 57, 62, 65, 66, 68, 69, 70)
FOR_SEVERAL = (145, 202, 218, 258, 290, 305, 318, 327, 357, 366, 416, 475, 487, 534)
"""Seeds with which a member without a line is drawn: what is found of them is the test below."""


def drawn(seed: int) -> Instance:
    """A drawn member for whom no cell that is fixed is a day off or barred."""
    return plain(drawn_instance(seed, days=5))


def plain(instance: Instance) -> Instance:
    (member,) = instance.members
    barred = frozenset(cell for cell in member.barred if cell[0] not in member.fixed)
    return replace(instance, members=(replace(member, days_off=member.days_off - member.fixed.keys(), barred=barred),))


def has_a_line(instance: Instance, without: Iterable[str]) -> bool:
    """Whether there is a line when these rules are left out; brute force."""
    tours, changes = instance.tours, {k: v for rule in without for k, v in WITHOUT[rule].items()}
    if "which tours may not follow which" in without:
        tours = tuple(replace(tour, not_followed_by=frozenset()) for tour in tours)
    member = replace(instance.members[0], **changes)
    return bool(every_line(replace(instance, tours=tours, members=(member,)), member))


def rules_in(text: str) -> list[str]:
    return re.sub(r" \(\d+\)", "", text.removeprefix(ONE_IS_ENOUGH)).split(", or without ")


def clashes_in(text: str) -> list[list[str]]:
    """The sets of rules that a reason names."""
    named = re.sub(r" \(\d+\)", "", text.removeprefix(SEVERAL))
    parts = re.split(r" cannot (?:all be kept|be kept at all)(?:, and |$)", named)
    return [re.split(r", | and ", part) for part in parts if part]


@pytest.mark.parametrize("seed", FOR_ONE_REASON)
def test_each_rule_that_is_enough_to_leave_out_is_named_and_no_other(seed: int) -> None:
    instance = drawn(seed)
    assert not has_a_line(instance, [])
    said = why_no_line(instance)
    assert said.startswith(ONE_IS_ENOUGH)
    assert sorted(rules_in(said)) == sorted(rule for rule in WITHOUT if has_a_line(instance, [rule]))


@pytest.mark.parametrize("seed", FOR_SEVERAL)
def test_rules_that_clash_are_named_and_none_that_is_not_needed_for_it(seed: int) -> None:
    instance = drawn(seed)
    assert not any(has_a_line(instance, [rule]) for rule in WITHOUT)
    said = why_no_line(instance)
    assert said.startswith(SEVERAL)
    clashes = clashes_in(said)
    for clash in clashes:
        others = set(WITHOUT) - set(clash)
        assert not has_a_line(instance, others), "these clash by themselves"
        assert all(has_a_line(instance, {*others, rule}) for rule in clash), "each of them is needed for that"
    named = [rule for clash in clashes for rule in clash]
    assert len(named) == len(set(named))
    assert has_a_line(instance, named), "there are no other clashes"


def test_members_asked_about_together_are_told_what_each_would_be_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    tour = Tour("D", 480)
    people = tuple(
        Member(f"M{i}", {"D": i}, 480 * (i + 1), 3360, 5, fixed={0: "D"} if i % 2 else {}, days_off=frozenset({0, i}))
        for i in range(6)
    )
    instance = Instance(7, (tour,), people, ())
    together = why_no_lines(instance, people)
    assert list(together) == [member.ref for member in people]
    assert together == {m.ref: why_no_lines(instance, [m])[m.ref] for m in people}
    monkeypatch.setattr("muster.roster.reasons.TOGETHER_DAYS", 14)
    monkeypatch.setattr("muster.roster.reasons.MOST_EFFORT", 1e-3)
    some = why_no_lines(instance, people)
    assert [some[ref] == together[ref] for ref in some] == [True, True, False, False, False, False]
    assert set(list(some.values())[2:]) == {"has no possible line; why was not looked for"}


def of_a_week(**more: Any) -> Instance:
    member = replace(Member("A", {"D": 7}, 0, 3360, 5), **more)
    return Instance(7, (Tour("D", 480),), (member,), ())


def test_what_is_impossible_by_itself_is_said_to_be() -> None:
    instance = of_a_week(
        least_minutes=4000, most_minutes=4000, fixed={0: "D", 1: OFF}, least_run_days=2, carried=Carried(OFF, 1)
    )
    assert why_no_line(instance) == (
        "has no possible line; several rules clash: the least minutes (4000) cannot be kept at all, and the cells "
        "already fixed, what the last period left and the least days in a row (2) cannot all be kept"
    )


def test_a_run_that_goes_on_from_the_last_period_is_too_long_by_the_days_in_a_row_alone() -> None:
    instance = of_a_week(fixed=dict.fromkeys(range(7), "D"), carried=Carried("D", 3), most_run_days=7)
    assert why_no_line(instance) == (
        "has no possible line; there would be one without the cells already fixed, or without what the last period "
        "left, or without the most days in a row (7)"
    )


@pytest.mark.parametrize(
    "gives_way", [{"days_off": frozenset(range(7))}, {"barred": frozenset((day, "D") for day in range(7))}]
)
def test_what_is_fixed_goes_before_a_day_off_and_a_barred_tour(gives_way: dict[str, Any]) -> None:
    instance = of_a_week(fixed={0: "D", 1: "D"}, most_run_days=1, least_minutes=480, **gives_way)
    assert why_no_line(instance) == (
        "has no possible line; there would be one without the cells already fixed, or without the most days in a row "
        "(1)"
    )


def test_a_member_who_has_a_line_is_not_said_to_have_none() -> None:
    assert why_no_line(of_a_week()) == "was given no line: none was found, though there may be one"
