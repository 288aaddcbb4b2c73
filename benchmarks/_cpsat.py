"""Plain CP-SAT on a problem in the text format, in a process that has OR-Tools: it cannot be loaded beside HiGHS.

``python -m benchmarks._cpsat FILE SECONDS WORKERS SEED`` prints JSON: seconds, bound, status, assignments (none without
a solution). One variable for each member, day and tour; every rule on runs is a sum over windows of days.
"""

import json
import sys
import time
from itertools import pairwise, product
from pathlib import Path
from typing import Any, TypeAlias

from ortools.sat.python import cp_model  # type: ignore[import-not-found] # in an environment of its own

from muster.roster.curtois import read_curtois
from muster.roster.problem import OFF, SATURDAY, Instance, Member

Cells: TypeAlias = dict[tuple[str, int, str], Any]


def main(file: str, seconds: str, workers: str, seed: str) -> None:
    """Solve and print what was found."""
    instance = read_curtois(Path(file).read_text(encoding="utf-8"), file)
    begun = time.monotonic()
    model = cp_model.CpModel()
    cells = _cells(model, instance)
    for member in instance.members:
        _line(model, instance, member, cells)
    paid = _wanted(model, instance, cells)
    constant = sum(request.weight for request in instance.requests if request.wanted)
    model.minimize(sum(paid) + constant)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = max(0.1, float(seconds) - (time.monotonic() - begun))
    solver.parameters.num_workers = int(workers)
    solver.parameters.random_seed = int(seed)
    status = solver.solve(model)
    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    said = {
        "status": solver.status_name(status),
        "seconds": time.monotonic() - begun,
        "bound": solver.best_objective_bound,
        "assignments": _assignments(instance, cells, solver) if found else {},
    }
    print(json.dumps(said))


def _cells(model: Any, instance: Instance) -> Cells:
    """Whether a member works a tour on a day; one that they may not work has no variable."""
    cells: Cells = {}
    for member, day in product(instance.members, range(instance.days)):
        may = [t.ref for t in instance.tours if member.most_days.get(t.ref, 0) and day not in member.days_off]
        for tour in may:
            cells[member.ref, day, tour] = model.new_bool_var("")
        model.add_at_most_one(cells[member.ref, day, tour] for tour in may)
    return cells


def _line(model: Any, instance: Instance, member: Member, cells: Cells) -> None:
    """The rules on one member's line."""
    days = range(instance.days)
    mine = [
        {t.ref: cells[member.ref, d, t.ref] for t in instance.tours if (member.ref, d, t.ref) in cells} for d in days
    ]
    works = [sum(here.values()) for here in mine]
    for before, after in pairwise(mine):
        for first in instance.tours:
            for then in first.not_followed_by:
                if first.ref in before and then in after:
                    model.add_at_most_one([before[first.ref], after[then]])
    for tour, most in member.most_days.items():
        if most < instance.days:
            model.add(sum(here[tour] for here in mine if tour in here) <= most)
    minutes = [sum(t.minutes * here[t.ref] for t in instance.tours if t.ref in here) for here in mine]
    model.add(sum(minutes) <= member.most_minutes)
    model.add(sum(minutes) >= member.least_minutes)
    if member.most_week_minutes is not None:
        for week in instance.weeks():
            model.add(sum(minutes[day] for day in week) <= member.most_week_minutes)
    _runs(model, member, works)
    _weekends(model, instance, member, works)


def _runs(model: Any, member: Member, works: list[Any]) -> None:
    """At most so many days in a row; at least so many worked or off, unless the run touches an end of the period."""
    days, most = len(works), member.most_run_days
    for first in range(days - most):
        model.add(sum(works[first : first + most + 1]) <= most)
    for length in range(1, member.least_run_days):
        for first in range(1, days - length):
            run = sum(works[first : first + length])
            model.add(works[first - 1] + works[first + length] + (length - run) >= 1)
    for length in range(1, member.least_off_days):
        for first in range(1, days - length):
            run = sum(works[first : first + length])
            model.add((1 - works[first - 1]) + (1 - works[first + length]) + run >= 1)


def _weekends(model: Any, instance: Instance, member: Member, works: list[Any]) -> None:
    worked = []
    for week in instance.weeks():
        ends = [works[day] for day in week if instance.weekday(day) >= SATURDAY]
        if ends:
            weekend = model.new_bool_var("")
            for end in ends:
                model.add(end <= weekend)
            worked.append(weekend)
    model.add(sum(worked) <= member.most_weekends)


def _wanted(model: Any, instance: Instance, cells: Cells) -> list[Any]:
    """The terms of the penalty, without what is paid for requests granted to nobody yet."""
    paid = []
    for request in instance.requests:
        cell = cells.get((request.member, request.day, request.tour))
        if cell is not None:
            paid.append((-request.weight if request.wanted else request.weight) * cell)
    for cover in instance.cover:
        asked = [(m.ref, cover.day, cover.tour) for m in instance.members]
        here = sum(cells[cell] for cell in asked if cell in cells)
        under = model.new_int_var(0, cover.required, "")
        over = model.new_int_var(0, len(instance.members), "")
        model.add(here + under - over == cover.required)
        paid.append(cover.under * under + cover.over * over)
    return paid


def _assignments(instance: Instance, cells: Cells, solver: Any) -> dict[str, list[str]]:
    lines = {member.ref: [OFF] * instance.days for member in instance.members}
    for (ref, day, tour), cell in cells.items():
        if solver.value(cell):
            lines[ref][day] = tour
    return lines


if __name__ == "__main__":
    main(*sys.argv[1:])
