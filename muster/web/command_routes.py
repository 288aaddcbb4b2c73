"""Command: the tree of units with who holds what, and a unit."""

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Unknown
from muster.domain.valid import REF
from muster.services.gate import Viewer
from muster.services.member_desk import MemberDesk
from muster.web import command_screens, screens
from muster.web.asking import Console
from muster.web.showing import Place


def command(app: FastAPI, console: Console, desk: MemberDesk) -> None:
    """Add the screens of command."""

    @app.get("/command")
    async def tree(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_command, console, desk, viewer, place))

    @app.get("/command/who")
    async def who(request: Request) -> Response:
        """The unit that was asked about, at the instant that was asked about."""
        await console.viewer(request)
        unit, place = named(request.query_params.get("unit", "")), console.place(request)
        return RedirectResponse(place.here(f"unit/{unit}"), 303)

    @app.get("/unit/{name}")
    async def unit(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_unit, console, desk, named(request.path_params["name"]), viewer, place))


def named(said: str) -> str:
    """The name that somebody asks for. Raises ``Unknown`` for what can be none, whatever a database makes of it."""
    if not REF.fullmatch(said):
        raise Unknown(f"{said[:64]!r} is no name that the record could have")
    return said


def _command(console: Console, desk: MemberDesk, viewer: Viewer, place: Place) -> str:
    return command_screens.command_screen(console.desk.now(place.at), desk.tree(place.at), place, viewer)


def _unit(console: Console, desk: MemberDesk, name: str, viewer: Viewer, place: Place) -> str:
    seen = console.desk.unit(name, viewer.member, place.at)
    seats = desk.seats(place.at, frozenset({name}))[name]
    runs = place.at is None and viewer.runs({name, *seen.page.above})
    return screens.unit_screen(seen, seats, place, viewer, desk.members(name) if runs else None)
