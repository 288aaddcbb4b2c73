"""The duty state of the whole force at an instant: where everybody is, with their hours, and who is worn out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from muster.domain.alike import Alike
from muster.domain.duty import SquadPlace
from muster.domain.force import Unit
from muster.domain.force_duty import DutyState
from muster.domain.members import Absence
from muster.domain.presence import DutyFile
from muster.domain.published import DutyLine
from muster.domain.snapshot import files_of, named, path_up
from muster.ports import Views
from muster.services.duty_ground import Ground, Rows, ground_of
from muster.services.entitled import Reader


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


def force_duty(views: Views, at: datetime, known_at: datetime | None = None, ground: Ground | None = None) -> ForceDuty:
    """The state of every member at the instant, as believed at ``known_at`` (None: now). ``ground``: what was read for
    instants around it, as believed then; None: it is read."""
    ground = ground or ground_of(views, at, at, known_at)
    rows, alike = ground.of(at), Alike(ground.schedule, ground.profile, at)
    states = _in_places(alike, ground, rows, at)
    others = set(ground.members).difference(states)
    rows[SquadPlace] = views.rows(SquadPlace, at=ground.around(at), known_at=known_at, member=others)
    files = files_of({noun: [row for row in found if row.member in others] for noun, found in rows.items()})
    return ForceDuty(at, {m: states.get(m) or alike.state(files.get(m) or DutyFile(m)) for m in ground.members})


def _in_places(alike: Alike, ground: Ground, rows: Rows, at: datetime) -> dict[str, DutyState]:
    """The states of those who have one place in a squad, all the time that is looked at, and at most absences and one
    line of a published roster."""
    absences: dict[str, list[Absence]] = defaultdict(list)
    for absence in rows[Absence]:
        absences[absence.member].append(absence)
    places = ground.places_at(at)
    alone = {row.member for noun, found in rows.items() if noun not in (Absence, DutyLine) for row in found}
    alone |= _twice(line.member for line in rows[DutyLine]) | _twice(place[1] for place in places)
    rostered = {line.member: line for line in rows[DutyLine] if line.member not in alone}
    apart = alone | rostered.keys()
    states: dict[str, DutyState] = {}
    for squad, (came, members) in ground.settled.items():
        common = alike.common(squad)
        if common and common.holds(came, None):
            states.update(dict.fromkeys(members, common.state))
            states.update({m: alike.away(squad, absences[m]) for m in members if m in absences})
    for squad, member, since, until in places:
        common = alike.common(squad)
        if common and common.holds(since, until):
            states[member] = alike.away(squad, absences[member]) if member in absences else common.state
    for member in apart:
        states.pop(member, None)
    return states | _rostered(alike, ground, rostered, absences, at)


def _twice(members: Iterable[str]) -> set[str]:
    """Those who come more than once."""
    return {member for member, times in Counter(members).items() if times > 1}


def _rostered(
    alike: Alike,
    ground: Ground,
    rostered: Mapping[str, DutyLine],
    absences: Mapping[str, Sequence[Absence]],
    at: datetime,
) -> dict[str, DutyState]:
    """The states of those who have one line of a published roster, as far as they are like others."""
    states: dict[str, DutyState] = {}
    here = [(squad, m) for squad, (_, members) in ground.settled.items() for m in members if m in rostered]
    here += [
        (squad, m)
        for squad, m, since, until in ground.places_at(at)
        if m in rostered and since <= alike.since and (until is None or until > at)
    ]
    for squad, member in here:
        state = alike.lined(squad, rostered[member], absences.get(member, ()))
        if state is not None:
            states[member] = state
    return states
