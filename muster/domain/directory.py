"""A force directory as it was read: rows with the place each stands at, and what was wrong while reading."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar, cast

from muster.domain.errors import Fault
from muster.domain.schema import Row

R = TypeVar("R", bound=Row)
R_co = TypeVar("R_co", bound=Row, covariant=True)


class Placed(NamedTuple, Generic[R_co]):
    """A row and where it stands. ``line`` counts from 1; None where lines have no meaning."""

    row: R_co
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Directory:
    """All rows of a force directory, by noun, in the order of its files.

    ``spoiled``: by noun, names of rows that are there but could not be read; whoever points at them is not at fault.
    ``unread``: nouns of whose rows nothing is known, because their file could not be read.
    ``force_lines``: the lines of ``force.toml`` on which its keys are set.
    """

    entries: Mapping[str, Sequence[Placed[Row]]]
    faults: Sequence[Fault] = ()
    spoiled: Mapping[str, AbstractSet[str]] = field(default_factory=dict)
    unread: AbstractSet[str] = frozenset()
    force_lines: Mapping[str, int] = field(default_factory=dict)

    def of(self, row: type[R]) -> Sequence[Placed[R]]:
        """The rows of one noun, with their places."""
        return cast(Sequence[Placed[R]], self.entries.get(row.NOUN, ()))

    def rows(self) -> dict[str, list[Row]]:
        """The rows alone, by noun; nouns without rows are left out."""
        return {noun: [placed.row for placed in entries] for noun, entries in self.entries.items() if entries}

    def is_whole(self, *rows: type[Row]) -> bool:
        """Whether every row of these nouns could be read, so that a missing one is really missing."""
        return not any(row.NOUN in self.unread or self.spoiled.get(row.NOUN) for row in rows)
