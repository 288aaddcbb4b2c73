"""Orders: one order to many units, each with a tasking of its own, and who has answered."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.bypass import head_of
from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.force import Unit
from muster.domain.presence import holds
from muster.domain.record import Fact
from muster.domain.schema import written
from muster.domain.snapshot import named, path_up
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services.reach import append
from muster.services.routing import unit_of
from muster.services.tasking_history import taskings_at
from muster.services.watch import watches_at


@dataclass(frozen=True, slots=True)
class Order:
    """One order to many units, with a deadline and the units that are exempt by name."""

    name: str
    what: str
    giver: str
    units: Sequence[str]
    deadline: datetime | None = None
    exempt: Sequence[str] = ()


def give(record: Record, given: Order, at: datetime) -> list[Tasking]:
    """One tasking for the head of each unit, all parts of one order, from a position that stands over them all."""
    if record.rows(Tasking, order=given.name):
        raise Refused(f"order {given.name!r} was given already: name it otherwise, or look at its returns")
    from_unit = unit_of(record, given.giver)
    known = {u.unit: u for u in record.rows(Unit)}
    astray = [u for u in (*given.units, *given.exempt) if from_unit not in [a.unit for a in path_up(known, u)]]
    require(
        f"order {given.name}",
        Check("units", ", ".join(astray), not astray, f"must stand below {from_unit}"),
        Check("units", 0, bool(given.units), "must name at least one unit"),
    )
    watches = watches_at(record, given.units, at)
    heads = {unit: head_of(watches, unit) for unit in given.units}
    headless = [unit for unit, head in heads.items() if head is None]
    require(f"order {given.name}", Check("units", ", ".join(headless), not headless, "must have a command position"))
    taskings = [
        Tasking(
            tasking=f"{given.name}.{unit}",
            kind="order",
            what=given.what,
            place=unit,
            competent_unit=unit,
            received_at=at,
            deadline=given.deadline,
            giver=given.giver,
            order=given.name,
            owner=head.position,
        )
        for unit, head in heads.items()
        if head is not None
    ]
    body = {"what": given.what, "giver": given.giver, "units": len(taskings), "exempt": list(given.exempt)}
    deadline = {"deadline": written(given.deadline)} if given.deadline else {}
    given_fact = Fact(f"order/{given.name}", "order.given", at, body | deadline)
    append(record, [given_fact, *(t.received() for t in taskings)])
    return taskings


@dataclass(frozen=True, slots=True)
class Returns:
    """Who has answered an order at an instant: ``returned`` have closed their tasking, ``late`` are open past the
    deadline, ``open`` are open and in time."""

    order: str
    at: datetime
    returned: tuple[Tasking, ...]
    late: tuple[Tasking, ...]
    open: tuple[Tasking, ...]


def returns(views: Views, order: str, at: datetime, known_at: datetime | None = None) -> Returns:
    """How an order stands. Raises ``Unknown`` for one that nobody gave by then."""
    mine = [t for t in taskings_at(views, at, known_at) if t.order == order]
    if not mine:
        raise Unknown(f"order {order!r} is not in the record at that time")
    waiting = [t for t in mine if t.is_open]
    late = tuple(t for t in waiting if t.deadline is not None and t.deadline <= at)
    return Returns(
        order=order,
        at=at,
        returned=tuple(t for t in mine if not t.is_open),
        late=late,
        open=tuple(t for t in waiting if t not in late),
    )


def units_below(views: Views, giver: str, levels: Collection[str], exempt: Collection[str], at: datetime) -> list[str]:
    """The units of these levels below the giver's unit at the instant, without those exempt. Raises ``Unknown`` for
    an exempt unit that there is not."""
    units = {u.unit: u for u in views.rows(Unit) if holds(u, at)}
    for unit in exempt:
        named("unit", unit, units)
    top = unit_of(views, giver)
    below = (u for u in units.values() if u.level in levels and top in [a.unit for a in path_up(units, u.unit)])
    return sorted(u.unit for u in below if u.unit not in exempt)
