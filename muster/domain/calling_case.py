"""What a list for a call-in is made from: the need, the contract, and each member's duty as it stands at an instant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final

from muster.domain.calling_in import COMES, OVERTIME, Asked, CallIn, DoNotCall
from muster.domain.contracts import Contract
from muster.domain.duty import SquadPlace, TimeRecord
from muster.domain.instants import on_clock
from muster.domain.ledger import Entry, Ledger, ledger_of
from muster.domain.members import Attachment, Member
from muster.domain.presence import DutyFile, holds
from muster.domain.profiles import Profile
from muster.domain.schedule import Schedule, turn_on
from muster.domain.spans import NO_TIME, Span, within

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Case:
    """A call-in at the instant at which it is asked who comes next. ``past``: every call-in under the same contract,
    this one included, with what was said in it up to that instant; ``elsewhere``: those under other contracts, to which
    somebody of the list may be promised."""

    call_in: CallIn
    contract: Contract
    schedule: Schedule
    profile: Profile
    at: datetime
    past: Mapping[str, Asked] = field(default_factory=dict)
    unasked: Sequence[DoNotCall] = ()
    elsewhere: Mapping[str, Asked] = field(default_factory=dict)

    @property
    def asked(self) -> Asked:
        """What was said in this call-in."""
        return self.past.get(self.call_in.call_in) or Asked(self.call_in, ())

    @property
    def year(self) -> datetime:
        """The beginning of the calendar year in which the need begins, by local clocks."""
        day = self.call_in.since.astimezone(self.schedule.zone).date()
        return on_clock(day.replace(month=1, day=1), time(), self.schedule.zone)


@dataclass(frozen=True, slots=True)
class Person:
    """A member who may be asked, with their duty as it is planned at the instant (``presence.as_planned``). ``ledgers``
    are those reckoned already."""

    member: Member
    file: DutyFile
    ledgers: dict[Span, Ledger] = field(default_factory=dict, init=False, repr=False, compare=False)


def promised(case: Case, member: str) -> list[CallIn]:
    """The other call-ins, under whatever contract, to which the member is to come and that are not over then."""
    known = (*case.past.values(), *case.elsewhere.values())
    others = (a for a in known if a.call_in.call_in != case.call_in.call_in)
    return [a.call_in for a in others if a.call_in.until > case.at and a.comes(member)]


def ledger_ahead(case: Case, person: Person, start: datetime, until: datetime) -> Ledger:
    """The ledger between two instants with what the member has promised or was ordered to, without this need."""
    if (start, until) in person.ledgers:
        return person.ledgers[start, until]
    ledger = ledger_of(person.file, case.schedule, start, until)
    for other in promised(case, person.member.member):
        if other.since < until and other.until > start:
            end = min(other.until, until)
            ledger = ledger.supposing(other.since, end, other.kind, other.unit, f"call-in {other.call_in}")
    person.ledgers[start, until] = ledger
    return ledger


def ledger_around(case: Case, person: Person) -> Ledger:
    """The same from as far before the need as any rule looks to a week after it."""
    back = max(case.profile.back, WEEK)
    return ledger_ahead(case, person, case.call_in.since - back, case.call_in.until + WEEK)


def supposing_it(case: Case, ledger: Ledger) -> Ledger:
    """The ledger with the need of the case worked in full."""
    c = case.call_in
    return ledger.supposing(c.since, c.until, c.kind, c.unit, f"call-in {c.call_in}")


def is_overtime(entry: Entry) -> bool:
    """Whether hours are overtime as the lists count it: held over, called in, and details that a time keeper has.
    Serving under another unit is no overtime: it is where the tour is."""
    return entry.kind in OVERTIME or (entry.kind == "detail" and isinstance(entry.row, TimeRecord))


def overtime_of_year(case: Case, person: Person) -> timedelta:
    """The overtime of the calendar year up to the instant, and what is promised by then."""
    ends = [c.until for c in promised(case, person.member.member)]
    return overtime(case, person, case.year, max([case.at, *ends]))


def overtime(case: Case, person: Person, start: datetime, until: datetime) -> timedelta:
    """The overtime between two instants, promised hours included. There is none before the first signing, time record
    or promise, and nothing is reckoned."""
    said = [*(s.at for s in person.file.signings[:1]), *(r.since for r in person.file.records)]
    said += [c.since for c in promised(case, person.member.member)]
    if not said or min(said) >= until:
        return NO_TIME
    entries = ledger_ahead(case, person, max(start, min(said)), until).entries
    return within([(e.start, e.end) for e in entries if is_overtime(e)], start, until)


def refused(case: Case, member: str) -> timedelta:
    """The hours of call-ins of this year that the member refused and did not work all the same."""
    said = [a for a in case.past.values() if a.call_in.since >= case.year and not a.comes(member)]
    return sum((a.call_in.length for a in said if _has(a, member, ("refused",))), NO_TIME)


def last_said(case: Case, member: str, what: Sequence[str]) -> datetime | None:
    """When the member last gave one of these answers in any call-in; None: never."""
    found = (a.at for asked in case.past.values() for a in asked.answers if a.member == member and a.what in what)
    return max(found, default=None)


def _has(asked: Asked, member: str, what: Sequence[str]) -> bool:
    return any(a.member == member and a.what in what for a in asked.answers)


def mandatory(case: Case, person: Person) -> list[Span]:
    """The hours to which the member was ordered: as they were worked where that is over, else as ordered. In order."""
    found: list[Span] = []
    for asked in case.past.values():
        c, last = asked.call_in, asked.last_of(person.member.member)
        if c.call_in == case.call_in.call_in or last is None or last.what not in COMES:
            continue
        if not _has(asked, person.member.member, ("ordered",)):
            continue
        if c.until > case.at:
            found.append((c.since, c.until))
        else:
            worked = ledger_of(person.file, case.schedule, c.since, c.until).entries
            found += [(max(e.start, c.since), min(e.end, c.until)) for e in worked if is_overtime(e)]
    return sorted(span for span in found if span[0] < span[1])


def most_within(spans: Sequence[Span], window: timedelta, need: Span) -> timedelta:
    """The most time of spans that do not overlap, the need among them, in any window of this length that has a part of
    the need. It is found where a span begins, or where one ends."""
    starts = {*(a for a, _ in spans), *(b - window for _, b in spans)}
    return max(within(spans, start, start + window) for start in starts if need[0] - window <= start <= need[1])


def is_own_tour(case: Case, person: Person) -> bool:
    """Whether the tour in whose hours the middle of the need lies is the one of the member's squad, day off or not: the
    same shift, however tours overlap. Who is held over is of the shift that goes on."""
    c, schedule = case.call_in, case.schedule
    if c.kind == "hold-over":
        return True
    at = c.since + c.length / 2
    day = at.astimezone(schedule.zone).date()
    rows: list[SquadPlace | Attachment] = [*person.file.places, *person.file.attachments]
    for row in rows:
        squad = schedule.squads.get(row.squad or "")
        if squad is None or not holds(row, at):
            continue
        tour = schedule.tours.get(squad.tour or "")
        if tour is not None and any(turn_on(tour, d, schedule.zone).covers(at) for d in (day - DAY, day)):
            return True
    return False
