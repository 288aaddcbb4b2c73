"""Gaps: a command position falls vacant. A tasking says so, and whom the succession proposes; people appoint."""

from collections.abc import Iterator
from datetime import datetime

from muster.domain.candidates import positions_of
from muster.domain.force import Position, Unit
from muster.domain.instants import local_text
from muster.domain.members import Appointment
from muster.domain.moment import Moment
from muster.domain.presence import holds
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot
from muster.domain.succession import propose
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.offices import kinds_of, units_above
from muster.services.snapshots import snapshot


def gaps(views: Views, leaving: Separation, at: datetime) -> list[Tasking]:
    """A tasking for each command position that a separation leaves without anybody, received at ``at``."""
    return [_gap(views, leaving, position, at) for position in left_by(views, leaving)]


def left_by(views: Views, leaving: Separation) -> list[Position]:
    """The command positions that the member holds when they fall vacant and in which nobody else acts then."""
    when = leaving.vacates_from
    mine = [a for a in views.rows(Appointment, member=leaving.member) if _held_until(a, when)]
    positions = views.rows(Position, position={a.position for a in mine})
    kinds = kinds_of(views, {p.title for p in positions})
    others = views.rows(Appointment, at=when, position={p.position for p in positions})
    covered = {a.position for a in others if a.member != leaving.member}
    return [p for p in positions if kinds[p.title] == "command" and p.position not in covered]


def _held_until(a: Appointment, when: datetime) -> bool:
    return a.since < when and (a.until is None or a.until >= when)


def _gap(views: Views, leaving: Separation, position: Position, at: datetime) -> Tasking:
    when = leaving.vacates_from
    here = snapshot(views, [position.unit], members=[leaving.member])
    zone = here.schedule.zone
    owner = superior_of(views, here, position, leaving.member, at)
    gone = f"{leaving.member}, {leaving.kind}, filed {local_text(leaving.filed, zone)}"
    return Tasking(
        tasking=gap_name(position.position, leaving),
        kind="gap",
        what=(
            f"{position.position} falls vacant {local_text(when, zone)} ({gone}): "
            f"{propose(here, position, when).words()}. Appoint somebody"
        ),
        place=position.unit,
        competent_unit=owner.unit,
        received_at=at,
        deadline=when if when > at else None,
        owner=owner.position,
    )


def gap_name(position: str, leaving: Separation) -> str:
    """The name of the tasking that a separation opens for a position."""
    return f"GAP-{position}-{leaving.separation}"


def superior_of(views: Views, here: Snapshot, position: Position, leaving: str, at: datetime) -> Position:
    """The position directly above: the head of the unit, or for the head of a unit that of the nearest unit above
    with one. The member who leaves is no owner; at the very top it is the position itself."""
    moment = Moment(here, at)
    units = [here.unit(position.unit), *units_above(views, position.unit)]
    for head in _heads(views, moment, units):
        held = any(a.member == leaving and holds(a, at) for a in here.appointments.get(head.position, ()))
        if head.position != position.position and not held:
            return head
    return position


def _heads(views: Views, moment: Moment, units: list[Unit]) -> Iterator[Position]:
    titles = moment.snapshot.titles
    for unit in units:
        own = views.rows(Position, at=moment.at, unit=unit.unit) if unit.civil else positions_of(moment, unit.unit)
        wanted = "civil" if unit.civil else "command"
        heads = sorted((p for p in own if titles[p.title].kind == wanted), key=lambda p: p.order)
        yield from heads[:1]


def open_gaps(views: Views, position: str, leaving: list[Separation]) -> Iterator[tuple[Tasking, Separation]]:
    """The open gap taskings of a position that these separations opened, each with its separation."""
    for separation in leaving:
        tasking = views.row(Tasking, gap_name(position, separation))
        if tasking is not None and tasking.is_open:
            yield tasking, separation
