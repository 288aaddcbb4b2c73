"""The contact log of a tasking: whom its escalation asked and passed over, when, and what came of it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from muster.domain.contact import CALLED, Contact
from muster.domain.errors import Unknown
from muster.domain.escalation import Escalation
from muster.domain.record import Recorded
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.tasking_history import was_so
from muster.services.taskings import tasking_named


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened: ``says`` in words, without what touches health or rest."""

    at: datetime
    kind: str
    member: str | None
    says: str


@dataclass(frozen=True, slots=True)
class ContactLog:
    """How a tasking was brought to people, in order of time, and how that stands."""

    tasking: Tasking
    escalation: Escalation
    contacts: tuple[Contact, ...]
    entries: tuple[Entry, ...]


def contact_log(views: Views, name: str, known_at: datetime | None = None) -> ContactLog:
    """The log of a tasking, as it was at an instant (None: now). Raises ``Unknown`` for a tasking that is not there, or
    that is older than reach."""
    tasking = tasking_named(views, name, known_at)
    escalation = views.row(Escalation, name, known_at=known_at)
    if escalation is None:
        raise Unknown(f"tasking {name}: nobody was sought for it; it was received before this version of Muster")
    contacts = [c for c in views.rows(Contact, subject=name, known_at=known_at) if c.purpose not in CALLED]
    streams, by_stream = [escalation.stream, f"{Contact.NOUN}/{name}/"], {c.stream: c for c in contacts}
    facts_then = (f for f in views.facts(streams=streams) if was_so(f, known_at, known_at))
    mine = (f for f in facts_then if f.stream == escalation.stream or f.stream in by_stream)
    facts = sorted(mine, key=lambda f: (f.effective_at, f.seq))
    entries = tuple(_entry(f, by_stream.get(f.stream)) for f in facts)
    return ContactLog(tasking, escalation, tuple(contacts), entries)


def _entry(fact: Recorded, contact: Contact | None) -> Entry:
    body = json.loads(fact.body)
    member = contact.member if contact else body.get("member")
    says = _of_contact(fact, contact, body) if contact else _of_escalation(fact, body)
    return Entry(datetime.fromisoformat(fact.effective_at), fact.kind, member, says)


def _of_contact(fact: Recorded, contact: Contact, body: dict[str, Any]) -> str:
    verb = fact.kind.partition(".")[2]
    how = f"{contact.member} by {contact.channel}"
    if verb == "queued":
        return f"{how}, to {'decide' if contact.purpose == 'decide' else 'know'}: {contact.says}"
    if verb == "answered":
        to = f", {body['to']}" if "to" in body else ""
        return f"{contact.member} answered: {body['answer']}{to}"  # why somebody refused may touch health
    why = body.get("why") or body.get("note")
    return f"{how}: {verb.replace('-', ' ')}" + (f" ({why})" if why else "")


def _of_escalation(fact: Recorded, body: dict[str, Any]) -> str:
    verb = fact.kind.partition(".")[2]
    passed = "; ".join(f"{s['position']} passed over ({s['why']})" for s in body.get("skipped", ()))
    if verb == "started":
        said = "to be asked, in order: " + ", ".join(body["chain"])
    elif verb == "stepped":
        said = f"step {body['step']}: {body['member']} ({body['position']}) is asked"
    elif verb == "answered":
        said = f"{body['member']} ({body['position']}) has it"
    else:
        said = f"{'ALARM: ' if verb == 'alarmed' else ''}{body.get('why', verb)}"
    return f"{said}. {passed}" if passed else said
