"""Solving, held to all rosters there are, and to its promises: same effort, same roster; stop at any time."""

from collections.abc import Callable
from itertools import count, product

import numpy as np
import pytest

from muster.roster.budget import Budget
from muster.roster.checker import check
from muster.roster.engine import Engine
from muster.roster.problem import OFF, Carried, Cover, Instance, Member, Tour
from muster.roster.solve import Progress, solve
from tests.roster.drawing import drawn_instance, every_line

EFFORT = 300
WEEKDAY_NEEDS = (3, 3, 3, 3, 3, 2, 2)


def optimum(instance: Instance) -> int:
    """The least penalty, by trying every combination of the members' lines."""
    lines = [every_line(instance, member) for member in instance.members]
    refs = [member.ref for member in instance.members]
    return min(check(instance, dict(zip(refs, chosen, strict=True))).penalty.total for chosen in product(*lines))


def solvable(seed: int) -> Instance | None:
    """A drawn problem in which each of two members has some lines, but not too many to try all."""
    instance = drawn_instance(seed, members=2, days=5)
    counts = [len(every_line(instance, member)) for member in instance.members]
    return instance if min(counts) > 0 and np.prod(counts) < 3000 else None


SOLVABLE = [(seed, instance) for seed in range(40) if (instance := solvable(seed))][:12]


@pytest.mark.parametrize(("seed", "instance"), SOLVABLE)
def test_the_bound_is_at_most_the_optimum_and_the_penalty_at_least(seed: int, instance: Instance) -> None:
    best = optimum(instance)
    result = solve(instance, Budget(effort=EFFORT), seed=seed)
    assert result.breaches == ()
    assert result.bound <= best <= result.penalty.total
    assert result.penalty.total == best  # so small a problem is solved


def crew(days: int = 14, members: int = 9) -> Instance:
    """A watch that is a little short of people, with wishes."""
    tours = (Tour("D", 515), Tour("E", 515, frozenset({"D"})))
    people = tuple(
        Member(
            f"P{i}", {"D": days, "E": days if i % 2 else 3}, 3605, 4635, 5, 2, 2, 1, 2880,
            frozenset({(3 * i) % days}), carried=Carried("D" if i % 3 else OFF, 2, 0),
        )
        for i in range(members)
    )  # fmt: skip
    cover = tuple(Cover(day, tour, WEEKDAY_NEEDS[day % 7], 100, 1) for day in range(days) for tour in ("D", "E"))
    leads = tuple(Cover(day, "D", 1, 50, 0, frozenset({"P0", "P1"})) for day in range(days))
    return Instance(days, tours, people, cover + leads)


@pytest.mark.parametrize("workers", [1, 2])
def test_the_same_seed_workers_and_effort_give_the_same_roster(workers: int) -> None:
    first, second = (solve(crew(), Budget(effort=EFFORT), seed=3, workers=workers) for _ in range(2))
    assert first == second
    assert first.breaches == ()
    assert first.bound <= first.penalty.total


def test_the_engine_and_the_checker_agree_on_rosters_met_on_the_way() -> None:
    instance = crew()
    engine = Engine(instance, Budget(effort=EFFORT), 0, 1)
    random = np.random.default_rng(5)
    for _ in range(20):
        duals = random.integers(-20, 120, engine.covers.required.shape).astype(float)
        lines = engine.pricing.price(duals, engine.who).lines
        engine.lines, engine.best = lines, engine.cost(lines)
        checked = check(instance, engine.roster())
        assert checked.breaches == ()
        assert checked.penalty.total == engine.best


def asked_so_often(most: int) -> Callable[[], bool]:
    """What says stop once it has been asked so often."""
    questions = count()
    return lambda: next(questions) >= most


def test_a_solve_stopped_at_any_time_gives_a_roster_and_a_bound_that_holds() -> None:
    instance = crew()
    best = solve(instance, Budget(effort=2 * EFFORT)).penalty.total
    for asked in (0, 1, 4):
        result = solve(instance, Budget(stop=asked_so_often(asked)))
        assert result.breaches == ()
        assert result.bound <= min(best, result.penalty.total)


def test_more_effort_never_tells_a_worse_bound_or_penalty() -> None:
    told: list[Progress] = []
    solve(crew(), Budget(effort=EFFORT), report=told.append)
    penalties = [each.penalty for each in told if each.penalty is not None]
    assert penalties == sorted(penalties, reverse=True)
    bounds = [each.bound for each in told]
    assert bounds == sorted(bounds)


def test_the_clock_of_the_caller_ends_a_solve() -> None:
    ticks = count()
    result = solve(crew(28, 20), Budget(seconds=50, clock=lambda: float(next(ticks))))
    assert result.breaches == ()
    assert result.seconds >= 50 or result.penalty.total == result.bound


def test_a_solve_goes_on_from_the_roster_it_is_given() -> None:
    instance = crew()
    good = solve(instance, Budget(effort=2 * EFFORT))
    again = solve(instance, Budget(stop=lambda: True), start=good.roster)
    assert again.penalty.total <= good.penalty.total
    assert again.roster == good.roster


def test_a_line_to_go_on_from_that_breaks_a_rule_is_made_anew() -> None:
    instance = crew()
    roster = dict(solve(instance, Budget(stop=lambda: True)).roster)
    roster["P4"] = ("D",) * instance.days
    roster["P5"] = ("X",) * instance.days
    del roster["P6"]
    assert solve(instance, Budget(stop=lambda: True), start=roster).breaches == ()


def test_a_member_without_a_possible_line_is_named_with_the_rules_that_clash() -> None:
    instance = crew()
    stuck = Member("STUCK", {"D": 14}, 4000, 4635, 5, days_off=frozenset(range(9)))
    result = solve(Instance(14, instance.tours, (*instance.members, stuck), instance.cover), Budget(effort=500))
    assert list(result.unsolved) == ["STUCK"]
    said = "has no possible line; there would be one without the days off, or without the least minutes (4000)"
    assert result.unsolved["STUCK"].startswith(said)
    assert {breach.member for breach in result.breaches} == {"STUCK"}
    assert result.bound <= result.penalty.total
