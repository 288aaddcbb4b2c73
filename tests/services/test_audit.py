"""What the auditor finds says what is true: since when, and whether nobody accepted it or nobody took it over."""

from datetime import timedelta

from muster.services.audit import audit
from muster.services.taskings import delegate
from tests.ground import InRecord
from tests.services.reached import asked, say, step, tasking
from tests.services.small import NIGHT_DESK, does, sees

MOST_STEPS = 20


def goes_through(force: InRecord) -> str:
    """What is found once the chain was gone through and nobody answered. No worker sends anything."""
    for _ in range(MOST_STEPS):
        step(force)
        found = [f for f in sees(force, lambda views: audit(views, force.clock())) if f.what == "unaccepted"]
        if found:
            assert [f.since for f in found] == [tasking(force).received_at]
            return found[0].says
    raise AssertionError("the chain has no end")


def test_what_nobody_accepts_is_found_since_it_was_received(small: InRecord) -> None:
    asked(small)
    assert goes_through(small) == "NOBODY has accepted it; its chain was gone through once"


def test_what_somebody_has_and_hands_on_is_not_said_to_be_accepted_by_nobody(small: InRecord) -> None:
    (first, *_) = asked(small)
    assert say(small, first, "accepted").ok
    small.clock.at += timedelta(minutes=1)
    does(small, lambda record: delegate(record, "T1", NIGHT_DESK, "PCT-047-SUP", small.clock()))
    assert goes_through(small).startswith("handed on by PCT-047-DESK, and NOBODY has accepted that")
