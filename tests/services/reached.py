"""A tasking that has been brought to somebody: the small force at 0300, with two channels to some of its members."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from muster.domain.competence import Asked
from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.members import ContactPoint
from muster.domain.schema import Row
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services import answers, contacts, taskings
from muster.services.answers import Answer, Answered, Word
from muster.services.stepping import step_due
from muster.services.taskings import Directive
from tests.ground import SMALL, InRecord, local
from tests.services.small import NIGHT_CAPTAIN, NIGHT_DESK, THREE, does, sees

WHAT = "shots at White Plains Road"
SMS: Sequence[Row] = tuple(
    ContactPoint(member=member, channel="sms", order=2, address=f"+1-212-555-01{member[-2:]}")
    for member in (NIGHT_DESK, NIGHT_CAPTAIN)
)
ROWS: Sequence[Row] = (*SMALL, *SMS)


def receive(force: InRecord, name: str = "T1", directive: Directive | None = None, by: datetime | None = None) -> None:
    """Somebody reports shots, at the time of the clock, to be decided by then (None: now)."""
    asked = Asked("shots-fired", "PCT-047", force.clock(), by)
    does(force, lambda record: taskings.receive(record, asked, WHAT, "incident", directive, name))


def at_three(force: InRecord) -> None:
    """It becomes 0300 on a Wednesday."""
    force.clock.at = local(THREE)


def step(force: InRecord, name: str = "T1") -> None:
    """The worker takes the next step, when it is due."""
    due = sees(force, lambda views: views.row(Escalation, name))
    assert due is not None
    if due.due_at is not None:
        force.clock.at = max(force.clock.at, due.due_at)
    does(force, lambda record: step_due(record, [name]))


def asked(force: InRecord, name: str = "T1", steps: int = 1) -> list[Contact]:
    """Shots are reported at 0300, and so many steps are taken; returns the contacts that ask somebody to decide."""
    at_three(force)
    receive(force, name)
    for _ in range(steps):
        step(force, name)
    return deciding(force, name)


def desk_and_captain(force: InRecord, name: str = "T1") -> tuple[Contact, Contact]:
    """Shots are reported at 0300, and nobody answers until the second position is asked: a contact with the desk
    officer who was asked first, and one with the duty captain."""
    found = asked(force, name)
    while found[-1].position == found[0].position:
        step(force, name)
        found = deciding(force, name)
    return found[0], found[-1]


def deciding(force: InRecord, name: str = "T1") -> list[Contact]:
    """The contacts that ask somebody to decide, in the order of the steps."""
    found = sees(force, lambda views: views.rows(Contact, subject=name, purpose="decide"))
    return sorted(found, key=lambda c: (c.step, c.channel))


def contact(force: InRecord, key: str) -> Contact:
    """The contact as it stands."""
    return sees(force, lambda views: contacts.contact_named(views, key))


def tasking(force: InRecord, name: str = "T1") -> Tasking:
    """The tasking as it stands."""
    return sees(force, lambda views: taskings.tasking_named(views, name))


def say(
    force: InRecord,
    to: Contact,
    word: Word,
    reason: str | None = None,
    other: str | None = None,
    once: str | None = None,
) -> Answered:
    """Answer a contact now."""
    return does(force, lambda r: answers.answer(r, to.key, Answer(word, reason, other, once), r.now))


def pass_minutes(force: InRecord, minutes: float) -> None:
    """Time goes by."""
    force.clock.at += timedelta(minutes=minutes)


def kinds_of(force: InRecord, stream: str) -> list[str]:
    """The kinds of the facts of a stream, in order."""

    def kinds(views: Views) -> list[str]:
        return [f.kind for f in views.facts(streams=[stream])]

    return sees(force, kinds)


def refusals(force: InRecord, of: Contact) -> list[dict[str, str]]:
    """The refused uses of a link, as they are recorded."""
    return sees(
        force, lambda v: [json.loads(f.body) for f in v.facts(streams=[of.stream], kinds=["contact.link-refused"])]
    )
