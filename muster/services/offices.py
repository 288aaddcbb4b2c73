"""Which offices somebody holds at an instant, and which units stand above a unit, asked of the record."""

from datetime import datetime

from muster.domain.errors import Refused, Unknown
from muster.domain.force import Force, Position, Title, Unit
from muster.domain.members import Appointment, Member
from muster.domain.offices import Office, office_over
from muster.domain.separation import Separation
from muster.ports import Views


def offices_of(views: Views, who: str, at: datetime) -> list[Office]:
    """The positions that a member holds at the instant and has not left for terminal leave; or the one civil office
    of that name, whose holder need not be a member. Raises ``Unknown`` and ``Refused``."""
    if views.row(Member, who) is None:
        return [_civil_office(views, who)]
    if any(s.stands() and s.vacates_from <= at for s in views.rows(Separation, member=who)):
        return []
    held = {a.position for a in views.rows(Appointment, at=at, member=who)}
    positions = views.rows(Position, at=at, position=held)
    kinds = kinds_of(views, {p.title for p in positions})
    return [Office(p, kinds[p.title]) for p in sorted(positions, key=lambda p: p.order)]


def must_stand_over(views: Views, by: str, member: str, at: datetime) -> None:
    """Raise ``Refused`` unless ``by`` stands over a position of the member, or holds any office if there is none."""
    offices = offices_of(views, by, at)
    held = views.rows(Position, position={a.position for a in views.rows(Appointment, at=at, member=member)})
    over = [office_over(offices, p, [u.unit for u in units_above(views, p.unit)]) for p in held]
    in_office = any(o.kind in ("command", "civil") for o in offices)
    if by == member or not (any(over) if held else in_office):
        posts = ", ".join(p.position for p in held) or "no position"
        raise Refused(f"{by} does not stand over {member} ({posts}): a superior in command decides this")


def must_command(views: Views, by: str, unit: str, at: datetime) -> None:
    """Raise ``Refused`` unless ``by`` holds a command of the unit or above it, or is a civil office above it."""
    over = {unit, *(u.unit for u in units_above(views, unit))}
    if not any(o.kind in ("command", "civil") and o.position.unit in over for o in offices_of(views, by, at)):
        raise Refused(f"{by} is not in command of {unit} or a unit above it: somebody who is decides this")


def must_speak_for(views: Views, by: str, member: str, at: datetime) -> None:
    """Raise ``Refused`` unless ``by`` is the member or stands over them."""
    if by != member:
        must_stand_over(views, by, member, at)


def _civil_office(views: Views, name: str) -> Office:
    position = views.row(Position, name)
    if position is None:
        raise Unknown(f"{name!r} is neither a member nor an office of civil authority in the record")
    kind = kinds_of(views, {position.title})[position.title]
    if kind != "civil":
        raise Refused(f"{name} is a {kind} position: name the member who holds it")
    return Office(position, kind)


def kinds_of(views: Views, titles: set[str]) -> dict[str, str]:
    """The kind of each of these titles."""
    return {t.title: t.kind for t in views.rows(Title, title=titles)}


def units_above(views: Views, unit: str, known_at: datetime | None = None) -> list[Unit]:
    """The units above a unit, the nearest first, civil authority included. Raises ``Unknown``."""
    found = [unit_named(views, unit, known_at)]
    while found[-1].parent is not None:
        found.append(unit_named(views, found[-1].parent, known_at))
    return found[1:]


def force_of(views: Views) -> Force:
    """The force. Raises ``Unknown`` when none is loaded."""
    for force in views.rows(Force):
        return force
    raise Unknown("the record has no force yet: whoever runs Muster loads one")


def unit_named(views: Views, unit: str, known_at: datetime | None = None) -> Unit:
    """The unit. Raises ``Unknown``."""
    found = views.row(Unit, unit, known_at=known_at)
    if found is None:
        raise Unknown(f"unit {unit!r} is not in the record: it must be the short name of a unit")
    return found


def position_named(views: Views, position: str, known_at: datetime | None = None) -> Position:
    """The position. Raises ``Unknown``."""
    found = views.row(Position, position, known_at=known_at)
    if found is None:
        raise Unknown(f"position {position!r} is not in the record: it must be the short name of a position")
    return found
