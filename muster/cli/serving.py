"""Pages, screens and API as one server: what every response carries, how long a request may be, how it ends in time."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from anyio.to_thread import current_default_thread_limiter
from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.routing import Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from muster.api.app import PREFIX, api_app
from muster.api.shape import problem
from muster.services.clerk import Clerk
from muster.services.door import Door
from muster.web import pages, screens, showing
from muster.web.app import pages_app
from muster.web.asking import Console
from muster.web.console import console_app
from muster.web.showing import Place

MOST_BYTES: Final = 16 * 1024
MOST_OF_A_FILE: Final = 2 * 1024 * 1024
"""A year of a large precinct has some 100,000 entries; four weeks of it are 300 kB."""
MOST_AT_ONCE: Final = 12
"""Requests that use the record at the same time: fewer than the connections that an engine keeps."""
SLOWEST: Final = 20.0
"""Seconds for a request to arrive whole."""

CLOSE: Final = {"Connection": "close"}
BY_LINK: Final = ("/c/", "/feed/")
FILES: Final = ("/roster-draft/", "/roster-amend/", f"{PREFIX}/rosters/")
"""Where files are brought."""
HEADERS: Final = {
    "Referrer-Policy": "no-referrer",  # the address of the page is the key to it
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Strict-Transport-Security is for the proxy to say, which is where TLS ends."""


def joined(door: Door, console: Console, complain: Callable[[str], None]) -> "Guarded":
    """The whole application: what needs no more than the link that somebody was sent, and the screens for those who
    sign in."""
    linked, signed_in = pages_app(door, complain), console_app(console, complain)

    # Made when a program first asks: it takes longer than all the rest, and many use screens alone.
    api = cache(lambda: api_app(door, Clerk(console.store, console.clock), console.desk, complain))

    async def by_path(scope: Scope, receive: Receive, send: Send) -> None:
        """No routes of Starlette, which find no path with a new line in it, and refuse it in a shape of their own."""
        path = scope["path"]
        if path.startswith(f"{PREFIX}/"):
            await api()({**scope, "root_path": PREFIX}, receive, send)
        else:
            await (linked if path.startswith(BY_LINK) else signed_in)(scope, receive, send)

    return Guarded(Router(default=by_path, lifespan=_with_few_threads))


@asynccontextmanager
async def _with_few_threads(_: object) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = MOST_AT_ONCE
    yield


def _too_long(path: str, most: int) -> Response:
    """What a program, or a person, reads of a request that is cut off."""
    says = f"what is sent must have at most {most:,} bytes, and arrive within {SLOWEST:g} s: send less at once"
    if path.startswith(f"{PREFIX}/"):
        return problem(413, "too-long", says, CLOSE)
    return HTMLResponse(screens.refused(Place("/", None, ZoneInfo("UTC")), says), 413, CLOSE)


class Guarded:
    """Lets in requests of a sane size that arrive in time, and says on every response what browsers may do with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._streams = set[asyncio.Task[Any]]()
        self._ended = False

    def end_streams(self) -> None:
        """Come to the end of every answer that goes on as long as somebody listens: nobody waits for those."""
        self._ended = True
        for stream in self._streams:
            stream.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        mine = _this_task()  # what is sent may be sent by another one of the answer

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("Content-Type", "").startswith("text/event-stream"):
                    self._streams.add(mine)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                by_link = scope["path"].startswith(BY_LINK)
                headers.setdefault("Content-Security-Policy", pages.POLICY if by_link else showing.POLICY)
            await send(message)

        most = MOST_OF_A_FILE if scope["path"].startswith(FILES) else MOST_BYTES
        try:
            body = await asyncio.wait_for(_whole(receive, most), SLOWEST)
        except TimeoutError:
            body = None
        if body is None:
            await _too_long(scope["path"], most)(scope, receive, send_with_headers)
            return
        try:
            await self._app(scope, _again(body, receive), send_with_headers)
        except asyncio.CancelledError:
            if not self._ended or mine not in self._streams:
                raise
            mine.uncancel()
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams.discard(mine)


def _this_task() -> asyncio.Task[Any]:
    task = asyncio.current_task()
    assert task is not None
    return task


async def _whole(receive: Receive, most: int) -> bytes | None:
    """The body of a request; None for one of more bytes."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    """Receives the body that was read, then whatever else comes."""
    unread = [body]

    async def again() -> Message:
        if unread:
            return {"type": "http.request", "body": unread.pop(), "more_body": False}
        return await receive()

    return again
