"""Who decides a request: those whom the force's authority rows name, else who commands the unit or one above it; and
nobody what they are a party to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from muster.domain.authority import Authority, Delegation
from muster.domain.competence import Asked, competent
from muster.domain.errors import Refused
from muster.domain.escalating import Reach
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment
from muster.domain.presence import holds
from muster.domain.requests import Request
from muster.domain.routing import standing_of
from muster.domain.snapshot import path_up
from muster.domain.wording import few
from muster.ports import Views
from muster.services.publishers import holder_of
from muster.services.reach import Channels
from muster.services.snapshots import snapshot
from muster.services.watch import watches_at

DAY_HOURS: Final = 24
SHOWN: Final = 4
"""So many positions are named to whoever may not decide."""


def deciders(views: Views, request: Request, at: datetime) -> list[Position]:
    """The positions that may decide the request, the nearest first. Where a party holds one of them, only those that
    stand over it. Raises ``Refused`` where there is none in the force."""
    lowest, standing = _lowest(views, request, at)
    units = {u.unit: u for u in views.rows(Unit)}
    path = [u.unit for u in path_up(units, lowest) if not u.civil]
    titles = {t.title: t for t in views.rows(Title)}
    may = [p for p in views.rows(Position, at=at, unit=path) if _is_entitled(titles[p.title], standing)]
    held = {a.position for a in views.rows(Appointment, at=at, member=request.parties)}
    theirs = [p for p in may if p.position in held]
    found = [p for p in may if all(_stands_over(path, p, below) for below in theirs)]
    if not found:
        raise Refused(
            f"{request.kind} of {request.member}: nobody of the force stands over {' and '.join(request.parties)} to "
            f"decide it; a leave is recorded as an absence, by whoever runs Muster"
        )
    return sorted(found, key=lambda p: (path.index(p.unit), p.order, p.position))


def _lowest(views: Views, request: Request, at: datetime) -> tuple[str, int | None]:
    """The lowest unit that decides it, and the standing that a tour title needs to; None: no tour position may."""
    rows = [a for a in views.rows(Authority, matter=request.kind) if holds(a, at)]
    if not rows:
        return request.unit, None
    hours = len([*request.days]) * DAY_HOURS if request.kind == "leave" else None
    asked = Asked(request.kind, request.unit, at, hours=hours, members=len(request.parties))
    state = snapshot(views, [request.unit], at=at)
    found = competent(state, rows, views.rows(Delegation, matter=request.kind), asked)
    return found.unit, standing_of(state, found.authority)


def _is_entitled(title: Title, standing: int | None) -> bool:
    is_tour = title.kind == "tour" and standing is not None and title.standing >= standing
    return title.kind == "command" or is_tour


def _stands_over(path: Sequence[str], above: Position, below: Position) -> bool:
    """Whether a position stands over another: in a unit above, or earlier in the order of the same unit."""
    if above.unit == below.unit:
        return above.order < below.order
    return path.index(above.unit) > path.index(below.unit)


def decider_of(views: Views, request: Request, by: str, at: datetime) -> str:
    """The member who decides the request in this position: its holder at the instant, of a tour position one who is on
    duty; never a party, as no position that one holds may decide. Raises ``Refused`` with why they may not."""
    may = deciders(views, request, at)
    position = next((p for p in may if p.position == by), None)
    if position is None:
        named = few([p.position for p in may], SHOWN)
        raise Refused(f"request {request.request}: {by} does not decide it; these do: {named}")
    titles = {t.title: t for t in views.rows(Title, title=position.title)}
    holder = holder_of(views, by, at)
    if titles[position.title].kind == "tour":
        there = Reach(watches_at(views, [position.unit], at), Channels(views)).holders(by)
        holder = min(there, default=None)
    if holder is None:
        raise Refused(f"request {request.request}: nobody holds {by} at that time who could decide it")
    return holder
