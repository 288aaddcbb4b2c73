"""Fitness for duty at an instant: hard rules on the ledger first, models of fatigue second, the worst wins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.domain.ledger import ledger_of
from muster.domain.limits import Level
from muster.domain.presence import DutyFile, scheduled_stretches
from muster.domain.rules import Fitness, fitness_of, hours_of
from muster.domain.snapshot import Snapshot
from muster.domain.spans import Span
from muster.fitness.judgement import Judgement
from muster.fitness.judging import BEYOND_DAYS, LEAD_DAYS, judged

BACK = timedelta(days=LEAD_DAYS + 3)
"""How far before the first instant duty must be known for a verdict."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Fitness at an instant: what the hard rules say, and what the models say of somebody with these hours.

    A model never makes anybody unfit, and is never the sole ground for anything about a person: it is the mean of a
    group, under sleep that was estimated and not seen."""

    at: datetime
    rules: Fitness
    models: Judgement

    @property
    def level(self) -> Level:
        """Hard rules first; where they say fit, a model can bring caution."""
        return "caution" if self.rules.level == "fit" and self.models.says == "caution" else self.rules.level


def verdicts(state: Snapshot, file: DutyFile, instants: Sequence[datetime]) -> list[Verdict]:
    """The verdict on a member at each of the instants, in order of time. The snapshot must reach ``BACK`` before the
    first. Raises ``Invalid`` for instants that are not in order."""
    duty = known_duty(state, file, instants[0], instants[-1])
    models = judged({file.member: duty}, state.schedule.zone, instants)
    return [Verdict(at, _rules(state, file, at), models.judgement(file.member, at)) for at in instants]


def known_duty(state: Snapshot, file: DutyFile, first: datetime, last: datetime) -> list[Span]:
    """The duty that bears on the sleep of a member between two instants: what counted until the last, and what the
    schedule has after it."""
    counted = ledger_of(file, state.schedule, first - BACK, last).spans
    planned = scheduled_stretches(file, state.schedule, last, last + timedelta(days=BEYOND_DAYS))
    return counted + [(s.start, s.end) for s in planned if s.start >= last and s.end is not None]


def _rules(state: Snapshot, file: DutyFile, at: datetime) -> Fitness:
    ledger = ledger_of(file, state.schedule, at - state.profile.back, at)
    return fitness_of(hours_of(file, state.schedule, state.profile, ledger))
