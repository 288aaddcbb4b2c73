"""Calls: answered ones are kept; unanswered ones go to whoever can decide, and the caller is told."""

import pytest

from muster.domain.errors import Refused
from muster.domain.taskings import Call
from muster.services.calls import call
from tests.ground import SMALL, InRecord, holders_of, local
from tests.services.small import CO, TEN, THREE, XO, does


def calls(force: InRecord, at: str, *, answered: bool = False, position: str = "PCT-047-CO") -> Call:
    made = does(force, lambda record: call(record, position, "MAYOR", local(at), answered=answered, about="noise"))
    with force.store.reading() as views:
        assert views.row(Call, made.key) == made
    return made


def test_an_answered_call_is_kept_and_routed_to_nobody(small: InRecord) -> None:
    made = calls(small, TEN, answered=True)
    assert (made.member, made.answered, made.routed_to, made.said) == (CO, True, None, None)


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


def test_a_vacant_position_cannot_be_called(small: InRecord) -> None:
    with pytest.raises(Refused, match="is vacant: nobody can be called; 'muster watch PCT-047' says who is due"):
        calls(small, "2019-12-01T10:00")


def test_a_unit_is_called_through_its_head(small: InRecord) -> None:
    assert calls(small, TEN, position="PCT-047", answered=True).member == CO
