"""muster fairness and muster print fairness: what a planner reads, and what other programs are given."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from muster.cli import cli
from muster.domain.fairness import FIGURES

ASKED = ("PCT-047", "--from", "2020-10-05", "--until", "2020-11-01", "--at", "2020-10-19T12:00")


def told(muster: CliRunner, *arguments: str) -> str:
    result = muster.invoke(cli, arguments)
    assert result.exit_code == 0, result.output or result.exception
    return result.stdout


def asked(muster: CliRunner, *arguments: str) -> Any:
    return json.loads(told(muster, *arguments, "--json"))


def test_everybody_stands_by_squad_and_name_and_nobody_is_ranked(muster: CliRunner) -> None:
    shown = told(muster, "fairness", *ASKED).splitlines()
    assert shown[0] == (
        "PCT-047, Mon 05 Oct 2020 to Sun 01 Nov 2020: worked +planned after Mon 19 Oct 2020 1200 EDT, per 28 days"
    )
    squads = [line for line in shown if line.startswith("squad ")]
    assert squads == sorted(squads)
    members = {line.split()[0]: line for line in shown if line.startswith("M0")}
    value = asked(muster, "fairness", *ASKED)
    assert sorted(members) == sorted(m["member"] for m in value["members"])
    for m in value["members"]:
        if m["nights"]["planned"]:
            assert f" {m['nights']['worked']} +{m['nights']['planned']} " in members[m["member"]]
    assert shown[-1].endswith("nobody is ranked by it.")


def test_sorted_by_a_figure_who_has_most_of_it_for_the_days_served_comes_first(muster: CliRunner) -> None:
    for figure in FIGURES:
        members = asked(muster, "fairness", *ASKED, "--by", figure)["members"]
        rates = [m[figure]["per_28_days"] or 0 for m in members]
        assert rates == sorted(rates, reverse=True)
    shown = told(muster, "fairness", *ASKED, "--by", "nights")
    assert "squad " not in shown


def test_a_member_sees_everything_that_was_counted(muster: CliRunner) -> None:
    shown = told(muster, "fairness", *ASKED, "--member", "M0033")
    value = asked(muster, "fairness", *ASKED, "--member", "M0033")
    nights = [c for c in value["counted"] if c["figure"] == "nights"]
    assert len(nights) == value["nights"]["worked"] + value["nights"]["planned"]
    assert all(c["streams"] and c["entries"] for c in nights)
    assert sum(line.startswith("  ") and "tour 2315x0750 of" in line for line in shown.splitlines()) >= len(nights)
    assert sum(c["planned"] for c in nights) == shown.split("weekend days:")[0].count("planned: ")


def test_a_colleague_does_not_read_the_entries_and_a_commander_does(muster: CliRunner) -> None:
    one = ("fairness", *ASKED, "--member", "M0033")
    for viewer in ("M0033", "M0005"):
        assert told(muster, *one, "--as", viewer) == told(muster, *one)
    result = muster.invoke(cli, [*one, "--as", "M0034"])
    assert "M0034 may not read the hours of M0033" in str(result.exception)


def test_a_table_has_a_line_for_each_member(muster: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "fair.csv"
    told(muster, "fairness", *ASKED, "--csv", str(file))
    with file.open(encoding="utf-8") as lines:
        rows = {row["member"]: row for row in csv.DictReader(lines)}
    value = asked(muster, "fairness", *ASKED)
    assert list(rows) == [m["member"] for m in value["members"]]
    for m in value["members"]:
        row = rows[m["member"]]
        assert float(row["days_served"]) == pytest.approx(m["days_served"])
        for figure in FIGURES:
            for part in ("worked", "planned", "per_28_days"):
                assert float(row[f"{figure.replace('-', '_')}_{part}"]) == pytest.approx(m[figure][part])
    result = muster.invoke(cli, ["fairness", *ASKED, "--csv", str(tmp_path / "fair.txt")])
    assert str(result.exception) == "Table: file fair.txt must end in .csv, .xlsx, .parquet"


def test_a_year_is_the_whole_of_it_and_stands_alone(muster: CliRunner) -> None:
    value = asked(muster, "fairness", "PCT-047", "--year", "2020", "--at", "2020-10-19")
    assert (value["from"], value["until"]) == ("2020-01-01", "2020-12-31")
    same = asked(muster, "fairness", "PCT-047", "--at", "2020-10-19")
    assert same == value
    result = muster.invoke(cli, ["fairness", "PCT-047", "--year", "2020", "--from", "2020-02-01"])
    assert "--year 2020: must stand alone" in str(result.exception)


def test_the_sheet_is_printed_or_written(muster: CliRunner, tmp_path: Path) -> None:
    file = tmp_path / "fair.html"
    assert told(muster, "print", "fairness", *ASKED, "--to", str(file)) == f"23 members in {file}\n"
    page = file.read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count('<tr><th scope="row">') == 23 + 3
    assert asked(muster, "print", "fairness", *ASKED) == asked(muster, "fairness", *ASKED)
