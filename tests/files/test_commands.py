"""The commands check, load and export, as a person or a program meets them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muster.cli import cli
from tests.files.folders import folder, more, other


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'muster.db'}"


def test_check_of_a_good_directory_says_what_can_be_loaded(tmp_path: Path) -> None:
    said = run("check", folder(tmp_path))
    assert (said.exit_code, said.output) == (0, "0 errors, 0 warnings; 29 rows can be loaded\n")


def test_check_prints_errors_then_warnings_then_their_count(tmp_path: Path) -> None:
    changed = {**more("members.csv", "1004,Recruit,2020-09-01"), **other("tours.csv", "0750", "\x1b[31m")}
    said = run("check", folder(tmp_path, changed))
    assert said.exit_code == 1
    assert said.output.splitlines() == [
        "tours.csv:3: end '\\x1b[31m' must be a local time from 0000 to 2359, like 2315",
        "members.csv:5: member '1004' has no contact point: nobody can call this member (warning)",
        "members.csv:5: member '1004' has no squad: nobody knows when this member is on duty (warning)",
        "1 error, 2 warnings",
    ]


def test_check_in_json_has_every_fault_as_an_object(tmp_path: Path) -> None:
    said = run("check", folder(tmp_path, other("tours.csv", "0750", "2750")), "--json")
    assert said.exit_code == 1
    answer = json.loads(said.output)
    assert (answer["errors"], answer["warnings"]) == (1, 0)
    assert answer["faults"] == [
        {
            "file": "tours.csv",
            "line": 3,
            "column": "end",
            "value": "2750",
            "must": "must be a local time from 0000 to 2359, like 2315",
            "warning": False,
        }
    ]
    good = json.loads(run("check", folder(tmp_path / "good"), "--json").output)
    assert good == {"errors": 0, "warnings": 0, "rows": 29, "faults": []}


def test_load_tells_what_it_entered_and_then_that_nothing_changed(tmp_path: Path, url: str) -> None:
    path = folder(tmp_path / "force")
    first = run("load", path, "--db", url)
    assert first.exit_code == 0, first.output
    assert "member: 3 entered" in first.output
    assert first.output.splitlines()[-1] == "29 facts recorded, 0 rows unchanged, 0 warnings"
    assert run("load", path, "--db", url).output == "0 facts recorded, 29 rows unchanged, 0 warnings\n"
    assert json.loads(run("load", path, "--db", url, "--json").output)["unchanged"] == 29


def test_load_of_a_faulty_directory_prints_its_faults_and_loads_nothing(tmp_path: Path, url: str) -> None:
    path = folder(tmp_path / "force", other("tours.csv", "0750", "2750"))
    said = run("load", path, "--db", url)
    assert said.exit_code == 1
    assert said.stderr.splitlines()[-1] == "1 error, 0 warnings; nothing was loaded"
    assert run("export", tmp_path / "out", "--db", url).exit_code != 0
    assert json.loads(run("load", path, "--db", url, "--json").output)["errors"] == 1


def test_export_writes_what_was_loaded_as_it_was_known(tmp_path: Path, url: str) -> None:
    run("load", folder(tmp_path / "in"), "--db", url)
    said = run("export", tmp_path / "out", "--db", url)
    assert said.output == f"29 rows in 12 files of {tmp_path / 'out'}\n"
    assert run("check", tmp_path / "out").exit_code == 0
    before = run("export", tmp_path / "before", "--db", url, "--as-known-at", "2001-01-01")
    assert before.exit_code != 0
    assert not (tmp_path / "before").exists()


@pytest.mark.parametrize("command", ["check", "load", "export"])
def test_help_has_an_example(command: str) -> None:
    assert f"Example:\n    muster {command} " in run(command, "--help").output
