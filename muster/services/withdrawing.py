"""Withdrawing a published roster, all of it before it begins or the days that are left: from then on the charts speak,
or the roster that is published in its place."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from muster.domain.errors import Unknown
from muster.domain.instants import on_clock
from muster.domain.published import WITHDRAWN, Published
from muster.domain.record import Fact
from muster.domain.valid import valid_text
from muster.ports import Record, Views
from muster.services.offices import force_of, unit_named
from muster.services.publishers import signer_of
from muster.services.publishing import lines_of, withdrawn
from muster.services.roster_faults import RosterRefused, Wrong


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was withdrawn from which day on. ``left``: what stands of the roster; None: nothing. ``again``: it was
    withdrawn before."""

    unit: str
    from_day: date
    left: Published | None
    again: bool = False


def withdraw(record: Record, unit: str, from_day: date, by: str, reason: str, at: datetime) -> Withdrawal:
    """Withdraw the unit's published roster from a day on, as the holder of a position; its first day withdraws all of
    it. Tours of the days before go on to their end. Safe to repeat.

    Raises ``Refused`` with all that is in the way: no right to it, a day that has begun; ``Unknown`` where nothing is
    published for the day.
    """
    valid_text(f"withdrawing the roster of {unit}", "reason", reason)
    unit_named(record, unit)
    found = [p for p in record.rows(Published, unit=unit) if p.first <= from_day <= p.last]
    if not found:
        if from_day.isoformat() in [body["from_day"] for body in withdrawn(record, unit)]:
            left = [p for p in record.rows(Published, unit=unit) if p.until == midnight(record, from_day)]
            return Withdrawal(unit, from_day, left[0] if left else None, again=True)
        raise Unknown(f"unit {unit} has no published roster for {from_day}: {_published(record, unit)}")
    (roster,) = found
    signer, wrong = signer_of(record, by, unit, len(lines_of(record, roster)), at)
    begins = midnight(record, from_day)
    if begins < at:
        wrong.append(f"{from_day} has begun: withdraw it from a later day, and amend what is left of this one")
    if wrong:
        raise RosterRefused(unit, roster.first, [*map(Wrong, wrong)])
    body = roster.withdrawal(from_day, begins, by, signer, record.seal([reason])[reason])
    record.append([Fact(roster.stream, WITHDRAWN, at, body)])
    return Withdrawal(unit, from_day, record.row(Published, roster.key))


def _published(views: Views, unit: str) -> str:
    there = " and ".join(f"{p.first} to {p.last}" for p in views.rows(Published, unit=unit))
    return f"{there} is published" if there else "nothing is published"


def midnight(views: Views, day: date) -> datetime:
    """The local midnight before a day."""
    return on_clock(day, time(), ZoneInfo(force_of(views).zone))
