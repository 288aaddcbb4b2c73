"""The city's tree of units and its command and tour positions; none of them depends on the size of the force."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from muster.domain.areas import Area
from muster.domain.force import Force, Position, Unit
from muster.scenarios.doctrine import DUTY_CAPTAIN_TOURS, LEVELS, OFFICE_TOUR, PLATOONS, WORK_PERIOD_FROM, ZONE
from muster.scenarios.seats import (
    EVERY_DAY,
    WEEKDAYS,
    WEEKEND,
    Plan,
    Seat,
    command_position,
    tour_position,
)

TASK_FORCE_OFFSETS = {"A": 0, "B": 2, "C": 4}
"""Offsets on ``4-2`` of which two of three are on every day."""

TASK_FORCE_TOURS = {platoon: PLATOONS[platoon] for platoon in ("2", "3")}


@dataclass(frozen=True, slots=True)
class Precinct:
    """A precinct of the data file."""

    unit: str
    name: str
    borough: str
    borough_name: str


def data(name: str) -> str:
    """A file of ``muster/scenarios/data``."""
    return (files("muster.scenarios") / "data" / name).read_text(encoding="utf-8")


@cache
def precincts() -> tuple[Precinct, ...]:
    """The 77 precincts, by number."""
    return tuple(
        Precinct(precinct_unit(line["precinct"]), line["name"], line["patrol_borough"], line["patrol_borough_name"])
        for line in csv.DictReader(data("precincts_77.csv").splitlines())
    )


def precinct_unit(number: int | str) -> str:
    """The unit of a precinct, like ``PCT-066``."""
    return f"PCT-{int(number):03d}"


def boroughs() -> dict[str, str]:
    """Name by patrol borough, in the order of their names."""
    named = {p.borough: p.borough_name for p in precincts()}
    return dict(sorted(named.items()))


def task_force(borough: str) -> str:
    """The unit of a borough's task force."""
    return f"TF-{borough}"


def areas() -> Iterator[Area]:
    """The ground of each precinct."""
    features: list[dict[str, Any]] = json.loads(data("nyc_precincts_77.geojson"))["features"]
    for feature in features:
        geometry = json.dumps(feature["geometry"], sort_keys=True, separators=(",", ":"))
        yield Area(unit=precinct_unit(feature["properties"]["precinct"]), geometry=geometry)


def force() -> Force:
    """The force itself."""
    return Force(
        force="CITY-PD",
        name="Patrol force of a large city (synthetic)",
        zone=ZONE,
        levels=LEVELS,
        work_period_days=28,
        work_period_from=WORK_PERIOD_FROM,
        country="US",
        subdivision="NY",
    )


def organise(rng: Random) -> Plan:
    """Units, positions and seats of everybody who commands or takes a tour of command."""
    plan = Plan()
    head_office(plan)
    for borough, name in boroughs().items():
        borough_command(plan, borough, name, rng)
    for precinct in precincts():
        precinct_command(plan, precinct, rng)
    plan.around_the_clock(tour_position("DUTY-CHIEF", "PD", "duty-chief", "DC", places=9), "DC")
    for borough in boroughs():
        borough_tours(plan, borough)
    for precinct in precincts():
        precinct_tours(plan, precinct)
    return plan


def head_office(plan: Plan) -> None:
    """City Hall and the department down to the patrol bureau; its two chiefs share the calls outside office hours."""
    plan.units += [
        Unit(unit="CITY-HALL", name="City Hall (office of the Mayor)", level="city-hall", civil=True),
        Unit(unit="PD", name="Police Department", level="department", parent="CITY-HALL"),
        Unit(unit="COD", name="Office of the Chief of Department", level="office", parent="PD"),
        Unit(unit="PATROL", name="Patrol Services Bureau", level="bureau", parent="COD"),
    ]
    for unit in ("PD", "COD", "PATROL"):
        plan.office(unit)
    plan.positions.append(Position(position="MAYOR", unit="CITY-HALL", title="mayor", order=1, takes_watch=False))
    for position, unit, title, order, rank in (
        ("POLICE-COMMISSIONER", "PD", "police-commissioner", 1, "PC"),
        ("FIRST-DEPUTY-COMMISSIONER", "PD", "first-deputy-commissioner", 2, "FDC"),
        ("CHIEF-OF-DEPARTMENT", "COD", "chief-of-department", 1, "COD"),
        ("CHIEF-OF-PATROL", "PATROL", "chief-of-patrol", 1, "CHIEF"),
        ("PATROL-XO", "PATROL", "executive-officer", 2, "AC"),
    ):
        civilian = rank in ("PC", "FDC")
        plan.command(command_position(position, unit, title, order, rank, takes_watch=not civilian), rank)
    for position in ("CHIEF-OF-PATROL", "PATROL-XO"):
        plan.call(position, EVERY_DAY, "1635", "0800")
        plan.call(position, WEEKEND, "0800", "1635")


def borough_command(plan: Plan, borough: str, name: str, rng: Random) -> None:
    """A patrol borough and its task force, with their commanders; the borough's may be called in the evening."""
    force = task_force(borough)
    plan.units += [
        Unit(unit=borough, name=name, level="borough", parent="PATROL"),
        Unit(unit=force, name=f"Task Force, {name}", level="task-force", parent=borough),
    ]
    plan.office(borough)
    plan.office(force)
    plan.command(command_position(f"{borough}-CO", borough, "borough-commander", 1, "DC"), "AC")
    plan.command(command_position(f"{borough}-XO", borough, "executive-officer", 2, "INSP"), rng.choice(("INSP", "DC")))
    plan.command(command_position(f"{force}-CO", force, "commanding-officer", 1, "CPT"), rng.choice(("CPT", "DI")))
    plan.call(f"{borough}-CO", WEEKDAYS, "1635", "2335")
    plan.call(f"{borough}-CO", WEEKEND, "0800", "2335")


def precinct_command(plan: Plan, precinct: Precinct, rng: Random) -> None:
    """A precinct, its commanding and its executive officer; neither is on call at night."""
    unit = precinct.unit
    plan.units.append(Unit(unit=unit, name=precinct.name, level="precinct", parent=precinct.borough))
    plan.office(unit)
    rank = rng.choice(("CPT", "DI", "DI", "INSP"))
    plan.command(command_position(f"{unit}-CO", unit, "commanding-officer", 1, "CPT"), rank)
    plan.command(command_position(f"{unit}-XO", unit, "executive-officer", 2, "LT"), "CPT")


def duty_captains(plan: Plan, borough: str) -> None:
    """A duty captain of the borough at all hours but business hours."""
    position = f"{borough}-DUTY-CAPTAIN"
    captain = tour_position(position, borough, "duty-captain", "CPT", places=7)
    plan.around_the_clock(captain, "CPT", DUTY_CAPTAIN_TOURS)
    weekend = plan.squad(f"{position}-WEEKEND", borough, "weekend", OFFICE_TOUR)
    plan.seats.append(Seat(position, "duty-captain", "CPT", borough, weekend))


def borough_tours(plan: Plan, borough: str) -> None:
    """The borough's duty captains and its task force's lieutenants, by day and evening."""
    duty_captains(plan, borough)
    force = task_force(borough)
    plan.cover(f"{borough}-DUTY-CAPTAIN", force)
    lieutenants = tour_position(f"{force}-DUTY", force, "task-force-lieutenant", "LT", places=6)
    plan.around_the_clock(lieutenants, "LT", TASK_FORCE_TOURS, "4-2", TASK_FORCE_OFFSETS)


def precinct_tours(plan: Plan, precinct: Precinct) -> None:
    """The precinct's desk officers and the borough's duty captain covering it. Patrol supervisors lead squads."""
    plan.cover(f"{precinct.borough}-DUTY-CAPTAIN", precinct.unit)
    desk = tour_position(f"{precinct.unit}-DESK", precinct.unit, "desk-officer", "SGT", places=9)
    plan.around_the_clock(desk, "LT")
