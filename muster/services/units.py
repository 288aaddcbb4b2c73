"""A unit as a page: where it stands, its positions and holders, its numbers, its watch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from muster.domain.candidates import holders, positions_of
from muster.domain.duty import Squad, SquadPlace
from muster.domain.establishment import Roll, Strength, strength
from muster.domain.force import Position, Rank, Unit
from muster.domain.members import Absence, Appointment, Attachment, Career, Member
from muster.domain.presence import holds
from muster.domain.separation import Separation
from muster.domain.snapshot import named, path_up
from muster.domain.watch import Watch, Watches
from muster.ports import Views
from muster.services.snapshots import snapshot


@dataclass(frozen=True, slots=True)
class Post:
    """A command or tour position with its holders, acting before substantive, and who of them is on duty there."""

    position: str
    title: str
    kind: str
    holders: tuple[str, ...]
    on_duty: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnitPage:
    """``above`` from the parent to the top; ``own`` are the unit's numbers, ``total`` those with all units below."""

    unit: Unit
    at: datetime
    above: tuple[str, ...]
    below: tuple[str, ...]
    posts: tuple[Post, ...]
    own: Strength
    total: Strength
    watch: Watch | None


def unit_page(views: Views, name: str, at: datetime, known_at: datetime | None = None) -> UnitPage:
    """The page of a unit at an instant; ``watch`` is None for civil authority. Raises ``Unknown``."""
    units = {u.unit: u for u in views.rows(Unit, known_at=known_at) if holds(u, at)}
    unit = named("unit", name, units)
    below = [u.unit for u in units.values() if name in [above.unit for above in path_up(units, u.unit)]]
    watches = Watches(snapshot(views, [name], known_at=known_at), at)
    roll = roll_of(views, below, known_at)
    return UnitPage(
        unit=unit,
        at=at,
        above=tuple(u.unit for u in path_up(units, name)[1:]),
        below=tuple(sorted(u.unit for u in units.values() if u.parent == name)),
        posts=tuple(_post(watches, p) for p in positions_of(watches.moment, name)),
        own=strength(roll, [name], at),
        total=strength(roll, below, at),
        watch=None if unit.civil else watches.watch(name),
    )


def roll_of(views: Views, units: Collection[str], known_at: datetime | None = None) -> Roll:
    """The rows that say who is there in these units."""
    positions = views.rows(Position, known_at=known_at, unit=units)
    appointments = views.rows(Appointment, known_at=known_at, position={p.position for p in positions})
    attached = views.rows(Attachment, known_at=known_at, unit=units)
    members = {a.member for a in appointments} | {a.member for a in attached}
    return Roll(
        positions,
        appointments,
        views.rows(Absence, known_at=known_at, member=members),
        views.rows(Attachment, known_at=known_at, member=members),
        views.rows(Separation, known_at=known_at, member=members),
    )


def members_of(views: Views, unit: str, at: datetime) -> dict[str, str]:
    """Rank and name of whoever serves in a unit at an instant, by a position, a squad or an attachment."""
    positions = {p.position for p in views.rows(Position, at=at, unit=unit)}
    squads = {s.squad for s in views.rows(Squad, unit=unit)}
    found = {a.member for a in views.rows(Appointment, at=at, position=positions)}
    found |= {p.member for p in views.rows(SquadPlace, at=at, squad=squads)}
    found |= {a.member for a in views.rows(Attachment, at=at, unit=unit)}
    return names_of(views, sorted(found), at)


def names_of(views: Views, members: Collection[str], at: datetime) -> dict[str, str]:
    """Rank, as it is then, and name of each of these members whom the record knows."""
    ranks = {r.rank: r.name for r in views.rows(Rank)}
    held = {c.member: ranks.get(c.rank, c.rank) for c in views.rows(Career, at=at, member=members)}
    return {m.member: f"{held.get(m.member, '')} {m.name}".strip() for m in views.rows(Member, member=members)}


def _post(watches: Watches, position: Position) -> Post:
    held = [a.member for a in holders(watches.moment, position.position)]
    status = {m: watches.moment.status(m) for m in held}
    here = (m for m in held if status[m].state == "on-duty" and status[m].unit == position.unit)
    title = watches.snapshot.titles[position.title]
    return Post(position.position, title.name, title.kind, tuple(held), tuple(here))
