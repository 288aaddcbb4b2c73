"""Who may do what to a tasking: who holds the position that it concerns, stands over it, and is fit to take it on."""

from datetime import datetime

from muster.domain.errors import Personal, Refused
from muster.domain.force import Position, Unit
from muster.domain.members import Appointment
from muster.domain.offices import office_over
from muster.domain.presence import holds
from muster.domain.snapshot import path_up
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.command import may_supersede
from muster.services.offices import offices_of, position_named, units_above
from muster.services.routing import position_of
from muster.services.watch import watches_at


def position_of_theirs(views: Views, tasking: Tasking, member: str, at: datetime) -> str:
    """The position in which the tasking concerns the member: offered first, then owned. Raises ``Refused``."""
    held = {a.position for a in views.rows(Appointment, at=at, member=member)}
    for position in (*tasking.offered_to, tasking.owner):
        if position in held:
            return position
    said = f"member {member} holds none of the positions that tasking {tasking.tasking} concerns"
    raise Refused(f"{said}: {', '.join((*tasking.offered_to, tasking.owner))}")


def must_hold(views: Views, member: str, position: str, at: datetime) -> None:
    """Raise ``Refused`` for a member who does not hold the position."""
    if not any(holds(a, at) for a in views.rows(Appointment, at=at, member=member, position=position)):
        raise Refused(f"member {member} does not hold {position} at that time: only its holder can do this")


def must_answer_for(views: Views, member: str, tasking: Tasking, at: datetime) -> None:
    """Raise ``Refused`` for a member who neither holds the position that owns the tasking nor stands over it."""
    offices = offices_of(views, member, at)
    owner = position_named(views, tasking.owner)
    if any(o.position.position == owner.position for o in offices):
        return
    if office_over(offices, owner, [u.unit for u in units_above(views, owner.unit)]) is None:
        raise Refused(
            f"{member} neither holds {owner.position}, which owns tasking {tasking.tasking}, nor stands over it: ask "
            f"its holder to offer it"
        )


def must_be_fit(views: Views, member: str, at: datetime) -> None:
    """Raise ``Personal`` for a member whom a rule bars from more duty."""
    fitness = watches_at(views, [], at, members=[member]).moment.fitness(member)
    unfit = next((b for b in fitness.breaches if b.level == "unfit"), None)
    if unfit is not None:
        raise Personal(
            f"member {member} is unfit and takes on no tasking without a waiver: {unfit.says}. Let somebody else "
            f"accept it, or have a waiver of {unfit.rule} signed"
        )


def may_take_over(views: Views, tasking: Tasking, member: str, position: str, at: datetime) -> None:
    """Raise ``Refused`` unless the member holds that position and it may take the tasking over from its owner."""
    must_hold(views, member, position, at)
    mine, owner = position_of(views, position, at), position_of(views, tasking.owner, at)
    if not stands_over(views, mine, owner):
        says = f"{position} does not stand over {owner.position}, who owns tasking {tasking.tasking}"
        raise Refused(f"{says}: ask them to offer it")
    if owner.unit not in (mine.unit, *_children(views, mine.unit)):
        may_supersede(views, mine, f"tasking {tasking.tasking} from {owner.position}")


def stands_over(views: Views, above: Position, below: Position) -> bool:
    """Whether a position stands over another: in a unit above, or earlier in the order of the same unit."""
    if above.unit == below.unit:
        return above.order < below.order
    return above.unit in [u.unit for u in path_up({u.unit: u for u in views.rows(Unit)}, below.unit)]


def _children(views: Views, unit: str) -> list[str]:
    return [u.unit for u in views.rows(Unit, parent=unit)]
