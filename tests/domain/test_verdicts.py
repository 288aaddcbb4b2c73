"""Verdicts on claims: what the record says, when it changes, and that nobody is declared right."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.accounts import Claim, by_subject
from muster.domain.duty import Signing, SquadPlace
from muster.domain.members import Absence, Appointment
from muster.domain.published import DutyLine
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.taskings import Call
from muster.domain.verdicts import judge
from tests.domain.evidence import (
    APPOINTED,
    BIRTH,
    DAY,
    DUTY,
    HELD,
    MISSED,
    RETIREMENT,
    SCHEDULED,
    at,
    claim,
    evidence,
    ruled,
    ruling,
)


def without(*kinds: type[Row]) -> list[Row]:
    return [row for row in HELD if not isinstance(row, kinds)]


def test_a_call_missed_on_duty_supports_one_account_and_contradicts_the_other() -> None:
    on_duty = ruled("call-unanswered", caller="MAYOR", during="on-duty")
    assert on_duty.ruling == "supported"
    assert on_duty.why == "a call from MAYOR on 2020-10-09 01:00 went unanswered while A was on duty (held over)"
    assert set(on_duty.rows) == {APPOINTED, MISSED, DUTY[1]}
    assert ruling("call-unanswered", caller="MAYOR", during="at-rest") == "contradicted"


def test_the_same_call_after_the_duty_turns_both_verdicts_round() -> None:
    record = evidence([*without(Call), replace(MISSED, at=at(9, 23))])
    assert ruling("call-unanswered", record, caller="MAYOR", during="on-duty") == "contradicted"
    at_rest = ruled("call-unanswered", record, caller="MAYOR", during="at-rest")
    assert at_rest.ruling == "supported"
    assert DUTY[2] in at_rest.rows


def test_two_calls_can_support_two_accounts_that_differ() -> None:
    record = evidence([*HELD, replace(MISSED, at=at(9, 23))])
    assert ruling("call-unanswered", record, during="on-duty") == "supported"
    assert ruling("call-unanswered", record, during="at-rest") == "supported"


def test_a_call_says_nothing_of_rest_where_nothing_is_told_of_duty() -> None:
    record = evidence(without(Signing, Separation))
    assert ruling("call-unanswered", record, during="on-duty") == "not covered"
    assert ruling("call-unanswered", record, during="at-rest") == "not covered"
    assert ruling("call-unanswered", record) == "supported"


def test_a_schedule_tells_what_the_member_was_doing_when_nobody_signed() -> None:
    quiet = [*without(Signing, Call), *SCHEDULED]
    assert ruling("call-unanswered", evidence([*quiet, replace(MISSED, at=at(9, 9))]), during="on-duty") == "supported"
    assert ruling("call-unanswered", evidence([*quiet, MISSED]), during="at-rest") == "supported"
    hours = ruled("duty-hours", evidence(quiet), hours=36, start=at(1), end=at(14))
    assert (hours.ruling, "by the schedule alone" in hours.why) == ("contradicted", True)


def test_a_member_on_leave_is_at_rest() -> None:
    away = Absence(member="A", kind="leave", since=at(10), until=at(12))
    record = evidence([*without(Call), away, replace(MISSED, at=at(11))])
    found = ruled("call-unanswered", record, during="at-rest")
    assert found.ruling == "supported"
    assert away in found.rows


def test_an_answered_call_contradicts_that_it_went_unanswered() -> None:
    record = evidence([*without(Call), replace(MISSED, answered=True)])
    assert ruling("call-unanswered", record) == "contradicted"
    assert ruling("call-answered", record) == "supported"
    assert ruling("call-answered") == "contradicted"
    assert ruling("call-tried", record) == "supported"


def test_no_record_of_calls_contradicts_that_a_call_was_made() -> None:
    assert ruling("call-tried", caller="SOMEBODY-ELSE") == "not covered"
    assert ruling("call-tried", start=at(1), end=at(2)) == "not covered"


def test_a_position_its_unit_and_its_holder_are_one_caller() -> None:
    assert ruling("call-tried", caller="CITY-HALL") == "supported"
    assert (
        ruling("call-tried", evidence([APPOINTED, replace(MISSED, caller="CITY-HALL")]), caller="MAYOR") == "supported"
    )
    mayor = Appointment(position="MAYOR", member="B", kind="substantive", since=at(1))
    by_name = evidence([APPOINTED, mayor, replace(MISSED, caller="B")])
    assert ruling("call-tried", by_name, caller="MAYOR") == "supported"


def test_duty_of_36_hours_is_supported_by_the_signings_around_it() -> None:
    found = ruled("duty-hours", hours=36, start=at(1), end=at(14))
    assert found.ruling == "supported"
    assert found.why == "A was on duty from 2020-10-08 06:00 to 2020-10-09 18:00, 36 h"
    assert set(found.rows) == {APPOINTED, *DUTY}


def test_a_shorter_duty_contradicts_and_a_running_one_does_not_yet() -> None:
    assert ruling("duty-hours", hours=37, start=at(1), end=at(14)) == "contradicted"
    running = evidence([APPOINTED, *DUTY[:2]], known=at(9, 1))
    assert ruling("duty-hours", running, hours=36, start=at(1), end=at(14)) == "not covered"
    assert ruling("duty-hours", running, hours=19, start=at(1), end=at(14)) == "supported"


def test_what_a_period_still_to_come_may_bring_contradicts_nothing() -> None:
    early = evidence(known=at(10))
    assert ruling("duty-hours", early, hours=37, start=at(1), end=at(14)) == "not covered"
    assert ruling("call-answered", early, end=at(14)) == "not covered"
    assert ruling("call-answered", early, end=at(10)) == "contradicted"
    assert ruling("call-unanswered", early, during="at-rest", end=at(14)) == "not covered"
    assert ruling("call-unanswered", early, during="on-duty", end=at(14)) == "supported"


def test_a_stretch_of_duty_is_supported_only_when_it_has_no_gap() -> None:
    assert ruling("on-duty", start=at(8, 7), end=at(9, 18)) == "supported"
    assert ruling("on-duty", start=at(8, 5), end=at(9, 18)) == "contradicted"
    assert ruling("on-duty", evidence([APPOINTED]), start=at(8, 7), end=at(9, 18)) == "not covered"
    assert ruling("on-duty", evidence(known=at(9)), start=at(8, 7), end=at(9, 18)) == "not covered"


def test_a_retirement_contradicts_a_resignation_and_the_other_way_round() -> None:
    assert ruling("separation-kind", kind="retirement") == "supported"
    assert ruling("separation-kind", kind="resignation") == "contradicted"
    record = evidence([APPOINTED, replace(RETIREMENT, kind="resignation")])
    assert ruling("separation-kind", record, kind="retirement") == "contradicted"
    assert ruling("separation-kind", record, kind="resignation") == "supported"


def test_what_was_withdrawn_was_filed_all_the_same_but_does_not_stand() -> None:
    record = evidence([APPOINTED, replace(RETIREMENT, state="withdrawn")])
    assert ruling("separation-filed", record, start=at(13), end=at(14)) == "supported"
    kind = ruled("separation-kind", record, kind="retirement")
    assert (kind.ruling, kind.why) == (
        "not covered",
        "no separation of A stands; what was filed has been withdrawn",
    )


def test_papers_put_in_on_another_day_contradict() -> None:
    assert ruling("separation-filed", start=at(13), end=at(14)) == "supported"
    assert ruling("separation-filed", start=at(14), end=at(15)) == "contradicted"
    assert ruling("separation-effective", start=at(30), end=at(31)) == "supported"
    assert ruling("separation-effective", start=at(13), end=at(14)) == "contradicted"
    assert ruling("separation-filed", evidence([APPOINTED]), start=at(13), end=at(14)) == "not covered"


def test_age_needs_a_date_of_birth() -> None:
    assert ruling("age", years=43) == "not covered"
    assert ruling("age", evidence(born=BIRTH), years=42) == "supported"
    assert ruling("age", evidence(born=BIRTH), years=43) == "contradicted"
    assert ruling("age", evidence(born=BIRTH), years=43, as_of=date(2020, 10, 14)) == "supported"


@pytest.mark.parametrize(
    ("compare", "years", "expected"),
    [
        ("exactly", 21, "supported"),
        ("exactly", 20, "contradicted"),
        ("more-than", 20, "supported"),
        ("more-than", 21, "supported"),
        ("more-than", 22, "contradicted"),
        ("at-least", 22, "contradicted"),
    ],
)
def test_years_of_service_are_counted_in_full(compare: str, years: int, expected: str) -> None:
    assert ruling("years-of-service", compare=compare, years=years) == expected


def test_nobody_has_served_more_than_21_years_on_the_21st_anniversary() -> None:
    day = date(2020, 7, 1)
    assert ruling("years-of-service", years=21, compare="more-than", member="A", as_of=day) == "contradicted"
    assert ruling("years-of-service", years=21, compare="at-least", member="A", as_of=day) == "supported"


def test_the_first_day_in_the_force_is_told_by_the_member() -> None:
    july: dict[str, Any] = {"start": datetime(1999, 7, 1, tzinfo=UTC), "end": datetime(1999, 8, 1, tzinfo=UTC)}
    assert ruling("joined", **july) == "supported"
    assert ruling("joined", start=july["end"], end=at(1)) == "contradicted"


def test_somebody_else_in_the_position_contradicts_and_silence_does_not() -> None:
    before = Appointment(position="CHIEF", member="B", kind="substantive", since=at(1), until=at(5))
    since = replace(APPOINTED, since=at(5))
    early: dict[str, Any] = {"position": "CHIEF", "start": at(2), "end": at(3)}
    assert ruling("held-position", evidence([before, since]), **early) == "contradicted"
    assert ruling("appointed", evidence([before, since]), **early) == "contradicted"
    assert ruling("held-position", evidence([since]), **early) == "not covered"
    assert ruling("appointed", evidence([since]), **early) == "not covered"
    assert ruling("held-position", evidence([since]), position="CHIEF") == "supported"
    assert ruling("appointed", evidence([since]), position="CHIEF", start=at(5), end=at(6)) == "supported"
    assert ruling("appointed", evidence([since]), position="CHIEF", start=at(7), end=at(8)) == "contradicted"


def test_the_holder_of_a_day_is_who_had_the_position_when_it_began() -> None:
    acting = Appointment(position="CHIEF", member="B", kind="acting", since=at(1), instrument="order")
    after = Appointment(position="CHIEF", member="B", kind="substantive", since=at(13, 9))
    record = evidence([replace(APPOINTED, until=at(13, 9)), acting, after])
    assert ruled("age", record, years=43).member == "A"
    assert ruled("age", record, years=43, as_of=date(2020, 10, 14)).member == "B"
    nobody = ruled("age", record, years=43, as_of=date(2020, 9, 1))
    assert nobody.why == "nobody is recorded as holding CHIEF on 2020-09-01"


def test_strength_counts_members_who_had_joined_and_not_left() -> None:
    day: dict[str, Any] = {"as_of": DAY, "compare": "exactly"}
    assert ruling("strength", number=2, **day) == "supported"
    assert ruling("strength", number=1, unit="PATROL", **day) == "supported"
    assert ruling("strength", number=2, unit="PATROL", **day) == "contradicted"
    assert ruling("strength", number=2, unit="NOWHERE", **day) == "not covered"
    assert ruling("strength", number=2, as_of=date(1990, 1, 1)) == "not covered"
    gone = evidence([APPOINTED, replace(RETIREMENT, effective=at(12))])
    assert ruling("strength", gone, number=1, **day) == "supported"


@pytest.mark.parametrize(("number", "expected"), [(2, "supported"), (10, "contradicted"), (3, "contradicted")])
def test_about_a_number_is_what_rounds_to_it(number: int, expected: str) -> None:
    assert ruling("strength", number=number, as_of=DAY) == expected


def test_anything_outside_the_closed_set_is_not_covered() -> None:
    assert ruling("other") == "not covered"


def test_a_member_who_is_not_there_is_not_covered() -> None:
    assert ruled("age", member="Z", years=43, as_of=DAY).why == "there is no member Z"


SAID: list[tuple[str, dict[str, Any]]] = [
    ("age", {"years": 43}),
    ("age", {"years": 41}),
    ("separation-kind", {"kind": "retirement"}),
    ("separation-kind", {"kind": "resignation"}),
    ("call-unanswered", {"during": "on-duty"}),
    ("call-unanswered", {"during": "at-rest"}),
    ("duty-hours", {"hours": 36, "start": at(1), "end": at(14)}),
    ("strength", {"number": 2, "as_of": DAY, "unit": "PATROL"}),
    ("other", {}),
]
CLAIMS = [
    replace(claim(says, **more), claim=f"c{i}", subject=f"s{i % 3}", account="PMC"[i % 3])
    for i, (says, more) in enumerate(SAID)
]


@given(st.permutations(CLAIMS), st.permutations(HELD))
def test_verdicts_depend_on_no_order(claims: list[Claim], rows: list[Row]) -> None:
    assert list(by_subject(claims).items()) == list(by_subject(CLAIMS).items())
    record = evidence(rows)
    assert {c.key: judge(c, record) for c in claims} == {c.key: judge(c, evidence()) for c in CLAIMS}


def test_duty_that_a_published_roster_gave_rests_on_the_roster() -> None:
    line = DutyLine(
        member="A", unit="PATROL", first=date(2020, 10, 5), since=at(5), until=at(12), version=1,
        tours=("", "", "", "D", "", "", ""),
    )  # fmt: skip
    record = evidence([APPOINTED, *SCHEDULED, line])
    worked = ruled("on-duty", record, start=at(8, 9), end=at(8, 15))
    assert (worked.ruling, worked.rows) == ("supported", (APPOINTED, line))
    off = ruled("on-duty", record, start=at(9, 9), end=at(9, 15))
    assert (off.ruling, off.rows) == ("contradicted", (APPOINTED, line))
    alone = evidence([APPOINTED, *(row for row in SCHEDULED if not isinstance(row, SquadPlace)), line])
    assert ruling("on-duty", alone, start=at(8, 9), end=at(8, 15)) == "supported"
