"""``muster fitness``: the reference through the command, and tables that cannot be reckoned with."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muster.cli import cli
from muster.domain.errors import Refused, Unknown
from tests.fitness import tables

TABLE = str(tables.REFERENCE / "schedules.csv")
HEADER = "schedule,kind,start,end"
NIGHT = "A,sleep,2020-10-04 23:00,2020-10-05 07:00"


def fitness(*arguments: str) -> Result:
    """What the command says."""
    return CliRunner().invoke(cli, ["fitness", *arguments])


def faults(tmp_path: Path, content: str | bytes) -> list[str]:
    """What is wrong with a table of this content, line by line."""
    file = tmp_path / "t.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    said = fitness(str(file))
    assert said.exit_code == 1, said.output
    assert said.stdout == ""
    *lines, last = said.stderr.splitlines()
    assert "nothing was reckoned" in last
    return lines


def rows(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("model", ["tpm", "ump"])
@pytest.mark.parametrize("schedule", tables.SERIES)
def test_the_file_written_is_the_reference_row_by_row(model: str, schedule: str, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    said = fitness(TABLE, "--model", model, "--step", "15", "--schedule", schedule, "--csv", str(out))
    assert said.exit_code == 0, said.output
    ours, theirs = rows(out.read_text(encoding="utf-8")), tables.rows(tables.SERIES[schedule])
    assert [row["time"] for row in ours] == [row["datetime"] for row in theirs]
    for row, reference in zip(ours, theirs, strict=True):
        assert row["awake"] == reference["awake"]
        values = {name: float(said) for name, said in row.items() if name not in ("time", "awake")}
        expected = {name: float(reference[tables.column(model, name)]) for name in values}
        assert values == pytest.approx(expected, abs=1e-9), row["time"]


def test_a_table_of_several_schedules_gives_a_column_that_names_them(tmp_path: Path) -> None:
    said = rows(fitness(TABLE).stdout)
    assert list(said[0])[:3] == ["schedule", "time", "awake"]
    assert {row["schedule"] for row in said} == set(tables.SERIES)
    alone = tmp_path / "alone.csv"
    alone.write_text("kind,start,end\nsleep,2020-10-04T23:00,2020-10-05T07:00\n", encoding="utf-8")
    assert list(rows(fitness(str(alone)).stdout)[0]) == ["time", "awake", "s", "c", "u", "w", "alertness", "kss"]


def test_times_off_the_grid_and_other_steps_give_the_same_where_they_meet(tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text(f"{HEADER}\nA,sleep,2020-10-04 23:00:07,2020-10-05 06:52:31\n", encoding="utf-8")
    fine = {row["time"]: row for row in rows(fitness(str(table), "--step", "1", "--model", "ump").stdout)}
    coarse = rows(fitness(str(table), "--step", "60", "--model", "ump").stdout)
    assert (len(coarse), len(fine)) == (24, 1440)
    assert coarse[0]["time"] == "2020-10-04 23:00:07"
    assert all(fine[row["time"]] == row for row in coarse)


def test_the_states_to_start_with_are_taken() -> None:
    said = rows(fitness(TABLE, "--schedule", "S1_day_week", "--start-s", "10").stdout)
    assert float(said[0]["s"]) == 10
    said = rows(
        fitness(TABLE, "--schedule", "S1_day_week", "--model", "ump", "--start-s", "3", "--start-l", "-2").stdout
    )
    assert (float(said[0]["s"]), float(said[0]["l"])) == (3, -2)


@pytest.mark.parametrize(
    ("options", "must"),
    [
        (["--start-l", "1"], "--start-l is for --model ump"),
        (["--start-s", "nan"], "must be from 2.4 to 14.3"),
        (["--start-s", "20"], "must be from 2.4 to 14.3"),
        (["--model", "ump", "--start-l", "inf"], "must be from -48.24 to 24.12"),
        (["--step", "0"], "1<=x<=1440"),
        (["--model", "safte"], "'safte' is not one of 'tpm', 'ump'"),
    ],
)
def test_options_that_cannot_be_are_refused(options: list[str], must: str) -> None:
    said = fitness(TABLE, *options)
    assert said.exit_code == 2
    assert must in " ".join(said.output.split())


def test_json_has_the_same_rows() -> None:
    found = json.loads(fitness(TABLE, "--schedule", "S4_36h_duty", "--json").stdout)
    said = rows(fitness(TABLE, "--schedule", "S4_36h_duty").stdout)
    assert len(found) == len(said) == 1056
    assert {name: float(value) for name, value in said[500].items() if name != "time"} == {
        name: value for name, value in found[500].items() if name != "time"
    }


def test_a_schedule_that_is_not_there_is_named_with_those_that_are() -> None:
    said = fitness(TABLE, "--schedule", "S1_day_weak")
    assert isinstance(said.exception, Unknown)
    assert "did you mean" in str(said.exception)
    assert "S4_36h_duty" in str(said.exception)


def test_the_table_itself_is_never_written_over(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"{HEADER}\n{NIGHT}\n", encoding="utf-8")
    said = fitness(str(table), "--csv", str(table))
    assert isinstance(said.exception, Refused)
    assert table.read_text(encoding="utf-8") == f"{HEADER}\n{NIGHT}\n"


def test_all_faults_of_a_table_are_named_at_once(tmp_path: Path) -> None:
    lines = [
        HEADER,
        NIGHT,
        "A,nap,2020-10-05 14:00,2020-10-05 15:00",
        "A,sleep,2020-10-05 23:00,2020-10-05 07:00",
        "A,sleep,2020-10-05 06:00,2020-10-05 09:00",
        "A,sleep,2020-10-32 23:00,yesterday",
        "A,sleep,2020-10-06 23:00-04:00,2020-10-07 07:00",
        ",sleep,2020-10-06 23:00,2020-10-07 07:00",
        "A,sleep,2020-10-07 23:00",
        "A,sleep,2020-10-08 23:00,2020-10-10 07:00",
        "A,sleep,2020-10-20 23:00,2020-10-21 07:00",
        "A,work,2020-10-05 08:00,2020-10-05 16:00",
        "A,work,2020-10-05 15:00,2020-10-25 16:00",
        "B,work,2020-10-05 15:00,2020-10-05 16:00",
    ]
    said = faults(tmp_path, "\n".join(lines))
    expected = [
        ("t.csv:3: kind 'nap'", "must be one of sleep, work"),
        ("t.csv:4: end '2020-10-05 07:00'", "must be after the start, 2020-10-05 23:00"),
        ("t.csv:5: start '2020-10-05 06:00'", "must not be before the end of the sleep in line 2, 2020-10-05 07:00"),
        ("t.csv:6: start '2020-10-32 23:00'", "must be on the calendar"),
        ("t.csv:6: end 'yesterday'", "must be a date and time on the table's own clock"),
        ("t.csv:7: start '2020-10-06 23:00-04:00'", "without a zone"),
        ("t.csv:8: schedule ''", "must be a name"),
        ("t.csv:9:", "must have 4 cells like its header, has 3"),
        ("t.csv:10: end '2020-10-10 07:00'", "must be at most 24 h after the start"),
        ("t.csv:11: start '2020-10-20 23:00'", "must be within 88 h of the sleep before"),
        ("t.csv:13: start '2020-10-05 15:00'", "must not be before the end of the work in line 12"),
        ("t.csv:13: end '2020-10-25 16:00'", "must be within 88 h of the last sleep"),
        ("t.csv:14: kind 'work'", "its schedule has no sleep"),
    ]
    assert len(said) == len(expected), said
    for place, must in expected:
        assert any(line.startswith(place) and must in line for line in said), (place, must, said)


@pytest.mark.parametrize(
    ("content", "must"),
    [
        ("", "must be in the header"),
        (HEADER, "must have at least one sleep"),
        ("kind;start;end\nsleep;1;2", "must have commas between its columns"),
        ("kind,begin,end\n", "must be one of schedule, kind, start, end"),
        ("kind,kind,start,end\n", "must stand in the header once"),
        (f"{HEADER}\nA,sleep,0001-01-01 00:00,0001-01-01 08:00", "must be from the years 1900 to 2199"),
        (f"{HEADER}\nA,sleep,\x1b[2J,2020-10-05 07:00", "must be a date and time"),
        (f'{HEADER}\nA,"sleep,2020-10-04 23:00,2020-10-05 07:00\n{NIGHT}', "must be CSV"),
        (b"\xff\xfek\x00", "must be UTF-8"),
        (b"kind,start,end\nsleep,\xe9,1\n", "must be UTF-8"),
        (f"{HEADER}\nA,sleep,{'9' * 5000},2020-10-05 07:00", "must be a date and time"),
        (f"{HEADER}\nA,sleep,{'9' * 200_000},2020-10-05 07:00", "must be CSV"),
        (f"{HEADER}\nA,sl\x00eep,2020-10-04 23:00,2020-10-05 07:00", "must be one of sleep, work"),
        (f"{HEADER}\n{NIGHT}\x0cx", "must be a date and time"),
    ],
)
def test_hostile_tables_are_refused_in_words(content: str | bytes, must: str, tmp_path: Path) -> None:
    said = faults(tmp_path, content)
    assert any(must in line for line in said), said
    assert all(line.isprintable() and len(line) < 400 for line in said)


def test_a_table_that_is_not_there_is_named() -> None:
    said = fitness("/no/such.csv")
    assert said.exit_code == 1
    assert "such.csv: must be a file that is there" in said.stderr


def test_faults_come_as_json_too(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f"{HEADER}\nA,nap,x,y\n", encoding="utf-8")
    said = fitness(str(file), "--json")
    assert said.exit_code == 1
    found = json.loads(said.stdout)
    assert found["errors"] == 3
    assert [fault["column"] for fault in found["faults"]] == ["kind", "start", "end"]
