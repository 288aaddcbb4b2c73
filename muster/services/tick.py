"""What time brings about by itself: limits crossed, and the taskings to relieve that follow."""

from datetime import datetime

from muster.domain.record import Fact, entered
from muster.domain.relief import Crossing, crossed, crossings, limits_of, posts, relief_tasking, suspects
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.reach import append
from muster.services.snapshots import snapshot


def tick(record: Record, at: datetime) -> list[Crossing]:
    """Record every limit that somebody on duty in a command or tour position has crossed by ``at`` and that is not in
    the record yet, and open a tasking to relieve where relief is overdue. Repeating it records nothing more."""
    facts_of_force = snapshot(record, at=at)
    now = Watches(facts_of_force, at)
    found: list[Crossing] = []
    facts: list[Fact] = []
    held = posts(now)
    for member in suspects(now):
        for rule, when in _new_limits(record, now, member) if member in held else ():
            for then in (Watches(facts_of_force, when), now):  # now: it was crossed in a break too short to count
                crossing = next((c for c in crossed(then, member, *held[member]) if c.rule == rule), None)
                if crossing is not None:
                    found.append(crossing)
                    facts += _facts(record, then, crossing)
                    break
    append(record, sorted(facts, key=lambda f: f.effective_at))
    return sorted(found, key=lambda c: (c.at, c.member))


def _new_limits(record: Record, now: Watches, member: str) -> list[tuple[str, datetime]]:
    since = now.moment.fitness(member).since
    if since is None:
        return []
    known = {c.rule for c in record.rows(Crossing, member=member) if c.duty_since == since}
    return [(rule, when) for rule, when, _ in limits_of(now, since) if when <= now.moment.at and rule not in known]


def _facts(record: Record, then: Watches, crossing: Crossing) -> list[Fact]:
    facts = [entered(crossing, None, record.now)]
    if crossing.rule == "relief-overdue":
        tasking = relief_tasking(then, crossing)
        if record.row(Tasking, tasking.key) is None:
            facts.append(tasking.received())
    return facts


def next_crossing(views: Views, after: datetime, until: datetime) -> datetime | None:
    """The next instant after ``after`` and not after ``until`` at which the duty of somebody in a command or tour
    position crosses a limit, as far as duty is known now; None when there is none."""
    watches = Watches(snapshot(views, at=after), after)
    held = posts(watches)
    found = crossings(watches, [m for m in suspects(watches) if m in held], after, until)
    return found[0][0] if found else None
