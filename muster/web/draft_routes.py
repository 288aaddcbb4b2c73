"""Making a roster: it is solved, or brought in a file, looked at as a draft, and published by whoever may sign it."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import FaultyDirectory, Invalid, MusterError, Refused, Unknown
from muster.domain.rosters import UnitRoster
from muster.files.roster_entries import read_roster_entries
from muster.services.draft_desk import MOST_WEEKS, DraftDesk
from muster.services.draft_entries import Entry
from muster.services.gate import Viewer
from muster.services.publishers import signers_of
from muster.services.publishing import Publication
from muster.services.runs import SECONDS, Runs
from muster.web import draft_screens as screens
from muster.web.asking import Console, day_of, must_be_now
from muster.web.showing import Place
from muster.web.uploads import upload_of

REFUSED = (Invalid, Refused, Unknown, FaultyDirectory)


def drafts(app: FastAPI, console: Console, running: Runs) -> None:
    """The routes of drafts."""
    desk = DraftDesk(console.store, console.clock, running)

    @app.get("/roster-draft/{unit}")
    async def show(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        said = request.query_params.get("from")
        page = partial(_shown, console, desk, (viewer, place, unit), first=day_of(said) if said else None)
        return HTMLResponse(await run_sync(page))

    @app.post("/roster-draft/{unit}")
    async def act(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer)
        await run_sync(desk.draft, viewer, unit)
        try:
            must_be_now(place)
            if typed.get("act") == "publish":
                made = await _published(console, desk, viewer, unit, typed)
                return HTMLResponse(await run_sync(partial(_shown, console, desk, (viewer, place, unit), made=made)))
            await run_sync(_act, desk, viewer, unit, typed)
        except REFUSED as said:
            page = partial(_shown, console, desk, (viewer, place, unit), said=said, typed=typed)
            return HTMLResponse(await run_sync(page), 409 if isinstance(said, Refused) else 422)
        return RedirectResponse(place.here(screens.path_of(unit)), 303)

    @app.get("/roster-file/{unit}")
    async def again(unit: str, request: Request) -> Response:  # what a refused file is shown at, loaded anew
        await console.viewer(request)
        return RedirectResponse(console.place(request).here(screens.path_of(unit)), 303)

    @app.post("/roster-file/{unit}")
    async def bring(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        await run_sync(desk.draft, viewer, unit)
        try:
            form = await upload_of(request)
            console.must_be_ours(request, form.typed)
            must_be_now(place)
            await run_sync(_bring, console, desk, viewer, unit, (form.name, form.content))
        except REFUSED as said:
            page = partial(_shown, console, desk, (viewer, place, unit), said=said)
            return HTMLResponse(await run_sync(page), 409 if isinstance(said, Refused) else 422)
        return RedirectResponse(place.here(screens.path_of(unit)), 303)


async def _published(
    console: Console, desk: DraftDesk, viewer: Viewer, unit: str, typed: Mapping[str, str]
) -> Publication:
    by = typed.get("by", "")
    in_place = typed.get("reason") if "in-place" in typed else None
    made = await console.done(lambda record: desk.publish(record, viewer, unit, by, in_place))
    await run_sync(desk.drop, viewer, unit)
    return made


def _act(desk: DraftDesk, viewer: Viewer, unit: str, typed: Mapping[str, str]) -> None:
    match typed.get("act"):
        case "start":
            weeks = typed.get("weeks", "")
            desk.start(viewer, unit, day_of(typed.get("first", "")), int(weeks) if _is_number(weeks) else 0)
        case "stop":
            desk.stop(viewer, unit)
        case "drop":
            desk.drop(viewer, unit)
        case _:
            raise Invalid("this form makes no roster: open the page again")


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 4


def _bring(console: Console, desk: DraftDesk, viewer: Viewer, unit: str, file: tuple[str, bytes]) -> None:
    name, content = file
    placed = read_roster_entries(content, name, console.zone)
    desk.bring(viewer, unit, [Entry(p.line, p.row.unit, p.row.member, p.row.day, p.row.tour) for p in placed])


def _shown(
    console: Console, desk: DraftDesk, asked: tuple[Viewer, Place, str], *, first: date | None = None,
    said: MusterError | None = None, typed: Mapping[str, str] | None = None, made: Publication | None = None,
) -> str:  # fmt: skip
    viewer, place, unit = asked
    draft, at = desk.draft(viewer, unit), place.at or console.clock()
    runs = draft is not None and draft.runs  # asked once: it may end while the page is made
    found = None if draft is None or runs else draft.found
    with console.store.reading() as views:
        signers = [p for p, _ in signers_of(views, unit, len(found.lines) if found else 0, at)]
    mine = [o.position.position for o in viewer.offices if o.position.position in signers]
    more: dict[str, Any] = {
        "draft": draft,
        "runs": runs,
        "found": found,
        "made": made,
        "grid": None if draft is None or found is None else desk.grid(draft, _from(found, first)),
        "there": [] if found is None else desk.in_place_of(found),
        "signers": signers,
        "mine": mine,
        "faults": screens.faults_of(said),
        "typed": typed or {},
        "usual": desk.usual(unit),
        "most_weeks": MOST_WEEKS,
        "seconds": SECONDS,
    }
    return screens.draft_screen(unit, place, at, viewer, more)


def _from(found: UnitRoster, first: date | None) -> date:
    """The first day of the grid: the one asked for where it is the draft's, else its first."""
    return first if first is not None and first in found.dates else found.first
