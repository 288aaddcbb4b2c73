"""Why me: the list of a past answer is read from the record to the letter, whatever the record has learned since."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

import pytest

from muster.domain.calling_in import ANSWERS, CallIn, CallInAnswer, DoNotCall
from muster.domain.calling_list import OvertimeList
from muster.domain.contracts import CallInRule
from muster.domain.duty import HoursRule, SquadPlace, TimeRecord, Tour
from muster.domain.errors import Refused, Unknown
from muster.domain.members import Absence, Appointment, Member
from muster.ports import Record, Views
from muster.services import call_ins as service
from muster.services import duty
from muster.services.as_of import Before
from muster.services.calling import listed
from muster.services.correcting import take_back
from muster.services.load import load
from muster.services.why_me import WhyMe, why_me
from tests.ground import InRecord, changed, directory_from, local
from tests.services.small import CO, PCT, does, sees

NOON = local("2020-10-07T12:00")
LATER = local("2020-12-01")


def opened(force: InRecord, name: str, at: datetime, hours: float = 11.25, **more: object) -> CallIn:
    """A call-in that begins so many hours after ``at`` and lasts six."""
    since = at + timedelta(hours=hours)
    made = CallIn(
        call_in=name,
        unit=PCT,
        kind="call-in",
        since=since,
        until=since + timedelta(hours=6),
        needed=2,
        contract="equalisation",
        opened_by=CO,
        at=at,
    )
    return does(force, lambda record: service.open_call_in(record, replace(made, **more)))  # type: ignore[arg-type]


def asked_why(force: InRecord, member: str, name: str | None = None, viewer: str | None = None) -> WhyMe:
    return sees(force, lambda views: why_me(views, member, name, LATER, viewer=viewer))


@dataclass(frozen=True)
class Told:
    """An answer, with the list as it was in the transaction that recorded it."""

    answer: CallInAnswer
    list: OvertimeList


def answered(force: InRecord, name: str, member: str, what: str, at: datetime, why: str | None = None) -> Told:
    def act(record: Record) -> Told:
        before = listed(record, service.named(record, name), at).list
        return Told(service.answer(record, name, member, what, CO, at, why), before)

    return does(force, act)


def first_of(force: InRecord, name: str, at: datetime) -> str:
    found = sees(force, lambda views: listed(views, service.named(views, name), at).list).next
    assert found is not None
    return found.member


def everything_changes(force: InRecord, member: str) -> None:
    """Later everything is otherwise: seniority, hours, absences, the contract, the tours, who is in the unit."""
    rows = changed(force.rows, Member, lambda _: True, joined=date(2009, 6, 1))
    rows = changed(rows, Member, lambda m: m.member == member, joined=date(1990, 6, 1))
    rows = changed(rows, Tour, lambda t: t.tour == "2315x0750", end=time(6))
    rows = [r for r in rows if not (isinstance(r, Appointment | SquadPlace) and r.member in ("M0042", "M0043"))]
    rows += [
        CallInRule(contract="equalisation", rule="offers", words=("seniority",), source="Order 1"),
        CallInRule(contract="equalisation", rule="orders", words=("none",), source="Order 1"),
        HoursRule(profile="strict", rule="unfit", hours=4, source="Order 2"),
    ]
    force.act(lambda record: load(record, directory_from(rows), remove=True))
    for number, other in enumerate(("M0024", "M0033", "M0036")):
        hours = TimeRecord(
            member=other,
            since=local("2020-03-01T10:00") + timedelta(days=number),
            until=local("2020-03-01T18:00") + timedelta(days=number),
            kind="call-in",
        )
        away = Absence(member=other, kind="sick", since=local("2020-10-01"), until=None)
        does(force, lambda record, h=hours: duty.keep(record, h))  # type: ignore[misc]
        does(force, lambda record, a=away: duty.absent(record, a))  # type: ignore[misc]


def test_the_list_of_then_is_read_again_after_everything_has_changed(small: InRecord) -> None:
    small.clock.at = NOON
    opened(small, "C1", NOON)
    member = first_of(small, "C1", NOON)
    told = answered(small, "C1", member, "refused", NOON)
    small.clock.move(days=30)
    opened(small, "C2", small.clock.at)
    everything_changes(small, member)
    found = asked_why(small, member)
    assert (found.list, found.proved, found.ahead) == (told.list, True, ())
    assert {d.member for d in found.differences} >= {"M0033", "M0042", "M0043"}
    gone = next(d for d in found.differences if d.member == "M0043")
    assert gone.now == "not on the list"


def test_without_later_facts_nothing_differs(small: InRecord) -> None:
    small.clock.at = NOON
    opened(small, "C1", NOON)
    members = []
    for _ in range(4):  # all in one instant, in which the clock stands still
        members.append(first_of(small, "C1", NOON))
        answered(small, "C1", members[-1], "refused", NOON)
    for place, member in enumerate(members):
        found = asked_why(small, member, "C1")
        assert (found.proved, found.differences) == (True, ())
        said = [line.member for line in found.list.offers if line.said == "refused"]
        assert said == members[:place]


def test_who_was_ahead_and_the_reason_for_going_past_them_are_told(small: InRecord) -> None:
    small.clock.at = NOON
    opened(small, "C1", NOON)
    first = first_of(small, "C1", NOON)
    answered(small, "C1", "M0042", "ordered", NOON, "knows the house")
    found = asked_why(small, "M0042")
    assert first in found.ahead
    assert found.answer is not None
    assert (found.answer.ahead, found.answer.why, found.proved) == (found.ahead, "knows the house", True)


def test_an_answer_that_was_recorded_with_another_list_is_not_proved(small: InRecord) -> None:
    small.clock.at = NOON
    opened(small, "C1", NOON)
    lie = CallInAnswer(
        call_in="C1", member="M0042", at=NOON, what="ordered", by=CO, place=1, digest="0" * 64, why="trust me"
    )
    does(small, lambda record: duty.keep(record, lie))
    assert not asked_why(small, "M0042").proved


def test_who_was_not_asked_sees_the_list_as_it_is(small: InRecord) -> None:
    small.clock.at = NOON
    opened(small, "C1", NOON)
    found = asked_why(small, "M0042", "C1")
    assert (found.answer, found.part) == (None, "offer")
    assert found.ahead
    with pytest.raises(Unknown, match="neither asked nor ordered up to then"):
        asked_why(small, "M0042")


def test_reasons_of_others_are_kept_from_who_may_not_read_them_then_and_now(small: InRecord) -> None:
    small.clock.at = NOON
    opened(small, "C1", NOON)
    does(small, lambda record: duty.absent(record, Absence(member="M0023", kind="sick", since=NOON, until=None)))
    member = first_of(small, "C1", NOON)
    answered(small, "C1", member, "refused", NOON)
    away = Absence(member="M0043", kind="leave", since=NOON, until=None)
    small.clock.move(hours=1)
    does(small, lambda record: duty.absent(record, away))
    mine, all_ = asked_why(small, member, viewer=member), asked_why(small, member)
    assert "sick" in str(all_)
    assert "absent" in str([d.now for d in all_.differences])
    for word in ("sick", "leave", "absent"):
        assert word not in str(mine.list)
        assert word not in str(mine.differences)
    assert mine.proved


def acts(random: Random, force: InRecord, at: datetime) -> Iterator[Told]:
    """Something happens: an answer mostly, perhaps out of order; or what changes lists, perhaps long after."""
    calls = sees(force, lambda views: [c.call_in for c in views.rows(CallIn)])
    people = [f"M{n:04}" for n in range(23, 44)]
    member, kind = random.choice(people), random.randrange(8)
    back = at - timedelta(hours=random.choice([0, 1, 30, 400]))
    if kind < 4 and calls:
        name = random.choice(calls)
        yield answered(force, name, member, random.choice(ANSWERS), at, random.choice([None, "a reason"]))
    elif kind == 4 or not calls:
        opened(force, f"R{len(calls)}", at, random.choice([3, 11, 30]), kind=random.choice(["call-in", "hold-over"]))
    elif kind == 5:
        away = Absence(member=member, kind=random.choice(["sick", "leave"]), since=back, until=at + timedelta(days=1))
        does(force, lambda record: duty.absent(record, away))
    elif kind == 6:
        hours = TimeRecord(member=member, since=back - timedelta(hours=5), until=back, kind="hold-over")
        does(force, lambda record: duty.keep(record, hours))
    else:
        does(force, lambda record: duty.sign_on(record, member, PCT, back))
        said = DoNotCall(member=member, since=back, until=None, stated_by=member)
        does(force, lambda record: service.do_not_call(record, said))


@pytest.mark.parametrize("seed", range(3))
def test_every_list_of_a_random_week_is_proved_from_the_record(small: InRecord, seed: int) -> None:
    random = Random(seed)
    small.clock.at = NOON
    told: list[Told] = []
    for _ in range(60):
        small.clock.move(hours=random.choice([0, 0, 0.25, 3]))
        try:
            told += acts(random, small, small.clock.at)
        except Refused:
            continue
    everything_changes(small, "M0030")
    assert len(told) > 8
    for each in told:
        if sees(small, lambda views, a=each.answer: last_answer(views, a)):  # type: ignore[misc]
            found = asked_why(small, each.answer.member, each.answer.call_in)
            assert (found.list, found.proved) == (each.list, True), each.answer


def last_answer(views: Views, answer: CallInAnswer) -> bool:
    """Whether the member answered nothing in that call-in afterwards."""
    said = views.rows(CallInAnswer, call_in=answer.call_in, member=answer.member)
    return max(said, key=lambda a: (a.at, ANSWERS.index(a.what))) == answer


def test_the_record_before_a_fact_is_told_to_the_fact(small: InRecord) -> None:
    small.clock.at = NOON
    opened(small, "C1", NOON)
    answered(small, "C1", "M0042", "refused", NOON)
    away = Absence(member="M0042", kind="sick", since=NOON, until=None)
    does(small, lambda record: duty.absent(record, away))
    does(small, lambda record: duty.absent(record, replace(away, until=NOON + timedelta(days=1))))
    does(small, lambda record: take_back(record, away.stream, CO, "wrong", NOON))

    def told(views: Views) -> list[tuple[int, list[Absence]]]:
        facts = list(views.facts(streams=[away.stream]))
        later = [(f.seq, Before(views, f).rows(Absence, member="M0042")) for f in facts]
        assert all(Before(views, f).head()[0] == f.seq - 1 for f in facts)
        assert [Before(views, f).row(CallInAnswer, "none") for f in facts] == [None] * 3
        return later

    found = [rows for _, rows in sees(small, told)]
    assert found == [[], [away], [replace(away, until=NOON + timedelta(days=1))]]
    assert sees(small, lambda views: views.rows(Absence, member="M0042")) == []
