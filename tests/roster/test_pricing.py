"""Exact pricing, held to all the lines there are."""

import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from muster.roster.checker import line_breaches
from muster.roster.compiled import COMPILES
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing import Pricing, own_cost
from muster.roster.pricing_states import INFINITE
from muster.roster.problem import OFF, Instance, Member, Tour
from muster.roster.result import Line
from muster.roster.rules import REST, rules_of
from tests.roster.drawing import drawn_instance, every_line, own_cost_of, with_a_line, without_a_line
from tests.roster.mip import cheapest_cost

SEEDS = range(50)


def drawn_duals(instance: Instance, seed: int) -> Floats:
    shape = (1, instance.days, len(instance.tours))
    return np.random.default_rng(seed).integers(-30, 60, shape).astype(float)


def named(instance: Instance, line: Wholes) -> Line:
    """A line of indices in the words of the problem."""
    entries = [*(tour.ref for tour in instance.tours), OFF]
    return tuple(entries[t] for t in line)


def value_of(instance: Instance, member: Member, line: tuple[str, ...], duals: Floats) -> float:
    refs = {tour.ref: t for t, tour in enumerate(instance.tours)}
    earned = sum(duals[0, day, refs[entry]] for day, entry in enumerate(line) if entry != OFF)
    return float(own_cost_of(instance, member, line) - earned)


def shape(seed: int) -> dict[str, int]:
    return {"days": 7, "tours": 2} if seed % 3 else {"days": 9, "tours": 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_no_line_is_cheaper_than_the_priced_one_and_it_breaks_no_rule(seed: int) -> None:
    instance = with_a_line(seed, **shape(seed))
    member = instance.members[0]
    lines = every_line(instance, member)
    pricing = Pricing(rules_of(instance), np.ones((1, 1), bool))
    for attempt in range(3):  # what pricing remembers from one time must not change the next
        duals = drawn_duals(instance, 10 * seed + attempt)
        priced = pricing.price(duals, [0])
        least = min(value_of(instance, member, line, duals) for line in lines)
        line = named(instance, priced.lines[0])
        assert priced.found[0]
        assert not line_breaches(instance, member, line)
        assert value_of(instance, member, line, duals) == pytest.approx(priced.values[0])
        assert priced.values[0] == pytest.approx(least)
        assert priced.bounds[0] == pytest.approx(least)
        assert cheapest_cost(instance, duals) == pytest.approx(least)


@pytest.mark.parametrize("seed", range(25))
def test_that_there_is_no_line_at_all_is_agreed_on(seed: int) -> None:
    instance = without_a_line(seed, **shape(seed))
    pricing = Pricing(rules_of(instance), np.ones((1, 1), bool))
    for attempt in range(2):
        duals = drawn_duals(instance, 10 * seed + attempt)
        priced = pricing.price(duals, [0])
        assert not priced.found[0]
        assert priced.bounds[0] >= INFINITE
        assert cheapest_cost(instance, duals) is None


def longer_instance(seed: int) -> Instance:
    """A drawn member of three or four weeks; of every second one the week before day 0 had more minutes."""
    instance = drawn_instance(seed, days=21 + seed % 8, tours=3)
    (member,) = instance.members
    if seed % 2 and member.carried:
        member = replace(member, carried=replace(member.carried, week_minutes=1700))
    return replace(instance, members=(member,))


@pytest.mark.parametrize("seed", range(30))
def test_pricing_agrees_with_a_mixed_integer_programme_on_longer_periods(seed: int) -> None:
    instance = longer_instance(seed)
    duals = drawn_duals(instance, seed)
    priced = Pricing(rules_of(instance), np.ones((1, 1), bool)).price(duals, [0])
    least = cheapest_cost(instance, duals)
    assert bool(priced.found[0]) is (least is not None)
    if least is not None:
        line = named(instance, priced.lines[0])
        assert not line_breaches(instance, instance.members[0], line)
        assert value_of(instance, instance.members[0], line, duals) == pytest.approx(least)
        assert priced.bounds[0] == pytest.approx(least)


def test_the_drawn_members_have_limits_that_bind() -> None:
    every = 3**7
    counts = [len(every_line(i, i.members[0])) for i in (with_a_line(seed) for seed in range(15))]
    assert sum(1 < count < every / 4 for count in counts) > len(counts) / 2
    longer = [
        cheapest_cost(i, drawn_duals(i, s)) for s, i in ((s, drawn_instance(s, days=21, tours=3)) for s in range(20))
    ]
    assert 2 < sum(least is not None for least in longer) < 18


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_holds_when_a_search_is_cut_short(seed: int) -> None:
    instance = with_a_line(seed, days=9, tours=1)
    member = instance.members[0]
    duals = drawn_duals(instance, seed)
    least = min(value_of(instance, member, line, duals) for line in every_line(instance, member))
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
    for seed in range(20):
        instance = with_a_line(seed)
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
