"""Hands messages to gateways: from any thread, for a while at most, and not again and again to one that is dead."""

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from math import inf
from time import monotonic
from types import TracebackType
from typing import Final, Protocol, Self

from muster.notify import outcome
from muster.notify.crew import Crew, TooLate
from muster.ports import Delivery, Message

LONGEST: Final = 14.0  # seconds until a gateway is no longer waited for; Notifier promises 15
REPEAT: Final = "(repeat) "
MOST_TITLE: Final = 200  # a mail server refuses a line of more than 998
MOST_AT_ONCE: Final = 128  # messages to one gateway; those it never answered count until their connection ends

# A gateway that hangs would hold up the messages of every other channel, as each waits its time for it. One that fails
# at once holds up nobody, and is asked each time.
SLOW: Final = 1.0  # seconds from which on a failure counts as hanging
FAILURES: Final = 3  # of that kind in a row, until a gateway is left alone
PAUSE: Final = 5.0  # seconds for which it is; then one message tries it, and for a moment the others wait to see

RESTING: Final = Delivery("try-again", "the gateway did not answer just now; it is left alone for a moment")
FULL: Final = Delivery("try-again", f"{MOST_AT_ONCE} messages wait for this gateway already")


class Sends(Protocol):
    """What a gateway does with a message; may take its time, and may be called from any thread."""

    def send(self, message: Message, title: str, text: str) -> Delivery:
        """What it did; raises nothing."""


class Sender:
    """A Notifier: the gateway of each channel, and nothing for the others."""

    def __init__(
        self,
        gateways: Mapping[str, Sends],
        longest: float = LONGEST,
        closing: Iterable[Callable[[], None]] = (),
        passed: Callable[[], float] = monotonic,
    ) -> None:
        """``longest``: seconds until a gateway is no longer waited for. ``closing``: what is called at the end.
        ``passed``: seconds that have passed since some instant."""
        # What is below does not always keep to a time-out: looking up a name, a gateway that sends a byte a second.
        crew = Crew()
        self._gates = {channel: _Gate(gateway, longest, crew, passed) for channel, gateway in gateways.items()}
        self._closing = (crew.close, *closing)

    def send(self, message: Message) -> Delivery:
        """Hand one message over, marked if it may be a repeat; see ``Notifier``."""
        gate = self._gates.get(message.channel)
        if gate is None:
            return Delivery("impossible", f"there is no gateway for {message.channel}: the gateways file names none")
        mark = REPEAT if message.repeat else ""
        title = (mark + harmless(message.title))[:MOST_TITLE]
        return gate.send(message, title, mark + harmless(message.text))

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
    """Before a gateway: limits for how long, how many at once, and how soon after it hung."""

    def __init__(self, gateway: Sends, longest: float, crew: Crew, passed: Callable[[], float]) -> None:
        self._gateway = gateway
        self._longest = longest
        self._crew = crew
        self._passed = passed
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)
        self._changed = threading.Condition()
        self._failures = 0
        self._closed_until = self._tried_at = -inf

    def send(self, message: Message, title: str, text: str) -> Delivery:
        if not self._room.acquire(blocking=False):
            return FULL
        if not self._may_try():
            self._room.release()
            return RESTING
        began = self._passed()
        try:
            delivery = self._crew.do(partial(self._ask, message, title, text), self._longest)
        except TooLate:
            delivery = outcome.LATE
        except RuntimeError:  # no thread could be started for it
            self._room.release()
            delivery = FULL
        self._learn(hung=delivery.state == "try-again" and self._passed() - began >= min(SLOW, self._longest))
        return delivery

    def _ask(self, message: Message, title: str, text: str) -> Delivery:
        try:
            return self._gateway.send(message, title, text)
        except Exception as error:
            return outcome.of_error(error)
        finally:
            self._room.release()

    def _may_try(self) -> bool:
        with self._changed:
            if self._failures < FAILURES:
                return True
            now = self._passed()
            if now >= self._closed_until:
                self._tried_at, self._closed_until = now, inf
                return True
            self._changed.wait_for(lambda: self._closed_until < inf, max(0.0, self._tried_at + SLOW - now))
            return self._failures < FAILURES

    def _learn(self, *, hung: bool) -> None:
        with self._changed:
            self._failures = self._failures + 1 if hung else 0
            self._closed_until = self._passed() + PAUSE
            self._changed.notify_all()


def harmless(text: str) -> str:
    """Text without characters that steer: line ends stay, others that cannot be printed become spaces."""
    return text if text.isprintable() else "".join(c if c.isprintable() or c == "\n" else " " for c in text)
