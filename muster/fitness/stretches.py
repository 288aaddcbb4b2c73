"""Stretches of time, sleeps or duties, of many members in one flat array."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from muster.domain.errors import Check, require
from muster.fitness.arrays import Wholes

NEVER: Final = 2**62
"""Later than any instant: there is no further change."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of members 0, 1, 2 …, in seconds, half-open: at the end of a sleep a member is awake.

    ``start`` and ``end`` hold all of them, member after member, each member's in order and apart from each other;
    ``first`` has for each member the place of their first, and at its end the number of all.
    """

    start: Wholes
    end: Wholes
    first: Wholes

    def __post_init__(self) -> None:
        same = np.repeat(np.arange(self.members), np.diff(self.first))
        apart = (self.start[1:] > self.end[:-1]) | (same[1:] != same[:-1])
        require(
            "Stretches",
            Check("end", "of a stretch", bool((self.end > self.start).all()), "must be after its start"),
            Check("start", "of a stretch", bool(apart.all()), "must be after the end of the one before"),
        )

    @property
    def members(self) -> int:
        """How many members."""
        return len(self.first) - 1

    def of(self, member: int) -> list[tuple[int, int]]:
        """The stretches of one member, as (start, end)."""
        part = slice(self.first[member], self.first[member + 1])
        return list(zip(self.start[part].tolist(), self.end[part].tolist(), strict=True))

    def changes(self) -> tuple[Wholes, Wholes]:
        """All starts and ends in turn, member after member, each member's closed by ``NEVER``;
        and for each member the place of the first."""
        counts = np.diff(self.first)
        begins = np.concatenate(([0], np.cumsum(2 * counts + 1)))
        flat = np.full(int(begins[-1]), NEVER, dtype=np.int64)
        member = np.repeat(np.arange(self.members), counts)
        places = begins[member] + 2 * (np.arange(len(self.start)) - self.first[member])
        flat[places], flat[places + 1] = self.start, self.end
        return flat, begins[:-1]


def stretches_of(members: Sequence[Sequence[tuple[int, int]]]) -> Stretches:
    """The stretches of each member, given as (start, end) in any order; what touches is one.

    Raises ``Invalid`` where those of a member overlap or end before they start.
    """
    joined = [_joined(sorted(stretches)) for stretches in members]
    counts = [len(stretches) for stretches in joined]
    flat = np.array([each for stretches in joined for each in stretches], dtype=np.int64).reshape(-1, 2)
    return Stretches(flat[:, 0].copy(), flat[:, 1].copy(), np.concatenate(([0], np.cumsum(counts))).astype(np.int64))


def _joined(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined
