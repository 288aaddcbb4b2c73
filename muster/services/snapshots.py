"""Gathering the facts that matter for the watch of some units: few rows, however large the force."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

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
from muster.domain.force import Covering, Force, Position, Title, Unit
from muster.domain.members import Absence, Appointment, Attachment, ContactPoint
from muster.domain.profiles import profile_named
from muster.domain.published import DutyLine
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.domain.snapshot import Snapshot, path_up, snapshot_of
from muster.ports import Views

Rows = dict[type[Row], list[Any]]

ABOUT_MEMBERS: tuple[type[Row], ...] = (
    SquadPlace,
    Attachment,
    Absence,
    TimeRecord,
    Reachability,
    Waiver,
    Separation,
    DutyLine,
)

BACK: Final = timedelta(days=14)
"""How far back everything is looked at, or as far as the rules of the force's profile look. Of what is older only that
counts which goes on: what has not ended, what was signed since the member last signed off, the command last assumed.
So whoever has not signed off is on duty, however long ago they signed on."""

AHEAD: Final = timedelta(days=100)
"""How far ahead: a route looks for the next duty of a commander within 92 days."""


def snapshot(
    views: Views,
    units: Collection[str] | None = None,
    *,
    at: datetime | None = None,
    members: Iterable[str] = (),
    known_at: datetime | None = None,
    back: timedelta = BACK,
) -> Snapshot:
    """What decides the watch of these units (None: of all) and the status of these members around ``at`` (None: at
    any time) and at least so far back, as believed at ``known_at`` (None: now). Contact points are those of members
    who may be on call, and of the members named. Raises ``Unknown`` for a unit that the record does not have."""
    rows: Rows = {noun: views.rows(noun, known_at=known_at) for noun in (Force, Unit, Title, Chart, Tour, HoursRule)}
    asked = _with_parents(rows[Unit], units)
    posts = _posts(views, rows, asked, known_at)
    around = _around(at, max(back, _looked_back(rows)))
    rows[Appointment] = views.rows(Appointment, at=around, known_at=known_at, position=posts)
    rows[OnCall] = views.rows(OnCall, known_at=known_at, position=posts)
    rows[CommandEvent] = views.events(CommandEvent, asked, "assumed", around, known_at=known_at)
    named = set(members)
    people = {a.member for a in rows[Appointment]} | named
    rows[Signing] = views.events(Signing, people, "off", around, known_at=known_at)
    _add_members(views, rows, people, around, known_at)
    on_call = {hours.position for hours in rows[OnCall]}
    callable_ = {a.member for a in rows[Appointment] if a.position in on_call} | named
    rows[ContactPoint] = usable(views, views.rows(ContactPoint, known_at=known_at, member=callable_))
    return snapshot_of(rows)


def usable(views: Views, points: list[ContactPoint]) -> list[ContactPoint]:
    """Those whose address was not erased: nobody is reached by the others."""
    there = views.unseal({p.address for p in points})
    return [p for p in points if p.address in there]


def _with_parents(known: list[Unit], units: Collection[str] | None) -> set[str]:
    """The units asked about and all above them; None asks about all."""
    if units is None:
        return {u.unit for u in known}
    by_name = {u.unit: u for u in known}
    return {above.unit for unit in units for above in path_up(by_name, unit)}


def _posts(views: Views, rows: Rows, asked: set[str], known_at: datetime | None) -> set[str]:
    """The command and tour positions of the units, and those that cover them; fills in their rows."""
    rows[Covering] = views.rows(Covering, known_at=known_at, unit=asked)
    titles = {t.title for t in rows[Title] if t.kind in ("command", "tour")}
    own = views.rows(Position, known_at=known_at, title=titles, unit=asked)
    missing = {c.position for c in rows[Covering]} - {p.position for p in own}
    covering = views.rows(Position, known_at=known_at, position=missing) if missing else []
    rows[Position] = own + covering
    return {p.position for p in rows[Position]}


def _looked_back(rows: Rows) -> timedelta:
    """How far the rules of the force's profile look."""
    return max((profile_named(f.profile, rows[HoursRule]).back for f in rows[Force]), default=BACK)


def _around(at: datetime | None, back: timedelta) -> tuple[datetime, datetime]:
    """The time in which everything that happened is looked at; None: all time."""
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    if at is None:
        return first, last
    return at - min(back, at - first), at + min(AHEAD, last - at)


def _add_members(
    views: Views, rows: Rows, people: set[str], around: tuple[datetime, datetime], known_at: datetime | None
) -> None:
    for noun in ABOUT_MEMBERS:
        rows[noun] = views.rows(noun, at=around, known_at=known_at, member=people)
    squads = {p.squad for p in rows[SquadPlace]} | {a.squad for a in rows[Attachment] if a.squad}
    rows[Squad] = views.rows(Squad, known_at=known_at, key=squads)
