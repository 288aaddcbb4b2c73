"""The commands of the record: files are never lost or half written, and a head is read as it was printed."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from muster.cli import cli, main
from muster.domain.errors import Invalid, Refused, Unknown


@pytest.fixture
def muster(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """A runner of commands on the small force."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUSTER_DB", url)
    runner = CliRunner()
    said(runner, "new", "force")
    said(runner, "load", "force")
    return runner


def run(runner: CliRunner, *arguments: str) -> Result:
    return runner.invoke(cli, arguments, catch_exceptions=True)


def said(runner: CliRunner, *arguments: str) -> str:
    result = run(runner, *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_an_export_refuses_a_file_that_is_there_and_leaves_it_alone(muster: CliRunner) -> None:
    Path("night.jsonl").write_text("kept", encoding="utf-8")
    assert isinstance(run(muster, "record", "export", "night.jsonl").exception, Refused)
    assert Path("night.jsonl").read_text(encoding="utf-8") == "kept"


def test_an_export_refuses_a_folder_that_is_not_there(muster: CliRunner) -> None:
    assert isinstance(run(muster, "record", "export", "nowhere/night.jsonl").exception, Refused)


def test_an_export_of_nothing_leaves_no_file(muster: CliRunner) -> None:
    assert isinstance(run(muster, "record", "export", "night.jsonl", "--about", "NOBODY").exception, Unknown)
    assert not Path("night.jsonl").exists()


def test_an_export_is_verified_against_the_head_as_it_was_printed(muster: CliRunner) -> None:
    printed = said(muster, "record", "head")
    assert json.loads(said(muster, "record", "export", "night.jsonl", "--json"))["facts"] > 300
    assert "the head asked about is part of the chain" in said(muster, "verify", "night.jsonl", "--head", printed)


def test_a_viewer_whom_the_record_does_not_have_reads_no_watch(muster: CliRunner) -> None:
    asked = run(muster, "watch", "PCT-047", "--at", "2020-10-07T03:00", "--as", "NOBODY")
    assert isinstance(asked.exception, Unknown)


def test_a_record_without_facts_proves_nothing(muster: CliRunner) -> None:
    Path("empty.db").touch()
    assert isinstance(run(muster, "record", "verify", "--db", "sqlite:///empty.db").exception, Refused)


def test_a_name_that_is_no_text_is_refused(muster: CliRunner) -> None:
    assert isinstance(run(muster, "member", "\udcff").exception, Invalid)


def test_a_disk_without_room_is_said_in_one_line(
    muster: CliRunner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["muster", "restore", "\x1b[31m"])
    with pytest.raises(SystemExit, match="1"):
        main()
    monkeypatch.setattr("sys.argv", ["muster", "new", "/dev/null/force"])
    with pytest.raises(SystemExit, match="1"):
        main()
    first, second = capsys.readouterr().err.splitlines()
    assert "\x1b" not in first
    assert second.startswith("muster: /dev/null")


@pytest.mark.parametrize("command", ["unreachable", "rest", "waive", "delegate"])
def test_an_example_with_an_end_works_as_it_is_written(muster: CliRunner, command: str) -> None:
    text = said(muster, command, "--help")
    example = text.partition("Example:")[2].partition("Options:")[0].replace("\\\n", " ")
    said(muster, *shlex.split(example)[1:])


def test_a_timeline_tells_who_was_asked_and_counts_the_messages_on_their_way(muster: CliRunner) -> None:
    at = ("--at", "2020-10-07T03:05")
    said(muster, "tasking", "receive", "--matter", "shots-fired", "--place", "PCT-047", "--what", "shots", *at)
    short = said(muster, "record", "timeline", "--about", "T1")
    assert "escalation.started  escalation/T1  chain ['PCT-047-DESK', " in short
    assert "contact.queued" not in short
    assert "1 facts about messages on their way are left out; --all shows them" in short
    whole = said(muster, "record", "timeline", "--about", "T1", "--all")
    assert "contact.queued  contact/T1/notice/2/M0005/telephone  channel telephone, due_at" in whole
    kinds = [fact["kind"] for fact in json.loads(said(muster, "record", "timeline", "--about", "T1", "--json"))]
    assert "contact.queued" in kinds
