"""A gateway of the tests: it carries every message at once, but on the channels that are broken."""

from datetime import datetime

from muster.ports import Clock, Delivery, Message


class Gateway:
    """Remembers what it was given, and when. ``broken``: channels on which nothing can be carried."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.broken: set[str] = set()
        self.given: list[tuple[Message, datetime]] = []
        self.carried: list[str] = []

    def send(self, message: Message) -> Delivery:
        self.given.append((message, self._clock()))
        if message.channel in self.broken:
            return Delivery("impossible", "the gateway is broken")
        self.carried.append(message.reference)
        return Delivery("sent", "")


class PlainLinks:
    """Links that are the keys themselves: what is asked here is who is asked, not how a link is made."""

    def url(self, contact: str) -> str:
        return contact

    def contact(self, token: str) -> str:
        return token
