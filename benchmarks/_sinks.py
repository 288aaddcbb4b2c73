"""The sinks of the tests in a process of their own, so that what they cost is not counted with what is measured."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Final

from tests.sinks import SmtpSink, WebhookSink

SINKS: Final[dict[str, type[SmtpSink | WebhookSink]]] = {"mail": SmtpSink, "webhook": WebhookSink}


class Elsewhere:
    """A sink in another process."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.url = str(pipe.recv())

    def received(self) -> set[str]:
        """The references of all that came in so far."""
        self._pipe.send("received")
        return set(self._pipe.recv())


@contextmanager
def elsewhere(kind: str) -> Iterator[Elsewhere]:
    """A sink for mail or webhooks; it ends with the block."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_serve, args=(kind, there), daemon=True)
    process.start()
    try:
        yield Elsewhere(here)
    finally:
        here.send("end")
        process.join()


def _serve(kind: str, pipe: Connection) -> None:
    with SINKS[kind]() as sink:
        pipe.send(sink.url())
        while pipe.recv() == "received":
            pipe.send(_references(sink))


def _references(sink: SmtpSink | WebhookSink) -> list[str]:
    if isinstance(sink, SmtpSink):
        return [str(mail.message["X-Muster-Contact"]) for mail in sink.received]
    return [str(post.json["reference"]) for post in sink.received]
