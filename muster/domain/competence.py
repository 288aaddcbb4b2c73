"""Competence: the lowest unit that may decide a matter at a place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.authority import Authority, Delegation
from muster.domain.errors import Refused
from muster.domain.force import Unit
from muster.domain.presence import holds
from muster.domain.snapshot import Snapshot
from muster.domain.taskings import Tasking


@dataclass(frozen=True, slots=True)
class Asked:
    """A matter at a place, with its size and deadline; ``by`` None: now. Sizes that are None are not known: 0."""

    matter: str
    place: str
    at: datetime
    by: datetime | None = None
    people: int | None = None
    hours: int | None = None
    members: int | None = None


def asked_of(tasking: Tasking) -> Asked | None:
    """What was asked when a tasking was received; None: it is about no matter."""
    t = tasking
    if t.matter is None:
        return None
    return Asked(t.matter, t.place, t.received_at, t.deadline, t.people, t.hours, t.members)


@dataclass(frozen=True, slots=True)
class Competent:
    """The competent unit, the authority row that makes it so (None: it stands above all of them), and why."""

    unit: str
    authority: Authority | None
    why: tuple[str, ...]


def competent(
    snapshot: Snapshot, authorities: Sequence[Authority], delegations: Sequence[Delegation], asked: Asked
) -> Competent:
    """The lowest unit at the place that may decide the matter. Raises ``Refused`` when no row is about it."""
    rows = {a.level: a for a in authorities if a.matter == asked.matter and holds(a, asked.at)}
    if not rows:
        raise Refused(f"matter {asked.matter!r}: no authority row holds; add one to authority.csv and load it")
    path = [u for u in snapshot.path_up(asked.place) if not u.civil and holds(u, asked.at)]
    if not path:
        raise Refused(f"place {asked.place}: civil authority has no ground of its own; name a unit below it")
    why: list[str] = []
    below: Authority | None = None
    for unit in path:
        row = rows.get(unit.level)
        delegated = _delegated(snapshot, delegations, asked, unit)
        if delegated is not None:
            why.append(f"{unit.unit} decides by delegation {delegated.delegation} ({delegated.instrument})")
            giver = snapshot.unit(delegated.from_unit)
            return Competent(unit.unit, rows.get(giver.level) or row or below, tuple(why))
        if row is None and not _above_all(snapshot, unit, rows):
            why.append(f"{unit.unit}: {unit.level} has no authority over {asked.matter}")
            continue
        over = () if row is None else tuple(exceeded(row, asked))
        if not over or unit is path[-1]:
            why.append(f"{unit.unit} is the lowest unit whose place and authority cover {asked.matter}")
            return Competent(unit.unit, row or below, tuple(why))
        why.append(f"{unit.unit}: {'; '.join(over)}; goes up one level")
        below = row
    return Competent(path[-1].unit, below, (*why, f"{path[-1].unit} heads the force"))


def _above_all(snapshot: Snapshot, unit: Unit, rows: dict[str, Authority]) -> bool:
    """Whether some row's level lies below this unit's: what a level may decide, every level above it may."""
    levels = snapshot.force.levels
    return any(levels.index(level) > levels.index(unit.level) for level in rows if level in levels)


def _delegated(snapshot: Snapshot, delegations: Sequence[Delegation], asked: Asked, unit: Unit) -> Delegation | None:
    above = {u.unit for u in snapshot.path_up(unit.unit)[1:]}
    for d in delegations:
        mine = d.to_unit == unit.unit and d.matter == asked.matter and d.from_unit in above
        if mine and holds(d, asked.at) and not list(exceeded(d, asked)):
            return d
    return None


def exceeded(limits: Authority | Delegation, asked: Asked) -> Iterator[str]:
    """The limits that the matter goes above, in words."""
    sizes = (("people", asked.people, limits.max_people), ("hours", asked.hours, limits.max_hours))
    for what, size, most in (*sizes, ("members", asked.members, limits.max_members)):
        if size is not None and most is not None and size > most:
            yield f"{size} {what}, at most {most}"
