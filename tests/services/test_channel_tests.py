"""Communication tests: whom they go to, when, and what an unanswered one means."""

from dataclasses import replace

import pytest

from muster.domain.contact import Contact, Doubt
from muster.domain.errors import Invalid, Unknown
from muster.domain.force import Force
from muster.services.channel_tests import queue_tests, scheduled_tests
from tests.ground import SMALL, InRecord, local
from tests.services.small import CO, DAY_DESK, NIGHT_DESK, OFFICER, PCT, TEN, THREE, does, sees


def queued_at(force: InRecord, members: list[str], unit: str | None = None, at: str = TEN) -> list[Contact]:
    force.clock.at = local(at)
    return does(force, lambda record: queue_tests(record, members, unit, CO, local(at)))


def test_somebody_on_duty_is_tested_at_once_and_others_at_the_start_of_their_next_duty(small: InRecord) -> None:
    by_member = {c.member: c for c in queued_at(small, [CO, NIGHT_DESK, DAY_DESK], at=THREE)}
    assert by_member[NIGHT_DESK].due_at == local(THREE)
    assert by_member[DAY_DESK].due_at == local("2020-10-07T07:05")
    assert by_member[CO].due_at == local("2020-10-07T08:00")


def test_a_unit_means_the_holders_of_its_command_and_tour_positions(small: InRecord) -> None:
    tested = {c.member for c in queued_at(small, [], PCT)}
    assert CO in tested
    assert OFFICER not in tested


def test_a_channel_is_tested_once_a_day(small: InRecord) -> None:
    assert len(queued_at(small, [CO])) == 1
    assert queued_at(small, [CO]) == []
    assert len(queued_at(small, [CO], at="2020-10-08T10:00")) == 1


def test_somebody_has_to_be_named_and_known(small: InRecord) -> None:
    with pytest.raises(Invalid, match="name a member or a unit"):
        queued_at(small, [])
    with pytest.raises(Unknown, match="M9999"):
        queued_at(small, ["M9999"])
    with pytest.raises(Unknown, match="PCT-999"):
        queued_at(small, [], "PCT-999")


def test_a_force_that_wants_no_scheduled_tests_has_none(small: InRecord) -> None:
    assert does(small, lambda record: scheduled_tests(record, local(TEN))) == []


def test_scheduled_tests_go_to_those_on_duty_and_again_only_after_the_days_that_the_force_sets(
    small: InRecord,
) -> None:
    small.rows = [replace(row, test_days=7) if isinstance(row, Force) else row for row in SMALL]
    small.load()

    def tested(at: str) -> set[str]:
        small.clock.at = local(at)
        return {c.member for c in does(small, lambda record: scheduled_tests(record, local(at)))}

    assert {CO, DAY_DESK} <= tested(TEN)
    assert NIGHT_DESK not in tested(TEN)
    assert CO not in tested("2020-10-09T10:00")
    assert CO in tested("2020-10-14T10:01")


def test_nothing_is_in_doubt_before_anything_failed(small: InRecord) -> None:
    queued_at(small, [CO])
    assert sees(small, lambda views: views.rows(Doubt)) == []
