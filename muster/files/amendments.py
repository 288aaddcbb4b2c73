"""Entries of published rosters that are to be others, from a CSV or Excel file."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from muster.domain.directory import Placed
from muster.domain.errors import Fault, FaultyDirectory
from muster.domain.schema import Row, column, maybe_ref, ref, text
from muster.files.excel import records_of
from muster.files.found import Found, TooManyFaults, printable
from muster.files.sources import bytes_of
from muster.files.table import read_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedEntry(Row):
    """A line of the file: whose entry of which day is to be which tour, and why; in another unit than the usual."""

    NOUN: ClassVar[str] = "amended_entry"

    member: str = ref("whose line", to="member", key=True)
    day: date = column("date", "which day of it", key=True)
    tour: str = text("the tour from then on, or off")
    reason: str | None = text("why; without one the reason of all", default=None)
    unit: str | None = maybe_ref("the unit of the roster, where it is another", to="unit")


def read_amendments(path: Path) -> list[Placed[AmendedEntry]]:
    """The entries of a file, CSV or Excel, with their places. Raises ``FaultyDirectory`` with all that is wrong with
    its lines and cells, or where it has none."""
    found = Found()
    content = bytes_of(path, found)
    if content is None and not found.faults:
        found.fault(printable(path.name), None, "must be there")
    entries, faults = ([], found.faults) if content is None else read_amended(content, path.name)
    if faults:
        raise FaultyDirectory(faults)
    return entries


def read_amended(content: bytes, name: str) -> tuple[list[Placed[AmendedEntry]], list[Fault]]:
    """The entries of a file, CSV or Excel, with their places, and what is wrong with its other lines and cells. Raises
    ``FaultyDirectory`` where no entry can be read."""
    found, file = Found(), printable(name)
    with suppress(TooManyFaults):
        records = records_of(content, file, found)
        if records is not None:
            read_cells(records, AmendedEntry, file, ZoneInfo("UTC"), found)
    return found.entries_of(AmendedEntry, file, "must have a line for each entry, below its header")
