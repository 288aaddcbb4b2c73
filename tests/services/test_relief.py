"""Relief: whose is due, who can give it and what it would break; proposals that are brought to somebody."""

from datetime import timedelta

import pytest

from muster.domain.contact import Contact
from muster.domain.duty import Waiver
from muster.domain.errors import Refused, Unknown
from muster.domain.escalation import Escalation
from muster.domain.relieving import HIDDEN, Giver, Relief
from muster.domain.taskings import Tasking
from muster.services import duty, proposals, relief, taskings
from muster.services.relief import Wanted
from muster.services.tick import next_crossing, tick
from tests.ground import InRecord, local
from tests.services.reached import deciding, kinds_of, say, step, tasking
from tests.services.small import BOROUGH, CHIEF, CO, COD, OFFICER, PCT, XO, does, facts, sees

START = local("2020-10-07T08:00")
NAME = f"relief-{CO}-20201007T1200"
EVENING_DESK, OTHER_OFFICER = "M0030", "M0034"


def after(force: InRecord, hours: float) -> None:
    """The clock comes to so many hours after the beginning of the duty, and a worker ticks."""
    force.clock.at = START + timedelta(hours=hours)
    does(force, lambda record: tick(record, record.now))


def asked_for(force: InRecord, at: str, **wanted: str | timedelta) -> list[Relief]:
    return sees(force, lambda views: relief.reliefs(views, local(at), Wanted(**wanted)))  # type: ignore[arg-type]


def of_member(force: InRecord, at: str, member: str = CO) -> Relief:
    (found,) = asked_for(force, at, member=member)
    return found


def giver(found: Relief, member: str, group: str = "on duty") -> Giver:
    return next(g for g in found.givers if (g.member, g.group) == (member, group))


def proposals_open(force: InRecord) -> list[Tasking]:
    return sees(force, lambda views: views.rows(Tasking, kind="relief", result=None))


def notices(force: InRecord, member: str) -> list[str]:
    return [c.says for c in sees(force, lambda views: views.rows(Contact, member=member, purpose="notice"))]


def propose(force: InRecord, member: str, to: str, by: str = CHIEF) -> proposals.Proposed:
    return does(force, lambda record: proposals.propose(record, member, to, by, record.now))


def test_nobody_is_shown_while_everybody_goes_home_in_time(small: InRecord) -> None:
    assert asked_for(small, "2020-10-07T15:00", within=timedelta(hours=12)) == []


def test_whoever_is_held_over_is_shown_from_four_hours_before_relief_is_owed(held_over: InRecord) -> None:
    assert asked_for(held_over, "2020-10-07T15:59") == []
    (found,) = asked_for(held_over, "2020-10-07T17:00")
    assert (found.member, found.position, found.since) == (CO, "PCT-047-CO", START)
    assert [at and at - START for at in (found.owed, found.overdue, found.unfit)] == [
        timedelta(hours=hours) for hours in (12, 16, 18)
    ]


def test_the_worst_comes_first_and_a_unit_has_those_below_it(held_over: InRecord) -> None:
    held_over.sign_on(OFFICER, PCT, "2020-10-07T16:40")
    held_over.sign_on(BOROUGH, "PBBX", "2020-10-07T17:30")
    assert [r.member for r in asked_for(held_over, "2020-10-08T01:30")] == [BOROUGH, CO, OFFICER]
    assert [r.member for r in asked_for(held_over, "2020-10-08T02:30", unit=PCT)] == [CO, OFFICER]
    assert BOROUGH in [r.member for r in asked_for(held_over, "2020-10-08T01:30", unit="PBBX")]


def test_a_commander_is_relieved_by_who_is_next_in_the_watch(held_over: InRecord) -> None:
    first = of_member(held_over, "2020-10-07T20:00").givers[0]
    assert (first.member, first.position, first.breaks) == (EVENING_DESK, "PCT-047-DESK", ())
    assert (first.start, first.until) == (local("2020-10-07T20:00"), local("2020-10-07T23:35"))


def test_what_calling_in_the_next_commander_would_break_is_said_with_its_source(held_over: InRecord) -> None:
    called = giver(of_member(held_over, "2020-10-07T21:00"), XO, "can be called in")
    assert [b.rule for b in called.breaks] == ["rest-unfit", "protected-rest", "rest-caution"]
    assert called.breaks[0].says == "4 h 25 m of rest before this duty, needs 8 h (ours, advisory)"
    assert "until 0035 is cut short" in called.breaks[1].says
    assert called.breaks[2].says.startswith("the next tour at Thu 0800: 8 h 45 m of rest before this duty, needs 10 h")
    assert called.waivers == ("rest-unfit",)


def test_an_officer_is_relieved_by_others_of_the_unit_and_no_lower_rank(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-07T08:00")
    found = of_member(small, "2020-10-07T20:00", OFFICER)
    assert found.position is None
    assert OFFICER not in {g.member for g in found.givers}
    assert OTHER_OFFICER in {g.member for g in found.givers}
    assert {g.unit for g in found.givers} == {PCT}
    small.sign_on("M0032", PCT, "2020-10-07T20:30")  # holds the position of a patrol supervisor
    above = of_member(small, "2020-10-07T21:00", "M0032")
    assert above.position == "PCT-047-SUP"
    assert OTHER_OFFICER not in {g.member for g in above.givers}


def test_a_day_off_that_would_be_lost_is_named(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-07T08:00")
    called = giver(of_member(small, "2020-10-07T20:00", OFFICER), OTHER_OFFICER, "can be called in")
    assert ("day-off", "a day off is lost: Thu 08 Oct") in [(b.rule, b.says) for b in called.breaks]


def test_rest_owed_after_a_waiver_is_shown_for_whoever_would_break_it(held_over: InRecord) -> None:
    """The deputy had a waiver on Tuesday for which a day of rest is owed, and was off for 15 h 25 m."""
    waiver = Waiver(
        member=XO, rule="unfit", since=local("2020-10-06T09:00"), until=local("2020-10-06T12:00"),
        signed_by=CHIEF, rest_owed_hours=24,
    )  # fmt: skip
    held_over.act(lambda record: duty.waive(record, waiver))
    called = giver(of_member(held_over, "2020-10-07T20:00"), XO, "can be called in")
    (owed,) = [b for b in called.breaks if b.rule == "rest-owed"]
    assert owed.says.startswith("24 h of rest owed in one piece for the waiver of unfit, signed M0003")


def test_with_nobody_left_the_cheapest_waivers_and_who_can_lend_are_named(held_over: InRecord) -> None:
    there = {g.member for g in of_member(held_over, "2020-10-07T20:00").givers}
    for member in there - {XO, BOROUGH}:
        held_over.absent(member, "2020-10-07T17:00", "2020-10-09")
    held_over.absent(BOROUGH, "2020-10-07T17:00", "2020-10-09")
    small_hours = of_member(held_over, "2020-10-07T21:00")
    coming = [g for g in small_hours.givers if g.group == "comes on duty"]
    assert {g.member for g in coming} == {XO}
    held_over.absent(XO, "2020-10-08T07:00", "2020-10-09")
    alone = of_member(held_over, "2020-10-07T21:00")
    assert alone.nobody
    assert [(g.member, g.waivers) for g in alone.cheapest] == [(XO, ("rest-unfit",))]
    assert alone.lends == "PBBX: nobody is there"


def test_waivers_move_the_instants_at_which_relief_is_due(held_over: InRecord) -> None:
    until = local("2020-10-08T03:00")
    waiver = Waiver(member=CO, rule="relief-overdue", since=START, until=until, signed_by=CHIEF, rest_owed_hours=24)
    held_over.act(lambda record: duty.waive(record, waiver), "2020-10-07T17:00")
    found = of_member(held_over, "2020-10-07T20:00")
    assert (found.owed, found.overdue) == (START + timedelta(hours=12), until)


def test_reasons_that_touch_rest_are_for_those_in_command_over_them(held_over: InRecord) -> None:
    found = asked_for(held_over, "2020-10-07T20:00")

    def shown(viewer: str) -> Giver:
        seen = sees(held_over, lambda views: relief.for_viewer(views, found, viewer, local("2020-10-07T20:00")))
        return giver(seen[0], XO, "can be called in")

    assert shown(OFFICER).breaks == (HIDDEN,)
    assert shown(XO).breaks == shown(CHIEF).breaks == giver(found[0], XO, "can be called in").breaks
    with pytest.raises(Unknown):
        shown("M9999")


def test_a_member_off_duty_or_unknown_is_refused(small: InRecord) -> None:
    with pytest.raises(Refused, match="is off then"):
        of_member(small, "2020-10-07T20:00")
    with pytest.raises(Unknown):
        of_member(small, "2020-10-07T20:00", "M9999")


def test_asking_records_nothing(held_over: InRecord) -> None:
    before = facts(held_over)
    of_member(held_over, "2020-10-07T20:00")
    assert facts(held_over) == before


def test_a_proposal_is_brought_to_whoever_can_relieve_and_never_to_the_one_relieved(held_over: InRecord) -> None:
    after(held_over, 12)
    found = sees(held_over, lambda views: views.row(Escalation, NAME))
    assert found is not None
    assert found.chain[0] == "PCT-047-DESK"
    assert "PCT-047-CO" not in found.chain
    for _ in range(30):
        step(held_over, NAME)
    asked = [c.member for c in deciding(held_over, NAME)]
    assert asked[0] == EVENING_DESK
    assert CO not in asked
    assert len(set(asked)) > 5


def test_accepting_by_link_tells_the_relieved_and_moves_no_command(held_over: InRecord) -> None:
    after(held_over, 12)
    step(held_over, NAME)
    assert say(held_over, deciding(held_over, NAME)[0], "accepted").ok
    assert tasking(held_over, NAME).accepted_by == EVENING_DESK
    assert notices(held_over, CO) == [f"{EVENING_DESK} (PCT-047-DESK) takes over from you: hand over, then sign off"]
    in_command = held_over.watch(PCT, "2020-10-07T20:30").in_command
    assert in_command is not None
    assert in_command.member == CO


def test_the_one_to_be_relieved_cannot_accept_it(held_over: InRecord) -> None:
    after(held_over, 12)
    does(held_over, lambda record: taskings.offer(record, NAME, "PCT-047-CO", BOROUGH, record.now))
    with pytest.raises(Refused, match="is to relieve M0005: somebody else accepts it"):
        does(held_over, lambda record: taskings.accept(record, NAME, CO, record.now, "PCT-047-CO"))


def test_overdue_and_not_accepted_it_goes_to_those_above_and_is_not_opened_again(held_over: InRecord) -> None:
    after(held_over, 12)
    step(held_over, NAME)
    after(held_over, 16)
    found = sees(held_over, lambda views: views.row(Escalation, NAME))
    assert found is not None
    assert found.chain[:2] == ("PBBX-CO", "PBBX-DUTY-CAPTAIN")
    assert {"PCT-047-DESK", "PCT-047-XO"} <= set(found.chain[2:])
    assert found.due_at == held_over.clock.at
    assert len(proposals_open(held_over)) == 1


def test_overdue_though_somebody_accepted_it_they_and_those_above_are_told_once(held_over: InRecord) -> None:
    after(held_over, 12)
    does(held_over, lambda record: taskings.accept(record, NAME, EVENING_DESK, record.now))
    after(held_over, 16)
    after(held_over, 18)
    told = [says for says in notices(held_over, EVENING_DESK) if "overdue" in says]
    assert told == [f"relief is overdue: {EVENING_DESK} accepted it, and {CO} is on duty still"]
    assert kinds_of(held_over, f"tasking/{NAME}").count("tasking.told") == 3


def test_handing_over_command_closes_it(held_over: InRecord) -> None:
    after(held_over, 12)
    held_over.hand_over(PCT, CO, EVENING_DESK, "2020-10-07T20:10")
    assert tasking(held_over, NAME).result == f"command of {PCT} was handed over to {EVENING_DESK}"
    found = sees(held_over, lambda views: views.row(Escalation, NAME))
    assert found is not None
    assert not found.runs
    after(held_over, 16)
    assert proposals_open(held_over) == []


def test_a_tour_that_ends_without_anybody_signing_closes_it(small: InRecord) -> None:
    """Muster proposes by hand before the tour ends; at its end nobody needs to be relieved any more."""
    small.clock.at = local("2020-10-07T16:00")
    made = propose(small, CO, XO).tasking
    at = sees(small, lambda views: next_crossing(views, small.clock.at, local("2020-10-08T08:00")))
    assert at == local("2020-10-07T16:35")
    small.clock.at = at
    does(small, lambda record: tick(record, record.now))
    assert tasking(small, made.tasking).result == "off duty: relieved"


def test_a_waived_limit_proposes_nothing(held_over: InRecord) -> None:
    until = local("2020-10-08T03:00")
    waiver = Waiver(member=CO, rule="relief-owed", since=START, until=until, signed_by=CHIEF, rest_owed_hours=24)
    held_over.act(lambda record: duty.waive(record, waiver), "2020-10-07T17:00")
    after(held_over, 12)
    assert proposals_open(held_over) == []
    after(held_over, 16)
    assert [t.owner for t in proposals_open(held_over)] == ["PCT-047-DESK"]


def test_a_commander_proposes_an_officer_who_can_accept_by_link(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-07T08:00")
    small.clock.at = local("2020-10-07T20:00")
    made = propose(small, OFFICER, OTHER_OFFICER, CO)
    assert (made.giver.position, made.tasking.owner, made.tasking.giver) == ("PCT-047-PO", "PCT-047-CO", "PCT-047-CO")
    (asked,) = deciding(small, made.tasking.tasking)
    assert (asked.member, asked.position, asked.says) == (OTHER_OFFICER, "PCT-047-PO", f"asked by {CO}")
    assert say(small, asked, "accepted").ok
    assert tasking(small, made.tasking.tasking).accepted_by == OTHER_OFFICER
    assert "takes over from you" in notices(small, OFFICER)[0]
    small.sign_off(OFFICER, "2020-10-07T21:00")
    assert tasking(small, made.tasking.tasking).result == "signed off: relieved"


def test_unanswered_it_comes_back_to_whoever_proposed_it(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-07T08:00")
    small.sign_on(CO, PCT, "2020-10-07T17:00")
    small.clock.at = local("2020-10-07T20:00")
    made = propose(small, OFFICER, OTHER_OFFICER, CO)
    step(small, made.tasking.tasking)
    assert [c.member for c in deciding(small, made.tasking.tasking)][-1] == CO


def test_a_proposal_that_is_made_twice_wakes_nobody_twice_while_they_have_time_to_answer(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-07T08:00")
    small.clock.at = local("2020-10-07T20:00")
    made, before = propose(small, OFFICER, OTHER_OFFICER, CO), facts(small)
    assert propose(small, OFFICER, OTHER_OFFICER, CO).tasking.tasking == made.tasking.tasking
    assert facts(small) == before
    small.clock.at += timedelta(hours=1)
    propose(small, OFFICER, OTHER_OFFICER, CO)
    assert [c.member for c in deciding(small, made.tasking.tasking)] == [OTHER_OFFICER] * 2


def test_a_proposal_by_hand_joins_the_one_that_is_open(held_over: InRecord) -> None:
    after(held_over, 12)
    made = propose(held_over, CO, XO)
    assert made.tasking.tasking == NAME
    assert len(proposals_open(held_over)) == 1
    assert XO in [c.member for c in deciding(held_over, NAME)]
    does(held_over, lambda record: taskings.accept(record, NAME, EVENING_DESK, record.now, "PCT-047-DESK"))
    with pytest.raises(Refused, match="has accepted to relieve M0005"):
        propose(held_over, CO, XO)


@pytest.mark.parametrize(
    ("member", "to", "by", "says"),
    [
        (CO, CO, CHIEF, "cannot relieve themselves"),
        (CO, XO, OFFICER, "does not stand over"),
        (CO, COD, CHIEF, "does not stand over"),
        (XO, CO, CHIEF, "there is nobody to relieve"),
    ],
)
def test_what_cannot_be_proposed_is_refused(held_over: InRecord, member: str, to: str, by: str, says: str) -> None:
    held_over.clock.at = local("2020-10-07T20:00")
    before = facts(held_over)
    with pytest.raises(Refused, match=says):
        propose(held_over, member, to, by)
    assert facts(held_over) == before
