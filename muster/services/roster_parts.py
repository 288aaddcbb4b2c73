"""Who is rostered in a unit, as what they count, and when they are there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from muster.domain.cover import OFFICERS, SUPERVISORS
from muster.domain.presence import FAR, DutyFile, Held
from muster.domain.schedule import Turn
from muster.domain.spans import Span
from muster.services.roster_ground import Ground


@dataclass(slots=True)
class Part:
    """A member in the roster of a unit: from when until when they serve there, and count as what."""

    member: str
    serves: list[Span] = field(default_factory=list)
    counts: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def counts_as(self, who: str, turn: Turn) -> bool:
        """Whether they count as this for a turn: for all of it."""
        return _inside(self.counts.get(who, ()), turn.start, turn.end)

    def counts_through(self, who: str, start: datetime, end: datetime) -> bool:
        """Whether they count as this for all of this time, by one row."""
        return _inside(self.counts.get(who, ()), start, end)

    def serves_for(self, turn: Turn) -> bool:
        """Whether they serve in the unit for all of a turn."""
        return _inside(self.serves, turn.start, turn.end)

    def serves_through(self, start: datetime, end: datetime) -> bool:
        """Whether they serve in the unit for all of this time, by one row."""
        return _inside(self.serves, start, end)


def parts_of(ground: Ground, unit: str) -> list[Part]:
    """Everybody who is rostered in a unit, by name: who holds its lines, supervises in it, holds a tour position that
    its cover names, or is attached to it. Holders of command positions are not."""
    parts: dict[str, Part] = {}

    def said(member: str, row: Held, who: str | None) -> None:
        part = parts.setdefault(member, Part(member))
        part.serves.append(span_of(row))
        if who is not None:
            part.counts[who].append(span_of(row))

    named = {c.who for c in ground.cover.get(unit, ())}
    for position in ground.positions.get(unit, ()):
        title = ground.titles[position.title]
        for a in ground.appointments.get(position.position, ()):
            if title.kind == "line":
                said(a.member, a, OFFICERS)
            elif title.kind == "tour" and (title.supervises or position.position in named):
                said(a.member, a, SUPERVISORS if title.supervises else None)
                parts[a.member].counts[position.position].append(span_of(a))
    for attached in ground.attached.get(unit, ()):
        said(attached.member, attached, OFFICERS)
    for place in ground.sergeants.get(unit, ()):
        said(place.member, place, SUPERVISORS)
    for part in parts.values():
        _complete(ground, part)
    return [parts[member] for member in sorted(parts)]


def _complete(ground: Ground, part: Part) -> None:
    """Whoever supervises is no officer of the line then; who is qualified counts as that too."""
    if SUPERVISORS in part.counts:
        part.counts.pop(OFFICERS, None)
    for q in ground.qualifications.get(part.member, ()):
        part.counts[q.qualification].append(span_of(q))


def gaps_of(file: DutyFile, unit: str) -> Iterator[Span]:
    """When a member is not there to be given a tour of the unit: absent, leaving the force, or attached elsewhere."""
    for a in file.absences:
        yield span_of(a)
    for s in file.separations:
        if s.stands():
            yield s.leave_from or s.effective, s.effective + FAR
    for b in file.attachments:
        if b.unit != unit:
            yield span_of(b)


def meets(spans: Sequence[Span], start: datetime, end: datetime) -> bool:
    """Whether any of these spans has time in common with another."""
    return any(a < end and b > start for a, b in spans)


def _inside(spans: Sequence[Span], start: datetime, end: datetime) -> bool:
    return any(a <= start and end <= b for a, b in spans)


def span_of(row: Held) -> Span:
    """When a row holds, long ago and never for ends that are open."""
    since = row.since or _LONG_AGO
    return since, row.until or _NEVER


_LONG_AGO = datetime.fromisoformat("1900-01-01T00:00:00+00:00")
_NEVER = datetime.fromisoformat("2200-01-01T00:00:00+00:00")
