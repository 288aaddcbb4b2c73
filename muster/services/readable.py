"""What of the record whoever has an account may read, taskings, requests, facts, by the positions they hold now."""

from datetime import datetime

from muster.domain.duty import Squad, SquadPlace
from muster.domain.errors import NotEntitled, Unknown
from muster.domain.force import Position, Unit
from muster.domain.members import Appointment, Attachment
from muster.domain.requests import Request
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.gate import Viewer
from muster.services.request_history import Listed, requests_at
from muster.services.tasking_history import taskings_at


def sees_tasking(viewer: Viewer, tasking: Tasking) -> bool:
    """Whether somebody may read a tasking: it belongs to a unit of which they may, or concerns a position of theirs."""
    mine = {o.position.position for o in viewer.offices}
    concerns = {tasking.owner, tasking.giver, tasking.receiver, *tasking.offered_to, *tasking.told}
    return tasking.competent_unit in viewer.sees or bool(mine & concerns) or viewer.member in _people(tasking)


def _people(tasking: Tasking) -> tuple[str, ...]:
    return tuple(m for m in (tasking.accepted_by, tasking.relieves) if m is not None)


def taskings_for(
    views: Views, viewer: Viewer, at: datetime | None = None, known_at: datetime | None = None
) -> list[Tasking]:
    """The taskings that somebody may read, as they stood at an instant, by name."""
    now = at is None and known_at is None
    found = views.rows(Tasking) if now else taskings_at(views, at or views.now, known_at)
    return [t for t in found if sees_tasking(viewer, t)]


def tasking_for(
    views: Views, viewer: Viewer, name: str, at: datetime | None = None, known_at: datetime | None = None
) -> Tasking:
    """One of them. Raises ``Unknown``, in the same words for one that is not there and one that they may not read."""
    now = at is None and known_at is None
    found = [views.row(Tasking, name)] if now else taskings_at(views, at or views.now, known_at)
    for tasking in found:
        if tasking is not None and tasking.tasking == name and sees_tasking(viewer, tasking):
            return tasking
    raise Unknown(f"tasking {name!r}: there is none that you may read; whoever commands its unit can show it to you")


def sees_request(viewer: Viewer, request: Request, waits_for: str | None) -> bool:
    """Whether somebody may read that a request was made: theirs, of a unit that they command, or theirs to decide."""
    mine = {o.position.position for o in viewer.offices}
    return viewer.member in request.parties or request.unit in viewer.commands or waits_for in mine


def requests_for(
    views: Views, viewer: Viewer, at: datetime | None = None, known_at: datetime | None = None
) -> list[Listed]:
    """The requests that somebody may read, in the order of filing. Reasons are told as they stand now alone: it is by
    the rights of now that they are read."""
    now = at is None and known_at is None
    found = requests_at(views, at or views.now, known_at, viewer=viewer.member if now else None)
    return [r for r in found if sees_request(viewer, r.request, r.waits_for)]


def request_for(views: Views, viewer: Viewer, name: str) -> Listed:
    """One of them as it stands. Raises ``Unknown``, in the same words for one that they may not read."""
    for listed in requests_for(views, viewer):
        if listed.request.request == name:
            return listed
    raise Unknown(f"request {name!r}: there is none that you may read; whoever commands its unit can show it to you")


def must_read_facts(views: Views, viewer: Viewer) -> None:
    """Raise ``NotEntitled`` unless they command every unit of the force: facts tell of all of them, and why somebody is
    away."""
    missing = [u.unit for u in views.rows(Unit) if not u.civil and u.unit not in viewer.commands]
    if missing or not viewer.commands:
        raise NotEntitled("the facts of the record are for whoever commands the whole force: they can show them to you")


def units_with(views: Views, member: str, at: datetime) -> frozenset[str]:
    """The units in which somebody holds a position or serves: who commands one of them may read how fit they are."""
    held = {a.position for a in views.rows(Appointment, at=at, member=member)}
    squads = {p.squad for p in views.rows(SquadPlace, at=at, member=member)}
    posts = {p.unit for p in views.rows(Position, position=held)}
    places = {s.unit for s in views.rows(Squad, squad=squads)}
    return frozenset(posts | places | {a.unit for a in views.rows(Attachment, at=at, member=member)})
