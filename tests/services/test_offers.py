"""Offers to many at once: the order of the list decides, being first gives nothing, and everybody is told."""

from datetime import timedelta

import pytest

from muster.domain.calling_in import CallInAnswer
from muster.domain.contact import Contact
from muster.domain.duty import Reachability
from muster.domain.errors import Invalid, MusterError, Refused
from muster.domain.members import Absence
from muster.services import call_ins, duty, offers
from muster.services.calling import listed
from muster.services.watch import watch
from muster.services.why_me import why_me
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.services.offered import (
    BOSS,
    NOON,
    ROTATING,
    ROWS,
    SIX,
    an_offer,
    asking,
    at_six,
    coming,
    decide,
    need,
    note,
    offer,
    offered,
    say,
    states,
)
from tests.services.small import PCT, does, facts, sees
from tests.support import SettableClock


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force, whose police officers have an sms and an e-mail address."""
    return InRecord(temporary_store, clock, (*ROWS, *ROTATING))


def told(force: InRecord, member: str, purpose: str = "outcome") -> list[Contact]:
    return sees(force, lambda views: views.rows(Contact, subject="C1", member=member, purpose=purpose))


def test_the_first_of_the_list_are_asked_at_once_each_with_the_digest_of_the_list(force: InRecord) -> None:
    need(force)
    before = sees(force, lambda v: listed(v, call_ins.named(v, "C1"), NOON).list)
    made = offer(force, 4)
    assert [o.member for o in made.offers] == [line.member for line in before.offers if line.is_open][:4]
    assert {o.digest for o in made.offers} == {before.digest}
    assert {c.member for c in made.contacts} == {o.member for o in made.offers}
    assert {c.expires_at for c in made.contacts} == {SIX}


def test_the_award_goes_by_the_list_and_not_to_who_was_first(force: InRecord) -> None:
    first, second, third, fourth = offered(force, 4)
    for minutes, member in enumerate((fourth, third, second), start=1):
        force.clock.at = NOON + timedelta(minutes=minutes)
        assert say(force, member, "willing").ok
        decide(force)
        assert coming(force) == []  # the first of the list has time until six
    at_six(force)
    assert coming(force) == [second, third]
    assert states(force) == {first: "not-reached", second: "awarded", third: "awarded", fourth: "passed"}
    assert an_offer(force, fourth).why == f"as many as are needed come, by the order of the list: {second}, {third}"


def test_it_is_given_as_soon_as_everybody_ahead_has_answered(force: InRecord) -> None:
    first, second, third, fourth = offered(force, 4)
    say(force, second, "willing")
    decide(force)
    assert coming(force) == []
    say(force, first, "refused")
    decide(force)
    assert coming(force) == [second]
    say(force, fourth, "willing")
    decide(force)
    assert coming(force) == [second]
    say(force, third, "willing")
    decide(force)
    assert coming(force) == [second, third]
    assert states(force)[fourth] == "passed"


def test_who_is_not_needed_any_more_is_told_and_asked_nothing(force: InRecord) -> None:
    first, second, third, _ = offered(force, 4)
    say(force, first, "willing")
    say(force, second, "willing")
    decide(force)
    assert states(force)[third] == "spared"
    assert {c.state for c in told(force, third, "offer")} == {"spared"}
    late = say(force, third, "willing")
    assert (late.ok, late.refusal) == (False, "not-now")
    assert "needs no answer any more: as many as are needed come" in late.says


def test_everybody_is_told_what_came_of_it_and_so_is_who_had_it_offered(force: InRecord) -> None:
    first, second, third, fourth = offered(force, 4)
    for member in (first, third, fourth):
        say(force, member, "willing")
    say(force, second, "refused")
    decide(force)
    assert [c.says for c in told(force, first)] == ["you are to come"] * 2  # by both channels, until they read it
    assert [c.says for c in told(force, fourth)] == [f"it is not yours: {an_offer(force, fourth).why}"]
    assert told(force, second) == []
    assert [c.says for c in told(force, BOSS, "returns")] == [f"{first}, {third} to come; not needed: {fourth}"]


def test_where_who_had_it_offered_is_off_duty_by_then_who_is_in_command_is_told_too(force: InRecord) -> None:
    offered(force, 2)
    at_six(force)
    command = sees(force, lambda v: watch(v, PCT, SIX)).in_command
    assert command is not None
    assert command.member != BOSS  # whose tour ended at 1540
    for member in (BOSS, command.member):
        (contact, *_) = told(force, member, "returns")
        assert contact.says.startswith("nobody to come; 2 still needed; next: ")


def test_a_refusal_stands_on_the_list_when_it_is_given_and_who_was_not_reached_keeps_the_place(force: InRecord) -> None:
    first, second, *_ = offered(force, 2, contract="turns")
    force.clock.move(minutes=7)
    say(force, first, "refused")
    at_six(force)
    answers = {a.member: a for a in sees(force, lambda v: v.rows(CallInAnswer, call_in="C1"))}
    assert (answers[first].what, answers[first].at) == ("refused", NOON + timedelta(minutes=7))
    assert (answers[second].what, answers[second].at) == ("not-reached", SIX)
    need(force, "C2", SIX, contract="turns")
    found = [line.member for line in sees(force, lambda v: listed(v, call_ins.named(v, "C2"), SIX).list).offers]
    assert found[0] == second
    assert found[-1] == first


def test_nobody_willing_leaves_the_supervisor_with_whom_to_order(force: InRecord) -> None:
    asked = offered(force, 50)
    for member in asked:
        say(force, member, "refused")
    decide(force)
    found = sees(force, lambda v: listed(v, call_ins.named(v, "C1"), v.now).list)
    assert found.next is not None
    assert (found.next.part, found.next.member) == ("order", max(asked))  # all joined on one day
    left = f"next: {max(asked)}, to be ordered"
    assert [c.says for c in told(force, BOSS, "returns")] == [f"nobody to come; 2 still needed; {left}"]
    with pytest.raises(Refused, match=f"nobody is left to be asked; {left}"):
        offer(force)


def test_who_cannot_come_any_more_is_passed_over_though_willing(force: InRecord) -> None:
    first, second, third, fourth = offered(force, 4)
    for member in (first, second, third, fourth):
        say(force, member, "willing")
    sick = Absence(member=first, kind="sick", since=NOON, until=None)
    does(force, lambda record: duty.absent(record, sick))
    decide(force)
    assert coming(force) == [second, third]
    assert an_offer(force, first).why == "passed over: not available"


def test_what_the_desk_notes_of_a_telephone_call_stands_before_the_link(force: InRecord) -> None:
    first, second, third, fourth = offered(force, 4)
    say(force, second, "willing")
    say(force, third, "willing")
    force.clock.move(minutes=1)
    note(force, first, "accepted")
    note(force, second, "refused")
    decide(force)
    assert coming(force) == [first, third]
    assert states(force) == {first: "awarded", second: "refused", third: "awarded", fourth: "spared"}


def test_another_round_asks_the_next_and_again_who_was_willing_and_not_needed(force: InRecord) -> None:
    asked = offered(force, 3, needed=1)
    for member in asked:
        say(force, member, "willing")
    decide(force)
    assert coming(force) == [asked[0]]
    force.clock.move(minutes=5)
    note(force, asked[0], "excused")
    again = [o.member for o in offer(force, 3).offers]
    assert again[:2] == asked[1:]
    assert again[2] not in asked
    say(force, again[0], "willing")
    decide(force)
    assert coming(force) == [asked[1]]


def test_who_is_at_rest_is_asked_when_it_ends_if_there_is_time_and_else_with_the_others(force: InRecord) -> None:
    asked = offered(force, 50)
    begins = {asking(force, member).due_at for member in asked}
    assert begins == {NOON, local("2020-10-07T15:50")}  # eight hours after the night tour
    need(force, "C2")
    hasty = offer(force, 50, "C2", local("2020-10-07T15:52")).offers
    assert {asking(force, o.member, "C2").due_at for o in hasty} == {NOON}
    assert sees(force, lambda v: v.rows(Reachability)) == []  # nobody is owed rest for an offer


def test_why_tells_the_round_and_proves_the_list_of_then(force: InRecord) -> None:
    _, second, third, fourth = offered(force, 4)
    for member in (fourth, third, second):
        say(force, member, "willing")
    at_six(force)
    away = Absence(member=third, kind="leave", since=NOON, until=None)
    does(force, lambda record: duty.absent(record, away))
    for member in (second, fourth):
        found = sees(force, lambda v, m=member: why_me(v, m, None, v.now)).offered  # type: ignore[misc]
        assert found is not None
        assert (found.proved, found.mine.member) == (True, member)
    award = sees(force, lambda v: why_me(v, second, "C1", v.now))
    assert award.answer is not None
    assert (award.answer.what, award.proved, award.ahead) == ("accepted", True, ())


@pytest.mark.parametrize(
    ("says", "error", "most", "hours"),
    [
        ("to 0 must be from 1 to 200", Invalid, 0, 1.0),
        ("to 201 must be from 1 to 200", Invalid, 201, 1.0),
        ("deadline .* must be still to come", Invalid, 3, 0.0),
        ("deadline .* must be before the call-in is over", Invalid, 3, 20.0),
    ],
)
def test_an_offer_that_cannot_be_is_refused(
    force: InRecord, says: str, error: type[MusterError], most: int, hours: float
) -> None:
    need(force)
    before = facts(force)
    with pytest.raises(error, match=says):
        offer(force, most, deadline=NOON + timedelta(hours=hours))
    assert facts(force) == before


def test_only_who_runs_call_ins_offers_and_one_round_at_a_time(force: InRecord) -> None:
    need(force)
    with pytest.raises(Refused, match="holds no command or tour position"):
        does(force, lambda r: offers.offer(r, "C1", 2, SIX, "M0041", r.now))
    offer(force, 2)
    with pytest.raises(Refused, match="round 1 of its offers runs until 2020-10-07T18:00"):
        offer(force, 2)


def test_an_offer_is_answered_willing_or_refused_once_and_nothing_else(force: InRecord) -> None:
    first, _ = offered(force, 2)
    assert say(force, first, "accepted").says == "this is an offer: it is answered willing or refused, and not accepted"
    assert say(force, first, "received").ok
    assert say(force, first, "willing", once="a").ok
    assert say(force, first, "willing", once="a").ok  # the line broke, and it was sent again
    assert say(force, first, "refused").refusal == "link-over"
    assert an_offer(force, first).state == "willing"
