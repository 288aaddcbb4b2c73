"""The fire department that does not exist: nothing in Muster is about one force."""

import pytest

from muster.domain.checks import check
from muster.domain.force import Force, Unit
from muster.files import read, write
from muster.scenarios.scenario import data
from tests.scenarios.plays import Story
from tests.scenarios.test_replay import only, said

FORCE = data() / "antilia" / "force"


def test_its_directory_has_no_fault_and_no_warning(antilia: Story) -> None:
    found = read(FORCE)
    assert [*found.faults, *check(found, antilia.scenario.begin)] == []


def test_its_directory_is_in_canonical_form(tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("antilia") / "force"
    write(read(FORCE).rows(), again)
    assert {f.name: f.read_bytes() for f in again.iterdir()} == {f.name: f.read_bytes() for f in FORCE.iterdir()}


def test_it_says_that_it_is_made_up() -> None:
    assert "does not exist" in (FORCE.parent / "README.md").read_text("utf-8")
    assert all("ours, advisory" in line for line in (FORCE / "hours.csv").read_text("utf-8").splitlines()[1:])


def test_it_is_another_kind_of_force() -> None:
    rows = read(FORCE).rows()
    force, units = rows["force"][0], rows["unit"]
    assert isinstance(force, Force)
    assert force.zone == "Europe/Lisbon"
    levels = {unit.level for unit in units if isinstance(unit, Unit)}
    assert levels == {"council", "service", "division", "district", "station", "company"}
    assert 120 <= len(rows["member"]) <= 300


def test_every_expectation_is_met(antilia: Story) -> None:
    assert antilia.texts(kind="unexpected") == []


def test_command_is_assumed_transferred_up_and_relieved_at_limits_of_its_own(antilia: Story) -> None:
    assert "Watch Officer of Station 2 (A064) assumes command of Station 2" in only(antilia.at("2021-10-23T14:32"))
    assert "hands over command of Station 2 to the Battalion Chief" in said(antilia.at("2021-10-23T15:30"), "hands")
    assert "has been on duty 26 h: relief is owed" in antilia.at("2021-10-24T10:00")[0]
    assert "28 h on duty: relief is OVERDUE" in antilia.at("2021-10-24T12:00")[0]
    assert "to the District Chief of the Harbour District" in only(antilia.at("2021-10-24T12:30"))
    assert "signs off after 28 h 40 m on duty" in antilia.at("2021-10-24T12:40")[0]


def test_each_version_of_who_had_command_is_played(antilia: Story) -> None:
    radio, witnesses = antilia.versions()
    assert "In command: Battalion Chief of the Harbour District" in radio[-1].text
    assert "In command: Watch Officer of Station 2" in witnesses[-1].text


def test_a_directive_without_a_reason_is_refused_and_with_one_it_is_a_bypass(antilia: Story) -> None:
    assert "this directive passes the chain" in only(antilia.at("2021-10-20T14:05", "refused"))
    bypass = said(antilia.at("2021-10-20T14:20"), "A bypass")
    assert "Skipped above: Fire and Rescue Service. Competent below: Upper Town District, Station 5." in bypass


def test_a_delegation_moves_the_decision_down(antilia: Story) -> None:
    assert "The Harbour District delegates “hazardous materials” to Station 3, up to 20 members" in only(
        antilia.at("2021-10-19T10:00")
    )
    assert "It belongs to Station 3." in only(antilia.at("2021-10-19T10:05"))
    assert "It belongs to the Harbour District." in only(antilia.at("2021-10-19T10:06"))


def test_the_call_at_rest_is_answered_by_the_battalion_chief(antilia: Story) -> None:
    call, *_ = antilia.at("2021-10-24T23:20", "fact")
    assert "The call goes on at once to the Battalion Chief of the Harbour District (A027)" in call
    assert "not available until 0800" in call
    assert "The Battalion Chief of the Harbour District (A027) accepts" in antilia.at("2021-10-24T23:23")[0]


def test_papers_are_withdrawn_in_time_and_too_late_by_portuguese_holidays(antilia: Story) -> None:
    assert "withdraws the papers and stays" in antilia.at("2021-10-29T16:00")[0]
    late = only(antilia.at("2021-10-30T10:00", "refused"))
    assert "the last day to withdraw was Fri 29 Oct 2021" in late  # 1 November is a holiday
    assert "to act as Station Officer of Station 4" in antilia.at("2021-11-03T00:00")[0]


def test_the_night_tour_of_the_change_of_clocks_lasts_25_hours(antilia: Story) -> None:
    tour = said(antilia.texts(kind="answer"), "How long is the tour 0800x0800")
    assert "It lasts 25 h: Sat 30 Oct 0800 WEST to Sun 31 Oct 0800 WET." in tour


def test_its_story_has_no_word_of_another_force(antilia: Story) -> None:
    foreign = ("Precinct", "Patrol", "Borough", "Mayor", "Police", "Desk Officer", "commands receive")
    assert [text for text in antilia.texts() if any(word in text for word in foreign)] == []
