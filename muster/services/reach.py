"""Reach beside taskings: whatever happens to a tasking, what follows for whom it is brought to is recorded with it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from muster.domain.authority import Authority, Delegation
from muster.domain.competence import asked_of, competent
from muster.domain.contact import Contact, Doubt
from muster.domain.escalating import Reach, begin
from muster.domain.escalation import Escalation
from muster.domain.following import So, follow
from muster.domain.force import Position
from muster.domain.members import ContactPoint
from muster.domain.presence import holds
from muster.domain.record import Fact, Recorded
from muster.domain.routing import standing_of
from muster.domain.snapshot import Snapshot
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.snapshots import snapshot, usable

TASKING = f"{Tasking.NOUN}/"


class Channels:
    """On which channels members can be reached: those that failed last come last. Erased addresses do not count.
    ``known``: what was read before, and what is read here."""

    def __init__(self, views: Views, known: dict[str, list[str]] | None = None) -> None:
        self._views = views
        self._known = {} if known is None else known

    def __call__(self, member: str) -> Sequence[str]:
        if member not in self._known:
            self.read([member])
        return self._known[member]

    def read(self, members: Collection[str]) -> None:
        """Read those of these members in one go."""
        doubtful = {(d.member, d.channel) for d in self._views.rows(Doubt, member=members)}
        points = usable(self._views, self._views.rows(ContactPoint, member=members))
        points.sort(key=lambda p: ((p.member, p.channel) in doubtful, p.order, p.channel))
        self._known.update({member: [] for member in members})
        for point in points:
            self._known[point.member].append(point.channel)


@dataclass(frozen=True, slots=True)
class _Changed:
    """A tasking to which something happened: as it stood (None: it is new), as it stands, and what happened."""

    before: Tasking | None
    tasking: Tasking
    facts: list[Fact]

    @property
    def at(self) -> datetime:
        return max(f.effective_at for f in self.facts)


def with_reach(record: Views, facts: Iterable[Fact]) -> list[Fact]:
    """The facts, and after them what follows from those about taskings: escalations begin, end and turn, people are
    told. To be appended together: no tasking is on record without somebody being sought for it."""
    facts = list(facts)
    changed = [
        _changed(record, stream, facts)
        for stream in dict.fromkeys(f.stream for f in facts)
        if stream.startswith(TASKING)
    ]
    if not changed:
        return facts
    state = snapshot(record, _units(record, changed), at=max(c.at for c in changed))
    ways = Channels(record)
    following: list[Fact] = []
    for change in changed:
        following += _following(record, Reach(Watches(state, change.at), ways), change)
    return [*facts, *following]


def _changed(record: Views, stream: str, facts: list[Fact]) -> _Changed:
    before = record.row(Tasking, stream.removeprefix(TASKING))
    mine = [f for f in facts if f.stream == stream]
    now = before
    for fact in mine:
        now = Tasking.after(now, fact.kind.removeprefix("tasking."), fact.body)
    assert now is not None  # the first fact of a tasking is that it was received, and none takes it away
    return _Changed(before, now, mine)


def _units(record: Views, changed: Iterable[_Changed]) -> set[str]:
    """The units of the taskings and of the positions that they concern."""
    taskings = [c.tasking for c in changed]
    named = {p for c in changed for f in c.facts for p in (f.body.get("position"), f.body.get("to")) if p}
    named |= {p for t in taskings for p in (t.owner, t.giver, *t.offered_to) if p}
    found = {p.unit for p in record.rows(Position, position=named)}
    return found | {t.competent_unit for t in taskings}


def _following(record: Views, reach: Reach, change: _Changed) -> list[Fact]:
    tasking = change.tasking
    if change.before is None:
        return [*_begin(record, reach, tasking), *follow(reach, So(tasking, tasking, None, ()), change.facts)]
    escalation = record.row(Escalation, tasking.tasking)
    begun: list[Fact] = []
    if escalation is None:  # an older version received it: from now on it is brought to people as any other
        begun = _begin(record, reach, change.before)
        escalation = Escalation.after(None, "started", begun[0].body)
    contacts = record.rows(Contact, subject=tasking.tasking)
    return [*begun, *follow(reach, So(change.before, tasking, escalation, contacts), change.facts)]


def _begin(record: Views, reach: Reach, tasking: Tasking) -> list[Fact]:
    return begin(reach, tasking, standing_for(record, reach.watches.snapshot, tasking))


def standing_for(views: Views, state: Snapshot, tasking: Tasking) -> int | None:
    """The standing a tour title needs to decide the tasking's matter; None where none may, as where no row of
    authority is about the matter, or there is no matter."""
    asked = asked_of(tasking)
    if asked is None:
        return None
    authorities = [a for a in views.rows(Authority, matter=asked.matter) if holds(a, asked.at)]
    if not authorities:
        return None
    delegations = views.rows(Delegation, matter=asked.matter)
    return standing_of(state, competent(state, authorities, delegations, asked).authority)


def append(record: Record, facts: Iterable[Fact]) -> list[Recorded]:
    """Append facts together with what follows from those about taskings; returns the facts given, as recorded."""
    facts = list(facts)
    return record.append(with_reach(record, facts))[: len(facts)]


def adopt(record: Record) -> list[str]:
    """Begin the escalation of every open tasking that nobody has accepted and nobody is sought for: those that an
    older version received. Returns their names; safe to repeat."""
    sought = {e.tasking for e in record.rows(Escalation)}
    found = [t for t in record.rows(Tasking, result=None, accepted_by=None) if t.tasking not in sought]
    units = {t.competent_unit for t in found} | {
        p.unit for p in record.rows(Position, position={t.owner for t in found})
    }
    state = snapshot(record, units, at=record.now) if found else None
    if state is not None:
        reach = Reach(Watches(state, record.now), Channels(record))
        record.append(fact for t in found for fact in _begin(record, reach, t))
    return [t.tasking for t in found]
