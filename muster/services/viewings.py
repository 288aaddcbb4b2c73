"""Who looked at a member's page: recorded once for each user, member and hour, and shown to whom the page is about."""

from collections.abc import Sequence
from datetime import datetime

from muster.domain.errors import MusterError
from muster.domain.force import Unit
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.snapshot import path_up
from muster.domain.viewings import Viewing, hour_of
from muster.ports import Record, Store, Views
from muster.services.duty import known_member
from muster.services.entitled import not_entitled, serves_in
from muster.services.gate import Viewer


def is_recorded(views: Views, viewing: Viewing) -> bool:
    """Whether it is recorded that this user saw as much in this hour."""
    before = views.row(Viewing, viewing.key)
    return before is not None and (before.full or not viewing.full)


def look(record: Record, viewing: Viewing) -> bool:
    """Record that somebody looked; returns whether that was new. Safe to repeat."""
    if is_recorded(record, viewing):
        return False
    record.append([Fact(viewing.stream, "viewing.made", viewing.at, to_body(viewing))])
    return True


def viewings_of(views: Views, member: str, known_at: datetime | None = None) -> Sequence[Viewing]:
    """Who looked at the member's page, the latest first."""
    return sorted(views.rows(Viewing, member=member, known_at=known_at), key=lambda v: (v.at, v.user), reverse=True)


def look_of(store: Store, name: str, viewer: Viewer, at: datetime) -> tuple[bool, str]:
    """Whether somebody may read all of a member's page, and if not why, and who can change that. That they look is
    recorded before; where that cannot be, as while a large load runs, they may not. Raises ``Unknown``."""
    with store.reading() as views:
        known_member(views, name)
        units = serves_in(views, name, at)
        office = _office(views, viewer, units)
        full = name == viewer.member or office is not None
        viewing = Viewing(
            member=name, user=viewer.user, hour=hour_of(at), at=at, viewer=viewer.member, office=office, full=full
        )
        recorded = name == viewer.member or is_recorded(views, viewing)
        refused = "" if full else _refused(views, name, units)
    if not recorded and not _recorded(store, viewing):
        return False, "Nobody can be recorded as having looked at this moment: try again in a minute."
    return full, refused


def _recorded(store: Store, viewing: Viewing) -> bool:
    try:
        with store.writing() as record:
            look(record, viewing)
    except MusterError:  # somebody else writes for long, or the record cannot be reached
        return False
    return True


def _office(views: Views, viewer: Viewer, units: set[str]) -> str | None:
    """The first command of the viewer that stands over one of these units; None: none."""
    known = {u.unit: u for u in views.rows(Unit)}
    over = {above.unit for unit in units for above in path_up(known, unit)}
    return next((o.position.position for o in viewer.offices if o.kind == "command" and o.position.unit in over), None)


def _refused(views: Views, member: str, units: set[str]) -> str:
    """Why somebody is shown no more than everybody, and who can change that."""
    what = f"What else is known of {member} (hours, fitness, tours, taskings, requests)"
    if not units:
        return f"{what} is for {member} alone: they serve in no unit now"
    return str(not_entitled(views, what, min(units), commands=True))
