"""Who may sign in: users and their sessions. What a user may see and do follows from the positions that their member
holds, and ends with the appointment; nothing of it is kept here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Final, Self

from muster.domain.schema import Row, changed, flag, from_body, instant, maybe_ref, ref, text

LEAST_LETTERS: Final = 15
"""Of a password where nothing else is asked for. NIST SP 800-63B-4, 3.1.1.2; it also says: no rules of composition."""
MOST_LETTERS: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class User(Row):
    """Somebody who may sign in."""

    NOUN: ClassVar[str] = "user"

    user: str = ref("the name to sign in with", key=True)
    member: str | None = maybe_ref("the member that it is; empty: nobody of the force, who only looks after users")
    administrator: bool = flag("may make and end users; commands nobody by that", default=False)
    secret: str | None = text("the password, as Argon2 hash; None: none is set", default=None, sealed=True)
    invitation: str | None = text("SHA-256 of the word in the link with which a password is set", default=None)
    invited_until: datetime | None = instant("when that link ends", default=None)
    since: datetime = instant("when the user was made")
    until: datetime | None = instant("when it was ended; None: it was not", default=None)

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The user once this event followed."""
        if before is None:
            return from_body(cls, body)
        at = {name: datetime.fromisoformat(body[name]) for name in ("invited_until", "until") if name in body}
        if verb == "chose":
            return changed(before, secret=body["secret"], invitation=None, invited_until=None)
        return changed(before, **{**body, **at})

    def invites(self, word: str, at: datetime) -> bool:
        """Whether a password can be set with this word now."""
        open_ = self.until is None and self.invited_until is not None and at < self.invited_until
        return open_ and self.invitation == hashed(word)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Row):
    """Somebody signed in, on one device."""

    NOUN: ClassVar[str] = "session"

    session: str = ref("SHA-256 of the word that the browser keeps", key=True)
    user: str = ref("the user", to="user")
    since: datetime = instant("when they signed in")
    until: datetime = instant("when it ends, or was ended")

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The session once this event followed."""
        if before is None:
            return from_body(cls, body)
        return changed(before, until=datetime.fromisoformat(body["until"]))


def hashed(word: str) -> str:
    """What is kept of a word that only its holder has: nobody who reads the record can use it."""
    return sha256(word.encode(errors="surrogatepass")).hexdigest()
