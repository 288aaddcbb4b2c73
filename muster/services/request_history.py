"""Requests as they stood: at an instant, as known at another, with every step and why, as far as a viewer may read."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from muster.domain.errors import Refused, Unknown
from muster.domain.members import Absence
from muster.domain.published import DutyLine, said_of
from muster.domain.record import Recorded, instant_text
from muster.domain.requests import Request
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.duty import known_member
from muster.services.entitled import Reader
from muster.services.offices import unit_named
from muster.services.request_effects import LeaveEffect, leave_effect
from muster.services.request_rights import deciders
from muster.services.request_swaps import SwapEffect, swap_effect


@dataclass(frozen=True, slots=True)
class Step:
    """What happened to a request, when, by whom and in which position. ``why`` None: nothing was said, it was erased,
    or it is not for whoever asks."""

    what: str
    at: datetime
    recorded_at: datetime
    member: str | None
    position: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Given:
    """A day of a preference, and what the published roster has on it. ``tour`` None: none is published."""

    day: date
    tour: str | None
    granted: bool | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A request as it stood, who has to say something next, and how it fared in the published roster."""

    request: Request
    waits_for: str | None
    given: Sequence[Given]


@dataclass(frozen=True, slots=True)
class RequestPage:
    """A request as it stood, with its steps in order. ``waits_for``: who has to say something next, a member or a
    position; None: nobody. ``deciders``: who may decide it. ``effect``: what granting it would bring, while it can be
    granted. ``taken_back``: it was granted, and the absence was taken back since. ``given``: of a preference."""

    request: Request
    steps: Sequence[Step]
    waits_for: str | None
    deciders: Sequence[str]
    effect: LeaveEffect | SwapEffect | None
    taken_back: bool
    given: Sequence[Given]


def request_page(
    views: Views,
    name: str,
    at: datetime,
    known_at: datetime | None = None,
    viewer: str | None = None,
    *,
    asks_at: datetime | None = None,
) -> RequestPage:
    """The request as it stood at the instant, as known at another (None: now), and what granting it would bring by what
    is known now. Reasons are shown to a viewer who may read them alone, by the positions that they hold when
    they ask; None: at that instant. Raises ``Unknown``."""
    facts = list(_facts(views, [f"{Request.NOUN}/{name}"], at, known_at))
    request = _stood(facts).get(name)
    if request is None:
        raise Unknown(f"request {name!r} is not in the record at that time; the list of requests shows what was")
    may = viewer is not None and _may_read(Reader(views, viewer, asks_at or at), request)
    steps = [_step(fact, _texts(views, facts) if may else {}) for fact in facts]
    return RequestPage(
        request=_readable(views, request, may=may),
        steps=steps,
        waits_for=waits_for(views, request),
        deciders=_deciders(views, request, at),
        effect=_effect(views, request, may=may),
        taken_back=request.absence is not None and views.row(Absence, request.absence, known_at=known_at) is None,
        given=list(given(views, request, known_at)),
    )


def _deciders(views: Views, request: Request, at: datetime) -> list[str]:
    """The positions that may decide it, while it can be; none where nobody may any more."""
    try:
        return [p.position for p in deciders(views, request, at)] if request.runs else []
    except Refused:
        return []


def _effect(views: Views, request: Request, *, may: bool) -> LeaveEffect | SwapEffect | None:
    """What granting it would bring, while it can be; hours and rules of lines, which tell of rest, where they may be
    read."""
    if not request.runs:
        return None
    if request.kind == "leave":
        return leave_effect(views, request)
    effect = swap_effect(views, request)
    return effect if may else replace(effect, lines=[line.for_everyone() for line in effect.lines])


def requests_at(
    views: Views,
    at: datetime,
    known_at: datetime | None = None,
    *,
    unit: str | None = None,
    member: str | None = None,
    viewer: str | None = None,
    asks_at: datetime | None = None,
) -> list[Listed]:
    """Every request that had been filed by the instant, as it stood then, in the order of filing: of a unit, of a
    member, or theirs to consent to. Reasons as for ``request_page``. Raises ``Unknown`` for a unit or a member that the
    record does not have."""
    if unit is not None:
        unit_named(views, unit)
    if member is not None:
        known_member(views, member)
    found = _stood(_facts(views, [f"{Request.NOUN}/"], at, known_at)).values()
    mine = [r for r in found if unit in (None, r.unit) and (member is None or member in r.parties)]
    reader = None if viewer is None else Reader(views, viewer, asks_at or at)
    return [
        Listed(
            _readable(views, r, may=reader is not None and _may_read(reader, r)),
            waits_for(views, r),
            list(given(views, r, known_at)),
        )
        for r in sorted(mine, key=lambda r: (r.filed_at, len(r.request), r.request))
    ]


def waits_for(views: Views, request: Request) -> str | None:
    """Who has to say something next: the other member of a swap, then the position that has it to decide."""
    if request.state == "asked":
        return request.other
    tasking = views.row(Tasking, request.request)
    return tasking.owner if tasking is not None and request.state == "open" else None


def given(views: Views, request: Request, known_at: datetime | None = None) -> Iterator[Given]:
    """What the published roster has on each day of a preference."""
    if request.kind != "preference":
        return
    lines = views.rows(DutyLine, member=request.member, known_at=known_at)
    for day in request.days:
        entries = [e for e in (line.entry(day) for line in lines) if e is not None]
        tour = next((said_of(e) for e in entries if e), said_of(entries[0]) if entries else None)
        yield Given(day, tour, None if tour is None else (tour == request.tour) == request.wanted)


def _may_read(reader: Reader, request: Request) -> bool:
    return reader.member in request.parties or reader.commands(request.unit)


def _readable(views: Views, request: Request, *, may: bool) -> Request:
    """The request with the texts behind its tokens, where they may be read; else without."""
    texts = views.unseal({t for t in (request.reason, request.why) if t}) if may else {}
    return replace(request, reason=texts.get(request.reason or ""), why=texts.get(request.why or ""))


def _facts(views: Views, streams: Sequence[str], at: datetime, known_at: datetime | None) -> Iterator[Recorded]:
    """The facts that took effect by ``at`` and were known by ``known_at``, in order."""
    until, known = instant_text(at), None if known_at is None else instant_text(known_at)
    for fact in sorted(views.facts(streams=streams), key=lambda f: (f.effective_at, f.seq)):
        if fact.effective_at <= until and (known is None or fact.recorded_at <= known):
            yield fact


def _stood(facts: Iterable[Recorded]) -> dict[str, Request]:
    """What the facts make of each request."""
    found: dict[str, Request] = {}
    for fact in facts:
        name, verb = fact.stream.removeprefix(f"{Request.NOUN}/"), fact.kind.removeprefix(f"{Request.NOUN}.")
        row = Request.after(found.get(name), verb, json.loads(fact.body))
        found |= {name: row} if row is not None else {}
    return found


def _texts(views: Views, facts: Sequence[Recorded]) -> dict[str, str]:
    bodies = [json.loads(fact.body) for fact in facts]
    return dict(views.unseal({t for body in bodies for t in (body.get("reason"), body.get("why")) if t}))


def _step(fact: Recorded, texts: dict[str, str]) -> Step:
    body, verb = json.loads(fact.body), fact.kind.removeprefix(f"{Request.NOUN}.")
    token = body.get("reason") if verb == "filed" else body.get("why")
    at, recorded_at = (datetime.fromisoformat(said) for said in (fact.effective_at, fact.recorded_at))
    who = body.get("decider") or body.get("member")
    return Step(verb, at, recorded_at, who, body.get("by"), texts.get(token or ""))
