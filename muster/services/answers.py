"""Answers: what a member who was contacted says, by link, API or command line. Refusals are recorded as well."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from muster.domain.contact import Contact, Doubt
from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.domain.members import Appointment
from muster.domain.presence import holds
from muster.domain.record import Fact, removed
from muster.domain.taskings import Tasking
from muster.domain.valid import valid_text
from muster.ports import Record, Views
from muster.services import taskings
from muster.services.reach import append
from muster.services.routing import position_of

Word = Literal["received", "accepted", "refused", "handed", "taken-over", "not-me"]
WORDS: tuple[Word, ...] = ("received", "accepted", "refused", "handed", "taken-over", "not-me")
MOST_REFUSALS = 20
"""So many refused uses of one link are recorded; whoever goes on trying does not fill the record."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers. ``reason``: why, for a refusal; ``to``: the position or member it is handed to; ``once``:
    a word that makes the same answer sent twice over a bad line one answer."""

    word: Word
    reason: str | None = None
    to: str | None = None
    once: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """How an answer was taken: ``says`` is for the one who gave it. ``tasking`` None: it was a communication test."""

    ok: bool
    says: str
    contact: Contact
    tasking: Tasking | None


def contact_named(views: Views, key: str) -> Contact:
    """The contact. Raises ``Unknown``."""
    found = views.row(Contact, key)
    if found is None:
        raise Unknown(f"contact {key!r} is not in the record; 'muster reach show TASKING' lists them")
    return found


def answer(record: Record, key: str, given: Answer, at: datetime) -> Answered:
    """Take an answer to a contact. What cannot be done is refused with the reason, and that is recorded as well; so
    this raises only ``Unknown``, for a contact that there is not."""
    contact = contact_named(record, key)
    if contact.answer is not None and given.once is not None and _was_given(record, contact, given):
        return _now(record, contact, True, _says(record, contact, given))
    try:
        _must_be_usable(record, contact, given, at)
        done = _take(record, contact, given, at)
    except MusterError as said:
        return refused(record, contact, str(said), at, given.word)
    record.append(done)
    return _now(record, contact, True, _says(record, contact, given))


def refused(record: Record, contact: Contact, why: str, at: datetime, word: str | None = None) -> Answered:
    """A link that cannot be used, or not like this: the reason is recorded and told."""
    known = sum(1 for _ in record.facts(streams=[contact.stream], kinds=["contact.link-refused"]))
    if known < MOST_REFUSALS:
        record.append([contact.link_refused(why[:500], at, word=word)])
    return _now(record, contact, False, why)


def _must_be_usable(record: Views, contact: Contact, given: Answer, at: datetime) -> None:
    if at >= contact.expires_at:
        raise Refused("this link has expired: ask whoever is in command for what is still open")
    position = contact.position
    held = record.rows(Appointment, at=at, member=contact.member, position=position) if position else []
    if position and not any(holds(a, at) for a in held):
        raise Refused(f"{contact.member} does not hold {position} any more: the link ended with the appointment")
    if contact.answer is not None:
        raise Refused(f"this link was used already: {contact.answer}. What came after that is done by who owns it now")
    if contact.purpose != "decide" and given.word != "received":
        raise Refused("this only lets you know: it can be received, and needs no other answer")


def _take(record: Record, contact: Contact, given: Answer, at: datetime) -> list[Fact]:
    """Do what was answered; returns the facts about the contact."""
    if given.word == "received":
        return [*_received(record, contact, at)]
    tasking = taskings.tasking_named(record, contact.subject)
    position = contact.position or tasking.owner
    if given.word == "accepted":
        _must_be_free(record, tasking, contact, at)
        taskings.accept(record, tasking.tasking, contact.member, at, position)
    elif given.word == "taken-over":
        taskings.take_over(record, tasking.tasking, contact.member, position, at)
    elif given.word == "refused":
        taskings.refuse(record, tasking.tasking, contact.member, given.reason or "", at)
    else:
        _hand_on(record, tasking, contact, given, at)
    said = contact.answered(given.word, at, reason=given.reason, to=given.to, once=given.once)
    return [*_received(record, contact, at, others_only=True), said]


def _must_be_free(record: Views, tasking: Tasking, contact: Contact, at: datetime) -> None:
    """Two who accept at the same instant: the first has it, the other is told who."""
    taken = tasking.accepted_by
    if tasking.is_open and taken is not None and taken != contact.member and contact.position not in tasking.offered_to:
        raise Refused(f"{taken} ({tasking.owner}) has it already; whoever stands over {tasking.owner} can take it over")


def _received(record: Views, contact: Contact, at: datetime, *, others_only: bool = False) -> list[Fact]:
    """The member has it: other channels of the same step are spared, and the one it came by is no longer in doubt."""
    facts = [] if others_only else contact.received(at)
    if contact.received_at is None:
        same = record.rows(Contact, subject=contact.subject, member=contact.member)
        facts += [
            c.spared(f"received by {contact.channel}", at)
            for c in same
            if c.waits and c.key != contact.key and (c.purpose, c.step) == (contact.purpose, contact.step)
        ]
        doubt = record.row(Doubt, f"{contact.member}/{contact.channel}")
        facts += [removed(doubt, at)] if doubt is not None else []
    return facts


def _hand_on(record: Record, tasking: Tasking, contact: Contact, given: Answer, at: datetime) -> None:
    """The owner delegates it; whoever only was asked names somebody else, who is asked next."""
    if not given.to:
        raise Invalid("say to whom: the position, or the member who holds it")
    to = _position_for(record, given.to, at)
    position = contact.position or tasking.owner
    if to == position:
        raise Invalid(f"{given.to} holds {position}, as you do: name somebody in another position")
    if position == tasking.owner and given.word == "handed":
        taskings.delegate(record, tasking.tasking, contact.member, to, at)
        return
    why = f"{given.word.replace('-', ' ')}: {given.to}"
    named = tasking.offer(to, contact.member, at)
    append(record, [*tasking.refuse(position, contact.member, valid_text("this answer", "to", why), at), *named])


def _position_for(record: Views, name: str, at: datetime) -> str:
    """The position of that name, or the one that the member of that name holds; the first of several."""
    held = [a for a in record.rows(Appointment, at=at, member=name) if holds(a, at)]
    return held[0].position if held else position_of(record, name, at).position


def _was_given(record: Views, contact: Contact, given: Answer) -> bool:
    """Whether this very answer was taken before: the line broke and it was sent once more."""
    said = [json.loads(f.body) for f in record.facts(streams=[contact.stream], kinds=["contact.answered"])]
    return any(body.get("once") == given.once and body["answer"] == given.word for body in said)


def _now(record: Views, contact: Contact, ok: bool, says: str) -> Answered:
    return Answered(ok, says, contact_named(record, contact.key), record.row(Tasking, contact.subject))


def _says(record: Views, contact: Contact, given: Answer) -> str:
    tasking = record.row(Tasking, contact.subject)
    if tasking is None or given.word == "received":
        return "Received. Thank you"
    if given.word in ("accepted", "taken-over"):
        return f"You have it, as {tasking.owner}"
    if given.word == "refused":
        return "Refused. The next in line is asked"
    return f"{given.to} is asked. Until somebody accepts, {tasking.owner} has it"
