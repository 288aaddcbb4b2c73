"""The small force: City Hall, a department, one borough, one precinct. It is what ``muster new`` writes."""

from collections.abc import Iterator
from datetime import date

from muster.domain.authority import Delegation
from muster.domain.duty import SquadPlace
from muster.domain.force import Force, Position, Unit
from muster.domain.members import Absence, Appointment, Career, ContactPoint, Member, Qualification
from muster.domain.schema import Row
from muster.scenarios.city import in_order
from muster.scenarios.cover import cover_of
from muster.scenarios.doctrine import (
    CHARTS,
    DUTY_CAPTAIN_TOURS,
    LEVELS,
    OFFICE_TOUR,
    PLATOONS,
    RANKS,
    START,
    TITLES,
    TOURS,
    WORK_PERIOD_FROM,
    ZONE,
    midnight,
)
from muster.scenarios.matters import AUTHORITY, MATTERS
from muster.scenarios.seats import WEEKDAYS, Plan, Seat, command_position, line_position, tour_position
from muster.scenarios.sectors import sectors_of

OFFICERS_A_SQUAD = 3
JOINED = date(2010, 1, 4)


def small_force() -> list[Row]:
    """Its rows, in the order of its files."""
    plan = organisation()
    return in_order([*organisation_rows(plan), *member_rows(plan), *examples()])


def organisation() -> Plan:
    """Units, positions, squads and seats."""
    plan = Plan()
    plan.units += [
        Unit(unit="CITY-HALL", name="City Hall", level="city-hall", civil=True),
        Unit(unit="PD", name="Police Department", level="department", parent="CITY-HALL"),
        Unit(unit="COD", name="Office of the Chief of Department", level="office", parent="PD"),
        Unit(unit="PATROL", name="Patrol Bureau", level="bureau", parent="COD"),
        Unit(unit="PBBX", name="Patrol Borough Bronx", level="borough", parent="PATROL"),
        Unit(unit="PCT-047", name="47th Precinct", level="precinct", parent="PBBX"),
    ]
    for unit in ("PD", "COD", "PATROL", "PBBX", "PCT-047"):
        plan.office(unit)
    commanders(plan)
    around_the_clock(plan)
    squads(plan)
    return plan


def commanders(plan: Plan) -> None:
    """Everybody who heads a unit or is second in it, on duty on office days."""
    plan.positions.append(Position(position="MAYOR", unit="CITY-HALL", title="mayor", order=1, takes_watch=False))
    commissioner = command_position("POLICE-COMMISSIONER", "PD", "police-commissioner", 1, "PC", takes_watch=False)
    plan.command(commissioner, "PC")
    plan.command(command_position("CHIEF-OF-DEPARTMENT", "COD", "chief-of-department", 1, "COD"), "COD")
    plan.command(command_position("CHIEF-OF-PATROL", "PATROL", "chief-of-patrol", 1, "CHIEF"), "CHIEF")
    plan.command(command_position("PBBX-CO", "PBBX", "borough-commander", 1, "DC"), "AC")
    plan.command(command_position("PCT-047-CO", "PCT-047", "commanding-officer", 1, "CPT"), "DI")
    plan.command(command_position("PCT-047-XO", "PCT-047", "executive-officer", 2, "LT"), "CPT")
    plan.call("PBBX-CO", WEEKDAYS, "1635", "2335")


def around_the_clock(plan: Plan) -> None:
    """Duty chief and desk officer at every hour, a duty captain outside business hours."""
    plan.around_the_clock(tour_position("DUTY-CHIEF", "PD", "duty-chief", "DC", places=9), "DC")
    captain = tour_position("PBBX-DUTY-CAPTAIN", "PBBX", "duty-captain", "CPT", places=7)
    plan.around_the_clock(captain, "CPT", DUTY_CAPTAIN_TOURS)
    weekend = plan.squad("PBBX-DUTY-CAPTAIN-WEEKEND", "PBBX", "weekend", OFFICE_TOUR)
    plan.seats.append(Seat("PBBX-DUTY-CAPTAIN", "duty-captain", "CPT", "PBBX", weekend))
    plan.cover("PBBX-DUTY-CAPTAIN", "PCT-047")
    plan.around_the_clock(tour_position("PCT-047-DESK", "PCT-047", "desk-officer", "SGT", places=9), "LT")


def squads(plan: Plan) -> None:
    """One squad of the precinct on each tour: a patrol supervisor and a few officers; one place is vacant."""
    supervisors = tour_position("PCT-047-SUP", "PCT-047", "patrol-supervisor", "SGT", places=len(PLATOONS), order=12)
    officers = line_position("PCT-047", "PO", OFFICERS_A_SQUAD * len(PLATOONS) + 1)
    plan.positions += [supervisors, officers]
    for platoon, tour in PLATOONS.items():
        squad = plan.squad(f"PCT-047-{platoon}A", "PCT-047", "5-2-5-3", tour)
        plan.seats.append(Seat(supervisors.position, "patrol-supervisor", "SGT", "PCT-047", squad, sergeant=True))
        plan.seats += [Seat(officers.position, "police-officer", "PO", "PCT-047", squad)] * OFFICERS_A_SQUAD


def organisation_rows(plan: Plan) -> Iterator[Row]:
    """The organisation, and of the shared doctrine what this force uses."""
    titles = {p.title for p in plan.positions} | {a.lowest_tour for a in AUTHORITY}
    charts, tours = {s.chart for s in plan.squads}, {s.tour for s in plan.squads}
    yield Force(
        force="SMALL",
        name="A small force",
        zone=ZONE,
        levels=LEVELS[:-1],
        work_period_days=28,
        work_period_from=WORK_PERIOD_FROM,
        country="US",
        subdivision="NY",
    )
    yield from RANKS
    yield from (title for title in TITLES if title.title in titles)
    yield from (chart for chart in CHARTS if chart.chart in charts)
    yield from (tour for tour in TOURS if tour.tour in tours)
    for rows in (MATTERS, AUTHORITY, plan.units, plan.positions, plan.coverings, plan.squads, plan.on_call):
        yield from rows
    covers = list(cover_of(plan))
    yield from covers
    yield from sectors_of(covers)


def member_rows(plan: Plan) -> Iterator[Row]:
    """One member for each seat, in post since 2020-01-01."""
    for number, seat in enumerate(plan.seats, start=1):
        member, since = f"M{number:04d}", midnight(START)
        role = "sergeant" if seat.sergeant else "member"
        yield Member(member=member, name=f"Member {number:04d}", joined=JOINED)
        yield Career(member=member, rank=seat.rank, since=midnight(JOINED))
        yield Appointment(position=seat.position, member=member, kind="substantive", since=since)
        yield SquadPlace(member=member, squad=seat.squad, since=since, role=role)
        yield ContactPoint(member=member, channel="telephone", address=f"+1-212-555-{100 + number:04d}")


def examples() -> Iterator[Row]:
    """A row of each kind that a force soon needs, all of them over by June 2020."""
    may, leave_ends, june = (midnight(day) for day in (date(2020, 5, 4), date(2020, 5, 18), date(2020, 6, 1)))
    commander, deputy = "M0005", "M0006"
    yield Absence(member=commander, kind="leave", since=may, until=leave_ends)
    yield Appointment(
        position="PCT-047-CO",
        member=deputy,
        kind="acting",
        since=may,
        until=leave_ends,
        instrument="Order 2020-05-01/1",
        limits="no change of squads",
    )
    yield Qualification(member=deputy, qualification="mobile-field-force", since=may)
    yield Delegation(
        delegation="D-2020-1",
        from_unit="PBBX",
        to_unit="PCT-047",
        matter="protest",
        max_people=400,
        since=may,
        until=june,
        instrument="Order 2020-05-01/2",
    )
