"""The console: screens for whoever commands, plans and serves, live where the clock is not wound. Whoever is not signed
in is shown nothing but where to sign in, whatever they ask for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.exceptions import HTTPException

from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.domain.instants import instant_of
from muster.services.desk import Desk
from muster.services.door import TooMany
from muster.services.gate import Gate, Viewer
from muster.web import screens
from muster.web.app import address_of, form_of
from muster.web.live import Live
from muster.web.map import map_of
from muster.web.screens import Place

TYPES: Final = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
COOKIE: Final = "muster"
STATUS: Final[dict[type[MusterError], int]] = {Invalid: 422, Refused: 409, Unknown: 404, TooMany: 429}


class NotSignedIn(Exception):
    """Somebody asks who is not signed in, or no more."""


@dataclass(frozen=True, slots=True)
class Console:
    """What the screens are made from. ``secure``: whether browsers come by TLS, and keep the cookie to it."""

    desk: Desk
    gate: Gate
    zone: ZoneInfo
    secure: bool = True


def console_app(console: Console, complain: Callable[[str], None]) -> FastAPI:
    """The application that serves the screens. ``complain`` is told what whoever runs Muster has to mend."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    _assets(app)
    _signing_in(app, console)
    _screens(app, console, Live(console.desk, complain))
    _refusals(app, console, complain)
    return app


def _assets(app: FastAPI) -> None:
    @app.get("/static/{version}/{name}")
    async def static(version: str, name: str) -> Response:
        if name not in screens.STATIC:
            raise HTTPException(404)
        content, _ = screens.asset(name)
        kept = {"Cache-Control": "public, max-age=31536000, immutable"}
        return Response(content, media_type=TYPES[name.rpartition(".")[2]], headers=kept)


def _signing_in(app: FastAPI, console: Console) -> None:
    gate = console.gate

    def entered(word: str, to: str) -> Response:
        here = to.startswith("/") and not to.startswith(("//", "/\\"))  # browsers read both as another site
        found = RedirectResponse(to if here else "/now", 303)
        found.set_cookie(COOKIE, word, secure=console.secure, httponly=True, samesite="lax", path="/")
        return found

    @app.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        typed = await form_of(request)
        name, password, to = (typed.get(word, "") for word in ("name", "password", "to"))
        try:
            return entered(await run_sync(gate.sign_in, name, password, address_of(request)), to)
        except (Refused, TooMany) as said:
            status = 429 if isinstance(said, TooMany) else 403
            return HTMLResponse(screens.sign_in(_place(console), to, gate.demo, said=str(said), name=name), status)

    @app.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        viewer = await viewer_of(console, request)
        await ours(console, request, viewer)
        await run_sync(gate.sign_out, request.cookies[COOKIE])
        found = RedirectResponse("/", 303)
        found.delete_cookie(COOKIE, path="/")
        return found

    @app.get("/password/{word}")
    async def invitation(word: str) -> Response:
        user = await run_sync(gate.invited, word)
        return HTMLResponse(screens.password(_place(console), user.user))

    @app.post("/password/{word}")
    async def choose(word: str, request: Request) -> Response:
        typed = await form_of(request)
        try:
            return entered(await run_sync(gate.choose, word, typed.get("password", ""), address_of(request)), "/now")
        except Invalid as said:
            user = await run_sync(gate.invited, word)
            return HTMLResponse(screens.password(_place(console), user.user, said=str(said)), 422)

    @app.post("/pose")
    async def pose(request: Request) -> Response:
        typed = await form_of(request)
        return entered(await run_sync(gate.pose, typed.get("position", "")), typed.get("to", ""))


def _screens(app: FastAPI, console: Console, live: Live) -> None:
    desk = console.desk

    @app.get("/")
    async def start(request: Request) -> Response:
        await viewer_of(console, request)
        return RedirectResponse("/now", 303)

    @app.get("/now")
    async def now(request: Request) -> Response:
        viewer, place = await viewer_of(console, request), _place(console, request)
        step = request.query_params.get("step")
        if place.at is not None and step is not None:
            at = await run_sync(desk.step, place.at, step == "on")
            return RedirectResponse(Place("/", at, console.zone).here("now"), 303)
        return HTMLResponse(await run_sync(_now, console, viewer, place))

    @app.get("/unit/{name}")
    async def unit(name: str, request: Request) -> Response:
        viewer, place = await viewer_of(console, request), _place(console, request)
        seen = await run_sync(desk.unit, name, viewer.member, place.at)
        return HTMLResponse(await run_sync(screens.unit_screen, seen, place, viewer))

    @app.get("/now/stream")
    async def stream(request: Request) -> Response:
        await viewer_of(console, request)
        who = partial(console.gate.viewer, request.cookies.get(COOKIE))
        changes = live.changes(await run_sync(desk.now), who, _place(console))
        return StreamingResponse(changes, media_type="text/event-stream")


def _now(console: Console, viewer: Viewer, place: Place) -> str:
    return screens.now_screen(console.desk.now(place.at), map_of(console.desk.areas()), place, viewer)


async def viewer_of(console: Console, request: Request) -> Viewer:
    """Who asks. Raises ``NotSignedIn``."""
    viewer = await run_sync(console.gate.viewer, request.cookies.get(COOKIE))
    if viewer is None:
        raise NotSignedIn
    return viewer


async def ours(console: Console, request: Request, viewer: Viewer) -> dict[str, str]:
    """What was sent with a form of our own. Raises ``Refused`` for one that another site made."""
    typed = await form_of(request)
    if not console.gate.is_ours(request.cookies.get(COOKIE, ""), typed.get("mark", "")):
        raise Refused("this form was not made by Muster, or for another session: open the page again")
    return typed


def _place(console: Console, request: Request | None = None) -> Place:
    said = None if request is None else request.query_params.get("at")
    return Place("/", None if said is None else instant_of(said, console.zone), console.zone)


def _refusals(app: FastAPI, console: Console, complain: Callable[[str], None]) -> None:
    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, _: Exception) -> Response:
        to = quote(request.url.path) + (f"?{request.url.query}" if request.url.query else "")
        offices = await run_sync(console.gate.poses) if console.gate.demo else ()
        return HTMLResponse(screens.sign_in(_place(console), to, console.gate.demo, offices=offices), 401)

    @app.exception_handler(MusterError)
    async def muster_error(_: Request, said: Exception) -> Response:
        status = next((STATUS[kind] for kind in type(said).__mro__ if kind in STATUS), 503)
        if status == 503:
            complain(str(said))
            return HTMLResponse(screens.refused(_place(console), "Muster cannot reach its record: try again."), status)
        return HTMLResponse(screens.refused(_place(console), str(said)), status)

    @app.exception_handler(HTTPException)
    async def nothing_here(_: Request, said: Exception) -> Response:
        status = said.status_code if isinstance(said, HTTPException) else 404
        return HTMLResponse(screens.refused(_place(console), "Nothing is here."), status)
