"""The turns that squads of one chart, tour and offset have in the time before an instant."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.members import Absence
from muster.domain.presence import FAR
from muster.domain.schedule import Turn

Met = tuple[tuple[datetime, datetime, str], ...]
"""From when until when absences lie in turns, and as what: empty where the turn is lost."""


class Pattern:
    """``turns`` up to ``at``. Of a place in a squad counts only whether it holds when a turn begins, and at the instant
    itself: from ``first`` to ``last``."""

    def __init__(self, turns: Sequence[Turn], at: datetime) -> None:
        self.turns = turns
        self._starts = [turn.start for turn in turns]
        self._ends = [turn.end for turn in turns]
        self.first, self.last = min([*self._starts, at]), max([*self._starts, at])
        self._apart = all(a.end <= b.start for a, b in pairwise(turns))

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
