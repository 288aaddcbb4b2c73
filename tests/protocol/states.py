"""Where everybody stands between two moves: the store, what workers have in hand, and what people were told."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from muster.ports import Due
from muster.services.answers import Answer
from muster.worker.loop import LEASE
from tests.protocol.memory import NOW, Kept, Memory, Station
from tests.protocol.rules import Has, Sent


class Held(NamedTuple):
    """A contact that a worker has claimed, and until when it is that worker's."""

    key: str
    tries: int
    until: datetime


class Flight(NamedTuple):
    """The same, and read. ``seen``: how the contact stood then; ``why``: nothing is sent; ``said``: what the gateway
    did with it, empty as long as it has not been handed over."""

    held: Held
    seen: tuple[str, int]
    why: str
    repeat: bool
    said: str = ""

    @property
    def key(self) -> str:
        """Of the contact."""
        return self.held.key

    @property
    def came(self) -> bool:
        """Whether something came of it that can be recorded."""
        return bool(self.why or self.said)


class Worker(NamedTuple):
    """What one worker has in hand, and loses when it is killed."""

    steps: tuple[str, ...] = ()
    claimed: tuple[Held, ...] = ()
    flying: tuple[Flight, ...] = ()

    def given(self, due: Iterable[Due]) -> "Worker":
        """With what it claimed. What it has in hand already is its own for longer, and is not begun twice."""
        held = {d.key: Held(d.key, d.tries, NOW + LEASE) for d in due}
        flying = tuple(f._replace(held=held.pop(f.key, f.held)) for f in self.flying)
        return self._replace(claimed=tuple(held.values()), flying=flying)

    def later(self, by: timedelta) -> "Worker":
        """When so much time has passed."""
        claimed = tuple(h._replace(until=max(h.until - by, NOW)) for h in self.claimed)
        flying = tuple(f._replace(held=f.held._replace(until=max(f.held.until - by, NOW))) for f in self.flying)
        return self._replace(claimed=claimed, flying=flying)


class State(NamedTuple):
    """``kept``: the number of what the store holds. ``faults`` and ``acts``: so many more can happen. ``sent``: what
    was handed over of which contacts. ``has``: who was told that they have a tasking."""

    kept: int
    workers: tuple[Worker, ...]
    faults: int
    acts: int
    sent: tuple[Sent, ...] = ()
    has: tuple[Has, ...] = ()

    def but(self, number: int, worker: Worker, kept: int | None = None) -> "State":
        """With another state of a worker, and of the store where it is given."""
        workers = (*self.workers[:number], worker, *self.workers[number + 1 :])
        return self._replace(workers=workers, kept=self.kept if kept is None else kept)

    def sent_of(self, key: str) -> Sent:
        """What was handed over of a contact."""
        return next((s for s in self.sent if s.key == key), Sent(key))

    def knowing(self, now: Sent) -> "State":
        """With that of what was handed over."""
        return self._replace(sent=tuple(sorted((*(s for s in self.sent if s.key != now.key), now))))


class Happened(NamedTuple):
    """Something that can happen, the state after it, what is wrong with it, and whether it raised the alarm."""

    says: str
    state: State
    wrong: tuple[str, ...] = ()
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """What somebody may do without having been contacted. ``takes``: the position in which they have it then."""

    says: str
    act: Callable[[Memory, str], object]
    member: str | None = None
    takes: str | None = None
    refuses: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """How small the world is. ``faults``: how often a worker is killed, or time passes before the work is done;
    ``acts``: how often people do something; ``rounds``: of a chain are looked at. ``gateway``: what it may do with a
    message; ``too late``: it carries it, and says so only when nobody waits any more. ``leases`` False: claims do not
    look at them."""

    force: Station
    start: Kept
    workers: int = 1
    faults: int = 0
    acts: int = 0
    rounds: int = 1
    words: Sequence[Answer] = (Answer("accepted"), Answer("refused", "no hands"))
    outside: Sequence[Outside] = ()
    gateway: Sequence[str] = ("sent",)
    leases: bool = True
