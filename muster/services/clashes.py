"""The least set of reasons that cannot all be kept, found by asking what can be done when only some are.

Whatever reasons can be kept, a clash has one outside of them. The least set that has one of every outside found so far
either clashes, and then none is less; or it can be kept, and so has a new outside: the implicit hitting set approach
(Moreno-Centeno and Karp, Operations Research 61, 2013, doi:10.1287/opre.1120.1139).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

Kept = frozenset[str]
Possible = Callable[[Kept], Kept | None]
"""Whether it can be done when these reasons are kept: what is kept where it is done, those and by chance others; None
where it cannot. Fewer reasons never make it less possible."""


@dataclass(frozen=True, slots=True)
class Clash:
    """``reasons`` that cannot all be kept, and no fewer are so; ``enough``: each of them that would do if it alone were
    given up, of all reasons there are."""

    reasons: tuple[str, ...]
    enough: tuple[str, ...]


def least_clash(reasons: Sequence[str], possible: Possible) -> Clash | None:
    """The least clash of these reasons, the first in their order among equals; None where all can be kept. Whether the
    first of them alone would be enough is asked before all else: it is to be the one that is most often to blame."""
    asked = _Asked(possible)
    every = frozenset(reasons)
    if asked.kept_with(every) is not None:
        return None
    outsides: list[Kept] = []
    first = frozenset(reasons[:1])
    if asked.kept_with(every - first) is not None:
        outsides.append(first)
    while True:
        least = _least_meeting(reasons, outsides)
        kept = asked.kept_with(least)
        if kept is None:
            enough = tuple(r for r in reasons if r in least and asked.kept_with(every - {r}) is not None)
            return Clash(tuple(r for r in reasons if r in least), enough)
        for reason in reversed(reasons):  # with all others kept the first is known to clash, and is not asked
            if reason not in kept:
                kept = asked.kept_with(kept | {reason}) or kept
        outsides.append(every - kept)


def _least_meeting(reasons: Sequence[str], outsides: Sequence[Kept]) -> Kept:
    """The least set that has a reason of each of them."""
    sets = (frozenset(some) for size in range(len(reasons) + 1) for some in combinations(reasons, size))
    return next(some for some in sets if all(some & outside for outside in outsides))


class _Asked:
    """What is known of sets of reasons: one that is within what was kept is possible, one that has all of what was not
    is not."""

    def __init__(self, possible: Possible) -> None:
        self.possible = possible
        self.kept: list[Kept] = []
        self.clashing: list[Kept] = []

    def kept_with(self, some: Kept) -> Kept | None:
        """What is kept where these reasons are; None where they cannot be."""
        within = next((kept for kept in self.kept if some <= kept), None)
        if within is not None:
            return within
        if any(clash <= some for clash in self.clashing):
            return None
        kept = self.possible(some)
        if kept is None:
            self.clashing.append(some)
        else:
            self.kept.append(kept)
        return kept
