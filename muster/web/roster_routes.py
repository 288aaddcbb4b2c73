"""Rosters: which there are, one as a grid, and an entry: why it is so, what others would do, and changing it."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused
from muster.services.acts import amend
from muster.services.amending import Amendment
from muster.services.gate import Viewer
from muster.services.roster_desk import RosterDesk
from muster.web import roster_screens as screens
from muster.web.asking import Console, day_of, must_be_now
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place

MOST_FIELDS: Final = 40
"""Of the form that changes an entry: a box for each rule that may be waived, and some more."""


def roster(app: FastAPI, console: Console) -> None:
    """The routes of rosters."""
    desk = RosterDesk(console.store, console.clock, console.desk)

    @app.get("/roster")
    async def rosters(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        found = await run_sync(desk.rosters, viewer, place.at)
        return HTMLResponse(screens.list_screen(found, place, place.at or console.clock(), viewer))

    @app.get("/roster/{unit}")
    async def grid(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        member, said = request.query_params.get("member"), request.query_params.get("day")
        if not (member and said):
            return HTMLResponse(await run_sync(_grid, console, desk, viewer, place, unit, _from(request)))
        try:  # by the form, where there are no scripts
            return RedirectResponse(place.here(screens.cell_path(unit, member, day_of(said))), 303)
        except Invalid as wrong:
            sent = Returned(dict(request.query_params), wrong)
            return HTMLResponse(await run_sync(_grid, console, desk, viewer, place, unit, None, sent), sent.status)

    @app.get("/roster/{unit}/{member}")
    async def line(unit: str, member: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        found = await run_sync(desk.grid, viewer, unit, _from(request), place.at)
        return HTMLResponse(screens.line_screen(found, member, place, place.at or console.clock(), viewer))

    @app.get("/roster/{unit}/{member}/{day}")
    async def cell(unit: str, member: str, day: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_cell, console, desk, viewer, place, (unit, member, day_of(day))))

    @app.post("/roster/{unit}/{member}/{day}")
    async def change(unit: str, member: str, day: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        where = unit, member, day_of(day)
        try:
            must_be_now(place)
            wanted = Amendment(*where, typed.get("tour", ""), typed.get("reason", ""))
            by, waived, rest = typed.get("by", ""), screens.waived_in(typed), _rest(typed)
            await console.done(lambda record: amend(record, viewer, wanted, by, waived, rest))
        except (Invalid, Refused) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(_cell, console, desk, viewer, place, where, sent), sent.status)
        return RedirectResponse(place.here(screens.cell_path(*where), done="yes"), 303)


def _rest(typed: Mapping[str, str]) -> int:
    """The hours of rest owed for a waiver; 0: nothing is said of it. Raises ``Invalid``."""
    said = typed.get("rest", "").strip()
    if said and not (said.isascii() and said.isdigit() and len(said) < 4):
        raise Invalid(f"rest {said[:40]!r} must be a number of hours")
    return int(said or 0)


def _from(request: Request) -> date | None:
    said = request.query_params.get("from")
    return day_of(said) if said else None


def _grid(
    console: Console,
    desk: RosterDesk,
    viewer: Viewer,
    place: Place,
    unit: str,
    first: date | None,
    sent: Returned = NOTHING,
) -> str:
    found = desk.grid(viewer, unit, first, place.at)
    return screens.grid_screen(found, place, place.at or console.clock(), viewer, sent)


def _cell(
    console: Console,
    desk: RosterDesk,
    viewer: Viewer,
    place: Place,
    where: tuple[str, str, date],
    sent: Returned = NOTHING,
) -> str:
    seen = desk.cell(viewer, *where, place.at)
    at = place.at or console.clock()
    return screens.cell_screen(seen, place, at, viewer, sent)
