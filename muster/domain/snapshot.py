"""A snapshot: the facts that matter for the watch of some units, as believed at one state of the record."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from muster.domain.command import CommandEvent
from muster.domain.duty import (
    Chart,
    HoursRule,
    OnCall,
    Reachability,
    Signing,
    Squad,
    SquadPlace,
    TimeRecord,
    Tour,
    Waiver,
)
from muster.domain.errors import Unknown
from muster.domain.force import Covering, Force, Position, Title, Unit
from muster.domain.members import Absence, Appointment, Attachment, ContactPoint
from muster.domain.presence import DutyFile
from muster.domain.profiles import Profile, profile_named
from muster.domain.published import DutyLine
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.domain.separation import Separation

T = TypeVar("T")
R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a watch is decided from. Rows are those of every time, so that later and earlier instants can be
    asked of one snapshot; the decision picks the ones that hold.

    ``positions`` and ``covering`` (tour positions of other units) are by unit; ``appointments`` and ``on_call`` by
    position; ``files`` by member; ``commands`` by unit, in order of time.
    """

    force: Force
    profile: Profile
    schedule: Schedule
    units: Mapping[str, Unit]
    titles: Mapping[str, Title]
    positions: Mapping[str, Sequence[Position]]
    covering: Mapping[str, Sequence[Position]]
    appointments: Mapping[str, Sequence[Appointment]]
    on_call: Mapping[str, Sequence[OnCall]]
    files: Mapping[str, DutyFile]
    commands: Mapping[str, Sequence[CommandEvent]]

    def unit(self, name: str) -> Unit:
        """The unit of that name; raises ``Unknown``."""
        return named("unit", name, self.units)

    def path_up(self, name: str) -> list[Unit]:
        """The unit and all above it, from the bottom to the top, civil authority included."""
        return path_up(self.units, name)


def snapshot_of(rows: Mapping[type[Row], Sequence[Any]]) -> Snapshot:
    """The snapshot that rows of each noun give; nouns that are missing have no rows. Raises ``Unknown`` without a
    force, or when it names hours rules that do not exist."""
    of = _Rows(rows)
    force = next(iter(of(Force)), None)
    if force is None:
        raise Unknown("the record has no force yet: whoever runs Muster loads one")
    positions = {p.position: p for p in of(Position)}
    covering = defaultdict(list)
    for c in of(Covering):
        if c.position in positions:
            own = positions[c.position]
            covering[c.unit].append(replace(own, since=_later(own.since, c.since), until=_earlier(own.until, c.until)))
    return Snapshot(
        force=force,
        profile=profile_named(force.profile, of(HoursRule)),
        schedule=Schedule(
            ZoneInfo(force.zone),
            {c.chart: c for c in of(Chart)},
            {s.squad: s for s in of(Squad)},
            {t.tour: t for t in of(Tour)},
        ),
        units={u.unit: u for u in of(Unit)},
        titles={t.title: t for t in of(Title)},
        positions=_grouped(of(Position), "unit"),
        covering=covering,
        appointments=_grouped(of(Appointment), "position"),
        on_call=_grouped(of(OnCall), "position"),
        files=files_of(rows),
        commands=_grouped(sorted(of(CommandEvent), key=lambda e: (e.at, e.kind)), "unit"),
    )


def files_of(rows: Mapping[type[Row], Sequence[Any]]) -> dict[str, DutyFile]:
    """The duty file of every member whom these rows are about."""
    of = _Rows(rows)
    places, attachments = _grouped(of(SquadPlace), "member"), _grouped(of(Attachment), "member")
    absences, waivers = _grouped(of(Absence), "member"), _grouped(of(Waiver), "member")
    signings = _grouped(sorted(of(Signing), key=lambda s: (s.at, s.kind != "off", s.kind)), "member")
    reachability, separations = _grouped(of(Reachability), "member"), _grouped(of(Separation), "member")
    contact_points, records = _grouped(of(ContactPoint), "member"), _grouped(of(TimeRecord), "member")
    lines = _grouped(of(DutyLine), "member")
    parts = (
        places,
        attachments,
        absences,
        waivers,
        signings,
        reachability,
        separations,
        contact_points,
        records,
        lines,
    )
    return {
        m: DutyFile(
            m,
            places.get(m, ()),
            attachments.get(m, ()),
            absences.get(m, ()),
            signings.get(m, ()),
            reachability.get(m, ()),
            waivers.get(m, ()),
            separations.get(m, ()),
            len(contact_points.get(m, ())),
            records.get(m, ()),
            lines.get(m, ()),
        )
        for m in {m for part in parts for m in part}
    }


class _Rows:
    """Rows by noun, typed."""

    def __init__(self, rows: Mapping[type[Row], Sequence[Any]]) -> None:
        self.rows = rows

    def __call__(self, row: type[R]) -> Sequence[R]:
        return self.rows.get(row, ())


def _grouped(rows: Iterable[R], column: str) -> dict[str, list[R]]:
    groups: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, column)].append(row)
    return dict(groups)


def _later(a: datetime | None, b: datetime | None) -> datetime | None:
    return max((x for x in (a, b) if x is not None), default=None)


def _earlier(a: datetime | None, b: datetime | None) -> datetime | None:
    return min((x for x in (a, b) if x is not None), default=None)


def named(noun: str, name: str, known: Mapping[str, T]) -> T:
    """What has that name; raises ``Unknown`` with names like it."""
    if name in known:
        return known[name]
    alike = [k for k in known if k.startswith(name[:3])][:3]
    hint = f"; there is {', '.join(alike)}" if alike else ""
    raise Unknown(f"{noun} {name!r} is not in the record{hint}")


def path_up(units: Mapping[str, Unit], name: str) -> list[Unit]:
    """The unit and all above it, from the bottom to the top."""
    path = [named("unit", name, units)]
    while path[-1].parent is not None and len(path) <= len(units):
        path.append(named("unit", path[-1].parent, units))
    return path
