"""The secret address under which a member's calendar asks for their tours: the record has only the hash of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from muster.domain.record import Fact
from muster.domain.schema import Row, from_body, instant, ref, to_body


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink(Row):
    """The one link that a member's calendars ask by; taken out when it is revoked, and another when it is renewed."""

    NOUN: ClassVar[str] = "feed_link"

    member: str = ref("whose tours it shows", to="member", key=True)
    digest: str = ref("SHA-256 of the token in the link")
    by: str = ref("the member who had it made", to="member")
    at: datetime = instant("since when it works")

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The link once this event followed; None once it was revoked."""
        return None if verb == "revoked" else from_body(cls, body)

    def made(self) -> Fact:
        """The fact that it works from now on, and that the one before, if there was any, does no more."""
        return Fact(self.stream, "feed_link.made", self.at, to_body(self))

    def revoked(self, by: str, at: datetime) -> Fact:
        """The fact that it works no more."""
        return Fact(self.stream, "feed_link.revoked", at, {"by": by})
