"""Orders: one order to many units, each with a tasking of its own, and who has answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from muster.domain.errors import Unknown
from muster.domain.force import Unit
from muster.domain.presence import holds
from muster.domain.snapshot import named, path_up
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.routing import unit_of
from muster.services.tasking_history import taskings_at


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
