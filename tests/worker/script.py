"""What happens, and what members answer: by a script that is the same each time, or as it comes."""

import random
from datetime import timedelta
from typing import Final

from muster.bootstrap import open_store
from muster.domain.competence import Asked
from muster.domain.contact import Contact
from muster.domain.members import Appointment, ContactPoint
from muster.domain.presence import holds
from muster.domain.record import instant_text
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services import taskings
from muster.services.answers import Answer, Word, answer
from muster.store.store import SqlStore
from muster.worker.loop import Worker
from tests.ground import SMALL, InRecord, local
from tests.support import SettableClock
from tests.worker.town import THREE

BEGIN: Final = local(THREE)
END: Final = BEGIN + timedelta(hours=3)
"""When a script is over, whatever is due then."""

HOLDERS: Final = tuple(a.member for a in SMALL if isinstance(a, Appointment))
MORE: Final = tuple(
    ContactPoint(member=member, channel=channel, order=order, address=address)
    for member in dict.fromkeys(HOLDERS)
    for channel, order, address in (
        ("sms", 2, f"+1-646-555-{member[1:]}"),
        ("e-mail", 3, f"{member.lower()}@example.org"),
        ("chat", 4, f"{member.lower()}"),
    )
)

ANSWERS: Final = (
    ("T1", 1, Answer("refused", reason="at another scene")),
    ("T1", 2, Answer("accepted")),
    ("T3", 1, Answer("received")),
    ("T3", 2, Answer("not-me", to="DUTY-CHIEF")),
    ("T3", 3, Answer("accepted")),
    ("T2", 4, Answer("refused", reason="no")),
    ("T2", 6, Answer("accepted")),
)
"""Who answers what: the tasking, the step, and the answer of whoever was asked then."""


WORDS: Final[tuple[Word, ...]] = ("accepted", "refused", "received", "taken-over", "handed", "not-me")
"""What members say who answer as it comes."""


MOST_OPEN: Final = 8
"""So many taskings are open and accepted by nobody: each brings a step every five minutes, and many messages."""


def begin(url: str) -> None:
    """A record of the small force in which three things have just been received."""
    clock = SettableClock(BEGIN)
    store = open_store(url, clock)
    InRecord(store, clock, [*SMALL, *MORE])
    with store.writing() as record:
        for name in ("T1", "T2", "T3"):
            happens(record, name)
    store.close()


def happens(record: Record, name: str, people: int = 100) -> None:
    """Something is received."""
    asked = Asked("protest", "PCT-047", record.now, None, people)
    taskings.receive(record, asked, "a crowd gathers", "incident", name=name)


def play(store: SqlStore, clock: SettableClock, works: Worker) -> None:
    """Go from one due instant to the next and let the worker work, while members answer by the script."""
    while True:
        works.catch_up()
        with store.reading() as views:
            said = _next_answer(views)
        if said is not None:
            with store.writing() as record:
                answer(record, said[0], said[1], record.now)
            continue
        due = store.next_due()
        if due is None or due > END:
            break
        clock.at = max(clock.at, due)
    works.close()


def _next_answer(views: Views) -> tuple[str, Answer] | None:
    """The first answer that can be given and was not."""
    for subject, step, given in ANSWERS:
        asked = views.rows(Contact, subject=subject, purpose="decide", state="sent")
        mine = sorted((c for c in asked if c.step == step), key=lambda c: instant_text(c.queued_at))
        done = any(c.received_at if given.word == "received" else c.answer for c in mine)
        if mine and not done:
            return mine[0].key, given
    return None


def receive(store: SqlStore, chance: random.Random) -> None:
    """Something happens, and is received, unless members have enough to do."""
    with store.writing() as record:
        if len(record.rows(Tasking, result=None, accepted_by=None)) < MOST_OPEN:
            happens(record, taskings.next_name(record), chance.choice((50, 500, 5000)))


def answer_any(store: SqlStore, chance: random.Random) -> None:
    """Somebody answers what was sent to them, now and then when it is too late; or an owner closes what they have."""
    with store.reading() as views:
        sent = [c for c in views.rows(Contact, purpose="decide", state="sent") if c.answer is None]
        open_ = {t.tasking: t for t in views.rows(Tasking, result=None)}
    taken = [t for t in open_.values() if t.accepted_by is not None]
    wanted = [c for c in sent if c.subject in open_ and open_[c.subject].accepted_by is None]
    if taken and chance.random() < 0.2:
        close(store, chance.choice(taken))
    elif asked := wanted if chance.random() < 0.9 else sent:
        given = Answer(chance.choice(WORDS), reason="no", to=chance.choice(("PBBX-DUTY-CAPTAIN", "DUTY-CHIEF")))
        with store.writing() as record:
            answer(record, chance.choice(asked).key, given, record.now)


def close(store: SqlStore, tasking: Tasking) -> None:
    """A holder of the position that owns it closes it."""
    with store.writing() as record:
        held = record.rows(Appointment, at=record.now, position=tasking.owner)
        member = next(a.member for a in held if holds(a, record.now))
        taskings.close(record, tasking.tasking, member, "done", record.now)
