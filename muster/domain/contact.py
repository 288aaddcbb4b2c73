"""Contacts: one attempt to reach one member on one channel, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final, Literal, Self

from muster.domain.members import CHANNELS
from muster.domain.record import Fact
from muster.domain.schema import Row, changed, choice, from_body, instant, maybe_ref, ref, text, to_body, whole, written
from muster.domain.valid import valid

Purpose = Literal["decide", "notice", "test", "offer", "outcome", "returns"]
PURPOSES: Final = ("decide", "notice", "test", "offer", "outcome", "returns")
CALLED: Final = ("offer", "outcome", "returns")
"""Purposes of contacts about a call-in: to answer an offer, to know what came of it, and what came of a whole round."""
ASKING: Final = ("decide", "offer")
"""Purposes of contacts that want more of an answer than that they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Row):
    """One attempt to reach one member on one channel. Its key is unique, so a repeat is harmless. It is *received* by
    the person, who may answer it once; a notice needs no answer. Its facts are events."""

    NOUN: ClassVar[str] = "contact"

    subject: str = ref("the tasking, the call-in or the communication test that it is about", key=True)
    purpose: str = choice("to be decided or answered, only to be known, or a test of the channel", *PURPOSES, key=True)
    step: int = whole("the step of the escalation, or number of the notice or round", least=0, most=1_000_000, key=True)
    member: str = ref("the member to be reached", to="member", key=True)
    channel: str = choice("how", *CHANNELS, key=True)
    position: str | None = maybe_ref("the position in which the member is asked", to="position")
    says: str = text("why this member, for everybody to read")
    queued_at: datetime = instant("when it was decided upon")
    due_at: datetime | None = instant("when it is to be sent, or sent again; None: that is over", default=None)
    state: str = choice("how far it is", "waiting", "sent", "failed", "spared", default="waiting")
    tries: int = whole("how often it was tried and that is on record", least=0, most=1_000_000, default=0)
    note: str | None = text("what a gateway said when it failed", default=None)
    expires_at: datetime = instant("when its link can no longer be used")
    received_at: datetime | None = instant("when the member said so", default=None)
    answer: str | None = text("what the member answered; None: nothing yet", default=None)
    answered_at: datetime | None = instant("when", default=None)

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The contact once this event followed."""
        if before is None:
            return from_body(cls, body)
        at = datetime.fromisoformat(body["at"])
        tried = before.tries + 1
        if verb == "sent":
            until = datetime.fromisoformat(body["until"]) if "until" in body else None
            return changed(before, state="sent", due_at=until, tries=tried, note=None)
        if verb == "failed":
            return changed(before, state="failed", due_at=None, tries=tried, note=body["note"])
        if verb == "postponed":
            return changed(before, due_at=datetime.fromisoformat(body["until"]), tries=tried, note=body["note"])
        if verb == "hastened":
            return changed(before, due_at=at)
        if verb == "spared":
            return changed(before, state="spared", due_at=None)
        if verb == "unanswered":
            return changed(before, due_at=None)
        if verb == "received":
            return changed(before, received_at=before.received_at or at, due_at=before.due_at if before.waits else None)
        if verb == "answered":
            return changed(before, received_at=before.received_at or at, answer=body["answer"], answered_at=at)
        return before  # a refused link leaves it as it was

    @property
    def waits(self) -> bool:
        """Whether it still has to be sent."""
        return self.state == "waiting"

    def may_have_come(self, at: datetime) -> bool:
        """Whether the member may have it: it was sent, or tried, or may be on its way at this instant."""
        on_its_way = self.waits and self.due_at is not None and self.due_at <= at
        return on_its_way or self.tries > 0

    def queued(self) -> Fact:
        """The fact that it was decided upon."""
        return Fact(self.stream, "contact.queued", self.queued_at, to_body(valid(self)))

    def event(self, verb: str, at: datetime, **more: Any) -> Fact:
        """A fact about this contact."""
        said = {name: value for name, value in more.items() if value is not None}
        return Fact(self.stream, f"{self.NOUN}.{verb}", at, {"at": written(at), **said})

    def sent(self, at: datetime) -> Fact:
        """The fact that a gateway took it. Whether a test was answered is looked at when its link expires."""
        return self.event("sent", at, until=written(self.expires_at) if self.purpose == "test" else None)

    def unanswered(self, at: datetime) -> Fact:
        """The fact that nobody answered a test in time."""
        return self.event("unanswered", at)

    def postponed(self, until: datetime, note: str, at: datetime) -> Fact:
        """The fact that a gateway could not take it for the moment; it is tried again."""
        return self.event("postponed", at, until=written(until), note=note)

    def failed(self, note: str, at: datetime) -> Fact:
        """The fact that this channel cannot carry it."""
        return self.event("failed", at, note=note)

    def spared(self, why: str, at: datetime) -> Fact:
        """The fact that it is not needed any more."""
        return self.event("spared", at, why=why)

    def hastened(self, at: datetime) -> Fact:
        """The fact that it is to be sent at once, because the channel before it failed."""
        return self.event("hastened", at)

    def received(self, at: datetime) -> list[Fact]:
        """The fact that the member has it; none when that is known."""
        return [] if self.received_at else [self.event("received", at)]

    def answered(self, answer: str, at: datetime, **more: str | None) -> Fact:
        """The fact that the member answered."""
        return self.event("answered", at, answer=answer, **more)

    def link_refused(self, why: str, at: datetime, **more: str | None) -> Fact:
        """The fact that somebody used its link and was refused."""
        return self.event("link-refused", at, why=why, **more)


def offer_key(contact: Contact) -> str:
    """The key of the offer that a contact is about: of whoever is contacted, in that round."""
    return f"{contact.subject}/{contact.step}/{contact.member}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt(Row):
    """A channel on which a member was not reached: it is tried last until the member is reached on it again."""

    NOUN: ClassVar[str] = "doubt"

    member: str = ref("the member", to="member", key=True)
    channel: str = choice("the channel", *CHANNELS, key=True)
    since: datetime = instant("since when")
    why: str = text("what showed it")
