"""Relief proposed by hand: a commander asks one member to take over from another, and Reach carries it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.domain.errors import Refused
from muster.domain.escalating import Approach, Reach, contacts_for
from muster.domain.escalation import Escalation
from muster.domain.force import Position, Title
from muster.domain.members import Appointment
from muster.domain.proposing import head_above, proposal_name, proposed
from muster.domain.relieving import LONGEST, Giver, Group, Relief
from muster.domain.takeover import Takeover, what_breaks
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.duty import known_member
from muster.services.offices import must_stand_over, offices_of
from muster.services.reach import Channels, append
from muster.services.relief import Wanted, reliefs
from muster.services.taskings import free_name
from muster.services.watch import watches_at


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal made by hand: the tasking, and who is asked to take over, with what that would break."""

    tasking: Tasking
    giver: Giver


def propose(record: Record, member: str, to: str, by: str, at: datetime) -> Proposed:
    """``by``, who stands over both, asks ``to`` to take over from ``member``, who is on duty. What is proposed already
    for this duty is brought to ``to`` too. Where they do not answer in time the others of the chain are asked, the
    proposer first. Safe to repeat: whoever has time left to answer is not asked again. Raises ``Refused`` and
    ``Unknown``."""
    known_member(record, to)
    if to == member:
        raise Refused(f"{member} cannot relieve themselves: name somebody else")
    must_stand_over(record, by, member, at)
    must_stand_over(record, by, to, at)
    (relief,) = reliefs(record, at, Wanted(member=member))
    watches = watches_at(record, [relief.unit], at, members=[member, to])
    giver = _giver(record, watches, relief, to)
    tasking = _open(record, relief) or _made(record, watches, relief, giver, by)
    if not _has_time_left(record, tasking, to, at):
        _ask(record, watches, tasking, giver, by)
    return Proposed(tasking, giver)


def _giver(views: Views, watches: Watches, relief: Relief, to: str) -> Giver:
    moment, snapshot = watches.moment, watches.snapshot
    status = moment.status(to)
    if status.state in ("separated", "absent"):
        raise Refused(f"member {to} is not available at that time: name somebody else")
    seat = _seat(views, to, moment.at)
    until = moment.at + LONGEST
    duty = Takeover(moment.file(to), snapshot.schedule, snapshot.profile, relief.unit, moment.at, until)
    group: Group = "on duty" if status.state == "on-duty" else "can be called in"
    return Giver(to, seat.position, seat.unit, group, moment.at, until, what_breaks(duty))


def _seat(views: Views, member: str, at: datetime) -> Position:
    """The position in which a member is asked: a command or tour position before a place on the establishment."""
    held = views.rows(Position, position={a.position for a in views.rows(Appointment, at=at, member=member)})
    kinds = {t.title: t.kind for t in views.rows(Title)}
    if not held:
        raise Refused(f"member {member} holds no position, in which they could be asked: appoint them first")
    return min(held, key=lambda p: (kinds[p.title] == "line", p.order, p.position))


def _open(views: Views, relief: Relief) -> Tasking | None:
    """The proposal that is open for this duty; raises ``Refused`` where somebody has accepted it."""
    found = views.row(Tasking, proposal_name(relief.member, relief.since))
    if found is None or not found.is_open:
        return None
    if found.accepted_by is not None:
        has_it = f"{found.accepted_by} ({found.owner}) has accepted to relieve {relief.member}"
        raise Refused(f"{has_it}: nobody else is asked, unless they refuse it")
    return found


def _made(record: Record, watches: Watches, relief: Relief, giver: Giver, by: str) -> Tasking:
    at = watches.moment.at
    name = proposal_name(relief.member, relief.since)
    above = {u.unit for u in watches.snapshot.path_up(relief.unit)}
    mine = [o.position for o in offices_of(record, by, at) if o.kind == "command" and o.position.unit in above]
    tasking = Tasking(
        tasking=name if record.row(Tasking, name) is None else free_name(record),
        kind="relief",
        what=proposed(watches, relief, giver),
        place=relief.unit,
        competent_unit=relief.unit,
        received_at=at,
        deadline=None if relief.overdue is None or relief.overdue <= at else relief.overdue,
        relieves=relief.member,
        giver=mine[0].position if mine else None,
        owner=mine[0].position if mine else head_above(watches, relief.unit),
    )
    append(record, [tasking.received()])
    return tasking


def _has_time_left(views: Views, tasking: Tasking, member: str, at: datetime) -> bool:
    search = views.row(Escalation, tasking.tasking)
    return search is not None and search.asked[-1:] == (member,) and search.due_at is not None and at < search.due_at


def _ask(record: Record, watches: Watches, tasking: Tasking, giver: Giver, by: str) -> None:
    """One step of the escalation that is not the chain's: the member named is asked, by all channels, and has the
    force's minutes to answer; off duty or at rest too, as a commander decided that."""
    at, position = watches.moment.at, str(giver.position)
    search = record.row(Escalation, tasking.tasking)
    assert search is not None  # no tasking is on record without one
    reach = Reach(watches, Channels(record))
    window = timedelta(minutes=watches.snapshot.force.answer_minutes)
    woken = giver.group != "on duty"
    approach = Approach(giver.member, position, f"asked by {by}", "decide", search.step + 1, window, woken=woken)
    asks = contacts_for(reach, tasking, approach)
    if not asks:
        raise Refused(f"member {giver.member} has no contact point: ask them in person, and let them sign on")
    step = search.event(
        "stepped", at, at + window, place=search.place, step=search.step + 1, member=giver.member, position=position
    )
    record.append([step, *tasking.offer(position, by, at), *asks])
