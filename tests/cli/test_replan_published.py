"""muster roster replan and why-short of what a unit has published: read with its amendments, and amended to."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from muster.bootstrap import open_store
from muster.domain.published import AMENDED, DutyLine
from muster.files.rosters import read_roster
from muster.services import replanning
from muster.services.amending import Amendment, amend
from muster.services.record import verify
from tests.cli.desk import Desk
from tests.ground import local

CAPTAINS, NIGHT, EVENING = "PBBX-DUTY-CAPTAIN", "2330x0805", "1500x2335"
AT = ("--at", "2020-10-19T12:00")
SIGNED = ("--amend", "--by", "PBBX-CO", "--reason", "two are sick")


class Planner(Desk):
    """At a record in which the roster of the captains is published."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"sqlite:///{folder}/muster.db"
        self.file = folder / "october" / "PBBX.roster.json"
        super().__init__(self.url)

    def lines(self) -> dict[str, tuple[str, ...]]:
        """What is published, by member."""
        store = open_store(self.url, must_exist=True)
        with store.reading() as views:
            found = {line.member: line.tours for line in views.rows(DutyLine, unit="PBBX")}
        store.close()
        return found

    def on(self, tour: str, day: int) -> list[str]:
        """Who has a tour on a day of the period."""
        return sorted(m for m, line in self.lines().items() if line[day] == tour)


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a record in which the captains' roster of two weeks is made and published."""
    desk = Planner(tmp_path_factory.mktemp("published"))
    force = str(desk.folder / "force")
    desk.told("new", force)
    desk.told("load", force)
    weeks = ("--from", "2020-10-19", "--weeks", "2", "--unit", "PBBX", "--effort", "1500", "--workers", "1")
    desk.told("roster", "city", *weeks, "--out", str(desk.folder / "october"))
    desk.told("roster", "publish", str(desk.file), "--by", "PBBX-CO", "--at", "2020-10-12T09:00")
    return desk.folder


@pytest.fixture
def desk(planned: Path, tmp_path: Path) -> Planner:
    """The same, for one test alone."""
    shutil.copytree(planned, tmp_path / "here")
    return Planner(tmp_path / "here")


def sick(desk: Planner, *members: str, until: str = "2020-10-22") -> None:
    """Members report sick on Monday morning."""
    for member in members:
        desk.told("absent", member, "--kind", "sick", "--at", "2020-10-19T11:00", "--until", until)


def test_whoever_is_absent_on_record_need_not_be_named_and_nothing_is_changed_unless_it_is_said(desk: Planner) -> None:
    night, before = desk.on(NIGHT, 1), desk.lines()
    sick(desk, *night)
    told = desk.json("roster", "replan", "PBBX", *AT)
    assert {(lost["member"], lost["day"]) for lost in told["lost"]} == {
        (m, f"2020-10-{19 + n}") for m in night for n in range(3) if before[m][n]
    }
    assert (told["file"], told["left"], told["proved"]) == (None, [], True)
    assert desk.lines() == before


def test_a_published_roster_is_planned_anew_as_its_file_is(desk: Planner, tmp_path: Path) -> None:
    words = ("--absent", ",".join(desk.on(NIGHT, 1)), "--from", "2020-10-20", *AT)
    of_unit = desk.json("roster", "replan", "PBBX", *words, "--out", str(tmp_path / "unit.json"))
    of_file = desk.json("roster", "replan", str(desk.file), *words, "--out", str(tmp_path / "file.json"))
    same = ("changes", "lost", "left", "at_least", "short_points")
    assert [of_unit[name] for name in same] == [of_file[name] for name in same]
    assert read_roster(tmp_path / "unit.json").lines == read_roster(tmp_path / "file.json").lines


def test_it_is_amended_to_what_is_shown_all_at_once(desk: Planner) -> None:
    before, night = desk.lines(), desk.on(NIGHT, 1)
    sick(desk, *night)
    shown = desk.json("roster", "replan", "PBBX", *AT)
    told = desk.told("roster", "replan", "PBBX", *AT, *SIGNED).splitlines()
    expected = {m: list(line) for m, line in before.items()}
    for entries, after in ((shown["lost"], lambda _: ""), (shown["changes"], lambda c: c["after"])):
        for each in entries:
            expected[each["member"]][int(each["day"][-2:]) - 19] = after(each)
    assert desk.lines() == {m: tuple(line) for m, line in expected.items()}
    count = len(shown["lost"]) + len(shown["changes"])
    (head,) = [n for n, line in enumerate(told) if line.startswith("PBBX, 2020-10-19 to 2020-11-01, version")]
    assert f"version {count + 1}, signed PBBX-CO" in told[head]
    assert len(told) == head + 1 + count, "what would change is told first, then the entries"
    store = open_store(desk.url)
    with store.reading() as views:
        assert verify(views).whole
        assert len({fact.recorded_at for fact in views.facts(kinds=[AMENDED])}) == 1
    store.close()
    again = desk.told("roster", "replan", "PBBX", *AT, *SIGNED).splitlines()
    assert (again[0], again[-1]) == ("PBBX from Mon 19 Oct 2020: 0 tours fell away", "nothing to amend")


def test_it_begins_with_what_was_amended_since_it_was_published(desk: Planner) -> None:
    (first, *_) = desk.on(NIGHT, 1)
    one = ("--day", "2020-10-20", "--tour", "off", "--reason", "court", "--by", "PBBX-CO", *AT)
    desk.told("roster", "amend", "PBBX", "--member", first, *one)
    told = desk.json("roster", "replan", "PBBX", "--absent", first, "--from", "2020-10-20", *AT)
    assert told["lost"] == []


def test_a_roster_that_was_amended_while_it_was_planned_is_left_alone(
    desk: Planner, monkeypatch: pytest.MonkeyPatch
) -> None:
    night, plan = desk.on(NIGHT, 1), replanning.replanned
    other = desk.on(EVENING, 3)[0]

    def amended_meanwhile(*given: Any, **more: Any) -> Any:
        store = open_store(desk.url)
        with store.writing() as record:
            wanted = Amendment("PBBX", other, local("2020-10-22").date(), "off", "court")
            amend(record, wanted, "PBBX-CO", local("2020-10-19T12:00"))
        store.close()
        return plan(*given, **more)

    monkeypatch.setattr(replanning, "replanned", amended_meanwhile)
    words = ("--absent", ",".join(night), "--from", "2020-10-20", *AT)
    assert "was version 1 when it was read, and is 2 by now: read it again" in desk.refused(
        "roster", "replan", "PBBX", *words, *SIGNED
    )
    assert desk.on(NIGHT, 1) == night


def test_a_tour_that_has_begun_stays_though_its_member_is_named_as_absent(desk: Planner) -> None:
    night, at = desk.on(NIGHT, 0), ("--at", "2020-10-19T23:31")
    words = ("--absent", night[0], "--from", "2020-10-19", "--to", "2020-10-20", *at)
    made = desk.json("roster", "replan", "PBBX", *words, *SIGNED)
    assert {lost["day"] for lost in made["lost"]} == {"2020-10-19", "2020-10-20"}
    assert desk.on(NIGHT, 0) == night
    assert night[0] not in desk.on(NIGHT, 1)
    assert all(each["day"] > "2020-10-19" for each in made["made"])


def test_what_does_not_go_together_is_refused(desk: Planner, tmp_path: Path) -> None:
    out, file = ("--out", str(tmp_path / "new.json")), str(desk.file)
    replan = ("roster", "replan")
    assert "--amend needs --by" in desk.refused(*replan, "PBBX", "--amend", "--by", "PBBX-CO", *AT)
    assert "--by and --reason are of amendments" in desk.refused(*replan, "PBBX", "--by", "PBBX-CO", *AT)
    assert "--amend is of a published roster: name its unit" in desk.refused(*replan, file, *SIGNED, *AT, *out)
    assert "--out must name the new roster's file" in desk.refused(*replan, file, *AT)
    assert "must be a unit of the record, or a roster file" in desk.refused(*replan, "NOPE", *AT)
    assert "unit PD has no published roster from that time on" in desk.refused(*replan, "PD", *AT)
    both = ("--seconds", "1", "--effort", "10")
    for words in ((*replan, "PBBX"), ("roster", "city", "--from", "2020-10-19"), ("roster", "solve", file)):
        assert "say one of the two" in desk.refused(*words, *both), words
    assert desk.refused(*replan, "PBBX", "--absent", " ,", *AT) == "--absent ' ,' must name members, as M04521,M04530"
    named = desk.json(*replan, "PBBX", "--absent", "M0016,", *AT)
    assert {lost["member"] for lost in named["lost"]} <= {"M0016"}


def test_why_a_published_tour_is_short_begins_with_who_is_absent_on_record(desk: Planner) -> None:
    everybody = sorted(desk.lines())
    sick(desk, *everybody)
    tour = ("--day", "2020-10-20", "--tour", NIGHT)
    lines = desk.told("roster", "why-short", "PBBX", *tour, *AT).splitlines()
    assert lines[0] == f"{NIGHT} on Tue 20 Oct 2020: 0 of 1 {CAPTAINS}"
    assert lines[-1] == f"not there for it: {', '.join(everybody)}, of 7 who count"
    said = desk.refused("roster", "why-short", "PBBX", "--day", "2020-10-20", "--tour", "0000x0800", *AT)
    assert "tour '0000x0800' must be one of its cover: 0800x1635, 1500x2335, 2330x0805" in said
    said = desk.refused("roster", "why-short", str(desk.file), "--day", "2020-11-20", "--tour", NIGHT)
    assert "day 2020-11-20 must be one of the roster, 2020-10-19 to 2020-11-01" in said
    said = desk.refused("roster", "why-short", "PBBX", *tour, "--who", "dogs", *AT)
    assert f"who 'dogs' must be in its cover: {CAPTAINS}" in said


def test_who_signs_is_a_position_and_not_a_member(desk: Planner) -> None:
    said = desk.refused("roster", "publish", str(desk.file), "--by", "M0004", "--at", "2020-10-12T09:00")
    assert "M0004 is a member, and a position signs: of theirs, PBBX-CO" in said
    assert "unit 'NOPE' is not in the record; cover.csv speaks of PBBX, PCT-047, PD" in desk.refused(
        "roster", "city", "--unit", "NOPE", "--from", "2020-10-19", "--out", str(desk.folder / "new")
    )


def test_lines_that_members_were_given_by_amending_are_no_reason_to_change_them_again(
    desk: Planner, tmp_path: Path
) -> None:
    """Two members change days, after which one is off for a single day, which no plan would have."""
    swap = {"M0019": ("2020-10-28", "2020-10-29"), "M0020": ("2020-10-29", "2020-10-28")}
    assert [(desk.lines()[m][9], desk.lines()[m][10]) for m in swap] == [(EVENING, ""), ("", EVENING)]
    entries = [f"{m},{off},off\n{m},{on},{EVENING}" for m, (off, on) in swap.items()]
    (tmp_path / "swap.csv").write_text("\n".join(["member,day,tour", *entries]), encoding="utf-8")
    desk.told("roster", "amend", "PBBX", str(tmp_path / "swap.csv"), "--reason", "a day", "--by", "PBBX-CO", *AT)
    night = desk.on(NIGHT, 1)
    sick(desk, *night)
    told = desk.json("roster", "replan", "PBBX", *AT, "--out", str(tmp_path / "new.json"))
    assert told["proved"]
    assert {c["day"] for c in told["changes"]} <= {"2020-10-19", "2020-10-20", "2020-10-21"}
    assert told["faults"] == []
