"""Closing the ledger of a period: a person certifies the hours of a unit; what is learned later is an adjustment."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from muster.domain.closings import CLOSED, SECOND, Adjustment, Certified, Closing, MemberHours, Sums, sums_of
from muster.domain.errors import Refused, Unknown
from muster.domain.instants import dated_text
from muster.domain.keeping import text_named
from muster.domain.record import Fact
from muster.domain.schema import from_body, to_body
from muster.ports import Record, Views
from muster.services.accounting import Accounting, accounted, closed_period
from muster.services.adjustments import adjustments
from muster.services.entitled import Reader
from muster.services.offices import unit_named
from muster.services.open_questions import Question, open_questions
from muster.services.publishers import CLOSING, signer_of
from muster.services.roster_faults import told
from muster.services.roster_ground import Period


@dataclass(frozen=True, slots=True)
class Done:
    """What was certified, and what was open and did not bar it. ``again``: nothing had changed since it was."""

    closing: Closing
    certified: Certified
    warnings: tuple[str, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    """The ledger of a unit and period as it is known, and what is open about it."""

    made: Accounting
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Closed:
    """What was certified of a period, and what was learned since. ``sums`` and ``now``: certified, and as known."""

    closing: Closing
    fact: int
    certified: Certified
    now: Sums
    adjustments: tuple[Adjustment, ...]

    @property
    def sums(self) -> Sums:
        """What was certified, added up."""
        return sums_of(self.certified.accounts)


def close(record: Record, unit: str, first: date, until: date, by: str, at: datetime) -> Done:
    """Certify, as the holder of a position, the hours of all who are at home in the unit from ``first`` on to
    ``until``, which is not of them. Safe to repeat; where something was learned since, the supplement says what.

    Raises ``Refused`` with all that is in the way, and ``Invalid`` for an impossible period.
    """
    unit_named(record, unit)
    period = closed_period(record, first, until)
    made = accounted(record, unit, period)
    questions = open_questions(record, made, at)
    signer, wrong = in_the_way(record, made, by, at)
    wrong += [q.says for q in questions if q.bars]
    if wrong:
        raise _refused(made, wrong)
    warnings = tuple(q.says for q in questions)
    before = _last(record, unit, first)
    if before is None:
        certified = Certified(unit, first, 1, made.accounts)
    else:
        closing, fact, was = before
        changes = adjustments(record, was, fact, made)
        if not changes and _overtime(was.accounts) == _overtime(made.accounts):
            return Done(closing, was, warnings, again=True)
        certified = Certified(unit, first, closing.version + 1, made.accounts, tuple(changes))
    closing = _closing(record, certified, period, by, signer, at)
    record.append([Fact(closing.stream, CLOSED, at, to_body(closing))])
    return Done(closing, certified, warnings)


def in_the_way(views: Views, made: Accounting, by: str, at: datetime) -> tuple[str, list[str]]:
    """Who would certify these hours in this position, and why they cannot, whatever is open about them."""
    signer, wrong = signer_of(views, by, made.unit, len(made.accounts), at, CLOSING)
    return signer, [*wrong, *_period_wrong(views, made, at)]


def _overtime(accounts: Mapping[str, MemberHours]) -> dict[str, timedelta | None]:
    """The overtime of each member: it may change with hours of the period before."""
    return {member: account.overtime for member, account in accounts.items()}


def _closing(record: Record, certified: Certified, period: Period, by: str, signer: str, at: datetime) -> Closing:
    sums = sums_of(certified.accounts)
    return Closing(
        unit=certified.unit,
        first=certified.first,
        days=period.days,
        since=period.start,
        until=period.end,
        version=certified.version,
        at=at,
        by=by,
        signer=signer,
        members=sums.members,
        counted_seconds=sums.counted // SECOND,
        paid_seconds=sums.paid // SECOND,
        rested_seconds=sums.rested // SECOND,
        overtime_seconds=None if sums.overtime is None else sums.overtime // SECOND,
        changes=len(certified.changes),
        content=record.keep(certified.text),
    )


def _period_wrong(views: Views, made: Accounting, at: datetime) -> Iterator[str]:
    unit, period = made.unit, made.period
    if at < period.end:
        yield f"it has not ended: close it from {dated_text(period.end, period.zone)} on"
    if at > views.now:
        yield f"{dated_text(at, period.zone)} is still to come: close it when it has"
    if not made.accounts:
        yield "nobody is at home in the unit: no hours could be certified"
    for other in views.rows(Closing, unit=unit):
        same = (other.first, other.days) == (period.first, period.days)
        if other.since < period.end and period.start < other.until and not same:
            yield f"{other.first} to {other.last} is closed already, version {other.version}: close just these days"


def _refused(made: Accounting, wrong: Sequence[str]) -> Refused:
    return Refused(f"ledger of {made.unit} from {made.period.first} for {made.period.days} days: {told(wrong)}")


def ledger_of_unit(views: Views, unit: str, first: date, until: date, at: datetime, known_at: datetime | None) -> Open:
    """The hours of a unit and period as they are known, and what is open about them now. Raises ``Unknown`` and
    ``Invalid``."""
    unit_named(views, unit, known_at)
    made = accounted(views, unit, closed_period(views, first, until), known_at)
    return Open(made, tuple(open_questions(views, made, at)))


def closed(views: Views, unit: str, at: datetime, known_at: datetime | None = None) -> Closed:
    """What was certified of the period in which an instant lies, or of the last before it; and what was learned since.
    Raises ``Unknown`` where nothing was."""
    unit_named(views, unit, known_at)
    there = [c for c in views.rows(Closing, known_at=known_at, unit=unit) if c.since <= at]
    if not there:
        raise Unknown(f"unit {unit}: no ledger was closed by then: whoever commands it certifies and closes one")
    newest = max(there, key=lambda c: c.since)
    found = _last(views, unit, newest.first, known_at)
    assert found is not None
    closing, fact, certified = found
    made = accounted(views, unit, closed_period(views, closing.first, closing.end), known_at)
    return Closed(closing, fact, certified, made.sums, tuple(adjustments(views, certified, fact, made, known_at)))


def must_read_ledger(views: Views, viewer: str, unit: str, at: datetime) -> None:
    """Raise ``Refused`` unless a viewer holds a command of the unit or above it: hours tell of rest. Raises
    ``Unknown`` for who is not in the record."""
    if not Reader(views, viewer, at).commands(unit):
        raise Refused(f"{viewer} may not read the ledger of {unit}: who holds a command of it or above may")


def _last(
    views: Views, unit: str, first: date, known_at: datetime | None = None
) -> tuple[Closing, int, Certified] | None:
    """What was certified last of a period, as known, with the number of its fact; None: nothing was. Raises
    ``Tampered`` where it is not what it was."""
    found = None
    for fact in views.facts(streams=[f"{Closing.NOUN}/{unit}/{first}"]):
        if known_at is None or datetime.fromisoformat(fact.recorded_at) <= known_at:
            found = fact
    if found is None:
        return None
    body = json.loads(found.body)
    said = text_named(found.seq, found.kind, body, lambda name: views.contents([name]).get(name))
    return from_body(Closing, body), found.seq, Certified.read(said)
