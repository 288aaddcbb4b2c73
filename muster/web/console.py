"""The console: screens for whoever commands, plans and serves, live where the clock is not wound. Whoever is not signed
in is shown nothing but where to sign in, whatever they ask for."""

from collections.abc import Callable
from time import monotonic
from typing import Final
from urllib.parse import parse_qsl, quote

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from muster.domain.errors import Invalid, MusterError, NotEntitled, Refused, Unknown
from muster.services.door import TooMany
from muster.services.gate import Viewer
from muster.services.member_desk import MemberDesk
from muster.services.runs import Runs
from muster.web import screens
from muster.web.amend_routes import amendments
from muster.web.asking import Console, NotSignedIn
from muster.web.call_in_routes import calling_in
from muster.web.command_routes import command
from muster.web.draft_routes import drafts
from muster.web.duty_routes import duties
from muster.web.ledger_routes import ledgers
from muster.web.live import Live
from muster.web.looking import shown_to, stream_of
from muster.web.map import map_of
from muster.web.member_routes import members
from muster.web.position_routes import positions
from muster.web.record_routes import record
from muster.web.replan_routes import replans
from muster.web.request_routes import request_routes
from muster.web.returned import Returned
from muster.web.roll_call_routes import roll_calls
from muster.web.roster_routes import roster
from muster.web.sheet_routes import sheets
from muster.web.short_routes import shortages
from muster.web.showing import STATIC, Place, asset
from muster.web.signing_in import is_here, sign_in_page, signing_in
from muster.web.tasking_routes import taskings
from muster.web.withdraw_routes import withdrawals

TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
STATUS: Final[dict[type[MusterError], int]] = {
    Invalid: 422,
    NotEntitled: 403,
    Refused: 409,
    Unknown: 404,
    TooMany: 429,
}


def console_app(console: Console, complain: Callable[[str], None]) -> FastAPI:
    """The application that serves the screens. ``complain`` is told what whoever runs Muster has to mend."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    _assets(app)
    signing_in(app, console)
    _screens(app, console, Live(console.desk, complain))
    taskings(app, console, complain)
    at_hand = MemberDesk(console.store, console.clock, console.desk)
    command(app, console, at_hand)
    positions(app, console, at_hand)
    members(app, console, at_hand)
    duties(app, console)
    calling_in(app, console, complain)
    ledgers(app, console)
    roster(app, console)
    roll_calls(app, console)
    request_routes(app, console)
    running = Runs(monotonic)
    replans(app, console, running)
    drafts(app, console, running)
    amendments(app, console, running)
    withdrawals(app, console)
    shortages(app, console, running)
    sheets(app, console)
    record(app, console)
    _refusals(app, console, complain)
    return app


def _assets(app: FastAPI) -> None:
    @app.get("/static/{version}/{name}")
    async def static(version: str, name: str) -> Response:
        if name not in STATIC:
            raise HTTPException(404)
        content, _ = asset(name)
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type=TYPES[name.rpartition(".")[2]], headers=kept)


def _screens(app: FastAPI, console: Console, live: Live) -> None:
    desk = console.desk

    @app.get("/")
    async def start(request: Request) -> Response:
        await console.viewer(request)
        return RedirectResponse("/now", 303)

    @app.get("/step")
    async def step(request: Request) -> Response:
        """The same screen at the next instant at which something was recorded, or the one before."""
        await console.viewer(request)
        place, to = console.place(request), request.query_params.get("to", "")
        if place.at is None or not is_here("/" + to):
            raise HTTPException(404)
        at = await run_sync(desk.step, place.at, request.query_params.get("way") == "on")
        path, _, asked = to.partition("?")
        kept = {name: value for name, value in parse_qsl(asked) if name != "at"}
        return RedirectResponse(Place("/", at, console.zone).here(path, **kept), 303)

    @app.get("/now")
    async def now(request: Request) -> Response:
        return HTMLResponse(await run_sync(_now, console, await console.viewer(request), console.place(request)))

    @app.get("/now/stream")
    async def stream(request: Request) -> Response:
        await console.viewer(request)
        return stream_of(live.changes(shown_to(request), console.listener(request), console.place()))


def _now(console: Console, viewer: Viewer, place: Place) -> str:
    return screens.now_screen(console.desk.now(place.at), map_of(console.desk.areas()), place, viewer)


def _refusals(app: FastAPI, console: Console, complain: Callable[[str], None]) -> None:
    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, _: Exception) -> Response:
        to = quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
        return await sign_in_page(console, request, to, 401)

    @app.exception_handler(MusterError)
    async def muster_error(request: Request, said: Exception) -> Response:
        status = next((STATUS[kind] for kind in type(said).__mro__ if kind in STATUS), 503)
        if status == 503:
            complain(str(said))
            return HTMLResponse(screens.refused(console.place(), "Muster cannot reach its record: try again."), status)
        asked = Returned(dict(request.query_params), str(said))
        return HTMLResponse(screens.refused(console.place(), str(said), request.url.path, asked), status)

    @app.exception_handler(HTTPException)
    async def nothing_here(_: Request, said: Exception) -> Response:
        status = said.status_code if isinstance(said, HTTPException) else 404
        headers = said.headers if isinstance(said, HTTPException) else None
        return HTMLResponse(screens.refused(console.place(), "Nothing is here."), status, headers)

    @app.exception_handler(Exception)
    async def fault(_: Request, said: Exception) -> Response:
        complain(f"a fault in Muster: {type(said).__name__}: {said}")
        says = "something is wrong in Muster itself, and whoever runs it was told. Look whether what you did was done."
        return HTMLResponse(screens.refused(console.place(), says), 500)
