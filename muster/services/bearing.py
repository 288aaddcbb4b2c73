"""Up to which fact an answer holds that was found before: what is recorded since may not bear on it."""

from collections.abc import Callable
from typing import Final

from muster.ports import Views

MOST_NEW: Final = 1000
"""Where more facts are new, one of them bears on answers."""


class Bearing:
    """Looks at each new fact once. ``bears``: whether facts of a noun may change an answer. Threads may share it."""

    def __init__(self, bears: Callable[[str], bool]) -> None:
        self._bears = bears
        self._looked = (0, 0)

    def newest(self, views: Views) -> int:
        """The number of the newest fact that may change an answer."""
        head = views.head()[0]
        looked, bears = self._looked
        if head == looked:
            return bears
        if head < looked:  # somebody else has looked further since this transaction began
            return min(head, bears)
        new = views.facts(first=looked + 1) if head - looked <= MOST_NEW else ()
        bearing = (f.seq for f in new if self._bears(f.kind.partition(".")[0]))
        bears = head if head - looked > MOST_NEW else max([bears, *bearing])
        self._looked = (head, bears)
        return bears
