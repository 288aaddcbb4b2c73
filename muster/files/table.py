"""CSV files (RFC 4180): from lines to rows, naming every cell that is wrong."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from muster.domain.directory import Placed
from muster.domain.errors import Invalid
from muster.domain.nearest import did_you_mean
from muster.domain.schema import Column, Row, columns_of
from muster.files.cells import BLANKS, Parse, is_formula, parser
from muster.files.found import Found
from muster.files.sources import Lines

if TYPE_CHECKING:
    from _csv import Reader

MOST_CELL: Final = 131_072
Cells = tuple[int, list[str]]
"""The number of a line, and its cells."""
ERASED = "is empty: it was erased, or never given"


def read_table(content: bytes, row: type[Row], file: str, zone: ZoneInfo, found: Found) -> None:
    """Add the rows of a CSV file to ``found``, and a fault for everything that is wrong with it."""
    table = _Table(row, file, zone, found)
    table.read(csv_records(content, file, found, table.lost))


def csv_records(content: bytes, file: str, found: Found, lost: Callable[[], None] = lambda: None) -> Iterator[Cells]:
    """The records of a CSV file that are not blank, each with the line on which it begins; a fault for each that cannot
    be read, and ``lost`` is told of it."""
    lines = Lines(content, file, found)
    return _records(csv.reader(lines, strict=True), lines, file, found, lost)


def read_cells(records: Iterable[Cells], row: type[Row], file: str, zone: ZoneInfo, found: Found) -> None:
    """The same for lines of text cells from elsewhere: the first is the header, each with its number."""
    _Table(row, file, zone, found).read(iter(records))


def _records(reader: "Reader", lines: Lines, file: str, found: Found, lost: Callable[[], None]) -> Iterator[Cells]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as said:
            lost()
            found.fault(file, line, _quoting(str(said), spread=reader.line_num > line))
            if "limit" in str(said) and reader.line_num > line:
                return  # a quotation mark that is not closed has swallowed lines; what follows would be misread
            continue
        if lines.last_bad >= line:
            lost()
        elif any(cells):
            yield line, cells


def _quoting(said: str, *, spread: bool) -> str:
    if "limit" in said and spread:
        return f"must close its quotation mark within {MOST_CELL} characters; the lines after it were not read"
    if "limit" in said:
        return f"must have no cell of more than {MOST_CELL} characters"
    if "end of data" in said:
        return "must close its quotation mark; the rest of the file was taken for one cell"
    return "must have nothing after a closing quotation mark; a quotation mark inside a cell is written twice"


@dataclass(frozen=True, slots=True)
class _Cell:
    """One place of a line: its column and how its text is read."""

    column: Column
    parse: Parse


class _Table:
    """Reads one file: the header first, then line by line."""

    def __init__(self, row: type[Row], file: str, zone: ZoneInfo, found: Found) -> None:
        self.found = found
        self.file = file
        self._row = row
        self._zone = zone
        self._cells: list[_Cell | None] = []  # None: a column nobody knows
        self._complete = True
        self._name = 0  # place of the cell that names the row
        self._rows = found.entries[row.NOUN]

    def read(self, records: Iterator[Cells]) -> None:
        header = next(records, None)
        if header is None:
            self.lost()
            self.found.fault(
                self.file, None, f"must begin with a header: {','.join(c.name for c in columns_of(self._row))}"
            )
            return
        self.read_header(*header)
        for line, cells in records:
            self.read_row(line, cells)

    def lost(self) -> None:
        """A row is there of which not even the name is known."""
        self.found.unread.add(self._row.NOUN)

    def read_header(self, line: int, names: list[str]) -> None:
        columns = {c.name: c for c in columns_of(self._row)}
        names = [name.strip(BLANKS) for name in names]
        for name in names:
            column = columns.get(name)
            self._cells.append(None if column is None else _Cell(column, parser(column, self._zone)))
        self._check_names(line, names, columns)
        first_key = next(c.name for c in columns.values() if c.key)
        self._name = names.index(first_key) if first_key in names else 0

    def _check_names(self, line: int, names: list[str], columns: dict[str, Column]) -> None:
        fault = self.found.fault
        if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
            fault(self.file, line, "must have commas between its columns", value=names[0])
        for place, name in enumerate(names):
            if name not in columns:
                must = f"must be a column of this file: {', '.join(columns)}{did_you_mean(name, columns)}"
                fault(self.file, line, must, value=name)
            elif name in names[:place]:
                fault(self.file, line, "must stand in the header once", column=name)
                self._complete = False
        for column in columns.values():
            if column.required and column.name not in names:
                fault(self.file, line, "must be in the header", column=column.name)
                self._complete = False
        if not self._complete:
            self.lost()

    def read_row(self, line: int, cells: list[str]) -> None:
        if len(cells) != len(self._cells):
            self.found.fault(self.file, line, f"must have {len(self._cells)} cells like its header, has {len(cells)}")
            self._spoil(cells)
            return
        values = self._values(line, cells)
        if values is None:
            self._spoil(cells)
        elif self._complete:
            self._rows.append(Placed(self._row(**values), self.file, line))

    def _spoil(self, cells: list[str]) -> None:
        name = cells[self._name].strip(BLANKS) if self._name < len(cells) else ""
        self.found.spoiled[self._row.NOUN].add(name[:64])

    def _values(self, line: int, cells: list[str]) -> dict[str, Any] | None:
        """The values of a line that are not empty; None when one is wrong."""
        values: dict[str, Any] = {}
        good = True
        for place, cell in zip(self._cells, cells, strict=True):
            if place is None:
                continue
            text = cell.strip(BLANKS)
            if not text:
                good &= self._may_be_empty(line, place.column, values)
                continue
            try:
                values[place.column.name] = place.parse(text)
            except Invalid as said:
                good = False
                self.found.fault(self.file, line, str(said), column=place.column.name, value=text)
            if place.column.kind == "text" and is_formula(text):
                says = "begins like a formula: a spreadsheet may run it"
                self.found.warning(self.file, line, says, column=place.column.name, value=text)
        return values if good else None

    def _may_be_empty(self, line: int, column: Column, values: dict[str, Any]) -> bool:
        if not column.required:
            return True
        if column.sealed:  # an export after an erasure must load again
            values[column.name] = ""
            self.found.warning(self.file, line, ERASED, column=column.name)
            return True
        self.found.fault(self.file, line, "must not be empty", column=column.name, value="")
        return False
