"""Who stands over whom: the command and civil positions that let somebody appoint, relieve, decide or delegate.

A position is filled, and its holder relieved, by

- a command or civil position of a unit above;
- a command position of the same unit that comes before it in the succession;
- for an acting appointment also the holder of the position itself: a commander says who acts, not who follows;
- for positions of a unit with nothing above it, any other command position of that unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from muster.domain.force import Position


@dataclass(frozen=True, slots=True)
class Office:
    """A position that somebody holds, and the kind of its title."""

    position: Position
    kind: str


def office_over(
    offices: Sequence[Office], position: Position, units_above: Sequence[str], *, acting: bool = False
) -> Office | None:
    """The first of these offices that may fill the position; None when none may."""
    for office in offices:
        own = office.position
        if office.kind not in ("command", "civil"):
            continue
        if own.unit in units_above:
            return office
        if own.unit == position.unit and (
            own.order < position.order
            or (acting and own.position == position.position)
            or (not units_above and own.position != position.position)
        ):
            return office
    return None


def command_of(offices: Sequence[Office], unit: str) -> Office | None:
    """The first of these offices that is a command position of the unit; None when none is."""
    return next((o for o in offices if o.kind == "command" and o.position.unit == unit), None)
