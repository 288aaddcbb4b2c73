"""A position as a page: how it stands, and its history with the numbers of the facts on which it stands."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.appointments import Standing
from muster.domain.force import Position, Title
from muster.domain.members import Appointment
from muster.domain.position_history import Spell, spells_of
from muster.domain.separation import Separation
from muster.ports import Views
from muster.services import appointments
from muster.services.offices import position_named


@dataclass(frozen=True, slots=True)
class Told:
    """A spell of the history, with the numbers of the facts that tell of it."""

    spell: Spell
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PositionPage:
    """A position at an instant. ``kind`` of its title."""

    position: Position
    kind: str
    standing: Standing
    history: Sequence[Told]


def position_page(views: Views, name: str, at: datetime, known_at: datetime | None = None) -> PositionPage:
    """The page of a position, as known. Raises ``Unknown``."""
    position = position_named(views, name, known_at)
    held = views.rows(Appointment, known_at=known_at, position=name)
    leaving = views.rows(Separation, known_at=known_at, member={a.member for a in held})
    spells = spells_of(position, held, leaving, at)
    facts = facts_behind(views, {stream for s in spells for stream in s.streams}, known_at)
    title = views.row(Title, position.title, known_at=known_at)
    return PositionPage(
        position,
        title.kind if title else "line",
        appointments.position(views, name, at, known_at),
        [Told(s, numbers(s.streams, facts)) for s in spells],
    )


def facts_behind(
    views: Views, streams: Collection[str], known_at: datetime | None = None
) -> Mapping[str, Sequence[int]]:
    """The numbers of the facts of each of these streams, as far as they were known."""
    found: dict[str, list[int]] = {}
    for said in views.facts(streams=sorted(streams)) if streams else ():
        if known_at is None or datetime.fromisoformat(said.recorded_at) <= known_at:
            found.setdefault(said.stream, []).append(said.seq)
    return found


def numbers(streams: Iterable[str], facts: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """The numbers of the facts of some streams, in order."""
    return tuple(sorted({seq for stream in streams for seq in facts.get(stream, ())}))
