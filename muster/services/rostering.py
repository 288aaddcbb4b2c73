"""Solving rosters of many units on all cores: each unit by itself, what time is left over for the hard ones."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any, Final

from muster.domain.rosters import UnitRoster
from muster.roster.budget import Budget
from muster.roster.checker import check
from muster.roster.prepare import prepare
from muster.roster.problem import Instance
from muster.roster.result import Result, Roster, is_settled
from muster.roster.solve import Report, solve
from muster.services.mending import mended
from muster.services.pools import Pool, processes, scheduler
from muster.services.preferences import preference_note
from muster.services.rosters import Case, shortages_of

FIRST_SHARE: Final = 1.5
"""Of its part of the time that is left, a unit has so much for the first attempt."""
LEAST_SECONDS: Final = 1.0
MENDING_SHARE: Final = 0.1
"""Of the budget of a unit, for each round that mends lines which cross what the problem cannot say."""
LOOK_SECONDS: Final = 10.0
"""How often it is looked whether anybody is still at work."""
Done = Callable[[UnitRoster], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and on how many processes, or on the workers of which ``scheduler``. ``effort``: of each unit, in the
    engine's unit; the same effort and seed give the same rosters on every machine. Without it ``seconds`` are for all
    units together, by ``clock``."""

    workers: int
    clock: Callable[[], float]
    seconds: float | None = None
    effort: float | None = None
    seed: int = 0
    scheduler: str | None = None


def solved(
    case: Case,
    budget: Budget,
    seed: int = 0,
    start: Roster | None = None,
    workers: int = 1,
    report: Report | None = None,
) -> UnitRoster:
    """The best roster found for a unit, with what the problem's checker and the domain's own rules say of it. Members
    for whom there is no line are off, and named with the reason."""
    found = solve(case.instance, budget, seed=seed, workers=workers, start=start, report=report)

    def again(instance: Instance, roster: Roster) -> Result:
        return solve(instance, _part_of(budget), seed=seed, workers=workers, start=roster)

    roster, crossed = mended(case, found, again)
    checked = check(case.instance, roster)
    faults = [f"{b.member}: {b.rule}, {b.says}" for b in checked.breaches if b.member not in found.unsolved]
    penalty = checked.penalty
    return UnitRoster(
        unit=case.unit,
        first=case.period.first,
        days=case.period.days,
        problem=digest(case.instance),
        lines=dict(roster),
        penalty={f.name: getattr(penalty, f.name) for f in fields(penalty)},
        bound=found.bound,
        settled=is_settled(penalty.total, found.bound),
        seconds=budget.elapsed,
        faults=faults,
        crossings=crossed,
        shortages=shortages_of(case, roster),
        notes=(*case.notes, *preference_note(case, roster)),
        unsolved=dict(found.unsolved),
    )


def _part_of(budget: Budget) -> Budget:
    effort = None if budget.effort is None else MENDING_SHARE * budget.effort
    seconds = None if budget.seconds is None else MENDING_SHARE * budget.seconds
    return Budget(effort, seconds, budget.clock)


def roster_all(cases: Iterable[Case], count: int, plan: Plan, before: Mapping[str, UnitRoster], done: Done) -> None:
    """Solve every unit; ``done`` is called with each roster as it comes, and again with each better one.

    ``before``: rosters of an earlier run. One that is settled, of the same problem, is not solved again; any other of
    the same problem is where the search begins. Raises ``Refused`` when a process was killed; what is done is done.
    """
    begun = plan.clock()
    hard: list[tuple[Case, UnitRoster]] = []

    def first(case: Case) -> UnitRoster | None:
        was = before.get(case.unit)
        return was if was is not None and was.problem == digest(case.instance) else None

    def asked() -> Iterator[Asked]:
        for number, case in enumerate(cases):
            was = first(case)
            if was is not None and (was.settled or plan.effort is not None):
                done(was)
            else:
                yield Asked(case, _share(plan, count - number, begun), was)

    with processes(plan.workers) if plan.scheduler is None else scheduler(plan.scheduler) as pool:
        plan = replace(plan, workers=pool.workers)
        for case, roster in _each(pool, plan, asked()):
            done(roster)
            if not roster.settled:
                hard.append((case, roster))
        while plan.seconds is not None and hard:
            left = plan.seconds - (plan.clock() - begun)
            if left < LEAST_SECONDS:
                return
            hard = _again(pool, plan, hard, left, done)


def _share(plan: Plan, units: int, begun: float) -> float | None:
    """The seconds of a unit's first attempt, when so many units are yet to begin: more than its part of what is left,
    as most are settled sooner, and whoever has to stop begins anew."""
    if plan.seconds is None:
        return None
    left = plan.seconds - (plan.clock() - begun)
    return max(LEAST_SECONDS, min(left, FIRST_SHARE * left * plan.workers / max(units, plan.workers)))


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit to be solved: in how many seconds, and from which roster on."""

    case: Case
    seconds: float | None
    before: UnitRoster | None


def _again(
    pool: Pool, plan: Plan, hard: Sequence[tuple[Case, UnitRoster]], left: float, done: Done
) -> list[tuple[Case, UnitRoster]]:
    """The hard ones once more, the farthest from its bound first; those that are still not settled come back."""
    hard = sorted(hard, key=lambda each: (each[1].bound - each[1].total, each[0].unit))
    seconds = max(LEAST_SECONDS, left * min(plan.workers, len(hard)) / len(hard) - LEAST_SECONDS)
    still = []
    for case, roster in _each(pool, plan, (Asked(case, seconds, was) for case, was in hard)):
        done(roster)
        if not roster.settled:
            still.append((case, roster))
    return still


def _each(pool: Pool, plan: Plan, asked: Iterator[Asked]) -> Iterator[tuple[Case, UnitRoster]]:
    """Each unit with its roster as it is done; no more are begun than there are processes, and one to come."""
    running: dict[Future[UnitRoster], Asked] = {}
    more = True
    while more or running:
        while more and len(running) <= plan.workers:
            each = next(asked, None)
            more = each is not None
            if each is not None:
                running[pool.submit(_in_process, each, plan)] = each
        came = wait(running, LOOK_SECONDS, FIRST_COMPLETED).done if running else ()
        if running and not came:
            pool.look()
        for future in came:
            each = running.pop(future)
            yield each.case, _better(future.result(), each.before)


@cache
def _prepared() -> None:
    """What a process loads or compiles once is not taken from the seconds of its first unit."""
    prepare()


def _in_process(asked: Asked, plan: Plan) -> UnitRoster:
    _prepared()
    start = None if asked.before is None else asked.before.lines
    return solved(asked.case, Budget(plan.effort, asked.seconds, plan.clock), plan.seed, start)


def _better(found: UnitRoster, before: UnitRoster | None) -> UnitRoster:
    """The better roster of two of one problem, with the better of their bounds, and the seconds of both."""
    if before is None:
        return found
    best = min(found, before, key=lambda r: (r.breaches, len(r.unsolved), r.total))
    bound = max(found.bound, before.bound)
    settled = is_settled(best.total, bound)
    return replace(best, bound=bound, settled=settled, seconds=found.seconds + before.seconds)


def digest(instance: Instance) -> str:
    """A name for the problem: the same for the same problem, in every process."""
    return hashlib.sha256(repr(_plain(instance)).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return [_plain(getattr(value, f.name)) for f in fields(value)]
    if isinstance(value, Mapping):
        return sorted((_plain(k), _plain(v)) for k, v in value.items())
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
