"""The turns that squads of one chart, tour and offset have in the time before an instant, ready to be added up."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise

from muster.domain.force_duty import MONTH
from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.limits import DAY, WEEK
from muster.domain.members import Absence
from muster.domain.presence import FAR
from muster.domain.schedule import Turn
from muster.domain.spans import NO_TIME, Span

Met = tuple[tuple[datetime, datetime, str], ...]
"""From when until when absences lie in turns, and as what: empty where the turn is lost."""


class Pattern:
    """``turns`` up to ``at``; ``recent`` those of them that go on after ``back``. Of a place in a squad counts only
    whether it holds when a turn begins, and at the instant itself."""

    def __init__(self, turns: Sequence[Turn], at: datetime, back: datetime) -> None:
        self.turns = turns
        self.recent = [turn for turn in turns if turn.end > back]
        self._starts = [turn.start for turn in turns]
        self._ends = [turn.end for turn in turns]
        self._first, self._last = min([*self._starts, at]), max([*self._starts, at])
        self._apart = all(a.end <= b.start for a, b in pairwise(turns))
        self._windows = [_Window(turns, at - length, at) for length in (DAY, WEEK, MONTH)]

    def holds(self, since: datetime, until: datetime | None) -> bool:
        """Whether a place with these ends holds all the time that is looked at."""
        return since <= self._first and (until is None or until > self._last)

    def met(self, absences: Iterable[Absence]) -> Met:
        """What absences take from the turns: who has the same of one pattern has worked the same hours."""
        found: list[tuple[datetime, datetime, str]] = []
        for a in absences:
            until = a.until or a.since + FAR
            kind = a.kind if a.kind in DUTY_ELSEWHERE else ""
            if not self._apart:
                found.append((a.since, until, kind))
                continue
            low, high = bisect_right(self._ends, a.since), bisect_left(self._starts, until)
            if low < high:  # cut to the turns: what is taken between them is nothing
                start, end = self._starts[low], self._ends[high - 1]
                found.append((a.since if a.since > start else start, until if until < end else end, kind))
        return tuple(found)

    def of_recent(self, met: Met) -> Met:
        """That part of what absences take that bears on recent turns."""
        begin = self.recent[0].start if self.recent else self._last
        return tuple([(max(since, begin), until, kind) for since, until, kind in met if until > begin])

    def hours_without(self, absences: Sequence[Absence]) -> tuple[timedelta, timedelta, timedelta] | None:
        """The hours in the last 24 h, 7 and 28 days of somebody with these absences; None where they cannot be had by
        taking away, because absences overlap, or turns do. Duty elsewhere takes nothing away."""
        gaps = [(a.since, a.until or a.since + FAR, a.kind in DUTY_ELSEWHERE) for a in absences]
        if not self._apart or any(a[1] > b[0] for a, b in pairwise(sorted(gaps))):
            return None
        lost = [(since, until) for since, until, elsewhere in gaps if not elsewhere]
        day, week, month = (w.without(lost) for w in self._windows)
        return day, week, month


class _Window:
    """The duty between two instants, by turns that do not overlap, added up from the first."""

    def __init__(self, turns: Sequence[Turn], start: datetime, end: datetime) -> None:
        self._spans = [(max(t.start, start), min(t.end, end)) for t in turns if t.start < end and t.end > start]
        self._starts = [a for a, _ in self._spans]
        self._sums = [NO_TIME, *accumulate(b - a for a, b in self._spans)]

    def without(self, gaps: Iterable[Span]) -> timedelta:
        """How much of it is left without gaps that do not overlap."""
        left = self._sums[-1]
        for since, until in gaps:
            left -= self._before(until) - self._before(since)
        return left

    def _before(self, at: datetime) -> timedelta:
        """How much of it lies before an instant."""
        number = bisect_left(self._starts, at)
        if number == 0:
            return NO_TIME
        a, b = self._spans[number - 1]
        return self._sums[number - 1] + (min(at, b) - a)
