"""muster roster city: every unit, what an interrupted run left, and what it refuses."""

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from muster.cli import cli
from muster.files.rosters import rosters_in

FORCE_OF_TWO = ("--unit", "PD", "--unit", "PBBX")
TWO_WEEKS = ("--from", "2020-10-19", "--weeks", "2", "--effort", "1500", "--workers", "2")


@pytest.fixture(scope="module")
def made(muster: CliRunner, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The folder that a run wrote, and what it answered."""
    out = tmp_path_factory.mktemp("rosters") / "out"
    return out, answered(city(muster, out, *FORCE_OF_TWO))


def city(muster: CliRunner, out: Path, *arguments: str) -> Result:
    return muster.invoke(cli, ["roster", "city", *TWO_WEEKS, "--out", str(out), *arguments, "--json"])


def answered(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_summary_adds_up_what_was_written(made: tuple[Path, dict[str, Any]]) -> None:
    out, value = made
    rosters = rosters_in(out)
    assert sorted(rosters) == ["PBBX", "PD"]
    assert value["penalty"] == sum(r.total for r in rosters.values())
    assert value["bound"] == sum(r.bound for r in rosters.values())
    assert value["city_gap"] == round((value["penalty"] - value["bound"]) / value["penalty"], 6)
    assert (value["breaches"], value["short"], value["members"], value["days"]) == (0, 0, 16, 14)
    assert {u["unit"]: u["penalty"] for u in value["units"]} == {r.unit: r.total for r in rosters.values()}


def test_fitness_costs_points_only_where_it_is_asked_for_and_another_weight_is_another_problem(
    muster: CliRunner, made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    out, value = made
    assert [unit["parts"]["lines"] for unit in value["units"]] == [0, 0]
    weighed = tmp_path / "weighed"
    weighed.mkdir()
    shutil.copy(out / "PBBX.roster.json", weighed)
    (unit,) = answered(city(muster, weighed, "--unit", "PBBX", "--fitness-weight", "30", "--resume"))["units"]
    assert unit["parts"]["lines"] > 0
    assert (unit["penalty"], unit["breaches"]) == (sum(unit["parts"].values()), 0)
    assert any("never the sole ground for anything about a person" in note for note in unit["notes"])
    for number in ("-1", "1001", "0.5"):
        refused = city(muster, tmp_path / "none", "--unit", "PBBX", "--fitness-weight", number)
        assert refused.exit_code == 2
        assert "--fitness-weight" in refused.output


def test_a_run_that_was_interrupted_goes_on_with_what_is_missing(
    muster: CliRunner, made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    out, value = made
    left = tmp_path / "left"
    shutil.copytree(out, left)
    (left / "PD.roster.json").unlink()
    (left / ".PD.roster.json.123").write_text("{", encoding="utf-8")  # what a killed process was writing
    kept = (left / "PBBX.roster.json").read_bytes()
    again = answered(city(muster, left, *FORCE_OF_TWO, "--resume"))
    assert (left / "PBBX.roster.json").read_bytes() == kept
    assert (again["penalty"], again["bound"]) == (value["penalty"], value["bound"])


def test_rosters_are_not_written_over_unasked(muster: CliRunner, made: tuple[Path, dict[str, Any]]) -> None:
    out, _ = made
    result = city(muster, out, "--unit", "PD")
    assert result.exit_code != 0
    assert f"{out} has rosters already: go on with --resume" in str(result.exception)


def test_a_run_of_another_period_is_not_gone_on_with(muster: CliRunner, made: tuple[Path, dict[str, Any]]) -> None:
    out, _ = made
    before = (out / "PD.roster.json").read_bytes()
    result = city(muster, out, "--unit", "PD", "--from", "2020-11-02", "--resume")
    assert result.exit_code != 0
    assert "from 2020-10-19 to 2020-11-01: name another folder with --out" in str(result.exception)
    assert (out / "PD.roster.json").read_bytes() == before


def test_a_sheet_shows_each_member_and_json_has_all(muster: CliRunner, made: tuple[Path, dict[str, Any]]) -> None:
    file = made[0] / "PBBX.roster.json"
    shown = muster.invoke(cli, ["roster", "show", str(file)]).stdout.splitlines()
    roster = rosters_in(made[0])["PBBX"]
    assert [line.split()[0] for line in shown if line.startswith("M00")] == list(roster.lines)
    assert all(len(line.split()) == 15 for line in shown if line.startswith("M00"))
    told = json.loads(muster.invoke(cli, ["roster", "show", str(file), "--json"]).stdout)
    assert {m: tuple(line) for m, line in told["lines"].items()} == roster.lines


def test_printed_sheets_have_each_member_and_what_each_tour_has(
    muster: CliRunner, made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    files = [str(made[0] / f"{unit}.roster.json") for unit in ("PBBX", "PD")]
    page = tmp_path / "sheets.html"
    said = muster.invoke(cli, ["print", "roster", *files, "--to", str(page)])
    assert (said.exit_code, said.stdout) == (0, f"2 rosters in {page}\n")
    html = page.read_text("utf-8")
    articles = ET.fromstring(html).findall(".//article")
    for article, roster in zip(articles, (rosters_in(made[0])[unit] for unit in ("PBBX", "PD")), strict=True):
        keys = article.findall(".//ul[@class='key']/li/b[@class]")
        letters = {"": "·"} | {(key.tail or "").partition(":")[0]: key.text for key in keys}
        rows = [["".join(cell.itertext()) for cell in row] for row in article.findall(".//tbody[@class='members']/tr")]
        assert {row[0].split()[-1]: row[1:] for row in rows} == {
            member: [letters[tour] for tour in line] for member, line in roster.lines.items()
        }
        totals = article.findall(".//tbody[@class='totals']/tr")
        assert len(totals) == 3  # each tour has cover for those who hold the one tour position, and they are all
        for row in totals:
            (letter,) = (row.findtext("th") or "").split()
            have = [int((cell.text or "").partition("/")[0]) for cell in row.findall("td")]
            assert have == [sum(line[day] == letter for line in (r[1:] for r in rows)) for day in range(14)]
    shown = muster.invoke(cli, ["print", "roster", *files]).stdout
    assert [line for line in shown.splitlines() if "printed at" not in line] == [
        line for line in html.splitlines() if "printed at" not in line
    ]
    told = json.loads(muster.invoke(cli, ["print", "roster", *files, "--json"]).stdout)
    assert [each["roster"]["unit"] for each in told] == ["PBBX", "PD"]


def test_a_printed_sheet_cannot_steer_a_terminal(
    muster: CliRunner, made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    told = json.loads((made[0] / "PD.roster.json").read_text("utf-8"))
    odd = tmp_path / "odd.roster.json"
    odd.write_text(json.dumps({**told, "notes": ["\x1b[2J\u202e <b>"]}), encoding="utf-8")
    shown = muster.invoke(cli, ["print", "roster", str(odd)]).stdout
    assert "note: \\x1b[2J\\u202e &lt;b&gt;" in shown
    page = tmp_path / "odd.html"
    assert muster.invoke(cli, ["print", "roster", str(odd), "--to", str(page)]).exit_code == 0
    assert page.read_text("utf-8").replace("\n", "").isprintable()


def test_what_cannot_be_printed_is_refused(muster: CliRunner, made: tuple[Path, dict[str, Any]]) -> None:
    file = str(made[0] / "PD.roster.json")
    said = muster.invoke(cli, ["print", "roster", file, "--to", "/nowhere/PD.html"])
    assert "/nowhere/PD.html: cannot be written (No such file or directory)" in str(said.exception)
    said = muster.invoke(cli, ["print", "roster", "/nowhere/PD.roster.json"])
    assert "/nowhere/PD.roster.json: there is no such file" in str(said.exception)


def test_half_a_character_is_not_printed_but_refused(
    muster: CliRunner, made: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    told = json.loads((made[0] / "PD.roster.json").read_text("utf-8"))
    half = tmp_path / "half.roster.json"
    half.write_text(json.dumps({**told, "notes": ["\ud800"]}), encoding="utf-8")
    said = muster.invoke(cli, ["print", "roster", str(half)])
    assert said.stdout == ""
    assert f"{half}: " in str(said.exception)
