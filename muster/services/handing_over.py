"""Taskings stay with a position when its holder goes off duty; whoever holds it next is told what is open."""

import json
from collections.abc import Iterator
from datetime import datetime

from muster.domain.candidates import holders
from muster.domain.moment import Moment
from muster.domain.record import Fact
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.services.offices import position_named
from muster.services.reach import append
from muster.services.snapshots import snapshot


def tell_new_holders(record: Record, at: datetime) -> list[Fact]:
    """Tell whoever is on duty in a tour position that owns open taskings which an earlier holder, off duty by now, had
    accepted; each of them once for each tasking. Returns what was told; safe to repeat."""
    taken = [t for t in record.rows(Tasking, result=None) if t.accepted_by is not None]
    if not taken:
        return []
    units = {position_named(record, owner).unit for owner in {t.owner for t in taken}}
    moment = Moment(snapshot(record, units, at=at, members={str(t.accepted_by) for t in taken}), at)
    told = [t.tell(t.owner, why, at, member) for t in taken for member, why in _new_holders(record, moment, t)]
    append(record, told)
    return told


def _new_holders(record: Record, moment: Moment, tasking: Tasking) -> Iterator[tuple[str, str]]:
    """Who holds the position on duty now and was not told yet, with what they are told."""
    before = str(tasking.accepted_by)
    if moment.status(before).state == "on-duty":
        return
    posts = {p.position: p for of_unit in moment.snapshot.positions.values() for p in of_unit}
    if moment.snapshot.titles[posts[tasking.owner].title].kind != "tour":
        return  # a commander keeps what they have, on duty and off
    why = f"you have {tasking.owner} now, which owns this; {before} accepted it and is off duty"
    facts = record.facts(streams=[tasking.stream], kinds=["tasking.told"])
    known = {(body.get("member"), body["why"]) for body in (json.loads(f.body) for f in facts)}
    for held in holders(moment, tasking.owner):
        if moment.status(held.member).state == "on-duty" and (held.member, why) not in known:
            yield held.member, why
