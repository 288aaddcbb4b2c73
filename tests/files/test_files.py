"""Whole files: what is refused without a traceback, and line numbers that are right."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from muster.files.example import EXAMPLE
from tests.files.folders import errors, folder, found, more, other, warnings

UNITS = EXAMPLE["units.csv"].encode()


def test_the_worked_example_has_no_fault(tmp_path: Path) -> None:
    assert found(folder(tmp_path)) == []


def test_what_is_no_directory_is_one_fault(tmp_path: Path) -> None:
    (error,) = errors(tmp_path / "nowhere\x1b")
    assert "must be a directory; 'muster new DIR' writes a small one" in error
    assert error.isprintable()


def test_an_empty_directory_lacks_the_force_and_its_units(tmp_path: Path) -> None:
    missing = "must be there: without it there is no force"
    assert errors(tmp_path) == [f"force.toml: {missing}", f"units.csv: {missing}"]


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path: Path) -> None:
    assert found(folder(tmp_path, {"units.csv": b"\xef\xbb\xbf" + UNITS.replace(b"\n", b"\r\n")})) == []


def test_bytes_that_are_not_utf_8_are_named_by_line_and_byte(tmp_path: Path) -> None:
    changed = UNITS + "PIER-2,Stätion,station,HP\nPIER-3,é,station,HP\n".encode("latin-1")
    said = errors(folder(tmp_path, {"units.csv": changed}))
    assert said == [
        "units.csv:4: must be UTF-8; byte 10 of the line is 0xE4",
        "units.csv:5: must be UTF-8; byte 8 of the line is 0xE9",
    ]


def test_utf_16_is_recognised(tmp_path: Path) -> None:
    (error,) = errors(folder(tmp_path, {"units.csv": EXAMPLE["units.csv"].encode("utf-16")}))
    assert error == "units.csv: must be UTF-8; it looks like UTF-16, save it as 'CSV UTF-8'"


def test_a_file_over_64_mb_is_not_read(tmp_path: Path) -> None:
    path = folder(tmp_path)
    with (path / "members.csv").open("r+b") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    assert errors(path) == ["members.csv: must have at most 64 MB, has 64.0; it was not read"]


@pytest.mark.parametrize("kind", ["link", "directory", "pipe"])
def test_something_else_in_place_of_a_file_is_named(tmp_path: Path, kind: str) -> None:
    path = folder(tmp_path, {"ranks.csv": None})
    make: dict[str, Callable[[Path], None]] = {
        "link": lambda at: at.symlink_to("/dev/zero"),
        "directory": lambda at: at.mkdir(),
        "pipe": os.mkfifo,
    }
    make[kind](path / "ranks.csv")
    (error,) = errors(path)
    assert error.startswith("ranks.csv: must be a file, it is a")


def test_a_file_nobody_reads_is_a_warning_with_the_name_it_may_mean(tmp_path: Path) -> None:
    path = folder(tmp_path, {"member.csv": "", "no\x1btes.txt": "", ".gitignore": ""})
    assert warnings(path) == [
        "member.csv: is not a file of the force directory and was not read; did you mean 'members.csv'?",
        "no\\x1btes.txt: is not a file of the force directory and was not read",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "units.csv: must begin with a header: unit,name,level,parent,civil,since,until"),
        ("\n\n", "units.csv: must begin with a header"),
        ("unit,name,parent\nHP,Harbor,\n", "units.csv:1: level must be in the header"),
        ("unit,name,level,level\nHP,Harbor,a,a\n", "units.csv:1: level must stand in the header once"),
        (
            "unit;name;level\nHP;Harbor;department\n",
            "units.csv:1: 'unit;name;level' must have commas between its columns",
        ),
        ("unit,name,level,parrent\nHP,Harbor,department,\n", "did you mean 'parent'?"),
    ],
)
def test_a_header_that_is_wrong_is_named(tmp_path: Path, content: str, said: str) -> None:
    assert any(said in error for error in errors(folder(tmp_path, {"units.csv": content})))


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    content = "level,parent,name,unit\ndepartment,,Harbor,HP\nstation,HP,Piers,PIER-1\n"
    assert found(folder(tmp_path, {"units.csv": content})) == []


def test_a_line_with_another_number_of_cells_is_named(tmp_path: Path) -> None:
    said = errors(folder(tmp_path, more("units.csv", "PIER-2,Station 2, the isle,station,HP", "PIER-3,Station 3")))
    assert said == [
        "units.csv:4: must have 4 cells like its header, has 5",
        "units.csv:5: must have 4 cells like its header, has 2",
    ]


def test_blank_lines_are_skipped_and_quoted_line_breaks_keep_the_count(tmp_path: Path) -> None:
    content = 'unit,name,level,parent\n\nHP,Harbor,department,\n,,,\nPIER-1,"a\r\nb\nc",station,HP\nX,x,station,NO\n'
    said = errors(folder(tmp_path, {"units.csv": content}))
    assert [error.split(" ")[0] for error in said] == ["units.csv:5:", "units.csv:8:"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('PIER-2,"Station 2,station,HP', "units.csv:4: must close its quotation mark; the rest of the file"),
        ('PIER-2,"Station" 2,station,HP', "units.csv:4: must have nothing after a closing quotation mark"),
        (f"PIER-2,{'x' * 131_073},station,HP", "units.csv:4: must have no cell of more than 131072 characters"),
        ('PIER-2,"' + "x\n" * 70_000, "units.csv:4: must close its quotation mark within 131072 characters"),
    ],
)
def test_quotation_marks_and_cells_without_end_are_named(tmp_path: Path, line: str, said: str) -> None:
    (error,) = errors(folder(tmp_path, more("units.csv", line)))
    assert error.startswith(said)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (other("force.toml", '"HARBOR"', '"HARBOR'), "force.toml:1: must be TOML: Illegal character"),
        (other("force.toml", '"HARBOR"', "12"), "force.toml:1: force '12' must be text in quotation marks"),
        (other("force.toml", '"HARBOR"', "nan"), "force.toml:1: force 'nan' must be text in quotation marks"),
        (other("force.toml", "America/New_York", "America/NewYork"), "did you mean 'America/New_York'?"),
        (
            other("force.toml", "America/New_York", "../../etc/passwd"),
            "zone '../../etc/passwd' must be an IANA time zone",
        ),
        (other("force.toml", "America/New_York", "America"), "force.toml:3: zone 'America' must be an IANA time zone"),
        (other("force.toml", '"US"', '"USA"'), "force.toml:5: country 'USA' must be an ISO 3166 code"),
        (other("force.toml", '"NY"', '"XX"'), "force.toml:6: subdivision 'XX' must be one of US: "),
        (other("force.toml", 'name = "Harbor Police"\n', ""), "force.toml: name must be set: its name in full"),
        (more("force.toml", "levles = []"), "force.toml:7: 'levles' must be one of"),
        (
            more("force.toml", 'profile = "seattle"'),
            "force.toml:7: profile 'seattle' must be connecticut-contract, denver-2008, eu-wtd",
        ),
        (
            more("force.toml", 'contract = "equalization"'),
            "force.toml:7: contract 'equalization' must be equalisation, rotating, seniority or a contract of",
        ),
        (more("force.toml", "work_period_days = 40"), "work_period_days '40' must be a whole number from 7 to 28"),
        (more("force.toml", "work_period_days = 28"), "work_period_from '' must be given: a work period has"),
        (more("force.toml", 'work_period_from = "2020-01-06"'), "must be a date without quotation marks, like"),
        (more("force.toml", "withdrawal_business_days = true"), "must be a whole number"),
        (more("force.toml", "x = " + "[" * 100_000), "force.toml: must not nest so deeply"),
        (
            other("force.toml", '"station"]', '"station", "station"]'),
            "must name each level once; station is there more",
        ),
    ],
)
def test_what_is_wrong_with_the_force_is_named_by_key_and_line(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    assert any(said in error for error in errors(folder(tmp_path, changed)))
    assert len(errors(folder(tmp_path, changed))) == 1


def test_every_fault_of_a_file_full_of_them_is_reported(tmp_path: Path) -> None:
    lines = "a b,,?\n" * 20_000
    path = folder(tmp_path, {"members.csv": "member,name,joined\n" + lines})
    said = [error for error in errors(path) if error.startswith("members.csv")]
    assert len(said) == 60_000
    assert said[-1] == "members.csv:20001: joined '?' must be a date like 2020-10-07"
