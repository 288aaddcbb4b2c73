"""The sectors of both synthetic forces, made up: as many in a precinct as its officers can fill."""

from collections.abc import Iterable, Iterator
from math import ceil

from muster.domain.cover import OFFICERS, Cover
from muster.domain.sectors import Sector

NAMES = "ABCDEFGH"
FEW, OFFICERS_A_SECTOR = 4, 8
"""So many sectors, or more where each would have more officers: a sergeant supervises ten at most."""


def sectors_of(covers: Iterable[Cover]) -> Iterator[Sector]:
    """Sectors for each tour of a precinct, from how many officers it is to have: no more than the day on which it wants
    most, with their least from the day on which it needs fewest."""
    numbers: dict[tuple[str, str], tuple[int, int]] = {}
    for c in covers:
        if c.who == OFFICERS and c.unit.startswith("PCT-"):
            least, most = numbers.get((c.unit, c.tour), (c.minimum, c.target))
            numbers[c.unit, c.tour] = min(least, c.minimum), max(most, c.target)
    for (unit, tour), (least, most) in numbers.items():
        names = NAMES[: max(min(most, FEW), ceil(most / OFFICERS_A_SECTOR), 1)]
        for order, name in enumerate(names, start=1):
            yield Sector(
                unit=unit,
                sector=name,
                tour=tour,
                order=order,
                least=max(least // len(names), 1),
                most=ceil(most / len(names)) + 1,
            )
