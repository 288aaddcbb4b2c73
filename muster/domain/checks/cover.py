"""Cover: on real days, of somebody there is, no target under its minimum."""

from collections.abc import Iterator
from typing import Final

from muster.domain.checks.indexed import Indexed, Rule, at_line, grouped
from muster.domain.cover import OFFICERS, SUPERVISORS, Cover
from muster.domain.errors import Fault
from muster.domain.force import Position, Title
from muster.domain.members import Qualification
from muster.domain.nearest import did_you_mean
from muster.domain.schedule import WEEKDAYS


def cover_days(rows: Indexed) -> Iterator[Fault]:
    """Cover is for days of the week, each once."""
    for placed in rows.of(Cover):
        days = placed.row.days
        if not set(days) <= set(WEEKDAYS) or len(set(days)) < len(days):
            yield rows.fault(placed, "days", f"must be days, each once, of {' '.join(WEEKDAYS)}")


def cover_numbers(rows: Indexed) -> Iterator[Fault]:
    """The target is not under the minimum."""
    for placed in rows.of(Cover):
        if placed.row.target < placed.row.minimum:
            yield rows.fault(placed, "target", f"must be at least the minimum, {placed.row.minimum}")


def cover_twice(rows: Indexed) -> Iterator[Fault]:
    """A day has one cover of a unit, tour and who."""
    for same in grouped(rows.of(Cover), lambda c: (c.unit, c.tour, c.who)).values():
        first = {day: placed for placed in reversed(same) for day in placed.row.days}
        for placed in same:
            again = [day for day in placed.row.days if first[day].row.days != placed.row.days]
            if again and first[again[0]] is not placed:
                must = f"must name each day once; {at_line(first[again[0]])} has {again[0]} of the same tour and who"
                yield rows.fault(placed, "days", must)


def cover_of_whom(rows: Indexed) -> Iterator[Fault]:
    """Who counts is known; civil authority has no tours to cover."""
    if not rows.directory.is_whole(Position, Title, Qualification):
        return
    known = {placed.row.qualification for placed in rows.of(Qualification)}
    tour_positions: dict[str, set[str]] = {}
    for name, position in rows.positions.items():
        if rows.kind_of(name) == "tour":
            tour_positions.setdefault(position.row.unit, set()).add(name)
    for placed in rows.of(Cover):
        unit = rows.units.get(placed.row.unit)
        own = tour_positions.get(placed.row.unit, set())
        if unit and unit.row.civil:
            yield rows.fault(placed, "unit", "must not be civil authority: it has no tours")
        if placed.row.who not in {OFFICERS, SUPERVISORS} | known | own:
            must = f"must be {OFFICERS}, {SUPERVISORS}, a tour position of the unit or a qualification somebody has"
            yield rows.fault(placed, "who", must + did_you_mean(placed.row.who, {OFFICERS, SUPERVISORS} | known | own))


RULES: Final[tuple[Rule, ...]] = (cover_days, cover_numbers, cover_twice, cover_of_whom)
