"""Command assumed and handed over. Software does not relieve commanders: these are acts of people."""

from datetime import datetime

from muster.domain.authority import Supersession
from muster.domain.candidates import candidates
from muster.domain.command import CommandEvent
from muster.domain.errors import Refused
from muster.domain.force import Position
from muster.domain.record import entered
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.duty import known_member, relieved
from muster.services.watch import watches_at


def assume(record: Record, unit: str, member: str, at: datetime) -> CommandEvent | None:
    """``member`` assumes command of the unit in the position that entitles them; None when they have it already.

    Raises ``Refused`` for somebody not present, not entitled, or who may only advise while another is in command.
    """
    known_member(record, member)
    watches = watches_at(record, [unit], at, members=[member])
    present = watches.watch(unit)
    if present.assumed_at is not None and present.in_command is not None and present.in_command.member == member:
        return None
    position = entitling(watches, unit, member)
    status = watches.moment.status(member)
    if status.state != "on-duty" or status.unit not in (unit, position.unit):
        raise Refused(f"member {member} is not on duty in {unit} ({status.source}): sign on there first")
    covering = {p.position for p in watches.snapshot.covering.get(unit, ())}
    from_above = position.unit != unit and position.position not in covering
    if from_above and present.assumed_at is not None and present.in_command is not None:
        may_supersede(record, position, f"command of {unit} from {present.in_command.position}")
    event = CommandEvent(unit=unit, at=at, kind="assumed", member=member, position=position.position)
    record.append([entered(event, None, record.now)])
    return event


def hand_over(record: Record, unit: str, member: str, to: str, at: datetime) -> list[CommandEvent]:
    """``member``, in command of the unit, hands it over to ``to``, who is present and entitled and has it from then."""
    watches = watches_at(record, [unit], at, members=[member, to])
    present = watches.watch(unit)
    if present.in_command is None or present.in_command.member != member:
        has_it = present.in_command.member if present.in_command else "nobody"
        raise Refused(f"member {member} is not in command of {unit}: {has_it} is")
    if to == member:
        raise Refused(f"member {member} cannot hand over command of {unit} to themselves")
    position = entitling(watches, unit, to)
    status = watches.moment.status(to)
    if status.state != "on-duty" or status.unit not in (unit, position.unit):
        raise Refused(f"member {to} is not on duty in {unit} ({status.source}): command needs somebody present")
    mine = present.in_command.position
    events = [
        CommandEvent(unit=unit, at=at, kind="handed-over", member=member, position=mine, to=to),
        CommandEvent(unit=unit, at=at, kind="assumed", member=to, position=position.position),
    ]
    record.append([entered(e, None, record.now) for e in events])
    relieved(record, member, f"command of {unit} was handed over to {to}", at, place=unit)
    return events


def entitling(watches: Watches, unit: str, member: str) -> Position:
    """The position in which a member may be in command of the unit: of the unit itself before covering ones and those
    of units above. Raises ``Refused`` when there is none."""
    for above in watches.snapshot.path_up(unit):
        for c in () if above.civil else candidates(watches.moment, above.unit):
            if c.appointment is not None and c.appointment.member == member and c.position.takes_watch:
                return c.position
    raise Refused(f"member {member} holds no position that entitles to command of {unit}: appoint them first")


def may_supersede(views: Views, position: Position, what: str) -> None:
    """Raise ``Refused`` unless the title may supersede; a force that lists nothing lets every superior do it."""
    rows = {s.title: s for s in views.rows(Supersession)}
    mine = rows.get(position.title)
    if rows and (mine is None or mine.may == "advise"):
        able = ", ".join(sorted(title for title, s in rows.items() if s.may == "supersede"))
        raise Refused(f"{position.position} may advise but not take {what}: only {able} may supersede")
