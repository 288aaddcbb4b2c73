"""Call-ins through the record: the contract's order is kept, what is past it needs a reason, hostile input fails."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from muster.domain.calling_in import CallIn, CallInAnswer, DoNotCall
from muster.domain.calling_list import OvertimeList
from muster.domain.calling_rules import Reason
from muster.domain.duty import Signing, Waiver
from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.domain.members import Absence
from muster.ports import Record
from muster.services import call_ins as service
from muster.services import duty
from muster.services.calling import listed
from muster.services.correcting import take_back
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, CO, PCT, does, facts, sees

NOON, EVENING = "2020-10-07T12:00", "2020-10-07T15:00"
DESK = "M0027"
"""Desk officer of the tour from 0705 to 1540, who runs call-ins."""
RANK = {"kind": "hold-over", "since": "2020-10-07T15:40", "until": "2020-10-07T20:00"}


def wanted(name: str = "C1", **changes: Any) -> CallIn:
    """Two are needed for the night of 7 October, opened at noon."""
    values: dict[str, Any] = {"since": "2020-10-07T23:15", "until": "2020-10-08T07:50"} | changes
    values = {k: local(v) if k in ("since", "until", "at") and isinstance(v, str) else v for k, v in values.items()}
    more: dict[str, Any] = {
        "unit": PCT,
        "kind": "call-in",
        "contract": "equalisation",
        "opened_by": DESK,
        "at": local(NOON),
    } | values
    return CallIn(call_in=name, **more)


def opened(force: InRecord, name: str = "C1", **changes: Any) -> CallIn:
    made = wanted(name, **changes)
    force.clock.at = max(force.clock.at, made.at)
    return does(force, lambda record: service.open_call_in(record, made))


def answered(force: InRecord, member: str, what: str, at: str = NOON, **more: Any) -> CallInAnswer:
    force.clock.at = max(force.clock.at, local(at))
    name, by, why = more.get("name", "C1"), more.get("by", DESK), more.get("why")
    return does(force, lambda record: service.answer(record, name, member, what, by, local(at), why))


def now(force: InRecord, name: str = "C1", at: str = NOON) -> OvertimeList:
    return sees(force, lambda views: listed(views, service.named(views, name), local(at)).list)


def next_of(force: InRecord, at: str = NOON) -> str:
    found = now(force, at=at).next
    assert found is not None
    return found.member


def reason(found: OvertimeList, member: str) -> Reason:
    """Why the member is passed over for an offer."""
    line = found.line("offer", member)
    assert line is not None
    assert line.reason is not None
    return line.reason


def refuse_all(force: InRecord) -> list[str]:
    """Everybody who is asked refuses; who they were, in the order in which they were asked."""
    asked = []
    while (found := now(force).next) is not None and found.part == "offer":
        answered(force, found.member, "refused")
        asked.append(found.member)
    return asked


def test_the_list_is_asked_to_its_end_and_then_the_last_is_ordered(small: InRecord) -> None:
    opened(small)
    before = [line.member for line in now(small).offers if line.reason is None]
    assert refuse_all(small) == before
    assert next_of(small) == max(before)  # all joined on one day: the highest number is the least senior
    assert answered(small, next_of(small), "ordered").ahead == ()
    assert now(small).next is None


def test_who_comes_first_is_named_and_going_past_them_needs_a_reason(small: InRecord) -> None:
    opened(small)
    first, second = [line.member for line in now(small).offers if line.is_open][:2]
    with pytest.raises(Refused, match=f"{second} is not next: {first} is before them; say why"):
        answered(small, second, "accepted")
    answered(small, second, "refused")
    with pytest.raises(Refused, match=f"{second} is not next: {first}, M.* and .* more are before them"):
        answered(small, second, "ordered")
    place = {line.member: line.place for line in now(small).offers}[second]
    made = answered(small, second, "accepted", "2020-10-07T12:01", why="speaks Portuguese")
    assert (made.ahead, made.why, made.place) == ((first,), "speaks Portuguese", place)


def test_nobody_is_ordered_before_they_were_asked(small: InRecord) -> None:
    opened(small, **RANK, needed=9)
    for line in now(small).offers[1:]:
        if line.is_open:
            answered(small, line.member, "refused")
    alone = next_of(small)
    with pytest.raises(Refused, match=f"{alone} was not asked to come of their own accord"):
        answered(small, alone, "ordered", by=CO)


def test_an_order_to_stay_holds_over_and_names_the_call_in(small: InRecord) -> None:
    opened(small, **RANK, opened_by=CO, at=EVENING)
    for line in now(small, at=EVENING).offers:
        if line.is_open:
            answered(small, line.member, "refused", EVENING, by=CO)
    member = next_of(small, EVENING)
    answered(small, member, "ordered", EVENING, by=CO)
    found = sees(small, lambda views: views.rows(Signing, member=member))
    assert [(s.kind, s.at, s.unit, s.why) for s in found] == [
        ("held-over", local("2020-10-07T15:40"), PCT, "ordered: call-in C1")
    ]


def test_an_acceptance_makes_no_duty_and_neither_does_an_order_from_off_duty(small: InRecord) -> None:
    opened(small, needed=2)
    accepts = next_of(small)
    answered(small, accepts, "accepted")
    refuse_all(small)
    ordered = next_of(small)
    answered(small, ordered, "ordered")
    assert sees(small, lambda views: views.rows(Signing)) == []


def test_an_answer_is_recorded_once(small: InRecord) -> None:
    opened(small)
    member = next_of(small)
    made, known = answered(small, member, "refused"), facts(small)
    assert answered(small, member, "refused") == made
    assert facts(small) == known


def test_whom_the_hours_rules_bar_no_reason_calls_in_but_a_waiver_does(small: InRecord) -> None:
    opened(small, since="2020-10-07T13:00", until="2020-10-07T21:00", needed=9)
    barred = next(m.member for m in now(small).offers if m.reason and m.reason.rule.startswith("hours"))
    with pytest.raises(Refused, match=f"{barred} is passed over: not available$"):
        answered(small, barred, "accepted", why="nobody else")
    rule = reason(now(small), barred).rule.removeprefix("hours-")
    signed = Waiver(
        member=barred, rule=rule, since=local(NOON), until=local("2020-10-09"), signed_by=CO, rest_owed_hours=12
    )
    does(small, lambda record: duty.waive(record, signed))
    answered(small, barred, "accepted", why="nobody else")


def as_read_by(force: InRecord, viewer: str) -> OvertimeList:
    return sees(force, lambda views: service.for_viewer(views, now(force), PCT, viewer))


def test_a_commander_reads_why_somebody_is_passed_over_and_a_desk_officer_that_they_are(small: InRecord) -> None:
    opened(small)
    member = next_of(small)
    away = Absence(member=member, kind="sick", since=local(NOON), until=None)
    does(small, lambda record: duty.absent(record, away))
    for viewer, says in ((CO, "absent (sick)"), (BOROUGH, "absent (sick)"), (member, "absent (sick)")):
        assert reason(as_read_by(small, viewer), member).says == says
    seen = reason(as_read_by(small, DESK), member)
    assert (seen.rule, seen.says) == ("not-available", "not available")
    with pytest.raises(Refused, match=r"not available$"):
        answered(small, member, "accepted")
    with pytest.raises(Refused, match=r"absent \(sick\)$"):
        answered(small, member, "accepted", by=CO)


def test_who_does_not_want_to_be_called_is_not_asked_until_they_do(small: InRecord) -> None:
    opened(small)
    member = next_of(small)
    said = DoNotCall(member=member, since=local("2020-10-01"), until=None, stated_by=member)
    does(small, lambda record: service.do_not_call(record, said))
    assert next_of(small) != member
    line = now(small).line("order", member)
    assert line is not None
    assert line.is_open
    does(small, lambda record: take_back(record, said.stream, member, "I do", local(NOON)))
    assert next_of(small) == member


def test_an_answer_that_was_wrong_is_taken_back_by_who_recorded_it(small: InRecord) -> None:
    opened(small)
    member = next_of(small)
    made = answered(small, member, "refused")
    assert next_of(small) != member
    does(small, lambda record: take_back(record, made.stream, DESK, "that was somebody else", local(NOON)))
    assert next_of(small) == member


def test_only_members_of_the_rank_are_on_the_list_and_no_commander_is(small: InRecord) -> None:
    opened(small)
    everybody = {line.member for line in now(small).offers}
    assert not everybody & {CO, "M0006"}
    opened(small, "C2", rank="SGT")
    some = {line.member for line in now(small, "C2").offers}
    assert some < everybody
    opened(small, "C3", qualification="diver")
    assert now(small, "C3").offers == ()


AT = local(NOON)
LONG = "x" * 3000


def refusals() -> list[tuple[str, type[MusterError], Callable[[Record], object]]]:
    def answer(
        name: str = "C1", member: str = "M0033", what: str = "refused", by: str = DESK, at: datetime = AT, **more: Any
    ) -> Callable[[Record], object]:
        return lambda r: service.answer(r, name, member, what, by, at, more.get("why"))

    def need(**changes: Any) -> Callable[[Record], object]:
        return lambda r: service.open_call_in(r, wanted("C2", **changes))

    return [
        ("call-in 'C9' is not in the record", Unknown, answer("C9")),
        ("member 'M9999' is not in the record", Unknown, answer(member="M9999")),
        ("member 'M9999' is not in the record", Unknown, answer(by="M9999")),
        ('member ".*DROP.*" is not in the record', Unknown, answer(member="x'; DROP TABLE fact --")),
        ("what 'willing' must be one of", Invalid, answer(what="willing")),
        ("why .* must be 1 to 2000", Invalid, answer(what="accepted", why=LONG)),
        ("why .* must be 1 to 2000", Invalid, answer(what="accepted", why="two\nlines")),
        ("holds no command or tour position", Refused, answer(by="M0041")),
        ("does not order themselves", Refused, answer(what="ordered", member=DESK)),
        ("nobody answered it before", Refused, answer(at=AT - timedelta(minutes=1))),
        ("begins 2020-10-07T23:15: nobody is missing before", Refused, answer(what="no-show")),
        ("neither by accepting nor by order", Refused, answer(what="no-show", at=local("2020-10-08T00:15"))),
        ("was over 2020-10-08T07:50", Refused, answer(what="accepted", at=local("2020-10-08T07:50"))),
        ("neither by accepting nor by order", Refused, answer(what="excused")),
        ("M0005 is not on the list of C1", Refused, answer(member=CO, what="accepted", why="please")),
        ("is in the record already", Refused, lambda r: service.open_call_in(r, wanted())),
        ("until .* must be after", Invalid, need(until="2020-10-07T23:15")),
        ("must be at most 24 h", Invalid, need(until="2020-10-08T23:16")),
        ("contract 'mine': must be one of equalisation", Unknown, need(contract="mine")),
        ("unit 'PCT-999' is not in the record", Unknown, need(unit="PCT-999")),
        ("has no tours then", Refused, need(unit="CITY-HALL")),
        ("needed 0 must be from 1", Invalid, need(needed=0)),
        ("call_in '../../etc' must be 1 to 64", Invalid, lambda r: service.open_call_in(r, wanted("../../etc"))),
        ("kind 'recall' must be one of", Invalid, need(kind="recall")),
        ("holds no command or tour position", Refused, need(opened_by="M0016", unit="PD")),
    ]


@pytest.mark.parametrize("number", range(len(refusals())))
def test_what_cannot_be_is_refused_and_leaves_no_fact(small: InRecord, number: int) -> None:
    opened(small)
    before = facts(small)
    says, error, act = refusals()[number]
    with pytest.raises(error, match=says):
        does(small, act)
    assert facts(small) == before


def test_who_is_to_come_is_excused_or_does_not_come_and_says_nothing_else(small: InRecord) -> None:
    opened(small)
    member = next_of(small)
    answered(small, member, "accepted", "2020-10-07T12:10")
    for what in ("accepted", "refused", "not-reached", "ordered"):
        with pytest.raises(Refused, match=f"{member} is to come to C1 already: accepted"):
            answered(small, member, what, "2020-10-07T12:11", why="again")
    next_one = [line.member for line in now(small).offers if line.is_open][1]
    with pytest.raises(Refused, match="as many as are needed come already"):
        answered(small, next_one, "accepted", "2020-10-07T12:20")
    with pytest.raises(Refused, match=f"{member} is before them"):  # noted late, as if nobody had come by then
        answered(small, next_one, "accepted", NOON)
    with pytest.raises(Refused, match=f"{member} is noted for C1 at 2020-10-07T12:10 already: accepted"):
        answered(small, member, "not-reached", NOON)
    answered(small, member, "no-show", "2020-10-07T23:30")
    assert now(small, at="2020-10-07T23:30").missing == 1
    opened(small, "C2", since="2020-11-06T10:00", until="2020-11-06T12:00", at="2020-10-08T12:00")
    assert reason(now(small, "C2", "2020-11-06T09:00"), member).rule == "no-show-days"
    after = now(small, "C2", "2020-11-06T23:30").line("offer", member)
    assert after is not None
    assert after.reason is None or after.reason.rule != "no-show-days"


def test_who_is_to_come_under_one_contract_is_on_duty_then_for_another(small: InRecord) -> None:
    opened(small)
    member = next_of(small)
    answered(small, member, "accepted")
    opened(small, "C2", contract="seniority", since="2020-10-08T02:00", until="2020-10-08T06:00")
    assert reason(now(small, "C2"), member).rule == "on-duty"
    with pytest.raises(Refused, match=f"{member} is passed over: on duty then: call-in"):
        answered(small, member, "accepted", name="C2", why="they want to")
