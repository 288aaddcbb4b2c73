"""The gate of the console: who signs in, who somebody is at each request, and what follows from their positions."""

import hmac
from bisect import bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from muster.domain.errors import Refused
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment, Member
from muster.domain.offices import Office
from muster.domain.presence import holds
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.users import Session, User, hashed
from muster.ports import Clock, Store, Views
from muster.services import entitled
from muster.services.bearing import Bearing
from muster.services.desk import Kept
from muster.services.door import TooMany, Tries
from muster.services.users import add_user, begin_session, choose, end_session, invited, is_password, password_hash

NOT_SO: Final = "this name and password do not fit: look at both, or ask whoever looks after users for a new link"

BEARING: Final = frozenset(noun.NOUN for noun in (User, *entitled.BEARING))
"""Nouns of which a fact may change somebody's rights."""
KEPT: Final = 1000
"""The rights of so many are kept, of those who asked last."""
MOST_FOR_A_NAME: Final = 30
"""Tries a minute for one name, from all networks: more than one network has, or it could keep somebody out."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, at this request. ``offices``: the positions that they hold now, which are all their rights;
    ``commands``: all units in which, or above which, they hold a command; ``sees``: all units of which they may read
    what goes on; ``mark`` proves that a form came from our own page."""

    user: str
    member: str | None
    name: str
    administrator: bool
    offices: Sequence[Office]
    commands: frozenset[str]
    sees: frozenset[str]
    mark: str

    def may_read(self, member: str, unit: str | None) -> bool:
        """Whether they may read of this member, who serves in the unit, what touches health and rest."""
        return member == self.member or unit in self.commands

    def runs(self, path: Collection[str]) -> bool:
        """Whether they hold a command or tour position in one of these units: of a unit and those above it."""
        return any(o.kind in ("command", "tour") and o.position.unit in path for o in self.offices)


class Gate:
    """Signs in and out, and knows who asks. Threads may share it."""

    def __init__(self, store: Store, clock: Clock, key: bytes, *, demo: bool = False) -> None:
        self._store, self._clock, self._key = store, clock, key
        self.demo = demo
        self._tries, self._names = Tries(clock), Tries(clock, MOST_FOR_A_NAME)
        self._bearing = Bearing(BEARING.__contains__)
        self._turns, self._viewers = Kept[Sequence[datetime]](KEPT), Kept[Viewer | None](KEPT)

    def sign_in(self, name: str, password: str, address: str) -> str:
        """The word for the browser to keep. Raises ``Refused``, in the same words for every reason, and ``TooMany``."""
        if not (self._tries.allows(address) and self._names.allows(f"user {name[:64]}")):
            raise TooMany("too many tries to sign in: wait a minute")
        with self._store.reading() as views:
            user = is_password(views, name, password)
        if user is None:
            raise Refused(NOT_SO)
        with self._store.writing() as record:
            return begin_session(record, user.user, self._clock())

    def sign_out(self, word: str) -> None:
        """End a session."""
        with self._store.writing() as record:
            end_session(record, word, self._clock())

    def choose(self, word: str, password: str, address: str) -> str:
        """Set the password of whoever has the link, and sign them in; returns the word for the browser to keep."""
        if not self._tries.allows(address):
            raise TooMany("too many tries: wait a minute")
        self.invited(word)  # whoever has no link has nothing hashed
        chosen = password_hash(password)
        with self._store.writing() as record:
            user = choose(record, word, chosen, self._clock())
            return begin_session(record, user.user, self._clock())

    def invited(self, word: str) -> User:
        """Whom a link lets choose a password. Raises ``Refused``."""
        with self._store.reading() as views:
            return invited(views, word, self._clock())

    def first(self) -> str | None:
        """Make an administrator where there is no user at all; returns the word of the link with which their password
        is chosen. None: there is somebody."""
        at = self._clock()
        with self._store.writing() as record:
            if record.rows(User):
                return None
            return add_user(record, User(user="administrator", administrator=True, since=at), None, at)

    def pose(self, position: str) -> str:
        """Sign in as whoever holds a position: for the demo alone. Returns the word for the browser to keep."""
        if not self.demo:
            raise Refused("only the demo lets you choose whom you are")
        at = self._clock()
        with self._store.writing() as record:
            held = [a for a in record.rows(Appointment, at=at, position=position) if holds(a, at)]
            if not held:
                raise Refused(f"nobody holds {position} now: choose another office")
            member = sorted(held, key=lambda a: a.kind != "acting")[0].member
            mine = [u.user for u in record.rows(User, member=member) if u.until is None]
            if not mine:
                user = User(user=member, member=member, since=at)
                record.append([Fact(user.stream, "user.made", at, to_body(user))])
            return begin_session(record, mine[0] if mine else member, at)

    def viewer(self, word: str | None) -> Viewer | None:
        """Who asks; None: nobody who is signed in. What they may do is as of now: it ends with the appointment."""
        with self._store.reading() as views:
            return self.viewer_in(views, word)

    def viewer_in(self, views: Views, word: str | None) -> Viewer | None:
        """The same, by this state of the record."""
        if not word or len(word) > 128:
            return None
        at = self._clock()
        session = views.row(Session, hashed(word))
        if session is None or session.until <= at:
            return None
        found = self._viewer(views, session.user, at)
        return None if found is None else replace(found, mark=self.mark(word))

    def is_still(self, views: Views, viewer: Viewer) -> bool:
        """Whether somebody who was found to ask has the same rights in this transaction."""
        found = _found(views, viewer.user, self._clock())
        return found is not None and replace(found, mark=viewer.mark) == viewer

    def _viewer(self, views: Views, name: str, at: datetime) -> Viewer | None:
        """A user with their rights at an instant, without a mark. It is kept until a fact bears on rights, or the next
        instant at which time alone changes theirs."""
        since = self._bearing.newest(views)
        turns = self._turns.once((since, name), lambda: _turns(views, name))
        return self._viewers.once((since, name, bisect_right(turns, at)), lambda: _found(views, name, at))

    def mark(self, word: str) -> str:
        """What proves that a form was made for the browser that keeps this word, signed in or not."""
        return hmac.new(self._key, b"muster.form " + word.encode(), sha256).hexdigest()[:32]

    def is_ours(self, word: str, mark: str) -> bool:
        """Whether a form came from a page that we made for the browser that keeps this word."""
        return bool(word) and hmac.compare_digest(self.mark(word).encode(), mark.encode(errors="surrogateescape"))

    def poses(self) -> Sequence[tuple[str, str]]:
        """The offices that somebody holds now and the demo lets one sign in as: the position, and what it is called."""
        at = self._clock()
        with self._store.reading() as views:
            titles = {t.title: t for t in views.rows(Title) if t.kind in ("command", "tour", "civil")}
            posts = views.rows(Position, at=at, title=titles.keys())
            held = {a.position for a in views.rows(Appointment, at=at, position={p.position for p in posts})}
            units = {u.unit: u.name for u in views.rows(Unit)}
            return [(p.position, f"{titles[p.title].name}, {units[p.unit]}") for p in posts if p.position in held]


def _turns(views: Views, name: str) -> Sequence[datetime]:
    """When time alone changes the rights of a user, in order."""
    user = views.row(User, name)
    return () if user is None or user.member is None else sorted(entitled.turnings(views, user.member))


def _found(views: Views, name: str, at: datetime) -> Viewer | None:
    user = views.row(User, name)
    return None if user is None or user.until is not None else viewer_of(views, user, "", at)


def viewer_of(views: Views, user: User, mark: str, at: datetime) -> Viewer:
    """A user as they ask at an instant, with the rights that follow from the positions of their member then."""
    member = None if user.member is None else views.row(Member, user.member)
    if member is None:
        none = frozenset[str]()
        return Viewer(user.user, user.member, user.user, user.administrator, (), none, none, mark)
    reader = entitled.Reader(views, member.member, at)
    return Viewer(
        user.user,
        user.member,
        member.name,
        user.administrator,
        reader.offices,
        reader.commanded(),
        reader.seen(),
        mark,
    )
