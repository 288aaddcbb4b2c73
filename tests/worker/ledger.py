"""What must be so after any fault, found from the record and from what the gateway noted, not from what a worker says.

Each function returns what is wrong, a line each; nothing: all is well.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import inf
from typing import Any, Final

from muster.bootstrap import verify_views
from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.record import Recorded
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.record import verify
from muster.store.store import SqlStore
from tests.worker.sinking import Arrival

SLACK_SECONDS = 2.0
"""How much later than a kill the gateway may read what was on its way to it."""


EVERYBODY: Final = "everybody"


@dataclass(frozen=True, slots=True)
class Kill:
    """When a process was killed, and which: as gateways know it. ``EVERYBODY``: what all of them need."""

    at: float
    who: str


def wrong(
    store: SqlStore, came: Sequence[Arrival], kills: Sequence[Kill], at: datetime, lease: float = inf
) -> list[str]:
    """All that is wrong with a record that nobody works on any more. ``at``: by when everything that was due is to be
    done; ``lease``: in seconds that really pass."""
    with store.reading() as views:
        whole = verify(views)
        found = [] if whole.whole else list(whole.says())
        found += [*lost(views, at), *skipped(views), *asked_again(views), *unsent(views, came, at)]
    found += repeated(came, kills, lease)
    return [*found, *verify_views(store)]


def lost(views: Views, at: datetime) -> Iterator[str]:
    """Taskings for which somebody should be sought and is not, or that stand still."""
    sought = {e.tasking: e for e in views.rows(Escalation)}
    for tasking in views.rows(Tasking):
        escalation = sought.get(tasking.tasking)
        if escalation is None:
            yield f"LOST {tasking.tasking}: nobody was ever sought"
        elif tasking.is_open and tasking.accepted_by is None and not (escalation.runs and escalation.due_at):
            yield f"LOST {tasking.tasking}: open, not accepted, and {escalation.state} due {escalation.due_at}"
        elif not tasking.is_open and escalation.due_at is not None:
            yield f"AGAIN {tasking.tasking}: closed, and its next step is due {escalation.due_at}"
        elif escalation.due_at is not None and escalation.due_at < at:
            yield f"LOST {tasking.tasking}: its step was due {escalation.due_at} and was not taken"


def skipped(views: Views) -> Iterator[str]:
    """Steps that are missing, and positions of a chain that were neither asked nor passed over, in order."""
    for stream, facts in _by_stream(views, "escalation/").items():
        now: Escalation | None = None
        for said in facts:
            verb, body = said.kind.partition(".")[2], json.loads(said.body)
            if now is not None:
                yield from (f"{stream} {said.seq}: {wrong}" for wrong in _out_of_order(now, verb, body))
            now = Escalation.after(now, verb, body)


def _out_of_order(now: Escalation, verb: str, body: Mapping[str, Any]) -> Iterator[str]:
    passed = [s["position"] for s in body.get("skipped", ())]
    if verb == "stepped":
        if body["step"] != now.step + 1:
            yield f"SKIPPED: step {body['step']} follows step {now.step}"
        if [*passed, body["position"]] != list(now.chain[now.place : body["place"]]):
            yield f"SKIPPED: {passed} and {body['position']}, where the chain goes on with {now.chain[now.place :]}"
        if body["member"] in now.asked:
            yield f"AGAIN: {body['member']} was asked in this round already"
    elif verb in ("alarmed", "widened") and passed != list(now.chain[now.place :]):
        yield f"SKIPPED: the round ends after {passed}, not after {now.chain[now.place :]}"


def asked_again(views: Views) -> Iterator[str]:
    """Decisions that were asked of anybody, or steps that were taken, after somebody had accepted or it was closed,
    unless the tasking was refused or handed on after that. Told by what happened to taskings, not to escalations."""
    over = dict[str, int]()
    for said in views.facts():
        noun, _, verb = said.kind.partition(".")
        name = said.stream.split("/")[1]
        if noun == "tasking" and verb in ("accepted", "taken-over", "closed"):
            over[name] = said.seq
        elif noun == "tasking" and verb in ("refused", "delegated", "sent", "offered"):
            over.pop(name, None)
        elif name in over and (said.kind == "escalation.stepped" or _asks(said)):
            yield f"AGAIN {said.stream} {said.kind} {said.seq}: it was over at {over[name]}"


def _asks(said: Recorded) -> bool:
    return said.kind == "contact.queued" and said.stream.split("/")[2] == "decide"


def unsent(views: Views, came: Iterable[Arrival], at: datetime) -> Iterator[str]:
    """Contacts that were to be sent and were not, or are on record as sent and did not come; and steps without any."""
    taken = {a.reference for a in came if a.taken}
    contacts = views.rows(Contact)
    for contact in contacts:
        if contact.state == "sent" and contact.key not in taken:
            yield f"LOST {contact.key}: on record as sent, and never came"
        if contact.waits and contact.due_at is None:
            yield f"LOST {contact.key}: waits, and is never due"
        if contact.due_at is not None and contact.due_at < at:
            yield f"LOST {contact.key}: was due {contact.due_at} and was not sent"
    yield from (
        f"UNKNOWN {reference}: came and is not in the record" for reference in taken - {c.key for c in contacts}
    )
    there = {(c.subject, c.step, c.member) for c in contacts if c.purpose == "decide"}
    for stream, facts in _by_stream(views, "escalation/").items():
        subject = stream.partition("/")[2]
        for body in (json.loads(f.body) for f in facts if f.kind == "escalation.stepped"):
            if (subject, body["step"], body["member"]) not in there:
                yield f"LOST {stream}: step {body['step']} asked {body['member']} by no channel"


def repeated(came: Iterable[Arrival], kills: Sequence[Kill], lease: float) -> Iterator[str]:
    """Messages that came again without being marked; and those that came again although whoever had sent them before
    was not killed and their lease ran. A send begins in its first half, so that what comes again after less than half
    a lease was given to two at once."""
    for reference, arrivals in _by_reference(came).items():
        yield from (f"UNMARKED {reference}: came again" for each in arrivals[1:] if not each.repeat)
        for before, again in _twice(arrivals, kills):
            if again.at - before.at < lease / 2:
                yield f"TWICE {reference}: came again, and {before.sender or 'its sender'} had not been killed"


def stalled(came: Iterable[Arrival], kills: Sequence[Kill]) -> int:
    """How many messages came again because a machine was too busy to record them while their lease ran."""
    return sum(1 for arrivals in _by_reference(came).values() for _ in _twice(arrivals, kills))


def _by_reference(came: Iterable[Arrival]) -> dict[str, list[Arrival]]:
    found = defaultdict[str, list[Arrival]](list)
    for each in came:
        found[each.reference].append(each)
    return found


def _twice(arrivals: Iterable[Arrival], kills: Sequence[Kill]) -> Iterator[tuple[Arrival, Arrival]]:
    """What came again although nobody was killed whom that could have cost the claim."""
    for before, again in pairwise(a for a in arrivals if a.taken):
        if not any(_explains(kill, before, again) for kill in kills):
            yield before, again


def _explains(kill: Kill, before: Arrival, again: Arrival) -> bool:
    return kill.who in (before.sender, EVERYBODY) and before.at - SLACK_SECONDS <= kill.at <= again.at


def duplicates(came: Iterable[Arrival]) -> int:
    """How many messages came more often than once."""
    return sum(1 for times in Counter(a.reference for a in came if a.taken).values() if times > 1)


def steps(views: Views) -> dict[str, list[tuple[str, ...]]]:
    """What became of each tasking, in order: who was asked in which step and position, and how each round ended."""
    found = {}
    for stream, facts in _by_stream(views, "escalation/").items():
        told = [(f.kind.partition(".")[2], json.loads(f.body)) for f in facts]
        found[stream] = [
            (verb, *(str(body.get(name, "")) for name in ("step", "position", "member")))
            for verb, body in told
            if verb not in ("started", "hastened")
        ]
    return found


def _by_stream(views: Views, prefix: str) -> dict[str, list[Recorded]]:
    found = defaultdict[str, list[Recorded]](list)
    for said in views.facts(streams=[prefix]):
        found[said.stream].append(said)
    return found


def overdue(views: Views, at: datetime, tolerance: timedelta) -> int:
    """How much is due for longer than that."""
    escalations = [e.due_at for e in views.rows(Escalation, state="running")]
    contacts = [c.due_at for c in views.rows(Contact, state="waiting")]
    return sum(1 for due in (*escalations, *contacts) if due is not None and due < at - tolerance)
