"""Who may read what: of health and rest the member, and whoever holds a command of their unit or above it; of what goes
on in a unit whoever serves there, or holds a position there or above it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from muster.domain.duty import Squad, SquadPlace
from muster.domain.errors import NotEntitled, Unknown
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment, Attachment, Member
from muster.domain.offices import Office
from muster.domain.presence import Held
from muster.domain.separation import Separation
from muster.domain.snapshot import path_up
from muster.ports import Views
from muster.services.offices import kinds_of, offices_of

BEARING: Final = (Member, Separation, Appointment, Position, Title, Unit, Attachment, SquadPlace, Squad)
"""Nouns from which follows what a member may read."""


class Reader:
    """A member who asks at an instant. The right belongs to the position: it ends with the appointment, and with the
    terminal leave of whoever holds it. Raises ``Unknown`` for somebody whom the record does not have."""

    def __init__(self, views: Views, member: str, at: datetime) -> None:
        if views.row(Member, member) is None:
            raise Unknown(f"member {member!r} is not in the record: it must be the short name of a member")
        self.member = member
        self.offices: Sequence[Office] = offices_of(views, member, at)
        self._commanded = {o.position.unit for o in self.offices if o.kind == "command"}
        self._serves = _units_of(views, member, at)
        self._units = {u.unit: u for u in views.rows(Unit)} if self.offices else {}

    def may_read(self, member: str, unit: str | None) -> bool:
        """Whether they may read of this member, who serves in the unit; None: in no unit."""
        return member == self.member or self.commands(unit)

    def commands(self, unit: str | None) -> bool:
        """Whether they hold a command position in the unit or above it."""
        if unit not in self._units:
            return False
        return any(above.unit in self._commanded for above in path_up(self._units, unit))

    def commanded(self) -> frozenset[str]:
        """All units in which, or above which, they hold a command position."""
        return self._under(self._commanded)

    def seen(self) -> frozenset[str]:
        """All units of which they may read what goes on: taskings, rosters, roll calls. Those in which they serve, and
        those in which, or above which, they hold a position."""
        return self._under({o.position.unit for o in self.offices}) | self._serves

    def _under(self, tops: set[str]) -> frozenset[str]:
        """These units and all below them."""
        found = tops & self._units.keys()
        while more := {u.unit for u in self._units.values() if u.parent in found} - found:
            found |= more
        return frozenset(found)


def turnings(views: Views, member: str) -> Iterator[datetime]:
    """The instants at which time alone may change what a member may read: between two of them nothing does, unless a
    fact bears on it."""
    posts = views.rows(Appointment, member=member)
    held = views.rows(Position, position={a.position for a in posts})
    rows: list[Held] = [*posts, *held]
    rows += [*views.rows(Attachment, member=member)]
    rows += [*views.rows(SquadPlace, member=member)]
    for row in rows:
        yield from (at for at in (row.since, row.until) if at is not None)
    yield from (s.vacates_from for s in views.rows(Separation, member=member))


def _units_of(views: Views, member: str, at: datetime) -> set[str]:
    """Where somebody serves by their squad or an attachment; nowhere from their terminal leave on."""
    if any(s.stands() and s.vacates_from <= at for s in views.rows(Separation, member=member)):
        return set()
    return _by_squad(views, member, at)


def _by_squad(views: Views, member: str, at: datetime) -> set[str]:
    attached = {a.unit for a in views.rows(Attachment, at=at, member=member)}
    squads = {p.squad for p in views.rows(SquadPlace, at=at, member=member)}
    return attached | ({s.unit for s in views.rows(Squad, squad=squads)} if squads else set())


def serves_in(views: Views, member: str, at: datetime) -> set[str]:
    """The units whose commanders may read of the member what touches health and rest: those of their positions, of
    their squad, and to which they are attached."""
    held = {a.position for a in views.rows(Appointment, at=at, member=member)}
    return {p.unit for p in views.rows(Position, at=at, position=held)} | _by_squad(views, member, at)


def not_entitled(views: Views, what: str, unit: str, *, commands: bool) -> NotEntitled:
    """The refusal to show something of a unit, which names who can show it or appoint somebody who may see it.
    ``commands``: it is for those who command the unit alone, as what touches health and rest."""
    posts = sorted(views.rows(Position, unit=unit), key=lambda p: p.order)
    kinds = kinds_of(views, {p.title for p in posts})
    first = next((p.position for p in posts if kinds[p.title] == "command"), None)
    asked = f"{first} or a command above it" if first else f"whoever commands above {unit}"
    whose = f"whoever commands {unit}" if commands else f"those who serve in {unit}, or hold a position there"
    return NotEntitled(f"{what} is for {whose} or above it: {asked} can show it to you, or appoint you")


def top_commands(views: Views) -> list[str]:
    """The command positions of the units with nothing but civil authority above them, in succession."""
    units = {u.unit: u for u in views.rows(Unit)}
    tops = {u.unit for u in units.values() if not u.civil and (u.parent is None or units[u.parent].civil)}
    posts = sorted(views.rows(Position, unit=tops), key=lambda p: (p.unit, p.order))
    kinds = kinds_of(views, {p.title for p in posts})
    return [p.position for p in posts if kinds[p.title] == "command"]


def top_of(views: Views) -> str:
    """Whoever commands the whole force, and so reads all of it, in words."""
    return " or ".join(top_commands(views)) or "whoever commands the whole force"
