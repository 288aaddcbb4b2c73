"""What a roll call shows, on screens and on paper."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from muster.domain.roll_calls import Line, RollCall
from muster.domain.roll_posts import Count, Post, Supervision
from muster.domain.schedule import Turn
from muster.domain.sectoring import Filled


@dataclass(frozen=True, slots=True)
class RollCallPage:
    """A roll call as it is shown. ``call``: None, none was taken; ``names``: rank and name, by member.
    ``sectors``: as the roll call sent members to them, or, where none was taken, as it would if all come who are still
    to; ``unsent``: who has no sector and could be sent to one."""

    unit: str
    name: str
    zone: str
    turn: Turn
    at: datetime
    call: RollCall | None
    lines: tuple[Line, ...]
    posts: tuple[Post, ...]
    counts: tuple[Count, ...]
    supervisions: tuple[Supervision, ...]
    names: Mapping[str, str]
    sectors: tuple[Filled, ...] = ()
    unsent: tuple[str, ...] = ()

    @property
    def states(self) -> dict[str, int]:
        """How many are in each state."""
        return dict(Counter(line.state for line in self.lines))


@dataclass(frozen=True, slots=True)
class RollCallSheet:
    """A roll call to be printed, from the record as of fact ``fact`` whose hash is ``head``."""

    page: RollCallPage
    printed_at: datetime
    fact: int
    head: str
