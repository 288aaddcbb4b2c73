"""Tables of sleep and duty, on a clock without zone: read with all their faults."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Final

from muster.domain.errors import Fault, Invalid
from muster.domain.instants import YEARS
from muster.domain.nearest import did_you_mean
from muster.files.cells import BLANKS, REF
from muster.files.found import Found, printable, shown
from muster.files.sources import bytes_of, text_of

COLUMNS: Final = ("schedule", "kind", "start", "end")
SLEEP, WORK = KINDS = ("sleep", "work")
CLOCK: Final = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?", re.ASCII)
MOST_AWAKE: Final = timedelta(hours=88)
"""The longest time awake with which the unified model was held against measurements (Ramakrishnan et al. 2016, Sleep
39:249-262); for the Three Process Model there is less."""
MOST_ASLEEP: Final = timedelta(hours=24)
MOST_DAYS: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sleep or a duty, half-open; its times are the table's own clock, held as if it were UTC."""

    line: int
    kind: str
    start: datetime
    end: datetime


@dataclass(slots=True)
class Schedules:
    """The stretches of every schedule of a table, by its name (empty where the table has no such column), and what is
    wrong with the table."""

    file: str
    stretches: dict[str, list[Stretch]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int | None, column: str | None, value: str | None, must: str) -> None:
        """Note what is wrong."""
        self.faults.append(Fault(self.file, line, column, None if value is None else shown(value), must))


def read_schedules(path: Path) -> Schedules:
    """The schedules of a table with the columns kind, start, end and, for more than one schedule, its name."""
    read = Schedules(printable(path.name))
    found = Found()
    content = bytes_of(path, found)
    text = None if content is None else text_of(content, read.file, found)
    read.faults += found.faults
    if content is None and not read.faults:
        read.fault(None, None, None, "must be a file that is there")
    if text is not None:
        _read(text, read)
    return read


def _read(text: str, read: Schedules) -> None:
    lines = _lines(text, read)
    number, header = next(lines, (1, []))
    names = [name.strip(BLANKS) for name in header]
    if not _header(number, names, read):
        return
    for number, cells in lines:
        if len(cells) != len(names):
            read.fault(number, None, None, f"must have {len(names)} cells like its header, has {len(cells)}")
            continue
        _line(number, dict(zip(names, (cell.strip(BLANKS) for cell in cells), strict=True)), read)
    for stretches in read.stretches.values():
        _together(stretches, read)
    if not read.stretches and not read.faults:
        read.fault(None, None, None, "must have at least one sleep")


def _lines(text: str, read: Schedules) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not blank, with their number. What cannot be told into cells is a fault and ends the table."""
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as said:
            read.fault(
                number, None, None, f"must be CSV, with quotation marks in pairs ({said}); what follows was not read"
            )
            return
        if any(cell.strip(BLANKS) for cell in cells):
            yield number, cells


def _header(number: int, names: list[str], read: Schedules) -> bool:
    """Whether all columns are there, each once, and no other."""
    before = len(read.faults)
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        read.fault(number, None, names[0], "must have commas between its columns")
        return False
    for place, name in enumerate(names):
        if name not in COLUMNS:
            read.fault(number, None, name, f"must be one of {', '.join(COLUMNS)}{did_you_mean(name, COLUMNS)}")
        elif name in names[:place]:
            read.fault(number, name, None, "must stand in the header once")
    for name in COLUMNS[1:]:
        if name not in names:
            read.fault(number, name, None, "must be in the header")
    return len(read.faults) == before


def _line(number: int, cells: dict[str, str], read: Schedules) -> None:
    before = len(read.faults)
    name, kind = cells.get("schedule", ""), cells["kind"]
    if "schedule" in cells and not REF.fullmatch(name):
        read.fault(number, "schedule", name, "must be a name of letters, digits, '.', '_' and '-', at most 64 of them")
    if kind not in KINDS:
        read.fault(number, "kind", kind, f"must be one of {', '.join(KINDS)}{did_you_mean(kind, KINDS)}")
    start, end = (_time(number, column, cells[column], read) for column in ("start", "end"))
    if start is None or end is None or len(read.faults) > before:
        return
    if end <= start:
        read.fault(number, "end", cells["end"], f"must be after the start, {cells['start']}")
    elif kind == SLEEP and end - start > MOST_ASLEEP:
        read.fault(
            number, "end", cells["end"], f"must be at most 24 h after the start, {cells['start']}: it is a sleep"
        )
    else:
        read.stretches.setdefault(name, []).append(Stretch(number, kind, start, end))


def _time(number: int, column: str, said: str, read: Schedules) -> datetime | None:
    try:
        return _moment(said)
    except Invalid as must:
        read.fault(number, column, said, str(must))
        return None


def _moment(said: str) -> datetime:
    if not CLOCK.fullmatch(said):
        raise Invalid("must be a date and time on the table's own clock like 2020-10-05 23:00, without a zone")
    try:
        at = datetime.fromisoformat(said).replace(tzinfo=UTC)
    except ValueError:
        raise Invalid("must be on the calendar and the clock; there is no such day or time") from None
    if at.year not in YEARS:
        raise Invalid(f"must be from the years {YEARS.start} to {YEARS.stop - 1}")
    return at


def _together(stretches: list[Stretch], read: Schedules) -> None:
    """What is wrong between the stretches of a schedule; sorts them."""
    stretches.sort(key=lambda stretch: (stretch.start, stretch.line))
    for kind in KINDS:
        for before, after in pairwise([s for s in stretches if s.kind == kind]):
            if after.start < before.end:
                must = f"must not be before the end of the {kind} in line {before.line}, {_told(before.end)}"
                read.fault(after.line, "start", _told(after.start), must)
    sleeps = [s for s in stretches if s.kind == SLEEP]
    if not sleeps:
        read.fault(stretches[0].line, "kind", stretches[0].kind, "must not stand alone: its schedule has no sleep")
        return
    for before, after in pairwise(sleeps):
        if after.start - before.end > MOST_AWAKE:
            must = f"must be within 88 h of the sleep before, which ended {_told(before.end)} (line {before.line}): "
            read.fault(after.line, "start", _told(after.start), must + "no model was tried on more time awake")
    _ends(stretches, sleeps, read)


def _ends(stretches: list[Stretch], sleeps: list[Stretch], read: Schedules) -> None:
    last = max(stretches, key=lambda stretch: stretch.end)
    awake_from = max(s.end for s in sleeps)
    if last.end - awake_from > MOST_AWAKE:
        must = f"must be within 88 h of the last sleep, which ended {_told(awake_from)}: add the sleeps after it"
        read.fault(last.line, "end", _told(last.end), must)
    if last.end - sleeps[0].start > MOST_DAYS:
        must = f"must be within {MOST_DAYS.days} days of the first sleep of its schedule, {_told(sleeps[0].start)}"
        read.fault(last.line, "end", _told(last.end), must)


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}".removesuffix(":00")
