"""Two small servers on loopback that stand for the world: one takes mail, one takes what gateways are posted.

Each is a context manager, safe to ask from any thread; ``received`` lists what came, in order.
"""

import asyncio
import json
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"
CERTIFICATE = Path(__file__).with_name("loopback.pem")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it came in."""

    sender: str
    to: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """Its headers and its body."""
        message = message_from_bytes(self.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message

    @property
    def text(self) -> str:
        """Its text, without the line end at its end."""
        return str(self.message.get_content()).replace("\r\n", "\n").rstrip("\n")


@dataclass(frozen=True, slots=True)
class Post:
    """One request as it came in; ``json`` is its body."""

    path: str
    headers: dict[str, str]
    json: Any


class SmtpSink:
    """A mail server. ``answers(address)``: its reply to a recipient; None: it takes the mail. ``port`` 0: any.
    ``secure``: it wants TLS, with a certificate that nobody trusts. ``password``: of the user ``desk``, to be given."""

    def __init__(
        self,
        answers: Callable[[str], str | None] = lambda _: None,
        port: int = 0,
        secure: Literal["no", "starttls", "ssl"] = "no",
        password: str | None = None,
    ) -> None:
        self.received: list[Mail] = []
        self.connections = 0
        self._answers = answers
        self._port = port
        self._secure = secure
        self._password = password
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._open: set[asyncio.BaseTransport] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    def url(self, more: str = "") -> str:
        """An apprise URL that leads here."""
        return f"mailto://{HOST}:{self.port}?smtp={HOST}&from=muster@example.org&to={{address}}{more}"

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd calls it
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Called for every recipient."""
        answer = self._answers(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called for every mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.received.append(Mail(envelope.mail_from or "", tuple(envelope.rcpt_tos), content))
        return "250 OK"

    def __enter__(self) -> Self:
        self._thread.start()
        tls = _certified() if self._secure == "ssl" else None
        self._server = self._there(self._loop.create_server(self._protocol, HOST, self._port, ssl=tls))
        self._port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The server is gone, and its connections with it, as if its process had died."""
        self._there(self._die())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _there(self, doing: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(doing, self._loop).result(timeout=10)

    def _protocol(self) -> SMTP:
        self.connections += 1
        more: dict[str, Any] = {"hostname": "sink", "enable_SMTPUTF8": True}
        if self._secure == "starttls":
            more |= {"tls_context": _certified(), "require_starttls": True}
        if self._password is not None:
            more |= {
                "authenticator": self._knows,
                "auth_required": True,
                "auth_require_tls": self._secure == "starttls",
            }
        return _Session(self._open, self, loop=self._loop, **more)

    def _knows(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, said: Any) -> AuthResult:
        good = isinstance(said, LoginPassword) and said.login == b"desk" and said.password.decode() == self._password
        return AuthResult(success=good, handled=False)

    async def _die(self) -> None:
        self._server.close()
        for _ in range(3):  # a connection that has just come in becomes one of those that are open
            await asyncio.sleep(0)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for transport in list(self._open):
            transport.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _certified() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


class _Session(SMTP):
    """A connection that its server can cut."""

    def __init__(self, opened: set[asyncio.BaseTransport], handler: object, **more: Any) -> None:
        super().__init__(handler, **more)
        self._opened = opened

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._opened.add(transport)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        if self.transport is not None:
            self._opened.discard(self.transport)
        super().connection_lost(error)


class WebhookSink:
    """A web server. ``answers(post)``: the status of its answer; it may take its time, each request has a thread.
    ``secure``: it speaks TLS, with a certificate that nobody trusts."""

    def __init__(self, answers: Callable[[Post], int] = lambda _: 200, port: int = 0, *, secure: bool = False) -> None:
        self.received: list[Post] = []
        self.connections = 0
        self._server = _Server((HOST, port), self, answers)
        if secure:
            self._server.socket = _certified().wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def url(self, more: str = "", path: str = "/hook") -> str:
        """An apprise URL that leads here; the address is in the field ``to``."""
        return f"json://{HOST}:{self.port}{path}?:to={{address}}{more}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # one of its threads may be asked to take its time
    request_queue_size = 256

    def __init__(self, where: tuple[str, int], sink: WebhookSink, answers: Callable[[Post], int]) -> None:
        self.sink, self.answers = sink, answers
        self.open: set[socket.socket] = set()
        super().__init__(where, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.sink.connections += 1
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no fault of this server."""

    def server_close(self) -> None:
        super().server_close()
        for connection in list(self.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"  # connections are kept
    disable_nagle_algorithm = True
    server: _Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        post = Post(self.path, dict(self.headers.items()), json.loads(body) if body else None)
        self.server.sink.received.append(post)
        status = self.server.answers(post)
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET = do_PUT = handle_any  # noqa: N815 - as http.server calls them

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""
