"""What is still open about the hours of a period when somebody wants to close its ledger: what bars that, and what is
only said. docs/hours.md has the table."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from muster.domain.calling_in import CallIn, CallInAnswer, asked_in
from muster.domain.duty import Signing
from muster.domain.instants import dated_text, span_text
from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.presence import DutyFile, gaps, planned_turns, signed_stretches
from muster.domain.published import DutyLine
from muster.domain.roll_calls import RollCall
from muster.domain.spans import NO_TIME, joined, without
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.accounting import Accounting, homes_in
from muster.services.time_records import LONGEST


@dataclass(frozen=True, slots=True)
class Question:
    """Something open. ``bars``: the ledger cannot be closed before it is answered; else it is said and that is all."""

    bars: bool
    says: str


def open_questions(views: Views, made: Accounting, at: datetime) -> list[Question]:
    """All that is open about these hours at an instant, what bars closing first."""
    found = [*_of_members(made), *_call_ins(views, made, at)]
    found += [*_roll_calls(views, made), *_not_found(views, made), *_of_nobody(views, made)]
    return sorted(found, key=lambda q: not q.bars)


def _of_members(made: Accounting) -> Iterator[Question]:
    for member in made.accounts:
        file = made.file(member)
        yield from _not_signed_off(made, file)
        yield from _claimed_twice(made, file)
        yield from _gone_to_court(made, file)


def _not_signed_off(made: Accounting, file: DutyFile) -> Iterator[Question]:
    """Duty that was signed and has no end, or none that can be believed."""
    signed, zone = signed_stretches(file.signings), made.period.zone
    for s in signed:
        if s.end is None and s.start < made.period.end:
            yield Question(True, f"{file.member} {s.source} {dated_text(s.start, zone)} and has not signed off")
    for a, b in joined(((s.start, s.end) for s in signed if s.end is not None), timedelta(microseconds=1)):
        if b - a > LONGEST and a < made.period.end and b > made.period.start:
            long = f"{file.member} is on duty for {span_text(b - a)} from {dated_text(a, zone)} by what was signed"
            yield Question(False, f"{long}: see whether signing off was forgotten")


def _claimed_twice(made: Accounting, file: DutyFile) -> Iterator[Question]:
    """Hours that two time records tell of, or a time record and a signing."""
    start, end, zone = made.period.start, made.period.end, made.period.zone
    records = sorted((r for r in file.records if r.since < end and r.until > start), key=lambda r: (r.since, r.until))
    for one, other in pairwise(records):
        if other.since < one.until:
            says = f"{one.kind} and {other.kind} both claim {dated_text(other.since, zone)}: take one of them back"
            yield Question(True, f"{file.member}: {says}")
    for s in signed_stretches(file.signings):
        for r in records:
            a, b = max(s.start, r.since), min(s.end or end, r.until)
            if a < b:
                says = f"{span_text(b - a)} from {dated_text(a, zone)} stand as {s.source} and as {r.kind}"
                yield Question(False, f"{file.member}: {says}: they count once, as signed")


def _gone_to_court(made: Accounting, file: DutyFile) -> Iterator[Question]:
    """Tours that nobody signed and of which an appearance has a part alone: the rest counts as nothing."""
    records = [r for r in file.records if r.kind in DUTY_ELSEWHERE]
    signed, account = signed_stretches(file.signings), made.accounts[file.member]
    taken = [*((e.start, e.end) for e in account.entries), *gaps(file)]
    for turn, _, _ in planned_turns(file, made.state.schedule, made.period.start, made.period.end) if records else ():
        meets = [r for r in records if r.since < turn.end and r.until > turn.start]
        if not meets or any(s.start < turn.end and (s.end is None or s.end > turn.start) for s in signed):
            continue
        tours = [(max(turn.start, a), min(turn.end, b)) for a, b in account.home]
        left = sum((b - a for tour in tours if tour[0] < tour[1] for a, b in without(tour, taken)), NO_TIME)
        if left >= timedelta(minutes=1):
            says = f"{meets[0].kind} from {dated_text(meets[0].since, made.period.zone)} stands for a whole tour"
            of = f"{span_text(left)} of {turn.tour} of {turn.day} count as nothing"
            yield Question(False, f"{file.member}: {says}, and {of}: sign on whoever worked them")


def _call_ins(views: Views, made: Accounting, at: datetime) -> Iterator[Question]:
    """Members of the unit who were to come, of whom nobody knows whether they came."""
    start, end = made.period.start, made.period.end
    call_ins = [c for c in views.rows(CallIn, at=(start, end)) if start <= c.since < end]
    answers = views.rows(CallInAnswer, call_in={c.call_in for c in call_ins})
    for name, asked in asked_in(call_ins, answers, at).items():
        c = asked.call_in
        for member in asked.coming:
            if member in made.accounts and not _came(made.file(member), c.since, c.until):
                says = f"{member} was to come to {c.kind} {name} {dated_text(c.since, made.period.zone)}"
                yield Question(True, f"{says}, has not signed on for it and is not marked no-show")


def _came(file: DutyFile, start: datetime, end: datetime) -> bool:
    signed = any(s.start < end and (s.end is None or s.end > start) for s in signed_stretches(file.signings))
    return signed or any(r.since < end and r.until > start for r in file.records)


def _roll_calls(views: Views, made: Accounting) -> Iterator[Question]:
    """Published tours of which no roll was called: their hours are as planned."""
    period, taken = made.period, {(r.day, r.tour) for r in views.rows(RollCall, unit=made.unit)}
    tours = {
        (day, tour)
        for line in views.rows(DutyLine, at=(period.start, period.end), unit=made.unit)
        for day in period.dates
        if (tour := line.entry(day))
    }
    lacking = sorted(tours - taken)
    if lacking:
        first = f"{lacking[0][1]} of {lacking[0][0]}"
        says = f"no roll was called of {len(lacking)} of {len(tours)} published tours, first {first}"
        yield Question(False, f"{says}: who did not sign counts as planned")


def _not_found(views: Views, made: Accounting) -> Iterator[Question]:
    """Tours of which somebody is missing still."""
    for t in views.rows(Tasking, kind="gap", place=made.unit, result=None):
        if made.period.start <= t.received_at < made.period.end:
            yield Question(False, f"tasking {t.tasking} is open: {t.what}")


def _of_nobody(views: Views, made: Accounting) -> Iterator[Question]:
    """Members who signed on in the unit and are at home in none: their hours are in no ledger that is closed."""
    period = made.period
    signed: Mapping[str, Signing] = {
        s.member: s for s in views.rows(Signing, unit=made.unit) if period.start <= s.at < period.end
    }
    homes = homes_in(views, signed.keys() - made.accounts.keys(), period)
    for member in sorted(signed.keys() - made.accounts.keys() - homes.keys()):
        says = f"{member} signed on in {made.unit} and is at home in no unit"
        yield Question(False, f"{says}: no closing has their hours; appoint them")
