"""What is in the way of publishing a roster, each with whose line and which day it is about."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from muster.domain.errors import Refused

MOST_TOLD: Final = 30
"""So many things in the way are told; whoever has more mends those first."""


class Wrong(NamedTuple):
    """What is in the way of publishing; ``member`` and ``day``: in whose line, and where in it, as far as it is in
    one."""

    says: str
    member: str | None = None
    day: date | None = None


class RosterRefused(Refused):
    """A roster that cannot be published, with all that is in the way."""

    def __init__(self, unit: str, first: date, wrong: Sequence[Wrong]) -> None:
        self.wrong = tuple(wrong)
        super().__init__(f"roster of {unit} from {first}: {told([w.says for w in wrong])}")


def told(wrong: Sequence[str]) -> str:
    """What is in the way, as it is told."""
    more = len(wrong) - MOST_TOLD
    return "; ".join([*wrong[:MOST_TOLD], *([f"and {more} more"] if more > 0 else [])])
