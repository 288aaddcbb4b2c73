"""muster request: what members, those who decide and everybody else read."""

from pathlib import Path

import pytest

from muster.cli import cli
from muster.files.rosters import write_roster
from muster.store.store import SqlStore
from tests.cli.desk import Desk
from tests.ground import InRecord
from tests.publishing import charted
from tests.support import SettableClock

AT = ("--at", "2020-10-12T09:00")
LATER = ("--at", "2020-10-12T12:00")
SIGNED = ("--by", "PCT-047-CO", "--reason", "covered", "--at", "2020-10-13T09:00")
HOSTILE = ("two\nlines", "\x1b[31mred", "nul\x00", "x" * 3000, " ")


@pytest.fixture
def desk(database: Path, temporary_store: SqlStore, clock: SettableClock, tmp_path: Path) -> Desk:
    file = write_roster(tmp_path / "rosters", charted(InRecord(temporary_store, clock)))
    desk = Desk(f"sqlite:///{database}", "request")
    published = ["roster", "publish", str(file), "--by", "PCT-047-CO", "--at", "2020-10-09T09:00"]
    assert desk.runner.invoke(cli, published).exit_code == 0
    return desk


def test_leave_from_asking_to_the_screens_of_others(desk: Desk) -> None:
    leave = ("leave", "M0033", "--from", "2020-10-24", "--until", "2020-10-26", "--reason", "surgery", *AT)
    assert desk.told(*leave) == (
        "R1  M0033 asks not to be available from Sat 24 Oct 2020 to Mon 26 Oct 2020: open, waits for PCT-047-CO\n"
    )
    shown = desk.told("show", "R1", "--as", "M0005", *LATER)
    assert "filed     Mon 12 Oct 2020 0900 EDT  M0033: surgery" in shown
    assert "decide     PCT-047-CO, PCT-047-XO, PBBX-CO" in shown
    assert (
        "if granted M0033 is not available from Sat 24 Oct 2020 0000 EDT until Tue 27 Oct 2020 0750 EDT; 3 tours fall"
    ) in shown
    assert "Sat 24 Oct 2315x0750   officers: 3 to 2 of 1" in shown
    assert "surgery" not in desk.told("show", "R1", *LATER) + desk.told("list", "--unit", "PCT-047", *LATER)
    assert "granted by PCT-047-CO (M0005)" in desk.told("decide", "R1", "grant", *SIGNED)
    assert desk.told("list") == "no requests\n"
    assert "granted by PCT-047-CO" in desk.told("list", "--all", "--member", "M0033")


def test_a_swap_is_seen_by_both_and_its_effect_by_who_decides(desk: Desk) -> None:
    trade = ("swap", "M0023", "--give", "2020-10-28", "--to", "M0024", "--take", "2020-10-23", *AT)
    assert desk.told(*trade) == (
        "R1  M0023 gives M0024 the tour of Wed 28 Oct 2020 and takes theirs of Fri 23 Oct 2020: asked, "
        "waits for M0024\n"
    )
    assert "waits for M0024" in desk.told("list", "--member", "M0024", *AT)
    assert "waits for PCT-047-CO" in desk.told("consent", "R1", "--by", "M0024", *LATER)
    shown = desk.told("show", "R1", "--as", "M0005", *LATER)
    assert "Wed 28 Oct M0023       2315x0750 to off" in shown
    assert "hours      M0024 " in shown
    assert "hours" not in desk.told("show", "R1", *LATER)
    told = desk.json("decide", "R1", "grant", *SIGNED)
    assert (told["state"], told["by"], told["decider"]) == ("granted", "PCT-047-CO", "M0005")
    roster = desk.runner.invoke(cli, ["roster", "published", "PCT-047", "--at", "2020-10-21"]).stdout
    assert "M0024 on 2020-10-28 from off to 2315x0750 by request R1, signed PCT-047-CO (M0005)" in roster


def test_preferences_are_told_day_by_day(desk: Desk) -> None:
    one = ("prefer", "M0033", "--from", "2020-10-21", "--want", "off", *AT)
    assert desk.told(*one) == "R1  M0033 would rather have off on Wed 21 Oct 2020: stands\n"
    more = ("prefer", "M0033", "--from", "2020-10-19", "--until", "2020-11-15", "--weekday", "thu")
    assert "would rather not have 2315x0750 each thu from Mon 19 Oct 2020 to Sun 15 Nov 2020" in desk.told(
        *more, "--not", "2315x0750", *AT
    )
    assert "granted on 2 of 4 days" in desk.told("list", "--unit", "PCT-047")
    assert "Wed 21 Oct 2020  2315x0750: not granted" in desk.told("show", "R1")
    assert "give one of --want and --not" in desk.refused(*more, *AT)
    assert "withdrawn" in desk.told("withdraw", "R1", "--by", "M0033", *LATER)


def test_a_refusal_to_swap_is_told(desk: Desk) -> None:
    desk.told("swap", "M0023", "--give", "2020-10-21", "--to", "M0024", *AT)
    assert "R1  M0023 gives M0024 the tour of Wed 21 Oct 2020: refused" in desk.told(
        "refuse", "R1", "--by", "M0024", "--reason", "a birthday", *LATER
    )


def test_json_has_all_that_a_screen_needs(desk: Desk) -> None:
    desk.told("leave", "M0033", "--from", "2020-10-24", "--until", "2020-10-26", *AT)
    page = desk.json("show", "R1", *LATER)
    assert set(page) == {"request", "steps", "waits_for", "deciders", "effect", "taken_back", "given"}
    assert [set(c) for c in page["effect"]["cover"]] == [
        {"day", "tour", "who", "before", "after", "minimum", "target"}
    ] * 3
    (listed,) = desk.json("list", *LATER)
    assert (listed["request"]["request"], listed["waits_for"], listed["given"]) == ("R1", "PCT-047-CO", [])


def test_what_is_still_to_come_cannot_be_said_to_have_happened(desk: Desk) -> None:
    desk.told("leave", "M0033", "--from", "2090-10-24", "--until", "2090-10-26")
    wrong = desk.refused("decide", "R1", "grant", "--by", "PCT-047-CO", "--reason", "x", "--at", "2090-10-01")
    assert "is still to come" in wrong


@pytest.mark.parametrize("said", HOSTILE)
def test_reasons_that_are_not_one_line_are_refused(desk: Desk, said: str) -> None:
    asked = ("leave", "M0033", "--from", "2020-10-24", "--until", "2020-10-24", *AT)
    assert "reason" in desk.refused(*asked, "--reason", said)
    desk.told(*asked)
    assert "reason" in desk.refused("decide", "R1", "grant", "--by", "PCT-047-CO", "--reason", said, *LATER)


@pytest.mark.parametrize("said", ["R9", "../R1", "R1/x", "R" * 300])
def test_requests_that_are_not_there_are_told(desk: Desk, said: str) -> None:
    assert "is not in the record" in desk.refused("show", said)
    assert "is not in the record" in desk.refused("decide", said, "grant", *SIGNED)
