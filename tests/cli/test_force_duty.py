"""muster force-duty: everybody counted once, a line for each in a file, and hours only for those entitled."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from muster.cli import cli

AT = "2020-10-08T10:00"
CHIEF, OFFICER, TIRED = "M0003", "M0040", "M0033"


@pytest.fixture(scope="module")
def muster(muster: CliRunner) -> CliRunner:
    """A runner of commands on the small force. Somebody signed on at the end of a night tour, and never off."""
    result = muster.invoke(cli, ["sign-on", TIRED, "PCT-047", "--at", "2020-10-07T07:00"])
    assert result.exit_code == 0, result.output
    return muster


def answer(runner: CliRunner, *arguments: str) -> dict[str, Any]:
    result = runner.invoke(cli, ["force-duty", "--at", AT, *arguments, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def tired(found: dict[str, Any]) -> dict[str, Any]:
    (state,) = [each for each in found["worn"] if each["member"] == TIRED]
    return dict(state)


def test_who_is_worn_out_is_named_with_the_reason(muster: CliRunner) -> None:
    state = tired(answer(muster))
    assert (state["state"], state["unit"], state["level"]) == ("on-duty", "PCT-047", "unfit")
    assert state["continuous"] == "PT125100S"  # from 2315 of the night tour before
    assert "on duty 34 h 45 m" in state["worst"]["says"]


def test_hours_and_reasons_are_for_the_member_and_the_commanders_above(muster: CliRunner) -> None:
    assert tired(answer(muster, "--as", CHIEF))["worst"] is not None
    assert tired(answer(muster, "--as", TIRED))["worst"] is not None
    hidden = tired(answer(muster, "--as", OFFICER))
    assert {hidden[name] for name in ("continuous", "in_day", "in_week", "worst")} == {None}
    assert hidden["level"] == "unfit"
    shown = muster.invoke(cli, ["force-duty", "--at", AT, "--as", OFFICER])
    assert f"unfit    {TIRED}      on-duty in PCT-047\n" in shown.output


def test_every_member_has_a_line_in_the_file(muster: CliRunner, tmp_path: Path) -> None:
    out = tmp_path / "duty.csv"
    found = answer(muster, "--csv", str(out), "--as", OFFICER)
    lines = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert len(lines) == sum(u["on_duty"] + u["absent"] + u["off"] + u["separated"] for u in found["units"])
    assert [(each["hours_7d"], each["reason"]) for each in lines if each["member"] == TIRED] == [("", "")]


def test_a_unit_alone_has_its_own_and_those_below(muster: CliRunner) -> None:
    everywhere, here = answer(muster)["units"], answer(muster, "--unit", "PCT-047")["units"]
    assert here == [each for each in everywhere if each["unit"] == "PCT-047"]
    refused = muster.invoke(cli, ["force-duty", "--unit", "NOWHERE"])
    assert refused.exit_code == 1
    assert "NOWHERE" in str(refused.exception)


def test_a_file_that_cannot_be_written_is_refused(muster: CliRunner, tmp_path: Path) -> None:
    refused = muster.invoke(cli, ["force-duty", "--at", AT, "--csv", str(tmp_path / "none" / "duty.csv")])
    assert refused.exit_code == 1
    assert "cannot be written" in str(refused.exception)
