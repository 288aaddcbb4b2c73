"""Who may publish a unit's roster, amend it, and close its ledger: who commands it or a unit above, unless the force
says otherwise."""

from datetime import datetime
from typing import Final

from muster.domain.authority import Authority, Delegation
from muster.domain.competence import Asked, competent
from muster.domain.errors import Refused
from muster.domain.force import Position, Unit
from muster.domain.members import Appointment, Member
from muster.domain.presence import holds
from muster.domain.snapshot import path_up
from muster.ports import Views
from muster.services.offices import kinds_of, offices_of
from muster.services.snapshots import snapshot

Act = tuple[str, str]
"""What is signed: the matter, and in words. A force that has authority rows for the matter says by them who signs."""
PUBLISHING: Final[Act] = "roster", "publishes"
CLOSING: Final[Act] = "ledger", "closes the ledger"


def signer_of(
    views: Views, by: str, unit: str, members: int, at: datetime, act: Act = PUBLISHING
) -> tuple[str, list[str]]:
    """The member who holds the position at the instant, and every reason why they may not do this for so many members
    of the unit; no reason: they may."""
    position = views.row(Position, by)
    if position is None and views.row(Member, by) is not None:
        held = ", ".join(office.position.position for office in offices_of(views, by, at)) or "none at that time"
        return "", [f"{by} is a member, and a position signs: of theirs, {held}"]
    if position is None or not holds(position, at):
        return "", [f"position {by} is not in the record{'' if position is None else ' at that time'}"]
    units = {u.unit: u for u in views.rows(Unit)}
    wrong = [] if unit not in units else _without_right(views, position, units, (unit, members, at), act)
    signer = holder_of(views, by, at)
    return signer or "", wrong if signer else [*wrong, f"nobody holds {by} at that time: appoint somebody"]


def signers_of(views: Views, unit: str, members: int, at: datetime) -> list[tuple[str, str]]:
    """The positions that may publish a roster of so many members for the unit at the instant, each with the member who
    holds it, the nearest first. Empty where authority rows name nobody."""
    lowest = _lowest(views, unit, members, at, PUBLISHING[0])
    if isinstance(lowest, Refused):
        return []
    units = {u.unit: u for u in views.rows(Unit)}
    above = [u.unit for u in path_up(units, lowest) if not u.civil]
    posts = [p for p in views.rows(Position, at=at, unit=above)]
    kinds = kinds_of(views, {p.title for p in posts})
    found = [
        (p.position, holder_of(views, p.position, at))
        for p in sorted(posts, key=lambda p: (above.index(p.unit), p.order, p.position))
        if kinds[p.title] == "command"
    ]
    return [(position, holder) for position, holder in found if holder is not None]


def must_serve(views: Views, position: str, member: str | None, at: datetime) -> None:
    """Raise ``Refused`` where somebody else signs as the holder of the position: nobody signs in another's name."""
    serves = holder_of(views, position, at)
    if serves != member:
        raise Refused(f"{serves or 'nobody'} serves as {position} now and signs as its holder, and that is not you")


def holder_of(views: Views, position: str, at: datetime) -> str | None:
    """Who holds it then and has not left for terminal leave: acting before substantive, then the latest."""
    held = [a for a in views.rows(Appointment, at=at, position=position) if _in_post(views, a, at)]
    last = max(held, key=lambda a: (a.kind == "acting", a.since), default=None)
    return None if last is None else last.member


def _in_post(views: Views, appointment: Appointment, at: datetime) -> bool:
    return any(o.position.position == appointment.position for o in offices_of(views, appointment.member, at))


def _without_right(
    views: Views, position: Position, units: dict[str, Unit], what: tuple[str, int, datetime], act: Act
) -> list[str]:
    """Why the position has no right to it."""
    kind = kinds_of(views, {position.title})[position.title]
    lowest = _lowest(views, *what, act[0])
    if isinstance(lowest, Refused):
        return [str(lowest)]
    may = [u.unit for u in path_up(units, lowest) if not u.civil]
    if kind == "command" and position.unit in may:
        return []
    return [
        f"{position.position} is a {kind} position of {position.unit}: a command position of {lowest} or above it "
        f"{act[1]}"
    ]


def _lowest(views: Views, unit: str, members: int, at: datetime, matter: str) -> str | Refused:
    """The lowest unit whose commanders sign: the one that the force's authority rows name, else the unit itself."""
    authorities = views.rows(Authority, matter=matter)
    if not any(holds(a, at) for a in authorities):
        return unit
    asked = Asked(matter, unit, at, members=members)
    try:
        return competent(snapshot(views, [unit], at=at), authorities, views.rows(Delegation, matter=matter), asked).unit
    except Refused as said:
        return said
