"""The small force that ``muster new`` writes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from muster.cli.forces import new
from muster.domain.authority import Authority
from muster.domain.checks import check
from muster.domain.duty import Chart, Squad, SquadPlace, Tour
from muster.domain.errors import Refused
from muster.domain.force import Title, Unit
from muster.domain.members import Absence, Appointment, ContactPoint, Member
from muster.domain.nouns import FORCE_ROWS
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.files import read
from muster.scenarios.small import small_force

R = TypeVar("R", bound=Row)
ROWS = small_force()
NEW_YORK = ZoneInfo("America/New_York")
EVERY_TOUR = ("2020-10-07T03:00", "2020-10-07T10:00", "2020-10-07T20:00", "2020-10-10T12:00", "2020-10-11T23:59")


def of(noun: type[R]) -> list[R]:
    """Its rows of one noun."""
    return [row for row in ROWS if isinstance(row, noun)]


def on_duty(position: str, local: str) -> list[str]:
    """Members in that position whom the chart has on duty at that local time."""
    at = datetime.fromisoformat(local).replace(tzinfo=NEW_YORK).astimezone(UTC)
    plan = Schedule(
        NEW_YORK,
        {c.chart: c for c in of(Chart)},
        {s.squad: s for s in of(Squad)},
        {t.tour: t for t in of(Tour)},
    )
    squads = {p.member: p.squad for p in of(SquadPlace)}
    held = [a.member for a in of(Appointment) if a.position == position and a.until is None]
    return [m for m in held if any(t.covers(at) for t in plan.turns(plan.squads[squads[m]], at, at))]


def test_the_chain_runs_from_city_hall_to_the_precinct() -> None:
    assert {u.unit: u.parent for u in of(Unit)} == {
        "CITY-HALL": None,
        "PD": "CITY-HALL",
        "COD": "PD",
        "PATROL": "COD",
        "PBBX": "PATROL",
        "PCT-047": "PBBX",
    }


@pytest.mark.parametrize("at", EVERY_TOUR)
@pytest.mark.parametrize("position", ["PCT-047-DESK", "DUTY-CHIEF"])
def test_two_take_turns_on_every_tour(position: str, at: str) -> None:
    assert len(on_duty(position, at)) == 2


@pytest.mark.parametrize(
    ("position", "at", "there"),
    [
        ("PCT-047-CO", "2020-10-07T10:00", True),
        ("PCT-047-XO", "2020-10-07T10:00", True),
        ("PCT-047-CO", "2020-10-07T03:00", False),
        ("PCT-047-CO", "2020-10-10T10:00", False),
        ("PBBX-DUTY-CAPTAIN", "2020-10-07T03:00", True),
        ("PBBX-DUTY-CAPTAIN", "2020-10-07T10:00", False),
        ("PBBX-DUTY-CAPTAIN", "2020-10-10T10:00", True),
    ],
)
def test_commanders_have_business_hours_and_duty_captains_the_rest(position: str, at: str, there: bool) -> None:
    assert bool(on_duty(position, at)) is there


def test_what_is_only_there_to_learn_from_is_over_by_june() -> None:
    assert all(a.until is not None and a.until < datetime(2020, 6, 1, tzinfo=UTC) for a in of(Absence))
    acting = [a for a in of(Appointment) if a.kind == "acting"]
    assert [(a.position, a.instrument) for a in acting] == [("PCT-047-CO", "Order 2020-05-01/1")]


def test_a_block_party_is_the_precincts_and_a_desk_officer_may_decide_it() -> None:
    lowest = next(a for a in of(Authority) if (a.matter, a.level) == ("block-party", "precinct"))
    assert (lowest.max_hours, lowest.lowest_tour) == (9, "desk-officer")


def test_authority_names_only_titles_and_levels_the_force_has() -> None:
    assert {a.lowest_tour for a in of(Authority)} - {None} <= {t.title for t in of(Title)}
    assert {a.level for a in of(Authority)} <= {u.level for u in of(Unit)}


def test_everybody_has_a_number_kept_for_fiction() -> None:
    numbers = [c.address for c in of(ContactPoint)]
    assert len(set(numbers)) == len(of(Member))
    assert all(number.startswith("+1-212-555-01") for number in numbers)


def test_the_command_writes_a_directory_that_has_no_fault_and_no_warning(tmp_path: Path) -> None:
    directory = tmp_path / "force"
    CliRunner().invoke(new, [str(directory)], catch_exceptions=False)
    found = read(directory)
    assert check(found, datetime(2020, 10, 7, tzinfo=UTC)) == []
    ordered = [sorted(of(noun), key=lambda row: row.key) for noun in FORCE_ROWS]
    assert [row for rows in found.rows().values() for row in rows] == [row for rows in ordered for row in rows]


def test_a_file_in_the_way_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "force").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="must be a directory or not exist yet"):
        CliRunner().invoke(new, [str(tmp_path / "force")], catch_exceptions=False)
