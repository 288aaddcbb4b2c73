"""Why a tour is short: the reasons found, beside all rosters and all sets of reasons there are, on small problems."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations, product
from random import Random

import pytest

from muster.roster.problem import OFF, Cover, Instance
from muster.roster.result import Line
from muster.services.clashes import Clash, Kept, least_clash
from muster.services.replan_problem import Standing
from muster.services.shortage_reasons import REASONS, Question, relaxed
from tests.roster.drawing import drawn_instance, every_line

DAYS, TOURS, MEMBERS = 4, 2, 2
SEEDS = range(16)
OF_ONE = range(16, 24)
"""Here only one of the members counts for the tour."""
EITHER = (*SEEDS, *OF_ONE)
ENOUGH = 150.0


@cache
def drawn(seed: int) -> Question:
    """A problem by chance in which one or both members are wanted on a tour of the last day, and some on others."""
    random = Random(seed)
    instance = drawn_instance(seed, members=MEMBERS, days=DAYS, tours=TOURS)
    lines: dict[str, Line] = {}
    fixed: dict[str, frozenset[int]] = {}
    for m in instance.members:
        lines[m.ref] = random.choice(every_line(instance, m) or [(OFF,) * DAYS])
        fixed[m.ref] = frozenset(day for day in range(DAYS) if random.random() < 0.3)
    target = Cover(DAYS - 1, "D", random.randrange(1, MEMBERS + 1), 300, 0)
    if seed in OF_ONE:
        target = replace(target, required=1, qualified=frozenset(random.sample(sorted(lines), 1)))
    others = [
        Cover(day, tour, random.randrange(2), 100, 0, frozenset(lines) if random.random() < 0.5 else None)
        for day in range(DAYS)
        for tour in "DE"
        if random.random() < 0.5
    ]
    instance = replace(instance, cover=(target, *others))
    return Question(instance, Standing(lines, fixed, {}), target, ENOUGH)


@cache
def clash(seed: int) -> Clash | None:
    return least_clash(REASONS, drawn(seed).possible)


@cache
def possible(seed: int, kept: Kept) -> bool:
    """Whether any roster has all that is asked for, by trying them all."""
    of = drawn(seed)
    problem = relaxed(of.instance, of.standing, kept, of.target)
    had = [{worked(line) for line in every_line(problem, m) or [(OFF,) * DAYS]} for m in problem.members]
    return any(enough(problem, cells) for cells in product(*had))


def worked(line: Line) -> frozenset[tuple[int, str]]:
    return frozenset((day, tour) for day, tour in enumerate(line) if tour != OFF)


def enough(problem: Instance, cells: tuple[frozenset[tuple[int, str]], ...]) -> bool:
    refs = [m.ref for m in problem.members]
    return all(
        sum((c.day, c.tour) in of for ref, of in zip(refs, cells, strict=True) if not c.qualified or ref in c.qualified)
        >= c.required
        for c in problem.cover
    )


def some_sets(seed: int) -> Iterator[Kept]:
    random = Random(seed)
    yield from (frozenset(r for r in REASONS if random.random() < 0.6) for _ in range(4))
    yield frozenset(REASONS)


@pytest.mark.parametrize("seed", EITHER)
def test_a_cover_can_be_had_exactly_when_one_of_all_rosters_has_it(seed: int) -> None:
    for kept in some_sets(seed):
        found = drawn(seed).possible(kept)
        assert (found is not None) is possible(seed, kept)
        assert found is None or (kept <= found and possible(seed, found))


@pytest.mark.parametrize("seed", EITHER)
def test_what_can_be_had_can_be_had_with_a_reason_less(seed: int) -> None:
    for kept in some_sets(seed):
        if possible(seed, kept):
            assert all(possible(seed, kept - {reason}) for reason in kept)


@pytest.mark.parametrize("seed", EITHER)
def test_no_fewer_reasons_clash_than_those_that_are_told(seed: int) -> None:
    found = clash(seed)
    if found is None:
        assert possible(seed, frozenset(REASONS))
        return
    assert not possible(seed, frozenset(found.reasons))
    for size in range(len(found.reasons)):
        assert all(possible(seed, frozenset(some)) for some in combinations(REASONS, size))
    alone = [r for r in REASONS if possible(seed, frozenset(REASONS) - {r})]
    assert list(found.enough) == alone


def test_chance_met_clashes_of_several_reasons_and_none() -> None:
    for seeds in (SEEDS, OF_ONE):
        sizes = [None if c is None else len(c.reasons) for c in map(clash, seeds)]
        assert None in sizes
        assert {1, 2} <= set(sizes)
