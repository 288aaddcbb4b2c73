"""Exact pricing, held to all the lines there are."""

import json
import subprocess
import sys

import numpy as np
import pytest

from muster.roster.checker import line_breaches
from muster.roster.compiled import COMPILES
from muster.roster.hours import Floats
from muster.roster.pricing import Pricing, own_cost
from muster.roster.pricing_states import INFINITE
from muster.roster.problem import OFF, Instance, Member, Tour
from muster.roster.rules import REST, rules_of
from tests.roster.drawing import drawn_instance, every_line, own_cost_of

SEEDS = range(60)


def drawn_duals(instance: Instance, seed: int) -> Floats:
    shape = (1, instance.days, len(instance.tours))
    return np.random.default_rng(seed).integers(-30, 60, shape).astype(float)


def value_of(instance: Instance, member: Member, line: tuple[str, ...], duals: Floats) -> float:
    refs = {tour.ref: t for t, tour in enumerate(instance.tours)}
    earned = sum(duals[0, day, refs[entry]] for day, entry in enumerate(line) if entry != OFF)
    return float(own_cost_of(instance, member, line) - earned)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_line_is_cheaper_than_the_priced_one_and_it_breaks_no_rule(seed: int) -> None:
    instance = drawn_instance(seed, days=7 if seed % 3 else 9, tours=2 if seed % 3 else 1)
    member = instance.members[0]
    lines = every_line(instance, member)
    pricing = Pricing(rules_of(instance), np.ones((1, 1), bool))
    for attempt in range(3):  # what pricing remembers from one time must not change the next
        duals = drawn_duals(instance, 10 * seed + attempt)
        priced = pricing.price(duals, [0])
        assert bool(priced.found[0]) is bool(lines)
        if not lines:
            assert priced.bounds[0] >= INFINITE
            continue
        least = min(value_of(instance, member, line, duals) for line in lines)
        entries = [*(tour.ref for tour in instance.tours), OFF]
        line = tuple(entries[t] for t in priced.lines[0])
        assert not line_breaches(instance, member, line)
        assert value_of(instance, member, line, duals) == pytest.approx(priced.values[0])
        assert priced.values[0] == pytest.approx(least)
        assert priced.bounds[0] == pytest.approx(least)


def test_the_drawn_members_have_lines_and_limits_that_bind() -> None:
    counts = [len(every_line(i, i.members[0])) for i in (drawn_instance(seed) for seed in SEEDS)]
    assert sum(count > 1 for count in counts) > len(counts) / 2
    assert sum(count == 0 for count in counts) > 2


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_holds_when_a_search_is_cut_short(seed: int) -> None:
    instance = drawn_instance(seed, days=9, tours=1)
    member = instance.members[0]
    lines = every_line(instance, member)
    if not lines:
        pytest.skip("no line at all")
    duals = drawn_duals(instance, seed)
    least = min(value_of(instance, member, line, duals) for line in lines)
    priced = Pricing(rules_of(instance), np.ones((1, 1), bool)).price(duals, [0], most=1)
    assert priced.bounds[0] <= least + 1e-6


def test_only_a_line_that_is_cheaper_than_asked_is_found() -> None:
    tours = (Tour("D", 480),)
    instance = Instance(3, tours, (Member("A", {"D": 3}, 0, 1440, 3),), ())
    pricing = Pricing(rules_of(instance), np.ones((1, 1), bool))
    duals = np.array([[[5.0], [-1.0], [2.0]]])
    assert pricing.price(duals, [0], np.array([-6.9])).found[0]
    known = pricing.price(duals, [0], np.array([-7.0]))
    assert not known.found[0]
    assert known.bounds[0] == -7.0


def test_the_own_cost_of_a_line_is_that_of_the_specification() -> None:
    for seed in SEEDS:
        instance = drawn_instance(seed)
        rules = rules_of(instance)
        refs = {tour.ref: t for t, tour in enumerate(instance.tours)} | {OFF: REST}
        for line in every_line(instance, instance.members[0])[:20]:
            found = own_cost(rules, 0, np.array([refs[entry] for entry in line]))
            assert found == own_cost_of(instance, instance.members[0], line)


PLAIN = """
import json, sys
sys.modules["numba"] = None
from tests.roster.test_pricing import priced_lines
from muster.roster.compiled import COMPILES
assert not COMPILES
print(json.dumps(priced_lines()))
"""


def priced_lines() -> list[list[list[float]]]:
    """Values, bounds and lines of some drawn members."""
    told = []
    for seed in range(12):
        instance = drawn_instance(seed, members=3)
        groups = np.ones((1, 3), bool)
        priced = Pricing(rules_of(instance), groups, workers=2).price(drawn_duals(instance, seed), range(3))
        told.append([priced.values.tolist(), priced.bounds.tolist(), priced.lines.ravel().tolist()])
    return told


@pytest.mark.skipif(not COMPILES, reason="numba is not installed: there is one path only")
def test_the_plain_path_gives_the_same_lines_as_the_compiled_one() -> None:
    ran = subprocess.run([sys.executable, "-c", PLAIN], capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == priced_lines()
