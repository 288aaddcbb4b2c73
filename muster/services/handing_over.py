"""Taskings stay with a position when its holder goes off duty; whoever holds it next is told what is open."""

import json
from collections.abc import Iterator
from datetime import datetime

from muster.domain.candidates import holders
from muster.domain.force import Position
from muster.domain.moment import Moment
from muster.domain.presence import scheduled_stretches
from muster.domain.record import Fact
from muster.domain.snapshot import Snapshot
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services.offices import kinds_of
from muster.services.reach import append
from muster.services.snapshots import snapshot


def tell_new_holders(record: Record, at: datetime) -> list[Fact]:
    """Tell whoever is on duty in a tour position that owns open taskings which an earlier holder, off duty by now, had
    accepted; each of them once for each tasking. Returns what was told; safe to repeat."""
    taken, state = _taken(record, at)
    if state is None:
        return []
    moment = Moment(state, at)
    told = [t.tell(t.owner, why, at, member) for t in taken for member, why in _new_holders(record, moment, t)]
    append(record, told)
    return told


def next_new_holder(views: Views, after: datetime, until: datetime) -> datetime | None:
    """The first instant after ``after`` and not after ``until`` at which somebody is to be told of what a position of
    theirs owns, as far as duty is planned now; None: nobody."""
    taken, state = _taken(views, after)
    if state is None:
        return None
    instants = {at for t in taken for at in _changes(Moment(state, after), t, until)}
    for at in sorted(instants):
        if any(True for t in taken for _ in _new_holders(views, Moment(state, at), t)):
            return at
    return None


def _taken(views: Views, at: datetime) -> tuple[list[Tasking], Snapshot | None]:
    """The open taskings that somebody has accepted, and what decides who holds their positions; None: there are none
    that a tour position owns. A commander keeps what they have, on duty and off."""
    accepted = [t for t in views.rows(Tasking, result=None) if t.accepted_by is not None]
    posts = {p.position: p for p in views.rows(Position, position={t.owner for t in accepted})}
    kinds = kinds_of(views, {p.title for p in posts.values()})
    taken = [t for t in accepted if t.owner in posts and kinds[posts[t.owner].title] == "tour"]
    units = {posts[t.owner].unit for t in taken}
    return taken, snapshot(views, units, at=at, members={str(t.accepted_by) for t in taken}) if taken else None


def _changes(moment: Moment, tasking: Tasking, until: datetime) -> Iterator[datetime]:
    """When whoever accepted the tasking, or a holder of its position, comes on duty or goes off it by plan."""
    after, schedule = moment.at, moment.snapshot.schedule
    for member in {str(tasking.accepted_by), *(a.member for a in holders(moment, tasking.owner))}:
        for stretch in scheduled_stretches(moment.file(member), schedule, after, until):
            yield from (at for at in (stretch.start, stretch.end) if at is not None and after < at <= until)


def _new_holders(views: Views, moment: Moment, tasking: Tasking) -> Iterator[tuple[str, str]]:
    """Who holds the position on duty now and was not told yet, with what they are told."""
    before = str(tasking.accepted_by)
    if moment.status(before).state == "on-duty":
        return
    why = f"you have {tasking.owner} now, which owns this; {before} accepted it and is off duty"
    facts = views.facts(streams=[tasking.stream], kinds=["tasking.told"])
    known = {(body.get("member"), body["why"]) for body in (json.loads(f.body) for f in facts)}
    for held in holders(moment, tasking.owner):
        if moment.status(held.member).state == "on-duty" and (held.member, why) not in known:
            yield held.member, why
