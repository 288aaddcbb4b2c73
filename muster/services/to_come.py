"""What a member is to do: tours of published rosters and charts, call-ins that became theirs, court and training."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.calling_in import COMES, CallIn, CallInAnswer, in_time
from muster.domain.presence import DutyFile, scheduled_stretches
from muster.domain.snapshot import Snapshot
from muster.ports import Views


@dataclass(frozen=True, slots=True)
class Coming:
    """Duty that is planned. ``what``: the tour, or a kind of hours; ``source``: what has it."""

    start: datetime
    end: datetime
    what: str
    unit: str | None
    source: str


def to_come(
    views: Views, state: Snapshot, file: DutyFile, at: datetime, until: datetime, known_at: datetime | None = None
) -> Sequence[Coming]:
    """What begins or goes on between two instants, by what is known at the first, in order. Absences are left out of
    it. The snapshot must have the member's file, and reach as far."""
    found = [*_tours(state, file, at, until), *_called(views, file.member, known_at), *_recorded(file)]
    return sorted((c for c in found if c.end > at and c.start < until), key=lambda c: (c.start, c.end, c.what))


def _tours(state: Snapshot, file: DutyFile, at: datetime, until: datetime) -> Iterator[Coming]:
    for s in scheduled_stretches(file, state.schedule, at, until):
        if s.end is not None and s.turn is not None:
            yield Coming(s.start, s.end, s.turn.tour, s.unit, s.source)


def _called(views: Views, member: str, known_at: datetime | None) -> Iterator[Coming]:
    """Call-ins to which the member last said, or was ordered, that they come."""
    said = sorted(views.rows(CallInAnswer, member=member, known_at=known_at), key=in_time)
    comes = {name for name, what in {a.call_in: a.what for a in said}.items() if what in COMES}
    for c in views.rows(CallIn, call_in=comes, known_at=known_at) if comes else ():
        yield Coming(c.since, c.until, c.kind, c.unit, f"call-in {c.call_in}")


def _recorded(file: DutyFile) -> Iterator[Coming]:
    """Appearances in court, and whatever else a time record has that is still to come."""
    for r in file.records:
        yield Coming(r.since, r.until, r.kind, r.unit, r.source or "time record")
