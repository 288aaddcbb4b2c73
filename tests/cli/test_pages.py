"""A unit's and a member's page, corrections, and what commands refuse to take in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from muster.cli import cli
from muster.domain.errors import Invalid, Unknown


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record with the small force."""
    folder = tmp_path_factory.mktemp("pages")
    runner = CliRunner(env={"MUSTER_DB": f"sqlite:///{folder}/muster.db"})
    assert runner.invoke(cli, ["new", f"{folder}/force"]).exit_code == 0
    assert runner.invoke(cli, ["load", f"{folder}/force"]).exit_code == 0
    assert runner.invoke(cli, ["backup", f"{folder}/loaded.db"]).exit_code == 0
    return folder / "loaded.db"


@pytest.fixture
def muster(loaded: Path, tmp_path: Path) -> CliRunner:
    """A runner of commands on a copy of it."""
    copy = tmp_path / "muster.db"
    copy.write_bytes(loaded.read_bytes())
    return CliRunner(env={"MUSTER_DB": f"sqlite:///{copy}"})


def answer(runner: CliRunner, *arguments: str) -> dict[str, object]:
    result = runner.invoke(cli, [*arguments, "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert isinstance(found, dict)
    return found


def test_a_member_s_page_says_where_they_are_by_which_schedule_and_who_supervises_them(muster: CliRunner) -> None:
    page = answer(muster, "member", "M0005", "--at", "2020-10-07T10:00")
    assert page["status"]["state"] == "on-duty"  # type: ignore[index]
    assert "0800x1635" in page["status"]["source"]  # type: ignore[index]
    assert page["supervisor"]["unit"] == "PBBX"  # type: ignore[index]
    assert [a["position"] for a in page["appointments"]] == ["PCT-047-CO"]  # type: ignore[attr-defined]


def test_a_unit_s_page_counts_a_sick_member_as_strength_but_not_as_available(muster: CliRunner) -> None:
    before = answer(muster, "unit", "PCT-047", "--at", "2020-10-07T10:00")["own"]
    assert muster.invoke(cli, ["absent", "M0006", "--kind", "sick", "--at", "2020-10-06"]).exit_code == 0
    after = answer(muster, "unit", "PCT-047", "--at", "2020-10-07T10:00")["own"]
    assert after["strength"] == before["strength"]  # type: ignore[index]
    assert after["available"] == before["available"] - 1  # type: ignore[index]


def test_what_was_entered_wrongly_is_taken_back_and_still_known_as_it_was_then(muster: CliRunner) -> None:
    muster.invoke(cli, ["sign-on", "M0005", "PCT-047", "--at", "2020-10-07T02:00"])
    seen = answer(muster, "record", "head")["at"]
    taken = muster.invoke(
        cli,
        ["record", "take-back", "signing/M0005/2020-10-07T06:00:00Z/on", "--by", "M0004", "--why", "it was 0700"],
    )
    assert taken.exit_code == 0, taken.output
    now = answer(muster, "watch", "PCT-047", "--at", "2020-10-07T03:00")
    then = answer(muster, "watch", "PCT-047", "--at", "2020-10-07T03:00", "--as-known-at", str(seen))
    assert now["in_command"]["position"] == "PCT-047-DESK"  # type: ignore[index]
    assert then["in_command"]["position"] == "PCT-047-CO"  # type: ignore[index]


@pytest.mark.parametrize("stream", ["member/M0005", "tasking/T1", "nonsense"])
def test_only_what_commands_enter_about_duty_can_be_taken_back(muster: CliRunner, stream: str) -> None:
    taken = muster.invoke(cli, ["record", "take-back", stream, "--by", "M0004", "--why", "wrong"])
    assert isinstance(taken.exception, Invalid)


def test_nothing_is_taken_back_that_is_not_believed(muster: CliRunner) -> None:
    wrong = ["record", "take-back", "signing/M0005/2020-10-07T06:00:00Z/on", "--by", "M0004", "--why", "wrong"]
    assert isinstance(muster.invoke(cli, wrong).exception, Unknown)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["absent", "M0005", "--kind", "holiday"], "must be one of leave, sick"),
        (["tasking", "receive", "--matter", "shots-fired", "--place", "PCT-047", "--what", "a\x1b[31mb"], "control"),
        (
            ["tasking", "receive", "--matter", "shots-fired", "--place", "PCT-047", "--what", "x", "--name", "../x"],
            "must be 1 to 64 letters",
        ),
        (["call", "PCT-047-CO", "--from", "CITY-HALL", "--answered", "--about", "x" * 5000], "1 to 2000 characters"),
    ],
)
def test_what_is_typed_in_is_held_to_its_bounds(muster: CliRunner, arguments: list[str], says: str) -> None:
    head = answer(muster, "record", "head")["seq"]
    refused = muster.invoke(cli, arguments)
    assert isinstance(refused.exception, Invalid)
    assert says in str(refused.exception)
    assert answer(muster, "record", "head")["seq"] == head
