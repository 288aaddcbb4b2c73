"""What bars the closing of a ledger, and what is said of it all the same."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.duty import SquadPlace
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.members import Appointment
from muster.domain.record import entered
from muster.services import closings
from tests.accounting import faults
from tests.ground import InRecord, changed, local
from tests.publishing import charted, published
from tests.services.closing import AFTER, CO_POST, FIRST, UNTIL, closed, court, kept, taken_back
from tests.services.small import CHIEF, CO, OFFICER, PCT, XO, does, facts, sees


@pytest.fixture
def force(small: InRecord) -> InRecord:
    small.clock.at = local(AFTER)
    return small


def refused(force: InRecord, **more: object) -> str:
    """Why the ledger cannot be closed; nothing was recorded."""
    before = facts(force)
    with pytest.raises(Refused) as said:
        closed(force, **more)  # type: ignore[arg-type]
    assert facts(force) == before
    return str(said.value)


def warnings(force: InRecord) -> list[str]:
    """What is said when the ledger is closed all the same."""
    return list(closed(force).warnings)


def test_everything_in_the_way_is_named_at_once(force: InRecord) -> None:
    force.sign_on(OFFICER, PCT, "2020-11-14T10:00")
    said = refused(force, by="PCT-047-DESK", at="2020-11-15T09:00")
    assert "PCT-047-DESK is a tour position of PCT-047: a command position of PCT-047 or above it closes" in said
    assert "it has not ended: close it from Mon 16 Nov 2020 0000 EST on" in said
    assert f"{OFFICER} signed on Sat 14 Nov 2020 1000 EST and has not signed off" in said


def test_a_period_ends_with_its_last_midnight_and_nobody_certifies_in_the_future(small: InRecord) -> None:
    small.clock.at = local("2020-11-15T23:59")
    assert "it has not ended" in refused(small, at="2020-11-15T23:59")
    with pytest.raises(Refused, match="is still to come"):
        does(small, lambda record: closings.close(record, PCT, FIRST, UNTIL, CO_POST, local("2020-11-16T00:00")))
    assert closed(small, at="2020-11-16T00:00").closing.version == 1


def test_only_a_command_of_the_unit_or_above_it_closes_its_ledger(force: InRecord) -> None:
    for by in ("PCT-047-DESK", "MAYOR", "NOBODY"):
        assert refused(force, by=by)
    assert closed(force, by="CHIEF-OF-PATROL").closing.signer == CHIEF


def test_periods_of_one_unit_do_not_overlap(force: InRecord) -> None:
    closed(force)
    early, late = date(2020, 10, 1), date(2020, 11, 15)
    for first, until in ((FIRST, late), (late, date(2020, 11, 17)), (early, UNTIL), (early, date(2020, 10, 20))):
        assert "2020-10-19 to 2020-11-15 is closed already, version 1" in refused(force, first=first, until=until)
    closed(force, first=UNTIL, until=date(2020, 11, 17))
    with pytest.raises(Invalid, match="must be after the first day"):
        closed(force, first=UNTIL, until=UNTIL)
    with pytest.raises(Unknown):
        closed(force, unit="PCT-074")


def test_who_is_signed_on_bars_it_until_they_have_signed_off_and_what_began_after_the_period_does_not(
    force: InRecord,
) -> None:
    force.sign_on(OFFICER, PCT, "2020-11-15T23:59")
    force.sign_on(XO, PCT, "2020-11-16T00:00")
    assert refused(force).count("has not signed off") == 1
    force.sign_off(OFFICER, "2020-11-16T00:30")
    done = closed(force)
    assert done.certified.accounts[OFFICER].kinds.get("call-in", timedelta()) <= timedelta(minutes=1)


def test_a_call_in_of_which_nobody_knows_whether_the_member_came_bars_it(force: InRecord) -> None:
    since, until = local("2020-10-30T08:00"), local("2020-10-30T12:00")
    call_in = CallIn(
        call_in="C1", unit=PCT, kind="call-in", since=since, until=until, contract="equalisation", opened_by=CO,
        at=since - timedelta(days=1),
    )  # fmt: skip
    said = CallInAnswer(call_in="C1", member=OFFICER, at=call_in.at, what="accepted", by=CO, digest="0")

    def answered(what: str, later: int) -> CallInAnswer:
        return replace(said, what=what, at=said.at + timedelta(minutes=later))

    force.act(lambda record: record.append([entered(row, None, since) for row in (call_in, said)]))
    why = f"{OFFICER} was to come to call-in C1 Fri 30 Oct 2020 0800 EDT, has not signed on for it"
    assert why in refused(force)
    row = court(OFFICER, "2020-10-30T09:00", "2020-10-30T11:00", kind="call-in")
    kept(force, row, by=CO)
    closed(force)
    taken_back(force, row.stream, by=CO)
    assert why in refused(force)
    force.act(lambda record: record.append([entered(answered("no-show", 5), None, since)]))
    closed(force)
    force.act(lambda record: record.append([entered(answered("accepted", 9), None, since)]))
    assert why in refused(force)
    force.sign_on(OFFICER, PCT, "2020-10-30T12:00")
    force.sign_off(OFFICER, "2020-10-30T14:00")
    assert why in refused(force), "they came when it was over"
    force.sign_on(OFFICER, PCT, "2020-10-30T11:50")
    force.sign_off(OFFICER, "2020-10-30T11:55")
    closed(force)


def test_hours_that_two_time_records_claim_bar_it_and_those_that_were_signed_too_are_said(force: InRecord) -> None:
    one = court(OFFICER, "2020-10-24T10:00", "2020-10-24T12:00")
    other = court(OFFICER, "2020-10-24T11:59", "2020-10-24T13:00", kind="training")
    force.act(lambda record: record.append([entered(row, None, one.since) for row in (one, other)]))
    assert f"{OFFICER}: court and training both claim Sat 24 Oct 2020 1159 EDT: take one of them back" in refused(force)
    taken_back(force, other.stream, by=CO)
    force.sign_on(OFFICER, PCT, "2020-10-24T11:00")
    force.sign_off(OFFICER, "2020-10-24T14:00")
    (said,) = [w for w in warnings(force) if "stand as" in w]
    assert said.startswith(f"{OFFICER}: 1 h from Sat 24 Oct 2020 1100 EDT stand as signed on and as court")


def test_what_court_leaves_of_a_tour_that_nobody_signed_is_said(force: InRecord) -> None:
    for since, until in (("2020-10-19T23:15", "2020-10-20T07:50"), ("2020-10-20T22:00", "2020-10-20T23:15")):
        kept(force, court(OFFICER, since, until))
    assert not [w for w in warnings(force) if "whole tour" in w], "it has all of the tour, or nothing"
    kept(force, court(OFFICER, "2020-10-21T07:00", "2020-10-21T09:00"))
    assert [w for w in warnings(force) if "whole tour" in w] == [
        f"{OFFICER}: court from Wed 21 Oct 2020 0700 EDT stands for a whole tour, and 7 h 45 m of 2315x0750 of "
        "2020-10-20 count as nothing: sign on whoever worked them"
    ]
    force.absent(OFFICER, "2020-10-20T22:00", "2020-10-21T05:00")
    assert ["2 h of 2315x0750" in w for w in warnings(force) if "whole tour" in w] == [True]
    force.sign_on(OFFICER, PCT, "2020-10-21T05:00")
    force.sign_off(OFFICER, "2020-10-21T07:00")
    assert not [w for w in warnings(force) if "whole tour" in w]


def test_a_duty_longer_than_anybody_keeps_is_said(force: InRecord) -> None:
    force.sign_on(OFFICER, PCT, "2020-10-24T10:00")
    force.sign_off(OFFICER, "2020-10-25T22:00")
    assert not [w for w in warnings(force) if "is on duty for" in w]
    force.sign_on(XO, PCT, "2020-10-24T10:00")
    force.sign_off(XO, "2020-10-25T22:05")
    assert [w for w in warnings(force) if "is on duty for" in w] == [
        f"{XO} is on duty for 36 h 5 m from Sat 24 Oct 2020 1000 EDT by what was signed: see whether signing off was "
        "forgotten"
    ]


def test_published_tours_without_a_roll_call_are_said_and_do_not_bar_it(small: InRecord) -> None:
    published(small, charted(small))
    small.clock.at = local(AFTER)
    (said,) = [w for w in warnings(small) if "no roll was called" in w]
    assert said.startswith("no roll was called of ")
    assert sees(small, faults) == []


def test_who_is_at_home_nowhere_and_signed_on_here_is_named(force: InRecord) -> None:
    gone = local("2020-10-01")
    force.rows = changed(force.rows, Appointment, lambda a: a.member == OFFICER, until=gone)
    force.rows = changed(force.rows, SquadPlace, lambda p: p.member == OFFICER, until=gone)
    force.load()
    force.sign_on(OFFICER, PCT, "2020-10-24T10:00")
    force.sign_off(OFFICER, "2020-10-24T12:00")
    assert f"{OFFICER} signed on in PCT-047 and is at home in no unit: no closing has their hours; appoint them" in (
        warnings(force)
    )
