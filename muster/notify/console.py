"""A channel that prints: for the demo, and to try things out."""

import threading
from typing import Final, TextIO

from muster.notify import outcome
from muster.notify.sending import harmless
from muster.ports import Delivery, Message

URL: Final = "console"


class Console:
    """Prints messages on a stream, one at a time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def send(self, message: Message, title: str, text: str) -> Delivery:
        """Printed, or try again when the stream does not take it."""
        line = harmless(f"→ {message.channel} {message.address}: {text}")
        try:
            with self._lock:
                self._stream.write(f"{' '.join(line.split())}\n")
                self._stream.flush()
        except (OSError, ValueError):  # closed, full, or of another encoding
            return Delivery("try-again", "the console does not take it")
        return outcome.SENT
