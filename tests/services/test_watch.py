"""Questions about the watch asked of the record: known at an instant, for a viewer, of every unit."""

from datetime import timedelta

import pytest

from muster.domain.errors import Unknown
from muster.domain.passing import Passed
from muster.domain.watch import Watch
from muster.services import watch as service
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, CO, NIGHT_DESK, OFFICER, PCT, TEN, THREE, XO, sees


def at_ten(force: InRecord) -> Watch:
    return force.watch(PCT, TEN)


def passed(force: InRecord, viewer: str) -> Passed:
    found = at_ten(force)
    return sees(force, lambda views: service.for_viewer(views, found, viewer)).passed[0]


def test_what_was_known_does_not_change_when_more_becomes_known(small: InRecord) -> None:
    known_at = small.clock.at
    small.clock.move(hours=1)
    small.absent(CO, "2020-10-05", "2020-10-12")
    before = sees(small, lambda views: service.watch(views, PCT, local(TEN), known_at))
    assert before.due is not None
    assert before.due.member == CO
    now = at_ten(small).due
    assert now is not None
    assert now.member == XO


def test_an_absence_entered_late_changes_the_answer_about_the_past_from_then_on(small: InRecord) -> None:
    small.clock.at = local(TEN) + timedelta(days=2)
    asked_before = small.clock.at
    small.clock.move(minutes=1)
    small.absent(CO, "2020-10-07", "2020-10-08")
    then = sees(small, lambda views: service.watch(views, PCT, local(TEN), asked_before))
    assert then.due is not None
    assert then.due.member == CO
    assert at_ten(small).due != then.due


def test_every_unit_has_a_watch_and_city_hall_has_none(small: InRecord) -> None:
    found = sees(small, lambda views: service.all_watches(views, local(TEN)))
    assert [w.unit for w in found] == ["COD", "PATROL", "PBBX", PCT, "PD"]
    assert all(w.in_command is not None for w in found)


def test_a_unit_that_is_not_there_is_named_with_those_like_it(small: InRecord) -> None:
    with pytest.raises(Unknown, match="unit 'PCT-074' is not in the record; there is PCT-047"):
        small.watch("PCT-074", TEN)


@pytest.mark.parametrize("viewer", [CO, BOROUGH, "M0001"])
def test_reasons_are_for_the_member_and_their_superiors(small: InRecord, viewer: str) -> None:
    small.absent(CO, "2020-10-05", "2020-10-12")
    assert passed(small, viewer).reason == "absent (leave) until 2020-10-12 0000"


@pytest.mark.parametrize("viewer", [OFFICER, NIGHT_DESK])
def test_everyone_else_reads_until_when_somebody_is_not_available(small: InRecord, viewer: str) -> None:
    small.absent(CO, "2020-10-05", "2020-10-12")
    told = passed(small, viewer)
    assert (told.reason, told.why) == ("not available until 2020-10-12 0000", "off")


def test_rest_reads_as_not_available_until_its_hour(small: InRecord) -> None:
    small.rest(CO, "2020-10-07T06:00", "2020-10-07T12:00")
    assert passed(small, OFFICER).reason == "not available until 1200"
    assert passed(small, BOROUGH).reason == "in protected rest until 1200, as stated"


def test_the_supervisor_is_told_with_what_the_member_is_doing(small: InRecord) -> None:
    found, doing = sees(small, lambda views: service.supervisor(views, CO, local(TEN)))
    assert found is not None
    assert (found.member, found.part) == (BOROUGH, "watch of PBBX")
    assert doing.startswith(f"{CO} is on duty in {PCT}: chart 5-2")


def test_somebody_off_duty_has_no_supervisor_and_it_is_said_why(small: InRecord) -> None:
    found, doing = sees(small, lambda views: service.supervisor(views, CO, local(THREE)))
    assert (found, doing) == (None, f"{CO} is off: not scheduled and not signed on")


def test_nobody_asks_for_a_member_the_record_does_not_have(small: InRecord) -> None:
    with pytest.raises(Unknown, match="M9999"):
        sees(small, lambda views: service.supervisor(views, "M9999", local(TEN)))
