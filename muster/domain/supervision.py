"""Supervision: the one supervisor of every member on duty."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.domain.candidates import holders, positions_of
from muster.domain.force import Title
from muster.domain.presence import holds
from muster.domain.watch import Watches


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who supervises a member, and in what part: the squad's sergeant, a patrol supervisor, or the watch of a unit."""

    member: str
    part: str
    unit: str


def supervisor_of(watches: Watches, member: str) -> Supervisor | None:
    """The supervisor of a member on duty; None for a member who is not, and for whoever has the watch of the whole
    force. Each step goes to a higher part, so nobody ever supervises their own supervisor."""
    status = watches.moment.status(member)
    if status.state != "on-duty" or status.unit is None:
        return None
    unit = status.unit
    part = _part(watches, member, unit)
    if part == "member":
        sergeant = next((m for m in sergeants(watches, member) if _here(watches, m, unit)), None)
        if sergeant is not None:
            return Supervisor(sergeant, "sergeant of the squad", unit)
    if part in ("member", "sergeant"):
        patrol = next((m for t, m in _post_holders(watches, unit) if t.supervises and _here(watches, m, unit)), None)
        if patrol is not None:
            return Supervisor(patrol, "patrol supervisor", unit)
    return _watch(watches, member, unit)


def sergeants(watches: Watches, member: str) -> list[str]:
    """The sergeants of the squads in which the member is on duty or, signed on, belongs."""
    moment = watches.moment
    stretch = moment.status(member).stretch
    own = {p.squad for p in moment.file(member).places if holds(p, moment.at)}
    squads = {stretch.squad} if stretch is not None and stretch.squad else own
    return sorted(
        f.member
        for f in watches.snapshot.files.values()
        for p in f.places
        if p.role == "sergeant" and p.squad in squads and f.member != member and holds(p, moment.at)
    )


def _part(watches: Watches, member: str, unit: str) -> str:
    """The member's highest part in the unit: ``post`` (a command or tour position, or its command), ``sergeant`` or
    ``member``."""
    in_command = watches.watch(unit).in_command
    if in_command is not None and in_command.member == member:
        return "post"
    if any(m == member for _, m in _post_holders(watches, unit)):
        return "post"
    places = watches.moment.file(member).places
    at = watches.moment.at
    return "sergeant" if any(p.role == "sergeant" and holds(p, at) for p in places) else "member"


def _post_holders(watches: Watches, unit: str) -> Iterator[tuple[Title, str]]:
    for position in positions_of(watches.moment, unit):
        title = watches.snapshot.titles[position.title]
        if title.kind in ("command", "tour"):
            for a in holders(watches.moment, position.position):
                yield title, a.member


def _here(watches: Watches, member: str, unit: str) -> bool:
    status = watches.moment.status(member)
    return status.state == "on-duty" and status.unit == unit


def _watch(watches: Watches, member: str, unit: str) -> Supervisor | None:
    """The watch of the unit, or of the nearest unit above that somebody else commands."""
    for above in watches.snapshot.path_up(unit):
        if above.civil:
            return None
        holder = watches.watch(above.unit).in_command
        if holder is not None and holder.member != member:
            return Supervisor(holder.member, f"watch of {above.unit}", above.unit)
    return None
