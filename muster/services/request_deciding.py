"""Deciding requests: granted or declined by who has the authority, after seeing what it would bring, all or nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from muster.domain.errors import Refused
from muster.domain.instants import local_text
from muster.domain.members import Absence
from muster.domain.record import entered
from muster.domain.requests import Request, Verdict
from muster.domain.valid import valid_text
from muster.ports import Record, Views
from muster.services.amending import Amendment, amend_all
from muster.services.offices import force_of
from muster.services.request_effects import leave_effect
from muster.services.request_rights import decider_of
from muster.services.request_swaps import swap_effect
from muster.services.requests import begins, ended, followed, request_named, sealed_text, unit_of


def decide(
    record: Record, name: str, verdict: Verdict, by: str, reason: str, at: datetime, *, short: bool = False
) -> Request:
    """Grant or decline a request as the holder of a position, for a reason; returns it as it stands then. What a grant
    brings about is in the same transaction. ``short``: also where it leaves a tour under its minimum, which is
    recorded. Safe to repeat.

    Raises ``Refused`` for who may not decide it, where somebody has, and for a grant with what is in the way.
    """
    valid_text(f"request {name}", "reason", reason)
    request = request_named(record, name)
    if request.is_decided(verdict, by):
        return request
    decider = decider_of(record, request, by, at)
    body: dict[str, object] = {"by": by, "decider": decider, "why": sealed_text(record, reason)}
    if verdict == "granted":
        _must_be_to_come(record, request, at)
        grant = _leave_granted if request.kind == "leave" else _swap_granted
        body |= grant(record, request, Signed(by, decider, at, short))
    facts = [request.event(verdict, at, **body), *ended(record, request, verdict, decider, request.parties, at)]
    return followed(record, request, facts)


def _must_be_to_come(views: Views, request: Request, at: datetime) -> None:
    start = begins(views, request)
    if start <= at:
        began = local_text(start, ZoneInfo(force_of(views).zone))
        raise Refused(f"request {request.request} is about what began at {began}: decline it")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who grants: in which position, which member, when; ``short``: also where a tour is left under its minimum."""

    by: str
    member: str
    at: datetime
    short: bool


def _leave_granted(record: Record, request: Request, signed: Signed) -> dict[str, object]:
    """Record the absence; what the fact of the grant says more. Raises ``Refused``."""
    effect = leave_effect(record, request)
    _must_be_in_order(request, [*_moved(record, request)], effect.short, signed)
    absence = Absence(
        member=request.member, kind="leave", since=effect.since, until=effect.until, request=request.request
    )
    if record.row(Absence, absence.key) is not None:
        since = local_text(effect.since, ZoneInfo(force_of(record).zone))
        already = f"{request.member} is on leave from {since} already"
        raise Refused(f"request {request.request}: {already}; decline it, and have them ask for the days after it")
    record.append([entered(absence, None, record.now)])
    return {"short": effect.short, "absence": absence.key}


def _moved(views: Views, request: Request) -> Iterator[str]:
    """Why the leave is not for the unit to grant that was asked: the member has left by then, or is in another one's
    roster."""
    try:
        unit = unit_of(views, request.member, begins(views, request))
    except Refused as said:
        yield str(said)
        return
    if unit != request.unit:
        yield f"{request.member} is in the roster of {unit} by then: decline it, and have them ask for it there"


def _swap_granted(record: Record, request: Request, signed: Signed) -> dict[str, object]:
    """Amend both lines; what the fact of the grant says more. Raises ``Refused``."""
    effect = swap_effect(record, request)
    wrong = [f"it is not any more as {request.other} consented to it: {said}" for said in effect.moved]
    _must_be_in_order(request, [*wrong, *effect.broken], effect.short, signed)
    amendments = [
        Amendment(request.unit, c.member, c.day, c.becomes, f"swap {request.request}", request.request)
        for c in effect.tours
    ]
    amend_all(record, amendments, signed.by, signed.at, signer=signed.member)
    return {"short": effect.short}


def _must_be_in_order(request: Request, wrong: Sequence[str], under: Sequence[str], signed: Signed) -> None:
    """Raise ``Refused`` with all that is in the way of a grant."""
    unsaid = [f"it would leave {said}: grant it all the same, which is recorded, or decline it" for said in under]
    wrong = [*wrong, *([] if signed.short else unsaid)]
    if wrong:
        raise Refused(f"request {request.request} cannot be granted: {'; '.join(wrong)}")
