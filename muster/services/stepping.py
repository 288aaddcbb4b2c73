"""Steps of escalations that are due: all that a worker claimed in one transaction."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta

from muster.domain.errors import MusterError
from muster.domain.escalating import Reach, step
from muster.domain.escalation import Escalation
from muster.domain.record import Fact
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Record
from muster.services.kept import Kept

AGAIN = timedelta(minutes=1)
"""When a step that failed is tried again; the auditor alarms meanwhile."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step that was taken: what happened to the escalation, as its facts say."""

    escalation: str
    facts: tuple[Fact, ...]


def step_due(record: Record, names: Collection[str], kept: Kept | None = None) -> list[Stepped]:
    """Take the next step of each of these escalations that is due now. Safe to repeat: what is not due is left.
    ``kept``: what the same worker knew at its last steps."""
    now = record.now
    found = [e for e in record.rows(Escalation, key=names) if e.due_at is not None and e.due_at <= now]
    if not found:
        return []
    taskings = {t.tasking: t for t in record.rows(Tasking, key=[e.tasking for e in found])}
    kept = kept or Kept()
    reach = Reach(Watches(kept.snapshot(record), now), kept.channels(record))
    done = [Stepped(e.tasking, tuple(_step(reach, e, taskings[e.tasking]))) for e in found]
    record.append(fact for each in done for fact in each.facts)
    return done


def _step(reach: Reach, escalation: Escalation, tasking: Tasking) -> Iterator[Fact]:
    """One step. One that cannot be taken keeps none of the others from theirs."""
    try:
        yield from step(reach, escalation, tasking)
    except MusterError as said:
        yield escalation.faulted(str(said)[:500], reach.at, reach.at + AGAIN)
    except Exception as fault:
        yield escalation.faulted(f"a fault of Muster: {type(fault).__name__}", reach.at, reach.at + AGAIN)
