"""Appointing members to positions, relieving them, and how a position stands, asked of the record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.appointing import Order, Person, Post
from muster.domain.appointing import appoint as decide_appointment
from muster.domain.appointing import relieve as decide_relief
from muster.domain.appointments import Standing, standing
from muster.domain.duty import Squad, SquadPlace
from muster.domain.errors import require
from muster.domain.force import Position, Rank
from muster.domain.members import Appointment, Career
from muster.domain.presence import holds
from muster.domain.record import Fact, Recorded
from muster.domain.separation import Separation
from muster.domain.taskings import Tasking
from muster.domain.valid import valid, valid_text
from muster.ports import Record, Views
from muster.services.duty import ends_after, known_member
from muster.services.gaps import open_gaps
from muster.services.offices import force_of, offices_of, position_named, units_above
from muster.services.reach import append
from muster.services.snapshots import snapshot


@dataclass(frozen=True, slots=True)
class Appointed:
    """What an appointment brought about. ``told``: open taskings of the position of which the holder was told;
    ``closed``: gap taskings that it closed; ``notes``: what a person may still have to see to."""

    appointment: Appointment
    facts: tuple[Recorded, ...]
    told: tuple[str, ...]
    closed: tuple[str, ...]
    notes: tuple[str, ...]


def appoint(record: Record, order: Order) -> Appointed:
    """Appoint the member as ordered, from ``order.appointment.since``. Safe to repeat.

    Raises ``Refused`` with everything in the way: no authority, places taken, rank, a former position, separation.
    """
    new = order.appointment
    position = position_named(record, new.position)
    known_member(record, new.member)
    require(f"appointment of {new.member} to {new.position}", *ends_after(record, new.until, new.since))
    decided = min(new.since, record.now)
    facts = decide_appointment(order, _post(record, position, order.by, decided), _person(record, order))
    valid(new)
    told: list[Fact] = []
    closing: list[Fact] = []
    if facts:
        told = [
            t.tell(new.position, f"{new.member} holds {new.position}", decided, new.member)
            for t in _owned(record, new.position)
        ]
        closing = _closing(record, order, decided)
    appended = [*record.append(facts), *append(record, [*told, *closing])]
    return Appointed(
        new,
        tuple(appended),
        tuple(_key(f) for f in told),
        tuple(_key(f) for f in closing),
        tuple(_notes(record, new, position)),
    )


def relieve(
    record: Record, member: str, position: str, by: str, at: datetime, why: str | None = None
) -> list[Recorded]:
    """End the member's appointment to the position at the instant, or take back one that has not begun. Safe to
    repeat. Software relieves nobody: ``by`` is a person, or an office of civil authority."""
    known_member(record, member)
    if why:
        valid_text(f"relieving {member} of {position}", "why", why)
    post = _post(record, position_named(record, position), by, min(at, record.now))
    return record.append(decide_relief(post, member, by, at, why))


def position(views: Views, name: str, at: datetime, known_at: datetime | None = None) -> Standing:
    """How a position stands at an instant. Raises ``Unknown``."""
    row = position_named(views, name, known_at)
    held = views.rows(Appointment, known_at=known_at, position=name)
    here = snapshot(views, [row.unit], members={a.member for a in held}, known_at=known_at)
    return standing(here, row, held, at)


def _post(views: Views, position: Position, by: str, at: datetime) -> Post:
    held = views.rows(Appointment, position=position.position)
    separations: dict[str, list[Separation]] = {}
    for s in views.rows(Separation, member={a.member for a in held}):
        separations.setdefault(s.member, []).append(s)
    above = [u.unit for u in units_above(views, position.unit)]
    zone = ZoneInfo(force_of(views).zone)
    return Post(position, above, held, separations, offices_of(views, by, at), zone)


def _person(views: Views, order: Order) -> Person:
    member = order.appointment.member
    return Person(
        known_member(views, member),
        views.rows(Appointment, member=member),
        sorted(views.rows(Career, member=member), key=lambda c: c.since),
        views.rows(Separation, member=member),
        views.rows(SquadPlace, member=member),
        {r.rank: r for r in views.rows(Rank)},
        views.row(Squad, order.squad) if order.squad else None,
    )


def _owned(views: Views, position: str) -> list[Tasking]:
    return [t for t in views.rows(Tasking, owner=position) if t.is_open]


def _closing(views: Views, order: Order, at: datetime) -> list[Fact]:
    """The facts that close gaps which the appointment fills: it holds, or begins, when the position is vacant."""
    new = order.appointment
    leaving = views.rows(Separation, member={a.member for a in views.rows(Appointment, position=new.position)})
    facts: list[Fact] = []
    for tasking, separation in open_gaps(views, new.position, leaving):
        if new.until is None or new.until > separation.vacates_from:
            facts += tasking.close(f"{new.member} appointed, {new.kind}", order.by, at)
    return facts


def _notes(views: Views, new: Appointment, position: Position) -> Sequence[str]:
    """A holder whose chart has them on duty in another unit cannot take the watch of this one."""
    places = [p for p in views.rows(SquadPlace, member=new.member) if holds(p, new.since)]
    squads = {s.squad: s for s in views.rows(Squad, squad={p.squad for p in places})}
    elsewhere = [s for s in squads.values() if s.unit != position.unit]
    return [
        f"{new.member} follows squad {s.squad} of {s.unit}, and is on duty there: move them to a squad with it, or let "
        f"them sign on in {position.unit}"
        for s in elsewhere
    ]


def _key(fact: Fact) -> str:
    return fact.stream.partition("/")[2]
