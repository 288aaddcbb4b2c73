"""Rosters as files: what is written is read again, and a file is never half there."""

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import fastexcel
import polars
import pytest

from muster.domain.errors import Invalid, Refused
from muster.domain.limits import Breach
from muster.domain.rosters import Crossing, Shortage, UnitRoster
from muster.files.roster_tables import write_table
from muster.files.rosters import read_roster, rosters_in, write_roster

FIRST = date(2020, 10, 31)


def roster(unit: str = "PCT-001", **lines: tuple[str, ...]) -> UnitRoster:
    """A roster with something in every part."""
    at = datetime(2020, 10, 31, 22, tzinfo=UTC)
    return UnitRoster(
        unit=unit,
        first=FIRST,
        days=3,
        problem="0123",
        lines=lines or {"M1": ("night", "", "day"), "M2": ("", "", "")},
        penalty={"under": 100, "over": 1, "requests": 0, "lines": 0},
        bound=100.5,
        settled=True,
        seconds=1.25,
        faults=["M1: runs, works 9 days in a row, at most 6"],
        crossings=[Crossing("M1", Breach("week-caution", "caution", at, "61 h in 7 days, at most 60 h (ours)"))],
        shortages=[Shortage(FIRST, "day", "officers", 0, 1, 2)],
        notes=["a note"],
        unsolved={"M2": "has no possible line"},
    )


def test_a_roster_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = write_roster(tmp_path / "out", roster())
    assert path.name == "PCT-001.roster.json"
    assert read_roster(path) == roster()
    assert rosters_in(tmp_path / "out") == {"PCT-001": roster()}
    assert rosters_in(tmp_path / "nowhere") == {}


def test_an_older_roster_stays_whole_when_writing_a_newer_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    path = write_roster(tmp_path, roster())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match=r"cannot be written \(No space left on device\); name another place"):
        write_roster(tmp_path, roster(M1=("day", "day", "day")))
    assert read_roster(path) == roster()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"first": "2020"}', '{"first": "2020-10-31", "lines": 3}'])
def test_a_file_that_is_no_roster_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.roster.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Invalid, match=r"must be a roster that 'muster roster city' wrote"):
        read_roster(path)


def test_a_file_that_is_no_object_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "x.roster.json"
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(Invalid, match=r"must be a roster that 'muster roster city' wrote \(it is no JSON object\)"):
        read_roster(path)


WRONG: dict[str, list[Any]] = {
    "unit": [None, 3, [], "PCT\ud800"],
    "first": [None, 20201031, "2020-10-32"],
    "days": [0, 2, 4, 10**400, True, "3"],
    "problem": [None, []],
    "lines": [[], {"M1": None}, {"M1": ["night"]}, {"M1": "aaa"}, {"M1": ["night", None, "day"]},
              {"M1\ud800": ["", "", ""]}, {"M1": ["\ud800", "", ""]}],
    "penalty": [[], {"under": "100"}, {"under": 1.5}, {"under": 10**400}, {"under": True}],
    "bound": [None, "100", float("nan"), float("inf"), 10**400],
    "seconds": [None, "1", float("nan"), 10**400],
    "settled": [None, 1, "yes"],
    "faults": [None, 3, "M1", [3], {"M1": "x"}],
    "notes": [None, 3, [None], [["a"]]],
    "unsolved": [None, [], {"M2": 3}],
    "crossings": [None, [3], [{}], [{"member": "M1", "breach": {}}]],
    "shortages": [
        None, [3], [{}], [{"day": "2020-10-31", "tour": "day", "who": "x", "have": "0", "minimum": 1, "target": 2}]
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_a_roster_with_a_value_that_was_not_written_is_refused(name: str, value: Any, tmp_path: Path) -> None:
    path = write_roster(tmp_path, roster())
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**told, name: value}), encoding="utf-8")
    with pytest.raises(Invalid, match=r"must be a roster that 'muster roster city' wrote"):
        read_roster(path)
    path.write_text(json.dumps({key: told[key] for key in told if key != name}), encoding="utf-8")
    with pytest.raises(Invalid, match=r"must be a roster that 'muster roster city' wrote"):
        read_roster(path)


def test_a_member_who_stands_twice_is_refused(tmp_path: Path) -> None:
    path = write_roster(tmp_path, roster())
    told = path.read_text(encoding="utf-8")
    path.write_text(told.replace('"lines": {', '"lines": {"M1": ["day", "day", "day"],', 1), encoding="utf-8")
    with pytest.raises(Invalid, match="'M1' must stand once"):
        read_roster(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="there is no such file"):
        read_roster(tmp_path / "none.roster.json")


def excel(path: Path) -> polars.DataFrame:
    return fastexcel.read_excel(path).load_sheet("roster", dtypes="string").to_polars()


READERS: dict[str, Callable[[Path], polars.DataFrame]] = {
    ".csv": polars.read_csv,
    ".parquet": polars.read_parquet,
    ".xlsx": excel,
}


@pytest.mark.parametrize("suffix", READERS)
def test_a_table_has_a_line_for_each_member_and_a_column_for_each_day(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"table{suffix}"
    assert write_table(path, [roster(), roster("PCT-002", M3=("day", "day", ""))]) == 3
    table = READERS[suffix](path)
    assert table.columns == ["unit", "member", "2020-10-31", "2020-11-01", "2020-11-02"]
    assert [tuple(entry or "" for entry in row) for row in table.rows()] == [
        ("PCT-001", "M1", "night", "", "day"),
        ("PCT-001", "M2", "", "", ""),
        ("PCT-002", "M3", "day", "day", ""),
    ]


def test_a_table_of_another_kind_or_of_two_periods_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"must end in .csv, .xlsx, .parquet"):
        write_table(tmp_path / "table.ods", [roster()])
    later = UnitRoster("B", date(2020, 11, 1), 3, "", {}, {}, 0.0, True, 0.0)
    with pytest.raises(Invalid, match="must be of one period"):
        write_table(tmp_path / "table.csv", [roster(), later])
