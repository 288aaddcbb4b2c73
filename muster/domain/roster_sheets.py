"""What a printed sheet of a roster shows, beside the roster itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.published import Published
from muster.domain.rosters import UnitRoster
from muster.domain.schedule import Turn


@dataclass(frozen=True, slots=True)
class Count:
    """How many of those whom the cover asks for are on a tour, for each day of the roster. ``minimum``: None on days
    for which there is no cover; ``who`` empty: everybody, for a tour without cover."""

    tour: str
    who: str
    have: tuple[int, ...]
    minimum: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """A roster with what the record, as of fact ``fact`` whose hash is ``head``, knows about it.

    ``name``: of the unit; ``members``: rank and name, by reference; ``turns``: of each tour, for each day of the
    roster; ``changed``: by the record of now other tours are short than those that the roster names; ``published``:
    as what it was signed, None: it is a plan.
    """

    roster: UnitRoster
    name: str
    zone: str
    members: Mapping[str, str]
    turns: Mapping[str, Sequence[Turn]]
    counts: Sequence[Count]
    changed: bool
    printed_at: datetime
    fact: int
    head: str
    published: Published | None = None
