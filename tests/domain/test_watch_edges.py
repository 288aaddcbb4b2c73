"""What the 15 cases leave open: how command passes, who is passed over and why, and what everybody may read."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muster.domain.command import CommandEvent
from muster.domain.duty import Reachability, Signing, Waiver
from muster.domain.force import Covering, Force, Position, Unit
from muster.domain.members import Absence, Appointment, Attachment, ContactPoint
from muster.domain.passing import Holder
from muster.domain.schema import Row
from muster.domain.separation import Separation
from tests.ground import SMALL, Rows, changed, holders_of, local, positions_in

PCT = "PCT-047"
SUP_DAY, CAPTAIN_EVENING, BOROUGH = "M0036", "M0020", "M0004"
CO, XO, DESK_NIGHT, DESK_DAY, CAPTAIN = "M0005", "M0006", "M0023", "M0027", "M0022"
TEN = "2020-10-07T10:00"


@pytest.fixture
def force() -> Rows:
    return Rows()


def said(holder: Holder | None) -> tuple[str, str] | None:
    return None if holder is None else (holder.member, holder.capacity)


def away(force: Rows, *members: str) -> None:
    for member in members:
        force.absent(member, "2020-10-05", "2020-10-12")


def only(force: Rows, *members: str) -> None:
    """Nobody of the precinct but these is there."""
    away(force, *(m for m in holders_of(SMALL, *positions_in(SMALL, PCT)) if m not in members))


# -- how command passes


def test_at_the_end_of_the_tour_command_passes_to_the_one_due_who_is_present(force: Rows) -> None:
    force.assume(PCT, XO, TEN)
    before, after = force.watch(PCT, "2020-10-07T16:34"), force.watch(PCT, "2020-10-07T16:35")
    assert said(before.in_command) == (XO, "succession")
    assert after.in_command == after.due is not None
    assert after.due.position == "PCT-047-DESK"
    assert after.assumed_at is None


def test_with_nobody_present_at_the_end_of_the_tour_they_hold_command_over(force: Rows) -> None:
    only(force, CO)
    force.assume(PCT, CO, TEN)
    watch = force.watch(PCT, "2020-10-07T16:35")
    assert said(watch.in_command) == (CO, "substantive")
    assert watch.in_command is not None
    assert watch.in_command.source == "holds over: nobody was present to take command when the tour ended"
    assert said(watch.due) == (CAPTAIN_EVENING, "cover"), "due, and on duty in the borough: not present here"
    assert said(force.watch(PCT, "2020-10-08T01:00").in_command) == (CO, "substantive")
    assert force.watch(PCT, "2020-10-08T01:00").relief_overdue_since == local("2020-10-08T00:00")


def test_who_holds_command_over_and_signs_off_has_it_no_more(force: Rows) -> None:
    only(force, CO)
    force.assume(PCT, CO, TEN)
    force.sign_off(CO, "2020-10-07T19:00")
    assert said(force.watch(PCT, "2020-10-07T18:59").in_command) == (CO, "substantive")
    assert said(force.watch(PCT, "2020-10-07T19:00").in_command) == (CAPTAIN_EVENING, "cover")


def test_a_hold_over_goes_on_into_the_next_tour_as_one_duty(force: Rows) -> None:
    only(force, CO)
    force.assume(PCT, CO, TEN)
    watch = force.watch(PCT, "2020-10-08T09:00")
    assert watch.on_duty_since == local("2020-10-07T08:00")
    assert watch.relief_overdue_since == local("2020-10-08T00:00")


def test_who_was_held_over_keeps_command_past_the_end_of_the_tour(force: Rows) -> None:
    force.assume(PCT, XO, TEN)
    force.hold_over(XO, "2020-10-07T16:35")
    assert said(force.watch(PCT, "2020-10-07T18:00").in_command) == (XO, "succession")


def test_who_signs_off_in_the_tour_has_command_no_more_not_even_on_the_next_tour(force: Rows) -> None:
    force.assume(PCT, XO, TEN)
    force.sign_off(XO, "2020-10-07T12:00")
    assert said(force.watch(PCT, "2020-10-07T12:00").in_command) == (CO, "substantive")
    assert said(force.watch(PCT, "2020-10-08T10:00").in_command) == (CO, "substantive")


def test_who_signed_on_before_the_tour_and_assumed_command_has_it_until_the_tour_ends(force: Rows) -> None:
    force.sign_on(DESK_DAY, PCT, "2020-10-07T06:30")
    force.assume(PCT, DESK_DAY, "2020-10-07T06:30")
    assert said(force.watch(PCT, "2020-10-07T15:39").in_command) == (DESK_DAY, "tour")
    assert said(force.watch(PCT, "2020-10-07T15:40").in_command) == (CO, "substantive")


def test_command_ends_when_its_holder_signs_on_elsewhere_and_does_not_come_back(force: Rows) -> None:
    force.assume(PCT, XO, TEN)
    force.sign_on(XO, "PATROL", "2020-10-07T11:00")
    force.sign_on(XO, PCT, "2020-10-07T13:00")
    assert said(force.watch(PCT, "2020-10-07T11:00").in_command) == (CO, "substantive")
    assert said(force.watch(PCT, "2020-10-07T13:00").in_command) == (CO, "substantive")


def test_command_ends_with_the_position_unless_another_one_entitles(force: Rows) -> None:
    force.assume(PCT, XO, TEN)
    ended = local("2020-10-07T11:00")
    force.rows = changed(force.rows, Appointment, lambda a: a.member == XO and a.until is None, until=ended)
    assert said(force.watch(PCT, "2020-10-07T10:59").in_command) == (XO, "succession")
    assert said(force.watch(PCT, "2020-10-07T11:00").in_command) == (CO, "substantive")
    force.appoint(Appointment(position="PCT-047-DESK", member=XO, kind="substantive", since=ended))
    assert said(force.watch(PCT, "2020-10-07T11:00").in_command) == (XO, "tour")


def test_the_last_who_assumed_command_has_it(force: Rows) -> None:
    force.assume(PCT, XO, TEN)
    force.assume(PCT, DESK_DAY, "2020-10-07T11:00")
    assert said(force.watch(PCT, "2020-10-07T11:00").in_command) == (DESK_DAY, "tour")
    assert said(force.watch(PCT, "2020-10-07T10:59").in_command) == (XO, "succession")


def test_a_hand_over_by_somebody_not_in_command_moves_nothing(force: Rows) -> None:
    force.assume(PCT, XO, TEN)
    stray = CommandEvent(
        unit=PCT, at=local("2020-10-07T11:00"), kind="handed-over", member=CO, position="PCT-047-CO", to=DESK_DAY
    )
    force.rows.append(stray)
    assert said(force.watch(PCT, "2020-10-07T12:00").in_command) == (XO, "succession")


def test_somebody_from_above_who_signs_on_here_may_be_in_command(force: Rows) -> None:
    force.sign_on(BOROUGH, PCT, TEN)
    force.assume(PCT, BOROUGH, TEN)
    watch = force.watch(PCT, "2020-10-07T11:00")
    assert said(watch.in_command) == (BOROUGH, "parent")
    assert said(watch.due) == (CO, "substantive")


# -- who is due


def test_where_tours_overlap_the_earlier_tours_holder_goes_first_until_its_end(force: Rows) -> None:
    away(force, CO, XO)
    night = force.watch(PCT, "2020-10-07T07:04").due
    for at in ("07:05", "07:49"):
        assert force.watch(PCT, f"2020-10-07T{at}").due == night
    day = force.watch(PCT, "2020-10-07T07:50").due
    assert night is not None
    assert day is not None
    assert (night.member, day.member) == (DESK_NIGHT, DESK_DAY)


def test_positions_of_a_unit_are_asked_in_their_order_whatever_the_tours(force: Rows) -> None:
    away(force, CO, XO)
    force.sign_on(SUP_DAY, PCT, "2020-10-07T06:00")
    due = force.watch(PCT, "2020-10-07T10:00").due
    assert due is not None
    assert due.position == "PCT-047-DESK"


def test_acting_goes_before_substantive(force: Rows) -> None:
    acting = Appointment(
        position="PCT-047-CO", member=XO, kind="acting", since=local("2020-10-05"), until=None, instrument="Order 5"
    )
    force.appoint(acting)
    assert said(force.watch(PCT, TEN).due) == (XO, "acting")


def test_who_acts_in_the_second_position_is_still_of_the_succession(force: Rows) -> None:
    away(force, CO, XO)
    force.appoint(replace(acting_executive("M0027"), since=local("2020-10-05")))
    force.sign_on("M0027", PCT, "2020-10-07T09:00")
    assert said(force.watch(PCT, TEN).due) == ("M0027", "succession")


def acting_executive(member: str) -> Appointment:
    return Appointment(
        position="PCT-047-XO", member=member, kind="acting", since=local("2020-10-05"), until=None, instrument="Order 6"
    )


def test_a_commander_on_call_and_rested_is_due_though_off_duty(force: Rows) -> None:
    force.absent(BOROUGH, "2020-10-07T06:00", "2020-10-07T16:35")
    due = force.watch("PBBX", "2020-10-07T20:00").due
    assert said(due) == (BOROUGH, "substantive")
    assert due is not None
    assert (due.on_call, due.source) == (True, "on call")
    after_hours = force.watch("PBBX", "2020-10-07T23:35").due
    assert after_hours is not None
    assert after_hours.position == "PBBX-DUTY-CAPTAIN"


def test_a_commander_on_call_in_protected_rest_is_passed_over_until_it_is_had(force: Rows) -> None:
    watch = force.watch("PBBX", "2020-10-07T20:00")
    (first,) = [p for p in watch.passed if p.member == BOROUGH]
    assert (first.why, first.until) == ("protected-rest", local("2020-10-08T00:35"))
    assert first.reason == "in protected rest until 0035"
    assert first.public == "not available until 0035"


def test_a_commander_on_call_without_a_contact_point_cannot_be_reached(force: Rows) -> None:
    force.rows = [r for r in force.rows if not (isinstance(r, ContactPoint) and r.member == BOROUGH)]
    force.absent(BOROUGH, "2020-10-07T06:00", "2020-10-07T16:35")
    (first,) = [p for p in force.watch("PBBX", "2020-10-07T20:00").passed if p.member == BOROUGH]
    assert first.why == "unreachable"


def test_somebody_attached_elsewhere_is_missing_at_home_and_serves_there(force: Rows) -> None:
    detail = Attachment(
        member=CO, unit="PBBX", since=local("2020-10-05"), until=local("2020-10-12"), squad="PBBX-OFFICE"
    )
    force.rows.append(detail)
    watch = force.watch(PCT, TEN)
    assert said(watch.due) == (XO, "succession")
    assert [(p.member, p.why) for p in watch.passed] == [(CO, "on-duty-elsewhere")]
    assert said(force.watch(PCT, "2020-10-12T10:00").due) == (CO, "substantive")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (Absence(member=CO, kind="sick", since=local("2020-10-06")), "absent"),
        (Reachability(member=CO, since=local(TEN), kind="unreachable", stated_by=CO), "unreachable"),
        (
            Reachability(member=CO, since=local("2020-10-07T02:00"), until=local("2020-10-07T12:00"), kind="rest",
                         stated_by=CO),
            "protected-rest",
        ),
        (Signing(member=CO, at=local("2020-10-07T09:00"), kind="off"), "off"),
        (Signing(member=CO, at=local("2020-10-06T17:59"), kind="on", unit=PCT), "relief-overdue"),
        (Signing(member=CO, at=local("2020-10-06T16:00"), kind="on", unit=PCT), "unfit"),
        (
            Separation(separation="S", member=CO, kind="resignation", state="filed", filed=local("2020-10-01"),
                       leave_from=local("2020-10-05"), effective=local("2020-10-20")),
            "absent",
        ),
        (
            Separation(separation="S", member=CO, kind="death", state="accepted", filed=local("2020-10-06"),
                       effective=local("2020-10-06")),
            "separated",
        ),
    ],
)  # fmt: skip
def test_everybody_passed_over_has_a_reason(force: Rows, row: Row, why: str) -> None:
    force.absent(CO, "2020-10-06T00:00", "2020-10-06T23:00")
    force.rows.append(row)
    watch = force.watch(PCT, TEN)
    assert said(watch.due) == (XO, "succession")
    assert [(p.member, p.why) for p in watch.passed] == [(CO, why)]
    told = watch.for_everyone().passed[0]
    hidden = why in ("absent", "protected-rest", "relief-overdue", "unfit", "separated")
    assert told.public == told.reason
    assert (told.why == "off") is (hidden or why == "off")
    assert not any(word in told.reason for word in ("sick", "rest", "unfit", "relief", "h ", "leave"))


def test_a_waiver_makes_somebody_due_again(force: Rows) -> None:
    force.absent(CO, "2020-10-06T00:00", "2020-10-06T23:00")
    force.rows.append(Signing(member=CO, at=local("2020-10-06T17:00"), kind="on", unit=PCT))
    waiver = Waiver(
        member=CO,
        rule="relief-overdue",
        since=local("2020-10-07T09:00"),
        until=local("2020-10-07T10:30"),
        signed_by=BOROUGH,
        rest_owed_hours=8,
    )
    force.rows.append(waiver)
    assert said(force.watch(PCT, TEN).due) == (CO, "substantive")
    assert said(force.watch(PCT, "2020-10-07T10:30").due) == (XO, "succession")


def test_a_position_that_does_not_take_the_watch_is_passed_over(force: Rows) -> None:
    force.rows = changed(force.rows, Position, lambda p: p.position == "PCT-047-CO", takes_watch=False)
    watch = force.watch(PCT, TEN)
    assert said(watch.due) == (XO, "succession")
    assert [p.why for p in watch.passed] == ["not-entitled"]


def test_a_unit_without_anybody_gets_the_watch_of_its_parent(force: Rows) -> None:
    force.rows.append(Unit(unit="SQUAD", name="Squad", level="precinct", parent="PBBX"))
    assert said(force.watch("SQUAD", TEN).due) == (BOROUGH, "parent")
    assert said(force.watch("SQUAD", "2020-10-10T12:00").due) == (CAPTAIN, "parent")


def test_a_covering_that_has_ended_covers_no_more(force: Rows) -> None:
    only(force)
    assert said(force.watch(PCT, "2020-10-10T12:00").due) == (CAPTAIN, "cover")
    force.rows = changed(force.rows, Covering, lambda c: c.unit == PCT, until=local("2020-10-10T12:00"))
    assert said(force.watch(PCT, "2020-10-10T12:00").due) == (CAPTAIN, "parent")


def test_a_force_without_civil_authority_ends_at_its_own_top(force: Rows) -> None:
    force.rows = [
        replace(r, parent=None) if isinstance(r, Unit) and r.unit == "PD" else r
        for r in force.rows
        if not (isinstance(r, Unit) and r.civil) and not (isinstance(r, Position) and r.unit == "CITY-HALL")
    ]
    away(force, *holders_of(SMALL))
    assert force.watch(PCT, TEN).due is None


def test_the_hours_of_the_profile_decide_who_is_overdue(force: Rows) -> None:
    force.rows.append(Signing(member=CO, at=local("2020-10-06T14:00"), kind="on", unit=PCT))
    assert said(force.watch(PCT, TEN).due) == (XO, "succession")
    force.rows = changed(force.rows, Force, lambda f: True, profile="seattle-2017")
    assert said(force.watch(PCT, TEN).due) == (CO, "substantive")


def test_crossing_a_limit_never_moves_command_by_itself(force: Rows) -> None:
    force.assume(PCT, CO, TEN)
    force.hold_over(CO, "2020-10-07T16:35")
    for hours in range(10, 40):
        at = local("2020-10-07T08:00") + timedelta(hours=hours)
        watch = force.watch(PCT, at.isoformat())
        assert said(watch.in_command) == (CO, "substantive")
        assert (watch.relief_overdue_since is not None) is (hours >= 16)
        assert (watch.due == watch.in_command) is (hours < 16)
