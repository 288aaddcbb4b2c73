"""Escalations at work: how one begins, what each step does, and what the end of the chain brings."""

from datetime import time, timedelta

import pytest

from muster.domain.duty import OnCall, Signing
from muster.domain.escalating import LINK_LASTS, Reach, answer_window, begin, step
from muster.domain.record import Fact
from muster.domain.taskings import Tasking
from tests.domain.searches import HOUR, MINUTE, PEOPLE, after, kinds, only, reach, search, tasking
from tests.ground import SMALL, local, retirement, watches_from
from tests.protocol.memory import NOW
from tests.protocol.stations import CHIEF, CO, DESK, on_duty, resting

WINDOW, REPEAT = timedelta(minutes=2), timedelta(minutes=3)
TWO_WAYS = (*on_duty("D1", DESK, channels=("telephone", "sms")), *on_duty("H1", CHIEF))


def begun(given: Tasking) -> Fact:
    [fact] = begin(reach(), given, 1)
    return fact


def queued(facts: list[Fact]) -> list[dict[str, object]]:
    return [dict(f.body) for f in facts if f.kind == "contact.queued"]


# -- how it begins


def test_it_begins_with_the_whole_chain_and_at_once() -> None:
    body = begun(tasking()).body
    assert (tuple(body["chain"]), body["due_at"], body.get("place", 0)) == (
        (DESK, CO, CHIEF),
        "2020-10-07T07:00:00Z",
        0,
    )


def test_for_what_somebody_has_already_nobody_is_sought() -> None:
    body = begun(tasking(accepted_by="D1")).body
    assert (body["state"], "due_at" in body) == ("answered", False)


def test_what_can_wait_begins_at_the_next_duty_of_the_first() -> None:
    given = tasking(owner="PCT-047-CO", competent_unit="PCT-047", deadline=local("2020-10-07T09:00"))
    there = Reach(watches_from(SMALL, "2020-10-07T03:00"), lambda _: ["telephone"])
    [fact] = begin(there, given, None)
    assert fact.body["due_at"] == "2020-10-07T12:00:00Z"


# -- a step


def test_a_step_asks_the_next_by_their_channels_and_is_followed_by_another() -> None:
    facts = step(reach(), search(), tasking())
    assert kinds(facts) == ["escalation.stepped", "contact.queued"]
    now = after(search(), facts)
    assert (now.step, now.place, now.asked, now.position, now.due_at) == (1, 1, ("D1",), DESK, NOW + WINDOW)
    contact = only(facts, "contact.queued")
    assert (contact["member"], contact["position"], contact["purpose"], contact["step"]) == ("D1", DESK, "decide", 1)
    assert contact["says"] == "on duty"


def test_whoever_is_on_call_is_asked_as_such() -> None:
    hours = OnCall(position=CO, days=("wed",), start=time(0), end=time(6))
    rows = [row for row in resting("C1", CO) if not isinstance(row, Signing)]
    facts = step(reach([*rows, hours]), search(chain=(CO,)), tasking())
    assert only(facts, "contact.queued")["says"] == "on call"


def test_whoever_does_not_own_it_is_offered_it_with_the_step() -> None:
    facts = step(reach(), search(place=1, step=4), tasking())
    assert kinds(facts) == ["escalation.stepped", "tasking.offered", "contact.queued"]
    assert only(facts, "tasking.offered")["to"] == CHIEF
    stepped = only(facts, "escalation.stepped")
    assert (stepped["step"], stepped["place"]) == (5, 3)
    assert stepped["skipped"] == [{"position": CO, "why": "C1: off duty and not on call"}]


def test_it_is_offered_once() -> None:
    facts = step(reach(), search(place=2), tasking(offered_to=(CHIEF,)))
    assert kinds(facts) == ["escalation.stepped", "contact.queued"]


def test_nobody_is_asked_about_what_was_closed() -> None:
    facts = step(reach(), search(), tasking(result="done"))
    assert kinds(facts) == ["escalation.ended"]
    assert after(search(), facts).due_at is None


def test_the_channels_are_spread_over_the_time_to_answer() -> None:
    facts = step(reach(TWO_WAYS), search(), tasking())
    assert [(c["channel"], c["due_at"]) for c in queued(facts)] == [
        ("telephone", "2020-10-07T07:00:00Z"),
        ("sms", "2020-10-07T07:01:00Z"),
    ]


def test_a_link_lasts_a_day_or_until_the_deadline() -> None:
    [soon] = queued(step(reach(), search(), tasking(deadline=NOW + HOUR)))
    assert soon["expires_at"] == "2020-10-08T07:00:00Z"
    [late] = queued(step(reach(), search(), tasking(deadline=NOW + 2 * LINK_LASTS)))
    assert late["expires_at"] == "2020-10-09T07:00:00Z"


# -- the time to answer


@pytest.mark.parametrize(
    ("deadline", "place", "minutes"),
    [
        (None, 1, 2),
        (NOW + 60 * MINUTE, 1, 10),  # half of it, for the one asked and two to come
        (NOW + 60 * MINUTE, 3, 30),
        (NOW + 3 * MINUTE, 1, 2),
        (NOW - HOUR, 1, 2),
        (NOW + 2400 * HOUR, 1, 1440),
    ],
    ids=["none", "an hour", "the last of the chain", "too short", "over", "far away"],
)
def test_a_deadline_gives_more_time_than_the_least_shared_evenly_and_at_most_a_day(
    deadline: object, place: int, minutes: int
) -> None:
    window = answer_window(reach(), search(), tasking(deadline=deadline), place)
    assert window == minutes * MINUTE


# -- rest


def test_whoever_is_woken_is_told_why_and_is_owed_rest() -> None:
    facts = step(reach(), search(chain=(CO,), round=2), tasking())
    assert only(facts, "contact.queued")["says"] == "woken: nobody else decided"
    owed = only(facts, "reachability.entered")
    assert (owed["member"], owed["kind"], owed["since"], owed["until"]) == (
        "C1",
        "owed",
        "2020-10-07T07:00:00Z",
        "2020-10-07T15:00:00Z",
    )


def test_whoever_is_off_duty_and_had_their_rest_is_owed_it_as_well_when_woken() -> None:
    later = reach(at=NOW + 9 * HOUR)
    assert "reachability.entered" in kinds(step(later, search(chain=(CO,), round=2), tasking()))


def test_whoever_is_on_duty_is_owed_none() -> None:
    assert "reachability.entered" not in kinds(step(reach(), search(round=2), tasking()))


# -- the end of the chain


def test_where_nobody_could_be_asked_those_at_rest_are_asked_at_once() -> None:
    facts = step(reach(resting("C1", CO)), search(chain=(CO,)), tasking())
    assert kinds(facts) == ["escalation.widened"]
    widened = after(search(chain=(CO,)), facts)
    assert (widened.round, widened.place, widened.due_at) == (2, 0, NOW)
    assert only(facts, "escalation.widened")["skipped"] == [{"position": CO, "why": "C1: off duty and not on call"}]


def test_where_somebody_was_asked_it_is_an_alarm_and_begins_again_after_a_while() -> None:
    asked = search(place=3, step=2, asked=("D1", "H1"), position=CHIEF)
    facts = step(reach(), asked, tasking())
    assert kinds(facts) == ["escalation.alarmed"]
    again = after(asked, facts)
    assert (again.round, again.place, again.step, again.asked, again.due_at) == (2, 0, 2, (), NOW + REPEAT)
    assert only(facts, "escalation.alarmed")["why"].startswith("NOBODY has accepted it")


def test_where_nobody_can_be_asked_at_all_it_is_an_alarm_again_and_again() -> None:
    nobody = search(chain=(DESK,), round=2)
    facts = step(reach(resting("D1", DESK)), nobody, tasking())
    assert only(facts, "escalation.alarmed")["why"] == "NOBODY can be asked"
    assert after(nobody, facts).due_at == NOW + REPEAT


# -- whom a notice reaches


def test_a_notice_reaches_the_holders_of_a_tour_position_on_duty_and_of_others_always() -> None:
    there = reach([*PEOPLE, *resting("D2", DESK)])
    assert (there.holders(DESK), there.holders(CO)) == (["D1"], ["C1"])
    assert (there.holders("NO-SUCH"), there.holders(None)) == ([], [])


def test_a_notice_reaches_nobody_who_has_left_the_force() -> None:
    assert reach([*PEOPLE, retirement("C1", "2020-10-01", "2020-10-06")]).holders(CO) == []
