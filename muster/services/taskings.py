"""Taskings: received where they belong, offered, accepted, refused, delegated, taken over, sent elsewhere, closed."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count

from muster.domain.bypass import Bypass, Level, bypass, level_of
from muster.domain.competence import Asked
from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.escalating import Reach
from muster.domain.escalation import Escalation
from muster.domain.force import Position
from muster.domain.members import Appointment
from muster.domain.record import Fact, instant_text
from muster.domain.requests import Request
from muster.domain.routing import Route
from muster.domain.taskings import Tasking
from muster.domain.valid import valid_text
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.offices import position_named
from muster.services.reach import Channels, append
from muster.services.routing import position_of, routed, unit_of
from muster.services.tasking_rights import (
    may_take_over,
    must_answer_for,
    must_be_fit,
    must_hold,
    position_of_theirs,
    stands_over,
)
from muster.services.watch import watches_at


@dataclass(frozen=True, slots=True)
class Received:
    """A tasking as it was received, with the route that put it where it is."""

    tasking: Tasking
    route: Route


@dataclass(frozen=True, slots=True)
class Directive:
    """Somebody gives a matter to somebody: units or positions. ``reason`` is needed when it passes the chain."""

    giver: str
    receiver: str
    reason: str | None = None


def tasking_named(views: Views, name: str, known_at: datetime | None = None) -> Tasking:
    """The tasking. Raises ``Unknown``."""
    found = views.row(Tasking, name, known_at=known_at)
    if found is None:
        raise Unknown(f"tasking {name!r} is not in the record; the list of taskings shows what is")
    return found


def next_name(views: Views) -> str:
    """A name for the next tasking: T1, T2, ..."""
    taken = {t.tasking for t in views.rows(Tasking)}
    first = 1 + sum(1 for name in taken if name[1:].isdigit())
    return next(name for number in count(first) if (name := f"T{number}") not in taken)


def free_name(views: Views, name: str | None = None) -> str:
    """The name, or the next; raises ``Refused`` for one that is taken."""
    if name is not None and views.row(Tasking, name) is not None:
        raise Refused(f"tasking {name!r} is in the record already; give another name")
    return name or next_name(views)


def receive(
    record: Record,
    asked: Asked,
    what: str,
    kind: str,
    directive: Directive | None = None,
    name: str | None = None,
    by: str | None = None,
) -> Received:
    """Receive a tasking, which the member ``by`` takes in, whoever gave it. Its owner is the position due in the
    competent unit, or the commander's, whatever a directive says; it is offered to whoever decides it, if that is
    another. A directive past the chain offers it to the receiver, and every level passed over is told.

    Raises ``Refused`` for a directive past the chain without a reason.
    """
    name = free_name(record, name)
    in_time = asked.by is None or asked.by >= asked.at
    require(f"tasking {name}", Check("deadline", asked.by, in_time, f"must not be before it was received, {asked.at}"))
    giver, receiver = (directive.giver, directive.receiver) if directive else (None, None)
    watches, found = routed(record, asked, giver, receiver)
    tasking = Tasking(
        tasking=name,
        kind="directive" if directive else kind,
        what=what,
        matter=asked.matter,
        place=asked.place,
        competent_unit=found.competent_unit,
        people=asked.people,
        hours=asked.hours,
        members=asked.members,
        received_at=asked.at,
        deadline=asked.by,
        notify_at_once=found.notify_at_once,
        giver=giver,
        receiver=found.receiver,
        reason=directive.reason if directive else None,
        entered_by=by,
        owner=found.owner,
    )
    facts = [tasking.received(), *tasking.offer(found.decides.position, tasking.owner, asked.at)]
    if directive is not None and found.receiver is not None:
        passed = Bypass(found.skipped_above, found.competent_below)
        facts += sent(watches, tasking, found.receiver, directive, passed, asked.at)
    facts += _told_at_once(watches, tasking, found, asked.at)
    append(record, facts)
    return Received(tasking_named(record, name), found)


def sent(
    watches: Watches, tasking: Tasking, receiver: str, directive: Directive, passed: Bypass, at: datetime
) -> list[Fact]:
    """The facts that send a tasking to a position; past the chain only with a reason, and every level is told."""
    if passed.told and not (directive.reason or "").strip():
        above = ", ".join(level.position or level.unit for level in passed.skipped_above) or "nobody"
        below = ", ".join(level.name for level in passed.competent_below) or "nobody"
        raise Refused(
            f"this directive passes the chain (skipped above: {above}; competent below: {below}). Send it to "
            f"{tasking.owner} instead, or give the reason for sending it all the same"
        )
    if directive.reason is not None:
        valid_text(f"sending tasking {tasking.tasking}", "reason", directive.reason)
    body = {"to": receiver, "by": directive.giver, "reason": directive.reason}
    lists = {
        "skipped_above": [level.unit for level in passed.skipped_above],
        "competent_below": [level.unit for level in passed.competent_below],
    }
    facts = [tasking.event("sent", at, **body, **lists)]
    over = [_tell(watches, tasking, level, f"{directive.giver} passed over you", at) for level in passed.skipped_above]
    under = [
        _tell(watches, tasking, level, f"{directive.giver} gave it to {receiver} above you", at)
        for level in passed.competent_below
    ]
    return [*facts, *(f for f in (*over, *under) if f is not None)]


def _tell(watches: Watches, tasking: Tasking, level: Level, why: str, at: datetime) -> Fact | None:
    due = None if watches.snapshot.unit(level.unit).civil else watches.due(level.unit).holder
    position = level.position or (due.position if due else None)
    return None if position is None else tasking.tell(position, why, at, due.member if due else None)


def _told_at_once(watches: Watches, tasking: Tasking, found: Route, at: datetime) -> list[Fact]:
    if not found.notify_at_once:
        return []
    level = level_of(watches, found.competent_unit)
    asked_first = not found.decides.waits and found.receiver in (None, level.position)
    if level.position is None or (level.position == found.decides.position and asked_first):
        return []
    told = tasking.tell(str(level.position), "told at once, as the force lists it", at)
    return [told]


def accept(record: Record, name: str, member: str, at: datetime, position: str | None = None) -> Tasking:
    """``member`` takes the tasking on, in a position that owns it or to which it is offered. Safe to repeat.

    Raises ``Refused`` for somebody unfit: they take on no tasking without a waiver.
    """
    tasking = tasking_named(record, name)
    mine = position or position_of_theirs(record, tasking, member, at)
    must_hold(record, member, mine, at)
    facts = tasking.accept(mine, member, at, sought=_is_sought(record, tasking))
    if facts:
        must_be_fit(record, member, at)
    return _after(record, tasking, [*facts, *_takes_over(record, tasking, facts, member, mine, at)])


def refuse(record: Record, name: str, member: str, reason: str, at: datetime, position: str | None = None) -> Tasking:
    """``member`` refuses the tasking with a reason; the owner keeps it until somebody accepts. Raises ``Refused`` where
    another holder of the same position has accepted it: nothing is asked of this one."""
    tasking = tasking_named(record, name)
    mine = position or position_of_theirs(record, tasking, member, at)
    former = _former(record, tasking, mine, member, at)
    return _after(record, tasking, tasking.refuse(mine, member, reason, at, former))


def offer(record: Record, name: str, to: str, by: str, at: datetime) -> Tasking:
    """The tasking is offered to one more position, by the holder of the one that owns it or of one above that."""
    tasking = tasking_named(record, name)
    must_answer_for(record, by, tasking, at)
    return _after(record, tasking, tasking.offer(position_of(record, to, at).position, by, at))


def delegate(record: Record, name: str, member: str, to: str, at: datetime) -> Tasking:
    """The owner hands the tasking to a position of their own unit or below it; it moves when that accepts."""
    tasking = tasking_named(record, name)
    must_hold(record, member, tasking.owner, at)
    receiver, owner = position_of(record, to, at), position_of(record, tasking.owner, at)
    if not stands_over(record, owner, receiver):
        raise Refused(f"{owner.position} does not stand over {receiver.position}: send the tasking there instead")
    return _after(record, tasking, tasking.delegate(receiver.position, owner.position, member, at))


def take_over(record: Record, name: str, member: str, position: str, at: datetime) -> Tasking:
    """A superior takes over what a subordinate owns; the subordinate is told. No bypass, but not for everybody: a
    force may list who may supersede."""
    tasking = tasking_named(record, name)
    may_take_over(record, tasking, member, position, at)
    facts = tasking.take_over(position, member, at, sought=_is_sought(record, tasking))
    if facts:
        must_be_fit(record, member, at)
    return _after(record, tasking, [*facts, *_takes_over(record, tasking, facts, member, position, at)])


def _takes_over(
    views: Views, tasking: Tasking, accepted: list[Fact], member: str, position: str, at: datetime
) -> list[Fact]:
    """Whoever is to be relieved hears who comes. Nothing else happens to them: command moves when they hand it over,
    and their duty ends when they sign off."""
    if tasking.relieves is None or not accepted:
        return []
    held = {a.position for a in views.rows(Appointment, at=at, member=tasking.relieves)}
    posts = sorted(views.rows(Position, position=held), key=lambda p: (p.unit != tasking.place, p.order, p.position))
    theirs = posts[0].position if posts else tasking.owner
    says = f"{member} ({position}) takes over from you: hand over, then sign off"
    return [tasking.tell(theirs, says, at, tasking.relieves)]


def send(record: Record, name: str, directive: Directive, at: datetime) -> Tasking:
    """The tasking is sent elsewhere by directive; the owner keeps it until the receiver accepts."""
    tasking = tasking_named(record, name)
    if not tasking.is_open:
        raise Refused(f"tasking {name} was closed: {tasking.result}")
    to = position_of(record, directive.receiver, at)
    watches = watches_at(record, [to.unit, tasking.competent_unit], at)
    passed = bypass(watches, unit_of(record, directive.giver), to, tasking.competent_unit)
    return _after(record, tasking, sent(watches, tasking, to.position, directive, passed, at))


def close(record: Record, name: str, member: str, result: str, at: datetime) -> Tasking:
    """The owner's holder closes the tasking and says how. Safe to repeat, with the same result."""
    tasking = tasking_named(record, name)
    must_hold(record, member, tasking.owner, at)
    request = record.row(Request, name)
    if request is not None and request.runs:
        raise Refused(f"tasking {name} is to decide a request: deciding request {name} closes it")
    if tasking.result not in (None, result):
        raise Refused(f"tasking {name} was closed already: {tasking.result!r}. Receive a new one for what is left")
    return _after(record, tasking, tasking.close(result, member, at))


def _after(record: Record, tasking: Tasking, facts: list[Fact]) -> Tasking:
    """The tasking once these facts are in. Raises ``Refused`` for one that would come before what has happened to it:
    whoever held a position then must not undo what its holders did since."""
    latest = max((f.effective_at for f in record.facts(streams=[tasking.stream])), default="")
    if any(instant_text(f.effective_at) < latest for f in facts):
        raise Refused(f"tasking {tasking.tasking}: at must not be before {latest}, when the latest happened to it")
    append(record, facts)
    return tasking_named(record, tasking.tasking)


def _is_sought(views: Views, tasking: Tasking) -> bool:
    """Whether somebody to take it on is sought at the moment."""
    search = views.row(Escalation, tasking.tasking)
    return search is not None and search.runs


def _former(views: Views, tasking: Tasking, position: str, member: str, at: datetime) -> str | None:
    """Who had accepted it as its owner before this holder of the position, and does not serve in it now; or None."""
    has = tasking.accepted_by
    if has in (None, member) or position != tasking.owner or _is_sought(views, tasking):
        return None
    watches = watches_at(views, [position_named(views, position).unit], at)
    if has in Reach(watches, Channels(views)).holders(position):
        raise Refused(f"{has} ({position}) has tasking {tasking.tasking}: nothing is asked of {member}")
    return has
