"""Tokens: what lets a program ask and act for a user, and the acts that were done with one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar, Final, Literal, Self, get_args

from muster.domain.record import Fact, canonical
from muster.domain.schema import Row, changed, column, from_body, instant, ref, text, to_body, written

Scope = Literal["read", "act"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
SHOWN: Final = 12
"""So many letters of a token's hash name it to people."""
LONGEST_DAYS: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Token(Row):
    """A token of a user. It has no rights: those of the user's member, narrowed to its scopes, hold at each request."""

    NOUN: ClassVar[str] = "token"

    token: str = ref("SHA-256 of what the program sends", key=True)
    user: str = ref("the user for whom the program asks", to="user")
    scopes: tuple[str, ...] = column("refs", "what the program may do: read, act")
    since: datetime = instant("when it was made")
    until: datetime = instant("when it ends, or was ended")

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The token once this event followed."""
        if before is None:
            return from_body(cls, body)
        return changed(before, until=datetime.fromisoformat(body["until"]))

    @property
    def name(self) -> str:
        """What it is called: the first letters of its hash, which opens nothing."""
        return self.token[:SHOWN]

    def made(self) -> Fact:
        """The fact that it works from now on."""
        return Fact(self.stream, "token.made", self.since, to_body(self))

    def ended(self, at: datetime) -> list[Fact]:
        """The facts that end it; none where it has ended."""
        return [Fact(self.stream, "token.ended", at, {"until": written(at)})] if at < self.until else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Row):
    """What a program did under a key of its own, and what it was answered: the same sent again does no more."""

    NOUN: ClassVar[str] = "done"

    done: str = ref("SHA-256 of the user and the key", key=True)
    user: str = ref("the user for whom it was done", to="user")
    asked: str = ref("SHA-256 of what was asked for")
    answer: str = text("what was answered, as JSON")
    at: datetime = instant("when")

    def fact(self) -> Fact:
        """The fact that it was done."""
        return Fact(self.stream, "done.kept", self.at, to_body(self))


def done_key(user: str, key: str) -> str:
    """What an act of a user under a key is kept by: the keys of one are not those of another."""
    return sha256(canonical({"user": user, "key": key}).encode()).hexdigest()


def asked_digest(what: str, body: Mapping[str, Any]) -> str:
    """What tells two acts apart: the address, and what was sent, however it was laid out."""
    return sha256(f"{what}\n{canonical(body)}".encode(errors="surrogatepass")).hexdigest()
