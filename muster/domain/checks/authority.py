"""Authority over matters, and its delegation."""

from collections.abc import Iterator
from typing import Final

from muster.domain.authority import Authority, Delegation
from muster.domain.checks.indexed import Indexed, Rule
from muster.domain.errors import Fault
from muster.domain.nearest import did_you_mean


def unknown_level(rows: Indexed) -> Iterator[Fault]:
    """Authority is of a level of the force."""
    if not rows.levels:
        return
    for placed in rows.of(Authority):
        level = placed.row.level
        if level not in rows.levels:
            yield rows.fault(
                placed, "level", f"must be one of {', '.join(rows.levels)}{did_you_mean(level, rows.levels)}"
            )


def lowest_tour_titles(rows: Indexed) -> Iterator[Fault]:
    """The lowest tour title that may decide is a tour title."""
    for placed in rows.of(Authority):
        title = rows.titles.get(placed.row.lowest_tour or "")
        if title and title.row.kind != "tour":
            yield rows.fault(placed, "lowest_tour", f"must be a tour title, it is of kind {title.row.kind}")


def delegated_downwards(rows: Indexed) -> Iterator[Fault]:
    """Authority is delegated to a unit below."""
    for placed in rows.of(Delegation):
        giver, taker = placed.row.from_unit, placed.row.to_unit
        if giver in rows.units and taker in rows.units and giver not in _above(rows, taker):
            yield rows.fault(placed, "to_unit", f"must stand below {giver}: authority is delegated downwards")


def _above(rows: Indexed, unit: str) -> set[str]:
    """The units above a unit; in a circle, without end otherwise, each once."""
    above: set[str] = set()
    at = rows.units[unit].row.parent
    while at is not None and at in rows.units and at not in above:
        above.add(at)
        at = rows.units[at].row.parent
    return above


def delegated_without_authority(rows: Indexed) -> Iterator[Fault]:
    """A unit delegates what it may decide itself.

    Above its limits a matter goes up, so a unit has authority over all that its level or one below it decides; and
    over what was delegated to it.
    """
    received = {(placed.row.to_unit, placed.row.matter) for placed in rows.of(Delegation)}
    for placed in rows.of(Delegation):
        giver = rows.units.get(placed.row.from_unit)
        if giver is None or giver.row.level not in rows.levels or not rows.directory.is_whole(Authority):
            continue
        own = rows.levels[giver.row.level]
        decides = any(rows.levels.get(a.row.level, -1) >= own for a in rows.authority.get(placed.row.matter, ()))
        if not decides and (giver.row.unit, placed.row.matter) not in received:
            must = f"must be a matter that {giver.row.unit} may decide; authority.csv gives it to no {giver.row.level}"
            yield rows.fault(placed, "matter", must)


RULES: Final[tuple[Rule, ...]] = (unknown_level, lowest_tour_titles, delegated_downwards, delegated_without_authority)
