"""The ledger of a unit and a period as who commands meets it: what would be certified, what bars that, who signs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256

from muster.domain.closings import Certified, Closing, MemberHours
from muster.domain.errors import Refused
from muster.ports import Record, Views
from muster.services import closings
from muster.services.acts import member_of, must_hold
from muster.services.closings import Closed, Done, Open
from muster.services.entitled import not_entitled
from muster.services.gate import Viewer
from muster.services.offices import unit_named
from muster.services.roster_ground import Period


@dataclass(frozen=True, slots=True)
class LedgerSeen:
    """The hours of a unit and period as they are known. ``signs``: the positions of the viewer's in which they would
    certify them; ``wrong``: why they could not, by position. ``before``: what was certified of it already."""

    unit: str
    name: str
    period: Period
    open: Open
    signs: Sequence[str]
    wrong: Sequence[tuple[str, str]]
    before: Closed | None
    closed: Sequence[Closing]

    @property
    def bars(self) -> list[str]:
        """What is open and has to be answered first."""
        return [q.says for q in self.open.questions if q.bars]

    @property
    def mark(self) -> str:
        """Stands for the hours that are shown: the same for the same alone."""
        return _mark(self.unit, self.period.first, self.open.made.accounts)


def _mark(unit: str, first: date, accounts: Mapping[str, MemberHours]) -> str:
    return sha256(Certified(unit, first, 1, accounts).text.encode()).hexdigest()[:16]


def must_command(views: Views, unit: str, viewer: Viewer) -> str:
    """The name of the unit. Raises ``NotEntitled`` for who does not command it: hours tell of rest; and ``Unknown``."""
    name = unit_named(views, unit).name
    if unit not in viewer.commands:
        raise not_entitled(views, f"the ledger of {unit}", unit, commands=True)
    return name


def next_period(views: Views, unit: str, today: date) -> tuple[date, date]:
    """The first day to be certified next, and the day after the last: after what was closed last, as long as that; else
    the month before this one."""
    there = views.rows(Closing, unit=unit)
    if there:
        last = max(there, key=lambda c: c.since)
        return last.end, last.end + timedelta(days=last.days)
    this_month = today.replace(day=1)
    return (this_month - timedelta(days=1)).replace(day=1), this_month


def ledger_seen(views: Views, unit: str, viewer: Viewer, days: tuple[date, date], at: datetime) -> LedgerSeen:
    """The ledger of a unit, and of the period between two days, the second not of it. Raises ``NotEntitled``,
    ``Unknown``, and ``Invalid`` for days that are no period."""
    name = must_command(views, unit, viewer)
    found = closings.ledger_of_unit(views, unit, *days, at, None)
    period, signs, wrong = found.made.period, list[str](), list[tuple[str, str]]()
    for office in viewer.offices:
        by = office.position.position
        signer, why = closings.in_the_way(views, found.made, by, at)
        why += [] if signer == viewer.member else [f"whoever serves as {by} now signs: {signer or 'nobody'}"]
        signs += [] if why else [by]
        wrong += [(by, each) for each in why]
    closed = sorted(views.rows(Closing, unit=unit), key=lambda c: c.since, reverse=True)
    again = any(c.first == period.first and c.days == period.days for c in closed)
    before = closings.closed(views, unit, period.start) if again else None
    return LedgerSeen(unit, name, period, found, signs, wrong, before, closed)


def certify(record: Record, unit: str, viewer: Viewer, days: tuple[date, date], by: str, looked: str) -> Done:
    """Certify them now, in a position of the viewer's, if they are still those that were looked at, by their mark.
    Raises ``Refused`` with all that is in the way."""
    must_command(record, unit, viewer)
    must_hold(viewer, by)
    done = closings.close(record, unit, *days, by, record.now)
    if done.closing.signer != member_of(viewer) and not done.again:
        raise Refused(f"whoever serves as {by} now signs: {done.closing.signer}, and that is not you")
    if _mark(unit, days[0], done.certified.accounts) != looked:
        raise Refused("the hours are not as you saw them any more: look at them again")
    return done
