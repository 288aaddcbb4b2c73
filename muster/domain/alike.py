"""The state of many members at one instant: what several have in common is worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from muster.domain.duty import Squad, SquadPlace
from muster.domain.force_duty import DutyState, duty_state, home_of, worst_of
from muster.domain.ledger import Entry, Ledger
from muster.domain.limits import DAY, WEEK, Breach, Hours, Level
from muster.domain.members import Absence
from muster.domain.patterns import Pattern
from muster.domain.presence import MOMENT, DutyFile, State, holds, longest, planned_turns, status_at
from muster.domain.profiles import Profile
from muster.domain.published import DutyLine
from muster.domain.rules import fitness_of
from muster.domain.schedule import Schedule, Turn
from muster.domain.spans import NO_TIME, Span
from muster.domain.worked import hours_since, on_tour, said_in, worked

SLACK: Final = timedelta(days=3)
"""A row may have ended before the time that is looked at, and the turn it held for goes on into it: a turn has at most
25 hours."""

Judged = tuple[timedelta, Level, Breach | None]
"""The length of the running duty, the level, and the worst breach."""


@dataclass(frozen=True, slots=True)
class _Toll:
    """What the hours of somebody come to: in the last 24 h and 7 days, and what the rules say of them."""

    in_day: timedelta
    in_week: timedelta
    judged: Judged
    since: datetime | None
    """Since when the scheduled duty runs; None when there is none."""


@dataclass(frozen=True, slots=True)
class Common:
    """What all have who are in a squad from ``first`` to ``last``, both included, and of whom nothing else is told."""

    first: datetime
    last: datetime
    state: DutyState

    def holds(self, since: datetime, until: datetime | None) -> bool:
        """Whether a place with these ends holds all the time that is looked at."""
        return since <= self.first and (until is None or until > self.last)


class Alike:
    """States at one instant, exactly as ``duty_state`` gives them of each member alone."""

    def __init__(self, schedule: Schedule, profile: Profile, at: datetime) -> None:
        self._schedule, self._profile, self._at = schedule, profile, at
        self._start = at - max(WEEK, profile.back)
        self._by_entry = profile.break_length <= NO_TIME  # each entry is a duty of its own: only the ledger tells them
        self._of_all = any(rule.startswith("average") for rule in profile.limits)
        self._patterns: dict[tuple[str, str | None, int], Pattern] = {}
        self._tolls: dict[Any, _Toll] = {}
        self._judged: dict[Any, Judged] = {}
        self._common: dict[str, Common | None] = {}
        self._commons: dict[tuple[str, str, str | None, int], Common] = {}
        self.since = self._start - SLACK
        """A place that has held since then held whenever a turn began that is looked at."""
        last = at.astimezone(schedule.zone).date()
        first = self.since.astimezone(schedule.zone).date()
        self._days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        self._lines: dict[Any, Pattern] = {}

    def common(self, squad: str) -> Common | None:
        """What members of a squad have in common; None where each of them has to be looked at alone."""
        if squad not in self._common:
            found = None if self._by_entry else self._schedule.squads.get(squad)
            self._common[squad] = None if found is None else self._common_of(found)
        return self._common[squad]

    def _common_of(self, squad: Squad) -> Common:
        """Squads of one unit and pattern have the same in common, and there are many of each."""
        key = squad.unit, squad.chart, squad.tour, squad.offset
        if key not in self._commons:
            pattern = self._pattern(squad)
            self._commons[key] = Common(pattern.first, pattern.last, self._away((), squad, pattern))
        return self._commons[key]

    def away(self, squad: str, absences: Sequence[Absence]) -> DutyState:
        """The state of whoever has what is common to the squad and these absences."""
        found = self._schedule.squads[squad]
        return self._away(absences, found, self._pattern(found))

    def lined(self, squad: str, line: DutyLine, absences: Sequence[Absence]) -> DutyState | None:
        """The state of whoever has this line of a published roster, has been in a squad of its unit all the time that
        is looked at, and these absences; None where they have to be looked at alone."""
        found = None if self._by_entry or line.guest else self._schedule.squads.get(squad)
        if found is None or found.unit != line.unit:
            return None
        key = found.chart, found.tour, found.offset, tuple(map(line.entry, self._days))
        if key not in self._lines:
            place = SquadPlace(member=line.member, squad=squad, since=self.since)
            file = DutyFile(line.member, places=(place,), lines=(line,))
            turns = [p[0] for p in planned_turns(file, self._schedule, self._start, self._at + MOMENT)]
            self._lines[key] = Pattern(turns, self._at)
        return self._away(absences, found, self._lines[key])

    def state(self, file: DutyFile) -> DutyState:
        """The state of one member, whatever is known of them."""
        if self._by_entry:
            return duty_state(file, self._schedule, self._profile, self._at)
        turns = [p[0] for p in planned_turns(file, self._schedule, self._start, self._at + MOMENT)]
        status, toll = status_at(file, self._schedule, self._at), self._toll(file, turns)
        home = home_of(file, self._schedule.squads, self._at)
        return _state(status.state, status.unit, home, status.since, toll)

    def _pattern(self, squad: Squad) -> Pattern:
        key = squad.chart, squad.tour, squad.offset
        if key not in self._patterns:
            self._patterns[key] = Pattern(self._schedule.turns(squad, self._start, self._at + MOMENT), self._at)
        return self._patterns[key]

    def _away(self, absences: Sequence[Absence], squad: Squad, pattern: Pattern) -> DutyState:
        """Those whose absences meet the turns alike share the rest."""
        all_of_them = tuple([(a.kind, a.since, a.until) for a in absences]) if self._of_all else ()
        key = id(pattern), pattern.met(absences), all_of_them
        toll = self._tolls.get(key)
        if toll is None:
            toll = self._tolls[key] = self._toll(DutyFile("", absences=absences), pattern.turns)
        holding = [a for a in absences if holds(a, self._at)]
        if holding:
            away = holding[0] if len(holding) == 1 else longest(holding)
            return _state("absent", None, squad.unit, None if away is None else away.since, toll)
        if toll.since is None:
            return _state("off", None, squad.unit, None, toll)
        return _state("on-duty", squad.unit, squad.unit, toll.since, toll)

    def _toll(self, file: DutyFile, turns: Sequence[Turn]) -> _Toll:
        at, said = self._at, said_in(file, self._at)
        spans = worked(said, turns, self._start, at)
        day, week = hours_since(spans, at - DAY, at - WEEK)
        now = [span for turn in turns if turn.covers(at) for span in on_tour(said, turn)]
        return _Toll(day, week, self._judge(file, spans), next((a for a, b in now if a <= at < b), None))

    def _judge(self, file: DutyFile, spans: list[Span]) -> Judged:
        """What the rules say of hours; with a waiver, or an average that leaves absences out, of this member's."""
        if file.waivers or self._of_all:
            return self._judged_alone(file, spans)
        key = tuple(spans)
        if key not in self._judged:
            self._judged[key] = self._judged_alone(file, spans)
        return self._judged[key]

    def _judged_alone(self, file: DutyFile, spans: list[Span]) -> Judged:
        entries = tuple(Entry(a, b, "tour", None, True, "", None) for a, b in spans)
        ledger = Ledger(file.member, self._start, self._at, entries)
        found = fitness_of(Hours(file, ledger, self._profile, self._schedule.zone, self._at))
        return found.continuous, found.level, worst_of(found.breaches)


def _state(state: State, unit: str | None, home: str | None, since: datetime | None, toll: _Toll) -> DutyState:
    return DutyState(state, unit, home, since, toll.judged[0], toll.in_day, toll.in_week, *toll.judged[1:])
