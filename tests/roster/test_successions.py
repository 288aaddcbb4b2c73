"""What follows what: weights on pairs of tours, in the checker, in pricing and in a roster, held to what they say."""

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from muster.roster.budget import Budget
from muster.roster.checker import check, line_cost
from muster.roster.hours import Floats
from muster.roster.pricing import Pricing
from muster.roster.problem import OFF, Carried, Cover, Instance, Member, Request, Tour
from muster.roster.result import Line, Penalty
from muster.roster.rules import rules_of
from muster.roster.solve import solve
from tests.roster.drawing import drawn_instance, every_line, own_cost_of, with_a_line

TOURS = (Tour("D", 480), Tour("E", 480))
FREE = Member("A", {"D": 7, "E": 7}, 0, 10**6, 7)
LATE = {("E", "D"): 10}


def line(text: str) -> Line:
    """A line from letters, a dot for a day off."""
    return tuple(letter if letter != "." else OFF for letter in text)


@pytest.mark.parametrize(
    ("text", "before", "cost"),
    [
        ("DEDEDED", OFF, 30),
        ("EEEEDDD", OFF, 10),
        ("DDDEEEE", OFF, 0),
        ("E.D....", OFF, 0),
        ("D......", "E", 10),
        ("E......", "E", 0),
        (".D.....", "E", 0),
        ("......E", "D", 0),
    ],
)
def test_a_tour_that_follows_another_is_paid_also_after_the_last_period(text: str, before: str, cost: int) -> None:
    member = replace(FREE, carried=Carried(before, 1))
    assert line_cost(Instance(7, TOURS, (member,), (), succession_weights=LATE), member, line(text)) == cost
    assert line_cost(Instance(7, TOURS, (member,), ()), member, line(text)) == 0


def test_what_is_not_known_of_the_last_period_costs_nothing() -> None:
    instance = Instance(7, TOURS, (FREE,), (), succession_weights=LATE)
    assert line_cost(instance, FREE, line("DE.....")) == 0


@pytest.mark.parametrize("seed", range(20))
def test_the_checker_counts_every_pair_of_a_roster_once(seed: int) -> None:
    instance, random = drawn_instance(seed, members=3, days=14, tours=3), Random(seed)
    roster = {m.ref: tuple(random.choice("DEN.").replace(".", OFF) for _ in range(14)) for m in instance.members}
    paid = 0
    for member in instance.members:
        whole = [member.carried.tour if member.carried else OFF, *roster[member.ref]]
        for day in range(14):
            for (first, second), weight in instance.succession_weights.items():
                paid += weight if whole[day] == first and whole[day + 1] == second else 0
    with_them = check(instance, roster)
    without = check(replace(instance, succession_weights={}), roster)
    assert with_them.breaches == without.breaches
    assert with_them.penalty == replace(without.penalty, lines=without.penalty.lines + paid)


def wishing(weights: dict[tuple[str, str], int]) -> Instance:
    """A week of two members who both wish for another tour each day, one of each needed; the first wishes D first."""
    members = (FREE, replace(FREE, ref="B"))
    cover = tuple(Cover(day, tour, 1, 100, 100) for day in range(7) for tour in "DE")
    requests = tuple(
        Request(ref, day, "DE"[(day + shift) % 2], 1, True) for shift, ref in enumerate("AB") for day in range(7)
    )
    return Instance(7, TOURS, members, cover, requests, succession_weights=weights)


def test_wishes_for_another_tour_each_day_are_granted_where_that_costs_nothing() -> None:
    result = solve(wishing({}), Budget(effort=300))
    assert result.roster == {"A": line("DEDEDED"), "B": line("EDEDEDE")}
    assert result.penalty == Penalty()


def test_with_a_weight_on_days_after_evenings_everybody_keeps_to_one_tour() -> None:
    result = solve(wishing(LATE), Budget(effort=300))
    assert result.roster == {"A": line("DDDDDDD"), "B": line("EEEEEEE")}
    assert result.penalty == Penalty(requests=6)
    assert result.bound == 6


def test_a_weight_that_costs_less_than_the_wishes_is_paid() -> None:
    result = solve(wishing({("E", "D"): 1, ("D", "D"): 3}), Budget(effort=300))
    assert result.roster == {"A": line("DEDEDED"), "B": line("EDEDEDE")}
    assert result.penalty == Penalty(lines=6)
    assert result.bound == 6


@pytest.mark.parametrize("pair", [("D", "X"), ("X", "D")])
def test_tours_alike_but_for_a_weight_are_told_apart(pair: tuple[str, str]) -> None:
    """D and X are equal in all else; the cheaper of the two is taken on each day, unless the weight says otherwise."""
    tours = (Tour("D", 480), Tour("X", 480))
    member = Member("A", {"D": 3, "X": 3}, 1440, 1440, 3)
    wanted = (Request("A", 0, pair[0], 5, True), Request("A", 1, pair[1], 5, True))
    instance = Instance(3, tours, (member,), (), wanted, succession_weights={pair: 7})
    cheapest = min(own_cost_of(instance, member, each) for each in every_line(instance, member))
    assert cheapest == -5
    assert priced(instance, np.zeros((1, 3, 2))) == cheapest
    assert priced(replace(instance, succession_weights={}), np.zeros((1, 3, 2))) == -10


def priced(instance: Instance, duals: Floats) -> float:
    return float(Pricing(rules_of(instance), np.ones((1, 1), bool)).price(duals, [0]).values[0])


@pytest.mark.parametrize("days", [7, 21])
def test_weights_change_the_cheapest_line_of_many_drawn_members(days: int) -> None:
    """So that the tests which draw members are tests of weights too."""
    dearer = 0
    for seed in range(30):
        instance = with_a_line(seed) if days == 7 else drawn_instance(seed, days=days, tours=3)
        duals = np.random.default_rng(seed).integers(-30, 60, (1, days, len(instance.tours))).astype(float)
        dearer += priced(instance, duals) > priced(replace(instance, succession_weights={}), duals)
    assert dearer >= 5
