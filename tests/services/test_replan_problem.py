"""The fewest changes that leave least short: beside all rosters there are, on small problems met by chance."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from random import Random

import pytest

from muster.roster.budget import Budget
from muster.roster.checker import line_breaches
from muster.roster.problem import OFF, Cover, Instance, Member, Tour
from muster.roster.result import Line
from muster.services.replan_problem import Standing, as_standing, fewest_changes, points_short
from muster.services.replan_solving import Found, fewest
from tests.roster.drawing import drawn_instance, every_line

DAYS, TOURS, MEMBERS = 5, 2, 3
SEEDS = range(60)
ENOUGH = 400.0
LONG = 600
"""Minutes of a tour in problems made by hand."""


@dataclass(frozen=True)
class Drawn:
    """A problem by chance with a roster for it from which some days fell away, and some of which stays."""

    instance: Instance
    standing: Standing


def drawn(seed: int) -> Drawn:
    random = Random(seed)
    instance = drawn_instance(seed, members=MEMBERS, days=DAYS, tours=TOURS)
    lines: dict[str, Line] = {}
    fixed: dict[str, frozenset[int]] = {}
    members = []
    for m in instance.members:
        line = random.choice(every_line(instance, m) or [(OFF,) * DAYS])
        away = frozenset(day for day in range(2, DAYS) if random.random() < 0.3)
        lines[m.ref] = tuple(OFF if day in away else tour for day, tour in enumerate(line))
        fixed[m.ref] = frozenset({0, *(day for day in range(1, DAYS) if day not in away and random.random() < 0.2)})
        members.append(replace(m, days_off=m.days_off | away))
    barred = {m.ref: frozenset({(1, "D")}) if random.random() < 0.2 else frozenset() for m in instance.members}
    return Drawn(replace(instance, members=tuple(members)), Standing(lines, fixed, barred))


def changes(lines: Mapping[str, Line], standing: Standing) -> int:
    return sum(a != b for ref, line in lines.items() for a, b in zip(line, standing.lines[ref], strict=True))


def every_roster(of: Drawn) -> Iterator[dict[str, Line]]:
    """Every roster without a breach; whoever has no possible line stays on theirs."""
    instance = as_standing(of.instance, of.standing)
    lines = [every_line(instance, m) or [of.standing.lines[m.ref]] for m in instance.members]
    yield from (dict(zip(of.standing.lines, chosen, strict=True)) for chosen in product(*lines))


@cache
def best(seed: int) -> tuple[int, int]:
    """The least points short of all rosters, and the fewest changes of those."""
    of = drawn(seed)
    return min((points_short(of.instance, lines), changes(lines, of.standing)) for lines in every_roster(of))


@cache
def found(seed: int) -> Found:
    of = drawn(seed)
    return fewest(of.instance, of.standing, Budget(ENOUGH))


def proved(seed: int, short: int) -> tuple[int, int]:
    """What the bounds say of the points short, and of the changes of a roster with as few."""
    bounds = found(seed).bounds
    return max(p.least_short(b) for p, b in bounds), max(p.least_changes(b, short) for p, b in bounds)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_roster_leaves_less_short_nor_as_little_with_fewer_changes(seed: int) -> None:
    of, lines = drawn(seed), found(seed).lines
    assert (points_short(of.instance, lines), changes(lines, of.standing)) == best(seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_said_to_be_the_least_is_beaten_by_none(seed: int) -> None:
    short, fewest_there_are = best(seed)
    least_short, least_changes = proved(seed, short)
    assert least_short <= short
    assert least_changes <= fewest_there_are


def test_most_of_it_is_proved_and_chance_met_what_matters() -> None:
    sure = [proved(seed, best(seed)[0]) == best(seed) for seed in SEEDS]
    assert sum(sure) >= 0.8 * len(sure)
    assert sum(best(seed)[1] > 1 for seed in SEEDS) > 10
    assert any(found(seed).unsolved for seed in SEEDS)
    assert not all(found(seed).unsolved for seed in SEEDS)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_fixed_stays_and_no_line_breaks_a_rule(seed: int) -> None:
    of, made = drawn(seed), found(seed)
    instance = as_standing(of.instance, of.standing)
    for m in instance.members:
        line = made.lines[m.ref]
        assert all(line[day] == of.standing.lines[m.ref][day] for day in of.standing.fixed[m.ref])
        if m.ref in made.unsolved:
            assert line == of.standing.lines[m.ref]
            assert every_line(instance, m) == []
        else:
            assert line_breaches(instance, m, line) == []


def by_hand(cover: tuple[Cover, ...], *lines: Line) -> Drawn:
    """Members A, B and so on who may work D on any day, but not two days in a row."""
    refs = [chr(ord("A") + n) for n in range(len(lines))]
    days = len(lines[0])
    members = tuple(Member(ref, {"D": days}, 0, LONG * days, 1) for ref in refs)
    instance = Instance(days, (Tour("D", LONG),), members, cover)
    return Drawn(instance, Standing(dict(zip(refs, lines, strict=True)), {}, dict.fromkeys(refs, frozenset())))


def test_one_day_more_is_changed_where_the_rules_ask_for_it() -> None:
    of = by_hand((Cover(1, "D", 1, 100, 0),), (OFF, OFF, "D"))
    made = fewest(of.instance, of.standing, Budget(ENOUGH))
    assert made.lines == {"A": (OFF, "D", OFF)}
    ((problem, bound),) = made.bounds
    assert (problem.least_short(bound), problem.least_changes(bound, 0)) == (0, 2)


def test_a_shortage_that_cannot_be_mended_is_told_and_the_rest_is_mended() -> None:
    cover = (Cover(0, "D", 3, 300, 0), Cover(1, "D", 1, 100, 0), Cover(2, "D", 2, 100, 0))
    of = by_hand(cover, ("D", OFF, OFF), (OFF, OFF, OFF))
    made = fewest(of.instance, of.standing, Budget(ENOUGH))
    assert made.lines == {"A": ("D", OFF, "D"), "B": ("D", OFF, "D")}
    assert points_short(of.instance, made.lines) == 3 * 1 + 1
    assert max(p.least_short(b) for p, b in made.bounds) == 4
    assert max(p.least_changes(b, 4) for p, b in made.bounds) == 3


def test_minutes_that_a_line_has_are_no_reason_to_change_it() -> None:
    of = by_hand((Cover(0, "D", 0, 100, 0),), ("D", OFF, "D"), (OFF, OFF, OFF))
    a, b = of.instance.members
    narrow = (replace(a, most_minutes=LONG), replace(b, least_minutes=LONG))
    made = fewest(replace(of.instance, members=narrow), of.standing, Budget(ENOUGH))
    assert made.lines == of.standing.lines
    assert made.unsolved == {}


def test_a_problem_of_any_size_has_weights_that_the_engine_takes() -> None:
    cover = tuple(Cover(day, "D", 2, 10**6 + 1 - day % 2, 0) for day in range(100))
    of = by_hand(cover, ((OFF,) * 100), ((OFF,) * 100))
    problem = fewest_changes(of.instance, of.standing)
    assert problem.scale * 2 * sum(c.under for c in cover) <= 10**9
    made = fewest(of.instance, of.standing, Budget(ENOUGH))
    assert sum(tour != OFF for line in made.lines.values() for tour in line) == 100
