"""An open tasking whose position nobody holds any more is brought to somebody again."""

from datetime import timedelta

from muster.domain.appointing import ended
from muster.domain.escalation import Escalation
from muster.domain.force import Position
from muster.domain.members import Appointment
from muster.domain.record import Fact, removed
from muster.ports import Views
from muster.services import answers
from muster.services.answers import Answer
from muster.services.audit import TOLERANCE, Found, audit
from muster.services.handing_over import tell_new_holders
from muster.services.taskings import accept
from muster.services.unheld import next_unheld, seek_for_unheld
from tests.ground import InRecord, local
from tests.services.reached import asked, deciding, receive, step, tasking
from tests.services.small import CO, NIGHT_DESK, TEN, does, sees


def relieve(force: InRecord, position: str) -> None:
    """Everybody who holds the position is relieved now."""
    held = sees(force, lambda views: views.rows(Appointment, at=force.clock(), position=position))
    does(force, lambda record: record.append([ended(a, force.clock()) for a in held]))


def sought(force: InRecord) -> list[Fact]:
    """What the worker records of taskings whose position nobody holds."""
    return does(force, lambda record: seek_for_unheld(record, force.clock()))


def runs(views: Views) -> bool:
    """Whether somebody is sought for the tasking."""
    found = views.row(Escalation, "T1")
    assert found is not None
    return found.runs


def taken_by_commander(force: InRecord) -> None:
    """The commander, who is on duty, takes a tasking on."""
    force.clock.at = local(TEN)
    receive(force)
    does(force, lambda record: accept(record, "T1", CO, force.clock()))


def late(force: InRecord) -> list[Found]:
    """What the auditor finds a little later, where no worker ran."""
    return sees(force, lambda views: audit(views, force.clock() + TOLERANCE + timedelta(seconds=1)))


def test_a_tasking_that_its_relieved_commander_had_accepted_is_brought_to_somebody_else(small: InRecord) -> None:
    taken_by_commander(small)
    assert sought(small) == []
    relieve(small, "PCT-047-CO")
    assert [f.what for f in late(small)] == ["nobody-sought"]
    assert [f.stream for f in sought(small)] == ["tasking/T1"]
    assert late(small) == [f for f in late(small) if f.what == "step-overdue"]
    step(small)
    (first,) = deciding(small)
    assert first.member != CO
    assert does(small, lambda record: answers.answer(record, first.key, Answer("accepted"), small.clock())).ok
    assert tasking(small).accepted_by == first.member
    assert late(small) == []


def test_it_is_sought_once(small: InRecord) -> None:
    taken_by_commander(small)
    relieve(small, "PCT-047-CO")
    assert sought(small)
    assert sought(small) == []
    assert sees(small, runs)


def test_what_another_holder_of_the_position_has_stays_with_the_position(small: InRecord) -> None:
    (first, *_) = asked(small)
    assert first.member == NIGHT_DESK
    does(small, lambda record: answers.answer(record, first.key, Answer("accepted"), small.clock()))
    mine = sees(small, lambda views: views.rows(Appointment, member=NIGHT_DESK))
    does(small, lambda record: record.append([ended(a, small.clock()) for a in mine]))
    assert sought(small) == []
    assert not sees(small, runs)


def test_a_position_that_was_taken_out_keeps_nobody_else_from_being_told(small: InRecord) -> None:
    (first, *_) = asked(small)
    does(small, lambda record: answers.answer(record, first.key, Answer("accepted"), small.clock()))
    of_desk = sees(small, lambda views: views.rows(Position, position="PCT-047-DESK"))
    does(small, lambda record: record.append([removed(p, small.clock()) for p in of_desk]))
    assert does(small, lambda record: tell_new_holders(record, small.clock())) == []
    assert [f.body["position"] for f in sought(small)] == ["PCT-047-DESK"]
    step(small)
    assert deciding(small)[-1].member != NIGHT_DESK


def test_the_instant_at_which_nobody_will_hold_the_position_is_known_before(small: InRecord) -> None:
    taken_by_commander(small)
    begins, ends, much_later = small.clock(), local("2020-10-12T00:00"), local("2020-11-01T00:00")
    assert sees(small, lambda views: next_unheld(views, begins, much_later)) is None
    held = sees(small, lambda views: views.rows(Appointment, position="PCT-047-CO", member=CO, at=begins))
    does(small, lambda record: record.append([ended(a, ends) for a in held]))
    assert sees(small, lambda views: next_unheld(views, begins, much_later)) == ends
    assert sees(small, lambda views: next_unheld(views, begins, ends - timedelta(minutes=1))) is None
    assert sees(small, lambda views: next_unheld(views, ends, much_later)) is None
