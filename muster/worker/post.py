"""Contacts on their way: claimed, handed to their gateways in threads, and what came of them recorded."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import SimpleQueue
from typing import Final, ParamSpec, TypeVar

from muster.domain.contact import Contact
from muster.domain.errors import MusterError
from muster.ports import Clock, Delivery, Due, Links, Message, Notifier, Store
from muster.services.sending import Outcome, Outgoing, outgoing, record_outcomes

P = ParamSpec("P")
T = TypeVar("T")

MOST_AT_ONCE: Final = 16
"""Messages handed over at the same time on one channel; a channel that hangs holds up no other."""

MOST_CLAIMED: Final = 256


@dataclass(slots=True)
class _Held:
    """A contact that was claimed, and until when it is ours."""

    due: Due
    until: datetime


@dataclass(frozen=True, slots=True)
class _Came:
    """What came of one: ``outcome`` None: it was not begun."""

    held: _Held
    outcome: Outcome | None


def _threads(channel: str) -> Executor:
    """Threads that hand over the messages of a channel."""
    return ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix=channel)


class _Patient(Executor):
    """Does what it is given at once, in the caller's thread."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """What came of it, when it is done."""
        done = Future[T]()
        try:
            done.set_result(fn(*args, **kwargs))
        except Exception as error:
            done.set_exception(error)
        return done


class Post:
    """What one worker has claimed and not recorded yet. Used by one thread; only the gateways are waited for in others.

    ``wake``: called, from any thread, when there is something to record or room for more.
    """

    def __init__(
        self,
        store: Store,
        notifier: Notifier,
        links: Links,
        clock: Clock,
        lease: timedelta,
        wake: Callable[[], None],
    ) -> None:
        self._store, self._notifier, self._links, self._clock = store, notifier, links, clock
        self._lease, self._wake = lease, wake
        self._pools: dict[str, Executor] = {}
        self._hands: Callable[[str], Executor] = _threads
        self._waiting: dict[str, _Held] = {}
        self._given: dict[str, _Held] = {}
        self._came = SimpleQueue[_Came]()
        self._more = False

    def one_by_one(self) -> None:
        """From now on hand over one message after another, in the order in which they are due, and wait for each."""
        self._hands = _Patient

    def __len__(self) -> int:
        return len(self._waiting) + len(self._given)

    @property
    def hungry(self) -> bool:
        """Whether more was due than there was room for, and there is room now."""
        return self._more and self._room >= MOST_CLAIMED // 2

    @property
    def _room(self) -> int:
        return MOST_CLAIMED - len(self) + self._came.qsize()

    def send(self) -> bool:
        """Claim what is due and hand it over; returns whether there was anything."""
        room = self._room
        if room >= MOST_CLAIMED // 2:
            self._more = self._claim(room) == room
        self._waiting = {key: held for key, held in self._waiting.items() if self._in_time(held)}
        if not self._waiting:
            return False
        with self._store.reading() as views:
            found = outgoing(views, [held.due for held in self._waiting.values()], self._links)
        held = self._waiting  # what was not found needs nothing any more
        self._waiting = {}
        for each in found:
            self._hand_over(each, held[each.contact.key])
        return bool(found)

    def _claim(self, room: int) -> int:
        now = self._clock()
        until = now + self._lease
        claimed = self._store.claim(Contact.NOUN, now, until, room)
        for due in claimed:
            known = self._given.get(due.key)
            if known is None:
                self._waiting[due.key] = _Held(due, until)
            else:  # the clock was put forward, and its lease ran out: it is ours still, and is not sent twice
                known.due, known.until = due, until
        return len(claimed)

    def _in_time(self, held: _Held) -> bool:
        """Whether it can be sent, and that recorded, before others may claim it: both have half the lease."""
        return self._clock() < held.until - self._lease / 2

    def _hand_over(self, each: Outgoing, held: _Held) -> None:
        self._given[held.due.key] = held
        if each.message is None:
            self._came.put(_Came(held, Outcome(each, None)))
            return
        channel = each.message.channel
        if channel not in self._pools:
            self._pools[channel] = self._hands(channel)
        begun = self._pools[channel].submit(self._deliver, each.message, held)
        begun.add_done_callback(self._arrived(each, held))

    def _deliver(self, message: Message, held: _Held) -> Delivery | None:
        return self._notifier.send(message) if self._in_time(held) else None

    def _arrived(self, sent: Outgoing, held: _Held) -> Callable[[Future[Delivery | None]], None]:
        def arrived(done: Future[Delivery | None]) -> None:
            trouble = None if done.cancelled() else done.exception()
            delivery = Delivery("try-again", type(trouble).__name__) if trouble else None
            if not trouble and not done.cancelled():
                delivery = done.result()
            self._came.put(_Came(held, None if delivery is None else Outcome(sent, delivery)))
            self._wake()

        return arrived

    def record(self) -> list[Outcome]:
        """Record what came of what was sent; returns it. On an error all of it is kept, to be recorded later."""
        came = list(self._drained())
        outcomes = [each.outcome for each in came if each.outcome is not None]
        try:
            if outcomes:
                with self._store.writing() as record:
                    record_outcomes(record, outcomes)
        except BaseException:
            for each in came:
                self._came.put(each)
            raise
        for each in came:
            del self._given[each.held.due.key]
        self._give_back(each.held.due for each in came if each.outcome is None)
        return outcomes

    def _drained(self) -> Iterator[_Came]:
        for _ in range(self._came.qsize()):
            yield self._came.get()

    def _give_back(self, unused: Iterator[Due]) -> None:
        due = list(unused)
        if due:
            with suppress(MusterError):  # else others get it when the lease runs out
                self._store.release(due)

    def stop(self) -> None:
        """Begin nothing more, wait for what was begun, and give back what was not."""
        for pool in self._pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
        for pool in self._pools.values():
            pool.shutdown(wait=True)
        self._give_back(held.due for held in self._waiting.values())
        self._waiting = {}
