"""Claims about calls to a member: tried, answered, unanswered, and what the member was doing meanwhile."""

from collections.abc import Sequence

from muster.domain.claims import CallAnswered, CallTried, CallUnanswered, OfCalls
from muster.domain.presence import Status
from muster.domain.schema import Row
from muster.domain.taskings import Call
from muster.domain.verdicts.duty import rows_of_duty, rows_of_rest, status_of
from muster.domain.verdicts.evidence import Evidence, Finding, contradicted, not_covered, overlaps, supported, within


def tried(claim: CallTried, member: str, record: Evidence) -> Finding:
    """Supported by any call; no record of calls is so complete that it could contradict."""
    there = _calls(claim, member, record)
    return supported(_told(there[0], record), there[0]) if there else _no_call(claim, member)


def answered(claim: CallAnswered, member: str, record: Evidence) -> Finding:
    """By the calls in the period."""
    there = _calls(claim, member, record)
    return _by([c for c in there if c.answered], there, claim, member, record)


def unanswered(claim: CallUnanswered, member: str, record: Evidence) -> Finding:
    """By the calls in the period, and where it is asked by what the member was doing when they came."""
    there = _calls(claim, member, record)
    missed = [c for c in there if not c.answered]
    if claim.during is None or not missed:
        return _by(missed, there, claim, member, record)
    told = [(c, status) for c in missed if (status := status_of(member, c.at, record)) is not None]
    fits = [(c, status) for c, status in told if _is_during(claim.during, status)]
    if fits:
        return supported(_doing(*fits[0], record), *_grounds(*fits[0], record))
    if len(told) < len(missed):
        return not_covered(f"a call went unanswered, and nothing is told of what {member} was doing")
    if _is_open(claim, record):
        return _not_yet(record)
    rows = [row for c, status in told for row in _grounds(c, status, record)]
    return contradicted("; ".join(_doing(c, status, record) for c, status in told), *dict.fromkeys(rows))


def _is_during(during: str, status: Status) -> bool:
    return status.state == "on-duty" if during == "on-duty" else status.state in ("off", "absent")


def _grounds(call: Call, status: Status, record: Evidence) -> list[Row]:
    file = record.file(call.member)
    if status.state == "on-duty" and status.since is not None:
        # An open or later end is not needed to know that the duty had begun: the signings up to the call are.
        return [call, *rows_of_duty(file, (status.since, call.at))]
    return [call, *rows_of_rest(file, call.at)]


def _doing(call: Call, status: Status, record: Evidence) -> str:
    doing = {"on-duty": "on duty", "absent": "absent", "off": "off duty", "separated": "no longer in the force"}
    source = "" if status.state == "off" else f" ({status.source})"
    return f"{_told(call, record)} while {call.member} was {doing[status.state]}{source}"


def _by(fits: Sequence[Call], there: Sequence[Call], claim: OfCalls, member: str, record: Evidence) -> Finding:
    if fits:
        return supported(_told(fits[0], record), fits[0])
    if there and _is_open(claim, record):
        return _not_yet(record)
    if there:
        return contradicted("; ".join(_told(c, record) for c in there), *there)
    return _no_call(claim, member)


def _is_open(claim: OfCalls, record: Evidence) -> bool:
    """Whether a part of the period is still to come, in which a call may be missed."""
    return claim.end is not None and record.known < claim.end


def _not_yet(record: Evidence) -> Finding:
    return not_covered(f"nothing is known yet of the time after {record.said(record.known)}")


def _no_call(claim: OfCalls, member: str) -> Finding:
    by = f" by {claim.caller}" if claim.caller is not None else ""
    return not_covered(f"no call to {member}{by} is recorded in that time")


def _told(call: Call, record: Evidence) -> str:
    came = "was answered" if call.answered else "went unanswered"
    return f"a call from {call.caller} on {record.said(call.at)} {came}"


def _calls(claim: OfCalls, member: str, record: Evidence) -> list[Call]:
    """Calls to the member in the period, in order of time."""
    mine = [c for c in record.calls if c.member == member and within(c.at, claim.start, claim.end)]
    return sorted((c for c in mine if _is_by(claim.caller, c, record)), key=lambda c: (c.at, c.key))


def _is_by(caller: str | None, call: Call, record: Evidence) -> bool:
    """Whether the call came from there: a position, its unit and its holder count as one caller."""
    if caller is None or call.caller == caller:
        return True
    for p in record.positions:
        if caller in (p.position, p.unit):
            end = call.at.resolution
            holders = {a.member for a in record.held_by(p.position) if overlaps(a, call.at, call.at + end)}
            if call.caller in {p.position, p.unit, *holders}:
                return True
    return False
