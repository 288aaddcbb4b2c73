"""What time brings about: limits crossed are recorded once, and relief that is overdue becomes a tasking."""

from datetime import timedelta

from muster.domain.relief import Crossing
from muster.domain.taskings import Tasking
from muster.services.tick import next_crossing, tick
from tests.ground import SMALL, InRecord, holders_of, local
from tests.services.small import CO, PCT, XO, does, facts, sees

START = local("2020-10-07T08:00")


def after(force: InRecord, hours: float) -> list[Crossing]:
    return does(force, lambda record: tick(record, START + timedelta(hours=hours)))


def rules(found: list[Crossing]) -> list[str]:
    return [c.rule for c in found if c.member == CO]


def relief(force: InRecord) -> list[Tasking]:
    return sees(force, lambda views: views.rows(Tasking, kind="relief"))


def test_each_limit_is_recorded_when_it_is_crossed(held_over: InRecord) -> None:
    assert rules(after(held_over, 11.9)) == []
    assert rules(after(held_over, 12)) == ["relief-owed"]
    assert rules(after(held_over, 15.9)) == []
    assert rules(after(held_over, 16)) == ["relief-overdue"]
    assert rules(after(held_over, 18)) == ["unfit"]


def test_ticking_late_records_every_limit_at_the_instant_it_was_crossed(held_over: InRecord) -> None:
    found = [c for c in after(held_over, 18.5) if c.member == CO]
    assert [(c.rule, c.at - START, c.hours) for c in found] == [
        (rule, timedelta(hours=hours), hours)
        for rule, hours in (("relief-owed", 12), ("relief-overdue", 16), ("unfit", 18))
    ]


def test_ticking_again_records_nothing_more(held_over: InRecord) -> None:
    after(held_over, 18)
    before = facts(held_over)
    assert after(held_over, 18) == []
    assert after(held_over, 18.2) == []
    assert facts(held_over) == before


def test_a_limit_that_was_crossed_in_a_short_break_is_recorded_when_the_member_is_back(small: InRecord) -> None:
    """The tour ended at 1635, and the next duty began 3 h 26 min later: no break, and 12 h were over at 2000."""
    small.sign_on(CO, PCT, "2020-10-07T20:01")
    [found] = [c for c in after(small, 12.1) if c.member == CO]
    assert (found.rule, found.duty_since, found.at) == ("relief-owed", START, START + timedelta(hours=12))


def test_it_is_said_who_can_relieve_and_who_comes_next(held_over: InRecord) -> None:
    (owed,) = [c for c in after(held_over, 12) if c.member == CO]
    assert owed.relief_position == "PCT-047-DESK"
    assert (owed.next_member, owed.next_position) == (XO, "PCT-047-XO")
    assert owed.next_from == local("2020-10-08T08:00")


def test_owed_relief_opens_one_proposal_owned_by_who_can_relieve(held_over: InRecord) -> None:
    after(held_over, 11.9)
    assert relief(held_over) == []
    for hours in (12, 16, 18):
        after(held_over, hours)
    (made,) = relief(held_over)
    assert (made.owner, made.place, made.relieves) == ("PCT-047-DESK", PCT, CO)
    assert (made.received_at - START, made.deadline) == (timedelta(hours=12), START + timedelta(hours=16))
    start = f"relieve {CO} (PCT-047-CO), on duty since 2020-10-07 0800; overdue from 2020-10-08 0000; "
    assert made.what == f"{start}M0030 (PCT-047-DESK) can take over until 2020-10-07 2335, which breaks nothing"


def test_nobody_is_asked_to_relieve_where_the_tour_ends_before_relief_is_overdue(small: InRecord) -> None:
    small.sign_on(CO, PCT, "2020-10-07T04:00")
    small.sign_off(CO, "2020-10-07T07:59")
    found = after(small, 8.5)
    assert rules(found) == ["relief-owed"]
    assert relief(small) == []


def test_with_nobody_to_relieve_it_is_owned_by_the_head_of_the_unit_above(held_over: InRecord) -> None:
    for member in (m for m in holders_of(SMALL) if m != CO):
        held_over.absent(member, "2020-10-07T16:00", "2020-10-09")
    after(held_over, 16)
    assert [t.owner for t in relief(held_over)] == ["PBBX-CO"]


def test_crossing_a_limit_moves_no_command(held_over: InRecord) -> None:
    for hours in (12, 16, 18):
        after(held_over, hours)
    in_command = held_over.watch(PCT, "2020-10-08T02:30").in_command
    assert in_command is not None
    assert in_command.member == CO


def test_signing_off_closes_the_tasking_to_relieve(held_over: InRecord) -> None:
    after(held_over, 16)
    held_over.sign_off(CO, "2020-10-08T00:30")
    assert [t.result for t in relief(held_over)] == ["signed off: relieved"]


def test_nobody_who_goes_home_in_time_crosses_anything(small: InRecord) -> None:
    assert after(small, 100) == []


def test_the_next_crossing_is_known_before_it_comes(held_over: InRecord) -> None:
    def coming(begin: float, end: float) -> timedelta | None:
        until = START + timedelta(hours=end)
        found = sees(held_over, lambda views: next_crossing(views, START + timedelta(hours=begin), until))
        return None if found is None else found - START

    assert coming(9, 24) == timedelta(hours=12)
    assert coming(12, 24) == timedelta(hours=16)
    assert coming(12, 15) is None
