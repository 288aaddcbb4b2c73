"""The replay of October 2020: what the story must show, told from facts alone."""

import re

import pytest

from muster.domain.taskings import Tasking
from muster.scenarios.lines import Line
from muster.services.record import verify
from tests.scenarios.plays import Story, views_of


def only(texts: list[str]) -> str:
    """The one text there is."""
    assert len(texts) == 1, texts
    return texts[0]


def said(texts: list[str], *words: str) -> str:
    """The one text that has all these words."""
    return only([text for text in texts if all(word in text for word in words)])


def test_every_expectation_is_met_and_nothing_is_refused(october: Story) -> None:
    assert [line.text for line in october.lines if line.kind in ("unexpected", "refused")] == []


def test_the_memo_is_a_tasking_to_every_command_with_returns_due_and_exemptions(october: Story) -> None:
    memo = said(october.at("2020-10-02T10:00"), "orders")
    assert "prepared for deployment from 25 October" in memo
    assert "84 units receive it as a tasking each, returns due Fri 23 Oct 1200" in memo
    assert memo.endswith("Exempt by name: Central Park Precinct.")
    with views_of(october.folder / "record.db") as views:
        parts = views.rows(Tasking, order="MEMO-1025")
    assert len(parts) == 84
    assert "PCT-022" not in {t.place for t in parts}
    assert all(t.result for t in parts)


def test_late_returns_are_named_before_the_day_and_there_on_it(october: Story) -> None:
    due = only(october.at("2020-10-23T12:00"))
    assert "82 of 84 units; 2 late" in due
    assert "late: 47th Precinct" in due
    assert "late: Task Force, Patrol Borough Bronx" in due
    assert "84 of 84 units; 0 late" in only(october.at("2020-10-25T00:00"))


@pytest.mark.parametrize(
    ("at", "says", "due"),
    [
        ("2020-10-07T18:00", "on duty 12 h: relief is owed", "Due to take over: the Duty Chief"),
        ("2020-10-07T22:00", "16 h on duty: relief is OVERDUE", "New matters go to the Duty Chief"),
        ("2020-10-08T00:00", "18 h on duty: UNFIT for duty", "Due: the Duty Chief"),
    ],
)
def test_relief_of_the_chief_is_owed_overdue_and_past_all_limits(october: Story, at: str, says: str, due: str) -> None:
    line = said(october.at(at), says)
    assert line.startswith("The Chief of Patrol (")
    assert due in line
    assert "Next of the unit to come on duty: the Executive Officer of the Patrol Services Bureau (" in line
    assert "from Thu 08 Oct 0800" in line


def test_owed_relief_is_proposed_accepted_and_still_not_had_at_the_end(october: Story) -> None:
    opened = said(october.at("2020-10-07T18:00"), "A tasking is opened")
    assert "relieve the Chief of Patrol (M00004), on duty since Wed 07 Oct 0600; overdue from Wed 07 Oct 2200" in opened
    assert "the Duty Chief (M" in opened
    assert "can take over until Wed 07 Oct 2335, which breaks nothing" in opened
    chain = said(october.at("2020-10-07T18:00"), "one after another")
    assert "these are asked, one after another: the Duty Chief; the Executive Officer" in chain
    told = said(october.at("2020-10-07T18:04"), "takes over from you")
    assert told.endswith("without having to answer: the Chief of Patrol.")
    late = said(october.at("2020-10-07T22:00"), "Told of")
    assert "relief is overdue: the Duty Chief (M" in late
    assert "accepted it, and the Chief of Patrol (M00004) is on duty still" in late
    assert late.endswith("the Duty Chief; the Chief of Department.")
    opened_later = [text for day in ("2020-10-07T22:00", "2020-10-08T00:00") for text in october.at(day)]
    assert not any("A tasking is opened" in text for text in opened_later)


def test_signing_off_closes_the_tasking_to_relieve(october: Story) -> None:
    off = october.at("2020-10-08T18:00", "fact")
    assert "signs off after 36 h on duty." in off[0]
    assert "The tasking to relieve the Chief of Patrol" in off[1]
    assert "is closed" in off[1]


def test_new_matters_pass_the_chief_by_while_command_stays(october: Story) -> None:
    answer = only(october.at("2020-10-08T00:30"))
    assert "In command: Chief of Patrol" in answer
    assert "due: Duty Chief" in answer
    assert "relief overdue for 2 h 30 m" in answer
    assert "passed over: Chief of Patrol: unfit: on duty 18 h 30 m" in answer


def test_the_call_during_the_duty_is_one_version(october: Story) -> None:
    during, _ = october.versions()
    call = during[0].text
    assert "the Chief of Patrol (M00004), on duty, does not answer" in call
    assert "The call goes on at once to the Executive Officer of the Patrol Services Bureau" in call
    assert "The Mayor is told: “The Chief of Patrol is on duty and did not answer." in call
    assert verdicts(disputed(during).details) == {"P": "SUPPORTED", "C": "CONTRADICTED", "M": "CONTRADICTED"}


def test_the_call_at_rest_is_the_other_version(october: Story) -> None:
    _, afterwards = october.versions()
    call = afterwards[0].text
    assert "the Chief of Patrol (M00004), off duty, does not answer" in call
    assert "The call goes on at once to the Duty Chief" in call
    assert "“The Chief of Patrol is not available until 0700. The Duty Chief has it.”" in call
    assert verdicts(disputed(afterwards).details) == {"P": "CONTRADICTED", "C": "SUPPORTED", "M": "SUPPORTED"}


def disputed(lines: list[Line]) -> Line:
    """The line that holds the accounts' claims against the record."""
    (found,) = (line for line in lines if line.text.startswith("Disputed: "))
    return found


def verdicts(details: tuple[str, ...]) -> dict[str, str]:
    """The verdict on each account."""
    found = (re.match(r"(\w): .*?: (SUPPORTED|CONTRADICTED|NOT COVERED)\.", detail) for detail in details)
    return {one[1]: one[2] for one in found if one}


def test_neither_version_is_chosen(october: Story) -> None:
    kinds = [line.kind for line in october.lines]
    assert kinds.count("version") == 2
    assert "Neither version is chosen" in october.lines[kinds.index("join")].text
    last = said(october.at("2020-11-12T00:01"), "Disputed: when the Mayor's call was missed")
    assert set(verdicts(tuple(last.split(" | ")[1:])).values()) == {"NOT COVERED"}


def test_the_directive_about_the_block_party_names_both_lists_before_it_is_sent(october: Story) -> None:
    before = only(october.at("2020-10-08T22:50"))
    assert "It belongs to the 47th Precinct." in before
    assert "decides: Desk Officer of the 47th Precinct" in before
    assert "skipped above: Police Commissioner; Chief of Department |" in before
    assert (
        "competent below: Commanding Officer of the Patrol Borough Bronx; Commanding Officer of the 47th Precinct |"
        in before
    )
    assert "offered: send it to the Desk Officer of the 47th Precinct instead" in before


def test_the_bypass_is_told_to_everybody_it_passes_and_moves_no_ownership(october: Story) -> None:
    received, bypass, told, *_ = october.at("2020-10-08T22:55")
    assert "the Desk Officer of the 47th Precinct owns it until somebody else accepts it" in received
    assert "(“the Mayor wants the Chief himself”)" in bypass
    assert "Skipped above: Police Department, Office of the Chief of Department." in bypass
    assert "Competent below: Patrol Borough Bronx, 47th Precinct." in bypass
    for office in ("Police Commissioner", "Chief of Department", "Patrol Borough Bronx", "47th Precinct"):
        assert office in told
    assert "The Desk Officer of the 47th Precinct (M" in said(october.at("2020-10-08T22:58"), "accepts")


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2020-10-13T10:00", ["The Chief of Patrol (M00004) files for retirement, to take effect Thu 12 Nov 0000"]),
        ("2020-10-13T10:00", ["The office of Chief of Patrol falls vacant", "the succession proposes the Executive"]),
        ("2020-10-13T16:00", ["The Police Commissioner (M00001) asks the Chief of Patrol", "reconsider"]),
        ("2020-10-14T09:00", ["accepts the papers", "Thu 12 Nov 0000", "terminal leave from Fri 30 Oct 0000"]),
        ("2020-10-16T09:05", ["The Executive Officer of the Patrol Services Bureau (M", "to act as Chief of Patrol"]),
        ("2020-10-30T00:00", ["The Commanding Officer of the Patrol Borough Bronx (M", "appointed as Chief of Patrol"]),
        ("2020-10-30T00:00", ["Member M00004 is Chief of Patrol no longer"]),
        ("2020-10-30T00:00", ["closes the vacancy of the Chief of Patrol"]),
    ],
)
def test_the_chief_leaves_and_is_followed_at_these_dates(october: Story, at: str, words: list[str]) -> None:
    said(october.at(at, "fact"), *words)


def test_the_position_its_holder_and_its_acting_holder_are_told_apart(october: Story) -> None:
    acting, succeeded, after = (only(october.at(at)) for at in ("2020-10-19T10:00", "2020-11-02T10:00", "2020-11-12"))
    assert "Held by M00004 (away); M00005 acting" in acting
    assert "M00004" not in succeeded
    assert "Held by M" in after


@pytest.mark.parametrize(
    ("dispute", "subject", "claims"),
    [
        ("4.1", "how old the Chief of Patrol is", ["P: 43", "M: 41"]),
        ("4.2", "how the Chief of Patrol left", ["P: resigned", "filed for retirement", "C: is retiring"]),
        ("4.3", "when the Mayor's call was missed", ["P: during the duty", "M: after the duty", "C: after returning"]),
        ("4.4", "what followed the missed call", ["P: the Mayor's messages", "dressing-down", "C: a blow-out"]),
        ("4.5", "why the Chief of Patrol left", ["P: differences with", "C: the Mayor's micro", "M: weeks of tension"]),
        ("4.6", "how long the Chief of Patrol had served", ["more than two decades", "C: a 20-year veteran"]),
    ],
)
def test_every_dispute_stands_side_by_side(october: Story, dispute: str, subject: str, claims: list[str]) -> None:
    line = said(october.at("2020-11-12T00:01"), f"Disputed: {subject} |")
    assert [claim for claim in claims if claim not in line] == [], dispute
    assert re.search(r"\(on the record|\(unnamed sources|\(own text|\(second hand|\(basis not stated", line)


def test_the_accounts_differ_on_six_subjects_and_no_more(october: Story) -> None:
    texts = october.at("2020-11-12T00:01")
    assert sum(text.startswith("Disputed: ") for text in texts) == 6
    assert "6. Nothing is settled." in texts[0]


def test_the_night_tour_of_31_october_lasts_9_h_35_m(october: Story) -> None:
    tours = [line for line in october.lines if line.text.startswith("How long is the tour 2315x0750")]
    assert "It lasts 9 h 35 m: Sat 31 Oct 2315 EDT to Sun 01 Nov 0750 EST." in only([line.text for line in tours])
    first, second = (line.text for line in october.lines if line.text.startswith("Who has the 66th Precinct?"))
    assert first == second


def test_the_record_is_whole_at_the_end(october: Story) -> None:
    assert "The record is whole" in said(october.texts(kind="answer"), "Is the record whole?")
    for database, _ in october.by_record():
        with views_of(database) as views:
            assert verify(views).whole
