"""The state of many members at one instant: what several have in common is worked out once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from muster.domain.duty import Squad
from muster.domain.force_duty import MONTH, DutyState, duty_state, home_of, worst_of
from muster.domain.ledger import Entry, Ledger
from muster.domain.limits import DAY, WEEK, Breach, Hours, Level
from muster.domain.members import Absence
from muster.domain.patterns import Met, Pattern
from muster.domain.presence import MOMENT, DutyFile, State, holds, longest, planned_turns, status_at
from muster.domain.profiles import Profile
from muster.domain.rules import fitness_of
from muster.domain.schedule import Schedule, Turn
from muster.domain.spans import NO_TIME, Span
from muster.domain.worked import Said, hours_since, on_tour, said_in, worked

Judged = tuple[timedelta, Level, Breach | None]
"""The length of the running duty, the level, and the worst breach."""


@dataclass(frozen=True, slots=True)
class _Toll:
    """What the hours of somebody come to: in the last 24 h, 7 and 28 days, and what the rules say of them."""

    hours: tuple[timedelta, timedelta, timedelta]
    judged: Judged
    since: datetime | None
    """Since when the scheduled duty runs; None when there is none."""


class Alike:
    """States at one instant, exactly as ``duty_state`` gives them of each member alone."""

    def __init__(self, schedule: Schedule, profile: Profile, at: datetime) -> None:
        self._schedule, self._profile, self._at = schedule, profile, at
        self._start, self._back = at - max(MONTH, profile.back), at - profile.back
        self._by_entry = profile.break_length <= NO_TIME  # each entry is a duty of its own: only the ledger tells them
        self._of_all = any(rule.startswith("average") for rule in profile.limits)
        self._patterns: dict[tuple[str, str | None, int], Pattern] = {}
        self._squads: dict[str, tuple[Squad, Pattern] | None] = {}
        self._tolls: dict[Any, _Toll] = {}
        self._judged: dict[Any, Judged] = {}
        self._recent: dict[Any, tuple[Judged, datetime | None]] = {}
        self._plain: dict[str, DutyState] = {}

    def in_place(
        self, squad: str, since: datetime, until: datetime | None, absences: Sequence[Absence] = ()
    ) -> DutyState | None:
        """The state of whoever has this place in a squad, these absences and nothing else; None where the place began
        or ended within the time that is looked at, or the squad is not known: such a member has to be looked at alone.
        """
        found = self._placed(squad)
        if self._by_entry or found is None or not found[1].holds(since, until):
            return None
        if absences:
            return self._away(absences, *found)
        state = self._plain.get(squad)
        if state is None:
            state = self._plain[squad] = self._away((), *found)
        return state

    def state(self, file: DutyFile) -> DutyState:
        """The state of one member, whatever is known of them."""
        if self._by_entry:
            return duty_state(file, self._schedule, self._profile, self._at)
        placed = self._placed(file.places[0].squad) if len(file.places) == 1 and not file.attachments else None
        if placed is not None and placed[1].holds(file.places[0].since, file.places[0].until):
            turns = placed[1].turns
        else:
            turns = [p[0] for p in planned_turns(file, self._schedule, self._start, self._at + MOMENT)]
        status, toll = status_at(file, self._schedule, self._at), self._toll(file, turns)
        home = home_of(file, self._schedule.squads, self._at)
        return _state(status.state, status.unit, home, status.since, toll)

    def _placed(self, name: str) -> tuple[Squad, Pattern] | None:
        if name not in self._squads:
            squad = self._schedule.squads.get(name)
            self._squads[name] = None if squad is None else (squad, self._pattern(squad))
        return self._squads[name]

    def _pattern(self, squad: Squad) -> Pattern:
        key = squad.chart, squad.tour, squad.offset
        if key not in self._patterns:
            turns = self._schedule.turns(squad, self._start, self._at + MOMENT)
            self._patterns[key] = Pattern(turns, self._at, self._back)
        return self._patterns[key]

    def _away(self, absences: Sequence[Absence], squad: Squad, pattern: Pattern) -> DutyState:
        """Of somebody with a place and at most absences: those whose absences meet the turns alike share the rest."""
        met = pattern.met(absences)
        all_of_them = tuple([(a.kind, a.since, a.until) for a in absences]) if self._of_all else ()
        key = id(pattern), met, all_of_them
        toll = self._tolls.get(key)
        if toll is None:
            toll = self._tolls[key] = self._toll_of(absences, met, pattern)
        holding = [a for a in absences if holds(a, self._at)]
        if holding:
            away = holding[0] if len(holding) == 1 else longest(holding)
            return _state("absent", None, squad.unit, None if away is None else away.since, toll)
        if toll.since is None:
            return _state("off", None, squad.unit, None, toll)
        return _state("on-duty", squad.unit, squad.unit, toll.since, toll)

    def _toll_of(self, absences: Sequence[Absence], met: Met, pattern: Pattern) -> _Toll:
        file, hours = DutyFile("", absences=absences), pattern.hours_without(absences)
        if hours is None or self._of_all:
            return self._toll(file, pattern.turns)
        key = id(pattern), pattern.of_recent(met)
        found = self._recent.get(key)
        if found is None:
            found = self._recent[key] = self._lately(file, said_in(file, self._at), pattern.recent)
        return _Toll(hours, *found)

    def _toll(self, file: DutyFile, turns: Sequence[Turn]) -> _Toll:
        at, said = self._at, said_in(file, self._at)
        day, week, month = hours_since(worked(said, turns, self._start, at), at - DAY, at - WEEK, at - MONTH)
        recent = [turn for turn in turns if turn.end > self._back]
        return _Toll((day, week, month), *self._lately(file, said, recent))

    def _lately(self, file: DutyFile, said: Said, recent: Sequence[Turn]) -> tuple[Judged, datetime | None]:
        """What the rules say, and since when the scheduled duty runs."""
        judged = self._judge(file, worked(said, recent, self._back, self._at))
        now = [span for turn in recent if turn.covers(self._at) for span in on_tour(said, turn)]
        return judged, next((a for a, b in now if a <= self._at < b), None)

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
        ledger = Ledger(file.member, self._back, self._at, entries)
        found = fitness_of(Hours(file, ledger, self._profile, self._schedule.zone, self._at))
        return found.continuous, found.level, worst_of(found.breaches)


def _state(state: State, unit: str | None, home: str | None, since: datetime | None, toll: _Toll) -> DutyState:
    return DutyState(state, unit, home, since, toll.judged[0], *toll.hours, *toll.judged[1:])
