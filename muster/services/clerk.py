"""What programs ask and do for a user, each in one transaction: who they are, what their token lets them, and that the
same act sent twice is done once."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from muster.domain.errors import Refused
from muster.domain.instants import must_be_near
from muster.domain.record import canonical
from muster.domain.tokens import Done, asked_digest, done_key
from muster.ports import Clock, Record, Store, Views
from muster.services.door import TooMany, Tries
from muster.services.gate import Viewer
from muster.services.offices import force_of
from muster.services.tokens import Bearer, bearer_of, must_have
from muster.services.viewings import look_of

T = TypeVar("T")
Answer = Mapping[str, Any]
"""What an act answers, as JSON knows it. It stands in the record: nothing that is sealed may be in it."""


class NoSuchToken(Refused):
    """No token, or one that leads to nobody: the same for every reason."""


class KeyUsed(Refused):
    """The key of an act stands for another one."""


@dataclass(frozen=True, slots=True)
class Once:
    """An act that is done once: the key that the program gave it, the address, and what was sent."""

    key: str
    what: str
    body: Mapping[str, Any]


class Clerk:
    """Answers programs. Threads may share it."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self._tries = Tries(clock)

    def bearer(self, secret: str, address: str) -> Bearer:
        """Who comes with this token from this network address. Raises ``NoSuchToken``, and ``TooMany`` after many that
        lead to nobody; a token that leads to somebody always does."""
        with self._store.reading() as views:
            found = bearer_of(views, secret, self._clock())
        if found is None and secret and not self._tries.allows(address):
            raise TooMany("too many tokens that are not ours came from your network: wait a minute")
        return _must_be(found)

    def ask(self, bearer: Bearer, question: Callable[[Views, Viewer], T], at: datetime | None = None) -> T:
        """The answer to a question, of an instant (None: of now). Raises ``NotEntitled`` for a token that is not to
        read, ``Invalid`` for an instant too far ahead."""
        must_have(bearer, "read")
        with self._store.reading() as views:
            if at is not None:
                must_be_near(at, views.now, ZoneInfo(force_of(views).zone))
            return question(views, bearer.viewer)

    def may_look(self, bearer: Bearer, member: str) -> bool:
        """Whether they may read all that is known of a member; that they look is recorded before. Raises
        ``Unknown``."""
        must_have(bearer, "read")
        return look_of(self._store, member, bearer.viewer, self._clock())[0]

    def act(self, secret: str, once: Once, act: Callable[[Record, Viewer], Answer | Exception]) -> Answer:
        """What came of an act. Of what is refused nothing is kept, and it may be sent again under the same key; what
        was done is answered as it was then. An exception that the act returns is a refusal that it has recorded: that
        is kept, and the exception raised.

        Raises ``KeyUsed`` for a key under which something else was done, and what the act raises.
        """
        with self._store.writing() as record:
            bearer = _must_be(bearer_of(record, secret, self._clock()))  # it may have ended meanwhile
            must_have(bearer, "act")
            key, asked = done_key(bearer.viewer.user, once.key), asked_digest(once.what, once.body)
            before = record.row(Done, key)
            if before is None:
                came = act(record, bearer.viewer)
                if not isinstance(came, Exception):
                    done = Done(done=key, user=bearer.viewer.user, asked=asked, answer=canonical(came), at=record.now)
                    record.append([done.fact()])
        if before is None:
            return _must_be_done(came)
        if before.asked != asked:
            raise KeyUsed(f"Idempotency-Key {once.key}: stands for another act of yours; give each a key of its own")
        kept_answer: Answer = json.loads(before.answer)
        return kept_answer

    def tried(self, secret: str, question: Callable[[Views, Viewer], T]) -> T:
        """What an act would bring, asked and not done, by a token that may do it."""
        with self._store.reading() as views:
            bearer = _must_be(bearer_of(views, secret, self._clock()))
            must_have(bearer, "act")
            return question(views, bearer.viewer)


def _must_be_done(came: Answer | Exception) -> Answer:
    if isinstance(came, Exception):
        raise came
    return came


def _must_be(found: Bearer | None) -> Bearer:
    if found is None:
        said = "send a token that works: Authorization: Bearer TOKEN"
        raise NoSuchToken(f"{said}; whoever runs Muster makes one for a user")
    return found
