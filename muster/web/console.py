"""The console: screens for whoever commands, plans and serves, live where the clock is not wound."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from muster.domain.instants import instant_of
from muster.domain.now import Now
from muster.services.desk import Desk
from muster.web import screens
from muster.web.map import Map, map_of
from muster.web.screens import Place

TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
LOOKS: Final = 0.4
"""Seconds between two looks at whether anything was recorded."""
SAYS_ALIVE: Final = 5.0
"""Seconds after which a stream says that it lives, where nothing happened."""


def console_app(desk: Desk, zone: ZoneInfo, complain: Callable[[str], None]) -> FastAPI:
    """The application that serves the screens. ``complain`` is told what whoever runs Muster has to mend."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    live = Live(desk)

    def place_of(request: Request) -> Place:
        said = request.query_params.get("at")
        return Place("/", None if said is None else instant_of(said, zone), zone)

    @app.get("/")
    async def start() -> Response:
        return RedirectResponse("now", 303)

    @app.get("/static/{version}/{name}")
    async def static(version: str, name: str) -> Response:
        if name not in screens.STATIC:
            return Response(status_code=404)
        content, _ = screens.asset(name)
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type=TYPES[name.rpartition(".")[2]], headers=kept)

    @app.get("/now")
    async def now(request: Request) -> Response:
        place = place_of(request)
        step = request.query_params.get("step")
        if place.at is not None and step is not None:
            at = await run_sync(desk.step, place.at, step == "on")
            return RedirectResponse(Place("/", at, zone).here("now"), 303)
        return HTMLResponse(await run_sync(_now, desk, place))

    @app.get("/now/stream")
    async def stream() -> Response:
        place = Place("/", None, zone)
        return StreamingResponse(live.changes(place), media_type="text/event-stream")

    return app


def _now(desk: Desk, place: Place) -> str:
    return screens.now_screen(desk.now(place.at), _city(desk), place)


def _city(desk: Desk) -> Map:
    return map_of(desk.areas())


class Live:
    """Looks at the record for everybody who listens, once; each change is found and written once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._last: Now | None = None
        self._event = ""
        self._changed = asyncio.Condition()
        self._looking: asyncio.Task[None] | None = None

    async def changes(self, place: Place) -> AsyncIterator[str]:
        """Events for one listener, until they go."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(place))
        yield ": alive\n\n"
        while True:
            try:
                async with asyncio.timeout(SAYS_ALIVE), self._changed:
                    await self._changed.wait()
                    event = self._event
                yield event
            except TimeoutError:
                yield ": alive\n\n"

    async def _look(self, place: Place) -> None:
        while True:
            found = await run_sync(self._desk.now)
            if self._last is not None and found is not self._last:
                parts = await run_sync(partial(screens.now_changes, self._last, found, place))
                if parts:
                    lines = "".join(f"data: {line}\n" for line in parts.splitlines())
                    async with self._changed:
                        self._event = f"id: {found.seq}\n{lines}\n"
                        self._changed.notify_all()
            self._last = found
            await asyncio.sleep(LOOKS)
