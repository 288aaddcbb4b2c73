"""Hours rules read from duty: what is owed, what is overdue, who is unfit. Hard rules, with their source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from muster.domain.instants import on_clock, span_text
from muster.domain.presence import DutyFile, duty_spans, holds, joined
from muster.domain.profiles import Limit, Profile
from muster.domain.schedule import Schedule

Level = Literal["fit", "caution", "unfit"]
Block = tuple[datetime, datetime]
Rule = tuple[str, Level, Limit | None]
LOOK_BACK = timedelta(days=9)


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that is crossed: the rule, how badly, since when, and why in words."""

    rule: str
    level: Level
    since: datetime
    says: str


@dataclass(frozen=True, slots=True)
class Fitness:
    """Fitness for duty at an instant by hard rules. ``continuous`` is the length of the running duty, zero when off.

    ``relief_owed_since`` and ``relief_overdue_since`` are None while the limit is not reached.
    """

    continuous: timedelta
    since: datetime | None
    breaches: tuple[Breach, ...] = ()
    relief_owed_since: datetime | None = None
    relief_overdue_since: datetime | None = None

    @property
    def level(self) -> Level:
        """The worst of all rules."""
        levels = {b.level for b in self.breaches}
        return "unfit" if "unfit" in levels else "caution" if "caution" in levels else "fit"


def fitness_at(
    file: DutyFile, schedule: Schedule, profile: Profile, at: datetime, held_since: datetime | None = None
) -> Fitness:
    """Fitness at the instant. ``held_since``: the member holds over from then though nobody signed for it."""
    spans = duty_spans(file, schedule, at - LOOK_BACK, at)
    if held_since is not None:
        spans = joined(sorted([*spans, (held_since, at)]), timedelta(0))
    blocks = joined(spans, timedelta(hours=profile.break_length.hours))
    waived = {w.rule for w in file.waivers if holds(w, at)}
    found = _week(spans, profile, schedule.zone, at)
    if not blocks or blocks[-1][1] < at:
        return Fitness(timedelta(0), None, tuple(b for b in found if b.rule not in waived))
    start = blocks[-1][0]
    found = [*_continuous(start, profile, at), *_rest(blocks, profile), *found]
    breaches = tuple(b for b in found if b.rule not in waived)
    owed = None if "relief-owed" in waived else _crossed(start, profile.relief_owed, at)
    overdue = None if "relief-overdue" in waived else _crossed(start, profile.relief_overdue, at)
    return Fitness(at - start, start, breaches, owed, overdue)


def _crossed(start: datetime, limit: Limit | None, at: datetime) -> datetime | None:
    if limit is None:
        return None
    crossing = start + timedelta(hours=limit.hours)
    return crossing if crossing <= at else None


def _continuous(start: datetime, profile: Profile, at: datetime) -> list[Breach]:
    since = _crossed(start, profile.unfit, at)
    if since is None or profile.unfit is None:
        return []
    says = f"on duty {span_text(at - start)}, unfit from {profile.unfit.hours:g} h ({profile.unfit.source})"
    return [Breach("unfit", "unfit", since, says)]


def _rest(blocks: Sequence[Block], profile: Profile) -> list[Breach]:
    """Rest before the running duty; a break shorter than the profile's break is no rest at all and is not met here."""
    if len(blocks) < 2:
        return []
    start = blocks[-1][0]
    rest = start - blocks[-2][1]
    rules: tuple[Rule, ...] = (
        ("rest-unfit", "unfit", profile.rest_unfit),
        ("rest-caution", "caution", profile.rest_caution),
    )
    for rule, level, limit in rules:
        if limit is not None and rest < timedelta(hours=limit.hours):
            says = f"{span_text(rest)} of rest before this duty, needs {limit.hours:g} h ({limit.source})"
            return [Breach(rule, level, start, says)]
    return []


def _week(spans: Sequence[Block], profile: Profile, zone: ZoneInfo, at: datetime) -> list[Breach]:
    begin = at - timedelta(days=7) if profile.week_from is None else week_start(profile.week_from, zone, at)
    total = sum((max(timedelta(0), b - max(a, begin)) for a, b in spans), timedelta(0))
    rules: tuple[Rule, ...] = (
        ("week-unfit", "unfit", profile.week_unfit),
        ("week-caution", "caution", profile.week_caution),
    )
    for rule, level, limit in rules:
        if limit is not None and total > timedelta(hours=limit.hours):
            window = "in 7 days" if profile.week_from is None else "this week"
            says = f"{span_text(total)} {window}, at most {limit.hours:g} h ({limit.source})"
            return [Breach(rule, level, at, says)]
    return []


def week_start(week_from: tuple[int, time], zone: ZoneInfo, at: datetime) -> datetime:
    """When the fixed week that holds the instant began: a weekday (0 = Monday) and a local time."""
    weekday, clock = week_from
    day = at.astimezone(zone).date()
    day -= timedelta(days=(day.weekday() - weekday) % 7)
    begin = on_clock(day, clock, zone)
    return begin if begin <= at else on_clock(day - timedelta(days=7), clock, zone)


def stated_rest(file: DutyFile, at: datetime) -> datetime | None:
    """Until when somebody on duty by the schedule is to be left to rest all the same, as was stated; None for no such
    hour. Whoever signs on, or is held over, after that has ended the rest."""
    begun = [s.at for s in file.signings if s.kind != "off" and s.at <= at]
    stated = [r for r in file.reachability if r.kind == "rest" and holds(r, at)]
    ends = [r.until for r in stated if r.until is not None and not any(r.since <= b for b in begun)]
    return max(ends, default=None)


def protected_until(file: DutyFile, schedule: Schedule, profile: Profile, at: datetime) -> datetime | None:
    """The end of the protected rest that holds at the instant: stated by the member or a commander, owed to
    somebody who was woken, or by the profile after the last duty; None when there is none. Ask only for
    members off duty."""
    stated = [r for r in file.reachability if r.kind in ("rest", "owed") and holds(r, at)]
    hours = timedelta(hours=profile.protected_rest.hours)
    spans = duty_spans(file, schedule, at - hours - timedelta(days=2), at)
    ends = [r.until for r in stated if r.until is not None]
    if spans and at < spans[-1][1] + hours:
        ends.append(spans[-1][1] + hours)
    return max(ends, default=None)
