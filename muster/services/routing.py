"""Where a matter belongs and who decides it, asked of the record."""

from dataclasses import replace
from datetime import datetime

from muster.domain.authority import Authority, Delegation
from muster.domain.bypass import head_of
from muster.domain.competence import Asked
from muster.domain.errors import Refused, Unknown
from muster.domain.force import Position, Unit
from muster.domain.routing import Route, route
from muster.domain.watch import Watches
from muster.ports import Views
from muster.services.offices import kinds_of
from muster.services.watch import passed_for, watches_at


def route_matter(
    views: Views,
    asked: Asked,
    giver: str | None = None,
    receiver: str | None = None,
    known_at: datetime | None = None,
) -> Route:
    """The route of a matter, and whom a directive from ``giver`` to ``receiver`` (units or positions) bypasses."""
    return routed(views, asked, giver, receiver, known_at)[1]


def for_everyone(found: Route) -> Route:
    """The route with reasons as everybody may read them: whoever gives a tasking is told where it goes."""
    passed = tuple(p.for_everyone() for p in found.decides.passed)
    return replace(found, decides=replace(found.decides, passed=passed))


def for_viewer(views: Views, found: Route, viewer: str) -> Route:
    """The route as this member may read it: reasons that touch health or rest only where they are entitled."""
    passed = passed_for(views, found.decides.passed, viewer, found.at)
    return replace(found, decides=replace(found.decides, passed=passed))


def routed(
    views: Views, asked: Asked, giver: str | None, receiver: str | None, known_at: datetime | None = None
) -> tuple[Watches, Route]:
    """The route, with the watches it was found from."""
    to = None if receiver is None else position_of(views, receiver, asked.at, known_at)
    units = [asked.place, *([to.unit] if to else [])]
    watches = watches_at(views, units, asked.at, known_at)
    authorities = views.rows(Authority, known_at=known_at, matter=asked.matter)
    delegations = views.rows(Delegation, known_at=known_at, matter=asked.matter)
    if giver is None or to is None:
        return watches, route(watches, authorities, delegations, asked)
    from_unit = unit_of(views, giver, known_at)
    return watches, route(watches, authorities, delegations, asked, (from_unit, to))


def position_of(views: Views, name: str, at: datetime, known_at: datetime | None = None) -> Position:
    """The position of that name, or the one that heads the unit of that name. Raises ``Unknown``, and ``Refused`` for
    an office of civil authority: it directs, and nothing is given to it."""
    found = views.row(Position, name, known_at=known_at)
    if found is not None:
        if kinds_of(views, {found.title})[found.title] == "civil":
            raise Refused(f"{name} is an office of civil authority, which owns no tasking: name a position below it")
        return found
    if views.row(Unit, name, known_at=known_at) is None:
        raise Unknown(f"{name!r} is neither a position nor a unit in the record")
    head = head_of(watches_at(views, [name], at, known_at), name)
    if head is None:
        raise Refused(f"unit {name} has no command position that could receive a directive; name a position")
    return head


def unit_of(views: Views, name: str, known_at: datetime | None = None) -> str:
    """The unit of that name, or the unit of the position of that name. Raises ``Unknown``."""
    if views.row(Unit, name, known_at=known_at) is not None:
        return name
    position = views.row(Position, name, known_at=known_at)
    if position is None:
        raise Unknown(f"{name!r} is neither a unit nor a position in the record")
    return position.unit
