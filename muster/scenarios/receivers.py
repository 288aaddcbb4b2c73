"""What stands for people's mailboxes and telephones in a replay: a mail server and a web server on this machine, which
take what is really sent to them. Import this module late: only a replay pays for it."""

import asyncio
import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self

from aiosmtpd.smtp import SMTP, Envelope, Session

from muster.domain.members import CHANNELS

HOST: Final = "127.0.0.1"
MAIL: Final = "e-mail"
LINGER: Final = 10.0
"""Seconds for which the mail server's thread is waited for."""


@dataclass(frozen=True, slots=True)
class Received:
    """A message as it came in: by which channel, for whom, and its text."""

    channel: str
    address: str
    text: str


class Receivers:
    """Both servers, on ports that are free. ``received``: what came in, in order; it may be asked from any thread."""

    def __init__(self) -> None:
        self.received: list[Received] = []

    def __enter__(self) -> Self:
        self._mail = _MailServer(self.received)
        self._web = _WebServer(self.received)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._web.close()
        self._mail.close()

    @property
    def gateways(self) -> Mapping[str, str]:
        """For each channel the URL of a gateway that leads here, as a gateways file has it."""
        mail = f"mailto://{HOST}:{self._mail.port}?smtp={HOST}&from=muster@example.org&to={{address}}"
        web = f"json://{HOST}:{self._web.port}"
        return {channel: mail if channel == MAIL else f"{web}/{channel}?:to={{address}}" for channel in CHANNELS}


class _MailServer:
    """aiosmtpd in a thread."""

    def __init__(self, received: list[Received]) -> None:
        self._received = received
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="mail server")
        self._thread.start()
        starting = self._loop.create_server(lambda: SMTP(self, loop=self._loop, hostname="replay"), HOST, 0)
        self._server = asyncio.run_coroutine_threadsafe(starting, self._loop).result(LINGER)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for every mail."""
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        self._received += [Received(MAIL, address, str(message.get_content())) for address in envelope.rcpt_tos]
        return "250 OK"

    def close(self) -> None:
        """End, and the connections with it."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(LINGER)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _WebServer(ThreadingHTTPServer):
    """Takes what gateways are posted; the path names the channel, the field ``to`` whom it is for."""

    daemon_threads = True
    block_on_close = False  # connections are kept by who sends; their threads end with the process
    request_queue_size = 64

    def __init__(self, received: list[Received]) -> None:
        self.received = received
        super().__init__((HOST, 0), _Post)
        self.port = int(self.server_address[1])
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True, name="web server")
        self._thread.start()

    def close(self) -> None:
        """End."""
        self.shutdown()
        self.server_close()
        self._thread.join()


class _Post(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _WebServer

    def do_POST(self) -> None:
        """Called for every request."""
        said = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        self.server.received.append(Received(self.path.strip("/"), said["to"], said["message"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def handle(self) -> None:
        """Serve a connection; that the other side goes away is no fault."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the story is on the screen."""
