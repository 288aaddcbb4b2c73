"""Who held a position from when until when, and when it was vacant: what appointments and separations give."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from muster.domain.force import Position
from muster.domain.members import Appointment
from muster.domain.separation import Separation

SpellKind = Literal["substantive", "acting", "vacant"]


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in the history of a position. ``member`` None: places of it were vacant, ``places`` of them. ``until``
    None: it goes on. ``streams``: of the facts on which it stands, those that began a vacancy among them."""

    kind: SpellKind
    since: datetime
    until: datetime | None
    member: str | None = None
    places: int = 1
    instrument: str | None = None
    limits: str | None = None
    streams: tuple[str, ...] = ()


def spells_of(
    position: Position, appointments: Sequence[Appointment], separations: Sequence[Separation], at: datetime
) -> list[Spell]:
    """The history of the position up to an instant, the latest first. It begins with the first substantive holder: of
    what was before, the record says nothing. Whoever leaves the force leaves the position with their terminal leave.
    """
    held = [spell for a in appointments if (spell := _held(a, separations, at)) is not None]
    found = [*held, *_vacant(position, held, at)]
    return sorted(found, key=lambda s: (s.since, s.kind, s.member or ""), reverse=True)


def _held(a: Appointment, separations: Sequence[Separation], at: datetime) -> Spell | None:
    """None for an appointment that had not begun, or that ended with a separation before it began."""
    left = [s for s in separations if s.member == a.member and s.stands() and s.filed <= at and s.effective > a.since]
    first = min(left, key=lambda s: s.vacates_from, default=None)
    until, streams = a.until, [a.stream]
    if first is not None and (until is None or first.vacates_from < until):
        until, streams = first.vacates_from, [a.stream, first.stream]
    if a.since > at or (until is not None and until <= a.since):
        return None
    kind: SpellKind = "acting" if a.kind == "acting" else "substantive"
    return Spell(kind, a.since, until, a.member, instrument=a.instrument, limits=a.limits, streams=tuple(streams))


def _vacant(position: Position, held: Sequence[Spell], at: datetime) -> Iterator[Spell]:
    """The times in which fewer held it than it has places, since the first did."""
    own = [s for s in held if s.kind == "substantive"]
    times = sorted({t for s in own for t in (s.since, s.until) if t is not None and t <= at})
    for n, since in enumerate(times):
        free = position.places - sum(s.since <= since and (s.until is None or since < s.until) for s in own)
        if free > 0 and (position.until is None or since < position.until):
            until = times[n + 1] if n + 1 < len(times) else position.until
            ended = tuple(dict.fromkeys(x for s in own if s.until == since for x in s.streams))
            yield Spell("vacant", since, until, places=free, streams=ended)
