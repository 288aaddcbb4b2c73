"""The loop of a worker: steps that are due, contacts that are due, and the recording of what came of them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue
from threading import Event
from typing import Final

from muster.domain.contact import Contact
from muster.domain.errors import MusterError
from muster.domain.escalation import Escalation
from muster.ports import Clock, Delivery, Due, Links, Notifier, Store
from muster.services.sending import Outcome, Outgoing, outgoing, record_outcomes
from muster.services.stepping import Stepped, step_due
from muster.worker.chores import CHORES, Chore, Chores

POLL: Final = 0.25
"""Seconds between two looks at the due table."""

LEASE: Final = timedelta(seconds=60)
"""What is claimed is done by then; longer than any gateway is waited for. After a crash it is what passes until another
does it, and a message that was sent but not recorded is sent again, marked as a repeat."""

MOST_STEPS: Final = 200
MOST_AT_ONCE: Final = 16
"""Messages handed over at the same time."""

MOST_CLAIMED: Final = 256


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker did, for whoever watches it: a step, an outcome, or a trouble that it goes on despite."""

    step: Stepped | None = None
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
    ) -> None:
        self._store, self._notifier, self._links = store, notifier, links
        self._clock, self._tell = clock, tell
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="gateway")
        self._came = SimpleQueue[Outcome]()
        self._sending = 0
        self._wake = Event()
        self._chores = Chores(store, clock, lambda said: tell(Told(trouble=said)), chores)

    def run(self, stopped: Event) -> None:
        """Work until stopped; what is being sent then is waited for and recorded."""
        with self._closing():
            while not stopped.is_set():
                if not self._surviving(self.round):
                    self._wake.wait(POLL)
                    self._wake.clear()

    def until_idle(self) -> None:
        """Work until nothing is due, and what was sent is recorded; then the worker ends."""
        with self._closing():
            self.catch_up()

    def catch_up(self) -> None:
        """Work until nothing is due at this instant, and what was sent is recorded. May be done again, for a clock that
        was moved on since."""
        while self.round() or self._sending:
            if self._sending:
                self._wake.wait(POLL)
                self._wake.clear()

    def close(self) -> None:
        """Wait for what is being sent, and record it. It is what a worker does last."""
        with self._closing():
            pass

    def round(self) -> bool:
        """Do what is due now, once; returns whether there was anything."""
        self._chores.do_due()
        stepped = self._step()
        sent = self._send()
        return self._record() or stepped or sent

    def _step(self) -> bool:
        claimed = self._claim(Escalation.NOUN, MOST_STEPS)
        if not claimed:
            return False
        with self._store.writing() as record:
            done = step_due(record, [due.key for due in claimed])
        for each in done:
            self._tell(Told(step=each))
        return True

    def _send(self) -> bool:
        room = MOST_CLAIMED - self._sending
        claimed = self._claim(Contact.NOUN, room) if room >= MOST_CLAIMED // 2 else []
        if not claimed:
            return False
        with self._store.reading() as views:
            found = outgoing(views, claimed, self._links)
        self._sending += len(found)
        for each in found:
            if each.message is None:
                self._came.put(Outcome(each, None))
            else:
                self._pool.submit(self._notifier.send, each.message).add_done_callback(self._arrived(each))
        return True

    def _arrived(self, sent: Outgoing) -> Callable[[Future[Delivery]], None]:
        def arrived(done: Future[Delivery]) -> None:
            trouble = done.exception()
            delivery = Delivery("try-again", f"{type(trouble).__name__}") if trouble else done.result()
            self._came.put(Outcome(sent, delivery))
            self._wake.set()

        return arrived

    def _record(self) -> bool:
        came = list(self._drained())
        if not came:
            return False
        try:
            with self._store.writing() as record:
                record_outcomes(record, came)
        except BaseException:
            for each in came:  # not recorded: tried again, until the lease runs out and it is sent again
                self._came.put(each)
            raise
        self._sending -= len(came)
        for each in came:
            self._tell(Told(outcome=each))
        return True

    def _drained(self) -> Iterator[Outcome]:
        for _ in range(self._came.qsize()):
            yield self._came.get()

    def _claim(self, noun: str, most: int) -> Sequence[Due]:
        now = self._clock()
        return self._store.claim(noun, now, now + LEASE, most)

    def _surviving(self, work: Callable[[], bool]) -> bool:
        """The work; when the store refuses it for a while (no room, a restart), this is told and tried again."""
        try:
            return work()
        except MusterError as said:
            self._tell(Told(trouble=str(said)))
            self._wake.wait(POLL * 4)
            return False

    @contextmanager
    def _closing(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._pool.shutdown(wait=True)
            self._surviving(self._record)


def lines_of(told: Told) -> Iterable[str]:
    """What was done, in words: without addresses, which are for nobody's screen."""
    if told.trouble is not None:
        yield f"TROUBLE {told.trouble}"
    elif told.step is not None:
        for fact in told.step.facts:
            if fact.stream.startswith(f"{Escalation.NOUN}/"):
                yield _step_line(told.step.escalation, fact.kind, fact.body)
    elif told.outcome is not None:
        contact, delivery = told.outcome.outgoing.contact, told.outcome.delivery
        came = f"not sent: {told.outcome.outgoing.why}" if delivery is None else f"{delivery.state} {delivery.says}"
        whom = f"{contact.subject} {contact.purpose} {contact.step}: {contact.member} by {contact.channel}"
        yield f"{whom}: {came}".rstrip()


def _step_line(tasking: str, kind: str, body: object) -> str:
    said = body if isinstance(body, dict) else {}
    verb = kind.partition(".")[2]
    if verb == "stepped":
        return f"{tasking} step {said['step']}: asked {said['member']} ({said['position']})"
    return f"{tasking} {verb}: {said.get('why', '')}"
