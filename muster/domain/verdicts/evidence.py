"""What claims are held against: rows of the record as believed at one instant, and who is meant by a holder."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from muster.domain.claims import OfMember
from muster.domain.force import Position
from muster.domain.instants import local_text, on_clock
from muster.domain.members import Appointment, Member
from muster.domain.presence import DutyFile
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot
from muster.domain.taskings import Call

Ruling = Literal["supported", "contradicted", "not covered"]
DAY = timedelta(days=1)
MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Finding:
    """A ruling, why in a clause that goes on from "in the record, ...", and the rows it rests on.

    ``counted``: the rows are too many to name each; the first and the last stand for them. ``member``: whom it is
    about, where that is known.
    """

    ruling: Ruling
    why: str
    rows: tuple[Row, ...] = ()
    counted: bool = False
    member: str | None = None


def supported(why: str, *rows: Row) -> Finding:
    """The record says so."""
    return Finding("supported", why, rows)


def contradicted(why: str, *rows: Row) -> Finding:
    """The record says otherwise."""
    return Finding("contradicted", why, rows)


def not_covered(why: str) -> Finding:
    """The record is silent."""
    return Finding("not covered", why)


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a claim is about, and the appointment by which that is known; None where the claim names the member."""

    member: str
    appointment: Appointment | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows as believed at ``known``. ``snapshot`` has the duty files and the schedule. ``appointments`` are those of
    every position that claims name, by position; ``positions`` those themselves and the callers'. ``everyone``: all
    members, where strength is asked."""

    known: datetime
    snapshot: Snapshot
    appointments: Mapping[str, Sequence[Appointment]] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    separations: Sequence[Separation] = ()
    calls: Sequence[Call] = ()
    positions: Sequence[Position] = ()
    everyone: Sequence[Member] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which people of the force read clocks."""
        return self.snapshot.schedule.zone

    def file(self, member: str) -> DutyFile:
        """What is known of a member's duty."""
        return self.snapshot.files.get(member) or DutyFile(member)

    def said(self, at: datetime) -> str:
        """An instant as people of the force read it."""
        return local_text(at, self.zone).replace("T", " ")

    def midnight(self, day: date) -> datetime:
        """The first instant of a day."""
        return on_clock(day, MIDNIGHT, self.zone)

    def held_by(self, position: str, member: str | None = None) -> list[Appointment]:
        """Appointments to a position, in order of time; of one member or of all."""
        found = [a for a in self.appointments.get(position, ()) if member in (None, a.member)]
        return sorted(found, key=lambda a: (a.since, a.key))

    def places(self, position: str) -> int:
        """How many may hold a position at once; 0 where the record does not know it."""
        return next((p.places for p in self.positions if p.position == position), 0)

    def left(self, member: str) -> list[Separation]:
        """Separations of a member, withdrawn ones too, in order of filing."""
        return sorted((s for s in self.separations if s.member == member), key=lambda s: (s.filed, s.key))

    def person(self, claim: OfMember) -> Person | Finding:
        """Whom the claim is about: the member it names, or the holder on its day, substantive before acting."""
        if claim.member is not None:
            known = claim.member in self.members
            return Person(claim.member) if known else not_covered(f"there is no member {claim.member}")
        position, day = claim.holder or "", claim.as_of or self.known.date()
        start, end = self.midnight(day), self.midnight(day + DAY)
        on_day = [a for a in self.held_by(position) if overlaps(a, start, end)]
        if not on_day:
            return not_covered(f"nobody is recorded as holding {position} on {day}")
        # When it changes hands within the day, it is the one who had it when the day began.
        holder = min(on_day, key=lambda a: (a.kind != "substantive", a.since, a.key))
        return Person(holder.member, holder)


def by_position(held: Iterable[Appointment]) -> dict[str, list[Appointment]]:
    """Appointments as ``Evidence`` has them."""
    found: dict[str, list[Appointment]] = defaultdict(list)
    for a in held:
        found[a.position].append(a)
    return found


def overlaps(row: Appointment, start: datetime | None, end: datetime | None) -> bool:
    """Whether an appointment holds at some time of a period; None: the period is open on that side."""
    return (end is None or row.since < end) and (start is None or row.until is None or row.until > start)


def within(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    """Whether an instant lies in a period; None: open on that side."""
    return (start is None or start <= at) and (end is None or at < end)
