"""Calls: answered ones are kept; unanswered ones go to whoever can decide, who is asked, and the caller is told."""

import pytest

from muster.domain.errors import Refused
from muster.domain.escalation import Escalation
from muster.domain.taskings import Call, Tasking
from muster.ports import Record
from muster.services.calls import call
from tests.ground import SMALL, InRecord, holders_of, local
from tests.services.small import CO, TEN, THREE, XO, does, sees


def calls(force: InRecord, at: str, *, answered: bool = False, position: str = "PCT-047-CO") -> Call:
    made = does(force, lambda record: call(record, position, "MAYOR", local(at), answered=answered, about="noise"))
    with force.store.reading() as views:
        assert views.row(Call, made.key) == made
    return made


def test_an_answered_call_is_kept_and_routed_to_nobody(small: InRecord) -> None:
    made = calls(small, TEN, answered=True)
    assert (made.member, made.answered, made.routed_to, made.said) == (CO, True, None, None)
    assert (made.tasking, sees(small, lambda views: views.rows(Tasking))) == (None, [])


def test_a_call_to_somebody_on_duty_goes_to_the_next_in_line(small: InRecord) -> None:
    made = calls(small, TEN)
    assert (made.member, made.routed_to, made.routed_position) == (CO, XO, "PCT-047-XO")
    assert made.said == "PCT-047-CO is on duty and did not answer. PCT-047-XO has it"


def test_a_call_at_rest_says_until_when_and_no_reason(small: InRecord) -> None:
    made = calls(small, "2020-10-07T20:00")
    assert made.said == "PCT-047-CO is not available until 0035. PCT-047-DESK has it"


def test_a_call_after_the_rest_was_had_still_finds_somebody(small: InRecord) -> None:
    assert calls(small, THREE).said == "PCT-047-CO is not available. PCT-047-DESK has it"


def test_a_call_in_a_tour_that_is_slept_through_says_until_when(small: InRecord) -> None:
    small.rest(CO, "2020-10-07T06:00", "2020-10-07T12:00")
    assert calls(small, TEN).said == "PCT-047-CO is not available until 1200. PCT-047-XO has it"


def test_a_call_to_somebody_on_leave_says_when_they_are_back(small: InRecord) -> None:
    small.absent(CO, "2020-10-05", "2020-10-12")
    assert calls(small, TEN).said == "PCT-047-CO is not available until 2020-10-12 0000. PCT-047-XO has it"


def test_a_call_nobody_can_take_says_so_loudly(small: InRecord) -> None:
    for member in holders_of(SMALL):
        small.absent(member, "2020-10-05", "2020-10-12")
    made = calls(small, TEN)
    assert (made.routed_to, (made.said or "").endswith("NOBODY else can take it")) == (None, True)


def test_whoever_is_next_in_line_owns_the_call_and_is_asked_first(small: InRecord) -> None:
    made = calls(small, "2020-10-07T20:00")
    tasking = sees(small, lambda views: views.row(Tasking, str(made.tasking)))
    search = sees(small, lambda views: views.row(Escalation, str(made.tasking)))
    assert tasking is not None
    assert search is not None
    assert (tasking.what, tasking.giver, tasking.owner) == ("call MAYOR back about noise", "MAYOR", "PCT-047-DESK")
    assert (search.chain[0], search.due_at) == ("PCT-047-DESK", made.at)


def test_a_call_nobody_can_take_stays_with_the_position_and_is_sought_for_all_the_same(small: InRecord) -> None:
    for member in holders_of(SMALL):
        small.absent(member, "2020-10-05", "2020-10-12")
    made = calls(small, TEN)
    search = sees(small, lambda views: views.row(Escalation, str(made.tasking)))
    assert search is not None
    assert (search.chain[0], search.runs) == ("PCT-047-CO", True)


def test_the_call_back_can_be_given_a_name_which_must_be_free(small: InRecord) -> None:
    def named(record: Record) -> Call:
        return call(record, "PCT-047-CO", "MAYOR", local(TEN), answered=False, name="CALL-1")

    assert does(small, named).tasking == "CALL-1"
    with pytest.raises(Refused, match="tasking 'CALL-1' is in the record already"):
        does(small, named)


def test_a_vacant_position_cannot_be_called(small: InRecord) -> None:
    with pytest.raises(Refused, match="is vacant: nobody can be called; the watch of PCT-047 says who is due"):
        calls(small, "2019-12-01T10:00")


def test_a_unit_is_called_through_its_head(small: InRecord) -> None:
    assert calls(small, TEN, position="PCT-047", answered=True).member == CO
