"""What it would break if a member took over a duty for a time: rules of hours, protected rest, days off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from muster.domain.instants import on_clock, span_text
from muster.domain.ledger import Ledger, ledger_of
from muster.domain.limits import DAY, NIGHT, WORST_FIRST, Hours, breaches, rest_before, week_start
from muster.domain.passing import until_text
from muster.domain.presence import MOMENT, DutyFile, Stretch, planned_turns, scheduled_stretches, status_at
from muster.domain.profiles import WAIVABLE, Profile
from muster.domain.rules import fitness_of, hours_of, protected_until, stated_rest
from muster.domain.schedule import Schedule

Worst = Literal["caution", "overdue", "unfit"]
SEVERITY: Final[dict[Worst, int]] = {"caution": 1, "overdue": 2, "unfit": 3}
AHEAD: Final = timedelta(days=2)
"""So far ahead the next tour is looked for, before which a duty may leave too little rest."""
CHART: Final = timedelta(days=7)
"""Whoever has no tour in so many days around a day has no chart, and no day off that could be lost."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a duty would break: how badly, and why in words, with its source."""

    rule: str
    level: Worst
    says: str

    @property
    def waivable(self) -> bool:
        """Whether somebody in command can sign that it is set aside."""
        return self.rule in WAIVABLE


@dataclass(frozen=True, slots=True)
class Takeover:
    """A duty that a member would do, from ``start`` to ``until`` (excluded): what they would do anyway and what would
    come on top. ``file``: of that member."""

    file: DutyFile
    schedule: Schedule
    profile: Profile
    unit: str
    start: datetime
    until: datetime

    @property
    def last(self) -> datetime:
        """The last moment of it."""
        return self.until - MOMENT

    def ledger(self, at: datetime) -> Ledger:
        """The ledger up to an instant of the duty, as it would be then."""
        before = ledger_of(self.file, self.schedule, at - self.profile.back, at)
        return before.supposing(self.start, at, "call-in", self.unit, "takes over")

    def planned(self, start: datetime, end: datetime) -> list[Stretch]:
        """The member's own tours in that time."""
        return scheduled_stretches(self.file, self.schedule, start, end)


def what_breaks(duty: Takeover) -> tuple[Broken, ...]:
    """What it would break, the worst first; nothing for a duty that breaks nothing. Hours that the member would be on
    duty anyway break rules too: whoever is over a limit already is a bad choice."""
    found: dict[str, Broken] = {}
    for parts in (_of_hours(duty), _rest_before(duty), _rest_after(duty), _days_off(duty)):
        for broken in parts:
            found.setdefault(broken.rule, broken)
    return tuple(sorted(found.values(), key=lambda b: -SEVERITY[b.level]))


def worst(breaks: tuple[Broken, ...]) -> int:
    """How bad the worst of it is: 0 nothing, 1 caution, 2 overdue, 3 unfit."""
    return max((SEVERITY[b.level] for b in breaks), default=0)


def _marks(duty: Takeover) -> list[datetime]:
    """Where to look, the last moment first. On duty hours only add up, so that what is broken in a moment is still
    broken at the last one, except where a waiver begins or ends or a fixed week begins anew."""
    marks = {duty.start, duty.last}
    for w in duty.file.waivers:
        marks |= {w.since - MOMENT, w.until}
    if duty.profile.week_from is not None:
        marks.add(week_start(duty.profile.week_from, duty.schedule.zone, duty.last) - MOMENT)
    return sorted((at for at in marks if duty.start <= at <= duty.last), reverse=True)


def _of_hours(duty: Takeover) -> Iterator[Broken]:
    """Limits on hours that are crossed at some moment of the duty."""
    for at in _marks(duty):
        hours = hours_of(duty.file, duty.schedule, duty.profile, duty.ledger(at))
        for breach in breaches(hours):
            yield Broken(breach.rule, "unfit" if breach.level == "unfit" else "caution", breach.says)
        fitness = fitness_of(hours)
        if fitness.relief_overdue_since is not None:
            yield _long(duty, "relief-overdue", "overdue", fitness.relief_overdue_since)
        if fitness.relief_owed_since is not None:
            yield _long(duty, "relief-owed", "caution", fitness.relief_owed_since)


def _long(duty: Takeover, rule: str, level: Worst, crossed: datetime) -> Broken:
    limit = duty.profile.limits[rule]
    when = f"{crossed.astimezone(duty.schedule.zone):%H%M}"
    return Broken(rule, level, f"{limit.number:g} h on duty at {when} ({limit.source})")


def _rest_before(duty: Takeover) -> Iterator[Broken]:
    """Protected rest that the beginning would break into."""
    if status_at(duty.file, duty.schedule, duty.start).state == "on-duty":
        until = stated_rest(duty.file, duty.start)
    else:
        until = protected_until(duty.file, duty.schedule, duty.profile, duty.start)
    if until is not None:
        zone = duty.schedule.zone
        yield Broken("protected-rest", "overdue", f"protected rest{until_text(until, zone, duty.start)} is cut short")


def _rest_after(duty: Takeover) -> Iterator[Broken]:
    """Rest before the member's next tour that the end would leave too short."""
    planned = duty.planned(duty.start, duty.until + AHEAD)
    coming = next((s for s in planned if s.start >= duty.until), None)
    if coming is None or any(s.start < duty.until and s.end is not None and s.end >= duty.until for s in planned):
        return
    rest, zone = coming.start - duty.until, duty.schedule.zone
    then = f"the next tour at {coming.start.astimezone(zone):%a %H%M}"
    limit = duty.profile.limits["protected-rest"]
    if rest < limit.span:
        says = f"{span_text(rest)} of {limit.number:g} h of protected rest before {then} ({limit.source})"
        yield Broken("protected-rest", "overdue", says)
    ledger = duty.ledger(duty.until).supposing(coming.start, coming.start, "tour", coming.unit, "the next tour")
    hours = Hours(duty.file, ledger, duty.profile, zone, coming.start)
    waived = {w.rule for w in duty.file.waivers if w.since <= coming.start < w.until}
    for level in WORST_FIRST:
        rule = f"rest-{level}"
        needed = duty.profile.limits.get(rule)
        found = None if needed is None or rule in waived else rest_before(hours, needed)
        if found is not None and found.crossed is not None:
            yield Broken(rule, "unfit" if level == "unfit" else "caution", f"{then}: {found.says}")
            return


def _days_off(duty: Takeover) -> Iterator[Broken]:
    """Local days that would have had no duty at all, of somebody who has a chart."""
    zone, lost = duty.schedule.zone, []
    day = duty.start.astimezone(zone).date()
    while (begin := on_clock(day, NIGHT[0], zone)) < duty.until:
        end = on_clock(day + DAY, NIGHT[0], zone)
        had = ledger_of(duty.file, duty.schedule, begin, min(duty.start, end)).counted(begin, min(duty.start, end))
        if not had and not any(s.end is None or s.end > begin for s in duty.planned(begin, end) if s.start < end):
            lost.append(f"{day:%a %d %b}")
        day += DAY
    if lost and planned_turns(duty.file, duty.schedule, duty.start - CHART, duty.until + CHART):
        yield Broken("day-off", "caution", f"a day off is lost: {', '.join(lost)}")
