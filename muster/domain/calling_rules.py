"""Why somebody is passed over for a call-in or hold-over. Each rule is one function, and is its specification."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from muster.domain.calling_case import (
    DAY,
    WEEK,
    Case,
    Person,
    last_said,
    ledger_around,
    mandatory,
    most_within,
    overtime,
    supposing_it,
)
from muster.domain.instants import on_clock, span_text
from muster.domain.ledger import Entry, Ledger
from muster.domain.limits import Breach, breaches
from muster.domain.members import Absence
from muster.domain.passing import until_text
from muster.domain.presence import holds, planned_turns
from muster.domain.rules import hours_of
from muster.domain.spans import Span, joined, without

NOT_AVAILABLE: Final = "not available"
LONGEST_RUN: Final = 31
"""Days off in a row are followed so far, to see whether they touch leave."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody is passed over: the rule, in words for those entitled, and as everybody may read it. ``waivable``:
    a reason in words lets it be done all the same; what is not takes a waiver, or cannot be at all."""

    rule: str
    says: str
    public: str
    waivable: bool = False

    def for_everyone(self) -> "Reason":
        """The same without what touches health, rest or leave, or tells by its name that it is that."""
        return self if self.says == self.public else replace(self, rule="not-available", says=self.public)


Rule = Callable[[Case, Person], Reason | None]


def _contract(rule: str, case: Case, says: str, *, hidden: bool = False) -> Reason:
    said = f"{says} ({case.contract.source(rule)})"
    return Reason(rule, said, NOT_AVAILABLE if hidden else said, waivable=True)


def separated(case: Case, person: Person) -> Reason | None:
    """Out of the force before the need is over."""
    for s in person.file.separations:
        if s.stands() and s.effective < case.call_in.until:
            return Reason("separated", f"no longer in the force: {s.kind}", "no longer in the force")
    return None


def absent(case: Case, person: Person) -> Reason | None:
    """Away in any part of the need."""
    c, zone = case.call_in, case.schedule.zone
    away = [(a.kind, a.since, a.until) for a in person.file.absences]
    away += [
        ("terminal-leave", s.leave_from, s.effective) for s in person.file.separations if s.stands() and s.leave_from
    ]
    for kind, since, until in sorted(away, key=lambda each: (each[1], each[0])):
        if since < c.until and (until is None or until > c.since):
            back = until_text(until, zone, case.at)
            return Reason("absent", f"absent ({kind}){back}", f"{NOT_AVAILABLE}{back}")
    return None


def on_duty(case: Case, person: Person) -> Reason | None:
    """On duty, or to be, in any part of the need. A hold-over that goes on already is no other duty."""
    c = case.call_in
    for e in ledger_around(case, person).entries:
        goes_on = c.kind == e.kind == "hold-over" and e.row is not None
        if e.start < c.until and e.end > c.since and not goes_on:
            says = f"on duty then: {e.kind} {_clocks(case, e)}"
            return Reason("on-duty", says, says)
    return None


def _clocks(case: Case, e: Entry) -> str:
    start, end = (t.astimezone(case.schedule.zone) for t in (e.start, e.end))
    return f"{start:%a %H%M}-{end:%H%M}"


def resting(case: Case, person: Person) -> Reason | None:
    """To be left to rest in part of the need, as was stated, or owed to somebody who was woken."""
    c, zone = case.call_in, case.schedule.zone
    for r in person.file.reachability:
        if r.kind in ("rest", "owed") and r.since < c.until and (r.until is None or r.until > c.since):
            until = until_text(r.until, zone, case.at)
            return Reason("rest", f"in protected rest{until}", f"{NOT_AVAILABLE}{until}")
    return None


def unreachable(case: Case, person: Person) -> Reason | None:
    """Out of reach at the instant of asking, as was stated; who is on duty here is not asked by telephone."""
    for r in person.file.reachability if case.call_in.kind == "call-in" else ():
        if r.kind == "unreachable" and holds(r, case.at):
            says = f"unreachable{until_text(r.until, case.schedule.zone, case.at)}, as {r.stated_by} stated"
            return Reason("unreachable", says, says, waivable=True)
    return None


def hours_rules(case: Case, person: Person) -> Reason | None:
    """It would break a rule of the force's profile under which nobody is fit: while it is worked, or in a duty of the
    week after it that would be fit without it."""
    c, zone = case.call_in, case.schedule.zone
    base = ledger_around(case, person)
    worked = supposing_it(case, base)
    for until in [c.until, *(e.end for e in base.entries if e.start >= c.until)]:
        found = _unfit(case, person, worked, until)
        if found and until > c.until:
            without_it = {b.rule for b in _unfit(case, person, base, until)}
            found = [b for b in found if b.rule not in without_it]
        if found:
            when = "" if until == c.until else f" in the duty until {until.astimezone(zone):%a %d %b %H%M}"
            return Reason(f"hours-{found[0].rule}", f"would be unfit{when}: {found[0].says}", NOT_AVAILABLE)
    return None


def _unfit(case: Case, person: Person, ledger: Ledger, at: datetime) -> list[Breach]:
    entries = tuple(e if e.end <= at else replace(e, end=at) for e in ledger.entries if e.start < at)
    hours = hours_of(person.file, case.schedule, case.profile, replace(ledger, until=at, entries=entries))
    return [b for b in breaches(hours) if b.level == "unfit"]


def _blocks(case: Case, person: Person) -> tuple[list[Span], int]:
    """Duties with the need worked, with no break inside as long as the contract's, and which of them has the need."""
    length = case.contract.span("day-break") or case.profile.break_length
    blocks = joined(supposing_it(case, ledger_around(case, person)).spans, length)
    return blocks, next(i for i, (a, b) in enumerate(blocks) if a <= case.call_in.since < b)


def day_hours(case: Case, person: Person) -> Reason | None:
    """More hours in 24 than the contract has, with no break in them as long as it asks for."""
    most, break_length = case.contract.span("day-hours"), case.contract.span("day-break")
    if most is None or break_length is None:
        return None
    blocks, i = _blocks(case, person)
    spans = joined(supposing_it(case, ledger_around(case, person)).spans)
    inside = [span for span in spans if blocks[i][0] <= span[0] < blocks[i][1]]
    found = most_within(inside, DAY, (case.call_in.since, case.call_in.until))
    if found <= most:
        return None
    says = f"would have {span_text(found)} in 24 h without {span_text(break_length)} off, at most {span_text(most)}"
    return _contract("day-hours", case, says, hidden=True)


def rest_between(case: Case, person: Person) -> Reason | None:
    """Less time off before or after the duty that has the need than the contract asks for between tours. A break
    shorter than the contract's is no time off: both are one duty."""
    least = case.contract.span("rest-between")
    if least is None:
        return None
    blocks, i = _blocks(case, person)
    off = [blocks[j + 1][0] - blocks[j][1] for j in (i - 1, i) if 0 <= j < len(blocks) - 1]
    if min(off, default=least) >= least:
        return None
    says = f"would have {span_text(min(off))} off between tours, at least {span_text(least)}"
    return _contract("rest-between", case, says, hidden=True)


def do_not_call(case: Case, person: Person) -> Reason | None:
    """Does not want to be asked at the instant."""
    for said in case.unasked:
        if said.member == person.member.member and holds(said, case.at):
            says = f"does not want to be called{until_text(said.until, case.schedule.zone, case.at)}"
            return Reason("do-not-call", says, says, waivable=True)
    return None


def no_show(case: Case, person: Person) -> Reason | None:
    """Did not come once, and is not asked for the contract's time."""
    lost, last = case.contract.span("no-show-days"), last_said(case, person.member.member, ("no-show",))
    if lost is None or last is None or case.at >= last + lost:
        return None
    return _contract("no-show-days", case, f"did not come once: not asked{until_text(last + lost, case.schedule.zone)}")


def mandatory_week(case: Case, person: Person) -> Reason | None:
    """More hours ordered in some seven days than the contract has."""
    most, need = case.contract.span("mandatory-week"), (case.call_in.since, case.call_in.until)
    if most is None:
        return None
    ordered = mandatory(case, person)
    found = most_within(sorted([*without_need(ordered, need), need]), WEEK, need)
    if found <= most:
        return None
    says = f"would have {span_text(found)} ordered in 7 days, at most {span_text(most)}"
    return _contract("mandatory-week", case, says)


def without_need(spans: Iterable[Span], need: Span) -> list[Span]:
    """The parts of spans that lie outside of the need."""
    return [part for span in spans for part in without(span, [need])]


def exempt_week(case: Case, person: Person) -> Reason | None:
    """So much overtime in the seven days before the need that nobody is ordered to more."""
    enough, since = case.contract.span("exempt-week"), case.call_in.since
    if enough is None:
        return None
    worked = overtime(case, person, since - WEEK, since)
    if worked < enough:
        return None
    return _contract("exempt-week", case, f"{span_text(worked)} of overtime in 7 days, exempt from {span_text(enough)}")


def days_off_beside_leave(case: Case, person: Person) -> Reason | None:
    """On a day off, one of several in a row perhaps, that touches a leave."""
    if case.contract.word("days-off-beside-leave") != "exempt" or case.call_in.kind == "hold-over":
        return None
    leaves = [a for a in person.file.absences if a.kind == "leave"]
    day = case.call_in.since.astimezone(case.schedule.zone).date()
    if not leaves or _has_tour(case, person, day):
        return None
    if any(_meets_leave(case, person, leaves, day, step) for step in (-DAY, DAY)):
        return _contract("days-off-beside-leave", case, "a day off beside leave", hidden=True)
    return None


def _meets_leave(case: Case, person: Person, leaves: Sequence[Absence], day: date, step: timedelta) -> bool:
    """Whether the days off go on from a day, this way, to one of leave before the next tour."""
    for _ in range(LONGEST_RUN):
        day += step
        begin, end = (on_clock(d, time(), case.schedule.zone) for d in (day, day + DAY))
        if any(a.since < end and (a.until is None or a.until > begin) for a in leaves):
            return True
        if _has_tour(case, person, day):
            return False
    return False


def _has_tour(case: Case, person: Person, day: date) -> bool:
    begin, end = (on_clock(d, time(), case.schedule.zone) for d in (day, day + DAY))
    return any(turn.day == day for turn, _, _ in planned_turns(person.file, case.schedule, begin, end))


ALWAYS: Final[tuple[Rule, ...]] = (
    separated, absent, on_duty, resting, unreachable, hours_rules, day_hours, rest_between,
)  # fmt: skip
"""Rules for whoever is asked or ordered, in the order in which the first that applies is named."""
TO_ASK: Final[tuple[Rule, ...]] = (do_not_call, no_show)
TO_ORDER: Final[tuple[Rule, ...]] = (mandatory_week, exempt_week, days_off_beside_leave)


def first_reason(case: Case, person: Person, rules: Iterable[Rule]) -> Reason | None:
    """The first reason for passing somebody over; None where there is none."""
    return next((reason for rule in rules if (reason := rule(case, person)) is not None), None)
