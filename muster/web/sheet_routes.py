"""Sheets to be printed, as the command line makes them: a published roster, a roll call, and whom to call."""

from datetime import time
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from muster.documents.call_lists import call_list_pages
from muster.documents.roll_call_sheets import roll_call_html
from muster.documents.roster_sheets import rosters_html
from muster.domain.instants import on_clock
from muster.ports import Views
from muster.services.call_list import call_list
from muster.services.gate import Viewer
from muster.services.readable import must_run_duty, must_see
from muster.services.roll_calls import roll_call_sheet, turn_of
from muster.services.roll_ground import Asked
from muster.services.roster_sheets import published_sheet
from muster.web.asking import Console, day_of

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
"""What a browser lets a sheet do: it has its style in itself, and nothing else runs or is fetched."""


def sheets(app: FastAPI, console: Console) -> None:
    """The routes of sheets. They are of now: a clock that is wound back has screens alone."""

    def roster(viewer: Viewer, unit: str, query: dict[str, str], views: Views) -> str:
        must_see(views, viewer, "roster", unit)
        said = query.get("from")
        at = on_clock(day_of(said), time(), console.zone) if said else views.now
        commands, once = unit in viewer.commands, console.desk.of_members
        return rosters_html([published_sheet(views, unit, at, commands=commands, once=once)])

    def roll_call(viewer: Viewer, unit: str, query: dict[str, str], views: Views) -> str:
        must_see(views, viewer, "roll call", unit)
        at, day = views.now, query.get("day")
        turn = turn_of(views, unit, query.get("tour", ""), day_of(day) if day else None, at)
        return roll_call_html(roll_call_sheet(views, Asked(unit, turn, at), viewer.member))

    def calls(viewer: Viewer, unit: str, views: Views) -> str:
        must_run_duty(views, viewer, unit)
        return "".join(call_list_pages(call_list(views, unit, views.now)))

    @app.get("/call-list/{unit}")
    async def of_calls(unit: str, request: Request) -> Response:
        viewer = await console.viewer(request)
        return PlainTextResponse(await console.read(lambda views: calls(viewer, unit, views)))

    @app.get("/roster-sheet/{unit}")
    async def of_roster(unit: str, request: Request) -> Response:
        viewer, query = await console.viewer(request), dict(request.query_params)
        return _sheet(await console.read(lambda views: roster(viewer, unit, query, views)))

    @app.get("/roll-call-sheet/{unit}")
    async def of_roll_call(unit: str, request: Request) -> Response:
        viewer, query = await console.viewer(request), dict(request.query_params)
        return _sheet(await console.read(lambda views: roll_call(viewer, unit, query, views)))


def _sheet(html: str) -> Response:
    return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})
