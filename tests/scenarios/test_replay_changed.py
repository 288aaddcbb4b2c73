"""Another force or other times tell another story, and nothing of the old one is left."""

import re

from tests.scenarios.plays import Story, cut, views_of
from tests.scenarios.test_replay import disputed, only, said, verdicts

DEPUTY = "M00005"


def test_without_a_deputy_nobody_is_proposed_and_nobody_acts(without_deputy: Story) -> None:
    vacancy = said(without_deputy.at("2020-10-13T10:00"), "falls vacant")
    assert "the succession proposes nobody" in vacancy
    refused = only(without_deputy.at("2020-10-16T09:05"))
    assert "nobody can be appointed to act as the Chief of Patrol" in refused
    assert "Held by M00004 (away)." in without_deputy.at("2020-10-19T10:00")[0]


def test_without_a_deputy_the_duty_chief_answers_and_nobody_comes_on_next(without_deputy: Story) -> None:
    during, afterwards = without_deputy.versions()
    assert "The call goes on at once to the Duty Chief (" in during[0].text
    assert "The call goes on at once to the Duty Chief (" in afterwards[0].text
    for at in ("2020-10-07T18:00", "2020-10-07T22:00", "2020-10-08T00:00"):
        assert "Duty Chief" in without_deputy.at(at, "fact")[0]
        assert not any("Next of the unit" in text for text in without_deputy.at(at))


def test_the_deputy_who_is_not_there_is_named_nowhere(october: Story, without_deputy: Story) -> None:
    assert any(DEPUTY in text for text in october.texts())
    assert not any(DEPUTY in text for text in without_deputy.texts())
    vacant = [text for text in without_deputy.texts() if "Executive Officer of the Patrol Services Bureau" in text]
    assert all("nobody holds it" in text or text.startswith("Until somebody accepts") for text in vacant)


def test_twelve_hours_later_the_call_during_the_duty_is_answered_by_day(later_call: Story) -> None:
    during, _ = later_call.versions()
    assert f"{during[0].at.astimezone(later_call.scenario.zone):%d %H%M}" == "08 1300"
    assert "on duty, does not answer. The call goes on at once to the Executive Officer" in during[0].text
    assert verdicts(disputed(during).details) == {"P": "SUPPORTED", "C": "CONTRADICTED", "M": "CONTRADICTED"}


def test_twelve_hours_later_the_other_call_finds_the_chief_on_duty_again(later_call: Story) -> None:
    _, afterwards = later_call.versions()
    call = afterwards[0].text
    assert f"{afterwards[0].at.astimezone(later_call.scenario.zone):%d %H%M}" == "09 1100"
    assert "on duty, does not answer. The call goes on at once to the Executive Officer" in call
    assert verdicts(disputed(afterwards).details) == {"P": "SUPPORTED", "C": "CONTRADICTED", "M": "CONTRADICTED"}


def test_nothing_of_the_earlier_calls_is_left(later_call: Story) -> None:
    lines = [line.text for version in later_call.versions() for line in version]
    assert len([text for text in lines if "calls about" in text]) == 2
    assert not any("off duty, does not answer" in text or "not available until" in text for text in lines)
    assert not any("Oct 0100" in detail for v in later_call.versions() for line in v for detail in line.details)


def test_in_another_precinct_its_own_desk_officer_decides_and_its_own_borough_is_told(elsewhere: Story) -> None:
    before = elsewhere.at("2020-10-08T22:50")[0]
    assert "It belongs to the 66th Precinct." in before
    assert "decides: Desk Officer of the 66th Precinct" in before
    assert "skipped above: Police Commissioner; Chief of Department |" in before
    assert "Commanding Officer of the Patrol Borough Brooklyn South; Commanding Officer of the 66th Precinct" in before
    _, bypass, told, *_ = elsewhere.at("2020-10-08T22:55")
    assert "Competent below: Patrol Borough Brooklyn South, 66th Precinct." in bypass
    assert "the Commanding Officer of the 66th Precinct" in told
    assert "The Desk Officer of the 66th Precinct (M" in elsewhere.at("2020-10-08T22:58")[0]
    assert "The Desk Officer of the 66th Precinct (M" in only(elsewhere.at("2020-10-09T00:20"))


def test_nothing_of_the_former_precinct_is_left(elsewhere: Story) -> None:
    assert [text for text in elsewhere.texts() if re.search(r"\b(PCT-0)?47(th)?\b|Bronx", text)] == []
    with views_of(elsewhere.folder / "record.db") as views:
        facts = [f for f in views.facts(about="PCT-047") if not f.kind.endswith(".entered")]
    assert facts == []


def test_a_shorter_scenario_keeps_its_order(october: Story) -> None:
    short = cut(october.scenario, "2020-10-08T12:00", ["order", "answer-order"])
    assert [step.do for step in short.steps[:3]] == ["roster", "sign-on", "assume"]
    assert [fork.until for fork in short.forks] == [short.forks[0].until]
