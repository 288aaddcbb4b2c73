"""muster roster publish, amend and published: from a file to what the watch and the member's page say."""

import json
from pathlib import Path

import pytest

from muster.files.rosters import write_roster
from muster.store.store import SqlStore
from tests.cli.desk import Desk
from tests.ground import InRecord
from tests.publishing import BEFORE, CO_POST, MONDAY, NIGHT, charted, day, with_entries
from tests.support import SettableClock

SIGNED = ("--by", CO_POST, "--at", BEFORE)
AMEND = ("roster", "amend", "PCT-047", "--member", "M0023", "--reason", "court", *SIGNED)


class Planner(Desk):
    """At a record with the small force, with a roster in a file in which the two desk officers of the first night work
    each other's tour."""

    def __init__(self, url: str, file: Path) -> None:
        super().__init__(url)
        self.file = str(file)


@pytest.fixture
def desk(url: str, temporary_store: SqlStore, clock: SettableClock, tmp_path: Path) -> Planner:
    force = InRecord(temporary_store, clock)
    roster = with_entries(with_entries(charted(force), "M0023", {MONDAY: ""}), "M0024", {MONDAY: NIGHT})
    return Planner(url, write_roster(tmp_path / "rosters", roster))


def test_from_the_file_to_the_screens_and_back_in_time(desk: Planner) -> None:
    night = ("--at", "2020-10-20T03:00")
    made = desk.json("roster", "publish", desk.file, *SIGNED)
    assert (made["members"], made["roster"]["version"], made["roster"]["signer"]) == (21, 1, "M0005")
    assert desk.json("watch", "PCT-047", *night)["due"]["member"] == "M0024"
    known = ("--as-known-at", "2020-10-05")
    assert "M0023 PCT-047-DESK (tour)" in desk.told("watch", "PCT-047", *night, *known)
    assert "roster of PCT-047 from 2020-10-19, version 1, tour 2315x0750" in desk.told("member", "M0024", *night)


def test_what_stands_is_shown_with_its_hash_and_every_line(desk: Planner) -> None:
    made = desk.json("roster", "publish", desk.file, *SIGNED)["roster"]
    shown = desk.told("roster", "published", "PCT-047", "--at", "2020-10-21").splitlines()
    assert shown[0] == (
        "PCT-047, 2020-10-19 to 2020-11-15, version 1, signed PCT-047-CO (M0005), hash " + made["digest"]
    )
    assert len([line for line in shown if line.startswith("M00")]) == 21
    amended = desk.json(*AMEND, "--day", str(day(1)), "--tour", "off")
    told = desk.json("roster", "published", "PCT-047", "--at", "2020-10-21")
    assert (told["version"], told["digest"], told["content"]) == (2, amended["digest"], made["content"])
    assert told["lines"]["M0023"][1] == ""
    assert "court" not in json.dumps(told)
    said = "  version 2: M0023 on 2020-10-20 from 2315x0750 to off{}, signed PCT-047-CO (M0005)"
    shown_again = ("roster", "published", "PCT-047", "--at", "2020-10-21")
    for viewer, why in (("M0033", ""), ("M0023", " (court)"), ("M0005", " (court)")):
        assert desk.told(*shown_again, "--as", viewer).splitlines()[1] == said.format(why)
    assert desk.told(*shown_again).splitlines()[1] == said.format("")


def test_refusals_say_what_to_do(desk: Planner) -> None:
    assert "publish one first" in desk.refused(*AMEND, "--day", str(day(1)), "--tour", "off")
    assert "unit PCT-047 has no published roster" in desk.refused(
        "roster", "published", "PCT-047", "--at", "2020-10-21"
    )
    desk.told("roster", "publish", desk.file, *SIGNED)
    assert "for a day off say off" in desk.refused(*AMEND, "--day", str(day(1)), "--tour", "night")


def test_the_feed_is_printed_or_written(desk: Planner, tmp_path: Path) -> None:
    desk.told("roster", "publish", desk.file, *SIGNED)
    wanted = ("roster", "feed", "M0023", "--at", BEFORE)
    shown = desk.told(*wanted)
    assert shown.startswith("BEGIN:VCALENDAR\n")
    assert "UID:PCT-047/M0023/2020-10-20@SMALL" in shown
    assert "UID:PCT-047/M0023/2020-10-19@SMALL" not in shown
    file = tmp_path / "M0023.ics"
    said = desk.told(*wanted, "--to", str(file))
    assert file.read_bytes().decode().replace("\r\n", "\n") == shown
    tours = desk.json(*wanted)["tours"]
    assert said == f"{file}: {len(tours)} tours\n"
    assert len(tours) == shown.count("BEGIN:VEVENT")
    at_last = ("--at", str(day(28 + 27)), "--to", str(file))
    assert desk.told("roster", "feed", "M0030", *at_last) == f"{file}: 1 tour\n"
    assert "member 'M9999' is not in the record" in desk.refused("roster", "feed", "M9999")
