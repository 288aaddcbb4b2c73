"""Relief for everybody on duty: whose is due, who can give it and what that would break. It only says so."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from muster.domain.duty import Signing, Squad, SquadPlace, TimeRecord
from muster.domain.errors import Refused, Unknown
from muster.domain.force import Rank
from muster.domain.members import Attachment, Career, Member
from muster.domain.presence import holds
from muster.domain.published import DutyLine
from muster.domain.relief import long_lines, long_squads, posts, suspects
from muster.domain.relieving import Comrade, Relief, relief_of, relieved_by_comrade, relieved_by_post
from muster.domain.schedule import Schedule
from muster.domain.snapshot import Snapshot, path_up
from muster.domain.watch import Watches
from muster.ports import Views
from muster.services.entitled import Reader
from muster.services.offices import unit_named
from muster.services.snapshots import snapshot

WITHIN: Final = timedelta(hours=4)
"""So far ahead relief that will be owed is told of, unless asked otherwise."""
SIGNED: Final = timedelta(days=3)
"""Whoever has signed on or was held over in these days may be on duty for long."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose relief is asked for. ``unit``: of it and all below; ``member``: theirs, due or not."""

    unit: str | None = None
    member: str | None = None
    within: timedelta = WITHIN


def reliefs(views: Views, at: datetime, wanted: Wanted, known_at: datetime | None = None) -> list[Relief]:
    """Everybody on duty whose relief is due at the instant or will be in the time wanted, the worst first, with who can
    give it. Raises ``Unknown`` and, for a member who is not on duty, ``Refused``."""
    if wanted.member is not None and views.row(Member, wanted.member, known_at=known_at) is None:
        raise Unknown(f"member {wanted.member!r} is not in the record: it must be the short name of a member")
    if wanted.unit is not None:
        unit_named(views, wanted.unit, known_at)
    looked_at = {wanted.member} if wanted.member else _may_be_long(views, at, known_at)
    state = snapshot(views, at=at, members=looked_at, known_at=known_at)
    now = Watches(state, at)
    held = posts(now)
    names = [wanted.member] if wanted.member else suspects(now)
    found = [r for m in names if (r := relief_of(now, m, held.get(m))) is not None and _is_wanted(r, now, wanted)]
    if wanted.member and not found:
        status = now.moment.status(wanted.member)
        raise Refused(f"member {wanted.member} is {status.state} then ({status.source}): there is nobody to relieve")
    people = Comrades(views, state, {r.unit for r in found}, at, known_at)
    return sorted((people.answered(r) for r in found), key=_urgency)


def _is_wanted(relief: Relief, now: Watches, wanted: Wanted) -> bool:
    if wanted.unit is not None and wanted.unit not in {u.unit for u in now.snapshot.path_up(relief.unit)}:
        return False
    return wanted.member is not None or relief.comes_due(now, wanted.within)


def _urgency(relief: Relief) -> tuple[float, datetime, str]:
    """Unfit first, then overdue, then owed, then what is to come; of each the longest first."""
    at = relief.at
    crossed = [when is not None and when <= at for when in (relief.unfit, relief.overdue, relief.owed)]
    return float(crossed.index(True) if any(crossed) else len(crossed)), relief.due or relief.since, relief.member


def _may_be_long(views: Views, at: datetime, known_at: datetime | None) -> set[str]:
    """Members, of every sort, whose duty may be longer than a tour of their chart: who signed, has time records or
    serves elsewhere, and those to whom their squad's chart or a published roster gives long tours."""
    around = (at - SIGNED, at + timedelta(days=1))
    members = {m.member for m in views.rows(Member, known_at=known_at)}
    found = {s.member for s in views.events(Signing, members, "off", around, known_at=known_at) if s.at <= at}
    found |= {r.member for r in views.rows(TimeRecord, at=around, known_at=known_at)}
    found |= {a.member for a in views.rows(Attachment, at=around, known_at=known_at)}
    now = Watches(snapshot(views, (), at=at, known_at=known_at), at)
    long = long_squads(now, views.rows(Squad, known_at=known_at))
    found |= long_lines(now, views.rows(DutyLine, at=around, known_at=known_at))
    return found | {p.member for p in views.rows(SquadPlace, squad=long, at=at, known_at=known_at)}


class Comrades:
    """Who could relieve members of these units and of those above, with what is known of their duty."""

    def __init__(
        self, views: Views, state: Snapshot, units: Collection[str], at: datetime, known_at: datetime | None
    ) -> None:
        self._views, self._at, self._known_at = views, at, known_at
        self.units = {above.unit for u in units for above in path_up(state.units, u)}
        squads = {s.squad: s.unit for s in views.rows(Squad, unit=self.units, known_at=known_at)}
        places = [p for p in views.rows(SquadPlace, squad=squads, at=at, known_at=known_at) if holds(p, at)]
        self._unit_of = {p.member: squads[p.squad] for p in places}
        self._leads = {p.member for p in places if p.role == "sergeant"}
        self.state = self._with_files(state)
        self._standing = self._standings({*self._unit_of, *state.files})
        self._by_start: dict[datetime, Watches] = {}
        self._held = posts(Watches(self.state, at))

    def answered(self, relief: Relief) -> Relief:
        """The relief with who can give it: from now, or from when it will be due."""
        start = max(relief.at, min(relief.due or relief.at, relief.at + timedelta(days=1)))
        watches = self._by_start.setdefault(start, Watches(self.state, start))
        if relief.position is not None:
            return relieved_by_post(watches, relief)
        own = self._comrade(relief.member, relief.unit)
        others = [self._comrade(m, unit) for m, unit in self._unit_of.items() if m not in self._held]
        return relieved_by_comrade(watches, relief, own, others)

    def _comrade(self, member: str, unit: str) -> Comrade:
        return Comrade(member, unit, self._standing.get(member, 0), member in self._leads)

    def _with_files(self, state: Snapshot) -> Snapshot:
        """The state with the files of all who serve in the units, contact points included."""
        posts_here = {p.position for u in self.units for p in (*state.positions.get(u, ()), *state.covering.get(u, ()))}
        posted = {a.member for p in posts_here for a in state.appointments.get(p, ())}
        more = snapshot(self._views, (), at=self._at, members={*self._unit_of, *posted}, known_at=self._known_at)
        squads = {**state.schedule.squads, **more.schedule.squads}
        schedule = Schedule(state.schedule.zone, state.schedule.charts, squads, state.schedule.tours)
        return replace(state, files={**state.files, **more.files}, schedule=schedule)

    def _standings(self, members: Collection[str]) -> dict[str, int]:
        ranks = {r.rank: r.standing for r in self._views.rows(Rank, known_at=self._known_at)}
        careers = self._views.rows(Career, member=members, at=self._at, known_at=self._known_at)
        return {c.member: ranks[c.rank] for c in careers if holds(c, self._at) and c.rank in ranks}


def for_viewer(views: Views, found: Iterable[Relief], viewer: str, at: datetime) -> list[Relief]:
    """The reliefs as this member may read them: what touches health or rest only of themselves, and of members of the
    units that they command or that stand below those. Raises ``Unknown``."""
    reader = Reader(views, viewer, at)
    return [relief.shown(reader.may_read) for relief in found]
