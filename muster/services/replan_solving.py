"""Solving for the fewest changes, and mending what the hours rules find in the lines that were changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from muster.domain.replans import Far
from muster.domain.rosters import Crossing
from muster.roster.budget import Budget
from muster.roster.problem import Instance
from muster.roster.result import Roster
from muster.roster.solve import Progress, solve
from muster.services.replan_problem import Fewest, Standing, fewest_changes, points_short, without
from muster.services.rosters import Case, crossed_by

FIRST_SHARE: Final = 0.5
"""Of the budget, for the first attempt; mostly it is proved long before that."""
NEXT_SHARE: Final = 0.2
"""For another one, and for each round that mends lines which cross what the problem cannot say."""
LEAST_SECONDS: Final = 0.1
ROUNDS: Final = 5
Report = Callable[[Far], None]
Bound = tuple[Fewest, float]
"""A problem of which a roster was sought, and what none costs less than."""


@dataclass(frozen=True, slots=True)
class Found:
    """Lines of all members; what is proved about all others; and who has no possible line, so that theirs stayed."""

    lines: Roster
    bounds: Sequence[Bound]
    unsolved: Mapping[str, str]


def fewest(
    instance: Instance, standing: Standing, budget: Budget, seed: int = 0, report: Report | None = None
) -> Found:
    """The fewest changes of the members who have a possible line; the lines of others stay."""
    problem = fewest_changes(instance, standing)

    def tell(progress: Progress) -> None:
        if report is not None:
            report(problem.far(progress.penalty, progress.bound))

    result = solve(problem.instance, _part(budget, FIRST_SHARE), seed=seed, start=standing.lines, report=tell)
    if result.unsolved:
        rest = fewest(without(instance, standing.lines, result.unsolved), standing, budget, seed, report)
        stuck = {ref: standing.lines[ref] for ref in result.unsolved}
        return Found({**rest.lines, **stuck}, rest.bounds, {**rest.unsolved, **result.unsolved})
    bounds = [(problem, result.bound)]
    if result.penalty.under and result.penalty.total > result.bound:
        # smaller numbers are told apart better: what is short is no less for it, as no such roster costs as little
        closer = fewest_changes(instance, standing, result.penalty.requests + 1)
        result = solve(closer.instance, _part(budget, NEXT_SHARE), seed=seed, start=result.roster)
        bounds.append((closer, result.bound))
    return Found(result.roster, bounds, {})


def _part(budget: Budget, share: float) -> Budget:
    """A part of the budget, of what is left of it where it has a clock."""
    left = budget.seconds_left()
    effort = None if budget.effort is None else share * budget.effort
    return Budget(effort, None if left is None else max(LEAST_SECONDS, share * left), budget.clock, budget.stop)


def mended(case: Case, instance: Instance, standing: Standing, found: Found, budget: Budget, seed: int) -> Roster:
    """The lines without the hours rules that changes crossed, as far as that can be had. Each round bars what was
    given before a rule was crossed; a line that crosses a hard rule at the end stays as it stood."""
    best, crossed = found.lines, _crossed_anew(case, standing, found.lines)
    narrower, lines, still = standing, best, crossed
    for _ in range(ROUNDS):
        if not still:
            break
        narrower = _barring(case, narrower, lines, still)
        lines = fewest(instance, narrower, _part(budget, NEXT_SHARE), seed).lines
        still = _crossed_anew(case, standing, lines)
        if _weight(instance, lines, still) < _weight(instance, best, crossed):
            best, crossed = lines, still
    broken = {c.member for c in crossed if c.hard}
    return {ref: standing.lines[ref] if ref in broken else line for ref, line in best.items()}


def _weight(instance: Instance, lines: Roster, crossed: Sequence[Crossing]) -> tuple[int, int, int]:
    return sum(c.hard for c in crossed), points_short(instance, lines), len(crossed)


def _crossed_anew(case: Case, standing: Standing, lines: Roster) -> list[Crossing]:
    """The hours rules that lines cross which were changed, and did not cross as they stood."""
    changed = {ref: line for ref, line in lines.items() if line != standing.lines[ref]}
    before = crossed_by(case, {ref: standing.lines[ref] for ref in changed})

    def known_by(c: Crossing) -> tuple[str, str, date]:
        return c.member, c.breach.rule, c.breach.since.astimezone(case.period.zone).date()

    known = set(map(known_by, before))
    return [c for c in crossed_by(case, changed) if known_by(c) not in known]


def _barring(case: Case, standing: Standing, lines: Roster, crossed: Sequence[Crossing]) -> Standing:
    """The standing roster where of each crossing the tours that were given before it are barred, or the first."""
    barred = dict(standing.barred)
    for c in crossed:
        line, stood = lines[c.member], standing.lines[c.member]
        given = [(day, tour) for day, tour in enumerate(line) if tour and tour != stood[day]]
        before = [cell for cell in given if case.turns[cell[1]][cell[0]].start <= c.breach.since]
        barred[c.member] = barred[c.member] | frozenset(before or given[:1])
    return replace(standing, barred=barred)
