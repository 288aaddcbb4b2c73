"""muster roster replan: a new roster beside the old one, what was changed for what, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from muster.cli import cli
from muster.files.rosters import read_roster

AT = ("--at", "2020-10-19T12:00")
TUESDAY = ("--from", "2020-10-20")


@pytest.fixture(scope="module")
def roster(muster: CliRunner, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The roster of the captains, of whom one must be on duty at each hour outside business."""
    out = tmp_path_factory.mktemp("rosters")
    words = ["roster", "city", "--from", "2020-10-19", "--weeks", "2", "--unit", "PBBX", "--effort", "1500"]
    result = muster.invoke(cli, [*words, "--workers", "1", "--out", f"{out}/october"])
    assert result.exit_code == 0, result.output
    return out / "october" / "PBBX.roster.json"


def replan(muster: CliRunner, roster: Path, *arguments: str) -> Result:
    return muster.invoke(cli, ["roster", "replan", str(roster), *arguments])


def on_tuesday(roster: Path) -> dict[str, str]:
    """Whoever is on the night tour."""
    return {m: line[1] for m, line in read_roster(roster).lines.items() if line[1] == "2330x0805"}


def test_the_new_roster_is_written_beside_the_old_one_with_each_change_told(
    muster: CliRunner, roster: Path, tmp_path: Path
) -> None:
    was, before = roster.read_bytes(), read_roster(roster)
    sick = sorted(on_tuesday(roster))
    new = tmp_path / "new.roster.json"
    result = replan(muster, roster, "--absent", ",".join(sick), *TUESDAY, *AT, "--out", str(new), "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    assert roster.read_bytes() == was
    after = read_roster(new)
    moved = {
        (m, str(day), a, b)
        for m, line in before.lines.items()
        for day, a, b in zip(before.dates, line, after.lines[m], strict=True)
        if a != b
    }
    lost = {(each["member"], each["day"], each["tour"], "") for each in told["lost"]}
    assert lost == {(m, "2020-10-20", tour, "") for m, tour in on_tuesday(roster).items()}
    assert {(c["member"], c["day"], c["before"], c["after"]) for c in told["changes"]} == moved - lost
    assert told["changed"] == len(moved - lost) >= told["at_least"]
    assert told["proved"]
    assert told["faults"] == []
    shown = muster.invoke(cli, ["roster", "show", str(new)])
    assert shown.exit_code == 0, shown.output
    assert all(after.lines[m][1] == "" for m in sick)


def test_the_answer_says_who_goes_where_for_which_cover(muster: CliRunner, roster: Path, tmp_path: Path) -> None:
    sick = sorted(on_tuesday(roster))
    words = ["--absent", ",".join(sick), *TUESDAY, *AT]
    told = json.loads(replan(muster, roster, *words, "--out", f"{tmp_path}/1.json", "--json").stdout)
    lines = replan(muster, roster, *words, "--out", f"{tmp_path}/2.json").stdout.splitlines()
    assert lines[0] == f"PBBX from Tue 20 Oct 2020: {len(sick)} tours fell away"
    served = [c for c in told["changes"] if c["serves"]]
    assert served
    for c in served:
        (s,) = c["serves"]
        said = f"{c['before'] or 'off'} > {c['after']}: {s['have']} of {s['minimum']} {s['who']}"
        assert any(c["member"] in line and said in line for line in lines)
    assert f"{told['changed']} days changed; no roster that restores as much has fewer" in lines
    for c in told["changes"]:
        if not c["serves"]:
            assert any(c["member"] in line and "for 2330x0805 on Tue 20 Oct" in line for line in lines)
    assert read_roster(tmp_path / "1.json").lines == read_roster(tmp_path / "2.json").lines


def test_what_cannot_be_restored_is_listed(muster: CliRunner, roster: Path, tmp_path: Path) -> None:
    everybody = ",".join(read_roster(roster).lines)
    words = ["--absent", everybody, *TUESDAY, *AT, "--out"]
    lines = replan(muster, roster, *words, f"{tmp_path}/1.json").stdout.splitlines()
    assert "0 days changed; no roster that restores as much has fewer" in lines
    at = lines.index("under the minimum all the same, and no roster restores more:")
    assert lines[at + 1].startswith("  Tue 20 Oct  ")
    assert " 0 of 1 " in lines[at + 1]


def test_a_protected_day_stays(muster: CliRunner, roster: Path, tmp_path: Path) -> None:
    sick = sorted(on_tuesday(roster))
    others = [m for m in read_roster(roster).lines if m not in sick]
    cells = [word for m in others for word in ("--protect", f"{m}@2020-10-20")]
    words = ["--absent", ",".join(sick), *TUESDAY, *AT, *cells, "--out", f"{tmp_path}/1.json", "--json"]
    told = json.loads(replan(muster, roster, *words).stdout)
    assert [c for c in told["changes"] if c["day"] == "2020-10-20"] == []
    assert told["left"]


def refused(result: Result) -> str:
    assert result.exit_code != 0
    return str(result.exception)


def test_what_is_no_cell_and_what_is_there_already_is_refused(muster: CliRunner, roster: Path, tmp_path: Path) -> None:
    out = ("--out", f"{tmp_path}/1.json")
    wrong = ("--protect", "M0016", "--protect", "@2020-10-20", "--absent", "M9999")
    said = refused(replan(muster, roster, *wrong, *AT, *out))
    assert said == (
        "Roster of PBBX from 2020-10-19: --protect 'M0016' must be MEMBER@DAY, as M04521@2020-10-27; "
        "--protect '@2020-10-20' must be MEMBER@DAY, as M04521@2020-10-27; "
        "absent 'M9999' must be a member with a line in it"
    )
    assert "must not be before today" in refused(replan(muster, roster, *TUESDAY, *out)), "without --at it is over"
    said = refused(replan(muster, roster, *AT, "--out", str(roster)))
    assert said == f"{roster} is there already: name another file with --out"
    assert "there is no such file" in refused(replan(muster, tmp_path / "none.json", *AT, *out))
    assert not (tmp_path / "1.json").exists()


def why(muster: CliRunner, roster: Path, *arguments: str) -> Result:
    return muster.invoke(cli, ["roster", "why-short", str(roster), *arguments])


def test_the_fewest_reasons_for_a_shortage_are_named(muster: CliRunner, roster: Path) -> None:
    words = ("--day", "2020-10-20", "--tour", "2330x0805")
    sick = ("--absent", ",".join(read_roster(roster).lines), *TUESDAY)
    told = json.loads(why(muster, roster, *words, *sick, "--json").stdout)
    assert told["clash"]["reasons"] == told["clash"]["enough"] == [
        "who is absent, elsewhere, or not rested from the last period"
    ]  # fmt: skip
    assert told["absent"] == list(read_roster(roster).lines)
    lines = why(muster, roster, *words, *sick).stdout.splitlines()
    assert lines[0] == "2330x0805 on Tue 20 Oct 2020: 0 of 1 PBBX-DUTY-CAPTAIN"
    assert lines[2] == "  who is absent, elsewhere, or not rested from the last period; it alone given up would do"


def test_a_shortage_that_need_not_be_is_told_as_such(muster: CliRunner, roster: Path) -> None:
    words = ("--day", "2020-10-20", "--tour", "2330x0805", "--absent", ",".join(on_tuesday(roster)), *TUESDAY)
    lines = why(muster, roster, *words).stdout.splitlines()
    assert lines[1] == "it need not be: there is a roster that has enough, and no other tour shorter for it"


def test_a_tour_that_is_not_short_has_no_reasons(muster: CliRunner, roster: Path) -> None:
    said = refused(why(muster, roster, "--day", "2020-10-20", "--tour", "2330x0805"))
    assert said == "2330x0805 on 2020-10-20: must be under its minimum; under theirs: none is"
