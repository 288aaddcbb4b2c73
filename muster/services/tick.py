"""What time brings about by itself: limits crossed, and the taskings to relieve that follow."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from muster.domain.escalation import Escalation
from muster.domain.presence import holds
from muster.domain.proposing import BEYOND, escalated, proposal, proposal_name
from muster.domain.record import Fact, entered
from muster.domain.relief import Crossing, crossed, crossings, limits_of, posts, suspects
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.reach import append
from muster.services.snapshots import snapshot


def tick(record: Record, at: datetime) -> list[Crossing]:
    """Record every limit that somebody on duty in a command or tour position has crossed by ``at`` and that is not in
    the record yet; propose relief where it is owed, once for each duty, escalate it where it is overdue, and close it
    where the duty is over. Repeating it records nothing more."""
    open_ones = _open(record)
    facts_of_force = snapshot(record, at=at, members=_relieved(open_ones))
    now = Watches(facts_of_force, at)
    found: list[Crossing] = []
    facts: list[Fact] = []
    held = posts(now)
    for member in suspects(now):
        mine: list[Crossing] = []
        for rule, when in _new_limits(record, now, member) if member in held else ():
            for then in (Watches(facts_of_force, when), now):  # now: it was crossed in a break too short to count
                crossing = next((c for c in crossed(then, member, *held[member]) if c.rule == rule), None)
                if crossing is not None:
                    mine.append(crossing)
                    facts.append(entered(crossing, None, record.now))
                    break
        found += mine
        facts += _proposal(record, now, mine)
    facts += [f for t in open_ones for f in _over(now, t)]
    append(record, sorted(facts, key=lambda f: f.effective_at))
    return sorted(found, key=lambda c: (c.at, c.member))


def _new_limits(record: Record, now: Watches, member: str) -> list[tuple[str, datetime]]:
    since = now.moment.fitness(member).since
    if since is None:
        return []
    known = {c.rule for c in record.rows(Crossing, member=member) if c.duty_since == since}
    return [(rule, when) for rule, when, _ in limits_of(now, since) if when <= now.moment.at and rule not in known]


def _proposal(record: Record, now: Watches, crossed: list[Crossing]) -> Iterator[Fact]:
    """What follows from limits that the duty of one member has newly crossed: the one proposal of that duty is opened
    at the first of them that is not waived, or, where it is open since, escalated once relief is overdue."""
    opened = False
    for crossing in crossed:
        if any(w.rule == crossing.rule and holds(w, crossing.at) for w in now.moment.file(crossing.member).waivers):
            continue
        tasking = record.row(Tasking, proposal_name(crossing.member, crossing.duty_since))
        if tasking is None and not opened:
            made = proposal(now, crossing)
            opened = made is not None
            yield from [made.received()] if made is not None else []
        elif tasking is not None and crossing.rule in BEYOND:
            yield from escalated(now, tasking, record.row(Escalation, tasking.tasking), crossing.rule)


def _open(views: Views) -> list[Tasking]:
    return [t for t in views.rows(Tasking, kind="relief", result=None) if t.relieves is not None]


def _relieved(taskings: Iterable[Tasking]) -> list[str]:
    return [t.relieves for t in taskings if t.relieves is not None]


def _over(now: Watches, tasking: Tasking) -> list[Fact]:
    """The facts that close a proposal when the tour of whoever was to be relieved has ended and nobody signed."""
    member = str(tasking.relieves)
    if now.moment.status(member).state == "on-duty":
        return []
    return tasking.close("off duty: relieved", member, now.moment.at)


def next_crossing(views: Views, after: datetime, until: datetime) -> datetime | None:
    """The next instant after ``after`` and not after ``until`` at which the duty of somebody in a command or tour
    position crosses a limit, or ends though relief is sought, as far as duty is known now; None for none."""
    proposed = _relieved(_open(views))
    watches = Watches(snapshot(views, at=after, members=proposed), after)
    held = posts(watches)
    found = crossings(watches, [m for m in suspects(watches) if m in held], after, until)
    ends = [end for m in proposed if (end := watches.moment.status(m).until) is not None and after < end <= until]
    return min([*(at for at, _ in found[:1]), *ends], default=None)
