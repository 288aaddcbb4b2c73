"""Offers of a call-in: many are asked at once until a deadline, and what they answer decides by the list's order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Self

from muster.domain.record import Fact
from muster.domain.schema import Row, changed, choice, from_body, instant, ref, text, to_body, whole, written
from muster.domain.valid import valid

STANDS: Final = {
    "open": "no answer yet",
    "willing": "willing",
    "refused": "refused",
    "awarded": "it is theirs",
    "passed": "willing, and not theirs",
    "not-reached": "not reached",
    "spared": "did not have to answer",
}
"""How an offer stands: its states, each in words."""
STATES: Final = tuple(STANDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering(Row):
    """One round of offers of a call-in: to whom it was offered at once stands in its offers. Its facts are events."""

    NOUN: ClassVar[str] = "offering"

    call_in: str = ref("the call-in", to="call_in", key=True)
    round: int = whole("which round of offers of this call-in", least=1, most=1000, key=True)
    by: str = ref("the member who had it offered", to="member")
    at: datetime = instant("when it was offered")
    deadline: datetime = instant("until when it can be answered")
    digest: str = ref("SHA-256 of the list as it was then")
    state: str = choice("how it stands", "running", "over", default="running")
    due_at: datetime | None = instant("when it is decided next; None: it is over", default=None)

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The round once this event followed."""
        if before is None:
            return from_body(cls, body)
        if verb == "closed":
            return changed(before, state="over", due_at=None)
        return changed(before, due_at=datetime.fromisoformat(body["due_at"]))

    @property
    def runs(self) -> bool:
        """Whether something is still to be decided."""
        return self.state == "running"

    def made(self) -> Fact:
        """The fact that it began."""
        return Fact(self.stream, "offering.made", self.at, to_body(valid(self)))

    def due(self, verb: str, at: datetime, due_at: datetime, **more: Any) -> Fact:
        """A fact after which it is decided at ``due_at``: ``hastened``, ``waited`` or ``faulted``."""
        return Fact(self.stream, f"{self.NOUN}.{verb}", at, {"due_at": written(due_at), **more})

    def closed(self, why: str, missing: int, at: datetime) -> Fact:
        """The fact that nothing of it is open any more; ``missing``: how many members are still needed."""
        return Fact(self.stream, "offering.closed", at, {"why": why, "missing": missing})


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Row):
    """What one member was offered in one round, by the list of then, and what came of it. Its facts are events."""

    NOUN: ClassVar[str] = "offer"

    call_in: str = ref("the call-in", to="call_in", key=True)
    round: int = whole("which round of offers", least=1, most=1000, key=True)
    member: str = ref("to whom it was offered", to="member", key=True)
    at: datetime = instant("when it was offered")
    place: int = whole("place on the list as it was then: the order of the award", least=1, most=100_000)
    digest: str = ref("SHA-256 of the list as it was then")
    state: str = choice("how it stands", *STATES, default="open")
    answered_at: datetime | None = instant("when the member answered; None: not yet", default=None)
    why: str | None = text("why it did not become the member's, for everybody to read", default=None)

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The offer once this event followed."""
        if before is None:
            return from_body(cls, body)
        if verb == "answered":
            return changed(before, state=body["answer"], answered_at=datetime.fromisoformat(body["at"]))
        return changed(before, state=verb, why=body.get("why"))

    def made(self) -> Fact:
        """The fact that it was offered."""
        return Fact(self.stream, "offer.made", self.at, to_body(valid(self)))

    def answered(self, answer: str, at: datetime) -> Fact:
        """The fact that the member is willing, or refuses."""
        return Fact(self.stream, "offer.answered", at, {"answer": answer, "at": written(at)})

    def ended(self, state: str, at: datetime, why: str | None = None) -> Fact:
        """The fact that it became the member's, or did not: one of ``STATES`` after the answers."""
        return Fact(self.stream, f"{self.NOUN}.{state}", at, {} if why is None else {"why": why})


def in_order(offers: Iterable[Offer]) -> list[Offer]:
    """The offers of one round in the order in which it is awarded: by their places on the list of then."""
    return sorted(offers, key=lambda o: o.place)


def can_be_decided(offers: Sequence[Offer], noted: Collection[str]) -> bool:
    """Whether the award goes on by what was answered so far: everybody ahead of somebody willing has answered, or all
    have. ``noted``: members whose answer somebody else noted, as of a telephone call."""
    for offer in in_order(offers):
        if offer.state == "willing":
            return True
        if offer.state == "open" and offer.member not in noted:
            return False
    return True
