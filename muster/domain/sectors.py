"""Sectors: the parts of a unit's ground that members are sent to on a tour, and how many each of them takes."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from muster.domain.force import SINCE, UNTIL
from muster.domain.schema import Row, instant, maybe_ref, ref, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Sector(Row):
    """A part of a unit's ground on a tour, to which members are sent from roll call."""

    NOUN: ClassVar[str] = "sector"
    FILE: ClassVar[str] = "sectors.csv"

    unit: str = ref("the unit", to="unit", key=True)
    sector: str = ref("short name of the sector in the unit, like A", key=True)
    tour: str = ref("the tour", to="tour", key=True)
    order: int = whole("which is filled first; of equals the first by name", least=1, most=999)
    least: int = whole("fewer members than these are too few", least=0, most=100)
    most: int = whole("no more are sent there; not under the least", least=1, most=100)
    rank: str | None = maybe_ref("the lowest rank of members who are sent there", to="rank")
    qualification: str | None = maybe_ref("only members who have this qualification are sent there")
    since: datetime | None = instant(SINCE, default=None)
    until: datetime | None = instant(UNTIL, default=None)
