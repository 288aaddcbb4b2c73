"""Sectors: of units with tours, with room for their least, for a qualification that somebody has."""

from collections.abc import Iterator
from typing import Final

from muster.domain.checks.indexed import Indexed, Rule
from muster.domain.errors import Fault
from muster.domain.members import Qualification
from muster.domain.nearest import did_you_mean
from muster.domain.sectors import Sector


def sector_numbers(rows: Indexed) -> Iterator[Fault]:
    """A sector takes its least."""
    for placed in rows.of(Sector):
        if placed.row.most < placed.row.least:
            yield rows.fault(placed, "most", f"must be at least the least, {placed.row.least}")


def sector_of_civil_authority(rows: Indexed) -> Iterator[Fault]:
    """Civil authority has no tours to send anybody from."""
    for placed in rows.of(Sector):
        unit = rows.units.get(placed.row.unit)
        if unit and unit.row.civil:
            yield rows.fault(placed, "unit", "must not be civil authority: it has no tours")


def sector_for_nobody(rows: Indexed) -> Iterator[Fault]:
    """Somebody has the qualification that a sector asks for."""
    if not rows.directory.is_whole(Qualification):
        return
    known = {placed.row.qualification for placed in rows.of(Qualification)}
    for placed in rows.of(Sector):
        asked = placed.row.qualification
        if asked is not None and asked not in known:
            must = "must be a qualification somebody has" + did_you_mean(asked, known)
            yield rows.fault(placed, "qualification", must)


RULES: Final[tuple[Rule, ...]] = (sector_numbers, sector_of_civil_authority, sector_for_nobody)
