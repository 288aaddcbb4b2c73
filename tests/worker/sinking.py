"""The world as a process of its own: ``python -m tests.worker.sinking LOG`` is a gateway that nobody kills.

It prints its port and notes in LOG each message that it takes or refuses, with the instant, until its input ends. What
is posted to ``/flaky/RUN/SENDER`` is refused for now when it comes first in that run, and to ``/dead/...`` for good.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic

from tests.sinks import Post, WebhookSink

ROOT = Path(__file__).resolve().parents[2]
REPEAT = "(repeat) "


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as it came: in which run and from which process, whose contact it is, whether it is marked as a repeat
    and was taken."""

    run: str
    sender: str
    reference: str
    repeat: bool
    taken: bool
    at: float


class Book:
    """What came, written down before it is answered."""

    def __init__(self, log: Path) -> None:
        self._file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._came = Counter[tuple[str, str]]()
        self._lock = Lock()

    def answer(self, post: Post) -> int:
        """The status of the answer to a message."""
        reference, text = str(post.json["reference"]), str(post.json["message"])
        _, way, run, sender = post.path.partition("?")[0].split("/")
        with self._lock:
            first = self._came[run, reference] == 0
            self._came[run, reference] += 1
            status = 400 if way == "dead" else 503 if way == "flaky" and first else 200
            said = [run, sender, reference, text.startswith(REPEAT), status == 200, monotonic()]
            os.write(self._file, f"{json.dumps(said)}\n".encode())
        return status


@contextmanager
def sink(log: Path) -> Iterator[int]:
    """The port of a gateway in another process."""
    words = [sys.executable, "-m", "tests.worker.sinking", str(log)]
    with subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.communicate()


def arrivals(log: Path, run: str) -> list[Arrival]:
    """What came so far in one run, in order."""
    lines = log.read_text("utf-8").splitlines() if log.exists() else []
    return [came for came in (Arrival(*json.loads(line)) for line in lines) if came.run == run]


def gateways(path: Path, port: int, run: str, sender: str = "") -> Path:
    """A gateways file that leads there: the telephone always works, a text message is refused at first."""
    ways = {"telephone": "voice", "sms": "flaky", "e-mail": "mail", "chat": "dead"}
    lines = [f'"{name}" = "json://127.0.0.1:{port}/{way}/{run}/{sender}?:to={{address}}"' for name, way in ways.items()]
    path.write_text("\n".join(['link = "https://muster.example.org"', "[channels]", *lines]), "utf-8")
    return path


def main(log: Path) -> None:
    """Take messages until the input ends."""
    with WebhookSink(Book(log).answer) as hook:
        sys.stdout.write(f"{hook.port}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
