"""Taskings as values: each event, what it changes, and what is refused."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from muster.domain.errors import Invalid, Refused
from muster.domain.record import Fact
from muster.domain.taskings import Tasking
from tests.ground import local

AT = local("2020-10-07T10:00")
OWNER, OTHER = "PCT-047-CO", "PBBX-CO"


def tasking(**changes: Any) -> Tasking:
    values: dict[str, Any] = {
        "tasking": "T1",
        "kind": "request",
        "what": "a block party",
        "place": "PCT-047",
        "competent_unit": "PCT-047",
        "received_at": AT,
        "owner": OWNER,
    }
    return Tasking(**{**values, **changes})


def after(before: Tasking, facts: Iterable[Fact]) -> Tasking:
    """The tasking once these facts are in."""
    found: Tasking | None = before
    for fact in facts:
        assert fact.stream == before.stream
        found = Tasking.after(found, fact.kind.partition(".")[2], fact.body)
    assert found is not None
    return found


def offered() -> Tasking:
    return after(tasking(), tasking().offer(OTHER, "M0005", AT))


def closed() -> Tasking:
    return after(tasking(), tasking().close("held", "M0005", AT))


def test_it_is_received_as_it_stands() -> None:
    fact = tasking(people=40).received()
    assert fact.kind == "tasking.received"
    assert Tasking.after(None, "received", fact.body) == tasking(people=40)


def test_an_offer_leaves_the_owner_and_is_made_once() -> None:
    assert (offered().owner, offered().offered_to) == (OWNER, (OTHER,))
    assert offered().offer(OTHER, "M0005", AT) == []
    assert tasking().offer(OWNER, "M0005", AT) == []


def test_acceptance_moves_it_and_ends_every_offer() -> None:
    taken = after(offered(), offered().accept(OTHER, "M0004", AT))
    assert (taken.owner, taken.accepted_by, taken.offered_to) == (OTHER, "M0004", ())


def test_accepting_again_is_harmless_and_the_next_holder_accepts_anew() -> None:
    taken = after(offered(), offered().accept(OTHER, "M0004", AT))
    assert taken.accept(OTHER, "M0004", AT) == []
    assert after(taken, taken.accept(OTHER, "M0099", AT)).accepted_by == "M0099"


def test_whoever_has_it_takes_it_back_while_another_is_sought() -> None:
    taken = after(offered(), offered().accept(OTHER, "M0004", AT))
    named = after(taken, taken.offer("PBBX-DUTY-CAPTAIN", "M0004", AT))
    assert after(named, named.accept(OTHER, "M0004", AT, sought=True)).offered_to == ()
    assert named.take_over(OTHER, "M0004", AT, sought=True)[0].kind == "tasking.accepted"
    assert named.accept(OTHER, "M0004", AT) == []


def test_whoever_has_it_and_refuses_has_it_no_more_and_nobody_else_gives_it_up() -> None:
    taken = after(offered(), offered().accept(OTHER, "M0004", AT))
    assert after(taken, taken.refuse(OTHER, "M0004", "no hands", AT)).accepted_by is None
    assert after(taken, taken.refuse(OTHER, "M0099", "no hands", AT)).accepted_by == "M0004"
    assert after(taken, taken.refuse(OTHER, "M0099", "no hands", AT, former="M0004")).accepted_by is None


def test_who_is_not_concerned_cannot_accept() -> None:
    with pytest.raises(Refused, match="T1 is not offered to PBBX-CO; PCT-047-CO owns it: ask for it to be sent on"):
        tasking().accept(OTHER, "M0004", AT)


def test_a_refusal_keeps_the_owner_and_ends_that_offer() -> None:
    kept = after(offered(), offered().refuse(OTHER, "M0004", "not ours", AT))
    assert (kept.owner, kept.offered_to) == (OWNER, ())
    with pytest.raises(Refused):
        kept.accept(OTHER, "M0004", AT)


def test_an_owner_who_refuses_keeps_it() -> None:
    assert after(tasking(), tasking().refuse(OWNER, "M0005", "no hands", AT)).owner == OWNER


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_refusal_needs_a_reason(reason: str) -> None:
    with pytest.raises(Invalid, match="reason"):
        tasking().refuse(OWNER, "M0005", reason, AT)


def test_a_delegation_offers_and_moves_nothing_yet() -> None:
    given = after(tasking(), tasking().delegate("PCT-047-XO", OWNER, "M0005", AT))
    assert (given.owner, given.offered_to) == (OWNER, ("PCT-047-XO",))


def test_only_the_owner_delegates() -> None:
    with pytest.raises(Refused, match="is owned by PCT-047-CO: only its holder can delegate it"):
        tasking().delegate("PCT-047-XO", OTHER, "M0004", AT)


def test_taking_over_moves_it_at_once_and_tells_the_former_owner() -> None:
    facts = offered().take_over("CHIEF-OF-PATROL", "M0003", AT)
    taken = after(offered(), facts)
    assert (taken.owner, taken.accepted_by, taken.offered_to) == ("CHIEF-OF-PATROL", "M0003", ())
    assert taken.told == (OWNER,)
    assert facts[0].body["former"] == OWNER


def test_being_told_twice_is_listed_once() -> None:
    told = after(tasking(), [tasking().tell(OTHER, "passed over", AT), tasking().tell(OTHER, "at once", AT)])
    assert told.told == (OTHER,)


def test_it_is_offered_to_nobody_who_owns_it() -> None:
    sent = tasking().event("sent", AT, to=OWNER, by="PATROL")
    assert after(tasking(), [sent]).offered_to == ()


def test_closing_says_how_and_ends_everything() -> None:
    done = after(offered(), offered().close("held", "M0005", AT))
    assert (done.is_open, done.result, done.offered_to) == (False, "held", ())
    assert done.close("held", "M0005", AT) == []
    with pytest.raises(Invalid, match="result"):
        tasking().close(" ", "M0005", AT)


def test_what_is_closed_stays_closed() -> None:
    acts: list[Callable[[Tasking], list[Fact]]] = [
        lambda done: done.offer(OTHER, "M0005", AT),
        lambda done: done.accept(OWNER, "M0005", AT),
        lambda done: done.refuse(OWNER, "M0005", "no", AT),
        lambda done: done.delegate("PCT-047-XO", OWNER, "M0005", AT),
        lambda done: done.take_over(OTHER, "M0004", AT),
    ]
    for act in acts:
        with pytest.raises(Refused, match=r"T1 was closed: held\. Receive a new one"):
            act(closed())
