"""What a member is doing at an instant, with the hours behind it; and one answer for all who follow one pattern."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from muster.domain.duty import Squad, SquadPlace
from muster.domain.ledger import ledger_of
from muster.domain.limits import DAY, WEEK, WORST_FIRST, Breach, Level
from muster.domain.presence import MOMENT, DutyFile, State, holds, status_at
from muster.domain.profiles import Profile
from muster.domain.rules import fitness_at
from muster.domain.schedule import Schedule

MONTH: Final = 4 * WEEK


@dataclass(frozen=True, slots=True)
class DutyState:
    """A member at an instant. ``unit``: where they are on duty; ``home``: where they serve, on duty or not; None where
    nothing says. ``since`` as in ``Status``. ``continuous`` is the length of the running duty, zero when there is none;
    then the hours in the last 24 h, 7 and 28 days. ``worst``: the first of the breaches that make the level."""

    state: State
    unit: str | None
    home: str | None
    since: datetime | None
    continuous: timedelta
    in_day: timedelta
    in_week: timedelta
    in_month: timedelta
    level: Level
    worst: Breach | None

    @property
    def counts_in(self) -> str | None:
        """The unit in whose numbers the member stands: where they are on duty, else where they serve."""
        return self.unit or self.home

    def for_everyone(self) -> "DutyState":
        """The same without the reason, which touches rest."""
        return replace(self, worst=None)


def duty_state(file: DutyFile, schedule: Schedule, profile: Profile, at: datetime) -> DutyState:
    """The state of one member; the specification of every quicker way to it."""
    status = status_at(file, schedule, at)
    fitness = fitness_at(file, schedule, profile, at)
    ledger = ledger_of(file, schedule, at - MONTH, at)
    worst = [b for level in WORST_FIRST for b in fitness.breaches if b.level == level]
    return DutyState(
        state=status.state,
        unit=status.unit,
        home=home_of(file, schedule.squads, at),
        since=status.since,
        continuous=fitness.continuous,
        in_day=ledger.counted(at - DAY, at),
        in_week=ledger.counted(at - WEEK, at),
        in_month=ledger.counted(at - MONTH, at),
        level=fitness.level,
        worst=worst[0] if worst else None,
    )


def home_of(file: DutyFile, squads: Mapping[str, Squad], at: datetime) -> str | None:
    """The unit in which the member serves: where they are attached, else that of their squad."""
    attached = next((a.unit for a in file.attachments if holds(a, at)), None)
    return attached or next((squads[p.squad].unit for p in file.places if holds(p, at) and p.squad in squads), None)


@dataclass(frozen=True, slots=True)
class _Shared:
    """The state of everybody whose place in a squad holds from ``first`` to ``last``, and who has nothing else."""

    state: DutyState
    first: datetime
    last: datetime


class Patterns:
    """States of members of whom nothing is known but one place in a squad. Squads of one chart, tour and offset work
    the same hours, so each pattern is worked out once."""

    def __init__(self, schedule: Schedule, profile: Profile, at: datetime) -> None:
        self._schedule, self._profile, self._at = schedule, profile, at
        self._start = at - max(MONTH, profile.back)
        self._patterns: dict[tuple[str, str | None, int], _Shared] = {}
        self._squads: dict[str, _Shared | None] = {}

    def state(self, squad: str, since: datetime, until: datetime | None) -> DutyState | None:
        """The state of whoever has this place and nothing else; None where the place began or ended within the time
        that is looked at, or the squad is not known: such a member is worked out alone."""
        if squad not in self._squads:
            self._squads[squad] = self._of(squad)
        shared = self._squads[squad]
        if shared is None or since > shared.first or (until is not None and until <= shared.last):
            return None
        return shared.state

    def _of(self, name: str) -> _Shared | None:
        squad = self._schedule.squads.get(name)
        if squad is None:
            return None
        pattern = squad.chart, squad.tour, squad.offset
        if pattern not in self._patterns:
            self._patterns[pattern] = self._worked_out(squad)
        shared = self._patterns[pattern]
        unit = None if shared.state.unit is None else squad.unit
        return replace(shared, state=replace(shared.state, unit=unit, home=squad.unit))

    def _worked_out(self, squad: Squad) -> _Shared:
        """For a place that holds at the start of each turn that is looked at: that alone counts of a place."""
        starts = [turn.start for turn in self._schedule.turns(squad, self._start, self._at + MOMENT)]
        first, last = min([*starts, self._at]), max([*starts, self._at])
        place = SquadPlace(member="", squad=squad.squad, since=first)
        return _Shared(duty_state(DutyFile("", [place]), self._schedule, self._profile, self._at), first, last)
