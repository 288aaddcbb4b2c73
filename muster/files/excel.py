"""Excel files (ISO/IEC 29500): the cells of one sheet as text. No formula and no macro is ever run: what stands for a
formula is the value that was last worked out of it."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile

from muster.files.found import Found, printable, shown
from muster.files.table import Cells, csv_records

if TYPE_CHECKING:
    from fastexcel import ExcelReader

SIGNATURE: Final = b"PK\x03\x04"
OLD: Final = b"\xd0\xcf\x11\xe0"
"""How a file of Excel 97 begins, and one that a password protects."""
MOST_UNPACKED: Final = 512 * 1024 * 1024
MOST_CELLS: Final = 10_000_000
"""Cells of a sheet from its first to its last, empty ones included: the reader keeps room for each."""
PLACE: Final = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
AT_A_TIME: Final = 1 << 20
MOMENT: Final = re.compile(r"(\d{4})-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?", re.ASCII)
EPOCH: Final = datetime.fromisoformat("1899-12-31")
"""The day, without a zone, on which the reader puts a time that has none."""
NOTED: Final = re.compile(r"(-?\d{1,15})\.0", re.ASCII)


def is_excel(content: bytes) -> bool:
    """Whether the bytes are those of an Excel file, of whatever age."""
    return content.startswith((SIGNATURE, OLD))


def records_of(content: bytes, file: str, found: Found) -> Iterable[Cells] | None:
    """The lines of a file, CSV or Excel with one sheet; None when it cannot be read, with a fault that says why."""
    if not is_excel(content):
        return csv_records(content, file, found)
    read = read_sheet(content, None, file, found)
    return None if read is None else read[1]


def read_sheet(content: bytes, sheet: str | None, file: str, found: Found) -> tuple[str, list[Cells]] | None:
    """The name of the sheet (None asked: of the only one that is to be seen) and its lines that are not empty; None
    when it cannot be read, with a fault that says why."""
    must = _must_be(content)
    if must is None:
        from fastexcel import FastExcelError, read_excel  # half a second: only for whoever brings an Excel file

        try:
            book = read_excel(content)
            name = _sheet(book, sheet)
            return name, list(_lines(book, name))
        except FastExcelError as said:
            must = f"must be an Excel file that can be read: {shown(str(said).splitlines()[0])}"
        except LookupError as said:
            must = str(said.args[0])
    found.fault(file, None, must)
    return None


def _must_be(content: bytes) -> str | None:
    """What a file must be that had better not be opened."""
    if content.startswith(OLD):
        return "must be .xlsx or .csv without a password; it is protected, or of Excel 97: save it anew"
    try:
        with ZipFile(BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                return f"must unpack to at most {MOST_UNPACKED // 1024 // 1024} MB; it was not read"
            sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
            if any(_extent(parts, name) > MOST_CELLS for name in sheets):
                return f"must have no sheet that spreads over more than {MOST_CELLS} cells; delete those far out"
    except (BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError):
        return "must be an Excel file that can be read; it is damaged: save it anew"
    return None


def _extent(parts: ZipFile, name: str) -> int:
    """How many cells lie between the first and the last of a sheet, counted from the corner."""
    across = down = 0
    rest = b""
    with parts.open(name) as sheet:
        while some := sheet.read(AT_A_TIME):
            text = rest + some
            for column, row in set(PLACE.findall(text)):
                across, down = max(across, _number(column)), max(down, int(row))
            rest = text[-16:]
    return across * down


def _number(column: bytes) -> int:
    number = 0
    for letter in column:
        number = 26 * number + letter - 64
    return number


def _sheet(book: "ExcelReader", asked: str | None) -> str:
    """The sheet that was asked for, or the only one. Raises ``LookupError`` saying what must be."""
    names = book.sheet_names
    listed = ", ".join(printable(name) for name in names)
    if asked is not None:
        if asked not in names:
            raise LookupError(f"must have the sheet {asked!r}; has {listed}")
        return asked
    visible = names if len(names) == 1 else [n for n in names if book.load_sheet(n, n_rows=0).visible == "visible"]
    if len(visible) != 1:
        raise LookupError(f"must have one sheet, or be read with --sheet NAME; has {listed}")
    return visible[0]


def _lines(book: "ExcelReader", name: str) -> Iterator[Cells]:
    """The lines of a sheet that are not empty, numbered as Excel numbers them, without columns that are empty."""
    table = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    columns = [[_text(cell) for cell in column.to_list()] for column in table if column.null_count() < len(column)]
    for line, cells in enumerate(zip(*columns, strict=True), start=1):
        if any(cells):
            yield line, list(cells)


def _text(cell: str | None) -> str:
    """What the cell of a CSV file would say. The reader gives dates and times as one text, whatever their format."""
    if cell is None:
        return ""
    if MOMENT.fullmatch(cell):
        return _moment(cell)
    whole = NOTED.fullmatch(cell)
    return whole[1] if whole else cell


def _moment(cell: str) -> str:
    """A date, a time, or both, to the second: Excel counts days, and 0800 is the third of one, nearly. It knows no date
    without a time: one at midnight is a date."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    at = (at + timedelta(milliseconds=500)).replace(microsecond=0)
    if at.year <= EPOCH.year + 1:  # no date at all: a time of day, or how long something took
        minutes = (at - EPOCH) // timedelta(minutes=1)
        return f"{minutes // 60:02}:{minutes % 60:02}"
    return at.isoformat().removesuffix("T00:00:00")
