"""What is missing: holders, heads, squads, ways to reach members. Only who must be reached stops a load."""

from collections.abc import Iterator
from typing import Final

from muster.domain.checks.indexed import Indexed, Rule, end_of, start_of
from muster.domain.directory import Placed
from muster.domain.duty import OnCall, Squad, SquadPlace
from muster.domain.errors import Fault
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment, ContactPoint, Member

ON_WATCH: Final = ("command", "tour")


def nobody_can_reach(rows: Indexed) -> Iterator[Fault]:
    """Members without a contact point: an error for those to whom a tasking may be brought, tonight or one day."""
    if not rows.directory.is_whole(ContactPoint):
        return
    reached = {placed.row.member for placed in rows.of(ContactPoint) if placed.row.address}
    asked = {member: position for position, member in _asked(rows)}
    for placed in rows.of(Member):
        member = placed.row.member
        if member in reached:
            continue
        if member in asked:
            must = f"must have a contact point: holds {asked[member]}, and would be passed over when asked to decide"
            yield rows.fault(placed, "member", must)
        else:
            yield rows.fault(placed, "member", "has no contact point: nobody can call this member", warning=True)


def _asked(rows: Indexed) -> Iterator[tuple[str, str]]:
    """Command and tour positions, and those with on-call hours, with who holds them now or will."""
    on_call = {placed.row.position for placed in rows.of(OnCall)}
    for name, timeline in rows.held.items():
        if name in on_call or rows.kind_of(name) in ON_WATCH:
            yield from ((name, placed.row.member) for placed in timeline if end_of(placed.row) > rows.now)


def nobody_holds(rows: Indexed) -> Iterator[Fault]:
    """Command and tour positions without a holder now or later."""
    if not rows.directory.is_whole(Appointment):
        return
    for placed in rows.of(Position):
        kind = rows.kind_of(placed.row.position)
        held = rows.held.get(placed.row.position, ())
        if kind in ON_WATCH and end_of(placed.row) > rows.now and not any(end_of(a.row) > rows.now for a in held):
            yield rows.fault(placed, "position", f"is a {kind} position that nobody holds", warning=True)


def no_head(rows: Indexed) -> Iterator[Fault]:
    """Units without a command position, or civil units without any."""
    if not rows.directory.is_whole(Position, Title):
        return
    headed = {p.row.unit for p in rows.of(Position) if rows.kind_of(p.row.position) in ("command", "civil")}
    for placed in rows.of(Unit):
        if placed.row.unit not in headed and end_of(placed.row) > rows.now:
            yield rows.fault(placed, "unit", "has no command position: its parent's watch is its own", warning=True)


def squad_of_another_unit(rows: Indexed) -> Iterator[Fault]:
    """Holders of command and tour positions whose duty is in another unit than the position's."""
    for placed in rows.of(Appointment):
        position = rows.positions.get(placed.row.position)
        if position is None or rows.kind_of(placed.row.position) not in ON_WATCH:
            continue
        squad = _squad_during(rows, placed)
        if squad and squad.row.unit != position.row.unit:
            says = f"is of squad {squad.row.squad} in {squad.row.unit}: on duty there, not in {position.row.unit}"
            yield rows.fault(placed, "member", says, warning=True)


def _squad_during(rows: Indexed, appointment: Placed[Appointment]) -> Placed[Squad] | None:
    """The squad of a holder now, or when a coming appointment starts; None without one or when it has ended."""
    at = max(rows.now, start_of(appointment.row))
    if end_of(appointment.row) <= at:
        return None
    places = rows.squad_places.get(appointment.row.member, ())
    place = next((p for p in places if p.row.since <= at < end_of(p.row)), None)
    return rows.squads.get(place.row.squad) if place else None


def no_squad(rows: Indexed) -> Iterator[Fault]:
    """Members without a squad now or later; nobody knows when they are on duty. Civil authority has none."""
    if not rows.directory.is_whole(SquadPlace):
        return
    civil = {a.row.member for a in rows.of(Appointment) if rows.kind_of(a.row.position) == "civil"}
    for placed in rows.of(Member):
        places = rows.squad_places.get(placed.row.member, ())
        if placed.row.member not in civil and not any(end_of(p.row) > rows.now for p in places):
            says = "has no squad: nobody knows when this member is on duty"
            yield rows.fault(placed, "member", says, warning=True)


RULES: Final[tuple[Rule, ...]] = (nobody_can_reach, nobody_holds, no_head, squad_of_another_unit, no_squad)
