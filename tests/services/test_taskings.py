"""Taskings in the record: who owns them, who may do what with them, who is told, and what needs a reason."""

from dataclasses import replace

import pytest

from muster.domain.authority import Supersession
from muster.domain.competence import Asked
from muster.domain.contact import Contact
from muster.domain.duty import Waiver
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.members import Appointment
from muster.domain.record import entered
from muster.domain.taskings import Tasking
from muster.services import duty, taskings
from muster.services.taskings import Directive
from tests.ground import InRecord, local
from tests.services.small import (
    BOROUGH,
    CHIEF,
    CO,
    COD,
    NIGHT_CAPTAIN,
    NIGHT_DESK,
    OFFICER,
    PCT,
    TEN,
    THREE,
    XO,
    does,
    facts,
    sees,
)

AT = local(TEN)
CITY_HALL_TO_CHIEF = Directive("CITY-HALL", "CHIEF-OF-PATROL")


def receive(
    force: InRecord,
    matter: str = "block-party",
    at: str = TEN,
    directive: Directive | None = None,
    members: int | None = None,
) -> Tasking:
    asked = Asked(matter, PCT, local(at), members=members)
    return does(force, lambda record: taskings.receive(record, asked, "what", "request", directive).tasking)


def accept(force: InRecord, member: str, at: str = TEN, position: str | None = None) -> Tasking:
    return does(force, lambda record: taskings.accept(record, "T1", member, local(at), position))


def send(force: InRecord, giver: str, receiver: str, reason: str | None = None) -> Tasking:
    return does(force, lambda record: taskings.send(record, "T1", Directive(giver, receiver, reason), AT))


# -- received


def test_a_new_tasking_is_owned_by_the_position_that_decides_and_gets_a_number(small: InRecord) -> None:
    first, second = receive(small), receive(small, "street-fair")
    assert [(t.tasking, t.owner, t.accepted_by) for t in (first, second)] == [
        ("T1", "PCT-047-CO", None),
        ("T2", "PCT-047-CO", None),
    ]


def test_at_night_the_desk_officer_owns_it_and_the_commander_is_told_of_what_cannot_wait(small: InRecord) -> None:
    made = receive(small, "shots-fired", THREE)
    assert (made.owner, made.told, made.notify_at_once) == ("PCT-047-DESK", ("PCT-047-CO",), True)


def test_what_waits_for_the_commander_is_made_known_at_once_all_the_same_even_at_rest(small: InRecord) -> None:
    small.clock.at = local(THREE)
    asked = Asked("shots-fired", PCT, local(THREE), local("2020-10-07T09:00"))
    made = does(small, lambda record: taskings.receive(record, asked, "what", "request").tasking)
    assert (made.owner, made.told) == ("PCT-047-CO", ("PCT-047-CO",))
    [notice] = sees(small, lambda views: views.rows(Contact, member=CO))
    assert (notice.purpose, notice.due_at) == ("notice", local(THREE))


def test_what_the_one_due_may_not_decide_is_offered_to_the_lowest_who_may(small: InRecord) -> None:
    made = receive(small, "deployment", THREE, members=10)
    assert (made.owner, made.offered_to) == ("PCT-047-DESK", ("PBBX-DUTY-CAPTAIN",))
    assert accept(small, NIGHT_CAPTAIN, THREE).owner == "PBBX-DUTY-CAPTAIN"


def test_a_name_is_given_once(small: InRecord) -> None:
    receive(small)
    asked = Asked("block-party", PCT, AT)
    with pytest.raises(Refused, match="T1' is in the record already"):
        does(small, lambda record: taskings.receive(record, asked, "what", "request", None, "T1"))


def test_a_deadline_before_it_was_received_is_refused(small: InRecord) -> None:
    asked = Asked("block-party", PCT, AT, local(THREE))
    with pytest.raises(Invalid, match="deadline"):
        does(small, lambda record: taskings.receive(record, asked, "what", "request"))


# -- past the chain


def test_a_directive_past_the_chain_needs_a_reason_and_shows_both_lists_and_the_right_owner(small: InRecord) -> None:
    before = facts(small)
    with pytest.raises(Refused) as refused:
        receive(small, directive=CITY_HALL_TO_CHIEF)
    assert str(refused.value) == (
        "this directive passes the chain (skipped above: POLICE-COMMISSIONER, CHIEF-OF-DEPARTMENT; competent below: "
        "Patrol Borough Bronx, 47th Precinct). Send it to PCT-047-CO instead, or give the reason for sending it all "
        "the same"
    )
    assert facts(small) == before


@pytest.mark.parametrize("reason", ["", "   "])
def test_blanks_are_no_reason(small: InRecord, reason: str) -> None:
    before = facts(small)
    with pytest.raises(Invalid, match=r"reason .* must be 1 to 2000 characters"):
        receive(small, directive=replace(CITY_HALL_TO_CHIEF, reason=reason))
    assert facts(small) == before


def test_with_a_reason_it_is_sent_recorded_and_every_level_is_told(small: InRecord) -> None:
    made = receive(small, directive=replace(CITY_HALL_TO_CHIEF, reason="wants the Chief himself"))
    assert (made.kind, made.giver, made.reason) == ("directive", "CITY-HALL", "wants the Chief himself")
    assert (made.owner, made.offered_to) == ("PCT-047-CO", ("CHIEF-OF-PATROL",))
    assert made.told == ("POLICE-COMMISSIONER", "CHIEF-OF-DEPARTMENT", "PBBX-CO", "PCT-047-CO")


def test_it_moves_to_the_receiver_only_by_acceptance(small: InRecord) -> None:
    receive(small, directive=replace(CITY_HALL_TO_CHIEF, reason="wants the Chief himself"))
    assert sees(small, lambda views: taskings.tasking_named(views, "T1")).owner == "PCT-047-CO"
    assert accept(small, CHIEF).owner == "CHIEF-OF-PATROL"


def test_a_direct_superior_gives_a_directive_without_a_reason_and_nobody_is_told(small: InRecord) -> None:
    made = receive(small, directive=Directive("PBBX", "PCT-047-CO"))
    assert (made.owner, made.told, made.reason) == ("PCT-047-CO", (), None)


def test_sending_on_past_the_chain_needs_a_reason_too(small: InRecord) -> None:
    receive(small)
    with pytest.raises(Refused, match="skipped above: nobody; competent below: Patrol Borough Bronx, 47th Precinct"):
        send(small, "COD", "CHIEF-OF-PATROL")
    sent = send(small, "COD", "CHIEF-OF-PATROL", "the whole bureau is asked")
    assert (sent.owner, sent.offered_to, sent.told) == ("PCT-047-CO", ("CHIEF-OF-PATROL",), ("PBBX-CO", "PCT-047-CO"))


# -- accepted, refused


def test_acceptance_moves_it_to_the_accepters_position_and_a_repeat_is_harmless(small: InRecord) -> None:
    receive(small, "shots-fired", THREE)
    assert accept(small, NIGHT_DESK, THREE).accepted_by == NIGHT_DESK
    before = facts(small)
    assert accept(small, NIGHT_DESK, THREE).owner == "PCT-047-DESK"
    assert facts(small) == before


@pytest.mark.parametrize(
    ("member", "position", "says"),
    [
        (OFFICER, None, "holds none of the positions that tasking T1 concerns: PCT-047-CO"),
        (OFFICER, "PCT-047-CO", "does not hold PCT-047-CO at that time"),
        (BOROUGH, "PBBX-CO", "T1 is not offered to PBBX-CO; PCT-047-CO owns it"),
    ],
)
def test_only_who_holds_a_position_it_concerns_accepts(
    small: InRecord, member: str, position: str | None, says: str
) -> None:
    receive(small)
    with pytest.raises(Refused, match=says):
        accept(small, member, position=position)


def long_on_duty(force: InRecord) -> None:
    """The commander has been on duty 18 h at 0200 and owns a tasking."""
    force.hold_over(CO, "2020-10-07T16:35")
    receive(force, at="2020-10-07T12:00")


def test_somebody_unfit_accepts_nothing_and_is_told_what_to_do(small: InRecord) -> None:
    long_on_duty(small)
    before = facts(small)
    with pytest.raises(Refused, match=r"M0005 is unfit and takes on no tasking without a waiver: on duty 18 h.*waive"):
        accept(small, CO, "2020-10-08T02:00")
    assert facts(small) == before


def test_a_minute_before_18_hours_it_is_accepted(small: InRecord) -> None:
    long_on_duty(small)
    assert accept(small, CO, "2020-10-08T01:59").accepted_by == CO


def test_with_a_waiver_it_is_accepted_after_18_hours(small: InRecord) -> None:
    long_on_duty(small)
    signed = Waiver(
        member=CO,
        rule="unfit",
        since=local("2020-10-08T01:00"),
        until=local("2020-10-08T06:00"),
        signed_by=BOROUGH,
        rest_owed_hours=24,
    )
    small.act(lambda record: duty.waive(record, signed))
    assert accept(small, CO, "2020-10-08T02:00").accepted_by == CO


def test_what_somebody_accepted_when_fit_stays_theirs_when_unfit(small: InRecord) -> None:
    long_on_duty(small)
    accept(small, CO, "2020-10-07T13:00")
    assert accept(small, CO, "2020-10-08T03:00").accepted_by == CO
    closed = does(small, lambda record: taskings.close(record, "T1", CO, "held", local("2020-10-08T03:00")))
    assert closed.result == "held"


def test_a_refusal_keeps_it_where_it_is(small: InRecord) -> None:
    receive(small, directive=replace(CITY_HALL_TO_CHIEF, reason="wants the Chief himself"))
    kept = does(small, lambda record: taskings.refuse(record, "T1", CHIEF, "the precinct's", AT))
    assert (kept.owner, kept.offered_to) == ("PCT-047-CO", ())
    own = does(small, lambda record: taskings.refuse(record, "T1", CO, "no hands", AT))
    assert own.owner == "PCT-047-CO"


def test_the_position_keeps_it_when_its_holder_changes(small: InRecord) -> None:
    receive(small, at="2020-10-07T09:00")
    accept(small, CO, "2020-10-07T09:00")
    held = next(a for a in small.rows if isinstance(a, Appointment) and a.member == CO)
    small.rows[small.rows.index(held)] = replace(held, until=AT)
    small.appoint(Appointment(position="PCT-047-CO", member=XO, kind="substantive", since=AT))
    with pytest.raises(Refused, match="M0005 does not hold PCT-047-CO at that time"):
        does(small, lambda record: taskings.close(record, "T1", CO, "held", AT))
    assert accept(small, XO).owner == "PCT-047-CO"


# -- delegated, taken over


def test_the_owner_delegates_to_positions_below_and_it_moves_when_they_accept(small: InRecord) -> None:
    receive(small)
    given = does(small, lambda record: taskings.delegate(record, "T1", CO, "PCT-047-XO", AT))
    assert (given.owner, given.offered_to) == ("PCT-047-CO", ("PCT-047-XO",))
    assert accept(small, XO).owner == "PCT-047-XO"


@pytest.mark.parametrize(
    ("member", "to", "says"),
    [
        (CO, "PBBX-CO", "PCT-047-CO does not stand over PBBX-CO: send the tasking there instead"),
        (XO, "PCT-047-DESK", "member M0006 does not hold PCT-047-CO"),
        (CO, "NOBODYS", "'NOBODYS' is neither a position nor a unit"),
    ],
)
def test_a_delegation_that_cannot_be_is_refused(small: InRecord, member: str, to: str, says: str) -> None:
    receive(small)
    with pytest.raises((Refused, Unknown), match=says):
        does(small, lambda record: taskings.delegate(record, "T1", member, to, AT))


def take_over(force: InRecord, member: str, position: str, at: str = TEN) -> Tasking:
    return does(force, lambda record: taskings.take_over(record, "T1", member, position, local(at)))


def test_a_direct_superior_takes_over_and_the_subordinate_is_told(small: InRecord) -> None:
    receive(small)
    taken = take_over(small, BOROUGH, "PBBX-CO")
    assert (taken.owner, taken.accepted_by, taken.told) == ("PBBX-CO", BOROUGH, ("PCT-047-CO",))


def test_nobody_takes_over_from_a_superior_or_from_aside(small: InRecord) -> None:
    receive(small)
    with pytest.raises(Refused, match="PCT-047-XO does not stand over PCT-047-CO, who owns tasking T1"):
        take_over(small, XO, "PCT-047-XO")


def test_where_some_are_listed_only_they_take_over_past_the_direct_superior(small: InRecord) -> None:
    row = Supersession(title="chief-of-department", may="supersede")
    small.act(lambda record: record.append([entered(row, None, record.now)]))
    receive(small)
    with pytest.raises(Refused, match="CHIEF-OF-PATROL may advise but not take tasking T1 from PCT-047-CO"):
        take_over(small, CHIEF, "CHIEF-OF-PATROL")
    assert take_over(small, COD, "CHIEF-OF-DEPARTMENT").owner == "CHIEF-OF-DEPARTMENT"


def test_somebody_unfit_takes_nothing_over(small: InRecord) -> None:
    small.hold_over(BOROUGH, "2020-10-07T16:35")
    receive(small, "block-party", "2020-10-08T02:30")
    with pytest.raises(Refused, match="M0004 is unfit and takes on no tasking"):
        take_over(small, BOROUGH, "PBBX-CO", "2020-10-08T02:30")


# -- closed


def test_the_owners_holder_closes_it_and_says_how(small: InRecord) -> None:
    receive(small)
    with pytest.raises(Refused, match="M0006 does not hold PCT-047-CO"):
        does(small, lambda record: taskings.close(record, "T1", XO, "held", AT))
    assert does(small, lambda record: taskings.close(record, "T1", CO, "held", AT)).result == "held"
    with pytest.raises(Refused, match=r"was closed: held"):
        send(small, "PBBX", "PCT-047-XO", "again")


def test_a_tasking_nobody_knows_is_named(small: InRecord) -> None:
    with pytest.raises(Unknown, match="tasking 'T9' is not in the record"):
        does(small, lambda record: taskings.accept(record, "T9", CO, AT))
