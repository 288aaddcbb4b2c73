"""muster roster amend with a file of entries: all at once, with every fault at its line."""

from pathlib import Path

import pytest

from muster.cli import cli
from muster.domain.errors import FaultyDirectory
from muster.files.rosters import write_roster
from muster.store.store import SqlStore
from tests.cli.test_roster_publish import SIGNED, Planner
from tests.ground import InRecord
from tests.publishing import charted
from tests.support import SettableClock

AMEND = ("roster", "amend", "PCT-047")


@pytest.fixture
def desk(url: str, temporary_store: SqlStore, clock: SettableClock, tmp_path: Path) -> Planner:
    """A record in which the charted roster is published."""
    desk = Planner(url, write_roster(tmp_path / "rosters", charted(InRecord(temporary_store, clock))))
    desk.told("roster", "publish", desk.file, *SIGNED)
    return desk


def written(folder: Path, *lines: str) -> str:
    """A file of entries."""
    file = folder / "entries.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def faults(desk: Planner, *arguments: str) -> list[str]:
    """Why a command does not, line by line."""
    result = desk.runner.invoke(cli, arguments)
    assert isinstance(result.exception, FaultyDirectory), result.output
    return [str(fault) for fault in result.exception.faults]


def test_a_file_of_entries_is_amended_with_one_reason_or_each_its_own(desk: Planner, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "member,day,tour,reason",
        "M0033,2020-10-19,off,court",
        "M0034,2020-10-20,off,",
        "M0033,2020-10-20,off,",
    )
    made = desk.json(*AMEND, file, "--reason", "parade", *SIGNED)
    assert (made["rosters"][0]["version"], len(made["made"]), made["stood"]) == (4, 3, [])
    shown = desk.told("roster", "published", "PCT-047", "--at", "2020-10-21", "--as", "M0005").splitlines()
    assert [line.partition("(")[2].partition(")")[0] for line in shown[1:4]] == ["court", "parade", "parade"]
    again = desk.told(*AMEND, file, "--reason", "parade", *SIGNED).splitlines()
    assert "version 4" in again[0]
    assert again[1:] == [
        f"  {member} on 2020-10-{day} off; it stood so already"
        for member, day in (("M0033", 19), ("M0034", 20), ("M0033", 20))
    ]


def test_one_entry_that_stands_already_is_told_so(desk: Planner) -> None:
    one = (*AMEND, "--member", "M0033", "--day", "2020-10-19", "--tour", "off", "--reason", "court", *SIGNED)
    assert desk.told(*one).splitlines()[1] == "  M0033 on 2020-10-19 off"
    assert desk.told(*one).splitlines()[1] == "  M0033 on 2020-10-19 off; it stood so already"
    assert desk.json(*one)["stood"] is True


def test_every_fault_of_a_file_is_told_with_its_line(desk: Planner, tmp_path: Path) -> None:
    file = written(
        tmp_path, "member,day,tour", "M0005,2020-10-19,off", "M0033,2020-10-21,1500x2335", "M0033,2020-10-22,nope"
    )
    assert [said.partition(" ")[0] for said in faults(desk, *AMEND, file, *SIGNED)] == [
        "entries.csv:2:", "entries.csv:2:", "entries.csv:3:", "entries.csv:3:", "entries.csv:4:", "entries.csv:4:",
    ]  # fmt: skip
    said = faults(desk, *AMEND, file, "--reason", "parade", *SIGNED)
    assert [line.partition(" ")[0] for line in said] == ["entries.csv:2:", "entries.csv:3:", "entries.csv:4:"]
    assert "M0033 crosses rest-unfit" in said[1]
    cells = written(tmp_path, "member,day,tuor", "M0033,19 Oct,off")
    assert faults(desk, *AMEND, cells, *SIGNED) == [
        "entries.csv:1: 'tuor' must be a column of this file: member, day, tour, reason, unit",
        "entries.csv:1: tour must be in the header",
        "entries.csv:2: day '19 Oct' must be a date like 2020-10-07",
    ]
    assert faults(desk, *AMEND, written(tmp_path, "member,day,tour"), *SIGNED) == [
        "entries.csv: must have a line for each entry, below its header"
    ]
    assert "must be there" in faults(desk, *AMEND, str(tmp_path / "none.csv"), *SIGNED)[0]


@pytest.mark.parametrize("unit", ["NOPE", "\x1b[2J", "'; DROP TABLE fact; --"])
def test_a_unit_that_is_none_is_told(desk: Planner, unit: str) -> None:
    one = ("--member", "M0033", "--day", "2020-10-19", "--tour", "off", "--reason", "court", *SIGNED)
    assert "is not in the record" in desk.refused("roster", "amend", unit, *one)


def test_one_entry_or_a_file_is_named_and_not_both_or_neither(desk: Planner, tmp_path: Path) -> None:
    file = written(tmp_path, "member,day,tour", "M0033,2020-10-19,off")
    both = desk.refused(*AMEND, file, "--tour", "off", "--reason", "court", *SIGNED)
    assert both == "--tour is of one entry, and a FILE of entries was named: say one or the other"
    assert "say --member, --day, --tour and --reason, or name a FILE" in desk.refused(*AMEND, *SIGNED)
