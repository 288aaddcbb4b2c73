"""What is known of the units that are to be rostered, read from the record at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.cover import Cover
from muster.domain.duty import Chart, HoursRule, Signing, Squad, SquadPlace, TimeRecord, Tour, Waiver
from muster.domain.errors import Check, Unknown, require
from muster.domain.force import Position, Title, Unit
from muster.domain.instants import on_clock
from muster.domain.members import Absence, Appointment, Attachment, Qualification
from muster.domain.presence import DutyFile, as_planned
from muster.domain.profiles import Profile, profile_named
from muster.domain.published import DutyLine
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import files_of
from muster.ports import Views
from muster.services.offices import force_of

ABOUT: Final[tuple[type[Row], ...]] = (
    SquadPlace, Attachment, Absence, TimeRecord, Waiver, Separation, DutyLine,
)  # fmt: skip
HISTORY: Final = timedelta(days=35)
"""So far back the last period is looked at, or as far as the rules look."""
MOST_DAYS: Final = 371
MOST_NAMED: Final = 8
FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Beyond them a calendar has no room for what is looked at around a period."""


@dataclass(frozen=True, slots=True)
class Period:
    """The days of a roster, from ``first`` on, in the force's zone."""

    first: date
    days: int
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """Midnight before the first day."""
        return on_clock(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """Midnight after the last day; its tours may go on past it."""
        return on_clock(self.first + timedelta(days=self.days), time(), self.zone)

    @property
    def dates(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range(self.days)]


def period_of(zone: ZoneInfo, first: date, last: date, of: str = "Roster") -> Period:
    """The period of something from one day to another, both included. Raises ``Invalid`` for one that ends before it
    begins, or is longer than a year."""
    days = (last - first).days + 1
    require(
        of,
        Check("first day", first, FIRST_YEAR <= first.year <= LAST_YEAR, f"must be from {FIRST_YEAR} to {LAST_YEAR}"),
        Check(
            "last day", last, days >= 1, f"must not be before the first day, {first}: the period ends before it begins"
        ),
        Check("last day", last, days <= MOST_DAYS, f"must be within {MOST_DAYS} days of the first, {first}"),
    )
    return Period(first, days, zone)


@dataclass(frozen=True, slots=True)
class Ground:
    """The rows that rosters of some units are made from, over a period. By unit: ``cover``, ``positions``, ``attached``
    and ``squads``; by position: ``appointments``; by member: ``files`` and ``qualifications``."""

    period: Period
    profile: Profile
    schedule: Schedule
    titles: Mapping[str, Title]
    cover: Mapping[str, Sequence[Cover]]
    positions: Mapping[str, Sequence[Position]]
    appointments: Mapping[str, Sequence[Appointment]]
    attached: Mapping[str, Sequence[Attachment]]
    sergeants: Mapping[str, Sequence[SquadPlace]]
    files: Mapping[str, DutyFile]
    qualifications: Mapping[str, Sequence[Qualification]]


def covered_units(views: Views, wanted: Collection[str] = ()) -> list[str]:
    """The units that cover.csv speaks of, or those wanted, each once and in order. Raises ``Unknown`` for one
    that is not there, or without cover, and when no unit has any."""
    units = {u.unit: u for u in views.rows(Unit)}
    covered = {c.unit for c in views.rows(Cover)}
    for unit in wanted:
        if unit not in units:
            raise Unknown(f"unit {unit!r} is not in the record; cover.csv speaks of {_some(sorted(covered))}")
        if unit not in covered:
            raise Unknown(f"unit {unit!r} has no cover: say in cover.csv how many members its tours need, and load it")
    if not covered:
        raise Unknown("no unit has cover: say in cover.csv of the force directory how many members tours need")
    return sorted(set(wanted) or covered)


def _some(units: Sequence[str]) -> str:
    more = len(units) - MOST_NAMED
    return ", ".join([*units[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]) or "no unit"


def ground_of(views: Views, units: Sequence[str], first: date, last: date) -> Ground:
    """What the record knows that bears on rosters of these units. Raises ``Invalid`` for an impossible period."""
    force = force_of(views)
    period = period_of(ZoneInfo(force.zone), first, last)
    profile = profile_named(force.profile, views.rows(HoursRule))
    around = (period.start - max(HISTORY, profile.back) - timedelta(days=3), period.end + timedelta(days=2))
    squads = {s.squad: s for s in views.rows(Squad)}
    schedule = Schedule(
        ZoneInfo(force.zone), {c.chart: c for c in views.rows(Chart)}, squads, {t.tour: t for t in views.rows(Tour)}
    )
    positions = views.rows(Position, unit=units)
    appointments = views.rows(Appointment, at=around, position={p.position for p in positions})
    attached = [a for a in views.rows(Attachment, at=around) if a.unit in units]
    inside = {s.squad for s in squads.values() if s.unit in units}
    sergeants = [p for p in views.rows(SquadPlace, at=around, role="sergeant") if p.squad in inside]
    people = {row.member for rows in (appointments, attached, sergeants) for row in rows}
    rows: dict[type[Row], list[Any]] = {noun: views.rows(noun, at=around, member=people) for noun in ABOUT}
    rows[Signing] = views.events(Signing, people, "off", around)
    return Ground(
        period=period,
        profile=profile,
        schedule=schedule,
        titles={t.title: t for t in views.rows(Title)},
        cover=_grouped(views.rows(Cover, unit=units), "unit"),
        positions=_grouped(positions, "unit"),
        appointments=_grouped(appointments, "position"),
        attached=_grouped(attached, "unit"),
        sergeants=_by_unit(sergeants, squads),
        files={m: as_planned(file, schedule, views.now) for m, file in files_of(rows).items()},
        qualifications=_grouped(views.rows(Qualification, at=around, member=people), "member"),
    )


def _by_unit(places: Iterable[SquadPlace], squads: Mapping[str, Squad]) -> dict[str, list[SquadPlace]]:
    groups: dict[str, list[SquadPlace]] = defaultdict(list)
    for place in places:
        groups[squads[place.squad].unit].append(place)
    return groups


def _grouped(rows: Iterable[Any], column: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return groups
