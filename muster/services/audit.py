"""The audit of reach, apart from the worker: what should have happened by now and has not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.taskings import Tasking
from muster.ports import Views

Finding = Literal["step-overdue", "contact-overdue", "nobody-sought", "unaccepted", "fault"]

TOLERANCE = timedelta(seconds=90)
"""How late something may be: a lease of a worker that was killed, and some time for the next to do it."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something wrong: about which tasking or test, since when, in words."""

    what: Finding
    about: str
    since: datetime
    says: str


def audit(views: Views, at: datetime) -> list[Found]:
    """What is overdue at the instant; empty: all is well. An escalation that went through its whole chain unanswered is
    found as well: somebody has to look, whether or not the worker does its work."""
    late = at - TOLERANCE
    escalations = {e.tasking: e for e in views.rows(Escalation, state="running")}
    found = [
        Found("step-overdue", e.tasking, e.due_at, "the next step is overdue: is a worker running?")
        for e in escalations.values()
        if e.due_at is not None and e.due_at < late
    ]
    found += [
        Found("contact-overdue", c.key, c.due_at, f"not sent to {c.member} by {c.channel}: is a worker running?")
        for c in views.rows(Contact, state="waiting")
        if c.due_at is not None and c.due_at < late
    ]
    found += [
        Found("unaccepted", e.tasking, at, f"NOBODY has accepted it after {e.round - 1} rounds of its chain")
        for e in escalations.values()
        if e.round > 1
    ]
    found += [
        Found("nobody-sought", t.tasking, t.received_at, f"open, not accepted, and nobody is sought; {t.owner} owns it")
        for t in views.rows(Tasking, result=None, accepted_by=None)
        if t.tasking not in escalations
    ]
    return sorted(found, key=lambda f: (f.since, f.about))
