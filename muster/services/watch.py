"""Who is in command, who is due, who supervises: questions asked of the record."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from muster.domain.duty import SquadPlace
from muster.domain.errors import Unknown
from muster.domain.members import Member
from muster.domain.passing import Passed
from muster.domain.presence import holds
from muster.domain.supervision import Supervisor, supervisor_of
from muster.domain.watch import Watch, Watches
from muster.ports import Views
from muster.services.entitled import Reader
from muster.services.snapshots import snapshot


def watches_at(
    views: Views,
    units: Collection[str] | None,
    at: datetime,
    known_at: datetime | None = None,
    members: Collection[str] = (),
) -> Watches:
    """The watches of these units (None: of all) at an instant, to ask of."""
    return Watches(snapshot(views, units, at=at, members=members, known_at=known_at), at)


def watch(views: Views, unit: str, at: datetime, known_at: datetime | None = None) -> Watch:
    """The watch of one unit. Raises ``Unknown`` for a unit that the record does not have."""
    return watches_at(views, [unit], at, known_at).watch(unit)


def all_watches(views: Views, at: datetime, known_at: datetime | None = None) -> list[Watch]:
    """The watch of every unit that is no civil authority and exists at the instant, by name."""
    watches = watches_at(views, None, at, known_at)
    units = [u for u in watches.snapshot.units.values() if not u.civil and holds(u, at)]
    return [watches.watch(u.unit) for u in sorted(units, key=lambda u: u.unit)]


def supervisor(
    views: Views, member: str, at: datetime, known_at: datetime | None = None
) -> tuple[Supervisor | None, str]:
    """The supervisor of a member on duty, and what the member is doing; None for one who is not on duty."""
    if views.row(Member, member, known_at=known_at) is None:
        raise Unknown(f"member {member!r} is not in the record: it must be the short name of a member")
    alone = watches_at(views, [], at, known_at, [member])
    status = alone.moment.status(member)
    if status.state != "on-duty" or status.unit is None:
        return None, f"{member} is {status.state}: {status.source}"
    squads = {p.squad for p in alone.moment.file(member).places}
    if status.stretch is not None and status.stretch.squad is not None:
        squads.add(status.stretch.squad)
    sergeants = views.rows(SquadPlace, known_at=known_at, squad=squads, role="sergeant")
    watches = watches_at(views, [status.unit], at, known_at, {member, *(s.member for s in sergeants)})
    return supervisor_of(watches, member), f"{member} is on duty in {status.unit}: {status.source}"


def for_viewer(views: Views, found: Watch, viewer: str) -> Watch:
    """The watch as this member may read it: reasons that touch health or rest only where they are entitled."""
    return replace(found, passed=passed_for(views, found.passed, viewer, found.at))


def passed_for(views: Views, passed: Iterable[Passed], viewer: str, at: datetime) -> tuple[Passed, ...]:
    """Those passed over, with the reasons that this member may read. Raises ``Unknown`` for a viewer whom the record
    does not have."""
    reader = Reader(views, viewer, at)
    return tuple(p if p.member is not None and reader.may_read(p.member, p.unit) else p.for_everyone() for p in passed)
