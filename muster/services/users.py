"""Users: made, invited, ended. A password is chosen with a link that works once; only its Argon2 hash is kept."""

import secrets
from base64 import b64encode
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from muster.domain.errors import Check, Refused, Unknown, require
from muster.domain.members import Member
from muster.domain.record import Fact
from muster.domain.schema import to_body
from muster.domain.users import LEAST_LETTERS, MOST_LETTERS, Session, User, hashed
from muster.domain.valid import valid
from muster.ports import Record, Views

INVITED_FOR: Final = timedelta(days=3)
LASTS: Final = timedelta(hours=16)
"""A session ends so long after it began: nobody is on duty for longer without a waiver."""
WORD_BYTES: Final = 32
_hasher = PasswordHasher()  # the parameters of RFC 9106, 4, second recommended option


def _of_nobody() -> str:
    """A hash of no password: drawn, so that nothing that begins waits until one is computed."""
    how = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    drawn = (b64encode(secrets.token_bytes(n)).decode().rstrip("=") for n in (_hasher.salt_len, _hasher.hash_len))
    return "$".join(("", "argon2id", "v=19", how, *drawn))


_NOBODY: Final = _of_nobody()
"""What is compared for a user who is not there, so that it takes as long."""


def add_user(record: Record, user: User, by: str | None, at: datetime) -> str:
    """Make a user; returns the word of the link with which they choose a password. ``by``: the administrator; None:
    whoever runs the machine. Raises ``Refused`` for a name or a member that has a user."""
    _must_administer(record, by, at)
    if user.member is not None and record.row(Member, user.member) is None:
        raise Unknown(f"member {user.member!r} is not in the record: it must be the short name of a member")
    there = record.row(User, user.user)
    if there is not None:
        _must_go_on(there)
        raise Refused(f"user {user.user}: is there already: invite them anew")
    same = [] if user.member is None else [u for u in record.rows(User, member=user.member) if u.until is None]
    if same:
        raise Refused(f"user {user.user}: member {user.member} is user {same[0].user} already")
    word = secrets.token_urlsafe(WORD_BYTES)
    record.append([Fact(user.stream, "user.made", at, {**to_body(valid(user)), **_invitation(word, at)})])
    return word


def invite(record: Record, name: str, by: str | None, at: datetime) -> str:
    """Give a user a new link to choose a password with; the one before ends. Returns the word of the link. Raises
    ``Refused`` for a user that ended: the link would let nobody in."""
    _must_administer(record, by, at)
    user = user_named(record, name)
    _must_go_on(user)
    word = secrets.token_urlsafe(WORD_BYTES)
    record.append([Fact(user.stream, "user.invited", at, _invitation(word, at))])
    return word


def _must_go_on(user: User) -> None:
    if user.until is not None:
        raise Refused(f"user {user.user}: has ended, and no name is given twice: make one of another name")


def _invitation(word: str, at: datetime) -> dict[str, str]:
    until = (at + INVITED_FOR).isoformat(timespec="seconds")
    return {"invitation": hashed(word), "invited_until": until.replace("+00:00", "Z")}


def invited(views: Views, word: str, at: datetime) -> User:
    """The user whom a link lets choose a password. Raises ``Refused``, in the same words for every reason."""
    for user in views.rows(User, invitation=hashed(word)):
        if user.invites(word, at):
            return user
    raise Refused("this link is used, expired or not whole: ask whoever looks after users for a new one")


def password_hash(password: str) -> str:
    """What is kept of a password. It takes a fifth of a second, on purpose: ask before a transaction begins. Raises
    ``Invalid``."""
    long_enough = LEAST_LETTERS <= len(password) <= MOST_LETTERS
    must = f"must have {LEAST_LETTERS} to {MOST_LETTERS} letters; a sentence is easy to remember"
    require("password", Check("length", len(password), long_enough, must))
    return _hasher.hash(password)


def choose(record: Record, word: str, password: str, at: datetime) -> User:
    """Set the password, given as its hash, of whoever has the link; their sessions end. Raises ``Refused``."""
    user = invited(record, word, at)
    secret = record.seal([password])
    if user.secret is not None:
        record.erase([user.secret])
    facts = [Fact(user.stream, "user.chose", at, {"secret": next(iter(secret.values()))})]
    record.append([*facts, *_sessions_ended(record, user.user, at)])
    return user


def end_user(record: Record, name: str, by: str | None, at: datetime) -> User:
    """End a user, with all their sessions; the password is erased. Safe to repeat."""
    _must_administer(record, by, at)
    user = user_named(record, name)
    if user.until is None:
        mine = Fact(user.stream, "user.ended", at, {"until": _text(at)})
        record.erase([user.secret] if user.secret else [])
        record.append([mine, *_sessions_ended(record, name, at)])
    return user


def _sessions_ended(views: Views, name: str, at: datetime) -> list[Fact]:
    running = [s for s in views.rows(Session, user=name) if s.until > at]
    return [Fact(s.stream, "session.ended", at, {"until": _text(at)}) for s in running]


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def user_named(views: Views, name: str) -> User:
    """The user of that name. Raises ``Unknown``."""
    found = views.row(User, name)
    if found is None:
        raise Unknown(f"user {name!r} is not in the record: it must be the name of a user in their list")
    return found


def is_password(views: Views, name: str, password: str) -> User | None:
    """The user, if that is their password; None for a wrong one, for a user that ended and for nobody of that name,
    after the same work."""
    user = views.row(User, name) if name.isprintable() else None  # of other letters databases refuse some
    known = user.secret if user is not None and user.until is None else None
    secret = views.unseal([known]).get(known) if known else None
    try:
        _hasher.verify(secret or _NOBODY, password[: MOST_LETTERS + 1])
    except (VerifyMismatchError, InvalidHashError):
        return None
    return user if secret else None


def begin_session(record: Record, user: str, at: datetime) -> str:
    """Sign a user in; returns the word that their browser keeps."""
    word = secrets.token_urlsafe(WORD_BYTES)
    session = Session(session=hashed(word), user=user, since=at, until=at + LASTS)
    record.append([Fact(session.stream, "session.begun", at, to_body(session))])
    return word


def end_session(record: Record, word: str, at: datetime) -> None:
    """Sign out. Safe to repeat."""
    session = record.row(Session, hashed(word))
    if session is not None and session.until > at:
        record.append([Fact(session.stream, "session.ended", at, {"until": _text(at)})])


def _must_administer(views: Views, by: str | None, at: datetime) -> None:
    if by is not None:
        user = views.row(User, by)
        if user is None or user.until is not None or not user.administrator:
            raise Refused(f"{by} does not look after users: ask an administrator")
