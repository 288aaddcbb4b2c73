"""A member's days as a picture shows them: duty, plausible sleeps, what the models make of it, and limits crossed."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from muster.domain.days import Curve, Days, Mark, Sleeps
from muster.domain.errors import Check, require
from muster.domain.instants import local_text, span_text
from muster.domain.ledger import Ledger, ledger_of
from muster.domain.limits import Level
from muster.domain.presence import DutyFile
from muster.domain.rules import Fitness, fitness_of, hours_of
from muster.domain.snapshot import Snapshot
from muster.fitness.judgement import Fitness as Models
from muster.fitness.judging import every, judged
from muster.fitness.thresholds import threshold_of
from muster.ports import Views
from muster.services.duty import known_member
from muster.services.fitness import BACK, known_duty
from muster.services.ledger import duty_of
from muster.services.offices import force_of

STEP: Final = timedelta(minutes=15)
LONGEST: Final = timedelta(days=28)
At = tuple[datetime, Fitness]


def days_of(views: Views, member: str, since: datetime, until: datetime, known_at: datetime | None = None) -> Days:
    """The days of a member between two instants, at most 28 days apart, as duty is known at the later one. Raises
    ``Unknown`` and ``Invalid``."""
    known_member(views, member, known_at)
    zone, ordered = ZoneInfo(force_of(views).zone), since < until <= since + LONGEST
    must = f"must be before {local_text(until, zone)}, by at most {LONGEST.days} days"
    require(f"days of {member}", Check("from", local_text(since, zone), ordered, must))
    state, file = duty_of(views, member, until, known_at, BACK + (until - since))
    back = state.profile.back
    ledger = ledger_of(file, state.schedule, since - back, until)
    models = judged({member: known_duty(state, file, since, until)}, state.schedule.zone, every(since, until, STEP))
    rules = [(at, _rules(state, file, ledger.at(at, back))) for at in models.instants]
    return Days(
        heading=_heading(member, rules[-1][1]),
        says=f"hours rules {state.profile.name}; models under {len(models.sleeps)} plausible sleeps",
        zone=state.schedule.zone,
        since=since,
        until=until,
        entries=[e for e in ledger.entries if e.end > since],
        at=until,
        levels=[*_levels(rules, until)],
        sleeps=[Sleeps(name, models.slept(member, name)) for name in models.sleeps],
        kss=_curve(models, "kss"),
        lapses=_curve(models, "lapses"),
        marks=[*_marks(rules)],
    )


def _rules(state: Snapshot, file: DutyFile, ledger: Ledger) -> Fitness:
    return fitness_of(hours_of(file, state.schedule, state.profile, ledger))


def _heading(member: str, last: Fitness) -> str:
    on_duty = f", {span_text(last.continuous)} on duty" if last.since else ", off duty"
    return f"{member}: {last.level} by the hours rules{on_duty}"


def _levels(rules: Sequence[At], until: datetime) -> Iterator[tuple[datetime, datetime, Level]]:
    """From when until when each level held, to the step."""
    runs = [(level, next(run)[0]) for level, run in groupby(rules, key=lambda each: each[1].level)]
    ends = [*(start for _, start in runs[1:]), until]
    for (level, start), end in zip(runs, ends, strict=True):
        if start < end:
            yield start, end, level


def _marks(rules: Sequence[At]) -> Iterator[Mark]:
    """Each limit where it comes to be crossed."""
    before: set[str] = set()
    for _, fitness in rules:
        crossed = dict(_crossed(fitness))
        yield from (mark for rule, mark in crossed.items() if rule not in before)
        before = {*crossed}


def _crossed(fitness: Fitness) -> Iterator[tuple[str, Mark]]:
    if fitness.relief_owed_since:
        yield "relief-owed", Mark(fitness.relief_owed_since, "fit", "relief owed", "relief is owed")
    if fitness.relief_overdue_since:
        says = "relief is overdue: no longer due for command"
        yield "relief-overdue", Mark(fitness.relief_overdue_since, "caution", "relief overdue", says)
    for breach in fitness.breaches:
        yield breach.rule, Mark(breach.since, breach.level, breach.rule, breach.says)


def _curve(models: Models, measure: str) -> Curve:
    """What a model gives of the one member, with gaps while asleep under every plausible sleep."""
    awake = ~np.all([np.isnan(hours[:, 0]) for hours in models.hours_awake.values()], axis=0)
    least, most = (_with_gaps(of[:, 0], awake) for of in models.spread(measure))
    return Curve(models.instants, least, most, threshold_of(measure).value)


def _with_gaps(values: NDArray[np.float32], awake: NDArray[np.bool_]) -> list[float | None]:
    return [float(value) if up else None for value, up in zip(values, awake, strict=True)]
