"""Escalations as values: what each event makes of them."""

from muster.domain.escalation import Escalation
from tests.domain.searches import CHAIN, MINUTE, after, search
from tests.protocol.memory import NOW
from tests.protocol.stations import CHIEF, CO, DESK

LATER = NOW + 5 * MINUTE
STEPPED = search(place=1, step=1, asked=("D1",), position=DESK, due_at=LATER)


def test_it_begins_as_it_stands() -> None:
    fact = search().started(NOW)
    assert (fact.stream, fact.kind) == ("escalation/T1", "escalation.started")
    assert Escalation.after(None, "started", fact.body) == search()


def test_a_step_advances_it_and_remembers_who_was_asked() -> None:
    step = search().event("stepped", NOW, LATER, place=1, step=1, member="D1", position=DESK)
    assert after(search(), [step]) == STEPPED


def test_an_alarm_begins_the_chain_again_with_the_next_steps_and_round() -> None:
    alarmed = after(STEPPED, [STEPPED.event("alarmed", LATER, LATER + MINUTE)])
    assert (alarmed.place, alarmed.round, alarmed.asked, alarmed.position) == (0, 2, (), None)
    assert (alarmed.step, alarmed.due_at, alarmed.wakes) == (1, LATER + MINUTE, True)
    assert not STEPPED.wakes


def test_widening_wakes_at_once() -> None:
    widened = after(search(), [search().event("widened", NOW, NOW)])
    assert (widened.wakes, widened.due_at) == (True, NOW)


def test_what_is_waited_for_can_be_hastened_and_what_is_due_need_not_be() -> None:
    [fact] = STEPPED.hastened("it was refused", NOW)
    assert after(STEPPED, [fact]).due_at == NOW
    assert search().hastened("it was refused", NOW) == []
    assert search(state="answered", due_at=None).hastened("it was refused", NOW) == []


def test_somebody_who_is_named_is_asked_first_and_who_is_done_with_is_not() -> None:
    turned = after(STEPPED, [STEPPED.turned((CO, *CHAIN), "offered to CO", NOW, ["D1"])])
    assert (turned.chain, turned.place, turned.asked, turned.due_at) == ((CO, *CHAIN), 0, ("D1",), NOW)
    assert (turned.step, turned.position, turned.runs) == (1, None, True)


def test_a_search_that_was_over_spares_rest_again_and_one_that_runs_goes_on_waking() -> None:
    over = search(round=3, state="answered", due_at=None)
    assert after(over, [over.turned(CHAIN, "delegated", NOW)]).round == 1
    running = search(round=3)
    assert after(running, [running.turned(CHAIN, "offered", NOW)]).round == 3


def test_an_answer_ends_it_once() -> None:
    [fact] = STEPPED.answered("D1", DESK, NOW)
    answered = after(STEPPED, [fact])
    assert (answered.state, answered.runs, answered.due_at) == ("answered", False, None)
    assert answered.answered("H1", CHIEF, NOW) == []


def test_it_ends_once_also_after_an_answer() -> None:
    answered = search(state="answered", due_at=None)
    [fact] = answered.ended("it was closed", NOW)
    ended = after(answered, [fact])
    assert (ended.state, ended.due_at) == ("ended", None)
    assert ended.ended("it was closed", NOW) == []


def test_a_fault_is_tried_again() -> None:
    faulted = after(search(), [search().faulted("no such unit", NOW, LATER)])
    assert (faulted.due_at, faulted.runs, faulted.place) == (LATER, True, 0)
