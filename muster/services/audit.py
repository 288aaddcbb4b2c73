"""The audit of reach, apart from the worker: what should have happened by now and has not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from muster.domain.calling_offers import Offering
from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.unheld import unheld

Finding = Literal["step-overdue", "contact-overdue", "offers-overdue", "nobody-sought", "unaccepted", "fault"]

TOLERANCE = timedelta(seconds=90)
"""How late something may be: a lease of a worker that was killed, and some time for the next to do it."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something wrong: about which tasking, call-in or test, since when, in words."""

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
        Found(
            "offers-overdue", o.call_in, o.due_at, f"round {o.round} of its offers is undecided: is a worker running?"
        )
        for o in views.rows(Offering, state="running")
        if o.due_at is not None and o.due_at < late
    ]
    taskings = views.rows(Tasking, result=None)
    found += [
        Found("unaccepted", t.tasking, t.received_at, _unaccepted(t, escalations[t.tasking]))
        for t in taskings
        if t.tasking in escalations and escalations[t.tasking].round > 1
    ]
    found += [
        Found("nobody-sought", t.tasking, t.received_at, f"open, not accepted, and nobody is sought; {t.owner} owns it")
        for t in taskings
        if t.accepted_by is None and t.tasking not in escalations
    ]
    found += [
        Found(
            "nobody-sought", t.tasking, since, f"nobody holds {t.owner} any more, which owns it: is a worker running?"
        )
        for t, since in unheld(views, at)
        if since < late and t.tasking not in escalations
    ]
    return sorted(found, key=lambda f: (f.since, f.about))


def _unaccepted(tasking: Tasking, escalation: Escalation) -> str:
    rounds = escalation.round - 1
    times = "once" if rounds == 1 else f"{rounds} times"
    if tasking.accepted_by is not None:
        return f"handed on by {tasking.owner}, and NOBODY has accepted that; the chain was gone through {times}"
    return f"NOBODY has accepted it; its chain was gone through {times}"
