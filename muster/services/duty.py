"""What members and commanders say about duty: signing on and off, holding over, rest, reach, waivers, absences."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from muster.domain.command import CommandEvent
from muster.domain.duty import Reachability, Signing, Waiver
from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.force import Unit
from muster.domain.instants import local_text
from muster.domain.members import Absence, Member
from muster.domain.presence import Status
from muster.domain.profiles import WAIVABLE
from muster.domain.record import entered
from muster.domain.schema import Row
from muster.domain.taskings import Tasking
from muster.domain.valid import valid
from muster.ports import Record, Views
from muster.services.offices import force_of, must_speak_for, must_stand_over
from muster.services.reach import append
from muster.services.watch import watches_at

R = TypeVar("R", bound=Row)


def status(views: Views, member: str, at: datetime, known_at: datetime | None = None) -> Status:
    """The status of a member at an instant. Raises ``Unknown``."""
    known_member(views, member, known_at)
    return watches_at(views, [], at, known_at, [member]).moment.status(member)


def known_member(views: Views, member: str, known_at: datetime | None = None) -> Member:
    """The member. Raises ``Unknown``."""
    found = views.row(Member, member, known_at=known_at)
    if found is None:
        raise Unknown(f"member {member!r} is not in the record: it must be the short name of a member")
    return found


def known_unit(views: Views, unit: str) -> Unit:
    """The unit. Raises ``Unknown``."""
    found = views.row(Unit, unit)
    if found is None:
        raise Unknown(f"unit {unit!r} is not in the record: it must be the short name of a unit")
    return found


def sign_on(
    record: Record, member: str, unit: str, at: datetime, why: str | None = None, by: str | None = None
) -> Signing | None:
    """The member is on duty in the unit from ``at``; None when they have signed on there already."""
    if known_unit(record, unit).civil:
        raise Refused(f"unit {unit}: civil authority has no tours; nobody signs on there")
    now = status(record, member, at)
    if now.state == "separated":
        raise Refused(f"member {member}: {now.source}; somebody who has left cannot sign on")
    if now.state == "on-duty" and now.source == "signed on" and now.unit == unit:
        return None
    return keep(record, Signing(member=member, at=at, kind="on", unit=unit, why=why), by)


def sign_off(record: Record, member: str, at: datetime, by: str | None = None) -> Signing:
    """The member's duty ends at ``at``. Raises ``Refused`` for a member who is not on duty."""
    now = status(record, member, at)
    if now.state != "on-duty" and not _commands_somewhere(record, member):
        raise Refused(f"member {member} is {now.state} at that time ({now.source}): there is no duty to sign off from")
    signed = keep(record, Signing(member=member, at=at, kind="off"), by)
    relieved(record, member, "signed off: relieved", at)
    return signed


def relieved(record: Record, member: str, result: str, at: datetime, place: str | None = None) -> None:
    """Close the taskings to relieve the member (``place``: those of this unit), as that has happened."""
    to_relieve = [t for t in record.rows(Tasking, kind="relief", result=None) if t.is_to_relieve(member)]
    append(record, [f for t in to_relieve if place in (None, t.place) for f in t.close(result, member, at)])


def _commands_somewhere(views: Views, member: str) -> bool:
    return any(e.kind == "assumed" for e in views.rows(CommandEvent, member=member))


def hold_over(record: Record, member: str, at: datetime, why: str | None = None, by: str | None = None) -> Signing:
    """The member stays on duty past the end of the tour, until signed off. ``at`` lies in the tour or is its end."""
    now = status(record, member, at)
    if now.state != "on-duty":
        now = status(record, member, at - timedelta(minutes=1))
    if now.state != "on-duty" or now.unit is None:
        raise Refused(f"member {member} is not on duty then ({now.source}): sign on first, or give a time in the tour")
    return keep(record, Signing(member=member, at=at, kind="held-over", unit=now.unit, why=why), by)


def unreachable(record: Record, member: str, at: datetime, until: datetime | None, stated_by: str) -> Reachability:
    """The member cannot be reached until an hour (None: until further notice), as somebody stated."""
    known_member(record, stated_by)
    return _state(record, Reachability(member=member, since=at, until=until, kind="unreachable", stated_by=stated_by))


def rest(record: Record, member: str, at: datetime, until: datetime, stated_by: str) -> Reachability:
    """The member is to be left to rest until an hour, as the member or a commander over them stated."""
    known_member(record, member)
    must_speak_for(record, stated_by, member, at)
    return _state(record, Reachability(member=member, since=at, until=until, kind="rest", stated_by=stated_by))


def _state(record: Record, said: Reachability) -> Reachability:
    known_member(record, said.member)
    require(f"member {said.member}", *ends_after(record, said.until, said.since))
    return keep(record, said)


def waive(record: Record, waiver: Waiver) -> Waiver:
    """A rule is waived for a member, with the rest owed, signed by somebody in command over them; nobody signs their
    own waiver."""
    known_member(record, waiver.member)
    known_member(record, waiver.signed_by)
    require(
        f"waiver for {waiver.member}",
        Check("rule", waiver.rule, waiver.rule in WAIVABLE, f"must be one of {', '.join(WAIVABLE)}"),
        *ends_after(record, waiver.until, waiver.since),
        Check(
            "signed_by", waiver.signed_by, waiver.signed_by != waiver.member, "must be somebody else than the member"
        ),
    )
    must_stand_over(record, waiver.signed_by, waiver.member, waiver.since)
    return keep(record, waiver)


def absent(record: Record, absence: Absence, by: str | None = None) -> Absence:
    """The member is away for a time; the reason is sealed."""
    known_member(record, absence.member)
    require(f"absence of {absence.member}", *ends_after(record, absence.until, absence.since))
    if absence.reason:
        absence = replace(absence, reason=record.seal([absence.reason])[absence.reason])
    return keep(record, absence, by)


def ends_after(views: Views, until: datetime | None, since: datetime) -> list[Check]:
    """The condition that an end, if there is one, comes after the beginning, in local time of the force."""
    if until is None or until > since:
        return []
    zone, begins = ZoneInfo(force_of(views).zone), since.replace(second=0, microsecond=0)
    return [Check("until", local_text(until, zone), False, f"must be after {local_text(begins, zone)}")]


def keep(record: Record, row: R, by: str | None = None) -> R:
    """Append the fact that a row was entered, or changed where one of the same key stands; returns the row. ``by``: who
    entered it, where the row does not say."""
    valid(row)
    before = record.row(type(row), row.key)
    if before != row:
        fact = entered(row, before, record.now)
        record.append([fact if by is None else replace(fact, body={**fact.body, "by": by})])
    return row
