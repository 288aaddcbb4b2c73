"""The checker and the engine, which share nothing but the problem, agree on rosters met by chance."""

import numpy as np
import pytest

from muster.roster.budget import Budget
from muster.roster.checker import check, line_breaches
from muster.roster.engine import Engine
from muster.roster.hours import Wholes
from muster.roster.pricing import Pricing
from muster.roster.problem import Instance
from muster.roster.rules import REST, rules_of
from tests.roster.drawing import drawn_instance

DAYS, TOURS = 14, 2
LURE = 10_000.0
"""More than any line costs by itself: the cheapest line is the one lured to, where that breaks nothing."""
SEEDS = range(25)
Random = np.random.Generator


def lured(instance: Instance, pricing: Pricing, line: Wholes) -> Wholes | None:
    """The line that pricing gives when every cell of another pays for it; None where there is none."""
    duals = np.full((1, instance.days, len(instance.tours)), -LURE)
    for day, tour in enumerate(line):
        if tour != REST:
            duals[0, day, tour] = LURE
    priced = pricing.price(duals, [0])
    return priced.lines[0] if priced.found[0] else None


def some_lines(instance: Instance, pricing: Pricing, random: Random) -> list[Wholes]:
    """Lines by chance, and lines that break nothing of which a cell or two were changed or not."""
    found = [random.integers(REST, TOURS, DAYS) for _ in range(4)]
    for changes in (0, 1, 1, 2):
        duals = random.integers(-40, 60, (1, DAYS, TOURS)).astype(float)
        line = pricing.price(duals, [0]).lines[0].copy()
        for day in random.choice(DAYS, changes, replace=False):
            line[day] = random.integers(REST, TOURS)
        found.append(line)
    return found


def judged(seed: int) -> list[tuple[bool, bool]]:
    """Of some lines whether the checker finds nothing wrong, and whether the engine takes them."""
    instance = drawn_instance(seed, days=DAYS, tours=TOURS)
    pricing = Pricing(rules_of(instance), np.ones((1, 1), bool))
    refs = [*(tour.ref for tour in instance.tours), ""]
    told = []
    for line in some_lines(instance, pricing, np.random.default_rng(seed)):
        fine = not line_breaches(instance, instance.members[0], tuple(refs[t] for t in line))
        taken = lured(instance, pricing, line)
        told.append((fine, taken is not None and bool((taken == line).all())))
    return told


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_takes_a_line_exactly_when_the_checker_finds_nothing_wrong_with_it(seed: int) -> None:
    for fine, taken in judged(seed):
        assert fine is taken


def test_lines_of_both_kinds_are_met() -> None:
    fine = [fine for seed in SEEDS for fine, _ in judged(seed)]
    assert 20 < sum(fine) < len(fine) - 20


@pytest.mark.parametrize("seed", SEEDS)
def test_a_roster_costs_the_engine_what_the_checker_counts(seed: int) -> None:
    instance = drawn_instance(seed, members=5, days=DAYS, tours=TOURS)
    engine = Engine(instance, Budget(), seed, 1)
    random = np.random.default_rng(seed)
    unsolved = {instance.members[e].ref for e in engine.unsolved}
    for _ in range(5):
        lines = np.full((len(instance.members), DAYS), REST)
        duals = random.integers(-40, 60, engine.covers.required.shape).astype(float)
        lines[engine.who] = engine.pricing.price(duals, engine.who).lines
        engine.adopt(lines)
        checked = check(instance, engine.roster())
        assert {breach.member for breach in checked.breaches} <= unsolved
        assert checked.penalty.total == engine.best
        assert engine.bound <= engine.best
