"""The time that counts of a member, without saying as what: the ledger's time, found several times as fast, for looking
at a whole force. The ledger is the specification; tests hold the two together."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.presence import FAR, MOMENT, DutyFile, signed_stretches
from muster.domain.schedule import Turn
from muster.domain.spans import NO_TIME, Span, joined, without

ON_TOUR = ("tour", *DUTY_ELSEWHERE)


def worked(file: DutyFile, turns: Iterable[Turn], start: datetime, until: datetime) -> list[Span]:
    """All time that counts between two instants, as ``ledger_of`` has it, in order; spans that touch are one.
    ``turns``: those that charts give the member in that time."""
    found: list[Span] = []
    gaps, busy = gaps_of(file), file.signings or file.records
    for turn in turns:
        begin, end = turn.start, turn.end
        if end > start and begin <= until:
            if busy or _meets(gaps, begin, end):
                found += _on_turn(file, turn, gaps)
            else:
                found.append((begin, end))
    if file.signings:
        signed = ((s.start, until if s.end is None else max(s.end, s.start)) for s in signed_stretches(file.signings))
        found += [span for span in signed if span[1] >= start]
    found += [(r.since, r.until) for r in file.records if r.until >= start]
    if busy or any(b < a for (a, _), (b, _) in pairwise(found)):
        found.sort()
    return [(a, b if b < until else until) for a, b in joined(found, MOMENT) if a <= until]


def _meets(gaps: Iterable[Span], begin: datetime, end: datetime) -> bool:
    for a, b in gaps:  # noqa: SIM110 - a loop is twice as fast as a generator here, where a force takes tens of thousands
        if a < end and b > begin:
            return True
    return False


def gaps_of(file: DutyFile) -> list[Span]:
    """When the member is away, for whatever reason."""
    gaps = [(a.since, a.until or a.since + FAR) for a in file.absences]
    return gaps + [(s.leave_from or s.effective, s.effective + FAR) for s in file.separations if s.stands()]


def _on_turn(file: DutyFile, turn: Turn, gaps: Sequence[Span]) -> list[Span]:
    """What counts of a planned turn: what was worked of it, and where the member was sent to duty elsewhere."""
    if any(r.kind in ON_TOUR and r.since < turn.end and r.until > turn.start for r in file.records):
        return []
    return [*on_tour(file, turn, gaps), *_elsewhere(file, turn)]


def on_tour(file: DutyFile, turn: Turn, gaps: Iterable[Span]) -> list[Span]:
    """The parts of a planned turn that were worked as planned: up to a signing off in it, without gaps."""
    begin, stop = turn.start, turn.end
    for s in file.signings:
        if s.kind == "off" and begin <= s.at < stop:
            stop = s.at
    return without((begin, stop), gaps) if begin < stop else []


def _elsewhere(file: DutyFile, turn: Turn) -> list[Span]:
    spans = [(a.since, a.until or turn.end) for a in file.absences if a.kind in DUTY_ELSEWHERE]
    if not spans:
        return []
    left = [(s.effective, s.effective + FAR) for s in file.separations if s.stands()]
    here = [(max(turn.start, a), min(turn.end, b)) for a, b in spans]
    return [part for a, b in here if a < b for part in without((a, b), left)]


def hours_since(spans: Sequence[Span], *starts: datetime) -> list[timedelta]:
    """How much of spans in order lies after each of these instants, the latest first."""
    totals = [NO_TIME] * len(starts)
    for a, b in reversed(spans):
        if b <= starts[-1]:
            break
        for place, start in enumerate(starts):
            if b > start:
                totals[place] += b - (a if a > start else start)
    return totals
