"""The loop of a worker: steps that are due, contacts that are due, and the recording of what came of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from random import uniform
from threading import Event
from time import monotonic
from typing import Final

from muster.domain.calling_offers import Offer, Offering
from muster.domain.errors import MusterError
from muster.domain.escalation import Escalation
from muster.domain.record import Fact
from muster.ports import Clock, Due, Links, Notifier, Store
from muster.services.awarding import Decided, decide_due
from muster.services.kept import Kept
from muster.services.sending import Outcome
from muster.services.stepping import Stepped, step_due
from muster.worker.chores import CHORES, Chore, Chores
from muster.worker.post import Post

POLL: Final = 0.25
"""Seconds between two looks at the due table."""

TROUBLED: Final = 1.0
"""Seconds until what failed is tried again."""

LEASE: Final = timedelta(seconds=60)
"""What is claimed is done by then; longer than any gateway is waited for. After a crash it is what passes until another
does it, and a message that was sent but not recorded is sent again, marked as a repeat."""

MOST_STEPS: Final = 200
MOST_ROUNDS: Final = 4
"""A round of offers takes its list, and holds up all who write meanwhile."""

LAST_TRIES: Final = 5
"""How often a worker that ends tries to record what it has sent."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker did, for whoever watches it: a step, a round of offers, an outcome, or a trouble that it goes on
    despite."""

    step: Stepped | None = None
    decided: Decided | None = None
    outcome: Outcome | None = None
    trouble: str | None = None


class Worker:
    """Does what is due until it is stopped. Any number of them may share a store; each thing is done by one."""

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        links: Links,
        clock: Clock,
        tell: Callable[[Told], None],
        chores: Sequence[Chore] = CHORES,
        lease: timedelta = LEASE,
    ) -> None:
        self._store, self._clock, self._lease = store, clock, lease
        self._tell_plainly = tell
        self._wake = Event()
        self._post = Post(store, notifier, links, clock, lease, self._wake.set)
        self._chores = Chores(store, clock, self._trouble, chores)
        self._claimed: Sequence[Due] = ()
        self._rounds: Sequence[Due] = ()
        self._kept = Kept()
        self._more = self._troubled = False
        self._recorded = 0.0

    def one_by_one(self) -> "Worker":
        """The same, but it sends one message after another: what is replayed makes the same record each time."""
        self._post.one_by_one()
        return self

    def run(self, stopped: Event) -> None:
        """Work until stopped; what is being sent then is waited for and recorded, and the rest is given back."""
        with self._closing():
            while not stopped.is_set():
                looked = monotonic()
                self._troubled = False
                for part in (self._record, self._chores.do_due, self._step, self._decide, self._send):
                    self._surviving(part)
                if self._troubled or not self._more:
                    pause = TROUBLED if self._troubled else POLL
                    self._pause(looked + pause * uniform(0.5, 1.5))  # workers in step would not share

    def until_idle(self) -> None:
        """Work until nothing is due, and what was sent is recorded; then the worker ends."""
        with self._closing():
            self.catch_up()

    def catch_up(self) -> None:
        """Work until nothing is due at this instant, and what was sent is recorded. May be done again, for a clock that
        was moved on since."""
        while self.round() or self._post:
            if self._post:
                self._wake.wait(POLL)
                self._wake.clear()

    def close(self) -> None:
        """Wait for what is being sent, and record it. It is what a worker does last."""
        with self._closing():
            pass

    def round(self) -> bool:
        """Do what is due now, once; returns whether there was anything."""
        self._chores.do_due()
        done = [self._step(), self._decide(), self._send(), self._record()]
        return any(done)

    def _step(self) -> bool:
        if not self._claimed:  # else they are left from a time when they could not be recorded
            now = self._clock()
            self._claimed = self._store.claim(Escalation.NOUN, now, now + self._lease, MOST_STEPS)
        self._more = len(self._claimed) == MOST_STEPS
        if not self._claimed:
            return False
        with self._store.writing() as record:
            done = step_due(record, [due.key for due in self._claimed], self._kept)
        self._claimed = ()
        for each in done:
            self._tell(Told(step=each))
        return True

    def _decide(self) -> bool:
        if not self._rounds:  # else they are left from a time when they could not be recorded
            now = self._clock()
            self._rounds = self._store.claim(Offering.NOUN, now, now + self._lease, MOST_ROUNDS)
        if not self._rounds:
            return False
        with self._store.writing() as record:
            done = decide_due(record, [due.key for due in self._rounds])
        self._rounds = ()
        for each in done:
            self._tell(Told(decided=each))
        return True

    def _send(self) -> bool:
        return self._post.send()

    def _record(self) -> bool:
        outcomes = self._post.record()
        if outcomes:
            self._recorded = monotonic()
        for each in outcomes:
            self._tell(Told(outcome=each))
        return bool(outcomes)

    def _pause(self, until: float) -> None:
        """Until the next look; or until something sent can be recorded, which is at once where little is sent, and not
        more often than there are looks where much is."""
        while (left := until - monotonic()) > 0 and self._wake.wait(left):
            self._wake.clear()
            if not self._troubled and (self._post.hungry or monotonic() - self._recorded > POLL):
                return

    def _surviving(self, work: Callable[[], object]) -> None:
        """Do the work; when the store refuses it for a while (no room, a restart), or it has a fault, this is told, and
        the work is tried again: whoever else waits for something is not to wait for that."""
        try:
            work()
        except MusterError as said:
            self._trouble(str(said))
        except Exception as fault:
            self._trouble(f"{type(fault).__name__}: {fault}")

    def _trouble(self, says: str) -> None:
        self._troubled = True
        self._tell(Told(trouble=says))

    def _tell(self, told: Told) -> None:
        with suppress(OSError, ValueError):  # whoever watched is gone, or the disk of the log is full
            self._tell_plainly(told)

    @contextmanager
    def _closing(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._post.stop()
            for _ in range(LAST_TRIES):
                self._troubled = False
                self._surviving(self._record)
                if not self._troubled:
                    break
                self._wake.wait(TROUBLED)


def lines_of(told: Told) -> Iterable[str]:
    """What was done, in words: without addresses, which are for nobody's screen."""
    if told.trouble is not None:
        yield f"TROUBLE {told.trouble}"
    elif told.step is not None:
        for fact in told.step.facts:
            if fact.stream.startswith(f"{Escalation.NOUN}/"):
                yield _step_line(told.step.escalation, fact.kind, fact.body)
    elif told.decided is not None:
        for fact in told.decided.facts:
            if fact.stream.startswith((f"{Offering.NOUN}/", f"{Offer.NOUN}/")):
                yield _decided_line(fact)
    elif told.outcome is not None:
        contact, delivery = told.outcome.outgoing.contact, told.outcome.delivery
        came = _not_sent(told.outcome) if delivery is None else f"{delivery.state} {delivery.says}"
        whom = f"{contact.subject} {contact.purpose} {contact.step}: {contact.member} by {contact.channel}"
        yield f"{whom}: {came}".rstrip()


def _not_sent(outcome: Outcome) -> str:
    """A test that went out and was not answered is looked at again, and nothing is sent then."""
    why = outcome.outgoing.why
    return why if outcome.outgoing.contact.state == "sent" else f"not sent: {why}"


def _decided_line(fact: Fact) -> str:
    noun, _, key = fact.stream.partition("/")
    verb = fact.kind.partition(".")[2]
    said = f": {fact.body['why']}" if "why" in fact.body else ""
    name, number, *member = key.split("/")
    return f"{name} {noun} {number}{' ' + member[0] if member else ''} {verb}{said}"


def _step_line(tasking: str, kind: str, body: object) -> str:
    said = body if isinstance(body, dict) else {}
    verb = kind.partition(".")[2]
    if verb == "stepped":
        return f"{tasking} step {said['step']}: asked {said['member']} ({said['position']})"
    return f"{tasking} {verb}: {said.get('why', '')}"
