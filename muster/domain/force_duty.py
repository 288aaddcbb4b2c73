"""What a member is doing at an instant, with the hours behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from muster.domain.duty import Squad
from muster.domain.ledger import ledger_of
from muster.domain.limits import DAY, WEEK, WORST_FIRST, Breach, Level
from muster.domain.presence import DutyFile, State, holds, status_at
from muster.domain.profiles import Profile
from muster.domain.rules import fitness_at
from muster.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class DutyState:
    """A member at an instant. ``unit``: where they are on duty; ``home``: where they serve, on duty or not; None where
    nothing says. ``since`` as in ``Status``. ``continuous`` is the length of the running duty, zero when there is none;
    then the hours in the last 24 h and 7 days. ``worst``: the first of the breaches that make the level."""

    state: State
    unit: str | None
    home: str | None
    since: datetime | None
    continuous: timedelta
    in_day: timedelta
    in_week: timedelta
    level: Level
    worst: Breach | None

    @property
    def counts_in(self) -> str | None:
        """The unit in whose numbers the member stands: where they are on duty, else where they serve."""
        return self.unit or self.home


def duty_state(file: DutyFile, schedule: Schedule, profile: Profile, at: datetime) -> DutyState:
    """The state of one member; the specification of every quicker way to it."""
    status = status_at(file, schedule, at)
    fitness = fitness_at(file, schedule, profile, at)
    ledger = ledger_of(file, schedule, at - WEEK, at)
    return DutyState(
        state=status.state,
        unit=status.unit,
        home=home_of(file, schedule.squads, at),
        since=status.since,
        continuous=fitness.continuous,
        in_day=ledger.counted(at - DAY, at),
        in_week=ledger.counted(at - WEEK, at),
        level=fitness.level,
        worst=worst_of(fitness.breaches),
    )


def worst_of(breaches: Sequence[Breach]) -> Breach | None:
    """The first of the breaches that are worst."""
    return next((b for level in WORST_FIRST for b in breaches if b.level == level), None)


def home_of(file: DutyFile, squads: Mapping[str, Squad], at: datetime) -> str | None:
    """The unit in which the member serves: where they are attached, else that of their squad."""
    attached = next((a.unit for a in file.attachments if holds(a, at)), None)
    return attached or next((squads[p.squad].unit for p in file.places if holds(p, at) and p.squad in squads), None)
