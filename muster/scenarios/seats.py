"""Seats: one per member, in a position and a squad. The plan of a force, before anybody sits down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

from muster.domain.duty import OnCall, Squad
from muster.domain.force import Covering, Position, Unit
from muster.scenarios.doctrine import OFFICE_TOUR, PLATOONS, THIRDS

EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAYS, WEEKEND = EVERY_DAY[:5], EVERY_DAY[5:]
FIRST_TOUR_ORDER, FIRST_LINE_ORDER = 11, 101


@dataclass(frozen=True, slots=True)
class Seat:
    """What one member holds and where: the squad's chart says when; a sergeant supervises the squad."""

    position: str
    title: str
    rank: str
    unit: str
    squad: str
    sergeant: bool = False


@dataclass(slots=True)
class Plan:
    """Rows of the organisation, and the seats in the order in which members are numbered."""

    units: list[Unit] = field(default_factory=list)
    positions: list[Position] = field(default_factory=list)
    coverings: list[Covering] = field(default_factory=list)
    squads: list[Squad] = field(default_factory=list)
    on_call: list[OnCall] = field(default_factory=list)
    seats: list[Seat] = field(default_factory=list)

    def squad(self, squad: str, unit: str, chart: str, tour: str, offset: int = 0) -> str:
        """Add a squad; its name comes back."""
        self.squads.append(Squad(squad=squad, unit=unit, chart=chart, offset=offset, tour=tour))
        return squad

    def office(self, unit: str) -> str:
        """Add the unit's squad of office days, Monday to Friday; its name comes back."""
        return self.squad(f"{unit}-OFFICE", unit, "5-2", OFFICE_TOUR)

    def command(self, position: Position, rank: str) -> None:
        """Add a command position and its holder, who is on duty on office days."""
        self.positions.append(position)
        self.seats.append(Seat(position.position, position.title, rank, position.unit, f"{position.unit}-OFFICE"))

    def around_the_clock(
        self,
        position: Position,
        rank: str,
        tours: Mapping[str, str] = PLATOONS,
        chart: str = "5-2-5-3",
        offsets: Mapping[str, int] = THIRDS,
    ) -> None:
        """Add a tour position with a holder for each tour and offset, each in a squad of their own."""
        self.positions.append(position)
        stem = position.position.removeprefix(f"{position.unit}-")
        for platoon, tour in tours.items():
            for letter, offset in offsets.items():
                squad = self.squad(f"{position.unit}-{stem}-{platoon}{letter}", position.unit, chart, tour, offset)
                self.seats.append(Seat(position.position, position.title, rank, position.unit, squad))

    def cover(self, position: str, unit: str) -> None:
        """Let a tour position cover a unit that is not its own."""
        self.coverings.append(Covering(position=position, unit=unit))

    def call(self, position: str, days: tuple[str, ...], start: str, end: str) -> None:
        """Let the holder of a command position be called from ``start`` to ``end`` (like ``1635``) on these days."""
        hours = (time(int(text[:2]), int(text[2:])) for text in (start, end))
        first, last = hours
        self.on_call.append(OnCall(position=position, days=days, start=first, end=last))


def command_position(
    position: str, unit: str, title: str, order: int, rank: str, *, takes_watch: bool = True
) -> Position:
    """A command position; ``rank`` is the lowest that may hold it."""
    return Position(position=position, unit=unit, title=title, order=order, rank=rank, takes_watch=takes_watch)


def tour_position(
    position: str, unit: str, title: str, rank: str, places: int, order: int = FIRST_TOUR_ORDER
) -> Position:
    """A tour position with as many places as holders take turns in it."""
    return Position(position=position, unit=unit, title=title, order=order, rank=rank, places=places)


LINES = {"CPT": "captain", "LT": "lieutenant", "SGT": "sergeant", "DET": "detective", "PO": "police-officer"}
"""Title by rank of the places on the establishment, in their order."""


def line_position(unit: str, rank: str, places: int) -> Position:
    """The unit's line on the establishment for a rank, like ``PCT-066-PO``."""
    order = FIRST_LINE_ORDER + list(LINES).index(rank)
    return Position(
        position=f"{unit}-{rank}",
        unit=unit,
        title=LINES[rank],
        order=order,
        rank=rank,
        places=places,
        takes_watch=False,
    )
