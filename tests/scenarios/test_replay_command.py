"""``muster replay``: told to people and to machines, kept where asked, and gone without a trace."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli.replay import replay
from muster.domain.errors import Invalid, Refused
from muster.scenarios.reference import EXAMPLE, page

ROOT = Path(__file__).resolve().parents[2]


def play(*arguments: str) -> str:
    """What the command prints."""
    return CliRunner().invoke(replay, arguments, catch_exceptions=False).stdout


def test_the_page_about_scenarios_is_the_one_that_the_tables_give() -> None:
    there = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert there == page(), "python -m muster.scenarios.reference > docs/scenarios.md"


def test_the_example_of_the_page_plays_and_meets_its_expectations(example: Path) -> None:
    told = play(str(example))
    assert "One night in one precinct" in told
    assert "nobody can be appointed to act as" in told
    assert "EXPECTATION NOT MET" not in told


def test_an_expectation_that_is_not_met_is_marked_and_fails(example: Path) -> None:
    example.write_text(EXAMPLE.replace('capacity = "tour"', 'capacity = "cover"'), encoding="utf-8")
    with pytest.raises(Refused, match="1 expectations are not met"):
        play(str(example))


def test_json_has_the_same_lines_as_the_story(example: Path) -> None:
    found = json.loads(play(str(example), "--json"))
    assert found["scenario"] == "night-on-47"
    told = " ".join(play(str(example)).replace("│", " ").split())
    for line in found["lines"]:
        assert " ".join(line["text"].split()) in told
        for detail in line["details"]:
            assert " ".join(detail.split()) in told
    assert all(line["facts"] for line in found["lines"] if line["kind"] == "fact")


def test_lines_stay_within_the_width_of_the_terminal(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    title = "Did the desk officer answer the call? "
    example.write_text(EXAMPLE.replace(title, title * 4), encoding="utf-8")
    for width in (80, 110):
        monkeypatch.setenv("COLUMNS", str(width))
        assert max(len(line) for line in play(str(example)).splitlines()) <= width


def test_a_record_is_kept_in_a_new_folder_only(example: Path, tmp_path: Path) -> None:
    kept = tmp_path / "a" / "kept"
    play(str(example), "--keep", str(kept))
    assert (kept / "record.db").is_file()
    with pytest.raises(Refused, match="is there already; name a new folder"):
        play(str(example), "--keep", str(kept))
    with pytest.raises(Refused, match="cannot be made"):
        play(str(example), "--keep", str(example / "below"))


def test_a_play_that_fails_keeps_no_folder(example: Path, tmp_path: Path) -> None:
    example.write_text(EXAMPLE.replace("@PCT-047-CO", "@PCT-999-CO"), encoding="utf-8")
    with pytest.raises(Invalid, match="@PCT-999-CO must name a position that somebody holds"):
        play(str(example), "--keep", str(tmp_path / "kept"))
    assert not (tmp_path / "kept").exists()


def test_the_next_commands_are_those_of_the_scenario() -> None:
    told = play("antilia-2021", "--demo")
    assert "./run muster watch ST-2 --at 2021-10-24T12:10" in told
    assert "sqlite:///antilia-2021/record.db" in told
    assert "Other scenarios: october-2020" in told
    assert "The clocks have changed, from WEST to WET." in told


def _heed_interrupts() -> None:
    """What a shell starts in the background has been told to ignore them, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupted_replay_leaves_no_folder_behind(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "muster", "replay", "antilia-2021"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, preexec_fn=_heed_interrupts
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()  # the heading: the folder is there or about to be
        while "loaded" not in process.stdout.readline():
            pass
        assert len([*tmp_path.iterdir()]) == 1
        process.send_signal(signal.SIGINT)
        process.stdout.read()
        ended = process.wait(timeout=60)
        assert (128 - ended if ended < 0 else ended) == 130  # as a shell tells it: Python itself may end by the signal
    assert [*tmp_path.iterdir()] == []
