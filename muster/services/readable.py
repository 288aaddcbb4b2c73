"""What of the record whoever has an account may read, taskings, requests, facts, by the positions they hold now."""

from collections.abc import Iterable
from datetime import datetime

from muster.domain.errors import NotEntitled, Unknown
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.entitled import not_entitled, top_of
from muster.services.fact_rights import may_export
from muster.services.gate import Viewer
from muster.services.names import Names
from muster.services.offices import units_above
from muster.services.request_history import Listed, requests_at
from muster.services.tasking_board import Who, as_read, may_see, not_there
from muster.services.tasking_history import taskings_at


def who_of(viewer: Viewer) -> Who:
    """Who reads taskings, for this viewer."""
    return Who(viewer.member, frozenset(o.position.position for o in viewer.offices), viewer.sees, viewer.commands)


def taskings_for(
    views: Views, viewer: Viewer, at: datetime | None = None, known_at: datetime | None = None
) -> list[Tasking]:
    """The taskings that somebody may read, as they stood at an instant, by name."""
    now = at is None and known_at is None
    found = views.rows(Tasking) if now else taskings_at(views, at or views.now, known_at)
    return _read(views, viewer, found, known_at)


def _read(views: Views, viewer: Viewer, found: Iterable[Tasking], known_at: datetime | None) -> list[Tasking]:
    """Those of them that somebody may read, each as they may."""
    words, who = Names(views, known_at), who_of(viewer)
    return [as_read(t, who) for t in found if may_see(t, words, who)]


def tasking_for(
    views: Views, viewer: Viewer, name: str, at: datetime | None = None, known_at: datetime | None = None
) -> Tasking:
    """One of them. Raises ``Unknown``, in the same words for one that is not there and one that they may not read."""
    now = at is None and known_at is None
    found = views.rows(Tasking, tasking=name) if now else taskings_at(views, at or views.now, known_at)
    for tasking in _read(views, viewer, [t for t in found if t.tasking == name], known_at):
        return tasking
    raise not_there(views, name)


def requests_for(
    views: Views, viewer: Viewer, at: datetime | None = None, known_at: datetime | None = None
) -> list[Listed]:
    """The requests that somebody may read, in the order of filing. Reasons are told as they stand now alone: it is by
    the rights of now that they are read."""
    now = at is None and known_at is None
    found = requests_at(views, at or views.now, known_at, viewer=viewer.member if now else None)
    return [r for r in found if viewer.member in r.request.parties or r.request.unit in viewer.sees]


def request_for(views: Views, viewer: Viewer, name: str) -> Listed:
    """One of them as it stands. Raises ``Unknown``, in the same words for one that they may not read."""
    for listed in requests_for(views, viewer):
        if listed.request.request == name:
            return listed
    raise Unknown(f"request {name!r}: there is none that you may read; whoever commands its unit can show it to you")


def must_see(views: Views, viewer: Viewer, what: str, unit: str) -> None:
    """Raise ``NotEntitled`` for somebody who may not read what goes on in a unit: its roster, its roll call."""
    if unit not in viewer.sees:
        raise not_entitled(views, f"the {what} of {unit}", unit, commands=False)


def must_run_duty(views: Views, viewer: Viewer, unit: str) -> None:
    """Raise ``NotEntitled`` for somebody who holds no command or tour position in the unit or above it: a call list has
    the numbers of all whom they may have to call."""
    if unit not in viewer.sees or not viewer.runs({u.unit for u in units_above(views, unit)} | {unit}):
        raise not_entitled(views, f"the call list of {unit}", unit, commands=True)


def must_read_facts(views: Views, viewer: Viewer) -> None:
    """Raise ``NotEntitled`` unless they hold a command at the top of the force: facts tell of all units, and why
    somebody is away."""
    if not may_export(views, viewer):
        raise NotEntitled(f"facts are for whoever commands the whole force: {top_of(views)} can show them to you")
