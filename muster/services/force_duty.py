"""The duty state of the whole force at an instant: where everybody is, with their hours, and who is worn out."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.alike import SLACK, Alike
from muster.domain.duty import Chart, HoursRule, Signing, Squad, SquadPlace, TimeRecord, Tour, Waiver
from muster.domain.force import Unit
from muster.domain.force_duty import DutyState
from muster.domain.limits import WEEK
from muster.domain.members import Absence, Attachment, Member
from muster.domain.presence import DutyFile
from muster.domain.profiles import profile_named
from muster.domain.published import DutyLine
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import files_of, named, path_up
from muster.ports import Views
from muster.services.entitled import Reader
from muster.services.offices import force_of

BEARING: Final[tuple[type[Row], ...]] = (Attachment, Absence, TimeRecord, Waiver, Separation, DutyLine)
"""Nouns that bear on duty, beside signings and places in squads."""


@dataclass(frozen=True, slots=True)
class ForceDuty:
    """The state of every member, by member. Members alike share one object. ``hidden``: those whose hours and reasons
    are not for whoever asked."""

    at: datetime
    members: Mapping[str, DutyState]
    hidden: frozenset[str] = frozenset()

    def worn(self) -> list[tuple[str, DutyState]]:
        """Those in caution and the unfit, the unfit first, then by unit and member."""
        found = [(m, s) for m, s in self.members.items() if s.level != "fit"]
        return sorted(found, key=lambda each: (each[1].level != "unfit", each[1].counts_in or "", each[0]))


@dataclass(frozen=True, slots=True)
class UnitDuty:
    """How many members of a unit are in each state, and of all of them how many are fit, in caution and unfit; ``unit``
    None: of members who serve in none."""

    unit: str | None
    on_duty: int
    absent: int
    off: int
    separated: int
    fit: int
    caution: int
    unfit: int


def by_unit(found: ForceDuty) -> list[UnitDuty]:
    """The numbers of every unit that has any, by name: each member counts where they are on duty, else where they
    serve."""
    numbers: dict[str, Counter[str]] = defaultdict(Counter)
    for state in found.members.values():
        numbers[state.counts_in or ""].update((state.state, state.level))
    names = ("on-duty", "absent", "off", "separated", "fit", "caution", "unfit")
    return [UnitDuty(unit or None, *(numbers[unit][name] for name in names)) for unit in sorted(numbers)]


def in_units(views: Views, found: ForceDuty, unit: str, known_at: datetime | None = None) -> ForceDuty:
    """Only the members who count in this unit or in one below it. Raises ``Unknown``."""
    units = {u.unit: u for u in views.rows(Unit, known_at=known_at)}
    named("unit", unit, units)
    below = {u for u in units if any(above.unit == unit for above in path_up(units, u))}
    return replace(found, members={m: s for m, s in found.members.items() if s.counts_in in below})


def for_viewer(views: Views, found: ForceDuty, viewer: str) -> ForceDuty:
    """The same as this member may read it: hours and reasons only of themselves and of members of units that they
    command or that stand below those. Raises ``Unknown``."""
    reader = Reader(views, viewer, found.at)
    return replace(found, hidden=frozenset(m for m, s in found.members.items() if not reader.may_read(m, s.home)))


def force_duty(views: Views, at: datetime, known_at: datetime | None = None) -> ForceDuty:
    """The state of every member at the instant, as believed at ``known_at`` (None: now)."""
    force = force_of(views)
    profile = profile_named(force.profile, views.rows(HoursRule, known_at=known_at))
    schedule = _schedule(views, ZoneInfo(force.zone), known_at)
    around = at - max(WEEK, profile.back) - SLACK, at
    members = [member for (member,) in views.columns(Member, "key", known_at=known_at)]
    rows: dict[type[Row], list[Any]] = {noun: views.rows(noun, at=around, known_at=known_at) for noun in BEARING}
    rows[Signing] = views.events(Signing, members, "off", around, known_at=known_at)
    alike = Alike(schedule, profile, at)
    states = _in_places(views, alike, rows, around, known_at)
    others = set(members).difference(states)
    rows[SquadPlace] = views.rows(SquadPlace, at=around, known_at=known_at, member=others)
    files = files_of({noun: [row for row in found if row.member in others] for noun, found in rows.items()})
    return ForceDuty(at, {m: states.get(m) or alike.state(files.get(m) or DutyFile(m)) for m in members})


def _schedule(views: Views, zone: ZoneInfo, known_at: datetime | None) -> Schedule:
    charts = {c.chart: c for c in views.rows(Chart, known_at=known_at)}
    squads = {s.squad: s for s in views.rows(Squad, known_at=known_at)}
    return Schedule(zone, charts, squads, {t.tour: t for t in views.rows(Tour, known_at=known_at)})


def _in_places(
    views: Views,
    alike: Alike,
    rows: Mapping[type[Row], Sequence[Any]],
    around: tuple[datetime, datetime],
    known_at: datetime | None,
) -> dict[str, DutyState]:
    """The states of those who have one place in a squad, all the time that is looked at, and at most absences and one
    line of a published roster."""
    absences: dict[str, list[Absence]] = defaultdict(list)
    for absence in rows[Absence]:
        absences[absence.member].append(absence)
    rostered = {line.member: line for line in rows[DutyLine]}
    alone = {row.member for noun, found in rows.items() if noun not in (Absence, DutyLine) for row in found}
    alone |= {member for member, lines in Counter([line.member for line in rows[DutyLine]]).items() if lines > 1}
    lines = views.columns(SquadPlace, "squad", "member", "since", "until", at=around, known_at=known_at)
    alone |= {member for member, places in Counter([line[1] for line in lines]).items() if places > 1}
    apart = alone | rostered.keys()
    states: dict[str, DutyState] = {}
    for squad, member, since, until in lines:
        common = None if member in apart else alike.common(squad)
        if common and since <= common.first and (until is None or until > common.last):
            states[member] = alike.away(squad, absences[member]) if member in absences else common.state
    return states | _rostered(
        alike, {m: line for m, line in rostered.items() if m not in alone}, lines, absences, around[1]
    )


def _rostered(
    alike: Alike,
    rostered: Mapping[str, DutyLine],
    places: Sequence[tuple[Any, ...]],
    absences: Mapping[str, Sequence[Absence]],
    at: datetime,
) -> dict[str, DutyState]:
    """The states of those who have one line of a published roster, as far as they are like others."""
    states: dict[str, DutyState] = {}
    for squad, member, since, until in places:
        line = rostered.get(member)
        if line is not None and since <= alike.since and (until is None or until > at):
            state = alike.lined(squad, line, absences.get(member, ()))
            if state is not None:
                states[member] = state
    return states
