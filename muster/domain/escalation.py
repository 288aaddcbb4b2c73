"""Escalations: the plan of contacts for one tasking, until somebody accepts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Self

from muster.domain.record import Fact
from muster.domain.schema import (
    Row,
    changed,
    choice,
    column,
    from_body,
    instant,
    maybe_ref,
    ref,
    to_body,
    whole,
    written,
)
from muster.domain.valid import valid


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation(Row):
    """Whom a tasking is brought to, in which order, and how far that has come. The chain of positions is frozen when it
    begins; who holds them, on duty, fit and reachable, is asked again at each step. Its facts are events."""

    NOUN: ClassVar[str] = "escalation"

    tasking: str = ref("the tasking", to="tasking", key=True)
    chain: tuple[str, ...] = column("refs", "the positions to be asked, in order", default=())
    place: int = whole("the place in the chain of the next to be asked", least=0, most=1000, default=0)
    step: int = whole("the last step taken; a repeat is a new step", least=0, most=1_000_000, default=0)
    round: int = whole("how often the chain was begun", least=1, most=1_000_000, default=1)
    state: str = choice("how it stands", "running", "answered", "ended", default="running")
    asked: tuple[str, ...] = column("refs", "members asked in this round", default=())
    position: str | None = maybe_ref("the position asked last", to="position")
    due_at: datetime | None = instant("when the next step is due; None: no more are", default=None)

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The escalation once this event followed."""
        if before is None:
            return from_body(cls, body)
        due = datetime.fromisoformat(body["due_at"]) if "due_at" in body else None
        if verb == "stepped":
            asked = (*before.asked, body["member"]) if "member" in body else before.asked
            place, step = body["place"], body.get("step", before.step)
            return changed(before, place=place, step=step, asked=asked, position=body.get("position"), due_at=due)
        if verb in ("widened", "alarmed"):
            return changed(before, place=0, round=before.round + 1, asked=(), position=None, due_at=due)
        if verb == "turned":
            chain, asked = tuple(body["chain"]), tuple(body["asked"])
            turn = before.round if before.runs else 1  # a search that was over begins anew, and spares rest again
            begun = {"chain": chain, "place": 0, "asked": asked, "round": turn, "position": None, "state": "running"}
            return changed(before, **begun, due_at=due)
        if verb in ("hastened", "faulted"):
            return changed(before, due_at=due)
        return changed(before, state="answered" if verb == "answered" else "ended", due_at=None)

    @property
    def runs(self) -> bool:
        """Whether somebody is still to be found."""
        return self.state == "running"

    @property
    def wakes(self) -> bool:
        """Whether nobody else decided, so that those at rest are asked too."""
        return self.round > 1

    def started(self, at: datetime) -> Fact:
        """The fact that it began."""
        return Fact(self.stream, "escalation.started", at, to_body(valid(self)))

    def event(self, verb: str, at: datetime, due_at: datetime | None = None, **more: Any) -> Fact:
        """A fact about this escalation; ``due_at``: when the next step is due."""
        due = {} if due_at is None else {"due_at": written(due_at)}
        return Fact(self.stream, f"{self.NOUN}.{verb}", at, due | {k: v for k, v in more.items() if v is not None})

    def turned(self, chain: Sequence[str], why: str, at: datetime, asked: Sequence[str] = ()) -> Fact:
        """The fact that the chain begins anew, without those who are done with: somebody was named for it, or whoever
        had accepted it refuses it now."""
        return self.event("turned", at, at, chain=list(chain), why=why, asked=list(asked))

    def hastened(self, why: str, at: datetime) -> list[Fact]:
        """The fact that the next step is due at once; none where nothing is waited for."""
        waits = self.runs and self.due_at is not None and self.due_at > at
        return [self.event("hastened", at, at, why=why)] if waits else []

    def faulted(self, why: str, at: datetime, again: datetime) -> Fact:
        """The fact that a step could not be taken, for a reason in the record that somebody has to mend."""
        return self.event("faulted", at, again, why=why)

    def answered(self, member: str, position: str, at: datetime) -> list[Fact]:
        """The fact that somebody took the tasking on; none where that has ended it already."""
        return [self.event("answered", at, member=member, position=position)] if self.runs else []

    def ended(self, why: str, at: datetime) -> list[Fact]:
        """The fact that nobody is needed any more; none where nobody is."""
        return [self.event("ended", at, why=why)] if self.state != "ended" else []
