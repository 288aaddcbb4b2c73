"""Answers: what a member who was contacted says, by link, API or command line. Refusals are recorded as well."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from muster.domain.contact import ASKING, Contact, Doubt
from muster.domain.errors import Invalid, MusterError, Personal, Refused, Unknown
from muster.domain.escalation import Escalation
from muster.domain.instants import local
from muster.domain.members import Appointment, Member
from muster.domain.record import Fact, removed
from muster.domain.taskings import Tasking
from muster.domain.valid import REF, valid_text
from muster.ports import Record, Views
from muster.services import offers, taskings
from muster.services.contacts import contact_named, tasking_of
from muster.services.offices import force_of, offices_of
from muster.services.reach import append
from muster.services.routing import position_of

Word = Literal["received", "accepted", "refused", "handed", "taken-over", "not-me", "willing"]
WORDS: tuple[Word, ...] = ("received", "accepted", "refused", "handed", "taken-over", "not-me", "willing")
Refusal = Literal["altered", "link-over", "taken", "not-available", "not-now", "invalid", "unknown"]
"""Why an answer was not taken: its link is not whole; it cannot be used any more; somebody else has the tasking; the
hours rules forbid it; it is not allowed as things stand; it is not of its form; it names what there is not."""

MOST_REFUSALS = 20
"""So many refused uses of one link are recorded; whoever goes on trying does not fill the record."""
MOST_ALTERED = 5
"""So many altered links are recorded for one contact: anybody can write one, without ever having had a link."""


class LinkOver(Refused):
    """A link that cannot be used any more: it was used, it expired, or what it rests on ended."""


class Altered(Refused):
    """A link that is not as it was signed: broken on its way, or written by somebody else."""


class Taken(Refused):
    """Somebody else was first and has the tasking."""


_REFUSALS: tuple[tuple[type[MusterError], Refusal], ...] = (
    (Altered, "altered"),
    (LinkOver, "link-over"),
    (Taken, "taken"),
    (Personal, "not-available"),
    (Refused, "not-now"),
    (Invalid, "invalid"),
    (Unknown, "unknown"),
)


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
    """How an answer was taken: ``says`` is for the one who gave it, and nobody else. ``tasking`` None: it was about a
    communication test or a call-in. ``refusal`` None: it was taken."""

    says: str
    contact: Contact
    tasking: Tasking | None
    refusal: Refusal | None = None

    @property
    def ok(self) -> bool:
        """Whether it was taken."""
        return self.refusal is None


def answer(record: Record, key: str, given: Answer, at: datetime) -> Answered:
    """Take an answer to a contact. What is not allowed is refused with the reason, and that is recorded as well; what
    is not of its form is only told back. Raises ``Unknown`` for a contact that there is not, and nothing else."""
    contact = contact_named(record, key)
    try:
        given = _in_form(given, contact)
        if at > record.now:
            raise Invalid("at must not be after now: say it when it has happened")
        if not _was_given(record, contact, given):
            must_be_usable(record, contact, at)
            _must_fit(record, contact, given)
            record.append(_take(record, contact, given, at))
    except MusterError as said:
        return refused(record, contact, said, at, given.word)
    return Answered(_says(record, contact, given, at), contact_named(record, key), tasking_of(record, contact))


def refused(record: Record, contact: Contact, said: MusterError, at: datetime, word: str | None = None) -> Answered:
    """An answer that was not taken, or a link that cannot be used. Why is recorded as everybody may read it, as often
    as there is room for; a slip of the pen is not."""
    kind = next(kind for error, kind in _REFUSALS if isinstance(said, error))
    if isinstance(said, Refused) and may_record(record, contact, kind):
        public = said.PUBLIC if isinstance(said, Personal) else str(said)
        record.append([contact.link_refused(public[:500], at, refusal=kind, word=word)])
    return Answered(str(said), contact, tasking_of(record, contact), kind)


def may_record(views: Views, contact: Contact, kind: Refusal) -> bool:
    """Whether there is room to record one more refused use of this link."""
    known = [json.loads(f.body) for f in views.facts(streams=[contact.stream], kinds=["contact.link-refused"])]
    altered = sum(1 for body in known if body.get("refusal") == "altered")
    return altered < MOST_ALTERED if kind == "altered" else len(known) - altered < MOST_REFUSALS


def must_stand(views: Views, contact: Contact, at: datetime) -> None:
    """Raise ``LinkOver`` where the link has expired, or what it rests on has ended: the appointment, or service."""
    if at >= contact.expires_at:
        ended = local(contact.expires_at, ZoneInfo(force_of(views).zone))
        raise LinkOver(f"this link expired on {ended:%a %d %b at %H%M}: ask whoever is in command for what is open")
    member, position = contact.member, contact.position
    if views.row(Member, member) is None:
        raise LinkOver(f"{member} is not in the force any more: the link ended with that")
    held = {o.position.position for o in offices_of(views, member, at)}
    if position is not None and position not in held:
        raise LinkOver(f"{member} does not hold {position} any more: the link ended with the appointment")


def must_be_usable(views: Views, contact: Contact, at: datetime) -> None:
    """Raise ``LinkOver`` where ``must_stand`` does, or where the member has answered by this link or by another of the
    same step: one answer uses all of them up."""
    must_stand(views, contact, at)
    used = answered_by(views, contact)
    if used is not None:
        more = "is noted by whoever runs the call-in" if contact.purpose == "offer" else "is done by who owns it now"
        said = f"you answered by {used.channel}: {used.answer}"
        raise LinkOver(f"this link was used already: {said}. Whatever comes after that {more}")


def answered_by(views: Views, contact: Contact) -> Contact | None:
    """The contact by which the member answered this step, on whatever channel; None: not yet."""
    return next((c for c in same_step(views, contact) if c.answer is not None), None)


def same_step(views: Views, contact: Contact) -> list[Contact]:
    """The contacts with one member in one step, one a channel: this one first."""
    found = [
        c
        for c in views.rows(Contact, subject=contact.subject, member=contact.member)
        if (c.purpose, c.step) == (contact.purpose, contact.step)
    ]
    return sorted(found, key=lambda c: c.key != contact.key)


def must_be_free(tasking: Tasking, contact: Contact) -> None:
    """Raise ``Taken`` where somebody else has the tasking: of two who accept at the same instant the first has it, and
    the other is told who. Nothing is asked of them any more."""
    taken = tasking.accepted_by
    if tasking.is_open and taken is not None and taken != contact.member and contact.position not in tasking.offered_to:
        raise Taken(f"{taken} ({tasking.owner}) has it already; you need do nothing more")


def _in_form(given: Answer, contact: Contact) -> Answer:
    """The answer with what its word needs, and no more. Raises ``Invalid``."""
    if given.word not in WORDS:
        raise Invalid(f"answer {given.word!r}: must be one of {', '.join(WORDS)}")
    if given.once is not None and not REF.fullmatch(given.once):
        raise Invalid("once: must be 1 to 64 letters, digits, dots, hyphens or underscores, a letter or digit first")
    reason = (given.reason or "").strip()
    to = (given.to or "").strip()
    if given.word == "refused" and contact.purpose != "offer":  # whoever refuses an offer owes nobody a reason
        return Answer(given.word, valid_text("refusing", "reason", reason), None, given.once)
    if given.word not in ("handed", "not-me"):
        return Answer(given.word, None, None, given.once)
    if not REF.fullmatch(to):
        raise Invalid("say to whom: the short name of the position, or of the member who holds it, like PCT-047-XO")
    return Answer(given.word, None, to, given.once)


def _must_fit(record: Views, contact: Contact, given: Answer) -> None:
    if given.word == "received":
        return
    if contact.purpose not in ASKING:
        raise Refused("this only lets you know: it can be received, and needs no other answer")
    if contact.purpose == "offer":
        offers.must_fit(record, contact, given.word)
    elif given.word == "willing":
        raise Refused("this is to be decided: it is accepted or refused")
    elif given.word != "taken-over":
        must_be_free(taskings.tasking_named(record, contact.subject), contact)


def _take(record: Record, contact: Contact, given: Answer, at: datetime) -> list[Fact]:
    """Do what was answered; returns the facts about the contact."""
    if given.word == "received":
        return [*_received(record, contact, at)]
    if contact.purpose == "offer":
        offers.take(record, offers.offer_of(record, contact), given.word, at)
    else:
        _take_tasking(record, contact, given, at)
    said = contact.answered(given.word, at, reason=given.reason, to=given.to, once=given.once)
    return [*_received(record, contact, at, others_only=True), said]


def _take_tasking(record: Record, contact: Contact, given: Answer, at: datetime) -> None:
    tasking = taskings.tasking_named(record, contact.subject)
    position = contact.position or tasking.owner
    if given.word == "accepted":
        taskings.accept(record, tasking.tasking, contact.member, at, position)
    elif given.word == "taken-over":
        taskings.take_over(record, tasking.tasking, contact.member, position, at)
    elif given.word == "refused":
        taskings.refuse(record, tasking.tasking, contact.member, given.reason or "", at, position)
    else:
        _hand_on(record, tasking, contact, given, at)


def _received(record: Record, contact: Contact, at: datetime, *, others_only: bool = False) -> list[Fact]:
    """The member has it: other channels of the same step are spared, and the one it came by is no longer in doubt."""
    facts = [] if others_only else contact.received(at)
    if contact.received_at is None:
        others = same_step(record, contact)[1:]
        facts += [c.spared(f"received by {contact.channel}", at) for c in others if c.waits]
        doubt = record.row(Doubt, f"{contact.member}/{contact.channel}")
        facts += [removed(doubt, at)] if doubt is not None else []
    return facts


def _hand_on(record: Record, tasking: Tasking, contact: Contact, given: Answer, at: datetime) -> None:
    """The owner delegates it; whoever only was asked names somebody else, who is asked next."""
    if given.to == contact.member:
        raise Invalid(f"{given.to} is you: name somebody else")
    to = _position_for(record, given.to or "", at)
    position = contact.position or tasking.owner
    if to == position:
        raise Invalid(f"{given.to} holds {position}, as you do: name somebody in another position")
    if position == tasking.owner and given.word == "handed":
        taskings.delegate(record, tasking.tasking, contact.member, to, at)
        return
    why = f"{given.word.replace('-', ' ')}: {given.to}"
    named = tasking.offer(to, contact.member, at)
    append(record, [*tasking.refuse(position, contact.member, why, at), *named])


def _position_for(views: Views, name: str, at: datetime) -> str:
    """The position of that name, or the one that the member of that name holds; the first of several."""
    if views.row(Member, name) is None:
        return position_of(views, name, at).position
    held = views.rows(Appointment, at=at, member=name)
    if not held:
        raise Unknown(f"{name} holds no position now: name the position that is to be asked")
    return held[0].position


def _was_given(record: Record, contact: Contact, given: Answer) -> bool:
    """Whether this very answer was taken before: the line broke and it was sent once more."""
    if contact.answer is None or given.once is None:
        return False
    said = [json.loads(f.body) for f in record.facts(streams=[contact.stream], kinds=["contact.answered"])]
    return any(body.get("once") == given.once and body["answer"] == given.word for body in said)


def _says(record: Record, contact: Contact, given: Answer, at: datetime) -> str:
    tasking = tasking_of(record, contact)
    if contact.purpose == "offer" and given.word != "received":
        return offers.SAYS[given.word]
    if tasking is None or given.word == "received":
        return "Received. Thank you"
    if given.word in ("accepted", "taken-over"):
        return f"You have it, as {contact.position or tasking.owner}"
    if given.word == "refused":
        return "Refused. The next in line is asked"
    to = _position_for(record, given.to or "", at)
    search = record.row(Escalation, contact.subject)
    first = search is not None and search.place == 0 and search.chain[:1] == (to,)
    said = f"{to} is asked, or who is next in line if they cannot be" if first else "The next in line is asked"
    return f"{said}. Until somebody accepts, {tasking.owner} has it"
