"""Random forces: trees of units below civil authority, with positions, covering, charts, squads and members."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from hypothesis import strategies as st

from muster.domain.authority import Authority, Delegation, Matter
from muster.domain.duty import Chart, OnCall, Squad, SquadPlace, Tour
from muster.domain.force import Covering, Force, Position, Rank, Title, Unit
from muster.domain.members import Appointment, Career, ContactPoint, Member
from muster.domain.schema import Row
from tests.ground import local

LEVELS = ("city", "l0", "l1", "l2", "l3", "l4")
SINCE = local("2020-01-01")
JOINED = date(2010, 1, 4)
MONDAY = date(2020, 1, 6)
PROFILES = ("muster-advisory", "us-park-police-2014", "seattle-2017")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TOURS = (
    Tour(tour="night", start=time(23, 15), end=time(7, 50), days=1),
    Tour(tour="day", start=time(7, 5), end=time(15, 40), days=0),
    Tour(tour="evening", start=time(15), end=time(23, 35), days=0),
    Tour(tour="office", start=time(8), end=time(16, 35), days=0),
    Tour(tour="small-hours", start=time(1, 15), end=time(2, 45), days=0),
)
CHARTS = tuple(
    Chart(chart=name, name=name, cycle=tuple(cycle.split()), anchor=MONDAY)
    for name, cycle in (("daily", "W"), ("5-2", "W W W W W o o"), ("4-2", "W W W W o o"), ("turning", "day night o"))
)
TITLES = (
    Title(title="mayor", name="Mayor", kind="civil"),
    Title(title="chief", name="Chief", kind="command"),
    Title(title="deputy", name="Deputy", kind="command"),
    Title(title="duty-officer", name="Duty officer", kind="tour", standing=10),
    Title(title="sergeant", name="Sergeant on patrol", kind="tour", standing=5, supervises=True),
    Title(title="duty-captain", name="Duty captain", kind="tour", standing=30),
    Title(title="officer", name="Officer", kind="line"),
)
MATTER = "matter"
TOUR_TITLES = ("duty-officer", "sergeant", "duty-captain")
small, few = st.integers(0, 2), st.integers(1, 4)


@dataclass
class Plan:
    """The rows of a force as it is drawn; members get their numbers in turn."""

    draw: Any
    rows: list[Row] = field(default_factory=list)
    members: int = 0

    def seat(self, position: Position, *, sergeant: bool = False) -> None:
        """A new member in a position, and in one of its unit's squads."""
        member = f"M{self.members:02d}"
        self.members += 1
        squad = f"{position.unit}-{self.draw(st.sampled_from(TOURS)).tour}"
        role = "sergeant" if sergeant else "member"
        self.rows += [
            Member(member=member, name=member, joined=JOINED),
            Career(member=member, rank="RANK", since=SINCE),
            Appointment(position=position.position, member=member, kind="substantive", since=SINCE),
            SquadPlace(member=member, squad=squad, since=SINCE, role=role),
        ]
        if position.title in ("chief", "deputy") or self.draw(st.booleans()):
            self.rows.append(
                ContactPoint(member=member, channel="telephone", address=f"+1-212-555-01{self.members:02d}")
            )

    def position(self, unit: str, title: str, order: int, holders: int) -> Position:
        """A position and its holders; now and then one that does not take the watch."""
        takes = title != "officer" and self.draw(st.sampled_from((True, True, True, True, False)))
        name = f"{unit}-{title}-{order}"
        made = Position(position=name, unit=unit, title=title, order=order, places=9, takes_watch=takes)
        self.rows.append(made)
        for _ in range(holders):
            self.seat(made, sergeant=title == "sergeant")
        return made

    def unit(self, name: str) -> list[Position]:
        """The positions of a unit, with its squads; those that may cover come back."""
        for tour in TOURS:
            chart, offset = self.draw(st.sampled_from(CHARTS)).chart, self.draw(small)
            squad = Squad(squad=f"{name}-{tour.tour}", unit=name, chart=chart, offset=offset, tour=tour.tour)
            self.rows.append(squad)
        for order, title in ((1, "chief"), (2, "deputy")):
            if self.draw(st.sampled_from((True, True, False))):
                made = self.position(name, title, order, self.draw(st.sampled_from((0, 1, 1, 1))))
                self.on_call(made)
        tours = [self.position(name, title, 11 + self.draw(small), self.draw(few)) for title in self.tour_titles(name)]
        self.position(name, "officer", 101, self.draw(small))
        return tours

    def tour_titles(self, unit: str) -> list[str]:
        """The tour positions of a unit, each once; at the top at least one."""
        least = 1 if unit == "U0" else 0
        titles: list[str] = self.draw(st.lists(st.sampled_from(TOUR_TITLES), min_size=least, max_size=3, unique=True))
        return titles

    def on_call(self, position: Position) -> None:
        """Hours in which a commander can be called, or none."""
        if self.draw(st.booleans()):
            start, end = self.draw(st.sampled_from(((16, 23), (22, 6), (0, 12))))
            days = tuple(self.draw(st.lists(st.sampled_from(DAYS), min_size=4, unique=True)))
            self.rows.append(OnCall(position=position.position, days=days, start=time(start), end=time(end)))


@st.composite
def forces(draw: Any) -> list[Row]:
    """The rows of a force of one to five units in a chain or tree, most with civil authority on top."""
    plan = Plan(draw)
    civil = draw(st.sampled_from((True, True, True, False)))
    profile = draw(st.sampled_from((*PROFILES[:1] * 3, *PROFILES)))
    plan.rows += [
        Force(force="F", name="F", zone="America/New_York", levels=LEVELS, profile=profile, country="US"),
        Rank(rank="RANK", name="Rank", standing=1),
        *TITLES,
        *TOURS,
        *CHARTS,
        Matter(matter=MATTER, name="Matter"),
    ]
    units = [Unit(unit="U0", name="U0", level="l0", parent="CITY" if civil else None)]
    for number in range(1, draw(st.integers(1, 5))):
        above = draw(st.sampled_from([u for u in units if u.level != LEVELS[-1]]))
        level = LEVELS[LEVELS.index(above.level) + 1]
        units.append(Unit(unit=f"U{number}", name=f"U{number}", level=level, parent=above.unit))
    if civil:
        plan.rows += [
            Unit(unit="CITY", name="City", level="city", civil=True),
            Position(position="MAYOR", unit="CITY", title="mayor", order=1, takes_watch=False),
        ]
    plan.rows += units
    for unit in units:
        cover(plan, plan.unit(unit.unit), [u.unit for u in below(units, unit)])
    plan.rows += authority(draw, units)
    return plan.rows


def below(units: list[Unit], unit: Unit) -> list[Unit]:
    """Every unit under a unit."""
    children = [u for u in units if u.parent == unit.unit]
    return [*children, *(u for child in children for u in below(units, child))]


def cover(plan: Plan, tours: list[Position], lower: list[str]) -> None:
    """Tour positions cover some of the units below their own."""
    for position in tours if lower else ():
        for unit in plan.draw(st.lists(st.sampled_from(lower), unique=True, max_size=2)):
            plan.rows.append(Covering(position=position.position, unit=unit))


def authority(draw: Any, units: list[Unit]) -> list[Row]:
    """Who may decide the matter, at some of the levels, and perhaps a delegation."""
    levels = draw(st.lists(st.sampled_from(LEVELS[1:]), min_size=1, unique=True))
    lowest = st.sampled_from((None, "sergeant", "duty-officer", "duty-captain"))
    limit = st.sampled_from((None, 0, 10, 100))
    rows: list[Row] = [
        Authority(matter=MATTER, level=level, max_people=draw(limit), max_hours=draw(limit), lowest_tour=draw(lowest))
        for level in levels
    ]
    if len(units) > 1 and draw(st.booleans()):
        to = draw(st.sampled_from(units[1:]))
        ends = draw(st.sampled_from((datetime(2020, 10, 31, 20, tzinfo=SINCE.tzinfo), local("2021-01-01"))))
        people = draw(st.sampled_from((None, 50)))
        rows.append(
            Delegation(
                delegation="D1",
                from_unit=str(to.parent),
                to_unit=to.unit,
                matter=MATTER,
                max_people=people,
                since=SINCE,
                until=ends,
                instrument="Order 1",
            )
        )
    return rows
