"""What the worker decides of a round of offers, however late or often it looks."""

from datetime import timedelta

import pytest

from muster.domain.calling_offers import Offering
from muster.domain.errors import Refused
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.services.offered import (
    ROTATING,
    ROWS,
    SIX,
    an_offer,
    at_six,
    coming,
    decide,
    offered,
    say,
    states,
)
from tests.services.small import facts, sees
from tests.support import SettableClock


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force, whose police officers have an sms and an e-mail address."""
    return InRecord(temporary_store, clock, (*ROWS, *ROTATING))


def test_an_answer_after_the_deadline_comes_too_late_however_late_the_worker_is(force: InRecord) -> None:
    first, second = offered(force, 2)
    say(force, second, "willing")
    force.clock.at = SIX
    late = say(force, first, "willing")
    assert (late.ok, late.refusal) == (False, "link-over")
    force.clock.move(hours=3)
    decide(force)
    assert coming(force) == [second]


def test_what_is_over_is_given_to_nobody(force: InRecord) -> None:
    first, second = offered(force, 2)
    say(force, second, "willing")
    force.clock.move(days=1)
    decide(force)
    assert coming(force) == []
    assert an_offer(force, second).why == "what it was offered for is over"
    assert an_offer(force, first).state == "not-reached"


def test_deciding_again_records_nothing_more(force: InRecord) -> None:
    _, second = offered(force, 2)
    say(force, second, "willing")
    at_six(force)
    known = facts(force)
    at_six(force)
    assert facts(force) == known


def test_a_round_that_cannot_be_decided_is_tried_again_and_holds_up_no_other(
    force: InRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(force, 2)
    gone = Refused("the record is being looked at")

    def broken(*_: object) -> None:
        raise gone

    with monkeypatch.context() as patch:
        patch.setattr("muster.services.awarding.listed", broken)
        at_six(force)
    found = sees(force, lambda v: v.rows(Offering))
    assert [(o.state, o.due_at) for o in found] == [("running", SIX + timedelta(minutes=1))]
    force.clock.move(minutes=1)
    decide(force)
    assert set(states(force).values()) == {"not-reached"}
