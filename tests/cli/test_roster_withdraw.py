"""muster roster withdraw, and publish --in-place: what they say, and what they refuse."""

from pathlib import Path

import pytest

from muster.files.rosters import read_roster, write_roster_as
from muster.store.store import SqlStore
from tests.cli.test_roster_amend import desk as published_desk
from tests.cli.test_roster_publish import SIGNED, Planner
from tests.publishing import CO_POST, day

desk = published_desk
BY = ("--by", CO_POST, "--reason", "a parade", "--at", "2020-10-25T12:00")


def test_what_is_left_is_told_and_the_charts_speak_from_then_on(desk: Planner, temporary_store: SqlStore) -> None:
    told = desk.told("roster", "withdraw", "PCT-047", "--from", "2020-10-26", *BY).splitlines()
    assert told[0] == "PCT-047: withdrawn from 2020-10-26 on, the charts speak from then on"
    assert told[1].startswith("  left: PCT-047, 2020-10-19 to 2020-10-25, version 2, signed PCT-047-CO (M0005), hash ")
    again = desk.told("roster", "withdraw", "PCT-047", "--from", "2020-10-26", *BY).splitlines()
    assert again == [f"{told[0]}; it was before already", told[1]]
    shown = desk.told("roster", "published", "PCT-047", "--at", "2020-10-21").splitlines()
    assert shown[0] == told[1].removeprefix("  left: ")
    assert "chart 5-2-5-3" in desk.told("member", "M0034", "--at", "2020-10-27T01:00")


def test_a_file_of_the_whole_period_is_published_for_the_days_that_are_left(desk: Planner, tmp_path: Path) -> None:
    rest = ("roster", "publish", desk.file, "--from", "2020-10-26", *BY)
    made = desk.told(*rest, "--in-place").splitlines()
    assert made[0].startswith("PCT-047, 2020-10-26 to 2020-11-15, version 3, signed PCT-047-CO (M0005), hash ")
    assert made[1] == "  note: in place of 2020-10-19 to 2020-11-15, version 1, withdrawn for these days"
    shown = desk.told("roster", "published", "PCT-047", "--at", "2020-10-21")
    assert shown.startswith("PCT-047, 2020-10-19 to 2020-10-25")
    file = write_roster_as(tmp_path / "rest.roster.json", read_roster(Path(desk.file)).from_day(day(7)))
    again = desk.told("roster", "publish", str(file), *BY, "--in-place").splitlines()
    assert again[1] == "  note: it was published already"


@pytest.mark.parametrize("wrong", [("--in-place",), ("--reason", "a parade")])
def test_in_place_and_its_reason_go_together(desk: Planner, wrong: tuple[str, ...]) -> None:
    said = desk.refused("roster", "publish", desk.file, *wrong, *SIGNED)
    assert said == "--in-place needs --reason, and --reason is of nothing else"
    assert "day 2020-12-01 must be one of it" in desk.refused(
        "roster", "publish", desk.file, "--from", "2020-12-01", *SIGNED
    )
