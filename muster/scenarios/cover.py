"""The cover of both synthetic forces, made up so that the charts as loaded roughly give it."""

from collections import Counter
from collections.abc import Iterator
from math import ceil

from muster.domain.cover import OFFICERS, SUPERVISORS, Cover
from muster.scenarios.doctrine import CHARTS
from muster.scenarios.seats import EVERY_DAY, LINES, WEEKEND, Plan

AVAILABLE = 0.9
"""About nine in a hundred members are away on a day."""

TARGET_SHARE, MINIMUM_SHARE = 0.95, 0.75
"""Shares of the officers whom charts and absences leave on a tour."""

BUSY_EVENINGS, MORE_ON_THEM = ("fri", "sat"), 1.1
MOST_SUPERVISED, BEST_SUPERVISED = 10, 8
"""Officers to a supervisor: at most, and as it should be."""

ON_SHARE = {chart.chart: 1 - chart.cycle.count("o") / len(chart.cycle) for chart in CHARTS}


def cover_of(plan: Plan) -> Iterator[Cover]:
    """The cover of every unit that has tours at more than office hours: of its officers, their supervisors and each of
    its tour positions."""
    squads = {squad.squad: squad for squad in plan.squads}
    numbers: Counter[tuple[str, str, str]] = Counter()
    share: dict[tuple[str, str, str], float] = {}
    for seat in plan.seats:
        squad = squads[seat.squad]
        who = _who(seat.title, seat.position, sergeant=seat.sergeant)
        if who is not None and squad.tour is not None and (squad.chart != "5-2" or who == seat.position):
            asked = squad.unit, squad.tour, who
            numbers[asked] += 1
            share[asked] = ON_SHARE[squad.chart]
    on = {asked: number * share[asked] * AVAILABLE for asked, number in numbers.items()}
    weekends = {s.unit for s in plan.squads if s.chart == "weekend"}
    for asked, there in on.items():
        unit, tour, who = asked
        days = WEEKEND if tour not in _around_the_clock(plan, unit) and unit in weekends else EVERY_DAY
        yield from _rows(unit, tour, who, days, there, on.get((unit, tour, OFFICERS), 0.0))


def _who(title: str, position: str, *, sergeant: bool) -> str | None:
    """As what somebody on this seat counts; None for holders of command positions."""
    if sergeant:
        return SUPERVISORS
    if title in LINES.values():
        return OFFICERS
    return position if title in ("duty-chief", "duty-captain", "task-force-lieutenant", "desk-officer") else None


def _around_the_clock(plan: Plan, unit: str) -> set[str | None]:
    return {squad.tour for squad in plan.squads if squad.unit == unit and squad.chart not in ("5-2", "weekend")}


def _rows(unit: str, tour: str, who: str, days: tuple[str, ...], there: float, officers: float) -> Iterator[Cover]:
    if who == OFFICERS:
        busy = tuple(day for day in days if day in BUSY_EVENINGS) if tour.startswith("15") else ()
        for some, more in ((tuple(day for day in days if day not in busy), 1.0), (busy, MORE_ON_THEM)):
            if some:
                target = max(round(there * TARGET_SHARE * more), 1)
                least = max(int(there * MINIMUM_SHARE), 1)
                yield Cover(unit=unit, tour=tour, who=who, days=some, minimum=least, target=target)
    elif who == SUPERVISORS:
        least = max(ceil(int(officers * MINIMUM_SHARE) / MOST_SUPERVISED), 1)
        target = max(min(ceil(officers * TARGET_SHARE / BEST_SUPERVISED), int(there)), least)
        yield Cover(unit=unit, tour=tour, who=who, days=days, minimum=least, target=target)
    else:
        yield Cover(unit=unit, tour=tour, who=who, days=days, minimum=1, target=1)
