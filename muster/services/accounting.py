"""The hours of a period of all who are at home in a unit, as the record has them: what closing its ledger certifies."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from muster.domain.closings import SECOND, Account, Counted, Sums, inside, paid_in, sums_of, whole_second
from muster.domain.duty import Squad, SquadPlace
from muster.domain.errors import Check, require
from muster.domain.force import Force, Position
from muster.domain.homes import homes_of
from muster.domain.ledger import ledger_of
from muster.domain.members import Appointment, Attachment
from muster.domain.overtime import overtime_due, work_period
from muster.domain.presence import DutyFile
from muster.domain.snapshot import Snapshot
from muster.domain.spans import NO_TIME, Span
from muster.ports import Views
from muster.services.ledger import posted
from muster.services.offices import force_of
from muster.services.roster_ground import MOST_DAYS, Period
from muster.services.snapshots import BACK, snapshot


@dataclass(frozen=True, slots=True)
class Accounting:
    """The hours of a unit in a period, by member, and all that they were worked out from."""

    unit: str
    period: Period
    accounts: Mapping[str, Account]
    state: Snapshot

    @property
    def sums(self) -> Sums:
        """What they add up to."""
        return sums_of(self.accounts)

    def file(self, member: str) -> DutyFile:
        """What bears on the duty of a member."""
        return self.state.files.get(member) or DutyFile(member)


def closed_period(views: Views, first: date, until: date) -> Period:
    """The days from one to another, which is not of them. Raises ``Invalid``."""
    days = (until - first).days
    must = f"must be after the first day, {first}, by at most {MOST_DAYS} days"
    require("Ledger", Check("until", until, 1 <= days <= MOST_DAYS, must))
    return Period(first, days, ZoneInfo(force_of(views).zone))


def accounted(
    views: Views,
    unit: str,
    period: Period,
    known_at: datetime | None = None,
    only: Collection[str] | None = None,
) -> Accounting:
    """The hours of those at home in the unit in a period, as believed (None: now). ``only``: of no others."""
    homes = at_home(views, unit, period, known_at, only)
    spans = work_periods(force_of(views), period)
    start = min([period.start, *(a for a, _ in spans)])
    state = snapshot(views, [], at=period.end, members=homes, known_at=known_at, back=period.end - start + BACK)
    counted = _counted(views, state, homes, (start, period.end), known_at)
    accounts = {}
    for member, home in homes.items():
        mine = [span for span, where in home if where == unit]
        over = _overtime(state.force, counted[member], unit, home, spans)
        accounts[member] = Account(tuple(mine), tuple(inside(counted[member], mine)), over)
    return Accounting(unit, period, accounts, state)


def _counted(
    views: Views, state: Snapshot, members: Iterable[str], span: Span, known_at: datetime | None
) -> dict[str, list[Counted]]:
    """What counts of members, to the second, each with the fact that it comes from."""
    files = {m: state.files.get(m) or DutyFile(m) for m in members}
    entries = [(m, e) for m, file in files.items() for e in ledger_of(file, state.schedule, *span).entries]
    found: dict[str, list[Counted]] = {m: [] for m in files}
    for (member, e), post in zip(entries, posted(views, [e for _, e in entries], known_at), strict=True):
        start, end = whole_second(e.start), whole_second(e.end)
        found[member].append(Counted(start, end, e.kind, e.unit, e.paid, post.fact))
    return found


Homes = dict[str, list[tuple[Span, str]]]


def at_home(
    views: Views, unit: str, period: Period, known_at: datetime | None = None, only: Collection[str] | None = None
) -> Homes:
    """Where those are at home in a period who are so in the unit at some time of it."""
    around = (period.start, period.end - timedelta(microseconds=1))
    positions = {p.position for p in views.rows(Position, known_at=known_at, unit=unit)}
    squads = {s.squad for s in views.rows(Squad, known_at=known_at, unit=unit)}
    names = {a.member for a in views.rows(Appointment, at=around, known_at=known_at, position=positions)}
    names |= {p.member for p in views.rows(SquadPlace, at=around, known_at=known_at, squad=squads)}
    names |= {a.member for a in views.rows(Attachment, at=around, known_at=known_at, unit=unit)}
    homes = homes_in(views, names if only is None else names & {*only}, period, known_at)
    return {m: home for m, home in sorted(homes.items()) if any(where == unit for _, where in home)}


def homes_in(views: Views, members: Iterable[str], period: Period, known_at: datetime | None = None) -> Homes:
    """Where these members are at home in a period."""
    around, names = (period.start, period.end - timedelta(microseconds=1)), set(members)
    held = views.rows(Appointment, at=around, known_at=known_at, member=names)
    places = views.rows(SquadPlace, at=around, known_at=known_at, member=names)
    attached = views.rows(Attachment, at=around, known_at=known_at, member=names)
    posts = views.rows(Position, known_at=known_at, position={a.position for a in held})
    squads = views.rows(Squad, known_at=known_at, squad={p.squad for p in places})
    unit_of = {f"position/{p.position}": p.unit for p in posts} | {f"squad/{s.squad}": s.unit for s in squads}
    return homes_of([*held, *places, *attached], unit_of, period.start, period.end)


def _overtime(
    force: Force, counted: Sequence[Counted], unit: str, home: Sequence[tuple[Span, str]], spans: Iterable[Span]
) -> timedelta | None:
    """Overtime of those work periods at whose end the member is at home in the unit, or was last: one force pays,
    wherever the hours were. None where there is none of them."""
    mine = [(a, b) for a, b in spans if [where for span, where in home if span[0] < b][-1:] == [unit]]
    days = force.work_period_days
    if days is None or not mine:
        return None
    return sum((overtime_due(paid_in(counted, span), days, force.activity) for span in mine), NO_TIME)


def work_periods(force: Force, period: Period) -> list[Span]:
    """The work periods of the force that end in a period, in order; none where it has none. Each ends in one period
    alone, so its overtime is certified once, however the periods lie."""
    first, days = force.work_period_from, force.work_period_days
    if first is None or days is None:
        return []
    found = [work_period(first, days, period.start - SECOND, period.zone)]
    while found[-1][1] <= period.end:
        found.append(work_period(first, days, found[-1][1], period.zone))
    return [span for span in found if period.start < span[1] <= period.end]
