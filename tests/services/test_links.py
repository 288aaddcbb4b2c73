"""Links: those of one step are used up together, they end with what they rest on, and refused uses are recorded."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muster.domain.errors import Refused, Unknown
from muster.domain.members import Appointment
from muster.services import answers, contacts
from muster.services.answers import MOST_ALTERED, MOST_REFUSALS, Altered
from muster.store.store import SqlStore
from tests.ground import InRecord, changed, local
from tests.services.reached import (
    ROWS,
    asked,
    deciding,
    pass_minutes,
    refusals,
    say,
    step,
    tasking,
)
from tests.services.small import NIGHT_CAPTAIN, NIGHT_DESK, XO, does, facts, sees
from tests.support import SettableClock

DESK = "PCT-047-DESK"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force; some of its members are reached by telephone and text message."""
    return InRecord(temporary_store, clock, ROWS)


def test_one_answer_uses_up_the_links_of_all_channels_of_its_step(force: InRecord) -> None:
    sms, phone = asked(force)
    say(force, sms, "refused", "no car")
    said = say(force, phone, "accepted")
    assert said.refusal == "link-over"
    assert "you answered by sms: refused" in said.says
    assert tasking(force).accepted_by is None
    assert [r["refusal"] for r in refusals(force, phone)] == ["link-over"]


def test_what_was_refused_can_be_accepted_by_the_link_of_a_later_step(force: InRecord) -> None:
    first, *_ = asked(force)
    say(force, first, "refused", "no car")
    for _ in range(40):
        step(force)
        again = [c for c in deciding(force) if c.member == NIGHT_DESK and c.step > first.step]
        if again:
            break
    assert say(force, again[0], "accepted").ok
    assert tasking(force).accepted_by == NIGHT_DESK


def test_the_same_answer_sent_again_over_a_bad_line_is_one_answer(force: InRecord) -> None:
    first, *_ = asked(force)
    say(force, first, "accepted", once="w1")
    before = facts(force)
    again = say(force, first, "accepted", once="w1")
    assert (again.ok, again.says) == (True, f"You have it, as {DESK}")
    assert facts(force) == before


@pytest.mark.parametrize(("word", "once"), [("accepted", "w2"), ("accepted", None), ("refused", "w1")])
def test_a_link_used_twice_is_refused_and_that_is_recorded(
    force: InRecord, word: answers.Word, once: str | None
) -> None:
    first, *_ = asked(force)
    say(force, first, "accepted", once="w1")
    said = say(force, first, word, "no car", once=once)
    assert (said.ok, said.refusal) == (False, "link-over")
    assert [r["word"] for r in refusals(force, first)] == [word]
    assert tasking(force).accepted_by == NIGHT_DESK


def test_a_link_can_be_used_until_it_expires_and_not_then(force: InRecord) -> None:
    first, other = asked(force)
    force.clock.at = first.expires_at - timedelta(microseconds=1)
    assert say(force, first, "received").ok
    force.clock.at = first.expires_at
    said = say(force, other, "accepted")
    assert said.refusal == "link-over"
    assert "expired on Thu 08 Oct at 0300" in said.says
    assert refusals(force, other)[0]["why"] == said.says
    assert tasking(force).accepted_by is None


def test_a_link_ends_with_the_appointment_it_rests_on(force: InRecord) -> None:
    first, *_ = asked(force)
    ends = local("2020-10-07T03:10")
    force.rows = changed(force.rows, Appointment, lambda a: a.member == NIGHT_DESK, until=ends)
    force.load()
    assert say(force, first, "received").ok
    pass_minutes(force, 10)
    said = say(force, first, "accepted")
    assert said.refusal == "link-over"
    assert "the link ended with the appointment" in said.says
    assert len(refusals(force, first)) == 1
    assert tasking(force).accepted_by is None


def test_a_link_ends_with_the_service_of_its_member(force: InRecord) -> None:
    first, *_ = asked(force)
    force.retire(NIGHT_DESK, "2020-10-07T03:01", "2020-10-07T03:05")
    pass_minutes(force, 10)
    said = say(force, first, "accepted")
    assert said.refusal == "link-over"
    assert tasking(force).accepted_by is None


def test_whoever_goes_on_trying_does_not_fill_the_record(force: InRecord) -> None:
    first, *_ = asked(force)
    say(force, first, "accepted")
    for _ in range(MOST_REFUSALS + 5):
        assert say(force, first, "accepted").refusal == "link-over"
    assert len(refusals(force, first)) == MOST_REFUSALS


def test_altered_links_take_no_room_from_the_refusals_of_a_true_one(force: InRecord) -> None:
    first, *_ = asked(force)
    for _ in range(MOST_ALTERED + 5):
        does(force, lambda r: answers.refused(r, first, Altered("altered"), r.now))
    assert len(refusals(force, first)) == MOST_ALTERED
    say(force, first, "accepted")
    say(force, first, "accepted")
    assert len(refusals(force, first)) == MOST_ALTERED + 1


def test_a_contact_that_there_is_not_is_unknown(force: InRecord) -> None:
    first, *_ = asked(force)
    with pytest.raises(Unknown, match="is not in the record"):
        say(force, replace(first, step=9), "accepted")


def test_somebody_who_calls_back_need_not_know_the_name_of_the_contact(force: InRecord) -> None:
    sms, phone = asked(force)
    found = sees(force, lambda v: contacts.contact_of(v, "T1", NIGHT_DESK))
    assert (found.subject, found.step, found.member) == ("T1", 1, NIGHT_DESK)
    assert sees(force, lambda v: contacts.contact_of(v, phone.key, NIGHT_DESK)) == phone
    with pytest.raises(Refused, match=f"is with {NIGHT_DESK}, not {XO}"):
        sees(force, lambda v: contacts.contact_of(v, sms.key, XO))
    with pytest.raises(Unknown, match=f"{NIGHT_CAPTAIN} was not contacted about 'T1'"):
        sees(force, lambda v: contacts.contact_of(v, "T1", NIGHT_CAPTAIN))
