"""Taskings: something that must be decided or done, with exactly one owner, a position, until it is closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from muster.domain.errors import Refused
from muster.domain.record import Fact
from muster.domain.schema import (
    Row,
    changed,
    choice,
    column,
    flag,
    from_body,
    instant,
    maybe_ref,
    ref,
    text,
    to_body,
    whole,
)
from muster.domain.valid import valid, valid_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasking(Row):
    """A tasking as it stands: who owns it, to whom it is offered, who was told. Its facts are events."""

    NOUN: ClassVar[str] = "tasking"

    tasking: str = ref("short name of the tasking", key=True)
    kind: str = choice("what sort", "incident", "planned", "request", "gap", "directive", "relief", "order")
    what: str = text("what must be decided or done")
    matter: str | None = maybe_ref("the matter", to="matter")
    place: str = ref("the unit in which it is", to="unit")
    competent_unit: str = ref("the unit it belongs to", to="unit")
    people: int | None = whole("people taking part", least=0, most=10_000_000, default=None)
    hours: int | None = whole("hours it lasts", least=0, most=8760, default=None)
    members: int | None = whole("members needed", least=0, most=1_000_000, default=None)
    received_at: datetime = instant("when it was received")
    deadline: datetime | None = instant("by when it must be decided; None: now", default=None)
    notify_at_once: bool = flag("whether the commander must be told even at rest", default=False)
    giver: str | None = maybe_ref("the unit or position that gave it; None for one that nobody gave")
    receiver: str | None = maybe_ref("the position to which the giver sent it; None: where it belongs", to="position")
    reason: str | None = text("why the giver sent it past the chain", default=None)
    # Without ``to``: whoever takes something in does not read what becomes of it for that.
    entered_by: str | None = maybe_ref("the member who took it in; None: it came about by itself, or nobody was named")
    order: str | None = maybe_ref("the order that it is part of")
    relieves: str | None = maybe_ref("the member on duty from whom somebody is to take over", to="member")
    owner: str = ref("the position that owns it", to="position")
    offered_to: tuple[str, ...] = column("refs", "positions to which it is offered", default=())
    accepted_by: str | None = maybe_ref("the member who accepted it for the owner", to="member")
    told: tuple[str, ...] = column("refs", "positions that were told of it", default=())
    result: str | None = text("how it was closed; None while it is open", default=None)

    @property
    def is_open(self) -> bool:
        """Whether it still has to be decided or done."""
        return self.result is None

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The tasking once this event followed."""
        if before is None:
            return from_body(cls, body)
        changes: dict[str, Any] = {}
        if verb in ("accepted", "taken-over"):
            changes = {"owner": body["position"], "accepted_by": body["member"], "offered_to": ()}
        elif verb in ("offered", "delegated", "sent"):
            known = (before.owner, *before.offered_to)  # what is sent to its owner is offered to nobody
            changes = {"offered_to": (*before.offered_to, *_new(known, body["to"]))}
        elif verb == "refused":
            gave_up = body["position"] == before.owner and before.accepted_by in (body["member"], body.get("former"))
            changes = {"offered_to": tuple(p for p in before.offered_to if p != body["position"])}
            changes |= {"accepted_by": None} if gave_up else {}
        elif verb == "left":
            changes = {"accepted_by": None}
        elif verb == "told":
            changes = {"told": (*before.told, *_new(before.told, body["position"]))}
        elif verb == "closed":
            changes = {"result": body["result"], "offered_to": ()}
        return changed(before, **changes)

    def event(self, verb: str, at: datetime, **body: Any) -> Fact:
        """A fact about this tasking."""
        return Fact(self.stream, f"{self.NOUN}.{verb}", at, {k: v for k, v in body.items() if v is not None})

    def offer(self, to: str, by: str, at: datetime) -> list[Fact]:
        """The facts that offer it to another position; none if it is offered there already."""
        self._must_be_open()
        return [] if to in (*self.offered_to, self.owner) else [self.event("offered", at, to=to, by=by)]

    def accept(self, position: str, member: str, at: datetime, *, sought: bool = False) -> list[Fact]:
        """The facts that follow when ``member`` takes it on in ``position``; none when that has happened already and
        nobody is sought for it: who has it and named another can take it back, and the search ends."""
        if self.owner == position and self.accepted_by == member and not sought:
            return []
        self._must_be_open()
        self._must_concern(position)
        self._must_be_another(member)
        return [self.event("accepted", at, position=position, member=member)]

    def refuse(self, position: str, member: str, reason: str, at: datetime, former: str | None = None) -> list[Fact]:
        """The facts that follow when ``member`` refuses it. A refusing owner keeps it until somebody accepts.
        ``former``: who had accepted it in that position and does not serve in it now; ``member`` came after them."""
        self._must_be_open()
        self._must_concern(position)
        valid_text(f"refusing tasking {self.tasking}", "reason", reason)
        return [self.event("refused", at, position=position, member=member, reason=reason, former=former)]

    def delegate(self, to: str, position: str, member: str, at: datetime) -> list[Fact]:
        """The facts that hand it to a position below the owner; ownership moves when that accepts."""
        self._must_be_open()
        if position != self.owner:
            raise Refused(f"tasking {self.tasking} is owned by {self.owner}: only its holder can delegate it")
        return [self.event("delegated", at, to=to, by=member, position=position)]

    def take_over(self, position: str, member: str, at: datetime, *, sought: bool = False) -> list[Fact]:
        """The facts by which a superior takes over what a subordinate owns: ordinary command, the subordinate told.
        ``sought``: as for accepting, which it is for the owner."""
        self._must_be_open()
        if position == self.owner:
            return self.accept(position, member, at, sought=sought)
        self._must_be_another(member)
        taken = self.event("taken-over", at, position=position, member=member, former=self.owner)
        return [taken, self.tell(self.owner, f"taken over by {position}", at)]

    def tell(self, position: str, why: str, at: datetime, member: str | None = None) -> Fact:
        """The fact that a position was told of it; needs no answer."""
        return self.event("told", at, position=position, member=member, why=why)

    def left(self, at: datetime) -> Fact:
        """The fact that nobody holds the position any more in which it was accepted: somebody else is sought."""
        return self.event("left", at, position=self.owner, member=self.accepted_by)

    def close(self, result: str, member: str, at: datetime) -> list[Fact]:
        """The facts that close it; none when it is closed."""
        valid_text(f"closing tasking {self.tasking}", "result", result)
        return [] if not self.is_open else [self.event("closed", at, result=result, by=member)]

    def received(self) -> Fact:
        """The fact that it was received."""
        return Fact(self.stream, "tasking.received", self.received_at, to_body(valid(self)))

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise Refused(f"tasking {self.tasking} was closed: {self.result}. Receive a new one")

    def _must_be_another(self, member: str) -> None:
        if member == self.relieves:
            raise Refused(f"tasking {self.tasking} is to relieve {member}: somebody else accepts it")

    def is_to_relieve(self, member: str) -> bool:
        """Whether it is open, and somebody is to take over from this member; older versions said so in its name."""
        named = self.relieves or (self.tasking.startswith(f"relief-{member}-") and member)
        return self.is_open and self.kind == "relief" and named == member

    def _must_concern(self, position: str) -> None:
        if position not in (self.owner, *self.offered_to):
            said = (
                f"tasking {self.tasking} is not offered to {position}; {self.owner} owns it: ask for it to be sent on"
            )
            raise Refused(said)


def _new(present: tuple[str, ...], more: str) -> tuple[str, ...]:
    return () if more in present else (more,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Row):
    """One attempt to reach a member by telephone or otherwise, and what came of it. An unanswered call is routed."""

    NOUN: ClassVar[str] = "call"

    member: str = ref("the member who was called", to="member", key=True)
    at: datetime = instant("when", key=True)
    caller: str = text("who called: a position, unit or member")
    channel: str = text("how", default="telephone")
    answered: bool = flag("whether the member answered", default=False)
    about: str | None = text("what it was about", default=None)
    unit: str | None = maybe_ref("the unit for which the member was called", to="unit")
    routed_to: str | None = maybe_ref("the member who answers instead; None: answered, or nobody", to="member")
    routed_position: str | None = maybe_ref("in which position", to="position")
    said: str | None = text("what the caller was told", default=None)
    tasking: str | None = maybe_ref("the tasking to call back; None: answered", to="tasking")
