"""What time brings about by itself: limits crossed, and the taskings to relieve that follow."""

from datetime import datetime, timedelta

from muster.domain.record import Fact, entered
from muster.domain.relief import Crossing, crossed, limits_of, on_duty_posts, relief_tasking
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Record, Views
from muster.services.snapshots import snapshot


def tick(record: Record, at: datetime) -> list[Crossing]:
    """Record every limit that somebody on duty in a command or tour position has crossed by ``at`` and that is not in
    the record yet, and open a tasking to relieve where relief is overdue. Repeating it records nothing more."""
    facts_of_force = snapshot(record)
    now = Watches(facts_of_force, at)
    found: list[Crossing] = []
    facts: list[Fact] = []
    for member, unit, position in on_duty_posts(now):
        for rule, when in _new_limits(record, now, member):
            then = Watches(facts_of_force, when)
            crossing = next(c for c in crossed(then, member, unit, position) if c.rule == rule)
            found.append(crossing)
            facts += _facts(record, then, crossing)
    record.append(sorted(facts, key=lambda f: f.effective_at))
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
    """The next instant after ``after`` and not after ``until`` at which a tick can find something: a limit of a duty
    that runs now, or as late as a duty that begins after now could cross its first one; None when there is none."""
    watches = Watches(snapshot(views), after)
    running = [watches.moment.fitness(member).since for member, _, _ in on_duty_posts(watches)]
    limits = [when for since in running if since for _, when, _ in limits_of(watches, since) if when > after]
    first = min((when for _, when, _ in limits_of(watches, after)), default=until + timedelta(seconds=1))
    soonest = min([*limits, first])
    return soonest if soonest <= until else None
