"""Open taskings of a position that nobody holds any more: relieved, gone, or taken out. Somebody is sought for them."""

from collections.abc import Collection
from datetime import datetime

from muster.domain.force import Position
from muster.domain.members import Appointment
from muster.domain.presence import holds
from muster.domain.record import Fact
from muster.domain.separation import Separation
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services.reach import append


def unheld(views: Views, at: datetime) -> list[tuple[Tasking, datetime]]:
    """The open taskings that somebody had accepted in a position that nobody holds now, and since when nobody does;
    where the record does not tell, since the tasking was received."""
    accepted = [t for t in views.rows(Tasking, result=None) if t.accepted_by is not None]
    since = _vacant(views, {t.owner for t in accepted}, at)
    return [(t, since[t.owner] or t.received_at) for t in accepted if t.owner in since]


def seek_for_unheld(record: Record, at: datetime) -> list[Fact]:
    """Seek somebody for taskings of positions that nobody holds any more, as if nobody had accepted them. Returns what
    was recorded of them; safe to repeat."""
    left = [tasking.left(at) for tasking, _ in unheld(record, at)]
    append(record, left)
    return left


def next_unheld(views: Views, after: datetime, until: datetime) -> datetime | None:
    """The first instant after ``after`` and not after ``until`` at which nobody holds a position any more in which an
    open tasking was accepted, as far as is known now; None: there is none."""
    owners = {t.owner for t in views.rows(Tasking, result=None) if t.accepted_by is not None}
    held = views.rows(Appointment, position=owners)
    gone = [s.effective for s in views.rows(Separation, member={a.member for a in held}) if s.stands()]
    ends = {end for end in (*(a.until for a in held), *gone) if end is not None and after < end <= until}
    left = {t.tasking for t, _ in unheld(views, after)} if ends else set()
    return next((at for at in sorted(ends) if any(t.tasking not in left for t, _ in unheld(views, at))), None)


def _vacant(views: Views, positions: Collection[str], at: datetime) -> dict[str, datetime | None]:
    """Which of these positions nobody holds at the instant, and since when; None: the record does not tell."""
    there = {p.position for p in views.rows(Position, position=positions) if holds(p, at)}
    held: dict[str, list[Appointment]] = {position: [] for position in positions}
    for a in views.rows(Appointment, position=there):
        held[a.position].append(a)
    members = {a.member for of_it in held.values() for a in of_it}
    gone = {s.member: s.effective for s in views.rows(Separation, member=members) if s.stands()}
    found: dict[str, datetime | None] = {}
    for position, of_it in held.items():
        ends = [_end(a, gone.get(a.member)) for a in of_it if a.since <= at]
        if all(end is not None and end <= at for end in ends):
            found[position] = max((end for end in ends if end is not None), default=None)
    return found


def _end(appointment: Appointment, gone: datetime | None) -> datetime | None:
    """When somebody holds a position no more: the appointment ends, or they are out of the force."""
    return min((end for end in (appointment.until, gone) if end is not None), default=None)
