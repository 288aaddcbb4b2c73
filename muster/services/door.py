"""The door behind a link: who may pass, what they are shown, what they answer. Pages and the API share it."""

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Final

from muster.domain.contact import Contact
from muster.domain.errors import MusterError, Refused
from muster.domain.feeds import Feed
from muster.ports import Clock, LinkReader, Store, Views
from muster.services.answers import Altered, Answer, Answered, LinkOver, Refusal, answer, may_record, refused
from muster.services.contact_page import ContactPage, contact_page
from muster.services.feed_links import feed_behind

MOST_TRIES: Final = 10
WITHIN: Final = timedelta(minutes=1)
"""So many broken links are looked at from one network address; whole links always are."""
MOST_ADDRESSES: Final = 4096
LONGEST_TOKEN: Final = 512
"""A key has at most 64 letters a part; nothing longer was ever signed."""
STATUS: Final[dict[Refusal, int]] = {
    "altered": 403,
    "link-over": 410,
    "taken": 409,
    "not-available": 409,
    "not-now": 409,
    "invalid": 422,
    "unknown": 422,
}
"""What pages and the API answer where an answer was not taken: RFC 9110, 15.5."""


class NoSuchContact(Refused):
    """A link that was signed here, for a contact which this record does not have."""


class NoSuchFeed(Refused):
    """A link to tours that leads nowhere: unknown, altered, renewed, revoked, or of somebody who left the force."""


class TooMany(Refused):
    """Too many broken links from one network address."""


class Unavailable(MusterError):
    """The record cannot be reached. ``str()`` is for whoever runs Muster; the others are told that it is so."""


@dataclass(frozen=True, slots=True)
class Given:
    """What came of an answer, and the page after it; ``page`` None where the link can show nothing any more."""

    answered: Answered
    page: ContactPage | None


class Tries:
    """How often broken links came from each network address lately, ``most`` of which are looked at within a minute.
    Threads may share it."""

    def __init__(self, clock: Clock, most: int = MOST_TRIES) -> None:
        self._clock, self._most = clock, most
        self._tried: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """How many networks are remembered."""
        return len(self._tried)

    def allows(self, address: str) -> bool:
        """Whether one more is looked at; it counts as tried. Addresses not heard of for longest are forgotten."""
        network, now = _network(address), self._clock()
        with self._lock:
            tried = self._tried.pop(network, None) or deque(maxlen=self._most)
            self._tried[network] = tried
            if len(self._tried) > MOST_ADDRESSES:
                self._tried.popitem(last=False)
            if len(tried) == self._most and now - tried[0] < WITHIN:
                return False
            tried.append(now)
            return True


def _network(address: str) -> str:
    """What one person can easily have many addresses of counts as one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)


class Door:
    """What stands behind links: a store, read and written in transactions of its own. Threads may share it.

    What it shows and takes raises ``Altered``, ``TooMany``, ``NoSuchContact``, ``LinkOver`` and ``Unavailable``.
    """

    def __init__(self, store: Store, links: LinkReader, clock: Clock) -> None:
        self._store, self._links = store, links
        self._tries = Tries(clock)

    def show(self, token: str, address: str) -> ContactPage:
        """The page behind a link. Nothing is changed by looking: programs open links that nobody has read yet."""
        key = self._key(token, address)
        with self._reached(), self._store.reading() as views:
            return contact_page(views, _contact(views, key), views.now)

    def answer(self, token: str, given: Answer, address: str) -> Given:
        """Take an answer. What is refused is recorded, also by a link that is altered or over."""
        try:
            key = self._key(token, address)
        except Altered as said:
            self._note(token, said, given)
            raise
        with self._reached(), self._store.writing() as record:
            contact = _contact(record, key)
            answered = answer(record, contact.key, given, record.now)
            return Given(answered, _page(record, answered.contact, record.now))

    def feed(self, token: str, address: str) -> Feed:
        """The tours to which a link leads. Raises ``NoSuchFeed``, the same for every reason."""
        with self._reached(), self._store.reading() as views:
            found = feed_behind(views, token, views.now) if len(token) <= LONGEST_TOKEN else None
        if found is None:
            self._tried(address)
            raise NoSuchFeed("no calendar is here")
        return found

    def _tried(self, address: str) -> None:
        if not self._tries.allows(address):
            raise TooMany("too many links that are not whole came from your network: wait a minute")

    def _key(self, token: str, address: str) -> str:
        try:
            if len(token) > LONGEST_TOKEN:
                raise Refused("this link is longer than any of ours: open it from the message itself")
            return self._links.contact(token)
        except Refused as said:
            self._tried(address)
            raise Altered(str(said)) from said

    def _note(self, token: str, said: Altered, given: Answer) -> None:
        """Record that somebody answered by an altered link of a contact, while there is room for that."""
        named = self._links.named(token)
        if not named or len(token) > LONGEST_TOKEN or not named.isprintable():
            return
        with self._reached():
            with self._store.reading() as views:
                contact = views.row(Contact, named)
                if contact is None or not may_record(views, contact, "altered"):
                    return
            with self._store.writing() as record:
                refused(record, contact, said, record.now, given.word)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """What the store raises, told apart from what is said of a link."""
        try:
            yield
        except (LinkOver, NoSuchContact):
            raise
        except MusterError as said:
            raise Unavailable(str(said)) from said


def _contact(views: Views, key: str) -> Contact:
    found = views.row(Contact, key)
    if found is None:
        raise NoSuchContact("this link is for something that is not in the record: ask whoever is in command")
    return found


def _page(views: Views, contact: Contact, at: datetime) -> ContactPage | None:
    try:
        return contact_page(views, contact, at)
    except LinkOver:
        return None
