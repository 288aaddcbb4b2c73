"""Lending members to other units: attached for a time by somebody who commands both units, and the end of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.duty import Squad, SquadPlace, Tour
from muster.domain.errors import Refused, Unknown
from muster.domain.force import Position, Unit
from muster.domain.instants import local_text
from muster.domain.members import Appointment, Attachment
from muster.domain.presence import holds
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.separation import Separation
from muster.domain.snapshot import path_up
from muster.domain.valid import valid, valid_text
from muster.ports import Record, Views
from muster.services.duty import ends_after, known_member, known_unit
from muster.services.offices import force_of, kinds_of
from muster.services.publishers import holder_of
from muster.services.sealing import sealed


def attach(record: Record, wanted: Attachment, by: str, at: datetime) -> Attachment:
    """Lend the member as wanted, signed ``at`` an instant by the holder of a command position of a unit that stands
    over both the units where they serve and the one that they are lent to, or is one of them. Safe to repeat.

    Raises ``Refused`` with all that is in the way, ``Unknown`` for a member or a unit that is not there.
    """
    valid_text(f"attaching {wanted.member}", "reason", wanted.reason)
    valid(wanted)
    known_member(record, wanted.member)
    unit = known_unit(record, wanted.unit)
    before = record.row(Attachment, wanted.key)
    row = _sealed(record, wanted, before)
    if row == before:
        return row
    signer, wrong = over_both(record, by, wanted, at)
    wrong += [*_unit_wrong(record, unit, wanted), *_work_wrong(record, wanted), *_time_wrong(record, wanted)]
    if wrong:
        raise Refused(f"attaching {wanted.member} to {wanted.unit}: " + "; ".join(wrong))
    return _kept(record, row, "changed" if before else "entered", by, signer)


def detach(record: Record, member: str, by: str, at: datetime, reason: str) -> Attachment:
    """End the attachment that holds at the instant; who may make it may end it. Safe to repeat. Raises ``Unknown``
    where there is none to end."""
    valid_text(f"ending the attachment of {member}", "reason", reason)
    known_member(record, member)
    all_of_them = record.rows(Attachment, member=member)
    if ended := next((a for a in all_of_them if a.until == at), None):
        return ended
    running = next((a for a in all_of_them if holds(a, at) and a.since < at), None)
    if running is None:
        raise Unknown(f"member {member} is attached nowhere at that time; one that has not begun is taken back")
    signer, wrong = over_both(record, by, running, at)
    if wrong:
        raise Refused(f"ending the attachment of {member} to {running.unit}: " + "; ".join(wrong))
    return _kept(record, _sealed(record, replace(running, until=at, reason=reason), running), "changed", by, signer)


def _sealed(record: Record, row: Attachment, before: Attachment | None) -> Attachment:
    """The row with its reason sealed; the same reason as before keeps its token."""
    (found,) = sealed(record, [(row, before)])
    assert isinstance(found, Attachment)
    return found


def _kept(record: Record, row: Attachment, verb: str, by: str, signer: str) -> Attachment:
    """Append the fact, with who signed it beside the row."""
    body = {**to_body(row), "by": by, "signer": signer}
    record.append([Fact(row.stream, f"{row.NOUN}.{verb}", row.since, body)])
    return row


def over_both(views: Views, by: str, wanted: Attachment, at: datetime) -> tuple[str, list[str]]:
    """The member who holds the position at the instant, and every reason why they may not lend the member so; no
    reason: they may."""
    position = views.row(Position, by)
    if position is None or not holds(position, at):
        return "", [f"position {by} is not in the record{'' if position is None else ' at that time'}"]
    signer = holder_of(views, by, at)
    wrong = [] if signer else [f"nobody holds {by} at that time: appoint somebody"]
    units = {u.unit: u for u in views.rows(Unit)}
    places = sorted(homes_of(views, wanted.member, wanted.since) | {wanted.unit})
    if kinds_of(views, {position.title})[position.title] != "command" or not all(
        position.unit in {above.unit for above in path_up(units, place) if not above.civil} for place in places
    ):
        wrong.append(f"{by} must be a command position of a unit over {' and '.join(places)}, or of the higher one")
    return signer or "", wrong


def homes_of(views: Views, member: str, at: datetime) -> set[str]:
    """The units in which a member holds a position or is in a squad at the instant, wherever they are lent to."""
    held = {a.position for a in views.rows(Appointment, at=at, member=member)}
    squads = {p.squad for p in views.rows(SquadPlace, at=at, member=member)}
    found = {p.unit for p in views.rows(Position, position=held)} if held else set()
    return found | ({s.unit for s in views.rows(Squad, squad=squads)} if squads else set())


def _unit_wrong(views: Views, unit: Unit, wanted: Attachment) -> Iterator[str]:
    if unit.civil or not holds(unit, wanted.since):
        yield f"unit {unit.unit} has no tours then: nobody is lent to it"
    if unit.unit in homes_of(views, wanted.member, wanted.since):
        yield f"unit {unit.unit} is where {wanted.member} serves: nobody is lent to their own unit"


def _work_wrong(views: Views, wanted: Attachment) -> Iterator[str]:
    """A squad that is not of that unit, a tour that is not there, or both."""
    if wanted.squad and wanted.tour:
        yield "squad and tour must not both be given: the squad's chart gives the tours"
    squad = views.row(Squad, wanted.squad) if wanted.squad else None
    if wanted.squad and (squad is None or squad.unit != wanted.unit):
        yield f"squad {wanted.squad} must be a squad of {wanted.unit}"
    if wanted.tour and views.row(Tour, wanted.tour) is None:
        yield f"tour {wanted.tour} is not in the record"


def _time_wrong(views: Views, wanted: Attachment) -> Iterator[str]:
    """An end before the beginning, another attachment then, or a member who has left by then."""
    zone = ZoneInfo(force_of(views).zone)
    yield from (f"{c.field} {c.value} {c.must}" for c in ends_after(views, wanted.until, wanted.since))
    for other in views.rows(Attachment, member=wanted.member):
        begins, ends = (
            wanted.until is None or other.since < wanted.until,
            other.until is None or (other.until > wanted.since),
        )
        if other.key != wanted.key and begins and ends:
            until = "" if other.until is None else f" until {local_text(other.until, zone)}"
            yield f"{wanted.member} is attached to {other.unit} from {local_text(other.since, zone)}{until}: end that"
    for s in views.rows(Separation, member=wanted.member):
        if s.stands() and s.vacates_from <= wanted.since:
            yield f"{wanted.member} has left by then: {s.kind} from {local_text(s.vacates_from, zone)}"
