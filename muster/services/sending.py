"""Contacts that are due: what is sent to whom, and what came of it. Nothing is sent inside a transaction."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from muster.domain.contact import Contact, Doubt
from muster.domain.escalation import Escalation
from muster.domain.force import Unit
from muster.domain.members import ContactPoint
from muster.domain.message import message_of, message_of_test
from muster.domain.record import Fact, entered
from muster.domain.taskings import Tasking
from muster.ports import Delivery, Due, Links, Message, Record, Views
from muster.services.offices import force_of

MOST_TRIES = 3
FIRST_PAUSE = timedelta(seconds=5)
"""Before a channel is tried again; the next pause is three times as long."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A contact that is due, with what to send; ``message`` None: nothing, and ``why`` not."""

    contact: Contact
    message: Message | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a contact: ``delivery`` None where nothing was sent."""

    outgoing: Outgoing
    delivery: Delivery | None


def outgoing(views: Views, claimed: Collection[Due], links: Links) -> list[Outgoing]:
    """What to send for each contact that was claimed. What was sent meanwhile, or is not wanted any more, is left out
    or without a message."""
    tries = {due.key: due.tries for due in claimed}
    contacts = [c for c in views.rows(Contact, key=tries.keys()) if c.due_at is not None]
    subjects = {c.subject for c in contacts}
    taskings = {t.tasking: t for t in views.rows(Tasking, key=subjects)}
    sought = {e.tasking for e in views.rows(Escalation, key=subjects) if e.runs}
    addresses = _addresses(views, {c.member for c in contacts})
    zone = ZoneInfo(force_of(views).zone)
    places = {u.unit: u.name for u in views.rows(Unit, unit={t.place for t in taskings.values()})}
    found = []
    for contact in contacts:
        tasking = taskings.get(contact.subject)
        address = addresses.get((contact.member, contact.channel))
        why = _not_wanted(contact, tasking, contact.subject in sought, address)
        if why or address is None:
            found.append(Outgoing(contact, None, why))
            continue
        link = links.url(contact.key)
        title, text = (
            message_of(contact, tasking, place=places[tasking.place], zone=zone, now=views.now, link=link)
            if tasking
            else message_of_test(link)
        )
        repeat = tries[contact.key] > 1
        found.append(Outgoing(contact, Message(contact.key, contact.channel, address, title, text, repeat)))
    return found


def _addresses(views: Views, members: Collection[str]) -> dict[tuple[str, str], str]:
    points = views.rows(ContactPoint, member=members)
    texts = views.unseal({p.address for p in points})
    return {(p.member, p.channel): texts[p.address] for p in points if p.address in texts}


def _not_wanted(contact: Contact, tasking: Tasking | None, sought: bool, address: str | None) -> str:
    """Why a contact is not sent; empty: it is."""
    if contact.state == "sent":
        return "not answered in time"
    if contact.purpose == "decide" and (tasking is None or not tasking.is_open):
        return "it was closed"
    if contact.purpose == "decide" and not sought:
        return "somebody has it"
    return "" if address is not None else "there is no such contact point any more"


def record_outcomes(record: Record, outcomes: Iterable[Outcome]) -> None:
    """Record what came of contacts. A failure brings the next channel forward; where none is left, the next step."""
    found = list(outcomes)
    now = {c.key: c for c in record.rows(Contact, key=[o.outgoing.contact.key for o in found])}
    facts: list[Fact] = []
    for outcome in found:
        contact = now[outcome.outgoing.contact.key]
        if contact.due_at is not None:  # else another worker was faster
            facts += _came_of(record, contact, outcome)
    record.append(_once(facts))


def _came_of(record: Record, contact: Contact, outcome: Outcome) -> Iterator[Fact]:
    at, delivery = record.now, outcome.delivery
    if contact.state == "sent":
        yield contact.unanswered(at)
        yield from _doubted(record, contact, "a communication test was not answered", at)
    elif delivery is None and outcome.outgoing.why.startswith("there is no"):
        yield contact.failed(outcome.outgoing.why, at)
        yield from _next_channel(record, contact, at)
    elif delivery is None:
        yield contact.spared(outcome.outgoing.why, at)
    elif delivery.state == "sent":
        yield contact.sent(at)
    elif delivery.state == "try-again" and contact.tries + 1 < MOST_TRIES:
        yield contact.postponed(at + FIRST_PAUSE * 3**contact.tries, delivery.says, at)
    else:
        yield contact.failed(delivery.says, at)
        yield from _doubted(record, contact, delivery.says, at)
        yield from _next_channel(record, contact, at)


def _doubted(record: Record, contact: Contact, why: str, at: datetime) -> Iterator[Fact]:
    doubt = Doubt(member=contact.member, channel=contact.channel, since=at, why=why)
    if record.row(Doubt, doubt.key) is None:
        yield entered(doubt, None, at)


def _next_channel(record: Record, contact: Contact, at: datetime) -> Iterator[Fact]:
    """The member's next channel is due at once; where there is none left and nothing was sent, the next step is."""
    same = record.rows(Contact, subject=contact.subject, member=contact.member)
    others = [c for c in same if (c.purpose, c.step) == (contact.purpose, contact.step) and c.key != contact.key]
    waiting = sorted((c for c in others if c.waits and c.due_at is not None), key=lambda c: (c.due_at, c.channel))
    if waiting:
        if waiting[0].due_at is not None and waiting[0].due_at > at:
            yield waiting[0].hastened(at)
    elif contact.purpose == "decide" and all(c.state == "failed" for c in others):
        escalation = record.row(Escalation, contact.subject)
        if escalation is not None and escalation.step == contact.step:
            yield from escalation.hastened(f"no channel reaches {contact.member}", at)


def _once(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, each said once: two channels of a member that fail together have the same that follows."""
    kept: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        kept.setdefault((fact.stream, fact.kind), fact)
    return list(kept.values())
