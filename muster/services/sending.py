"""Contacts that are due: what is sent to whom, and what came of it. Nothing is sent inside a transaction."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from muster.domain.calling_in import CallIn
from muster.domain.calling_offers import Offer
from muster.domain.contact import CALLED, Contact, Doubt, offer_key
from muster.domain.escalation import Escalation
from muster.domain.force import Unit
from muster.domain.members import ContactPoint
from muster.domain.message import message_of, message_of_call_in, message_of_test
from muster.domain.record import Fact, entered
from muster.domain.taskings import Tasking
from muster.ports import Delivery, Due, Links, Message, Record, Views
from muster.services.offices import force_of
from muster.services.reach import Channels

NO_POINT = "there is no such contact point any more"
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
    subjects = _Subjects(views, contacts)
    addresses = _addresses(views, {c.member for c in contacts})
    found = []
    for contact in contacts:
        address = addresses.get((contact.member, contact.channel))
        why = subjects.not_wanted(contact) or ("" if address is not None else NO_POINT)
        if why or address is None:
            found.append(Outgoing(contact, None, why))
            continue
        title, text = subjects.message(contact, links.url(contact.key))
        repeat = tries[contact.key] > 1 or contact.tries > 0  # a gateway that was late may have carried it
        found.append(Outgoing(contact, Message(contact.key, contact.channel, address, title, text, repeat)))
    return found


class _Subjects:
    """What contacts are about, read in one go."""

    def __init__(self, views: Views, contacts: Collection[Contact]) -> None:
        self._now, self._zone = views.now, ZoneInfo(force_of(views).zone)
        subjects = {c.subject for c in contacts if c.purpose not in CALLED}
        self._taskings = {t.tasking: t for t in views.rows(Tasking, key=subjects)}
        self._sought = {e.tasking for e in views.rows(Escalation, key=subjects) if e.runs}
        call_ins = {c.subject for c in contacts if c.purpose in CALLED}
        self._call_ins = {c.call_in: c for c in views.rows(CallIn, key=call_ins)}
        offers = {offer_key(c) for c in contacts if c.purpose == "offer"}
        self._open = {o.key for o in views.rows(Offer, key=offers) if o.state == "open"}
        units = {t.place for t in self._taskings.values()} | {c.unit for c in self._call_ins.values()}
        self._places = {u.unit: u.name for u in views.rows(Unit, unit=units)}

    def not_wanted(self, contact: Contact) -> str:
        """Why a contact is not sent; empty: it is, if there is an address."""
        if contact.state == "sent":
            return "not answered in time"
        if contact.purpose == "offer":
            return "" if offer_key(contact) in self._open and self._now < contact.expires_at else "the offer has ended"
        tasking = self._taskings.get(contact.subject)
        if contact.purpose == "decide" and (tasking is None or not tasking.is_open):
            return "it was closed"
        if contact.purpose == "decide" and contact.subject not in self._sought:
            return "somebody has it"
        return ""

    def message(self, contact: Contact, link: str) -> tuple[str, str]:
        """The title and the text."""
        if contact.purpose in CALLED:
            call_in = self._call_ins[contact.subject]
            place = self._places.get(call_in.unit, call_in.unit)
            return message_of_call_in(contact, call_in, place=place, zone=self._zone, now=self._now, link=link)
        tasking = self._taskings.get(contact.subject)
        if tasking is None:
            return message_of_test(link)
        place = self._places.get(tasking.place, tasking.place)
        return message_of(contact, tasking, place=place, zone=self._zone, now=self._now, link=link)


def _addresses(views: Views, members: Collection[str]) -> dict[tuple[str, str], str]:
    points = views.rows(ContactPoint, member=members)
    texts = views.unseal({p.address for p in points})
    return {(p.member, p.channel): texts[p.address] for p in points if p.address in texts}


def record_outcomes(record: Record, outcomes: Iterable[Outcome]) -> None:
    """Record what came of contacts. A failure brings the next channel forward; where none is left, the next step."""
    found = list(outcomes)
    came = _Came(record, {c.key: c for c in record.rows(Contact, key=[o.outgoing.contact.key for o in found])})
    facts: list[Fact] = []
    for outcome in found:
        contact = came.contacts[outcome.outgoing.contact.key]
        if _is_news(contact, outcome):
            facts += came.of(contact, outcome)
    record.append(_once(facts))


def _is_news(contact: Contact, outcome: Outcome) -> bool:
    """Whether it is not on record yet: another worker may have been faster, or a database that was lost has kept it
    after all. That a message went out is on record in any case, also where it was no longer needed."""
    if outcome.delivery is not None and outcome.delivery.state == "sent":
        return contact.state != "sent"
    seen = outcome.outgoing.contact
    return contact.due_at is not None and (contact.state, contact.tries) == (seen.state, seen.tries)


@dataclass(slots=True)
class _Came:
    """What came of contacts in one transaction; ``contacts``: as they stand after what came of those before."""

    record: Record
    contacts: dict[str, Contact]

    def of(self, contact: Contact, outcome: Outcome) -> list[Fact]:
        """The facts about one contact, and what follows."""
        fact, why = _fact(contact, outcome, self.record.now)
        after = Contact.after(contact, fact.kind.partition(".")[2], fact.body)
        assert after is not None  # no fact takes a contact away
        self.contacts[contact.key] = after
        if after.state == "failed":
            return [fact, *self._doubted(after, why), *self._next_channel(after)]
        return [fact, *(self._doubted(after, why) if fact.kind == "contact.unanswered" else ())]

    def _doubted(self, contact: Contact, why: str) -> Iterator[Fact]:
        at = self.record.now
        doubt = Doubt(member=contact.member, channel=contact.channel, since=at, why=why)
        if self.record.row(Doubt, doubt.key) is None:
            yield entered(doubt, None, at)

    def _next_channel(self, contact: Contact) -> Iterator[Fact]:
        """The member's next channel is due at once. Where there is none left and nothing was sent, a notice has reached
        nobody, and a decision is asked of the next."""
        at = self.record.now
        there = self.record.rows(Contact, subject=contact.subject, member=contact.member)
        same = [self.contacts.get(c.key, c) for c in there]
        same = [c for c in same if (c.purpose, c.step) == (contact.purpose, contact.step)]
        waiting = min((c for c in same if c.waits), key=lambda c: (c.due_at or at, c.channel), default=None)
        if waiting is not None:
            if waiting.due_at is not None and waiting.due_at > at:
                yield waiting.hastened(at)
        elif any(c.state != "failed" for c in same):
            return
        elif contact.purpose == "decide":
            escalation = self.record.row(Escalation, contact.subject)
            if escalation is not None and escalation.step == contact.step:
                yield from escalation.hastened(f"no channel reaches {contact.member}", at)
        else:
            yield from self._another_way(contact, {c.channel for c in same})

    def _another_way(self, contact: Contact, tried: Collection[str]) -> Iterator[Fact]:
        """A notice goes by one channel, and by the next only when that cannot carry it. A test is of its channel."""
        left = [way for way in Channels(self.record)(contact.member) if way not in tried]
        if contact.purpose in ("notice", "outcome", "returns") and left:
            at = self.record.now
            new = replace(contact, channel=left[0], queued_at=at, due_at=at, state="waiting", tries=0, note=None)
            self.contacts[new.key] = new
            yield new.queued()


def _fact(contact: Contact, outcome: Outcome, at: datetime) -> tuple[Fact, str]:
    """What came of a contact, with why in words."""
    delivery, why = outcome.delivery, outcome.outgoing.why
    if delivery is None and contact.state == "sent":
        return contact.unanswered(at), "a communication test was not answered"
    if delivery is None:
        lost = why == NO_POINT
        return (contact.failed(why, at) if lost else contact.spared(why, at)), why
    if delivery.state == "sent":
        return contact.sent(at), ""
    if delivery.state == "try-again" and contact.tries + 1 < MOST_TRIES:
        return contact.postponed(at + FIRST_PAUSE * 3**contact.tries, delivery.says, at), delivery.says
    return contact.failed(delivery.says, at), delivery.says


def _once(facts: Iterable[Fact]) -> list[Fact]:
    """The facts, each said once: two channels of a member that fail together have the same that follows."""
    kept: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        kept.setdefault((fact.stream, fact.kind), fact)
    return list(kept.values())
