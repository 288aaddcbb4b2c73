"""A roster that somebody made elsewhere, CSV or Excel: a line for each entry, or one for each member with a column for
each day, as ``muster roster export`` writes it."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from muster.domain.directory import Placed
from muster.domain.errors import Fault
from muster.domain.published import DAY_OFF
from muster.domain.schema import Row, column, maybe_ref, ref, text
from muster.files.cells import BLANKS
from muster.files.excel import records_of
from muster.files.found import Found, TooManyFaults, printable
from muster.files.table import Cells, read_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterEntry(Row):
    """A line of the file, or a cell of it: who has which tour on which day."""

    NOUN: ClassVar[str] = "roster_entry"

    member: str = ref("whose line", to="member", key=True)
    day: date = column("date", "which day of it", key=True)
    tour: str = text("the tour, or off")
    unit: str | None = maybe_ref("the unit of the roster; the one it is for where there is none", to="unit")


def read_roster_entries(content: bytes, name: str, zone: ZoneInfo) -> tuple[list[Placed[RosterEntry]], list[Fault]]:
    """The entries of a file with their places, and what is wrong with its other lines and cells. Raises
    ``FaultyDirectory`` where no entry can be read."""
    found, file = Found(), printable(name)
    with suppress(TooManyFaults):
        records = records_of(content, file, found)
        if records is not None:
            read_cells(_by_entry(records, file, found), RosterEntry, file, zone, found)
    return found.entries_of(RosterEntry, file, "must have a line for each entry, or for each member, below its header")


def _by_entry(records: Iterable[Cells], file: str, found: Found) -> Iterator[Cells]:
    """A line for each entry, where the header names days; other files are as they are."""
    lines = iter(records)
    number, header = next(lines, (1, []))
    names = [name.strip(BLANKS) for name in header]
    days = {place: day for place, name in enumerate(names) if (day := _day(name)) is not None}
    if not days:
        if header:
            yield number, header
        yield from lines
        return
    others = [place for place in range(len(names)) if place not in days]
    yield number, [*(names[place] for place in others), "day", "tour"]
    for line, cells in lines:
        if len(cells) != len(names):
            found.fault(file, line, f"must have {len(names)} cells like its header, has {len(cells)}")
            continue
        for place, day in days.items():
            yield line, [*(cells[other] for other in others), day, cells[place].strip(BLANKS) or DAY_OFF]


def _day(name: str) -> str | None:
    """The day that heads a column; None: it is no day."""
    try:
        return date.fromisoformat(name).isoformat()
    except ValueError:
        return None
