"""A tasking that a version without reach received is brought to people like any other, from the first thing on that
happens to it."""

from datetime import timedelta

from muster.domain.escalation import Escalation
from muster.domain.taskings import Tasking
from muster.services import taskings
from muster.services.contact_log import contact_log
from muster.services.taskings import Directive
from tests.ground import InRecord
from tests.services.reached import WHAT, at_three, deciding, step
from tests.services.small import NIGHT_CAPTAIN, NIGHT_DESK, does, sees


def of_old(force: InRecord, accepted_by: str | None) -> None:
    """An older version received a tasking at 0300, and let somebody accept it; it is five minutes later."""
    at_three(force)
    old = Tasking(
        tasking="T1",
        kind="incident",
        what=WHAT,
        matter="shots-fired",
        place="PCT-047",
        competent_unit="PCT-047",
        received_at=force.clock(),
        owner="PCT-047-DESK",
    )
    accepted = old.accept(old.owner, accepted_by, force.clock()) if accepted_by else []
    does(force, lambda record: record.append([old.received(), *accepted]))
    force.clock.at += timedelta(minutes=5)


def states(force: InRecord) -> list[str]:
    """How the search for somebody stands, if there is one."""
    return [e.state for e in sees(force, lambda views: views.rows(Escalation))]


def test_what_was_accepted_then_and_is_sent_on_now_is_brought_to_its_receiver(small: InRecord) -> None:
    of_old(small, NIGHT_DESK)
    given = Directive("CHIEF-OF-PATROL", "PBBX-DUTY-CAPTAIN", "the borough decides it")
    does(small, lambda record: taskings.send(record, "T1", given, small.clock()))
    assert states(small) == ["running"]
    step(small)
    assert [c.member for c in deciding(small)] == [NIGHT_CAPTAIN]
    assert sees(small, lambda views: contact_log(views, "T1")).entries


def test_for_what_was_accepted_then_and_is_closed_now_nobody_is_sought(small: InRecord) -> None:
    of_old(small, NIGHT_DESK)
    does(small, lambda record: taskings.close(record, "T1", NIGHT_DESK, "nothing found", small.clock()))
    assert states(small) == ["ended"]


def test_for_what_is_accepted_now_nobody_is_sought(small: InRecord) -> None:
    of_old(small, None)
    does(small, lambda record: taskings.accept(record, "T1", NIGHT_DESK, small.clock()))
    assert states(small) == ["answered"]
    assert deciding(small) == []
