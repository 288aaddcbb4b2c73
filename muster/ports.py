"""What services need from the world: a record to append to, views to read, both inside one transaction."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from muster.domain.record import Fact, Recorded
from muster.domain.schema import Row

R = TypeVar("R", bound=Row)
Clock = Callable[[], datetime]
"""Returns the present instant, aware, in UTC."""


@dataclass(frozen=True, slots=True)
class Version(Generic[R]):
    """What a row said for a while: ``row`` is None where it was taken out; ``known_until`` None: still believed."""

    row: R | None
    seq: int
    known_from: datetime
    known_until: datetime | None


class Views(Protocol):
    """Tables derived from facts, read as of one state of the record."""

    @property
    def now(self) -> datetime:
        """The instant of this transaction, aware, in UTC."""

    def rows(
        self,
        row: type[R],
        *,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
        **equal: str | int | Collection[str] | None,
    ) -> list[R]:
        """Rows of a noun, ordered by key.

        ``known_at``: as believed at that instant; None: as believed now. ``at``: only rows that hold at that instant,
        or at any between two, for nouns with ``since`` and ``until``. Each further argument names a column and the
        value, or any of the values, it must have. Sealed columns hold tokens; see ``unseal``.
        """

    def columns(
        self,
        row: type[R],
        *names: str,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
    ) -> list[tuple[Any, ...]]:
        """What ``rows`` would answer, but of each row only these columns, in this order: for reading of a whole force
        no more than is looked at. Each noun has the columns ``key`` and ``fact``: the sequence number by virtue of
        which the row is believed."""

    def events(
        self,
        row: type[R],
        of: Collection[str],
        kind: str,
        between: tuple[datetime, datetime],
        *,
        known_at: datetime | None = None,
    ) -> list[R]:
        """Rows of a noun that happen ``at`` an instant, to the things that its first column names, ordered by key:
        those between two instants, both included, and of each thing those before, back to the last of this ``kind``
        (to the first of all where there is none): what the thing goes on from."""

    def row(self, row: type[R], key: str, *, known_at: datetime | None = None) -> R | None:
        """The row with this key, or None."""

    def history(self, row: type[R], key: str) -> list[Version[R]]:
        """All that was ever believed of one row, oldest first."""

    def unseal(self, tokens: Collection[str]) -> Mapping[str, str]:
        """The texts behind sealed tokens; those that were erased are missing."""

    def contents(self, hashes: Collection[str]) -> Mapping[str, str]:
        """The texts that are too large for the facts, which name them by these hashes; those that are gone are missing.
        Whether they are what they were, ``services.record.verify`` looks."""

    def facts(
        self,
        *,
        streams: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        about: str | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> Iterator[Recorded]:
        """Facts in order: of these streams (a stream ending in ``/`` means all below it), of these kinds, about a
        thing (it is named in the stream or anywhere in the body), from seq ``first`` to ``last``, both included."""

    def head(self) -> tuple[int, str]:
        """Sequence and hash of the newest fact; ``(0, GENESIS)`` for an empty record."""


class Record(Views, Protocol):
    """The record, open for writing. All that one transaction appends becomes true together or not at all."""

    def append(self, facts: Iterable[Fact]) -> list[Recorded]:
        """Append facts and bring the views up to them; returns them as recorded."""

    def seal(self, texts: Collection[str]) -> Mapping[str, str]:
        """Put texts that may have to be erased into the side table; returns the token of each."""

    def keep(self, said: str) -> str:
        """Keep a text that is too large for a fact, once; returns its SHA-256, which a fact of this transaction has."""

    def erase(self, tokens: Collection[str]) -> int:
        """Erase what stands behind tokens, for good; returns how many there were. The chain stays whole."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something to do, claimed for a while by whoever was given it; ``tries``: how often it was, this time included."""

    noun: str
    key: str
    due_at: datetime
    tries: int


class Timers(Protocol):
    """What is due when. A row with the column ``due_at`` has a timer, which changes with it, in the same transaction.

    Whoever claims a timer holds it for a while, the lease. Only a fact that says ``due_at``, if only the same again,
    sets a timer anew, without lease, or ends it; after a crash the lease runs out, and somebody is given it again.
    """

    def next_due(self, noun: str | None = None) -> datetime | None:
        """The first instant at which something (of this noun) can be claimed, leases regarded; None: never."""

    def claim(self, noun: str, now: datetime, until: datetime, limit: int) -> list[Due]:
        """The oldest of what is due at ``now`` and held by nobody then, at most so many, held until ``until``;
        oldest first, ties by key. Nobody else is given them before, unless facts set them anew."""

    def release(self, claimed: Iterable[Due]) -> None:
        """Give back what was claimed and not begun, as if it had not been; what others hold by now stays theirs."""


class Store(Timers, Protocol):
    """Where the record is kept."""

    def close(self) -> None:
        """Let go of it."""

    def reading(self) -> AbstractContextManager[Views]:
        """One consistent state of the record to read from."""

    def writing(self) -> AbstractContextManager[Record]:
        """The only writer, until the block ends; on an exception nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one contact sends to one member on one channel."""

    reference: str  # the key of the contact: the same in each sending of it
    channel: str  # e-mail, sms, telephone, chat: as in contact-points.csv
    address: str
    title: str
    text: str
    repeat: bool = False  # it may have come already: a worker stopped before recording it, or a gateway was late


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a gateway did with a message. ``impossible``: trying again on this channel would not help."""

    state: Literal["sent", "try-again", "impossible"]
    says: str  # why, as everybody may read it: no address and no secret


class Notifier(Protocol):
    """Hands messages to the gateways of their channels."""

    def send(self, message: Message) -> Delivery:
        """Hand one message over: blocks for at most 15 s, may be called from any thread, raises nothing."""


class Links(Protocol):
    """Personal, signed links to the page on which a contact is answered."""

    def url(self, contact: str) -> str:
        """The link for this contact."""

    def contact(self, token: str) -> str:
        """The key of the contact that a link's token is for; Refused if the token was altered."""


class LinkReader(Protocol):
    """Tells whose link it is that somebody came with."""

    def contact(self, token: str) -> str:
        """The key of the contact that a link's token is for; Refused if the token was altered."""

    def named(self, token: str) -> str:
        """The key that a token names, whoever wrote it: proof of nothing, and perhaps of no contact."""
