"""A member's page, and the page of whoever asks."""

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from muster.services.member_desk import MemberDesk
from muster.web import member_screens
from muster.web.asking import Console
from muster.web.command_routes import named


def members(app: FastAPI, console: Console, desk: MemberDesk) -> None:
    """Add the screens of members."""

    @app.get("/member/{name}")
    async def member(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        seen = await run_sync(desk.member, named(request.path_params["name"]), viewer, place.at)
        return HTMLResponse(await run_sync(member_screens.member_screen, seen, place, viewer))

    @app.get("/me")
    async def me(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        mine = await run_sync(desk.mine, viewer, place.at)
        return HTMLResponse(await run_sync(member_screens.my_screen, mine, console.clock(), place, viewer))
