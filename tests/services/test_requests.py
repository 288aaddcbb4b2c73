"""Leave: asked for, brought to whoever decides, granted as an absence, or not."""

from datetime import timedelta

import pytest

from muster.domain.contact import Contact
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.escalation import Escalation
from muster.domain.members import Absence
from muster.services.correcting import take_back
from muster.services.duty import status
from muster.services.erasing import erase
from muster.services.record import verify
from muster.services.request_effects import LeaveEffect
from muster.services.request_history import requests_at
from muster.services.taskings import close
from tests.ground import InRecord, local
from tests.publishing import NIGHT
from tests.requesting import (
    BOROUGH,
    CO,
    DECIDED,
    FILED,
    LATER,
    XO,
    absences,
    decided,
    leave,
    oct_,
    page,
    tasking,
    withdraw,
)
from tests.services import small as people
from tests.services.small import OFFICER, PCT, does, facts, sees


def test_leave_is_brought_to_the_commander_and_its_decision_closes_the_tasking(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24), oct_(26), reason="a wedding")
    assert (asked.state, asked.unit) == ("open", PCT)
    brought = tasking(rostered, asked.request)
    assert (brought.owner, brought.kind, brought.is_open) == (CO, "request", True)
    assert brought.deadline == local("2020-10-24")
    search = sees(rostered, lambda views: views.row(Escalation, asked.request))
    assert search is not None
    assert search.chain == (CO, XO, BOROUGH, "CHIEF-OF-PATROL", "CHIEF-OF-DEPARTMENT", "POLICE-COMMISSIONER")
    made = decided(rostered, asked.request)
    assert (made.state, made.by, made.decider) == ("granted", CO, people.CO)
    assert tasking(rostered, asked.request).result == "granted"
    (told,) = sees(rostered, lambda views: views.rows(Contact, subject=asked.request, member=OFFICER))
    assert told.purpose == "notice"
    assert told.says.endswith(": granted")


def test_granted_leave_is_an_absence_that_names_its_request(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24), oct_(26))
    made = decided(rostered, asked.request)
    (absence,) = absences(rostered, OFFICER)
    assert (absence.request, absence.key, absence.kind) == (asked.request, made.absence, "leave")
    assert sees(rostered, lambda views: status(views, OFFICER, local("2020-10-25T12:00"))).state == "absent"
    assert sees(rostered, verify).whole


def test_a_night_before_the_leave_is_worked_to_its_end_and_one_of_its_last_day_falls_whole(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(25), oct_(25))
    effect = page(rostered, asked.request).effect
    assert effect is not None
    assert [(c.day, c.was, c.becomes) for c in effect.tours] == [(oct_(25), NIGHT, "off")]
    decided(rostered, asked.request)
    (absence,) = absences(rostered, OFFICER)
    assert (absence.since, absence.until) == (local("2020-10-25T07:50"), local("2020-10-26T07:50"))


def test_leave_over_the_night_with_two_one_oclocks_ends_by_the_clock_on_the_wall(rostered: InRecord) -> None:
    asked = leave(rostered, "M0024", oct_(31))
    decided(rostered, asked.request, short=True)
    (absence,) = absences(rostered, "M0024")
    assert absence.until is not None
    assert absence.until - local("2020-10-31T23:15") == timedelta(hours=9, minutes=35)


def test_whoever_decides_sees_what_each_tour_is_left_with(rostered: InRecord) -> None:
    first, second = (leave(rostered, member, oct_(24), oct_(24)) for member in (OFFICER, "M0034"))
    effect = page(rostered, first.request).effect
    assert isinstance(effect, LeaveEffect)
    (cover,) = effect.cover
    assert (cover.day, cover.tour, cover.who, cover.before, cover.after, cover.minimum) == (
        oct_(24), NIGHT, "officers", 3, 2, 1,
    )  # fmt: skip
    assert [(a.member, a.request) for a in effect.away] == [("M0034", second.request)]
    decided(rostered, second.request)
    effect = page(rostered, first.request).effect
    assert isinstance(effect, LeaveEffect)
    assert [(c.before, c.after) for c in effect.cover] == [(2, 1)]
    (away,) = effect.away
    assert (away.member, away.until, away.request) == ("M0034", local("2020-10-25T07:50"), None)


def test_a_grant_that_leaves_a_tour_under_its_minimum_must_say_so_and_is_kept_with_it(rostered: InRecord) -> None:
    for member in (OFFICER, "M0034"):
        decided(rostered, leave(rostered, member, oct_(24)).request)
    last = leave(rostered, "M0035", oct_(24), at=DECIDED)
    before = facts(rostered)
    with pytest.raises(Refused, match=rf"would leave {NIGHT} of 2020-10-24: 0 of 1 officers: grant it all the same"):
        decided(rostered, last.request)
    assert facts(rostered) == before
    made = decided(rostered, last.request, short=True)
    assert made.short == (f"{NIGHT} of 2020-10-24: 0 of 1 officers",)


def test_where_nothing_is_published_the_charts_say_what_falls(small: InRecord) -> None:
    effect = page(small, leave(small, OFFICER, oct_(24), oct_(26)).request).effect
    assert effect is not None
    assert [c.day for c in effect.tours] == [oct_(24), oct_(25), oct_(26)]
    assert [(c.before, c.after) for c in effect.cover] == [(3, 2)] * 3


def test_saying_any_of_it_again_changes_nothing(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24), reason="a wedding")
    assert leave(rostered, OFFICER, oct_(24), at=LATER) == asked
    made = decided(rostered, asked.request)
    before = facts(rostered)
    assert decided(rostered, asked.request, reason="again") == made
    assert leave(rostered, OFFICER, oct_(24), at=DECIDED) == made
    assert facts(rostered) == before


def test_what_was_decided_stays_and_whoever_comes_second_hears_by_whom(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24))
    decided(rostered, asked.request)
    for verdict, by in (("declined", CO), ("declined", XO), ("granted", XO)):
        with pytest.raises(Refused, match=rf"is granted by M0005 \({CO}\): it cannot be decided any more"):
            decided(rostered, asked.request, verdict, by=by)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="it cannot be withdrawn any more"):
        withdraw(rostered, asked.request, OFFICER, at=DECIDED)


def test_a_declined_or_withdrawn_request_leaves_nothing_behind_and_can_be_made_again(rostered: InRecord) -> None:
    first = leave(rostered, OFFICER, oct_(24))
    assert withdraw(rostered, first.request, OFFICER).state == "withdrawn"
    assert withdraw(rostered, first.request, OFFICER).state == "withdrawn"
    assert tasking(rostered, first.request).result == "withdrawn"
    with pytest.raises(Refused, match="is withdrawn: it cannot be decided"):
        decided(rostered, first.request)
    second = leave(rostered, OFFICER, oct_(24), at=LATER)
    assert second.request != first.request
    assert decided(rostered, second.request, "declined").state == "declined"
    assert absences(rostered, OFFICER) == []


def test_only_who_asked_withdraws(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24))
    with pytest.raises(Refused, match="M0034 cannot withdraw it"):
        withdraw(rostered, asked.request, "M0034")


def test_what_has_begun_can_be_declined_and_not_granted(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24))
    with pytest.raises(Refused, match="is about what began at 2020-10-24: decline it"):
        decided(rostered, asked.request, at="2020-10-24T00:00")
    assert decided(rostered, asked.request, "declined", at="2020-10-24T00:00").state == "declined"


def test_nothing_is_decided_before_what_has_happened_to_it(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24), at=LATER)
    with pytest.raises(Refused, match="at must not be before 2020-10-12T16:00:00"):
        decided(rostered, asked.request, at=FILED)


def test_its_tasking_is_closed_by_the_decision_alone(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24))
    with pytest.raises(Refused, match=r"is to decide a request: deciding request .* closes it"):
        does(rostered, lambda record: close(record, asked.request, people.CO, "done", local(DECIDED)))


def test_leave_that_is_there_already_is_not_granted_twice(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24), oct_(26))
    rostered.absent(OFFICER, "2020-10-24", "2020-10-25")
    with pytest.raises(Refused, match="M0033 is on leave from 2020-10-24 already"):
        decided(rostered, asked.request)


def test_an_absence_that_is_taken_back_shows_on_the_request_and_leave_can_be_asked_for_again(
    rostered: InRecord,
) -> None:
    made = decided(rostered, leave(rostered, OFFICER, oct_(24)).request)
    assert not page(rostered, made.request).taken_back
    stream = f"{Absence.NOUN}/{made.absence}"
    with pytest.raises(
        Refused, match=f"cannot be withdrawn any more; who stands over .* takes the leave back, {stream}"
    ):
        withdraw(rostered, made.request, OFFICER, at=DECIDED)
    does(rostered, lambda record: take_back(record, stream, people.CO, "came after all", local(DECIDED)))
    assert page(rostered, made.request).taken_back
    assert leave(rostered, OFFICER, oct_(24), at=DECIDED).request != made.request


def test_reasons_are_for_those_entitled_and_can_be_erased(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24), reason="surgery")
    decided(rostered, asked.request, "declined", reason="see the surgeon's letter")
    for viewer, may in ((None, False), ("M0034", False), ("M0023", False), (OFFICER, True), (people.CO, True)):
        found = page(rostered, asked.request, viewer=viewer)
        said = [found.request.reason, found.request.why, *(step.why for step in found.steps)]
        whys = ["surgery", "see the surgeon's letter"]
        assert said == ([*whys, *whys] if may else [None] * 4), viewer
    streams = [f"request/{asked.request}", f"tasking/{asked.request}"]
    told = sees(rostered, lambda views: "".join(fact.body for fact in views.facts(streams=streams)))
    assert "surge" not in told
    with pytest.raises(Refused, match="does not stand over M0033"):
        does(rostered, lambda record: erase(record, streams[0], "M0034", "order 7"))
    assert does(rostered, lambda record: erase(record, streams[0], people.CHIEF, "order 7")) == 2
    assert page(rostered, asked.request, viewer=OFFICER).request.reason is None
    assert sees(rostered, verify).whole


def test_a_request_is_shown_as_it_stood_and_as_it_was_known(rostered: InRecord) -> None:
    asked = leave(rostered, OFFICER, oct_(24))
    decided(rostered, asked.request)
    assert page(rostered, asked.request, at=LATER).request.state == "open"
    assert [s.what for s in page(rostered, asked.request).steps] == ["filed", "granted"]
    known = local(LATER)
    (then,) = sees(rostered, lambda views: requests_at(views, local(DECIDED), known, unit=PCT))
    assert then.request.state == "open"
    with pytest.raises(Unknown, match="is not in the record at that time"):
        page(rostered, asked.request, at="2020-10-12T08:59")


def test_lists_are_of_a_unit_or_of_a_member(rostered: InRecord) -> None:
    mine, theirs = leave(rostered, OFFICER, oct_(24)), leave(rostered, people.BOROUGH, oct_(24))
    at = local(DECIDED)
    for only, names in (
        ({"unit": PCT}, [mine]), ({"unit": "PBBX"}, [theirs]), ({"member": OFFICER}, [mine]), ({}, [mine, theirs]),
    ):  # fmt: skip
        found = sees(rostered, lambda views, only=only: requests_at(views, at, **only))  # type: ignore[misc]
        assert [each.request for each in found] == names
    assert [each.waits_for for each in found] == [CO, "CHIEF-OF-PATROL"]


def test_a_list_of_a_unit_or_a_member_that_is_not_there_is_refused(small: InRecord) -> None:
    with pytest.raises(Unknown, match="NOPE"):
        sees(small, lambda views: requests_at(views, local(DECIDED), unit="NOPE"))
    with pytest.raises(Unknown, match="NOPE"):
        sees(small, lambda views: requests_at(views, local(DECIDED), member="NOPE"))


def test_days_that_cannot_be_are_told(small: InRecord) -> None:
    for first, last in ((oct_(12), oct_(12)), (oct_(24), oct_(23)), (oct_(24), oct_(24) + timedelta(days=365))):
        with pytest.raises(Invalid, match="day"):
            leave(small, OFFICER, first, last)
    with pytest.raises(Unknown, match="member 'M9999' is not in the record"):
        leave(small, "M9999", oct_(24))
    with pytest.raises(Invalid, match="reason"):
        leave(small, OFFICER, oct_(24), reason="two\nlines")
    with pytest.raises(Invalid, match="reason"):
        decided(small, leave(small, OFFICER, oct_(24)).request, reason=" ")
    with pytest.raises(Unknown, match="request 'R9' is not in the record"):
        decided(small, "R9")
