"""What reading a force directory has found so far."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final, TypeVar

from muster.domain.directory import Directory, Placed
from muster.domain.errors import Fault, FaultyDirectory
from muster.domain.schema import Row

R = TypeVar("R", bound=Row)
MOST_FAULTS: Final = 2_000_000
"""More are not kept: they would not fit into memory, and nobody reads them."""
MOST_SHOWN: Final = 80


class TooManyFaults(Exception):
    """Reading stops: there is no room for more faults."""


def shown(text: str) -> str:
    """Text of a fault cut to what a line of a screen can show."""
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


def printable(name: str) -> str:
    """A file name without characters that would steer a terminal."""
    return name if name.isprintable() else repr(name)[1:-1]


@dataclass(slots=True)
class Found:
    """Collects rows and faults, file by file."""

    entries: dict[str, list[Placed[Row]]] = field(default_factory=lambda: defaultdict(list))
    faults: list[Fault] = field(default_factory=list)
    spoiled: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    unread: set[str] = field(default_factory=set)
    force_lines: dict[str, int] = field(default_factory=dict)

    def fault(
        self, file: str, line: int | None, must: str, *, column: str | None = None, value: str | None = None
    ) -> None:
        """Note what is wrong. Raises ``TooManyFaults`` at the last one there is room for."""
        self._keep(Fault(file, line, column, None if value is None else shown(value), must))

    def warning(
        self, file: str, line: int | None, must: str, *, column: str | None = None, value: str | None = None
    ) -> None:
        """Note what looks wrong but does not stop a load."""
        self._keep(Fault(file, line, column, None if value is None else shown(value), must, warning=True))

    def _keep(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= MOST_FAULTS:
            raise TooManyFaults

    def entries_of(self, row: type[R], file: str, must: str) -> tuple[list[Placed[R]], list[Fault]]:
        """The entries of a file of one table, and what is wrong with its other lines. ``must``: what a file without one
        is told. Raises ``FaultyDirectory`` where no entry can be read."""
        entries = list(self.directory().of(row))
        if not entries and not self.faults:
            self.fault(file, None, must)
        faults = [fault for fault in self.faults if not fault.warning]
        if not entries:
            raise FaultyDirectory(faults)
        return entries, faults

    def directory(self) -> Directory:
        """All of it, to be checked."""
        return Directory(self.entries, self.faults, self.spoiled, self.unread, self.force_lines)
