"""Each rule that passes somebody over: a case that it bars and one that it lets be; limits against a plain grid."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from muster.domain import calling_rules as rules
from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.calling_list import overtime_list
from muster.domain.contracts import SHIPPED_CONTRACTS
from muster.domain.duty import Chart, Reachability, Signing, Squad, SquadPlace, Tour, Waiver
from muster.domain.members import Absence, Attachment
from muster.domain.presence import as_planned
from muster.domain.profiles import ADVISORY
from muster.domain.schedule import Schedule
from muster.domain.separation import Separation
from tests.calling import NEW_YORK, SINCE, UNTIL, case, contract, need, person, said, unwanted, worked
from tests.ground import local

CAPS = contract(
    day_hours=16, day_break=4, rest_between=8, mandatory_week=12, exempt_week=12, days_off_beside_leave="exempt",
    no_show_days=30,
)  # fmt: skip
HOUR = timedelta(hours=1)
NOW = need()


@dataclass(frozen=True)
class Given:
    """One case of one rule: what else there is, and whether it bars."""

    says: str
    rule: rules.Rule
    barred: bool
    file: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    call_in: CallIn = NOW


def away(kind: str, since: str, until: str | None) -> dict[str, Any]:
    row = Absence(member="A", kind=kind, since=local(since), until=local(until) if until else None)
    return {"absences": (row,)}


def stated(kind: str, since: str, until: str | None) -> dict[str, Any]:
    ends = local(until) if until else None
    return {"reachability": (Reachability(member="A", since=local(since), until=ends, kind=kind, stated_by="A"),)}


def leaves(effective: str, state: str = "accepted") -> dict[str, Any]:
    filed = local("2020-09-01")
    row = Separation(
        separation="S", member="A", kind="retirement", state=state, filed=filed, effective=local(effective)
    )
    return {"separations": (row,)}


def hours(*of: tuple[Any, ...]) -> dict[str, Any]:
    return {"records": [worked("A", *each) for each in of]}


def happened(*answers: CallInAnswer, others: Sequence[CallIn] = ()) -> dict[str, Any]:
    return {"answers": answers, "others": others}


HOLD = need(kind="hold-over")
OTHER = need("OTHER", "2020-10-15T08:00", "2020-10-15T14:00")
ORDERED = happened(said("A", "ordered", "2020-10-13T10:00", "OTHER"), others=[OTHER])
PAST = need("PAST", "2020-10-12T08:00", "2020-10-12T14:00")
PAST_ORDER = happened(said("A", "ordered", "2020-10-11T10:00", "PAST"), others=[PAST])
ADVISED = {"profile": ADVISORY}
WAIVED = Waiver(
    member="A", rule="rest-unfit", since=local(SINCE), until=local("2020-10-15T00:01"), signed_by="B", rest_owed_hours=8
)

CASES = [
    Given("out of the force by then", rules.separated, True, leaves("2020-10-14T20:00")),
    Given("out of the force at its end", rules.separated, False, leaves(UNTIL)),
    Given("papers withdrawn", rules.separated, False, leaves("2020-10-14T20:00", "withdrawn")),
    Given("sick until it has begun", rules.absent, True, away("sick", "2020-10-14", "2020-10-14T16:01")),
    Given("back when it begins", rules.absent, False, away("sick", "2020-10-14", SINCE)),
    Given("away from its end on", rules.absent, False, away("leave", UNTIL, None)),
    Given("away, nobody knows until when", rules.absent, True, away("sick", "2020-10-01", None)),
    Given("on duty at its beginning", rules.on_duty, True, hours(("2020-10-14T10:00", 6.5))),
    Given("off when it begins", rules.on_duty, False, hours(("2020-10-14T10:00", 6))),
    Given("came to another", rules.on_duty, True, {}, ORDERED, need(until="2020-10-15T09:00")),
    Given("to come to another after it", rules.on_duty, False, {}, ORDERED),
    Given("called off another", rules.on_duty, False, {}, happened(
        said("A", "ordered", "2020-10-13T10:00", "OTHER"), said("A", "excused", "2020-10-13T11:00", "OTHER"),
        others=[OTHER]), need(until="2020-10-15T09:00")),
    Given("held over already", rules.on_duty, False, hours(("2020-10-14T16:00", 2, "hold-over")), {}, HOLD),
    Given("on a tour that goes on", rules.on_duty, True, hours(("2020-10-14T15:00", 8)), {}, HOLD),
    Given("to rest in part of it", rules.resting, True, stated("rest", "2020-10-14T10:00", "2020-10-14T17:00")),
    Given("rested when it begins", rules.resting, False, stated("rest", "2020-10-14T10:00", SINCE)),
    Given("owed rest", rules.resting, True, stated("owed", "2020-10-14T10:00", "2020-10-14T17:00")),
    Given("out of reach when asked", rules.unreachable, True, stated("unreachable", "2020-10-14T10:00", None)),
    Given("in reach when asked", rules.unreachable, False, stated("unreachable", "2020-10-14T12:01", None)),
    Given("on duty here", rules.unreachable, False, stated("unreachable", "2020-10-14T10:00", None), {}, HOLD),
    Given("7 h of rest before it", rules.hours_rules, True, hours(("2020-10-14T01:00", 8)), ADVISED),
    Given("8 h of rest before it", rules.hours_rules, False, hours(("2020-10-14T00:00", 8)), ADVISED),
    Given("7 h before it, waived", rules.hours_rules, False,
          {**hours(("2020-10-14T01:00", 8)), "waivers": (WAIVED,)}, ADVISED),
    Given("7 h of rest after it", rules.hours_rules, True, hours(("2020-10-15T07:00", 8)), ADVISED),
    Given("8 h of rest after it", rules.hours_rules, False, hours(("2020-10-15T08:00", 8)), ADVISED),
    Given("a later duty is unfit anyway", rules.hours_rules, False,
          hours(("2020-10-16T00:00", 8), ("2020-10-16T13:00", 8)), ADVISED),
    Given("18 h in one piece", rules.hours_rules, True, hours(("2020-10-14T06:00", 10)), ADVISED),
    Given("17 h 59 m in one piece", rules.hours_rules, False, hours(("2020-10-14T06:01", 9.98)), ADVISED),
    Given("17 h in 24", rules.day_hours, True, hours(("2020-10-14T07:00", 9))),
    Given("16 h in 24", rules.day_hours, False, hours(("2020-10-14T08:00", 8))),
    Given("20 h in 24 with 4 h off", rules.day_hours, False, hours(("2020-10-14T00:00", 12))),
    Given("20 h in 24 with 3 h 59 m off", rules.day_hours, True, hours(("2020-10-14T00:01", 12))),
    Given("17 h with the tour after it", rules.day_hours, True, hours(("2020-10-15T03:59", 9))),
    Given("7 h between tours", rules.rest_between, True, hours(("2020-10-14T01:00", 8))),
    Given("8 h between tours", rules.rest_between, False, hours(("2020-10-14T00:00", 8))),
    Given("7 h before the next tour", rules.rest_between, True, hours(("2020-10-15T07:00", 8))),
    Given("a short break is no rest", rules.rest_between, False, hours(("2020-10-14T10:00", 4))),
    Given("does not want to be asked", rules.do_not_call, True, {}, {"unasked": [unwanted("A", "2020-10-01")]}),
    Given("another does not", rules.do_not_call, False, {}, {"unasked": [unwanted("B", "2020-10-01")]}),
    Given("wants to again", rules.do_not_call, False, {},
          {"unasked": [unwanted("A", "2020-10-01", "2020-10-14T12:00")]}),
    Given("did not come 29 days ago", rules.no_show, True, {},
          happened(said("A", "no-show", "2020-09-15T12:00", "PAST"), others=[PAST])),
    Given("did not come 30 days ago", rules.no_show, False, {},
          happened(said("A", "no-show", "2020-09-14T12:00", "PAST"), others=[PAST])),
    Given("14 h ordered in 7 days", rules.mandatory_week, True, {}, ORDERED),
    Given("12 h ordered in 7 days", rules.mandatory_week, False, {}, ORDERED, need(until="2020-10-14T22:00")),
    Given("ordered and worked", rules.mandatory_week, True, hours(("2020-10-12T08:00", 6, "call-in")), PAST_ORDER),
    Given("ordered and sent home", rules.mandatory_week, False,
          hours(("2020-10-12T08:00", 4, "call-in")), PAST_ORDER),
    Given("14 h accepted", rules.mandatory_week, False, {},
          happened(said("A", "accepted", "2020-10-13T10:00", "OTHER"), others=[OTHER])),
    Given("12 h of overtime this week", rules.exempt_week, True, hours(("2020-10-08T08:00", 12, "hold-over"))),
    Given("11 h of overtime this week", rules.exempt_week, False, hours(("2020-10-08T08:00", 11, "hold-over"))),
    Given("12 h of overtime, part of it before", rules.exempt_week, False,
          hours(("2020-10-07T15:00", 12, "hold-over"))),
    Given("12 h of details", rules.exempt_week, True, hours(("2020-10-08T08:00", 12, "detail"))),
    Given("12 h of court", rules.exempt_week, False, hours(("2020-10-08T08:00", 12, "court"))),
]  # fmt: skip


@pytest.mark.parametrize("given", CASES, ids=lambda g: f"{g.rule.__name__}: {g.says}")
def test_the_rule_bars_or_lets_be(given: Given) -> None:
    found = given.rule(case(CAPS, given.call_in, **given.more), person("A", **given.file))
    assert (found is not None) is given.barred, found


def test_every_rule_has_a_case_that_it_bars_and_one_that_it_lets_be() -> None:
    seen = {(g.rule, g.barred) for g in CASES} | {(rules.days_off_beside_leave, b) for b in (True, False)}
    every = {*rules.ALWAYS, *rules.TO_ASK, *rules.TO_ORDER}
    assert seen == {(rule, barred) for rule in every for barred in (True, False)}


NO_CAPS = contract(offers="seniority", orders="inverse-seniority")


@pytest.mark.parametrize("given", [g for g in CASES if g.rule not in rules.ALWAYS], ids=lambda g: g.says)
def test_a_contract_without_the_rule_bars_nobody_by_it(given: Given) -> None:
    if given.rule is not rules.do_not_call:  # that is for the member to say, not for the contract
        assert given.rule(case(NO_CAPS, given.call_in, **given.more), person("A", **given.file)) is None


def test_who_is_not_asked_can_be_ordered_and_who_is_not_ordered_asked() -> None:
    both = contract(offers="seniority", orders="inverse-seniority", exempt_week=12, no_show_days=30)
    tired = person("A", **hours(("2020-10-08T08:00", 12, "hold-over")))
    gone = happened(said("B", "no-show", "2020-10-01", "PAST"), others=[PAST])
    found = overtime_list(case(both, **gone), [tired, person("B")])
    barred = {(line.part, line.member) for line in (*found.offers, *found.orders) if line.reason}
    assert barred == {("order", "A"), ("offer", "B")}


FOUR_TWO = Schedule(
    NEW_YORK,
    {"4-2": Chart(chart="4-2", name="4-2", cycle=("W", "W", "W", "W", "o", "o"), anchor=date(2020, 10, 10))},
    {"Q": Squad(squad="Q", unit="U", chart="4-2", tour="day")},
    {"day": Tour(tour="day", start=time(7), end=time(15, 40), days=0)},
)
"""Days off on Wednesday 14 and Thursday 15 October 2020, then on 20 and 21."""
IN_Q: dict[str, Any] = {"places": (SquadPlace(member="A", squad="Q", since=local("2020-01-01")),)}


@pytest.mark.parametrize(
    ("since", "until", "need_on", "barred"),
    [
        ("2020-10-16", "2020-10-20", "2020-10-14", True),  # the leave begins after the days off
        ("2020-10-16", "2020-10-20", "2020-10-15", True),
        ("2020-10-10", "2020-10-14", "2020-10-15", True),  # it ended before them
        ("2020-10-17", "2020-10-20", "2020-10-15", False),  # a tour lies between
        ("2020-10-16", "2020-10-20", "2020-10-21", True),
        ("2020-10-16", "2020-10-20", "2020-10-13", False),  # a day with a tour
        ("2020-10-16T12:00", "2020-10-16T13:00", "2020-10-14", True),  # leave from part of a tour is leave
    ],
)
def test_nobody_is_ordered_on_days_off_that_touch_leave(since: str, until: str, need_on: str, barred: bool) -> None:
    wanted = need(since=f"{need_on}T16:00", until=f"{need_on}T20:00")
    here = case(CAPS, wanted, schedule=FOUR_TWO, at=local(f"{need_on}T06:00"))
    file = {**IN_Q, **away("leave", since, until)}
    assert (rules.days_off_beside_leave(here, person("A", **file)) is not None) is barred
    assert rules.days_off_beside_leave(here, person("A", **{**file, **away("sick", since, until)})) is None


def test_the_same_shift_is_the_one_in_whose_hours_the_middle_of_the_need_lies() -> None:
    mine_first = contract(offers="seniority", same_shift_first="yes")
    people = [person("A"), person("B", **IN_Q)]
    mine, theirs = ["B", "A"], ["A", "B"]
    for begins, ends, order in (
        ("06:00", "08:00", mine),
        ("06:00", "07:58", theirs),
        ("15:00", "16:18", mine),
        ("15:00", "16:20", theirs),
    ):
        wanted = need(since=f"2020-10-14T{begins}", until=f"2020-10-14T{ends}")
        found = overtime_list(case(mine_first, wanted, schedule=FOUR_TWO, at=local("2020-10-14T05:00")), people)
        assert [line.member for line in found.offers] == order, begins


def test_tours_under_another_unit_are_no_overtime() -> None:
    there = Attachment(member="A", unit="V", since=local("2020-01-01"), squad="Q")
    somebody = person("A", records=[worked("A", "2020-02-03T16:00", 1, "hold-over")], attachments=(there,))
    found = overtime_list(case(NO_CAPS, schedule=FOUR_TWO), [somebody])
    assert found.offers[0].overtime == timedelta(hours=1)


def test_who_is_on_duty_when_asked_is_supposed_to_go_off_at_the_end_of_the_tour_or_at_once() -> None:
    on = Signing(member="A", at=local("2020-10-13T06:30"), kind="on", unit="U")
    file = person("A", **IN_Q, signings=(on,)).file
    in_tour = as_planned(file, FOUR_TWO, local("2020-10-13T12:00"))
    assert in_tour.signings[-1] == Signing(member="A", at=local("2020-10-13T15:40"), kind="off")
    held_over = as_planned(file, FOUR_TWO, local("2020-10-13T18:00"))
    assert held_over.signings[-1].at == local("2020-10-13T18:00")
    assert as_planned(file, FOUR_TWO, local("2020-10-13T06:29")).signings == ()


def test_reasons_that_touch_health_rest_or_leave_are_for_those_entitled() -> None:
    files = {
        "A": away("sick", "2020-10-14", None),
        "B": stated("rest", "2020-10-14T10:00", "2020-10-14T17:00"),
        "C": {"records": [worked("C", "2020-10-14T01:00", 8)]},
        "D": {"records": [worked("D", "2020-10-14T06:00", 9)]},
    }
    both = replace(CAPS, terms={**CAPS.terms, **NO_CAPS.terms})
    found = overtime_list(case(both), [person(name, **file) for name, file in files.items()])
    assert [line.reason is not None for line in found.offers] == [True] * 4
    for line in (*found.for_everyone().offers, *found.for_everyone().orders):
        assert line.reason
        assert line.reason.rule == "not-available"
        assert line.reason.says.startswith("not available"), line.reason
    mine = found.for_everyone("A").line("offer", "A")
    assert mine == found.line("offer", "A")


@pytest.mark.parametrize("shipped", SHIPPED_CONTRACTS.values(), ids=lambda c: c.name)
def test_a_shipped_contract_names_the_source_of_each_rule(shipped: Any) -> None:
    found = overtime_list(case(shipped), [person("A", **hours(("2020-10-14T07:00", 9))), person("B")])
    assert [line.member for line in found.offers if line.reason] == ["A"]
    assert all(term.source for term in shipped.terms.values())
