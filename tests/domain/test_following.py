"""What follows for reach from what happens to a tasking."""

from typing import Any

import pytest

from muster.domain.contact import Contact
from muster.domain.following import So, follow
from muster.domain.record import Fact
from tests.domain.searches import (
    CHAIN,
    HOUR,
    MINUTE,
    PEOPLE,
    after,
    asked,
    followed,
    kinds,
    notices,
    only,
    reach,
    search,
    tasking,
)
from tests.protocol.memory import NOW
from tests.protocol.stations import CHIEF, CO, DESK, XO, on_duty

RUNNING = search(place=1, step=1, asked=("D1",), position=DESK, due_at=NOW + 2 * MINUTE)
BOTH = search(place=3, step=2, asked=("D1", "H1"), position=CHIEF, due_at=NOW + 2 * MINUTE)
OVER = search(state="answered", due_at=None)
OFFERED = tasking(offered_to=(CHIEF,))
HAS_IT = tasking(accepted_by="D1")
D1, H1 = asked("D1", DESK), asked("H1", CHIEF, 2)


def accepted_by_desk(*contacts: Contact, found: Any = BOTH, before: Any = OFFERED) -> list[Fact]:
    return followed(before.accept(DESK, "D1", NOW), before, found, contacts)


# -- somebody takes it on


def test_whoever_takes_it_on_ends_the_search_and_those_asked_are_told() -> None:
    facts = accepted_by_desk(D1, H1)
    assert kinds(facts) == ["escalation.answered", "contact.queued"]
    assert not after(BOTH, facts).runs
    told = notices(facts)
    assert {m: (n["says"], n["position"]) for m, n in told.items()} == {
        "H1": ("D1 (DESK) has it; you need do nothing", CHIEF)
    }


def test_what_was_still_to_be_sent_is_spared_and_a_notice_is_not() -> None:
    later = asked("H1", CHIEF, 2, state="waiting", tries=0, due_at=NOW + MINUTE)
    notice = asked("H1", CHIEF, 1, purpose="notice", state="waiting", tries=0, due_at=NOW)
    facts = accepted_by_desk(D1, later, notice)
    assert [f.stream for f in facts if f.kind == "contact.spared"] == [later.stream]
    assert "H1" not in notices(facts), "nobody is told to stand down who was never called up"


def test_whoever_a_message_is_on_its_way_to_is_told_too() -> None:
    due = asked("H1", CHIEF, 2, state="waiting", tries=0, due_at=NOW)
    assert "H1" in notices(accepted_by_desk(D1, due))


def test_whoever_refused_it_is_not_told_unless_they_were_asked_again() -> None:
    refused = asked("H1", CHIEF, 2, answer="refused")
    assert "H1" not in notices(accepted_by_desk(D1, refused))
    assert "H1" in notices(accepted_by_desk(D1, refused, asked("H1", CHIEF, 3)))


def test_the_former_owner_and_the_giver_are_told() -> None:
    before = tasking(owner=CO, offered_to=(DESK,), giver=CHIEF)
    facts = accepted_by_desk(D1, before=before)
    assert set(notices(facts)) == {"C1", "H1"}


def test_the_giver_of_an_order_is_not_told_of_each_who_accepts_it() -> None:
    before = tasking(giver=CHIEF, order="O1")
    assert notices(accepted_by_desk(D1, before=before)) == {}


def test_who_is_being_asked_just_now_is_told_at_once_and_others_at_rest_when_it_is_over() -> None:
    """C1 was woken for it a minute ago, and can go on sleeping."""
    before = tasking(offered_to=(CO,))
    waking = search(place=2, step=2, asked=("D1", "C1"), position=CO, due_at=NOW + MINUTE, round=2)
    told = notices(accepted_by_desk(D1, asked("C1", CO, 2), found=waking, before=before))
    assert told["C1"]["due_at"] == "2020-10-07T07:00:00Z"
    long_ago = search(place=3, step=3, asked=("D1", "C1", "H1"), position=CHIEF, due_at=NOW + MINUTE, round=2)
    told = notices(accepted_by_desk(D1, asked("C1", CO, 2), found=long_ago, before=before))
    assert told["C1"]["due_at"] == "2020-10-07T14:00:00Z"


def test_of_what_is_listed_everybody_is_told_at_once_by_every_channel() -> None:
    rows = [*PEOPLE, *on_duty("H2", CHIEF, channels=("telephone", "sms"))]
    before = tasking(owner=CO, offered_to=(DESK,), giver=CHIEF, notify_at_once=True)
    facts = followed(before.accept(DESK, "D1", NOW), before, BOTH, [D1], rows)
    queued = [f.body for f in facts if f.kind == "contact.queued"]
    assert [(q["member"], q["channel"], q["due_at"]) for q in queued if q["member"] != "H1"] == [
        ("C1", "telephone", "2020-10-07T07:00:00Z"),
        ("H2", "telephone", "2020-10-07T07:00:00Z"),
        ("H2", "sms", "2020-10-07T07:01:00Z"),
    ]
    assert "reachability.entered" in kinds(facts), "C1 was in protected rest"


def test_of_anything_else_people_are_told_by_one_channel() -> None:
    rows = [*PEOPLE, *on_duty("H2", CHIEF, channels=("telephone", "sms"))]
    before = tasking(owner=DESK, giver=CHIEF)
    facts = followed(before.accept(DESK, "D1", NOW), before, BOTH, [D1], rows)
    assert [f.body["channel"] for f in facts if f.body.get("member") == "H2"] == ["telephone"]


def test_taking_over_ends_the_search_as_well() -> None:
    facts = followed(HAS_IT.take_over(CHIEF, "H1", NOW), HAS_IT, RUNNING, [D1])
    assert not after(RUNNING, facts).runs
    assert notices(facts)["D1"]["says"] == "H1 (CHIEF) has it; you need do nothing"


def test_a_search_that_is_over_is_not_ended_again() -> None:
    facts = followed(HAS_IT.take_over(CHIEF, "H1", NOW), HAS_IT, OVER, [D1])
    assert "escalation.answered" not in kinds(facts)


# -- somebody refuses it


def test_a_refusal_by_whoever_is_asked_now_brings_the_next_at_once() -> None:
    facts = followed(tasking().refuse(DESK, "D1", "no hands", NOW), tasking(), RUNNING, [D1])
    assert kinds(facts) == ["escalation.hastened"]
    assert after(RUNNING, facts).due_at == NOW


def test_a_refusal_by_somebody_asked_before_changes_nothing() -> None:
    assert followed(OFFERED.refuse(DESK, "D1", "no hands", NOW), OFFERED, BOTH, [D1, H1]) == []


def test_an_owner_who_gives_it_up_is_sought_a_successor_and_is_not_asked_again() -> None:
    facts = followed(HAS_IT.refuse(DESK, "D1", "no hands", NOW), HAS_IT, OVER, [D1])
    begun = after(OVER, facts)
    assert (begun.runs, begun.chain, begun.asked, begun.due_at) == (True, CHAIN, ("D1",), NOW)


def test_nobody_else_gives_up_what_an_owner_has() -> None:
    assert followed(HAS_IT.refuse(DESK, "D2", "no hands", NOW), HAS_IT, OVER, [D1]) == []


def test_whoever_came_after_the_owner_can_give_it_up() -> None:
    facts = followed(HAS_IT.refuse(DESK, "D2", "no hands", NOW, former="D1"), HAS_IT, OVER, [D1])
    assert after(OVER, facts).asked == ("D2",)


def test_a_refusal_of_what_another_has_changes_nothing() -> None:
    before = tasking(accepted_by="D1", offered_to=(CHIEF,))
    assert followed(before.refuse(CHIEF, "H1", "no hands", NOW), before, OVER, [D1, H1]) == []


# -- somebody is named


@pytest.mark.parametrize("found", [RUNNING, OVER], ids=["running", "over"])
def test_whoever_is_named_is_asked_first_and_then_the_owner(found: Any) -> None:
    for happened in (HAS_IT.delegate(XO, DESK, "D1", NOW), HAS_IT.offer(XO, "D1", NOW)):
        begun = after(found, followed(happened, HAS_IT, found, [D1]))
        assert (begun.runs, begun.chain, begun.place, begun.due_at) == (True, (XO, *CHAIN), 0, NOW)
        assert begun.asked == ()


def test_the_owner_comes_before_everybody_else_who_is_not_named() -> None:
    found = search(chain=(CHIEF, CO, DESK), place=1)
    begun = after(found, followed(HAS_IT.offer(XO, "D1", NOW), HAS_IT, found, [D1]))
    assert begun.chain == (XO, DESK, CHIEF, CO)


def test_a_directive_is_followed_the_same_way() -> None:
    sent = HAS_IT.event("sent", NOW, to=CHIEF, by="DEPT")
    assert after(OVER, followed([sent], HAS_IT, OVER, [D1])).chain == (CHIEF, DESK, CO)


def test_what_is_sent_to_its_owner_seeks_nobody() -> None:
    sent = HAS_IT.event("sent", NOW, to=DESK, by="DEPT")
    assert followed([sent], HAS_IT, OVER, [D1]) == []


def test_whoever_hands_it_on_is_not_asked_again_in_the_same_round() -> None:
    happened = [*OFFERED.refuse(CHIEF, "H1", "not me: XO", NOW), *OFFERED.offer(XO, "H1", NOW)]
    begun = after(BOTH, followed(happened, OFFERED, BOTH, [D1, H1]))
    assert (begun.chain, begun.asked) == ((XO, *CHAIN), ("H1",))


# -- it is closed, left, told


def test_closing_ends_the_search_and_spares_whom_it_would_have_asked() -> None:
    later = asked("H1", CHIEF, 2, state="waiting", tries=0, due_at=NOW + MINUTE)
    facts = followed(tasking().close("done", "D1", NOW), tasking(), BOTH, [D1, later])
    assert kinds(facts) == ["escalation.ended", "contact.spared"]
    assert after(BOTH, facts).state == "ended"


def test_what_the_last_holder_left_behind_is_brought_to_somebody_again() -> None:
    begun = after(OVER, followed([HAS_IT.left(NOW)], HAS_IT, OVER, [D1]))
    assert (begun.runs, begun.chain, begun.place) == (True, CHAIN, 0)


def test_whoever_was_told_gets_a_notice_at_rest_when_it_is_over() -> None:
    facts = followed([tasking().tell(CO, "passed over you", NOW)], tasking(), RUNNING, [D1])
    notice = only(facts, "contact.queued")
    assert (notice["member"], notice["position"], notice["says"]) == ("C1", CO, "passed over you")
    assert notice["due_at"] == "2020-10-07T14:00:00Z"
    assert "reachability.entered" not in kinds(facts)


def test_whoever_does_not_hold_the_position_is_told_as_nobody_in_particular() -> None:
    facts = followed([tasking().tell(CO, "passed over you", NOW, "H1")], tasking(), RUNNING, [D1])
    assert {m: n.get("position") for m, n in notices(facts).items()} == {"C1": CO, "H1": None}


def test_of_several_holders_the_one_named_is_told() -> None:
    rows = [*PEOPLE, *on_duty("H2", CHIEF)]
    facts = followed([tasking().tell(CHIEF, "you have it now", NOW, "H2")], tasking(), RUNNING, [D1], rows)
    assert set(notices(facts)) == {"H2"}


def test_notices_are_numbered_on_from_those_before() -> None:
    before = asked("C1", CO, 4, purpose="notice")
    facts = followed([tasking().tell(CHIEF, "at once", NOW)], tasking(), RUNNING, [D1, before])
    assert only(facts, "contact.queued")["step"] == 5


def test_nobody_is_told_twice_of_what_happened_at_once() -> None:
    happened = HAS_IT.take_over(CHIEF, "H1", NOW)
    facts = followed(happened, HAS_IT, RUNNING, [D1])
    assert [f.body["member"] for f in facts if f.kind == "contact.queued"] == ["D1"]


def test_of_a_new_tasking_only_those_who_are_to_know_are_told() -> None:
    new = tasking()
    happened = [new.received(), *new.offer(CHIEF, DESK, NOW), new.tell(CHIEF, "at once", NOW)]
    facts = follow(reach(), So(new, after(new, happened[1:]), None, ()), happened)
    assert kinds(facts) == ["contact.queued"]
    assert set(notices(facts)) == {"H1"}


def test_a_link_to_a_notice_at_rest_lasts_a_day_from_when_it_is_sent() -> None:
    facts = followed([tasking().tell(CO, "passed over you", NOW)], tasking(), RUNNING, [D1])
    assert only(facts, "contact.queued")["expires_at"] == (NOW + 31 * HOUR).isoformat().replace("+00:00", "Z")
