"""Acts of people who answer what reached them, by the link in the message that lies in their mailbox or telephone."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muster.domain.contact import Contact
from muster.domain.errors import Refused
from muster.domain.members import Appointment
from muster.domain.presence import holds
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.scenarios.words import ORDER, REASON, TASKING, Given, Word
from muster.services.answers import WORDS, Answer, Answered, answer

Inbox = Collection[str]
"""The contacts to which links in messages lead that have arrived, the earlier first."""
Run = Callable[[Record, Given, datetime, Inbox], list[Answered]]

WORD: Final = Word("word", "name", "what is answered", choices=WORDS)


@dataclass(frozen=True, slots=True)
class Reply:
    """What people can do with the messages that arrived; each answer may be refused, and that is recorded too."""

    says: str
    words: tuple[Word, ...]
    run: Run


@dataclass(frozen=True, slots=True)
class Who:
    """Who is meant: whoever was asked in a position (None: in any), and its holders where they were asked in none."""

    position: str | None = None
    holders: Collection[str] = ()

    def meant(self, contact: Contact) -> bool:
        """Whether the contact is one of theirs."""
        in_none = contact.position is None and contact.member in self.holders
        return in_none or self.position in (None, contact.position)


ANYBODY: Final = Who()


def reply(says: str, *words: Word) -> Callable[[Run], Reply]:
    """Makes a reply of a function."""
    return lambda run: Reply(says, words, run)


@reply(
    "Somebody answers by the link in the newest message that reached them: in a position, or about a tasking.",
    Word("position", "name", "the position in which they were asked; left out: whoever was asked last", required=False),
    TASKING.maybe("what they were asked about; left out: whatever it was"),
    WORD,
    REASON.maybe("why, for a refusal"),
    Word("to", "name", "the position to which it is handed, or that has it instead", required=False),
)
def _answer(record: Record, given: Given, at: datetime, inbox: Inbox) -> list[Answered]:
    wanted = {name: given[name] for name in ("position", "tasking") if name in given}
    if not wanted:
        raise Refused("answer: say who answers (position), or about what (tasking)")
    found = _newest(record, inbox, given["word"], given.get("tasking"), _who(record, given.get("position"), at))
    if found is None:
        raise Refused(f"no message to answer has reached anybody: {', '.join(wanted.values())}")
    return [answer(record, found.key, Answer(given["word"], given.get("reason"), given.get("to")), at)]


@reply(
    "From now on whoever is asked about a tasking of an order answers by the link, so long after the message arrived.",
    ORDER,
    WORD,
    Word("after", "whole number", "so many minutes"),
    Word("silent", "names", "positions whose holders do not answer", required=False),
    REASON.maybe("why, for a refusal"),
)
def _answer_order(record: Record, given: Given, at: datetime, inbox: Inbox) -> list[Answered]:
    said = Answer(given["word"], given.get("reason"))
    waiting = record.rows(Tasking, order=given["order"], result=None, accepted_by=None)
    newest = [_newest(record, inbox, said.word, tasking.tasking) for tasking in waiting]
    asked = [c for c in newest if c is not None and c.position not in given.get("silent", ())]
    by_now = at - timedelta(minutes=given["after"])
    return [answer(record, contact.key, said, at) for contact in asked if contact.queued_at <= by_now]


def _who(views: Views, position: str | None, at: datetime) -> Who:
    held = views.rows(Appointment, at=at, position=position) if position else []
    return Who(position, {a.member for a in held if holds(a, at)})


def _newest(views: Views, inbox: Inbox, word: str, subject: str | None, who: Who = ANYBODY) -> Contact | None:
    """The contact of the newest message about a tasking (None: about any) to those who are meant, if possible one that
    was not answered; None where none has arrived. What only lets somebody know can be received, and no more."""
    arrived = {key: number for number, key in enumerate(inbox) if subject in (None, key.partition("/")[0])}
    mine = [
        c
        for c in views.rows(Contact, key=arrived.keys())
        if who.meant(c) and (c.purpose == "decide" or word == "received")
    ]
    return max(mine, key=lambda c: (c.answer is None, c.purpose == "decide", arrived[c.key]), default=None)


HABIT: Final = "answer-order"
"""The one that is done again and again, when it is time."""
ANSWERS: Final[dict[str, Reply]] = {"answer": _answer, HABIT: _answer_order}
