"""Supervision: the sergeant of the squad if present, else the patrol supervisor, else the unit's watch."""

import pytest

from muster.domain.duty import SquadPlace
from muster.domain.supervision import supervisor_of
from tests.ground import Rows, changed, local, watches_from

PCT = "PCT-047"
EVENING = "2020-10-06T18:00"
"""A Tuesday on which the squad of the third platoon is on duty."""


@pytest.fixture
def force() -> Rows:
    return Rows()


def over(force: Rows, member: str, at: str = EVENING) -> tuple[str, str] | None:
    found = supervisor_of(watches_from(force.rows, at), member)
    return None if found is None else (found.member, found.part)


def officers(force: Rows, at: str = EVENING) -> list[str]:
    watches = watches_from(force.rows, at)
    line = [f"M{number:04d}" for number in range(33, 44)]
    places = {p.member for p in force.of(SquadPlace) if p.role == "member"}
    return [m for m in line if m in places and watches.moment.status(m).state == "on-duty"]


def on_duty_at(force: Rows) -> str:
    """An evening of October 2020 on which the squad of the evening is on duty, with its sergeant."""
    days = (f"2020-10-{day:02d}T18:00" for day in range(1, 20))
    return next(at for at in days if "M0041" in officers(force, at))


def test_the_sergeant_of_the_squad_supervises_if_present(force: Rows) -> None:
    at = on_duty_at(force)
    assert over(force, "M0041", at) == ("M0040", "sergeant of the squad")


def test_without_the_sergeant_the_patrol_supervisor_does(force: Rows) -> None:
    at = on_duty_at(force)
    force.absent("M0040", "2020-10-01", "2020-10-30")
    force.sign_on("M0036", PCT, at)
    assert over(force, "M0041", at) == ("M0036", "patrol supervisor")


def test_without_either_the_watch_of_the_unit_does(force: Rows) -> None:
    at = on_duty_at(force)
    force.absent("M0040", "2020-10-01", "2020-10-30")
    desk = watches_from(force.rows, at).watch(PCT).in_command
    assert desk is not None
    assert over(force, "M0041", at) == (desk.member, f"watch of {PCT}")


def test_a_sergeant_on_duty_elsewhere_is_not_present(force: Rows) -> None:
    at = on_duty_at(force)
    force.sign_on("M0040", "PBBX", at)
    found = over(force, "M0041", at)
    assert found is not None
    assert found[1] == f"watch of {PCT}"


def test_the_patrol_supervisor_answers_to_the_watch(force: Rows) -> None:
    at = on_duty_at(force)
    found = over(force, "M0040", at)
    assert found is not None
    assert found[1] == f"watch of {PCT}"


def test_whoever_has_the_watch_answers_to_the_unit_above(force: Rows) -> None:
    assert over(force, "M0005", "2020-10-07T10:00") == ("M0004", "watch of PBBX")
    assert over(force, "M0004", "2020-10-07T10:00") == ("M0003", "watch of PATROL")


def test_whoever_has_the_watch_of_the_whole_force_answers_to_nobody(force: Rows) -> None:
    watch = watches_from(force.rows, "2020-10-07T03:00").watch("PD").in_command
    assert watch is not None
    assert over(force, watch.member, "2020-10-07T03:00") is None


def test_somebody_off_duty_has_no_supervisor(force: Rows) -> None:
    assert over(force, "M0005", "2020-10-07T03:00") is None


def test_somebody_signed_on_elsewhere_is_supervised_there(force: Rows) -> None:
    force.sign_on("M0041", "PBBX", "2020-10-07T10:00")
    assert over(force, "M0041", "2020-10-07T10:00") == ("M0004", "watch of PBBX")


def test_a_captain_in_command_at_the_precinct_is_not_supervised_by_its_patrol_sergeant(force: Rows) -> None:
    """It once was so, and the patrol sergeant was supervised by the captain."""
    force.sign_on("M0036", PCT, "2020-10-07T03:00")
    force.sign_on("M0004", PCT, "2020-10-07T03:00")
    force.assume(PCT, "M0004", "2020-10-07T03:00")
    assert over(force, "M0036", "2020-10-07T03:30") == ("M0004", f"watch of {PCT}")
    found = over(force, "M0004", "2020-10-07T03:30")
    assert found is not None
    assert found[0] != "M0036"


def test_a_place_in_the_squad_that_has_ended_gives_no_sergeant(force: Rows) -> None:
    at = on_duty_at(force)
    force.sign_on("M0040", PCT, at)
    force.rows = changed(
        force.rows, SquadPlace, lambda p: p.member == "M0040", role="sergeant", until=local("2020-10-01")
    )
    assert over(force, "M0041", at) == ("M0040", "patrol supervisor")
