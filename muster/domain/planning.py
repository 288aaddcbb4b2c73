"""What a duty that is planned would cross: every rule over a period, not only at an instant. A plan that crosses a hard
rule needs a waiver that is signed."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from muster.domain.instants import on_clock
from muster.domain.ledger import ledger_of
from muster.domain.limits import DAY, LEAVE_IS_NEUTRAL, WEEK, Breach, measured, rest_owed, week_start
from muster.domain.presence import MOMENT, DutyFile
from muster.domain.profiles import Profile
from muster.domain.rules import hours_of
from muster.domain.schedule import Schedule

WINDOWS: Final = {"day": DAY, "week": WEEK, "month": 4 * WEEK, "daily-rest": DAY, "weekly-rest": WEEK}
"""How far back rules look: what a window loses at its beginning can cross a limit off duty too."""
HALF_HOUR: Final = timedelta(minutes=30)
"""Clocks change on the hour, or half an hour from it."""

At = Callable[[datetime], Mapping[str, Breach]]


def crossed(file: DutyFile, schedule: Schedule, profile: Profile, start: datetime, end: datetime) -> list[Breach]:
    """Every rule whose limit is crossed, and not waived, at any instant from ``start`` to ``end``, both included; each
    with the first such instant as ``since``, and what the rule says then. Each rule stands for itself: where one
    says unfit, the one that says caution is named too.

    Between two marks what a rule counts only grows or only shrinks, so that it is looked at there, and a limit that
    is passed between them is searched for by halving.
    """
    at = _looker(file, schedule, profile)
    marks = sorted(t for m in _marks(file, schedule, profile, start, end) for t in (m - MOMENT, m, m + MOMENT))
    points = [start, *dict.fromkeys(t for t in marks if start < t < end), end]
    found: dict[str, Breach] = dict(at(start))
    for before, after in pairwise(points):
        for rule in at(after).keys() - found.keys():
            found[rule] = _first(at, rule, before, after)
    return sorted(found.values(), key=lambda b: (b.since, b.rule))


def _looker(file: DutyFile, schedule: Schedule, profile: Profile) -> At:
    """What is crossed and not waived at an instant, by rule."""

    def at(instant: datetime) -> dict[str, Breach]:
        hours = hours_of(file, schedule, profile, ledger_of(file, schedule, instant - profile.back, instant))
        said = [Breach(rule, level, instant, m.says) for rule, level, m in measured(hours) if m.crossed is not None]
        said += [Breach(b.rule, b.level, instant, b.says) for b in rest_owed(hours)]
        waived = {w.rule for w in file.waivers if w.since <= instant < w.until}
        return {b.rule: b for b in said if b.rule not in waived}

    return at


def _first(at: At, rule: str, before: datetime, after: datetime) -> Breach:
    """The first instant at which the rule is crossed: it is not at ``before``, and is at ``after``."""
    while after - before > MOMENT:
        middle = before + (after - before) / 2
        before, after = (before, middle) if rule in at(middle) else (middle, after)
    return at(after)[rule]


def _marks(file: DutyFile, schedule: Schedule, profile: Profile, start: datetime, end: datetime) -> Iterator[datetime]:
    """Instants at which what a rule counts turns from growing to shrinking, or jumps."""
    for waiver in file.waivers:
        yield from (waiver.since, waiver.until)
    spans = ledger_of(file, schedule, start - profile.back, end).spans
    edges = [edge for span in spans for edge in span]
    yield from edges
    for rule, limit in profile.limits.items():
        window = WINDOWS.get(rule.rpartition("-")[0])
        if window is not None:
            yield from (edge + window for edge in edges)
        if window is not None and "rest" in rule:  # the rest before a duty leaves the window, bit by bit
            yield from (begin + window - limit.span for begin, _ in spans)
        if limit.weeks is not None:
            leave = [
                t for a in file.absences if a.kind in LEAVE_IS_NEUTRAL for t in (a.since, a.until) if t is not None
            ]
            known = [*edges, *leave, *_clock_changes(schedule, start - profile.back, end)]
            yield from known
            yield from (_on_the_same_clock(t, limit.weeks * WEEK, schedule) for t in known)
    if profile.week_from is not None:
        at = week_start(profile.week_from, schedule.zone, start)
        while at <= end:
            at = week_start(profile.week_from, schedule.zone, at + 8 * DAY)
            yield at


def _on_the_same_clock(at: datetime, later: timedelta, schedule: Schedule) -> datetime:
    here = at.astimezone(schedule.zone)
    return on_clock((here + later).date(), here.timetz().replace(tzinfo=None), schedule.zone)


def _clock_changes(schedule: Schedule, start: datetime, end: datetime) -> Iterator[datetime]:
    """Every half hour around each change of the clocks."""
    at = start.replace(minute=0, second=0, microsecond=0) - DAY
    while at < end:
        if (at + DAY).astimezone(schedule.zone).utcoffset() != at.astimezone(schedule.zone).utcoffset():
            yield from (at + n * HALF_HOUR for n in range(-4, 56))
        at += DAY
