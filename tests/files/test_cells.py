"""One cell: what it may hold, and what is said of one that is wrong."""

from pathlib import Path

import pytest

from tests.files.folders import errors, folder, found, more, other, warnings

ABSENT = "absences.csv:3: since"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (
            more("units.csv", "PIER 2,Station 2,station,HP"),
            "units.csv:4: unit 'PIER 2' must begin with a letter or digit",
        ),
        (more("units.csv", "PIER-2,,station,HP"), "units.csv:4: name '' must not be empty"),
        (more("units.csv", f"PIER-2,{'x' * 501},station,HP"), "must have at most 500 characters, has 501"),
        (
            more("units.csv", 'PIER-2,"Station\n2",station,HP'),
            "units.csv:4: name 'Station\\n2' must have no line breaks",
        ),
        (other("positions.csv", "captain,1,1", "captain,1,0"), "places '0' must be a whole number from 1 to 100000"),
        (other("positions.csv", "captain,1,1", "captain,1,1.5"), "places '1.5' must be a whole number"),
        (other("positions.csv", "captain,1,1", "captain,1,٣"), "places '٣' must be a whole number"),
        (
            other("tours.csv", "0800", "2400"),
            "start '2400' must be a local time from 0000 to 2359, like 2315; midnight is 0000",
        ),
        (other("tours.csv", "0800", "8:00"), "start '8:00' must be a local time"),
        (
            other("titles.csv", "desk,Desk officer,tour", "desk,Desk officer,post"),
            "must be one of command, tour, line, civil",
        ),
        (other("charts.csv", "W W W W W o o", "W W/W o"), "must be words with spaces between; 'W/W' may have only"),
        (
            other("members.csv", "2015-01-07", "7.1.2015"),
            "members.csv:4: joined '7.1.2015' must be a date like 2020-10-07",
        ),
        (other("members.csv", "2015-01-07", "2015-02-30"), "must be on the calendar and the clock"),
        (more("absences.csv", "1001,leave,2020-10-07 18:30,"), f"{ABSENT} '2020-10-07 18:30' must be a date like"),
        (more("absences.csv", "1001,leave,2020-10-07,9999-12-31"), "leave it empty when no end is known"),
        (more("absences.csv", "1001,holiday,2020-10-07,"), "kind 'holiday' must be one of leave, sick, training"),
    ],
)
def test_a_cell_that_is_wrong_is_named_with_what_it_must_be(tmp_path: Path, changed: dict[str, str], said: str) -> None:
    (error,) = errors(folder(tmp_path, changed))
    assert said in error


def test_a_local_time_that_does_not_exist_names_the_gap(tmp_path: Path) -> None:
    path = folder(tmp_path, more("absences.csv", "1001,leave,2020-03-08T02:30,2020-03-09"))
    gap = "in America/New_York the clock goes from 02:00 to 03:00 on 2020-03-08"
    assert errors(path) == [f"{ABSENT} '2020-03-08T02:30' must be a time that exists: {gap}"]


def test_a_local_time_that_exists_twice_names_both_offsets(tmp_path: Path) -> None:
    path = folder(tmp_path, more("absences.csv", "1001,leave,2020-11-01T01:30,2020-11-09"))
    twice = "the clock shows it twice in America/New_York"
    both = "write 2020-11-01T01:30-04:00 or 2020-11-01T01:30-05:00"
    assert errors(path) == [f"{ABSENT} '2020-11-01T01:30' must say which of two is meant, {twice}: {both}"]


@pytest.mark.parametrize("hostile", ["\x1b[2J", "a\x00b", "tab\tbed", "\u202egnp", "\x9b31m", "\u2028"])
def test_characters_that_steer_a_terminal_are_refused_and_shown_not_sent(tmp_path: Path, hostile: str) -> None:
    (error,) = errors(folder(tmp_path, more("units.csv", f"PIER-2,Station {hostile} x,station,HP")))
    assert "must have no line breaks, control characters or marks" in error
    assert error.isprintable()


@pytest.mark.parametrize("formula", ["=cmd|' /C calc'!A0", "@SUM(1+1)*cmd", "+cmd|x", "-2+3+cmd"])
def test_a_formula_is_read_as_text_with_a_warning(tmp_path: Path, formula: str) -> None:
    path = folder(tmp_path, more("units.csv", f'PIER-2,"{formula}",station,HP'))
    assert errors(path) == []
    assert any("begins like a formula: a spreadsheet may run it" in said for said in warnings(path))


@pytest.mark.parametrize("address", ["+1 212 555 0103", "@reyes.desk", "-", "officer@example.org"])
def test_a_telephone_number_or_handle_is_no_formula(tmp_path: Path, address: str) -> None:
    assert found(folder(tmp_path, other("contact-points.csv", "+1 212 555 0103", address))) == []


def test_a_huge_value_is_cut_in_what_is_said_of_it(tmp_path: Path) -> None:
    (error,) = errors(folder(tmp_path, more("units.csv", f"{'U' * 100_000},Station 2,station,HP")))
    assert len(error) < 300


def test_all_wrong_cells_of_a_line_are_named(tmp_path: Path) -> None:
    said = errors(folder(tmp_path, more("tours.csv", "late?,2460,0960,9")))
    assert [error.split("'")[0] for error in said] == [
        f"tours.csv:4: {name} " for name in ("tour", "start", "end", "days")
    ]


def test_an_empty_sealed_cell_reads_back_with_a_warning(tmp_path: Path) -> None:
    path = folder(tmp_path, other("contact-points.csv", "555 0103\n", "555 0103\n1003,sms,2,\n"))
    assert errors(path) == []
    assert "contact-points.csv:5: address is empty: it was erased, or never given" in warnings(path)
