"""Positions and the units they cover."""

from collections.abc import Iterator
from typing import Final

from muster.domain.checks.indexed import Indexed, Rule
from muster.domain.errors import Fault
from muster.domain.force import Covering, Position


def civil_titles(rows: Indexed) -> Iterator[Fault]:
    """Civil authority has civil titles and no ranks; nobody else has civil titles."""
    for placed in rows.of(Position):
        unit, title = rows.units.get(placed.row.unit), rows.titles.get(placed.row.title)
        if unit is None or title is None:
            continue
        if unit.row.civil != (title.row.kind == "civil"):
            must = "must be civil" if unit.row.civil else "must not be civil"
            said = "is civil authority" if unit.row.civil else "is not civil authority"
            yield rows.fault(
                placed, "title", f"{must}: {unit.row.unit} {said}, and this title is of kind {title.row.kind}"
            )
        elif unit.row.civil and placed.row.rank is not None:
            yield rows.fault(placed, "rank", "must be empty: civil authority has no ranks")


def covering_by_tour_positions(rows: Indexed) -> Iterator[Fault]:
    """Only tour positions cover, and not their own unit."""
    for placed in rows.of(Covering):
        kind = rows.kind_of(placed.row.position)
        position = rows.positions.get(placed.row.position)
        unit = rows.units.get(placed.row.unit)
        if kind not in (None, "tour"):
            yield rows.fault(placed, "position", f"must be a tour position, its title is of kind {kind}")
        if position and position.row.unit == placed.row.unit:
            yield rows.fault(placed, "unit", "must not be the position's own unit, which it has anyway")
        if unit and unit.row.civil:
            yield rows.fault(placed, "unit", "must not be civil authority: it has no watch to take")


RULES: Final[tuple[Rule, ...]] = (civil_titles, covering_by_tour_positions)
