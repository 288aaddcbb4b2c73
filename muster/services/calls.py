"""Calls: an unanswered call is a routing event. Whoever is next in line has it and is asked, and the caller is told."""

from dataclasses import replace
from datetime import datetime

from muster.domain.candidates import candidates
from muster.domain.errors import Refused, Unknown
from muster.domain.force import Position, Unit
from muster.domain.members import Member
from muster.domain.passing import until_text
from muster.domain.record import entered
from muster.domain.relief import next_in_line
from muster.domain.rules import protected_until, stated_rest
from muster.domain.taskings import Call, Tasking
from muster.domain.valid import LONGEST_TEXT, valid
from muster.domain.watch import Watches
from muster.ports import Record
from muster.services.reach import append
from muster.services.routing import position_of
from muster.services.taskings import free_name
from muster.services.watch import watches_at


def call(
    record: Record,
    position: str,
    caller: str,
    at: datetime,
    *,
    answered: bool,
    about: str | None = None,
    name: str | None = None,
) -> Call:
    """Record a call to the holder of a position. Unanswered, it goes to whoever is next in line and can decide: a
    tasking to call back, of that ``name`` (None: the next), which they own and are asked to accept, so that it goes on
    when they do not answer either. The caller is told who has it and until when the one called is not available.

    Raises ``Refused`` for a vacancy.
    """
    _must_be_known(record, caller)
    post = position_of(record, position, at)
    watches = watches_at(record, [post.unit], at)
    held = [c for c in candidates(watches.moment, post.unit) if c.position.position == post.position]
    first = next((c.appointment for c in held if c.appointment is not None), None)
    if first is None:
        raise Refused(
            f"position {post.position} is vacant: nobody can be called; the watch of {post.unit} says who is due"
        )
    if answered:
        made = Call(member=first.member, at=at, caller=caller, answered=True, about=about, unit=post.unit)
        record.append([entered(valid(made), None, record.now)])
        return made
    made = replace(unanswered(watches, post, first.member, caller, about), tasking=free_name(record, name))
    append(record, [entered(valid(made), None, record.now), call_back(made, post).received()])
    return made


def call_back(made: Call, post: Position) -> Tasking:
    """The tasking to call back. Where nobody else can take it, the position that was called owns it: somebody has to,
    and the alarm that follows is about it."""
    about = f" about {made.about}" if made.about else ""
    return Tasking(
        tasking=str(made.tasking),
        kind="request",
        what=f"call {made.caller} back{about}"[:LONGEST_TEXT].rstrip(),
        place=post.unit,
        competent_unit=post.unit,
        received_at=made.at,
        giver=made.caller,
        owner=made.routed_position or post.position,
    )


def _must_be_known(record: Record, caller: str) -> None:
    if all(record.row(noun, caller) is None for noun in (Unit, Position, Member)):
        raise Unknown(f"caller {caller!r} must be a unit, a position or a member of the record")


def unanswered(watches: Watches, post: Position, member: str, caller: str, about: str | None) -> Call:
    """The call that nobody answered, with who answers instead and what the caller is told."""
    instead = next_in_line(watches, post.unit, member)
    unavailable = _not_available(watches, member)
    if instead is None:
        said = f"{post.position} {unavailable}. NOBODY else can take it"
        return Call(member=member, at=watches.moment.at, caller=caller, about=about, unit=post.unit, said=said)
    said = f"{post.position} {unavailable}. {instead.position} has it"
    return Call(
        member=member,
        at=watches.moment.at,
        caller=caller,
        about=about,
        unit=post.unit,
        routed_to=instead.member,
        routed_position=instead.position,
        said=said,
    )


def _not_available(watches: Watches, member: str) -> str:
    """What everybody may know: not available until an hour, or did not answer while on duty."""
    status = watches.moment.status(member)
    zone, at = watches.snapshot.schedule.zone, watches.moment.at
    resting = stated_rest(watches.moment.file(member), at)
    if status.state == "on-duty":
        return f"is not available{until_text(resting, zone, at)}" if resting else "is on duty and did not answer"
    if status.state == "absent":
        return "is not available" + until_text(status.until, zone, at)
    file = watches.moment.file(member)
    rest = protected_until(file, watches.snapshot.schedule, watches.snapshot.profile, at)
    return "is not available" + until_text(rest, zone, at)
