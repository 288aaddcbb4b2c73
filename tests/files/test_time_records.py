"""Time records from CSV and Excel: the same rows from both, and every fault with its file, sheet and line."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.directory import Directory
from muster.domain.duty import TimeRecord
from muster.files.excel import MOST_CELLS
from muster.files.time_records import read_time_records
from tests.ground import NEW_YORK, local

HEADER: Final = ("member", "since", "kind", "until", "unit", "paid", "source")
SERIAL_DAY: Final = 44111
"""7 October 2020 as Excel counts days (ECMA-376 part 1, 18.17.4.1)."""
Fill = Callable[[Any, Any, Any], None]


def workbook(path: Path, fill: Fill, **options: object) -> Path:
    """An Excel file with one sheet, filled by a function of the book, the sheet and a format for dates with times."""
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet("Court")
    fill(book, sheet, book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    book.close()
    return path


def read(path: Path, sheet: str | None = None) -> Directory:
    return read_time_records(path, NEW_YORK, sheet)


def rows(found: Directory) -> list[TimeRecord]:
    assert not found.faults, found.faults
    return [placed.row for placed in found.of(TimeRecord)]


def faults(found: Directory) -> list[str]:
    return [str(fault) for fault in found.faults]


def csv(folder: Path, *lines: str, header: str = "member,since,kind,until") -> Path:
    path = folder / "hours.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


COURT: Final = TimeRecord(member="M1", since=local("2020-10-07T08:00"), kind="court", until=local("2020-10-07T16:35"))


def test_a_row_is_the_same_from_csv_from_text_in_excel_and_from_dates_of_excel(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any, moment: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("M1", "2020-10-07T08:00", "court", "2020-10-07T16:35"))
        sheet.write(2, 0, "M1")
        sheet.write_datetime(2, 1, datetime.fromisoformat("2020-10-07T08:00"), moment)
        sheet.write(2, 2, "court")
        sheet.write_number(2, 3, SERIAL_DAY + (16 + 35 / 60) / 24 - 3e-9, moment)

    assert rows(read(csv(tmp_path, "M1,2020-10-07T08:00,court,2020-10-07T16:35"))) == [COURT]
    assert rows(read(workbook(tmp_path / "h.xlsx", fill))) == [COURT, COURT]


@settings(max_examples=25)
@given(
    minutes=st.lists(st.integers(1, 1439), min_size=1, max_size=40),
    noise=st.sampled_from((0.0, 1e-9, -1e-9, 5e-11)),
    since_1904=st.booleans(),
)
def test_a_minute_of_excel_is_that_minute_whatever_its_last_digits(
    tmp_path_factory: pytest.TempPathFactory, minutes: list[int], noise: float, since_1904: bool
) -> None:
    day = SERIAL_DAY - (1462 if since_1904 else 0)  # days from 1900-01-00 to 1904-01-01

    def fill(_book: Any, sheet: Any, moment: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        for line, minute in enumerate(minutes, start=1):
            sheet.write_row(line, 0, ("M1", None, "court", "2020-10-08"))
            sheet.write_number(line, 1, day + minute / 1440 + noise, moment)

    found = rows(read(workbook(tmp_path_factory.mktemp("x") / "h.xlsx", fill, date_1904=since_1904)))
    midnight = local("2020-10-07")
    assert [row.since for row in found] == [midnight + timedelta(minutes=minute) for minute in minutes]


def test_a_date_a_number_and_the_last_value_of_a_formula_are_read_and_lines_count_as_excel_shows_them(
    tmp_path: Path,
) -> None:
    def fill(book: Any, sheet: Any, moment: Any) -> None:
        sheet.write_row(2, 1, HEADER)
        sheet.write_number(4, 1, 1234)
        sheet.write_datetime(4, 2, date.fromisoformat("2020-10-07"), book.add_format({"num_format": "d mmm yyyy"}))
        sheet.write_formula(4, 3, '=CONCATENATE("co","urt")', None, "court")
        sheet.write_formula(4, 4, "=C5+1/3", moment, SERIAL_DAY + 1 / 3)
        sheet.write_string(4, 7, "77 Centre Street")

    found = read(workbook(tmp_path / "h.xlsx", fill))
    assert rows(found) == [
        TimeRecord(
            member="1234",
            since=local("2020-10-07"),
            kind="court",
            until=local("2020-10-07T08:00"),
            source="77 Centre Street",
        )
    ]
    assert [(placed.file, placed.line) for placed in found.of(TimeRecord)] == [("h.xlsx (Court)", 5)]


def test_a_time_without_a_date_and_a_length_are_no_instants(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any, _moment: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("M1", None, "court", None))
        sheet.write_number(1, 1, 0.75, book.add_format({"num_format": "hh:mm"}))
        sheet.write_number(1, 3, 1.5, book.add_format({"num_format": "[h]:mm"}))

    must = "must be a date like 2020-10-07, or a date and local time like 2020-10-07T18:30"
    assert faults(read(workbook(tmp_path / "h.xlsx", fill))) == [
        f"h.xlsx (Court):2: since '18:00' {must}",
        f"h.xlsx (Court):2: until '36:00' {must}",
    ]


def test_the_hour_that_the_clock_shows_twice_must_say_which_in_excel_too(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any, moment: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        for line in (1, 2):
            sheet.write_row(line, 0, ("M1", "2020-11-01T01:30-05:00", "court", "2020-11-01T04:00"))
        sheet.write_datetime(2, 1, datetime.fromisoformat("2020-11-01T01:30"), moment)

    (fault,) = faults(read(workbook(tmp_path / "h.xlsx", fill)))
    assert "h.xlsx (Court):3: since '2020-11-01T01:30:00' must say which of two is meant" in fault


def test_of_several_sheets_one_is_chosen_and_hidden_ones_are_none(tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any, _moment: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ("M1", "2020-10-07T08:00", "court", "2020-10-07T16:35"))
        book.add_worksheet("Codes").hide()

    def also(book: Any, sheet: Any, moment: Any) -> None:
        fill(book, sheet, moment)
        book.add_worksheet("Details").write_row(0, 0, HEADER)

    assert rows(read(workbook(tmp_path / "one.xlsx", fill))) == [COURT]
    several = workbook(tmp_path / "two.xlsx", also)
    assert faults(read(several)) == [
        "two.xlsx: must have one sheet, or be read with --sheet NAME; has Court, Codes, Details"
    ]
    assert rows(read(several, "Court")) == [COURT]
    assert rows(read(several, "Details")) == []
    assert faults(read(several, "Cuort")) == ["two.xlsx: must have the sheet 'Cuort'; has Court, Codes, Details"]
    assert faults(read(csv(tmp_path), "Court")) == [
        "hours.csv: must be an Excel file: a CSV file has no sheets to choose from"
    ]


@pytest.mark.parametrize(
    ("content", "must"),
    [
        (b"PK\x03\x04 not really", "it is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "must be .xlsx or .csv without a password"),
        (b"", "must begin with a header: member,since,kind,until"),
        (b"\xff\xfem\x00", "it looks like UTF-16"),
    ],
)
def test_what_is_no_file_of_time_records_is_said(tmp_path: Path, content: bytes, must: str) -> None:
    (tmp_path / "h.xlsx").write_bytes(content)
    (fault,) = faults(read(tmp_path / "h.xlsx"))
    assert fault.startswith("h.xlsx: ")
    assert must in fault


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert faults(read(tmp_path / "none.csv")) == ["none.csv: must be there"]


def test_an_archive_that_is_no_workbook_is_said(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "h.xlsx", "w") as archive:
        archive.writestr("letter.txt", "hello")
    (fault,) = faults(read(tmp_path / "h.xlsx"))
    assert "must be an Excel file that can be read" in fault


def test_a_sheet_with_a_cell_far_out_is_not_read(tmp_path: Path) -> None:
    def fill(_book: Any, sheet: Any, _moment: Any) -> None:
        sheet.write_row(0, 0, HEADER)
        sheet.write(1_048_575, 16_383, "far out")

    (fault,) = faults(read(workbook(tmp_path / "h.xlsx", fill)))
    assert f"must have no sheet that spreads over more than {MOST_CELLS} cells" in fault


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    path = csv(
        tmp_path,
        "M1,2020-03-08T02:30,court,2020-03-08T05:00",
        "M1,2020-11-01T01:30,lunch,2020-11-01T05:00",
        "M 1,2020-10-07T08:00,court,",
        "M1,2020-10-07T08:00,court,2020-10-07T09:00,U",
    )
    said = faults(read(path))
    assert [line.split(" must ")[0] for line in said] == [
        "hours.csv:2: since '2020-03-08T02:30'",
        "hours.csv:3: since '2020-11-01T01:30'",
        "hours.csv:3: kind 'lunch'",
        "hours.csv:4: member 'M 1'",
        "hours.csv:4: until ''",
        "hours.csv:5:",
    ]
