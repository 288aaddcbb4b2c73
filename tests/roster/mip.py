"""The cheapest line of one member as a mixed-integer programme, which knows nothing of pricing or of the checker.

Days before day 0 are part of it as far as the last period is known: a run of so many days, and the contrary before it.
"""

from collections.abc import Iterable, Iterator
from math import inf

import highspy
import numpy as np

from muster.roster.hours import Floats
from muster.roster.problem import OFF, SATURDAY, Instance, Member

Term = tuple[int, float]


class Programme:
    """Columns and rows of a programme that is minimised."""

    def __init__(self) -> None:
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("mip_rel_gap", 0.0)
        self.columns = 0

    def whole(self, least: float, most: float, cost: float = 0.0) -> int:
        self.highs.addCol(cost, least, most, 0, np.zeros(0, np.int32), np.zeros(0))
        self.highs.changeColIntegrality(self.columns, highspy.HighsVarType.kInteger)
        self.columns += 1
        return self.columns - 1

    def row(self, least: float, terms: Iterable[Term], most: float) -> None:
        sums: dict[int, float] = {}
        for column, value in terms:
            sums[column] = sums.get(column, 0.0) + value
        self.highs.addRow(least, most, len(sums), np.array([*sums], np.int32), np.array([*sums.values()], float))

    def least(self) -> float | None:
        """The least cost; None where there is no solution."""
        self.highs.run()
        status = self.highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        assert status == highspy.HighsModelStatus.kOptimal, status
        return float(self.highs.getInfo().objective_function_value)


def cheapest_cost(instance: Instance, duals: Floats) -> float | None:
    """What the cheapest line of the only member costs less the ``duals``, shape (1, days, tours); None for no line."""
    (member,) = instance.members
    programme = Programme()
    x = {
        (day, tour.ref): programme.whole(0, 1, _cell_cost(instance, day, tour.ref) - float(duals[0, day, t]))
        for day in range(instance.days)
        for t, tour in enumerate(instance.tours)
    }
    off = [programme.whole(0, 1, _cell_cost(instance, day, OFF)) for day in range(instance.days)]
    for day in range(instance.days):
        entries = [(off[day], 1.0), *((x[day, tour.ref], 1.0) for tour in instance.tours)]
        programme.row(1, entries, 1)
    _cells(programme, instance, member, x, off)
    _tours(programme, instance, member, x)
    _successions(programme, instance, member, x)
    _minutes(programme, instance, member, x)
    _weekends(programme, instance, member, off)
    _runs(programme, instance, member, off)
    return programme.least()


def _cell_cost(instance: Instance, day: int, entry: str) -> float:
    asked = [r for r in instance.requests if (r.day, r.tour) == (day, entry)]
    return float(sum(-r.weight if r.wanted else r.weight for r in asked))


def _cells(p: Programme, instance: Instance, member: Member, x: dict[tuple[int, str], int], off: list[int]) -> None:
    for day in range(instance.days):
        if day in member.fixed:
            entry = member.fixed[day]
            p.row(1, [(off[day] if entry == OFF else x[day, entry], 1.0)], 1)
        elif day in member.days_off:
            p.row(1, [(off[day], 1.0)], 1)
        else:
            for tour in instance.tours:
                if (day, tour.ref) in member.barred:
                    p.row(0, [(x[day, tour.ref], 1.0)], 0)


def _tours(p: Programme, instance: Instance, member: Member, x: dict[tuple[int, str], int]) -> None:
    days = range(instance.days)
    for tour in instance.tours:
        p.row(0, [(x[day, tour.ref], 1.0) for day in days], member.most_days.get(tour.ref, 0))
        for other in tour.not_followed_by:
            if member.carried and member.carried.tour == tour.ref:
                p.row(0, [(x[0, other], 1.0)], 0)
            for day in days[:-1]:
                p.row(0, [(x[day, tour.ref], 1.0), (x[day + 1, other], 1.0)], 1)


def _successions(p: Programme, instance: Instance, member: Member, x: dict[tuple[int, str], int]) -> None:
    """A column for each pair that costs something, at least 1 where both of its tours are worked."""
    for (first, second), weight in instance.succession_weights.items():
        if member.carried and member.carried.tour == first:
            p.row(-inf, [(x[0, second], 1.0), (p.whole(0, 1, weight), -1.0)], 0)
        for day in range(instance.days - 1):
            p.row(-inf, [(x[day, first], 1.0), (x[day + 1, second], 1.0), (p.whole(0, 1, weight), -1.0)], 1)


def _minutes(p: Programme, instance: Instance, member: Member, x: dict[tuple[int, str], int]) -> None:
    def worked(days: Iterable[int]) -> list[Term]:
        return [(x[day, tour.ref], float(tour.minutes_of(day))) for day in days for tour in instance.tours]

    every = worked(range(instance.days))
    p.row(member.least_minutes, every, member.most_minutes)
    if member.most_week_minutes is not None:
        for week in instance.weeks():
            begun = member.carried.week_minutes if member.carried and not week.start and instance.first_weekday else 0
            p.row(0, worked(week), max(0, member.most_week_minutes - begun))
    if member.minutes_target:
        hours = p.whole(0, 10**6, member.minutes_target.weight)
        for sign in (1.0, -1.0):  # whole hours away: at least (minutes away - 59) / 60, either way
            terms = [(hours, 60.0), *((column, -sign * value) for column, value in every)]
            p.row(-sign * member.minutes_target.minutes - 59, terms, inf)


def _weekends(p: Programme, instance: Instance, member: Member, off: list[int]) -> None:
    weekends: dict[int, int] = {}
    for day in range(instance.days):
        if instance.weekday(day) >= SATURDAY:
            saturday = day - (instance.weekday(day) - SATURDAY)
            if saturday not in weekends:
                weekends[saturday] = p.whole(0, 1, member.weekend_weight)
            p.row(1, [(weekends[saturday], 1.0), (off[day], 1.0)], inf)
    p.row(0, [(column, 1.0) for column in weekends.values()], member.most_weekends)


def _runs(p: Programme, instance: Instance, member: Member, off: list[int]) -> None:
    carried, before = member.carried, {}
    if carried:
        works = carried.tour != OFF
        before = {-day: works for day in range(1, carried.days + 1)} | {-carried.days - 1: not works}

    def rule(first: int, days: str, most: int) -> None:
        """Of these days from ``first`` on, ``w`` to be worked and ``o`` to be off, at most so many are as said."""
        terms, known = [], 0
        for day, kind in enumerate(days, first):
            if day < 0:
                known += before[day] is (kind == "w")
            else:
                known += kind == "w"
                terms.append((off[day], -1.0 if kind == "w" else 1.0))
        if terms:
            p.row(-inf, terms, most - known)

    begin = min(before, default=0)
    for first in range(begin, instance.days):
        for pattern, most in _barred(member, instance.days - first):
            rule(first, pattern, most)


def _barred(member: Member, room: int) -> Iterator[tuple[str, int]]:
    """What may not stand in a line: a run too long, or one too short between two others; and how much of it may."""
    patterns = ["w" * (member.most_run_days + 1)]
    patterns += ["o" + "w" * length + "o" for length in range(1, member.least_run_days)]
    patterns += ["w" + "o" * length + "w" for length in range(1, member.least_off_days)]
    yield from ((pattern, len(pattern) - 1) for pattern in patterns if len(pattern) <= room)
