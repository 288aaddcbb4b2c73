"""The HTTP server: its socket, its silence about links, and an end within three seconds."""

import os
import resource
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from muster.domain.errors import Refused

GRACE_SECONDS: Final = 2
"""How long requests that are under way are waited for."""
DEADLINE_SECONDS: Final = 2.5
"""When the process ends, whatever still waits for the record: what was not committed then never was."""
UNREAD_SECONDS: Final = 60
"""How long what was sent may stay unread before the connection is given up: whoever went out of reach, or does not read
what their screen is told, holds nothing for longer."""


class Server(uvicorn.Server):
    """Serves one application until it is told to stop. ``leaving`` is called where the process ends at once, ``ending``
    when it begins to end: answers that would go on for ever end then."""

    def __init__(
        self, app: ASGIApp, leaving: Callable[[], None] = lambda: None, ending: Callable[[], None] = lambda: None
    ) -> None:
        self._leaving, self._ending = leaving, ending
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,  # the address of a page is the key to it, and would stand in the log
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
                ws="none",
                loop="asyncio",
                http="h11",
            )
        )

    def serve_on(self, listener: socket.socket) -> None:
        """Serve until SIGTERM or SIGINT, or the terminal is closed, and return within three seconds of it, or end the
        process there."""
        if signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
            signal.signal(signal.SIGHUP, self.handle_exit)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)  # raised once more when it has ended, and then means nothing
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # each open screen is a file, and 1,024 are usual
        self.run(sockets=[listener])

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end; a thread that waits for the record cannot be told to, so the process does not wait for it."""
        last = threading.Timer(DEADLINE_SECONDS, self._end)
        last.daemon = True
        last.start()
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nobody in any more, and wait for what is under way."""
        self._ending()
        await super().shutdown(sockets)

    def _end(self) -> None:
        try:
            self._leaving()
        finally:
            os._exit(0)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises ``Refused`` with what is in the way."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family)
    except OSError as said:
        raise Refused(f"cannot listen on {host} port {port}: {said.strerror or said}; name another one") from said
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux: RFC 5482; what is accepted inherits it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_SECONDS * 1000)
    return listener


def url_of(listener: socket.socket) -> str:
    """Where a socket listens, as an address to open."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
