"""What the duty of a whole force follows from: read once, and good for every instant around as long as nothing was
recorded that bears on it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final
from zoneinfo import ZoneInfo

from muster.domain.alike import SLACK
from muster.domain.duty import Chart, HoursRule, Signing, Squad, SquadPlace, TimeRecord, Tour, Waiver
from muster.domain.force import Force
from muster.domain.limits import WEEK
from muster.domain.members import Absence, Attachment, Member
from muster.domain.profiles import Profile, profile_named
from muster.domain.published import DutyLine, Published
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.domain.separation import Separation
from muster.ports import Views
from muster.services.offices import force_of

Rows = dict[type[Row], list[Any]]
Place = tuple[str, str, datetime, datetime | None]
"""A place in a squad: the squad, the member, since and until when."""

BEARING: Final[tuple[type[Row], ...]] = (Attachment, Absence, TimeRecord, Waiver, Separation, DutyLine)
"""Nouns that bear on duty, beside signings and places in squads."""
_READ: Final[tuple[type[Row], ...]] = (
    Force,
    HoursRule,
    Chart,
    Squad,
    Tour,
    Member,
    SquadPlace,
    Signing,
    Published,
    *BEARING,
)
NOUNS: Final = frozenset(noun.NOUN for noun in _READ)
"""Nouns of which a fact changes what is read here."""
OF_MEMBERS: Final[Mapping[str, type[Row]]] = {
    noun.NOUN: noun for noun in (Signing, Attachment, Absence, TimeRecord, Waiver)
}
"""Nouns of which a fact changes what is known of the member with whom its key begins, and nothing else."""
AROUND: Final = timedelta(hours=6)
"""What is kept is good for instants so long before and after the one for which it was read."""
MOST_FACTS: Final = 1000
"""Where more were recorded in between, all is read anew rather than each of them looked at."""
KEPT: Final = 4
"""So many are kept: those who look at other days do not take each other's away."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What bears on duty at instants from ``first`` to ``last``, and as far back as is looked. ``settled``: the members
    of each squad who have been in it all that time, with the latest that any of them came; ``places``: the others."""

    force: Force
    profile: Profile
    schedule: Schedule
    first: datetime
    last: datetime
    members: Sequence[str]
    rows: Mapping[type[Row], Sequence[Any]]
    settled: Mapping[str, tuple[datetime, Sequence[str]]]
    places: Sequence[Place]

    @property
    def looked_at(self) -> tuple[datetime, datetime]:
        """The time that is looked at for all its instants."""
        return self.around(self.first)[0], self.last

    def around(self, at: datetime) -> tuple[datetime, datetime]:
        """The time that is looked at for an instant."""
        return at - max(WEEK, self.profile.back) - SLACK, at

    def of(self, at: datetime) -> Rows:
        """The rows that bear on an instant, as they would be read for it alone."""
        around = self.around(at)
        if self.first == self.last:
            return {noun: list(found) for noun, found in self.rows.items()}
        found = {noun: [row for row in self.rows[noun] if _is_in(row, around)] for noun in BEARING}
        return {**found, Signing: list(_signed_in(self.rows[Signing], around))}

    def places_at(self, at: datetime) -> list[Place]:
        """The places of those who are not settled."""
        since, until = self.around(at)
        return [p for p in self.places if p[2] <= until and (p[3] is None or p[3] > since)]


def ground_of(views: Views, first: datetime, last: datetime, known_at: datetime | None = None) -> Ground:
    """The ground for instants from ``first`` to ``last``, as believed at ``known_at`` (None: now)."""
    force = force_of(views)
    profile = profile_named(force.profile, views.rows(HoursRule, known_at=known_at))
    charts = {c.chart: c for c in views.rows(Chart, known_at=known_at)}
    squads = {s.squad: s for s in views.rows(Squad, known_at=known_at)}
    tours = {t.tour: t for t in views.rows(Tour, known_at=known_at)}
    schedule = Schedule(ZoneInfo(force.zone), charts, squads, tours)
    around = first - max(WEEK, profile.back) - SLACK, last
    members = [member for (member,) in views.columns(Member, "key", known_at=known_at)]
    rows: Rows = {noun: views.rows(noun, at=around, known_at=known_at) for noun in BEARING}
    rows[Signing] = views.events(Signing, members, "off", around, known_at=known_at)
    lines = views.columns(SquadPlace, "squad", "member", "since", "until", at=around, known_at=known_at)
    settled, places = _settled(lines, around[0])
    return Ground(force, profile, schedule, first, last, members, rows, settled, places)


def _settled(
    lines: Sequence[tuple[Any, ...]], since: datetime
) -> tuple[dict[str, tuple[datetime, list[str]]], list[Place]]:
    """Members with one place that goes on since then, by squad; and the places of all others."""
    seen, several = set[str](), set[str]()
    for line in lines:
        (several if line[1] in seen else seen).add(line[1])
    came: dict[str, datetime] = {}
    found: dict[str, list[str]] = defaultdict(list)
    others: list[Place] = []
    for squad, member, begins, until in lines:
        if until is None and begins <= since and member not in several:
            found[squad].append(member)
            came[squad] = max(came.get(squad, begins), begins)
        else:
            others.append((squad, member, begins, until))
    return {squad: (came[squad], members) for squad, members in found.items()}, others


def _is_in(row: Any, around: tuple[datetime, datetime]) -> bool:
    """Whether a row holds at any instant between two, as ``Views.rows`` says."""
    since, until = getattr(row, "since", None), getattr(row, "until", None)
    return (since is None or since <= around[1]) and (until is None or until > around[0])


def _signed_in(signings: Sequence[Signing], around: tuple[datetime, datetime]) -> Iterator[Signing]:
    """What was signed in this time, and before it since the member last signed off, as ``Views.events`` says."""
    begins: dict[str, datetime] = {}
    for s in signings:
        if s.kind == "off" and s.at < around[0]:
            begins[s.member] = max(begins.get(s.member, s.at), s.at)
    for s in signings:
        if s.at <= around[1] and (s.member not in begins or s.at >= begins[s.member]):
            yield s


@dataclass(slots=True)
class Grounds:
    """Grounds that were read, the last few. Threads may share it."""

    _kept: list[tuple[int, Ground]] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def of(self, views: Views, at: datetime, seq: int, known_at: datetime | None) -> Ground:
        """The ground for an instant, as believed at ``known_at`` (None: now); ``seq``: the last fact known then."""
        with self._lock:
            force = force_of(views)
            for place, (known, ground) in enumerate(self._kept):
                if ground.first <= at <= ground.last and ground.force == force:
                    changed = _changed(views, *sorted((known, seq)))
                    if changed is not None:
                        del self._kept[place]
                        ground = _renewed(views, ground, changed, known_at)
                        break
            else:
                ground = ground_of(views, at - AROUND, at + AROUND, known_at)
            self._kept = [(seq, ground), *self._kept[: KEPT - 1]]
            return ground


def _changed(views: Views, before: int, after: int) -> dict[type[Row], set[str]] | None:
    """The members of whom a fact after the first and up to the second tells anything, by noun; None where one changes
    something else that a ground has."""
    if after - before > MOST_FACTS:
        return None
    changed: dict[type[Row], set[str]] = defaultdict(set)
    for said in views.facts(first=before + 1, last=after) if after > before else ():
        noun, key = said.stream.split("/")[:2]
        if noun in OF_MEMBERS:
            changed[OF_MEMBERS[noun]].add(key)
        elif noun in NOUNS:
            return None
    return changed


def _renewed(
    views: Views, ground: Ground, changed: Mapping[type[Row], Collection[str]], known_at: datetime | None
) -> Ground:
    """The ground with what is known of these members read anew, as believed at ``known_at``."""
    rows = dict(ground.rows)
    for noun, members in changed.items():
        kept = [row for row in rows[noun] if row.member not in members]
        rows[noun] = [*kept, *_read(views, noun, members, ground.looked_at, known_at)]
    return replace(ground, rows=rows)


def _read(
    views: Views,
    noun: type[Row],
    members: Collection[str],
    around: tuple[datetime, datetime],
    known_at: datetime | None,
) -> list[Any]:
    if noun is Signing:
        return views.events(noun, members, "off", around, known_at=known_at)
    return views.rows(noun, at=around, known_at=known_at, member=members)
