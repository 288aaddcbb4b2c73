"""The time that counts of a member, without saying as what: the ledger's time, found several times as fast, for looking
at a whole force. The ledger is the specification; tests hold the two together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from muster.domain.ledger import DUTY_ELSEWHERE
from muster.domain.presence import FAR, MOMENT, DutyFile, signed_stretches
from muster.domain.schedule import Turn
from muster.domain.spans import NO_TIME, Span, without

ON_TOUR = ("tour", *DUTY_ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a member's file says about time. ``gaps``: away, for whatever reason; ``left``: no longer in the force;
    ``elsewhere``: sent to other duty instead of the tour; ``offs``: signed off; ``kept``: a time keeper has the tour;
    ``counts``: duty, whatever the chart says; ``disturbs``: where a tour may not have been as planned."""

    gaps: Sequence[Span]
    left: Sequence[Span]
    elsewhere: Sequence[Span]
    offs: Sequence[datetime]
    kept: Sequence[Span]
    counts: Sequence[Span]
    disturbs: Sequence[Span]


def said_in(file: DutyFile, until: datetime) -> Said:
    """What a file says, up to an instant."""
    standing = [s for s in file.separations if s.stands()]
    away = [(a.since, a.until or a.since + FAR) for a in file.absences]
    gaps = [*away, *((s.leave_from or s.effective, s.effective + FAR) for s in standing)]
    offs = [s.at for s in file.signings if s.kind == "off"]
    kept = [(r.since, r.until) for r in file.records if r.kind in ON_TOUR]
    signed = [(s.start, until if s.end is None else max(s.end, s.start)) for s in signed_stretches(file.signings)]
    return Said(
        gaps=gaps,
        left=[(s.effective, s.effective + FAR) for s in standing],
        elsewhere=[span for span, a in zip(away, file.absences, strict=True) if a.kind in DUTY_ELSEWHERE],
        offs=offs,
        kept=kept,
        counts=[*signed, *((r.since, r.until) for r in file.records)],
        disturbs=[*gaps, *kept, *((off, off + MOMENT) for off in offs)],
    )


def worked(said: Said, turns: Iterable[Turn], start: datetime, until: datetime) -> list[Span]:
    """All time that counts between two instants, as ``ledger_of`` has it, in order; spans that touch are one.
    ``turns``: those that charts give the member in that time."""
    found: list[Span] = []
    for turn in turns:
        begin, end = turn.start, turn.end
        if end > start and begin <= until:
            if _meets(said.disturbs, begin, end):
                found += _on_turn(said, turn)
            else:
                found.append((begin, end))
    found += [span for span in said.counts if span[1] >= start]
    if any(b < a for (a, _), (b, _) in pairwise(found)):
        found.sort()
    return _touching(found, until)


def _touching(spans: Iterable[Span], until: datetime) -> list[Span]:
    """Spans in order, up to an instant, those that touch as one: ``joined`` with less to reckon."""
    blocks: list[Span] = []
    for begin, end in spans:
        stop = end if end < until else until
        if blocks and begin <= blocks[-1][1]:
            if stop > blocks[-1][1]:
                blocks[-1] = blocks[-1][0], stop
        elif begin <= until:
            blocks.append((begin, stop))
    return blocks


def _meets(spans: Iterable[Span], begin: datetime, end: datetime) -> bool:
    for a, b in spans:  # noqa: SIM110 - a loop is twice as fast as a generator, and a force takes tens of thousands
        if a < end and b > begin:
            return True
    return False


def _on_turn(said: Said, turn: Turn) -> list[Span]:
    """What counts of a planned turn: what was worked of it, and where the member was sent to duty elsewhere."""
    if _meets(said.kept, turn.start, turn.end):
        return []
    here = [(max(turn.start, a), min(turn.end, b)) for a, b in said.elsewhere]
    return [*on_tour(said, turn), *(part for a, b in here if a < b for part in without((a, b), said.left))]


def on_tour(said: Said, turn: Turn) -> list[Span]:
    """The parts of a planned turn that were worked as planned: up to a signing off in it, without gaps."""
    stop = min((off for off in said.offs if turn.start <= off < turn.end), default=turn.end)
    return without((turn.start, stop), said.gaps) if turn.start < stop else []


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
