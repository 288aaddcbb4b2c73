"""Tokens of users: made, listed, revoked; and who a program is that comes with one."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from muster.domain.errors import Check, NotEntitled, Refused, Unknown, require
from muster.domain.tokens import LONGEST_DAYS, SCOPES, Scope, Token
from muster.domain.users import User, hashed
from muster.ports import Record, Views
from muster.services.gate import Viewer, viewer_of
from muster.services.users import user_named

BEGINS: Final = "muster_"
"""How a token begins: programs that look for secrets in texts find it."""
TOKEN_BYTES: Final = 32
LONGEST_TOKEN: Final = 128


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a program is at this request: whom it asks for, with their rights of now, and what of these it has."""

    viewer: Viewer
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was made, with what the program sends, for this once: the record has its hash alone."""

    token: Token
    secret: str


def issue(record: Record, user: str, scopes: Collection[str], days: int, at: datetime) -> Issued:
    """Make a token of a user that works for so many days. Raises ``Unknown``, ``Invalid``, and ``Refused`` for a user
    that ended."""
    found = user_named(record, user)
    if found.until is not None:
        raise Refused(f"user {user}: has ended; a token would let nobody in")
    known = tuple(s for s in SCOPES if s in scopes)
    require(
        f"token of {user}",
        Check(
            "scope", ",".join(scopes), bool(scopes) and set(scopes) <= set(SCOPES), f"must be of {', '.join(SCOPES)}"
        ),
        Check("days", days, 1 <= days <= LONGEST_DAYS, f"must be from 1 to {LONGEST_DAYS}"),
    )
    secret = BEGINS + secrets.token_urlsafe(TOKEN_BYTES)
    made = Token(token=hashed(secret), user=user, scopes=known, since=at, until=at + timedelta(days=days))
    record.append([made.made()])
    return Issued(made, secret)


def tokens_of(views: Views, user: str | None = None) -> list[Token]:
    """The tokens that were ever made, of one user or of all, the oldest first. Raises ``Unknown`` for a user that is
    not there."""
    found = views.rows(Token) if user is None else views.rows(Token, user=user_named(views, user).user)
    return sorted(found, key=lambda t: (t.since, t.token))


def revoke(record: Record, name: str, at: datetime) -> Token:
    """End a token, by the first letters of its hash as they are listed. Safe to repeat. Raises ``Unknown``."""
    found = next((t for t in record.rows(Token) if t.name == name), None)
    if found is None:
        raise Unknown(f"token {name!r} is not in the record: it must be the name of a token in their list")
    record.append(found.ended(at))
    return found


def bearer_of(views: Views, secret: str, at: datetime) -> Bearer | None:
    """Who comes with a token; None where it leads to nobody, for whatever reason: unknown, ended, of a user that
    ended."""
    token = views.row(Token, hashed(secret)) if len(secret) <= LONGEST_TOKEN else None
    if token is None or token.until <= at:
        return None
    user = views.row(User, token.user)
    if user is None or user.until is not None:
        return None
    return Bearer(viewer_of(views, user, "", at), frozenset(token.scopes))


def must_have(bearer: Bearer, scope: Scope) -> None:
    """Raise ``NotEntitled`` for a token without that scope."""
    if scope not in bearer.scopes:
        has = ", ".join(sorted(bearer.scopes))
        raise NotEntitled(f"this token is for {has}, not for {scope}: whoever runs Muster can make one that is")
