"""Appointing and relieving as somebody meets it: what it would change in command and rights, seen before it is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, Literal

from muster.domain.appointing import Order
from muster.domain.duty import Squad
from muster.domain.errors import Invalid, Refused
from muster.domain.force import Position, Rank
from muster.domain.members import Appointment
from muster.domain.offices import office_over
from muster.domain.record import Fact
from muster.domain.wording import few
from muster.ports import Record, Views
from muster.services import appointments
from muster.services.acts import member_of
from muster.services.entitled import Reader
from muster.services.gate import Viewer
from muster.services.offices import position_named, unit_named, units_above
from muster.services.trial import foreseen
from muster.services.units import members_of
from muster.services.watch import watch

Act = Literal["appoint", "relieve"]
SHOWN: Final = 6
"""So many units are named where rights change."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants done about a position. ``since`` None: from now on. What follows ``why`` is of appointing."""

    act: Act
    member: str
    since: datetime | None = None
    why: str | None = None
    acting: bool = False
    until: datetime | None = None
    instrument: str | None = None
    limits: str | None = None
    rank: str | None = None
    squad: str | None = None
    leave_old: bool = False


@dataclass(frozen=True, slots=True)
class Ahead:
    """What an act would change, each in a sentence. ``mark``: stands for all of it."""

    says: tuple[str, ...]

    @property
    def mark(self) -> str:
        """The same for the same changes alone."""
        return sha256("\n".join(self.says).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Lists:
    """What is chosen from in appointing to a position of a unit: members with rank and name, ranks, the lowest first,
    with their names, and squads with their charts."""

    members: Mapping[str, str]
    ranks: Mapping[str, str]
    squads: Mapping[str, str]


def lists_of(views: Views, unit: str) -> Lists:
    """What is chosen from in appointing to a position of the unit now."""
    ranks = sorted(views.rows(Rank), key=lambda r: (r.standing, r.rank))
    squads = sorted(views.rows(Squad, unit=unit), key=lambda s: s.squad)
    by_name = {r.rank: r.name for r in ranks}
    return Lists(members_of(views, unit, views.now), by_name, {s.squad: s.chart for s in squads})


def may_order(views: Views, position: Position, viewer: Viewer) -> bool:
    """Whether somebody may appoint to the position, or to act in it, by the positions that they hold now."""
    above = [u.unit for u in units_above(views, position.unit)]
    return office_over(viewer.offices, position, above, acting=True) is not None


def do(record: Record, viewer: Viewer, name: str, wanted: Wanted, looked: str) -> Ahead | None:
    """Do it, if it would still change what was looked at, by its mark; else what it would change now is returned, and
    nothing done. Raises ``Refused`` with everything in the way."""
    ahead = if_done(record, viewer, name, wanted)
    if ahead.mark != looked:
        return ahead
    _act(record, viewer, name, wanted)
    return None


def if_done(views: Views, viewer: Viewer, name: str, wanted: Wanted) -> Ahead:
    """What it would change. Raises what doing it raises."""
    at = max(views.now, wanted.since or views.now)
    after, facts = foreseen(views, lambda record: _act(record, viewer, name, wanted))
    people = {wanted.member, *(_body(f)["member"] for f in facts if "appointment" in f.kind and "member" in f.body)}
    says = [*_of_facts(facts), *_of_command(views, after, position_named(views, name).unit, at)]
    for member in sorted(people):
        says += _of_rights(views, after, member, at)
    return Ahead(tuple(says or ("nothing: it is so already",)))


def _act(record: Record, viewer: Viewer, name: str, wanted: Wanted) -> None:
    by, since = member_of(viewer), wanted.since or record.now
    if since < record.now:
        raise Refused("since must be now, or later: rights that were are not given or taken afterwards")
    if not wanted.member:
        raise Invalid("member: must be the short name of a member, like M0023")
    if wanted.act == "relieve":
        appointments.relieve(record, wanted.member, name, by, since, wanted.why)
        return
    appointment = Appointment(
        position=name,
        member=wanted.member,
        kind="acting" if wanted.acting else "substantive",
        since=since,
        until=wanted.until,
        instrument=wanted.instrument,
        limits=wanted.limits,
    )
    appointments.appoint(record, Order(appointment, by, wanted.rank, wanted.squad, wanted.leave_old))


def _body(fact: Fact) -> dict[str, Any]:
    return dict(fact.body)


def _of_facts(facts: Sequence[Fact]) -> Iterator[str]:
    """What is recorded, in words."""
    for fact in facts:
        body, name = _body(fact), fact.stream.partition("/")[2]
        match fact.kind:
            case "appointment.entered":
                how = "acts in" if body["kind"] == "acting" else "holds"
                yield f"{body['member']} {how} {body['position']}"
            case "appointment.changed":
                yield f"{body['member']} holds {body['position']} no more: {body.get('why') or 'relieved'}"
            case "appointment.removed":
                yield f"what was to begin is taken back: {name}"
            case "career.entered":
                yield f"{body['member']} becomes {body['rank']}"
            case "squad_place.entered":
                yield f"{body['member']} follows squad {body['squad']}"
            case "tasking.told":
                yield f"told of tasking {name}: {body.get('member', '')}"
            case "tasking.closed":
                yield f"tasking {name} is closed"


def _of_command(before: Views, after: Views, unit: str, at: datetime) -> Iterator[str]:
    """Who is in command of the unit, and who is due, before and after."""
    if unit_named(before, unit).civil:
        return
    was, would_be = watch(before, unit, at), watch(after, unit, at)
    for what, one, other in (
        ("in command of", was.in_command, would_be.in_command),
        ("due in", was.due, would_be.due),
    ):
        first, then = (f"{h.member} ({h.position})" if h else "nobody" for h in (one, other))
        yield f"{what} {unit}: {first}, as now" if first == then else f"{what} {unit}: {then}, in place of {first}"


def _of_rights(before: Views, after: Views, member: str, at: datetime) -> Iterator[str]:
    """What a member may read and do more, and no more."""
    was, would_be = Reader(before, member, at), Reader(after, member, at)
    for what, old, new in (
        ("commands", was.commanded(), would_be.commanded()),
        ("reads taskings, rosters and roll calls of", was.seen(), would_be.seen()),
    ):
        if new - old:
            yield f"{member} {what} {few(sorted(new - old), SHOWN)}"
        if old - new:
            yield f"{member} {what} {few(sorted(old - new), SHOWN)} no more, at once"
