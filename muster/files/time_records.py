"""Time records from a file, CSV or Excel."""

from pathlib import Path
from zoneinfo import ZoneInfo

from muster.domain.directory import Directory
from muster.domain.duty import TimeRecord
from muster.files.excel import is_excel, read_sheet
from muster.files.found import Found, TooManyFaults, printable
from muster.files.sources import bytes_of
from muster.files.table import read_cells, read_table


def read_time_records(path: Path, zone: ZoneInfo, sheet: str | None = None) -> Directory:
    """The time records of a file with their places, and all that is wrong with its lines and cells. Local times are
    those of ``zone``. ``sheet``: of an Excel file; None: the only one."""
    found = Found()
    try:
        _read(path, zone, sheet, found)
    except TooManyFaults:
        found.unread.add(TimeRecord.NOUN)
    return found.directory()


def _read(path: Path, zone: ZoneInfo, sheet: str | None, found: Found) -> None:
    file = printable(path.name)
    content = bytes_of(path, found)
    if content is None:
        if not found.faults:
            found.fault(file, None, "must be there")
    elif is_excel(content):
        read = read_sheet(content, sheet, file, found)
        if read is not None:
            read_cells(read[1], TimeRecord, f"{file} ({printable(read[0])})", zone, found)
    elif sheet is not None:
        found.fault(file, None, "must be an Excel file: a CSV file has no sheets to choose from")
    else:
        read_table(content, TimeRecord, file, zone, found)
