"""Routing: the lowest competent level, who decides and by when, and whom a directive passes over."""

from datetime import timedelta

import pytest

from muster.domain.authority import Authority, Delegation
from muster.domain.bypass import Level
from muster.domain.competence import Asked
from muster.domain.duty import Signing
from muster.domain.errors import Refused
from muster.domain.force import Position
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.routing import Route, route
from tests.ground import SMALL, Rows, changed, holders_of, local, watches_from

PCT, CO, XO, DESK_DAY = "PCT-047", "M0005", "M0006", "M0027"
TEN, THREE = "2020-10-07T10:00", "2020-10-07T03:00"


@pytest.fixture
def force() -> Rows:
    return Rows()


def asked(matter: str, at: str = TEN, by: str | None = None, place: str = PCT, **size: int) -> Asked:
    return Asked(matter, place, local(at), local(by) if by else None, **size)


def directed(force: Rows, giver: str, receiver: str, matter: str = "block-party", place: str = PCT) -> Route:
    watches = watches_from(force.rows, TEN)
    to = next(p for p in force.of(Position) if p.position == receiver)
    return route(watches, force.of(Authority), force.of(Delegation), asked(matter, place=place), (giver, to))


def units(levels: tuple[Level, ...]) -> list[str]:
    return [level.unit for level in levels]


def delegate(force: Rows, **changes: object) -> None:
    values = {"delegation": "D1", "from_unit": "PBBX", "to_unit": PCT, "matter": "protest", "instrument": "Order 1"}
    span = {"since": local("2020-10-01"), "until": local("2020-11-01")}
    force.rows.append(Delegation(**{**values, **span, **changes}))  # type: ignore[arg-type]


# -- where a matter belongs


@pytest.mark.parametrize(
    ("people", "hours", "unit"),
    [
        (None, None, PCT),
        (500, 9, PCT),
        (501, None, "PBBX"),
        (None, 10, "PATROL"),
        (5_000, 9, "PBBX"),
        (5_001, None, "PATROL"),
    ],
)
def test_a_block_party_goes_up_one_level_above_each_limit(
    force: Rows, people: int | None, hours: int | None, unit: str
) -> None:
    found = force.route(Asked("block-party", PCT, local(TEN), people=people, hours=hours))
    assert found.competent_unit == unit
    assert unit in found.why[-2]


def test_why_a_matter_goes_up_names_the_size_and_the_limit(force: Rows) -> None:
    assert force.route(asked("block-party", people=501)).why[:2] == (
        "PCT-047: 501 people, at most 500; goes up one level",
        "PBBX is the lowest unit whose place and authority cover block-party",
    )


def test_a_matter_above_every_limit_ends_at_the_top_and_never_in_city_hall(force: Rows) -> None:
    force.rows = changed(force.rows, Authority, lambda a: a.matter == "protest", max_people=10)
    assert force.route(asked("protest", people=11)).competent_unit in ("COD", "PD")
    every = [Authority(matter="protest", level=level, max_people=1) for level in ("office", "department")]
    force.rows = [*(r for r in force.rows if not (isinstance(r, Authority) and r.level == "department")), *every]
    assert force.route(asked("protest", people=11)).competent_unit == "PD"


def test_a_matter_at_a_higher_place_does_not_go_down(force: Rows) -> None:
    assert force.route(asked("block-party", place="PBBX")).competent_unit == "PBBX"


def test_what_a_level_may_decide_every_level_above_may(force: Rows) -> None:
    assert force.route(asked("noise", place="PATROL")).competent_unit == "PATROL"


def test_a_level_without_authority_is_passed_on_the_way_up(force: Rows) -> None:
    force.rows = [r for r in force.rows if not (isinstance(r, Authority) and r.level == "precinct")]
    found = force.route(asked("block-party"))
    assert found.competent_unit == "PBBX"
    assert found.why[0] == "PCT-047: precinct has no authority over block-party"


def test_a_matter_nobody_has_authority_over_is_refused_with_what_to_do(force: Rows) -> None:
    with pytest.raises(Refused, match=r"'picnic': no authority row holds; add one to authority\.csv"):
        force.route(asked("picnic"))


def test_a_matter_has_no_place_in_city_hall(force: Rows) -> None:
    with pytest.raises(Refused, match="civil authority has no ground of its own"):
        force.route(asked("block-party", place="CITY-HALL"))


def test_an_authority_that_has_ended_decides_nothing(force: Rows) -> None:
    ended = local("2020-10-07")
    force.rows = changed(force.rows, Authority, lambda a: a.level == "precinct", until=ended)
    assert force.route(asked("block-party")).competent_unit == "PBBX"
    assert force.route(asked("block-party", at="2020-10-06T23:59")).competent_unit == PCT


# -- delegation


def test_a_delegation_moves_authority_down_within_its_limits(force: Rows) -> None:
    delegate(force, max_people=400)
    assert force.route(asked("protest", people=200)).competent_unit == PCT
    assert force.route(asked("protest", people=400)).competent_unit == PCT
    assert force.route(asked("protest", people=401)).competent_unit == "PBBX"
    assert force.route(asked("protest", people=400)).why[0] == "PCT-047 decides by delegation D1 (Order 1)"


def test_a_delegation_ends(force: Rows) -> None:
    delegate(force, until=local(TEN), max_people=400)
    assert force.route(asked("protest", at="2020-10-07T09:59", people=400)).competent_unit == PCT
    assert force.route(asked("protest", people=400)).competent_unit == "PBBX"


def test_a_delegation_that_does_not_come_from_above_moves_nothing(force: Rows) -> None:
    delegate(force, from_unit=PCT, to_unit=PCT)
    assert force.route(asked("protest", people=400)).competent_unit == "PBBX"


# -- who decides


def test_the_commander_on_duty_decides_whoever_else_may(force: Rows) -> None:
    found = force.route(asked("shots-fired"))
    assert (found.decides.member, found.decides.capacity, found.decides.waits) == (CO, "substantive", False)
    assert found.owner == "PCT-047-CO"


@pytest.mark.parametrize(
    ("by", "position", "waits"),
    [
        (None, "PCT-047-DESK", False),
        ("2020-10-07T08:00", "PCT-047-DESK", False),
        ("2020-10-07T08:01", "PCT-047-CO", True),
        ("2020-10-10T03:00", "PCT-047-CO", True),
    ],
)
def test_what_can_wait_for_the_commanders_next_duty_goes_to_the_commander(
    force: Rows, by: str | None, position: str, waits: bool
) -> None:
    decides = force.route(asked("block-party", at=THREE, by=by)).decides
    assert (decides.position, decides.waits) == (position, waits)
    assert decides.at == local("2020-10-07T08:00" if waits else THREE)


def test_from_friday_evening_a_matter_waits_until_monday_or_does_not_wait(force: Rows) -> None:
    friday = "2020-10-09T20:00"
    assert force.route(asked("block-party", friday, "2020-10-12T07:00")).decides.position == "PCT-047-DESK"
    assert force.route(asked("block-party", friday, "2020-10-12T09:00")).decides.at == local("2020-10-12T08:00")


def test_a_commander_who_comes_back_before_the_deadline_is_waited_for(force: Rows) -> None:
    force.rows.append(Absence(member=CO, kind="leave", since=local("2020-10-01"), until=local("2020-10-14T12:00")))
    waits = force.route(asked("street-fair", by="2020-10-20T10:00")).decides
    assert (waits.member, waits.at) == (CO, local("2020-10-14T12:00"))
    assert force.route(asked("street-fair", by="2020-10-14T10:00")).decides.member == XO


def test_a_commander_whose_appointment_ends_first_is_not_waited_for(force: Rows) -> None:
    force.rows = changed(force.rows, Appointment, lambda a: a.member == CO, until=local("2020-10-07T07:00"))
    found = force.route(asked("street-fair", at=THREE, by="2020-12-01"))
    assert (found.decides.member, found.decides.late, found.owner) == (CO, True, "PCT-047-CO")


def test_the_lowest_tour_position_that_may_decides(force: Rows) -> None:
    force.absent(CO, "2020-10-05", "2020-10-12")
    assert force.route(asked("noise")).decides.position == "PCT-047-DESK"
    force.sign_on("M0036", PCT, "2020-10-07T09:00")
    assert force.route(asked("noise")).decides.position == "PCT-047-SUP"
    assert force.route(asked("shots-fired")).decides.position == "PCT-047-DESK"
    assert force.route(asked("zone-enforcement")).decides.position == "PCT-047-XO"


def test_what_no_tour_position_may_decide_goes_to_the_succession_and_up(force: Rows) -> None:
    force.absent(CO, "2020-10-05", "2020-10-12")
    assert force.route(asked("staffing-return")).decides.position == "PCT-047-XO"
    force.absent(XO, "2020-10-05", "2020-10-12")
    found = force.route(asked("staffing-return")).decides
    assert (found.position, found.capacity) == ("PBBX-CO", "parent")


def test_whoever_decides_the_position_due_owns(force: Rows) -> None:
    force.absent(CO, "2020-10-05", "2020-10-12")
    found = force.route(asked("shots-fired"))
    assert (found.decides.position, found.owner) == ("PCT-047-DESK", "PCT-047-XO")


def test_nobody_who_may_decide_is_said_loudly(force: Rows) -> None:
    for member in holders_of(SMALL):
        force.absent(member, "2020-10-05", "2020-10-12")
    found = force.route(asked("shots-fired"))
    assert (found.decides.late, found.owner, found.decides.at) == (True, "PCT-047-CO", local("2020-10-12T08:00"))
    assert found.why[-1].startswith("NOBODY who may decide is there before the deadline")


def test_a_commander_who_takes_no_watch_decides_all_the_same(force: Rows) -> None:
    found = force.route(asked("deployment", place="PD", members=9_000))
    assert (found.decides.position, found.decides.late, found.owner) == (
        "POLICE-COMMISSIONER",
        False,
        "POLICE-COMMISSIONER",
    )


def test_an_acting_commander_decides_before_the_one_on_leave(force: Rows) -> None:
    force.absent(CO, "2020-10-05", "2020-10-12")
    force.appoint(
        Appointment(
            position="PCT-047-CO",
            member=XO,
            kind="acting",
            since=local("2020-10-05"),
            until=local("2020-10-12"),
            instrument="Order 2",
        )
    )
    decides = force.route(asked("street-fair", by="2020-12-01")).decides
    assert (decides.member, decides.position, decides.capacity) == (XO, "PCT-047-CO", "acting")


def test_those_passed_over_for_a_reason_are_named_and_those_merely_off_duty_are_not(force: Rows) -> None:
    force.absent("M0026", "2020-10-05", "2020-10-12")
    force.rows.append(Attachment(member="M0029", unit="PBBX", since=local("2020-10-05"), squad="PBBX-OFFICE"))
    force.rows.append(Signing(member="M0031", at=local("2020-10-07T09:00"), kind="on", unit="PATROL"))
    for member in (CO, XO):
        force.absent(member, "2020-10-05", "2020-10-12")
    passed = force.route(asked("shots-fired")).decides.passed
    assert {(p.member, p.why) for p in passed} == {
        (CO, "absent"),
        (XO, "absent"),
        ("M0026", "absent"),
        ("M0029", "on-duty-elsewhere"),
        ("M0031", "on-duty-elsewhere"),
    }


def test_with_nobody_of_a_position_there_its_holders_are_named_though_merely_off(force: Rows) -> None:
    captains = holders_of(SMALL, "PBBX-DUTY-CAPTAIN")
    for member in (m for m in holders_of(SMALL) if m not in captains):
        force.absent(member, "2020-10-05", "2020-10-12")
    passed = force.route(asked("shots-fired")).decides.passed
    assert {p.position for p in passed if p.why == "off"} >= {"PBBX-DUTY-CAPTAIN"}


def test_a_matter_on_the_list_is_marked_for_the_commander_at_once(force: Rows) -> None:
    assert force.route(asked("shots-fired", at=THREE)).notify_at_once
    assert not force.route(asked("block-party", at=THREE)).notify_at_once


# -- bypass


def test_the_example_of_the_design(force: Rows) -> None:
    """City Hall to the Chief of Patrol about a block party in the 47th Precinct. Skipped above: Police Commissioner,
    Chief of Department (each heads a unit of its own). Competent below: Patrol Borough Bronx, 47th Precinct. Right
    owner: the 47th's commanding officer."""
    found = directed(force, "CITY-HALL", "CHIEF-OF-PATROL")
    assert [level.position for level in found.skipped_above] == ["POLICE-COMMISSIONER", "CHIEF-OF-DEPARTMENT"]
    assert [level.name for level in found.competent_below] == ["Patrol Borough Bronx", "47th Precinct"]
    assert found.owner == "PCT-047-CO"
    assert found.told == (*found.skipped_above, *found.competent_below)
    assert "skipped above: POLICE-COMMISSIONER, CHIEF-OF-DEPARTMENT" in found.why
    assert "competent below: Patrol Borough Bronx, 47th Precinct" in found.why


@pytest.mark.parametrize(
    ("giver", "receiver", "above", "below"),
    [
        ("PBBX", "PCT-047-CO", [], []),
        ("PATROL", "PBBX-CO", [], [PCT]),
        ("PATROL", "PCT-047-CO", ["PBBX"], []),
        ("CITY-HALL", "PCT-047-CO", ["PD", "COD", "PATROL", "PBBX"], []),
        ("PBBX", "PCT-047-XO", [PCT], []),
        (PCT, "PCT-047-XO", [], []),
        ("CITY-HALL", "POLICE-COMMISSIONER", [], ["COD", "PATROL", "PBBX", PCT]),
        (PCT, "PBBX-CO", [], [PCT]),
        ("CITY-HALL", "PBBX-DUTY-CAPTAIN", ["PD", "COD", "PATROL", "PBBX"], [PCT]),
    ],
)
def test_the_two_lists_of_a_directive(
    force: Rows, giver: str, receiver: str, above: list[str], below: list[str]
) -> None:
    found = directed(force, giver, receiver)
    assert (units(found.skipped_above), units(found.competent_below)) == (above, below)


def test_a_receiver_below_the_competent_unit_skips_the_competent_unit_too(force: Rows) -> None:
    found = directed(force, "CITY-HALL", "PCT-047-CO", "protest", "PBBX")
    assert found.competent_unit == "PBBX"
    assert units(found.skipped_above) == ["PD", "COD", "PATROL", "PBBX"]
    assert found.competent_below == ()


def test_from_aside_it_is_a_request_and_no_directive(force: Rows) -> None:
    found = directed(force, PCT, "CHIEF-OF-PATROL")
    assert found.skipped_above == ()
    assert "PCT-047 does not stand above CHIEF-OF-PATROL: this is a request, not a directive" in found.why


def test_a_deadline_is_in_the_words_of_who_decides(force: Rows) -> None:
    at = local(THREE)
    told = force.route(Asked("shots-fired", PCT, at, at + timedelta(hours=1))).why[-1]
    assert told.startswith("due by 2020-10-07 0400, before the commander's next duty")
