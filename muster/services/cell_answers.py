"""What is told of an entry of a roster: why it is so, what it serves, who else could have it, what another would do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from muster.services.published import Amended

ON: Final = "on "
NO_MORE: Final = "no "
"""How reasons begin that stand in the roster and in the cover."""


@dataclass(frozen=True, slots=True)
class Served:
    """A cover that the entry bears on: how many it has, and would have with the change, or without the member."""

    tour: str
    who: str
    have: int
    would: int
    minimum: int
    target: int

    @property
    def short(self) -> int:
        """Members that would be missing from the minimum."""
        return max(0, self.minimum - self.would)


@dataclass(frozen=True, slots=True)
class Around:
    """The hours around an entry: the most in any seven and any 28 days that meet it, None: not for whoever asks; and
    the rest before and after it, None: no duty is known there. ``crossed``: limits crossed from it on, in words."""

    in_week: timedelta | None
    in_month: timedelta | None
    rest_before: timedelta | None
    rest_after: timedelta | None
    crossed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Somebody who could have the tour instead: whether they count for all the covers for which the member does, what
    they would newly cross, their hours (None: not for whoever asks), and by how much the roster's penalty would
    change."""

    member: str
    counts: bool
    cautions: tuple[str, ...]
    in_week: timedelta | None
    in_month: timedelta | None
    penalty: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What another entry would do. ``wrong``: why it may not be amended now; ``cautions``: what it would newly cross.
    ``waive``: the rules whose waiver would let it be; empty: none is in the way, or something else is as well.
    ``off_chart`` and ``penalty``: days of the line that are not as its chart, and points of the roster, before and
    after; None where the problem does not know the tour. ``signers``: who may sign, the nearest first."""

    to: str
    covers: tuple[Served, ...]
    wrong: tuple[str, ...]
    waive: tuple[str, ...]
    cautions: tuple[str, ...]
    around: Around
    off_chart: tuple[int, int]
    penalty: tuple[int, int] | None
    signers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WhyCell:
    """Why an entry is as it is. ``origin``: what put it there; ``amended``: what was amended of it, in order. ``chart``
    None: no chart says anything. ``cannot``: why others cannot have the tour, with who; ``unasked``: others who were
    not held to the rules, as enough were found before."""

    unit: str
    member: str
    day: date
    tour: str
    origin: str
    amended: tuple[Amended, ...]
    chart: str | None
    covers: tuple[Served, ...]
    around: Around
    others: tuple[Other, ...]
    cannot: Mapping[str, Sequence[str]]
    unasked: tuple[str, ...]
    change: Change | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entry is asked about; ``to``: what it might be instead, None: nothing else. ``everybody``: all others are
    held to the rules, not as many as are enough."""

    member: str
    day: date
    to: str | None = None
    everybody: bool = False
