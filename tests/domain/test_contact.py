"""Contacts as values: what each event makes of them."""

import pytest

from muster.domain.contact import Contact
from tests.domain.searches import HOUR, MINUTE, after, asked
from tests.protocol.memory import NOW
from tests.protocol.stations import DESK

LATER = NOW + MINUTE
WAITING = asked("D1", DESK, state="waiting", tries=0, due_at=NOW)
SENT = after(WAITING, [WAITING.sent(NOW)])


def test_it_is_queued_as_it_stands_under_a_key_of_its_own() -> None:
    fact = WAITING.queued()
    assert fact.stream == "contact/T1/decide/1/D1/telephone"
    assert (fact.effective_at, Contact.after(None, "queued", fact.body)) == (NOW - MINUTE, WAITING)


def test_what_was_sent_is_over_and_a_test_is_looked_at_again_when_its_link_expires() -> None:
    assert (SENT.state, SENT.due_at, SENT.tries, SENT.waits) == ("sent", None, 1, False)
    test = asked("D1", DESK, purpose="test", state="waiting", tries=0, due_at=NOW)
    assert after(test, [test.sent(NOW)]).due_at == NOW + 24 * HOUR


def test_a_test_that_nobody_answered_is_over() -> None:
    test = asked("D1", DESK, purpose="test", due_at=NOW)
    unanswered = after(test, [test.unanswered(NOW)])
    assert (unanswered.state, unanswered.due_at) == ("sent", None)


def test_what_could_not_be_sent_for_the_moment_is_tried_again() -> None:
    postponed = after(WAITING, [WAITING.postponed(LATER, "busy", NOW)])
    assert (postponed.waits, postponed.due_at, postponed.tries, postponed.note) == (True, LATER, 1, "busy")
    assert after(postponed, [postponed.sent(LATER)]).note is None


def test_what_a_channel_cannot_carry_has_failed() -> None:
    failed = after(WAITING, [WAITING.failed("no such number", NOW)])
    assert (failed.state, failed.due_at, failed.tries, failed.note) == ("failed", None, 1, "no such number")


def test_what_is_not_needed_is_spared_and_is_sent_all_the_same_where_it_was_on_its_way() -> None:
    spared = after(WAITING, [WAITING.spared("H1 has it", NOW)])
    assert (spared.state, spared.due_at, spared.tries) == ("spared", None, 0)
    assert after(spared, [spared.sent(NOW)]).state == "sent"


def test_the_next_channel_is_brought_forward() -> None:
    later = asked("D1", DESK, state="waiting", tries=0, due_at=LATER)
    assert after(later, [later.hastened(NOW)]).due_at == NOW


def test_it_is_received_once_and_the_first_time_counts() -> None:
    [fact] = SENT.received(NOW)
    received = after(SENT, [fact])
    assert (received.received_at, received.answer) == (NOW, None)
    assert received.received(LATER) == []


def test_what_is_received_before_its_sending_is_on_record_still_has_to_be_recorded() -> None:
    received = after(WAITING, WAITING.received(NOW))
    assert (received.waits, received.due_at) == (True, NOW)
    test = asked("D1", DESK, purpose="test", due_at=LATER)
    assert after(test, test.received(NOW)).due_at is None, "a test that was confirmed is not looked at again"


def test_an_answer_is_a_receipt_as_well() -> None:
    answered = after(SENT, [SENT.answered("refused", NOW, reason="no hands", to=None)])
    assert (answered.answer, answered.answered_at, answered.received_at) == ("refused", NOW, NOW)
    assert "to" not in SENT.answered("refused", NOW, reason="no hands", to=None).body


def test_an_answer_leaves_the_instant_of_the_receipt() -> None:
    received = after(SENT, SENT.received(NOW))
    assert after(received, [received.answered("accepted", LATER)]).received_at == NOW


def test_a_refused_link_changes_nothing() -> None:
    assert after(SENT, [SENT.link_refused("it has expired", NOW)]) == SENT


@pytest.mark.parametrize(
    ("contact", "may"),
    [
        (SENT, True),
        (WAITING, True),
        (asked("D1", DESK, state="waiting", tries=0, due_at=LATER), False),
        (asked("D1", DESK, state="waiting", tries=1, due_at=LATER), True),
        (asked("D1", DESK, state="failed"), True),
        (asked("D1", DESK, state="spared", tries=0), False),
    ],
    ids=["sent", "due, and perhaps on its way", "due later", "tried, and the gateway was late", "failed", "spared"],
)
def test_whether_the_member_may_have_it_by_now(contact: Contact, may: bool) -> None:
    assert contact.may_have_come(NOW) is may
