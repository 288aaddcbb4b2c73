"""A member's duty: the ledger with its facts, what it adds up to, and what each rule makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.duty import HOURS_KINDS, HoursRule
from muster.domain.errors import Check, Refused, require
from muster.domain.force import Force
from muster.domain.instants import local_text
from muster.domain.ledger import Entry, Ledger, ledger_of
from muster.domain.limits import Level, measured
from muster.domain.members import Member
from muster.domain.overtime import comp_time, maximum_hours, overtime_due, work_period
from muster.domain.presence import DutyFile, Status, holds, status_at
from muster.domain.profiles import Profile, profile_named
from muster.domain.published import DutyLine
from muster.domain.rules import hours_of, protected_until
from muster.domain.schema import Row
from muster.domain.snapshot import Snapshot
from muster.domain.spans import NO_TIME
from muster.fitness.judging import every
from muster.ports import Views
from muster.services.duty import known_member
from muster.services.entitled import Reader, serves_in
from muster.services.fitness import Verdict, verdicts
from muster.services.offices import force_of
from muster.services.snapshots import snapshot

WINDOWS: Final = (("24 h", timedelta(hours=24)), ("7 days", timedelta(days=7)), ("28 days", timedelta(days=28)))
BACK: Final = timedelta(days=35)
"""How far back a ledger is shown and added up: 28 days, and the duty that ran at their beginning."""
LONGEST: Final = timedelta(days=31)
"""For no longer is it told hour by hour what was said."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What the hours between two instants add up to, apart: counted, paid, rested; and counted by kind."""

    of: str
    start: datetime
    end: datetime
    counted: timedelta
    paid: timedelta
    rested: timedelta
    kinds: dict[str, timedelta]


@dataclass(frozen=True, slots=True)
class WorkPeriod:
    """Pay, and no limit: the work period that an instant lies in, what was paid in it so far, beyond how much of it
    overtime is due (29 CFR 553.230), how much is, and what it makes as time off, where none is saved up yet."""

    start: datetime
    end: datetime
    paid: timedelta
    most: timedelta
    overtime: timedelta
    time_off: timedelta


@dataclass(frozen=True, slots=True)
class RuleSays:
    """What one rule of a profile says at an instant. ``crossed``: since when the limit is crossed, None while it is
    not; ``waived``: somebody has signed for it."""

    profile: str
    rule: str
    level: Level
    says: str
    crossed: datetime | None
    waived: bool


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry of the ledger with the number of the fact that it comes from; None where it is supposed."""

    entry: Entry
    fact: int | None


@dataclass(frozen=True, slots=True)
class DutyPage:
    """A member's duty at an instant. ``protected_until`` None: not in protected rest, or on duty. ``work_period``
    None: the force has none."""

    member: Member
    at: datetime
    status: Status
    verdict: Verdict
    protected_until: datetime | None
    sums: tuple[Sum, ...]
    work_period: WorkPeriod | None
    rules: tuple[RuleSays, ...]
    entries: tuple[Posted, ...]


@dataclass(frozen=True, slots=True)
class Hour:
    """What is said of a member at one full hour: fit or not, and by each rule."""

    verdict: Verdict
    rules: tuple[RuleSays, ...]

    @property
    def crossed(self) -> list[RuleSays]:
        """The rules whose limits are crossed; of a family the worst alone."""
        found: dict[tuple[str, str], RuleSays] = {}
        for rule in self.rules:
            if rule.crossed is not None:
                found.setdefault((rule.profile, rule.rule.removesuffix(f"-{rule.level}")), rule)
        return [*found.values()]


def duty_of(
    views: Views, member: str, at: datetime, known_at: datetime | None = None, back: timedelta = BACK
) -> tuple[Snapshot, DutyFile]:
    """All that the ledger of a member is made of, so far before the instant. Raises ``Unknown``."""
    known_member(views, member, known_at)
    state = snapshot(views, [], at=at, members=[member], known_at=known_at, back=back)
    return state, state.files.get(member) or DutyFile(member)


def duty_page(
    views: Views,
    member: str,
    at: datetime,
    known_at: datetime | None = None,
    days: int = 7,
    profiles: Sequence[str] = (),
) -> DutyPage:
    """A member's duty at an instant, with the entries of the last ``days`` days (at most 28) and what the rules of the
    force's profile say, or of these profiles. Raises ``Unknown``."""
    asked = _profiles(views, profiles, known_at)
    back = max([BACK, *(profile.back for profile in asked)])
    state, file = duty_of(views, member, at, known_at, back)
    ledger = ledger_of(file, state.schedule, at - back, at)
    status = status_at(file, state.schedule, at)
    off = status.state != "on-duty"
    return DutyPage(
        member=known_member(views, member, known_at),
        at=at,
        status=status,
        verdict=verdicts(state, file, [at])[0],
        protected_until=protected_until(file, state.schedule, state.profile, at) if off else None,
        sums=tuple(_sum(ledger, of, at - length, at) for of, length in WINDOWS),
        work_period=_work_period(state.force, ledger, state.schedule.zone),
        rules=tuple(says for p in asked for says in rules_at(state, file, ledger, p)),
        entries=tuple(posted(views, [e for e in ledger.entries if e.end > at - timedelta(days=days)], known_at)),
    )


def rules_at(state: Snapshot, file: DutyFile, ledger: Ledger, profile: Profile) -> list[RuleSays]:
    """What each rule of a profile says at the end of the ledger."""
    hours = hours_of(file, state.schedule, profile, ledger)
    waived = {w.rule for w in file.waivers if holds(w, hours.at)}
    return [
        RuleSays(profile.name, rule, level, m.says, m.crossed, rule in waived) for rule, level, m in measured(hours)
    ]


def must_read_duty(views: Views, viewer: str, member: str, at: datetime) -> None:
    """Raise ``Refused`` unless a viewer is entitled to a member's hours, which tell of rest: the member, and the
    holders of command positions in a unit of theirs or above it. Raises ``Unknown`` for who is not in the record."""
    reader, units = Reader(views, viewer, at), serves_in(views, member, at)
    if viewer != member and not any(map(reader.commands, units)):
        where = (
            f"of {', '.join(sorted(units))} or above" if units else "over them, which nobody has: they serve in no unit"
        )
        raise Refused(f"{viewer} may not read the hours of {member}: {member} may, and who holds a command {where}")


def hour_by_hour(
    views: Views,
    member: str,
    start: datetime,
    end: datetime,
    known_at: datetime | None = None,
    profiles: Sequence[str] = (),
) -> list[Hour]:
    """What rules and models say of a member at every hour from ``start`` to ``end``, both included: the rules of the
    force's profile, or of these profiles. Raises ``Unknown`` and ``Invalid``."""
    known_member(views, member, known_at)
    zone, ordered = ZoneInfo(force_of(views).zone), start <= end <= start + LONGEST
    must = f"must be before {local_text(end, zone)}, by at most {LONGEST.days} days"
    require(f"hours of {member}", Check("from", local_text(start, zone), ordered, must))
    asked = _profiles(views, profiles, known_at)
    back = max([BACK, *(profile.back for profile in asked)])
    state, file = duty_of(views, member, end, known_at, back + (end - start))
    return [
        Hour(verdict, tuple(says for p in asked for says in rules_at(state, file, ledger, p)))
        for verdict in verdicts(state, file, every(start, end, timedelta(hours=1)))
        for ledger in [ledger_of(file, state.schedule, verdict.at - back, verdict.at)]
    ]


def _profiles(views: Views, names: Sequence[str], known_at: datetime | None) -> list[Profile]:
    """The profiles of these names; without any the force's own."""
    own = views.rows(HoursRule, known_at=known_at)
    return [profile_named(name, own) for name in names or [f.profile for f in views.rows(Force, known_at=known_at)]]


def _work_period(force: Force, ledger: Ledger, zone: ZoneInfo) -> WorkPeriod | None:
    days, first = force.work_period_days, force.work_period_from
    if days is None or first is None:
        return None
    start, end = work_period(first, days, ledger.until, zone)
    paid = ledger.paid(start, ledger.until)
    most, overtime = maximum_hours(days, force.activity), overtime_due(paid, days, force.activity)
    return WorkPeriod(start, end, paid, most, overtime, comp_time(overtime, NO_TIME).earned)


def _sum(ledger: Ledger, of: str, start: datetime, end: datetime) -> Sum:
    kinds = {kind: ledger.counted(start, end, kind) for kind in HOURS_KINDS}
    return Sum(
        of,
        start,
        end,
        ledger.counted(start, end),
        ledger.paid(start, end),
        ledger.rested(start, end),
        {kind: length for kind, length in kinds.items() if length},
    )


def posted(views: Views, entries: Sequence[Entry], known_at: datetime | None) -> list[Posted]:
    """Entries with the numbers of the facts that they come from: the newest known of each stream, and for a line in a
    published roster that of its version."""
    rows = {id(e.row): e.row for e in entries if e.row is not None}  # a place in a squad has many entries
    facts: dict[str, int] = {}
    versions: dict[tuple[str, int], int] = {}
    for said in views.facts(streams=sorted({row.stream for row in rows.values()})) if rows else ():
        if known_at is None or datetime.fromisoformat(said.recorded_at) <= known_at:
            facts[said.stream] = said.seq  # in order: the newest that was known
            versions[said.stream, said.version] = said.seq
    fact_of = {of: _fact(row, facts, versions) for of, row in rows.items()}
    return [Posted(e, fact_of.get(id(e.row))) for e in entries]


def _fact(row: Row, facts: Mapping[str, int], versions: Mapping[tuple[str, int], int]) -> int | None:
    newest = facts.get(row.stream)
    if newest is not None and isinstance(row, DutyLine):
        return versions.get((row.stream, row.version), newest)
    return newest
