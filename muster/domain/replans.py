"""A roster planned anew when members drop out: what fell away, what was changed for it, and whether less would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from muster.domain.rosters import Shortage, UnitRoster


@dataclass(frozen=True, slots=True)
class Lost:
    """A tour that a member had and cannot work: they are absent, or not of the unit then."""

    member: str
    day: date
    tour: str


@dataclass(frozen=True, slots=True)
class Served:
    """A cover that would be under its minimum but for one member: whom it asks for, and how many it has."""

    who: str
    have: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Change:
    """A day of a member on which the new roster is not as the old one, but for what fell away. Tours are empty for a
    day off. ``serves``: the covers that it is for; none where it only makes room for another of the member's."""

    member: str
    day: date
    before: str
    after: str
    serves: tuple[Served, ...]


@dataclass(frozen=True, slots=True)
class Far:
    """How far a plan made anew is: points short and changed days of the best so far, None before there is one; and how
    many no roster has fewer of, of changes where it restores as much."""

    short: int | None
    changes: int | None
    least_short: int
    least_changes: int


@dataclass(frozen=True, slots=True)
class Replan:
    """A roster planned anew. ``left``: tours under their minimum that had more before; ``before``: those that had no
    more. ``short``: points for what was to be restored and is not, each member missing counted by weight;
    ``least_short``: no roster has fewer. ``least_changes``: no roster that restores as much has fewer changed days."""

    roster: UnitRoster
    lost: Sequence[Lost]
    changes: Sequence[Change]
    left: Sequence[Shortage]
    before: Sequence[Shortage]
    least_changes: int
    short: int
    least_short: int

    @property
    def proved(self) -> bool:
        """Whether no roster restores more, nor as much with fewer changes."""
        return self.short == self.least_short and len(self.changes) == self.least_changes
