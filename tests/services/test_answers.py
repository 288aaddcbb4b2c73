"""Answers to contacts: each word does what it says, and what it does not allow is refused."""

from datetime import timedelta

import pytest

from muster.domain.contact import Contact, Doubt
from muster.domain.duty import Signing
from muster.domain.escalation import Escalation
from muster.domain.record import entered
from muster.services import answers, taskings
from muster.services.channel_tests import queue_tests
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.services.reached import (
    ROWS,
    asked,
    at_three,
    contact,
    deciding,
    desk_and_captain,
    kinds_of,
    receive,
    refusals,
    say,
    step,
    tasking,
)
from tests.services.small import CHIEF, CO, DAY_DESK, NIGHT_DESK, does, facts, sees
from tests.support import SettableClock

DESK = "PCT-047-DESK"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force; some of its members are reached by telephone and text message."""
    return InRecord(temporary_store, clock, ROWS)


def test_the_night_desk_is_asked_on_each_channel(force: InRecord) -> None:
    assert [(c.member, c.channel, c.position) for c in asked(force)] == [
        (NIGHT_DESK, "sms", DESK),
        (NIGHT_DESK, "telephone", DESK),
    ]


def test_who_accepts_owns_it_and_nobody_else_is_asked(force: InRecord) -> None:
    sms, phone = asked(force)
    said = say(force, phone, "accepted")
    assert (said.ok, said.says) == (True, f"You have it, as {DESK}")
    assert (tasking(force).owner, tasking(force).accepted_by) == (DESK, NIGHT_DESK)
    escalation = sees(force, lambda v: v.row(Escalation, "T1"))
    assert escalation is not None
    assert (escalation.state, escalation.due_at) == ("answered", None)
    assert contact(force, sms.key).state == "spared"


def test_received_spares_the_other_channels_and_can_be_followed_by_an_answer(force: InRecord) -> None:
    sms, phone = asked(force)
    assert say(force, phone, "received").ok
    assert (contact(force, sms.key).state, contact(force, phone.key).answer) == ("spared", None)
    assert tasking(force).accepted_by is None
    assert say(force, sms, "accepted").ok
    assert tasking(force).accepted_by == NIGHT_DESK


def test_received_is_for_one_person_and_ends_no_search(force: InRecord) -> None:
    first, *_ = asked(force)
    say(force, first, "received")
    step(force)
    assert {c.member for c in deciding(force)} > {NIGHT_DESK}


@pytest.mark.parametrize("word", ["received", "accepted"])
def test_a_channel_by_which_somebody_answers_is_no_longer_in_doubt(force: InRecord, word: answers.Word) -> None:
    sms, phone = asked(force)
    doubts = [Doubt(member=c.member, channel=c.channel, since=force.clock(), why="busy") for c in (sms, phone)]
    does(force, lambda r: r.append(entered(d, None, force.clock()) for d in doubts))
    say(force, phone, word)
    assert sees(force, lambda v: v.rows(Doubt)) == doubts[:1]


def test_received_twice_is_received_once(force: InRecord) -> None:
    first, *_ = asked(force)
    say(force, first, "received")
    before = facts(force)
    assert say(force, first, "received").ok
    assert facts(force) == before


def test_of_two_who_accept_the_first_has_it_and_the_second_is_told_who(force: InRecord) -> None:
    desk, captain = desk_and_captain(force)
    assert desk.member != captain.member
    assert say(force, captain, "accepted").ok
    said = say(force, desk, "accepted")
    assert said.refusal == "taken"
    assert f"{captain.member} ({captain.position}) has it already" in said.says
    assert tasking(force).accepted_by == captain.member
    told = sees(force, lambda v: v.rows(Contact, subject="T1", purpose="notice", member=desk.member))
    assert [f"{captain.member} ({captain.position}) has it" in c.says for c in told] == [True, True]


@pytest.mark.parametrize("word", ["refused", "handed", "not-me"])
def test_nothing_more_is_asked_of_anybody_once_somebody_has_it(force: InRecord, word: answers.Word) -> None:
    desk, captain = desk_and_captain(force)
    say(force, captain, "accepted")
    before = kinds_of(force, "tasking/T1")
    assert say(force, desk, word, "no car", "PCT-047-XO").refusal == "taken"
    assert kinds_of(force, "tasking/T1") == before


def test_who_had_it_by_another_way_can_still_say_no(force: InRecord) -> None:
    first, *_ = asked(force)
    does(force, lambda r: taskings.accept(r, "T1", NIGHT_DESK, r.now, DESK))
    assert say(force, first, "refused", "called away").ok
    escalation = sees(force, lambda v: v.row(Escalation, "T1"))
    assert escalation is not None
    assert escalation.state == "running"


def test_a_refusal_brings_the_next_step_at_once(force: InRecord) -> None:
    first, *_ = asked(force)
    assert say(force, first, "refused", "no car").says == "Refused. The next in line is asked"
    escalation = sees(force, lambda v: v.row(Escalation, "T1"))
    assert escalation is not None
    assert escalation.due_at == force.clock()


@pytest.mark.parametrize("reason", [None, "", "  ", "a\nb", "x" * 2001])
def test_a_refusal_needs_a_reason_and_a_slip_of_the_pen_is_not_recorded(force: InRecord, reason: str | None) -> None:
    first, *_ = asked(force)
    before = facts(force)
    said = say(force, first, "refused", reason)
    assert said.refusal == "invalid"
    assert "reason" in said.says
    assert facts(force) == before
    assert say(force, first, "refused", "no car").ok


def test_an_owner_hands_it_to_somebody_below_and_keeps_it_until_they_accept(force: InRecord) -> None:
    first, *_ = asked(force)
    said = say(force, first, "handed", other="PCT-047-SUP")
    assert said.says == (
        f"PCT-047-SUP is asked, or who is next in line if they cannot be. Until somebody accepts, {DESK} has it"
    )
    assert (tasking(force).owner, tasking(force).offered_to) == (DESK, ("PCT-047-SUP",))
    assert kinds_of(force, "tasking/T1")[-1] == "tasking.delegated"


def test_an_owner_cannot_hand_it_up(force: InRecord) -> None:
    first, *_ = asked(force)
    assert say(force, first, "handed", other="PCT-047-CO").refusal == "not-now"
    assert contact(force, first.key).answer is None


def test_who_was_only_asked_names_somebody_else_who_is_asked_next(force: InRecord) -> None:
    _, captain = desk_and_captain(force)
    assert say(force, captain, "not-me", other="DUTY-CHIEF").says.startswith(
        "DUTY-CHIEF is asked, or who is next in line"
    )
    step(force)
    assert deciding(force)[-1].position == "DUTY-CHIEF"


def test_who_names_somebody_of_a_position_that_was_asked_before_is_told_that_the_next_is_asked(force: InRecord) -> None:
    _, captain = desk_and_captain(force)
    said = say(force, captain, "not-me", other=DAY_DESK)
    assert said.says.startswith("The next in line is asked.")
    step(force)
    assert deciding(force)[-1].position not in (DESK, captain.position)


@pytest.mark.parametrize(
    ("other", "refusal", "says"),
    [
        (None, "invalid", "say to whom"),
        ("<b>", "invalid", "say to whom"),
        ("NOBODY", "unknown", "'NOBODY' is neither a position nor a unit"),
        (DESK, "invalid", "as you do"),
        (NIGHT_DESK, "invalid", "is you"),
        ("MAYOR", "not-now", "civil authority"),
    ],
)
def test_somebody_else_must_be_named_in_a_way_that_can_be_understood(
    force: InRecord, other: str | None, refusal: str, says: str
) -> None:
    first, *_ = asked(force)
    said = say(force, first, "not-me", other=other)
    assert said.refusal == refusal
    assert says in said.says
    assert contact(force, first.key).answer is None


def test_a_superior_who_was_asked_too_can_take_over_from_who_has_it(force: InRecord) -> None:
    desk, captain = desk_and_captain(force)
    say(force, desk, "accepted")
    assert say(force, captain, "accepted").refusal == "taken"
    assert say(force, captain, "taken-over").ok
    assert (tasking(force).owner, tasking(force).accepted_by) == (captain.position, captain.member)


def test_a_subordinate_cannot_take_over(force: InRecord) -> None:
    desk, captain = desk_and_captain(force)
    say(force, captain, "accepted")
    said = say(force, desk, "taken-over")
    assert said.refusal == "not-now"
    assert "does not stand over" in said.says
    assert tasking(force).accepted_by == captain.member


def test_what_was_closed_cannot_be_accepted_and_says_how_it_was_closed(force: InRecord) -> None:
    first, other = asked(force)
    does(force, lambda r: taskings.close(r, "T1", NIGHT_DESK, "nobody there", r.now))
    said = say(force, first, "accepted")
    assert said.refusal == "not-now"
    assert "was closed: nobody there" in said.says
    assert say(force, other, "received").ok


def test_a_notice_can_be_received_and_needs_no_other_answer(force: InRecord) -> None:
    at_three(force)
    receive(force)
    notices = sees(force, lambda v: v.rows(Contact, subject="T1", purpose="notice"))
    assert [c.member for c in notices] == [CO]
    assert say(force, notices[0], "accepted").refusal == "not-now"
    assert say(force, notices[0], "received").ok
    assert tasking(force).accepted_by is None


def test_a_test_of_a_channel_can_be_received_and_nothing_else(force: InRecord) -> None:
    at_three(force)
    tested = does(force, lambda r: queue_tests(r, [NIGHT_DESK], None, CHIEF, r.now))
    assert say(force, tested[0], "accepted").refusal == "not-now"
    said = say(force, tested[0], "received")
    assert (said.ok, said.tasking) == (True, None)
    assert contact(force, tested[0].key).received_at == force.clock()


def test_who_is_unfit_takes_nothing_on_and_only_they_are_told_why(force: InRecord) -> None:
    first, *_ = asked(force)
    since = force.clock() - timedelta(hours=19)
    worn = Signing(member=NIGHT_DESK, at=since, kind="on", unit="PCT-047")
    does(force, lambda r: r.append([entered(worn, None, since)]))
    said = say(force, first, "accepted")
    assert said.refusal == "not-available"
    assert "on duty 27 h 45 m, unfit from 18 h" in said.says
    recorded = refusals(force, first)
    assert [r["why"] for r in recorded] == ["not available: the hours rules"]
    assert tasking(force).accepted_by is None
    assert say(force, first, "refused", "no car").ok


def test_what_a_word_does_not_need_is_not_kept(force: InRecord) -> None:
    first, *_ = asked(force)
    say(force, first, "accepted", "my phone number is\x00", "anybody")
    body = sees(force, lambda v: [f.body for f in v.facts(streams=[first.stream], kinds=["contact.answered"])])
    assert "phone" not in body[0]
    assert "anybody" not in body[0]
