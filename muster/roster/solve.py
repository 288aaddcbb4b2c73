"""Solving a rostering problem: a roster at once, then a bound, then better rosters until the budget is spent.

The phases: a greedy roster and a short neighbourhood search; column generation, which gives the bound; dives from its
mixture; then ever larger parts of the roster solved anew, until the penalty meets the bound or the budget ends. At any
moment there is a best roster and a bound that holds.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from muster.roster.budget import Budget
from muster.roster.checker import check, line_breaches
from muster.roster.columns import Ending, Generated, generate
from muster.roster.dive import DiveManner, dive_all
from muster.roster.engine import Engine
from muster.roster.greedy import greedy, improve
from muster.roster.hours import Floats, Wholes
from muster.roster.improve import Improver
from muster.roster.master import Master
from muster.roster.outline import outline_prices
from muster.roster.problem import OFF, Instance
from muster.roster.reasons import why_no_lines
from muster.roster.result import Result, Roster
from muster.roster.rules import REST
from muster.roster.soundness import require_sound, warnings

SEARCH_PART = 0.01
COLUMNS_PART = 0.5
LONGEST_SEARCH, SEARCH_AFTER_DIVE = 2_000.0, 400.0
LP_GAP = 2e-5
ROUND_EFFORT = 4_000.0
"""How long workers go on by themselves before they compare."""
PROMISING = 60.0
"""Points of reduced cost up to which a line goes into a dive."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solve is: the phase, the best penalty (None before there is a roster), the bound, what was spent."""

    phase: str
    penalty: float | None
    bound: float
    effort: float
    seconds: float


Report = Callable[[Progress], None]


def solve(
    instance: Instance,
    budget: Budget,
    *,
    seed: int = 0,
    workers: int = 1,
    start: Roster | None = None,
    report: Report | None = None,
) -> Result:
    """The best roster found within the budget, checked, with a bound that no roster can beat.

    The same instance, seed, workers and effort give the same roster. ``start`` is a roster to begin from, such as the
    last one published; it is used as far as it breaks nothing.
    """
    require_sound(instance)
    engine = Engine(instance, budget, seed, workers)
    if len(engine.who):
        _phases(engine, start, report)
    return _result(engine)


def _phases(engine: Engine, start: Roster | None, report: Report | None) -> None:
    def tell(phase: str) -> None:
        if report:
            penalty = None if engine.lines is None else engine.best
            report(Progress(phase, penalty, engine.bound, engine.budget.spent, engine.budget.elapsed))

    engine.offer(greedy(engine, _given(engine, start)))
    tell("greedy")
    improve(engine, engine.now, LONGEST_SEARCH, SEARCH_PART, keep=True)
    tell("search")
    generated = _columns(engine, tell)
    tell("columns")
    if engine.done:
        return
    columns = promising(engine, generated.duals)
    better = dive_all(engine, columns, DiveManner())
    if better is not None:
        engine.offer(better)
        improve(engine, better, SEARCH_AFTER_DIVE)
    tell("dive")
    _improve(engine, generated.duals, columns, tell)


def _improve(engine: Engine, duals: Floats | None, columns: list[int], tell: Callable[[str], None]) -> None:
    """Better the roster part by part, each worker by itself; after each round all go on from the best."""
    seeds = engine.random.integers(1 << 30, size=engine.workers)
    improvers = [Improver(engine.twin(int(seed)), duals, columns) for seed in seeds]
    with ThreadPoolExecutor(engine.workers) as threads:
        while not engine.done:
            list(threads.map(lambda improver: improver.run(ROUND_EFFORT), improvers))
            engine.budget.spend(max(each.engine.budget.spent for each in improvers) - engine.budget.spent)
            best = min(improvers, key=lambda each: each.engine.best).engine
            if best.lines is not None:
                engine.offer(best.lines)
            for improver in improvers:
                improver.go_on_from(engine)
            tell("parts")


def _given(engine: Engine, start: Roster | None) -> dict[int, Wholes]:
    """The lines of the roster to begin from that break no rule."""
    refs = {tour.ref: t for t, tour in enumerate(engine.instance.tours)} | {OFF: REST}
    given: dict[int, Wholes] = {}
    for e in engine.who:
        member = engine.instance.members[e]
        line = (start or {}).get(member.ref, ())
        sound = len(line) == engine.instance.days and all(entry in refs for entry in line)
        if sound and not line_breaches(engine.instance, member, line):
            given[int(e)] = np.array([refs[entry] for entry in line], np.int64)
    return given


def _columns(engine: Engine, tell: Callable[[str], None]) -> Generated:
    """Column generation over all members; raises the engine's bound as it goes, and tells of it."""

    def note(bound: float) -> None:
        engine.raise_bound(bound + engine.constant)
        tell("columns")

    master = Master(engine.pool, engine.covers, engine.who, engine.covers.required)
    master.add(range(len(engine.pool)))
    ending = Ending(lambda: engine.budget.over(COLUMNS_PART), gap=LP_GAP)
    prices = outline_prices(engine)
    return generate(engine, master, ending, duals=prices, note=note)


def promising(engine: Engine, duals: Floats | None) -> list[int]:
    """The lines of the pool that cost little more than the best of their member at these duals."""
    pool = engine.pool
    if duals is None:
        return list(range(len(pool)))
    reduced = pool.reduced_costs(duals)
    above = reduced - pool.least_of_members(reduced)[pool.members]
    return [int(i) for i in np.nonzero(above < PROMISING)[0]]


def _result(engine: Engine) -> Result:
    roster = engine.roster()
    checked = check(engine.instance, roster)
    impossible = [engine.instance.members[e] for e in engine.unsolved]
    budget = engine.budget
    only_roster = not len(engine.who)  # nobody can be given a line: all are off, whatever that costs
    return Result(
        roster,
        checked.penalty,
        checked.breaches,
        float(checked.penalty.total) if only_roster else engine.whole_bound,
        int(budget.spent),
        round(budget.elapsed, 3),
        why_no_lines(engine.instance, impossible),
        tuple(warnings(engine.instance)),
    )
