"""Requests as members make them: leave, swaps of tours, preferences; consented to, refused, withdrawn."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.duty import Squad, SquadPlace, Tour
from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.force import Position
from muster.domain.instants import local_text
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.published import DAY_OFF
from muster.domain.record import Fact, instant_text
from muster.domain.requests import Request
from muster.domain.schedule import turn_on
from muster.domain.separation import Separation
from muster.domain.taskings import Tasking
from muster.domain.valid import valid, valid_text
from muster.ports import Record, Views
from muster.services.duty import known_member
from muster.services.offices import force_of
from muster.services.reach import append
from muster.services.request_rights import DAY_HOURS, deciders
from muster.services.roster_ground import Period, period_of

LONGEST: Final = 365
"""Days of leave or of a preference."""


def request_named(views: Views, name: str, known_at: datetime | None = None) -> Request:
    """The request. Raises ``Unknown``."""
    found = views.row(Request, name, known_at=known_at)
    if found is None:
        raise Unknown(f"request {name!r} is not in the record; the list of requests shows what is")
    return found


def file_leave(
    record: Record, member: str, first: date, last: date, at: datetime, reason: str | None = None
) -> Request:
    """The member asks for leave from one day to another, both included; a tasking brings it to whoever decides it. Safe
    to repeat: what they have asked for already is returned."""
    period = _period(record, f"leave of {member}", first, last)
    _must_be_to_come(record, f"leave of {member}", "first day", period.start, at)
    made = Request(
        request=next_name(record), kind="leave", member=member, unit=unit_of(record, member, period.start),
        filed_at=at, first=first, last=last, reason=reason,
    )  # fmt: skip
    return filed(record, made)


@dataclass(frozen=True, slots=True)
class Wish:
    """A tour, or a day off (``off``), that somebody would rather have, or not have, on the days from one to another; of
    a week only on ``weekday``, like ``wed``."""

    first: date
    last: date
    tour: str
    wanted: bool = True
    weekday: str | None = None


def prefer(record: Record, member: str, wish: Wish, at: datetime, reason: str | None = None) -> Request:
    """The member's preference for days to come, which nobody decides. Safe to repeat. Raises ``Unknown`` for a tour
    that is not there, and ``Invalid``."""
    what = f"preference of {member}"
    period = _period(record, what, wish.first, wish.last)
    _must_be_to_come(record, what, "first day", period.start, at)
    if wish.tour != DAY_OFF and record.row(Tour, wish.tour) is None:
        raise Unknown(f"tour {wish.tour!r} is not in the record; for a day off say {DAY_OFF}")
    made = Request(
        request=next_name(record), kind="preference", member=member, unit=unit_of(record, member, period.start),
        filed_at=at, first=wish.first, last=wish.last, tour=wish.tour, wanted=wish.wanted, weekday=wish.weekday,
        reason=reason, state="stands",
    )  # fmt: skip
    must = f"must be a day of the week from {wish.first} to {wish.last}, like 'wed'"
    require(what, Check("weekday", wish.weekday, any(True for _ in made.days), must))
    return filed(record, made)


def _period(views: Views, what: str, first: date, last: date) -> Period:
    must = f"must be from the first day on, {first}, and within {LONGEST} days"
    require(what, Check("last day", last, 0 <= (last - first).days < LONGEST, must))
    return period_of(ZoneInfo(force_of(views).zone), first, last)


def _must_be_to_come(views: Views, what: str, field: str, start: datetime, at: datetime) -> None:
    said = local_text(start, ZoneInfo(force_of(views).zone))
    must = "must be to come: what is for today a commander enters, as an absence or by amending the roster"
    require(what, Check(field, said, start > at, must))


def unit_of(views: Views, member: str, at: datetime) -> str:
    """The unit in whose roster a member is: where they are attached, else where they hold a position, else that of
    their squad. Raises ``Unknown`` and ``Refused``."""
    known_member(views, member)
    if any(s.stands() and s.effective <= at for s in views.rows(Separation, member=member)):
        raise Refused(f"member {member} has left the force by then: nobody decides for them")
    for attached in views.rows(Attachment, at=at, member=member):
        return attached.unit
    held = {a.position for a in views.rows(Appointment, at=at, member=member)}
    for post in sorted(views.rows(Position, position=held), key=lambda p: (p.order, p.position)):
        return post.unit
    squads = {p.squad for p in views.rows(SquadPlace, at=at, member=member)}
    for squad in views.rows(Squad, squad=squads):
        return squad.unit
    raise Refused(f"member {member} holds no position and is in no squad at that time: nobody decides for them")


def next_name(views: Views) -> str:
    """A name for the next request, and for the tasking to decide it: R1, R2, ..."""
    taken = {r.request for r in views.rows(Request)}
    names = (f"R{number}" for number in count(1 + len(taken)))
    return next(name for name in names if name not in taken and views.row(Tasking, name) is None)


def filed(record: Record, made: Request) -> Request:
    """The request once it is on record, its reason sealed, with a tasking where it is to be decided; the one that is
    there where the member has asked for the same already. Raises ``Invalid`` for what is not of its form."""
    for other in record.rows(Request, member=made.member, kind=made.kind):
        if made.asks_the_same(other) and (other.runs or other.state == "stands" or _was_granted(record, other)):
            return other
    valid(made)
    made = replace(made, reason=sealed_text(record, made.reason))
    to_decide = [_tasking(record, made, made.filed_at).received()] if made.state == "open" else []
    append(record, [made.filed(), *to_decide])
    return request_named(record, made.request)


def _was_granted(views: Views, request: Request) -> bool:
    """Whether it was granted and still holds: an absence can be taken back."""
    return request.state == "granted" and (request.absence is None or views.row(Absence, request.absence) is not None)


def sealed_text(record: Record, said: str | None) -> str | None:
    """The token of a text; None for none."""
    return None if said is None else record.seal([said])[said]


def _tasking(views: Views, request: Request, at: datetime) -> Tasking:
    """The tasking to decide a request, of the same name: the first of those who may owns it."""
    first = deciders(views, request, at)[0]
    leave = request.kind == "leave"
    return Tasking(
        tasking=request.request,
        kind="request",
        what=f"decide {request.request}: {asked_text(request)}",
        matter=request.kind,
        place=first.unit,
        competent_unit=first.unit,
        hours=len([*request.days]) * DAY_HOURS if leave else None,
        members=len(request.parties),
        received_at=at,
        deadline=begins(views, request),
        owner=first.position,
    )


def asked_text(request: Request) -> str:
    """What is asked for, as everybody may read it."""
    first, last = f"{request.first:%a %d %b %Y}", f"{request.last:%a %d %b %Y}"
    if request.kind == "leave":
        return f"{request.member} asks not to be available from {first} to {last}"
    if request.kind == "swap":
        takes = f" and takes theirs of {last}" if request.returns else ""
        return f"{request.member} gives {request.other} the tour of {first}{takes}"
    which = f"each {request.weekday} " if request.weekday else ""
    when = f"on {first}" if first == last else f"{which}from {first} to {last}"
    return f"{request.member} would rather {'' if request.wanted else 'not '}have {request.tour} {when}"


def begins(views: Views, request: Request) -> datetime:
    """When what is asked for begins: too late to decide it."""
    zone = ZoneInfo(force_of(views).zone)
    if request.kind != "swap":
        return period_of(zone, request.first, request.last).start
    tours = {t.tour: t for t in views.rows(Tour)}
    return min(turn_on(tours[e.tour], e.day, zone).start for e in request.swapped if e.tour in tours)


def consent(record: Record, name: str, member: str, at: datetime) -> Request:
    """The other member of a swap consents; a tasking brings it to whoever decides it. Safe to repeat."""
    request = request_named(record, name)
    facts = request.consent(member, at)
    if facts:
        facts.append(_tasking(record, request, at).received())
    return followed(record, request, facts)


def refuse(record: Record, name: str, member: str, at: datetime, reason: str | None = None) -> Request:
    """The other member of a swap does not consent, which ends it. Safe to repeat."""
    request = request_named(record, name)
    return followed(record, request, request.refuse(member, _said(record, name, reason), at))


def withdraw(record: Record, name: str, member: str, at: datetime, reason: str | None = None) -> Request:
    """Who asked withdraws, or of a swap either of the two, before it is decided; its tasking is closed. Safe to
    repeat."""
    request = request_named(record, name)
    facts = request.withdraw(member, _said(record, name, reason), at)
    if facts:
        facts += ended(record, request, "withdrawn", member, [p for p in request.parties if p != member], at)
    return followed(record, request, facts)


def _said(record: Record, name: str, reason: str | None) -> str | None:
    """The token of a reason. Raises ``Invalid`` for one that is not on one line."""
    return None if reason is None else sealed_text(record, valid_text(f"request {name}", "reason", reason))


def ended(views: Views, request: Request, result: str, by: str, told: Iterable[str], at: datetime) -> Iterator[Fact]:
    """The facts that close the tasking to decide a request, where there is one, and tell these members."""
    tasking = views.row(Tasking, request.request)
    if tasking is None or not tasking.is_open:
        return
    held = {a.member: a.position for a in views.rows(Appointment, at=at, member=[*told])}
    for member in told:
        if member in held:
            yield tasking.tell(held[member], f"{asked_text(request)}: {result}", at, member)
    yield from tasking.close(result, by, at)


def followed(record: Record, request: Request, facts: Sequence[Fact]) -> Request:
    """The request once these facts are in. Raises ``Refused`` for one that would come before what has happened to it
    or to its tasking."""
    streams = [request.stream, f"{Tasking.NOUN}/{request.request}"]
    latest = max(f.effective_at for f in record.facts(streams=streams))
    if any(instant_text(f.effective_at) < latest for f in facts):
        raise Refused(f"request {request.request}: at must not be before {latest}, when the latest happened to it")
    append(record, facts)
    return request_named(record, request.request)
