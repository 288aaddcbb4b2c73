"""Appointing to a position and relieving of it: what is refused, and the facts that follow. People appoint."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from muster.domain.duty import Squad, SquadPlace
from muster.domain.errors import Check, Refused, require
from muster.domain.force import Position, Rank
from muster.domain.instants import local_text
from muster.domain.members import Appointment, Career, Member
from muster.domain.offices import Office, office_over
from muster.domain.presence import holds
from muster.domain.record import Fact, entered
from muster.domain.schema import to_body
from muster.domain.separation import Separation


@dataclass(frozen=True, slots=True)
class Order:
    """Who orders which appointment. ``rank`` and ``squad``: promoted to it and moved to it with the appointment;
    ``leave_old``: the member's former substantive appointments end with it."""

    appointment: Appointment
    by: str
    rank: str | None = None
    squad: str | None = None
    leave_old: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """A position with what bears on filling it: all appointments to it, the units above its own, who orders."""

    position: Position
    units_above: Sequence[str]
    appointments: Sequence[Appointment]
    separations: Mapping[str, Sequence[Separation]]
    offices: Sequence[Office]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Person:
    """A member with what bears on an appointment. ``squad`` is the one the order names, None where it names none."""

    member: Member
    appointments: Sequence[Appointment]
    careers: Sequence[Career]
    separations: Sequence[Separation]
    places: Sequence[SquadPlace]
    ranks: Mapping[str, Rank]
    squad: Squad | None = None


@dataclass(slots=True)
class _Ending:
    """Appointments that end with a new one, and the words each end is recorded with."""

    facts: list[Fact] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)

    def end(self, appointment: Appointment, at: datetime, **said: Any) -> None:
        if appointment.key not in self.ended:
            self.ended.add(appointment.key)
            self.facts.append(ended(appointment, at, **said))


def appoint(order: Order, post: Post, person: Person) -> list[Fact]:
    """The facts that appoint the member; none when the same appointment stands.

    Ended with it: for a substantive one, whoever acted in the position, and a holder who by then is on terminal leave
    or gone; with ``leave_old`` the member's former position. Raises ``Refused`` with everything that is in the way.
    """
    new = order.appointment
    _must_be_well_formed(new)
    if any(a == new for a in post.appointments):
        return []
    _must_stand_over(post, order.by, acting=new.kind == "acting")
    ending = _Ending()
    faults = [*_of_the_post(order, post, ending), *_of_the_person(order, post, person, ending)]
    if faults:
        raise Refused(f"appointing {new.member} to {new.position}: " + "; ".join(faults))
    made = Fact(new.stream, "appointment.entered", new.since, {**to_body(new), "by": order.by})
    return [*ending.facts, *_promoted(order, person), *_moved(order, person), made]


def relieve(post: Post, member: str, by: str, at: datetime, why: str | None = None) -> list[Fact]:
    """The facts that end the member's appointment to the position, or take back one that has not begun; none when it
    ended at that instant already."""
    mine = [a for a in post.appointments if a.member == member]
    if any(a.until == at for a in mine):
        return []
    running = [a for a in mine if a.until is None or a.until > at]
    if not running:
        raise Refused(f"member {member} does not hold {post.position.position} then: there is nothing to relieve")
    _must_stand_over(post, by, acting=all(a.kind == "acting" for a in running))
    return [ended(a, at, by=by, why=why) for a in running]


def ended(appointment: Appointment, at: datetime, **said: Any) -> Fact:
    """The fact that an appointment ends at the instant, or is taken back when it had not begun by then."""
    body = {k: v for k, v in said.items() if v is not None}
    if at <= appointment.since:
        return Fact(appointment.stream, "appointment.removed", at, body)
    return Fact(appointment.stream, "appointment.changed", at, {**to_body(replace(appointment, until=at)), **body})


def in_the_way(a: Appointment, b: Appointment) -> bool:
    """Whether two appointments hold at the same time."""
    return (a.until is None or b.since < a.until) and (b.until is None or a.since < b.until)


def rank_at(careers: Sequence[Career], at: datetime) -> Career | None:
    """The rank held at the instant; where none is known then, the first one known after."""
    held = [c for c in careers if holds(c, at)]
    later = sorted((c for c in careers if c.since > at), key=lambda c: c.since)
    return held[-1] if held else later[0] if later else None


def _must_be_well_formed(new: Appointment) -> None:
    wanting = new.kind == "acting" and not (new.instrument or "").strip()
    require(
        f"appointment of {new.member} to {new.position}",
        Check("instrument", repr(new.instrument or ""), not wanting, "must name the order that makes somebody act"),
    )


def _must_stand_over(post: Post, by: str, *, acting: bool) -> None:
    if office_over(post.offices, post.position, post.units_above, acting=acting) is None:
        above = ", ".join(post.units_above) or "no unit"
        raise Refused(
            f"{by} does not stand over {post.position.position}: it takes the holder of a command or civil position of "
            f"a unit above ({above}), or of one that comes before it in {post.position.unit}"
        )


def _of_the_post(order: Order, post: Post, ending: _Ending) -> Iterator[str]:
    """What is in the way on the side of the position; appointments that the new one ends are noted."""
    new, position = order.appointment, post.position
    yield from _outside(new, position, post.zone)
    others = [a for a in post.appointments if in_the_way(a, new)]
    if new.kind == "substantive":
        for acting in (a for a in others if a.kind == "acting" and a.since <= new.since):
            ending.end(acting, new.since, by=order.by, why=f"{new.member} is appointed")
    others = [a for a in others if a.key not in ending.ended]
    for a in (a for a in others if a.member == new.member):
        yield f"{a.member} holds it then already, {a.kind} since {local_text(a.since, post.zone)}"
    same = [a for a in others if a.kind == new.kind and a.member != new.member]
    if most_at_once(same, new) >= position.places:
        _end_those_who_leave(same, order, post, ending)
        rest = [a for a in same if a.key not in ending.ended]
        if most_at_once(rest, new) >= position.places:
            yield _full(position, rest[0], post.zone)


def _outside(new: Appointment, position: Position, zone: ZoneInfo) -> Iterator[str]:
    if not holds(position, new.since):
        yield f"position {position.position} does not exist on {local_text(new.since, zone)}"
    elif position.until is not None and (new.until is None or new.until > position.until):
        yield f"position {position.position} ends {local_text(position.until, zone)}: give an end, not after that"


def _end_those_who_leave(same: Sequence[Appointment], order: Order, post: Post, ending: _Ending) -> None:
    """Holders who are on terminal leave or gone by then make room; the fact names the separation, so that
    withdrawing it can restore them."""
    new = order.appointment
    for a in same:
        leaves = next((s for s in post.separations.get(a.member, ()) if _vacates(s, new.since)), None)
        if leaves is not None:
            until = min(new.since, leaves.effective)
            ending.end(a, until, by=order.by, separation=leaves.separation, why=f"{new.member} is appointed")


def _full(position: Position, holder: Appointment, zone: ZoneInfo) -> str:
    until = f" until {local_text(holder.until, zone)}" if holder.until else ""
    places = "it is" if position.places == 1 else f"all {position.places} places are"
    return (
        f"{places} held then ({holder.kind}: {holder.member}, since {local_text(holder.since, zone)}{until}); "
        f"relieve that one first, or appoint from a later instant"
    )


def _vacates(separation: Separation, at: datetime) -> bool:
    return separation.stands() and separation.vacates_from <= at


def most_at_once(others: Sequence[Appointment], new: Appointment) -> int:
    """How many of the others hold at once at the busiest instant of the new one."""
    starts = [new.since, *(a.since for a in others if a.since > new.since)]
    return max(sum(holds(a, at) for a in others) for at in starts)


def _of_the_person(order: Order, post: Post, person: Person, ending: _Ending) -> Iterator[str]:
    """What is in the way on the side of the member; former appointments that the new one ends are noted."""
    new, zone = order.appointment, post.zone
    joined = person.member.joined
    if joined is not None and new.since.astimezone(zone).date() < joined:
        yield f"{new.member} joins the force on {joined}"
    for s in person.separations:
        if _vacates(s, new.since):
            since = local_text(s.vacates_from, zone)
            yield f"{new.member} is leaving or has left: {s.kind} {s.separation}, out of post from {since}"
    yield from _rank_wanting(order, post, person)
    yield from _squad_wrong(order, post, person)
    if new.kind == "acting":
        return
    for old in person.appointments:
        if old.position != new.position and old.kind == "substantive" and in_the_way(old, new):
            if order.leave_old and old.since < new.since:
                ending.end(old, new.since, by=order.by, why=f"appointed to {new.position}")
            else:
                yield (
                    f"{new.member} holds {old.position} from {local_text(old.since, zone)}: relieve them of it first"
                    + ("" if old.since >= new.since else ", or have this appointment end it")
                )


def _rank_wanting(order: Order, post: Post, person: Person) -> Iterator[str]:
    new, needs = order.appointment, person.ranks.get(post.position.rank or "")
    if order.rank is not None and order.rank not in person.ranks:
        yield f"rank {order.rank!r} is not in the record"
        return
    if needs is None or new.kind == "acting":
        return
    career = rank_at(person.careers, new.since)
    name = order.rank or (career.rank if career else "")
    if name not in person.ranks or person.ranks[name].standing < needs.standing:
        has = f"has {name} then" if name else "has no rank in the record"
        yield f"{new.member} must have rank {needs.rank} or higher, {has}: promote them with it, or let them act"


def _squad_wrong(order: Order, post: Post, person: Person) -> Iterator[str]:
    if order.squad is None:
        return
    if person.squad is None:
        yield f"squad {order.squad!r} is not in the record"
    elif person.squad.unit != post.position.unit:
        yield f"squad {order.squad} is one of {person.squad.unit}, it must be one of {post.position.unit}"


def _promoted(order: Order, person: Person) -> Iterator[Fact]:
    at, career = order.appointment.since, rank_at(person.careers, order.appointment.since)
    if order.rank is None or (career is not None and career.rank == order.rank):
        return
    for c in person.careers:
        if holds(c, at):
            row = replace(c, until=at)
            yield Fact(c.stream, "career.changed", at, {**to_body(row), "by": order.by})
    yield entered(Career(member=person.member.member, rank=order.rank, since=at), None, at)


def _moved(order: Order, person: Person) -> Iterator[Fact]:
    """The move to the squad, and the move back where the appointment has an end."""
    at, back = order.appointment.since, order.appointment.until
    if order.squad is None or any(p.squad == order.squad and holds(p, at) for p in person.places):
        return
    for p in person.places:
        if holds(p, at):
            yield Fact(p.stream, "squad_place.changed", at, {**to_body(replace(p, until=at)), "by": order.by})
            if back is not None and (p.until is None or p.until > back):
                yield entered(replace(p, since=back), None, at)
    yield entered(SquadPlace(member=person.member.member, squad=order.squad, since=at, until=back), None, at)
