"""Hands messages to gateways: from any thread, for a while at most, and not again and again to one that is dead."""

import threading
from collections.abc import Callable, Iterable, Mapping
from queue import Empty, SimpleQueue
from time import monotonic
from types import TracebackType
from typing import Final, Protocol, Self

from muster.notify import outcome
from muster.ports import Delivery, Message

LONGEST: Final = 14.0  # seconds until a gateway is no longer waited for; Notifier promises 15
REPEAT: Final = "(repeat) "
FAILURES: Final = 5  # in a row, until a gateway is left alone
PAUSE: Final = 5.0  # seconds for which it is left alone; then one message tries it
MOST_AT_ONCE: Final = 128  # messages to one gateway; those it never answered count until their connection ends

RESTING: Final = Delivery("try-again", "the gateway did not work just now; it is left alone for a moment")
FULL: Final = Delivery("try-again", f"{MOST_AT_ONCE} messages wait for this gateway already")


class Sends(Protocol):
    """What a gateway does with a message; may take its time, and may be called from any thread."""

    def send(self, message: Message, title: str, text: str) -> Delivery:
        """What it did; raises nothing."""


class Sender:
    """A Notifier: the gateway of each channel, and nothing for the others."""

    def __init__(
        self, gateways: Mapping[str, Sends], longest: float = LONGEST, closing: Iterable[Callable[[], None]] = ()
    ) -> None:
        """``closing``: what is called at the end."""
        self._gates = {channel: _Gate(gateway, longest) for channel, gateway in gateways.items()}
        self._closing = tuple(closing)

    def send(self, message: Message) -> Delivery:
        """Hand one message over, marked if it may be a repeat; see ``Notifier``."""
        gate = self._gates.get(message.channel)
        if gate is None:
            return Delivery("impossible", f"there is no gateway for {message.channel}: the gateways file names none")
        mark = REPEAT if message.repeat else ""
        return gate.send(message, mark + harmless(message.title), mark + harmless(message.text))

    def close(self) -> None:
        """Let go of what was kept for the next message."""
        for each in self._closing:
            each()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Gate:
    """Before a gateway: limits how long, how many at once, and how soon after it failed."""

    def __init__(self, gateway: Sends, longest: float) -> None:
        self._gateway = gateway
        self._longest = longest
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    def send(self, message: Message, title: str, text: str) -> Delivery:
        if not self._may_try():
            return RESTING
        if not self._room.acquire(blocking=False):
            return FULL
        answer = SimpleQueue[Delivery]()
        # A thread of its own, because not everything below keeps to a time-out: looking up a name, a gateway that
        # sends a byte a second. What is late is left behind.
        threading.Thread(target=self._ask, args=(message, title, text, answer), daemon=True).start()
        try:
            delivery = answer.get(timeout=self._longest)
        except Empty:
            delivery = outcome.LATE
        self._learn(delivery)
        return delivery

    def _ask(self, message: Message, title: str, text: str, answer: "SimpleQueue[Delivery]") -> None:
        try:
            answer.put(self._gateway.send(message, title, text))
        finally:
            self._room.release()

    def _may_try(self) -> bool:
        with self._lock:
            now = monotonic()
            if self._failures < FAILURES:
                return True
            if now < self._closed_until:
                return False
            self._closed_until = now + PAUSE  # this one tries it; the others wait for what it finds
            return True

    def _learn(self, delivery: Delivery) -> None:
        with self._lock:
            if delivery.state != "try-again":
                self._failures = 0
                return
            self._failures += 1
            self._closed_until = monotonic() + PAUSE


def harmless(text: str) -> str:
    """Text without characters that steer: line ends stay, others that cannot be printed become spaces."""
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\n" else " " for c in text)
