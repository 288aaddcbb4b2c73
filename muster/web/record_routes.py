"""The record: its timeline, its facts, what accounts claim beside it, the check of its chain, and a stretch of it."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from typing import Final, TextIO

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from muster.domain.errors import Check, Invalid, Refused, Unknown, require
from muster.services.gate import Viewer
from muster.services.record_desk import RecordDesk
from muster.services.timeline import Asked
from muster.web import record_screens as screens
from muster.web.asking import Console
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place

LONGEST: Final = 200
"""Letters of what is asked about."""
LARGEST: Final = 10**12
PIECE: Final = 64 * 1024


def record(app: FastAPI, console: Console) -> None:
    """Add the screens of the record."""
    desk = RecordDesk(console.store, console.clock, console.zone, console.desk)

    @app.get("/record")
    async def timeline(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        asked, sent = Asked(None, None, False, 1, place.at), NOTHING
        try:
            asked = _asked(request, place.at)
        except Invalid as said:
            sent = Returned(dict(request.query_params), said)
        found = await run_sync(desk.timeline, asked, viewer)
        page = screens.timeline_screen(found, place, console.clock(), viewer, sent)
        return HTMLResponse(page, sent.status if sent.says else 200)

    @app.get("/record/fact/{seq}")
    async def fact(seq: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        if not seq.isascii() or not seq.isdigit() or len(seq) > 12:
            raise Unknown("no fact has this number: a fact is named by its number alone")
        seen = await run_sync(desk.fact, int(seq), viewer, place.at)
        return HTMLResponse(screens.fact_screen(seen, place, console.clock(), viewer))

    @app.get("/record/disputes")
    async def disputes(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        found = await run_sync(desk.disputes, viewer, place.at)
        return HTMLResponse(screens.disputes_screen(found, place, console.clock(), viewer))

    @app.get("/record/check")
    async def check(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_check, console, desk, viewer, place))

    @app.post("/record/check")
    async def begin(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer)
        words = typed.get("head", "").split()
        try:
            await run_sync(desk.checks.begin, viewer.user, words[0] if words else None)
        except (Invalid, Refused) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(_check, console, desk, viewer, place, sent), sent.status)
        return RedirectResponse(place.here("record/check"), 303)

    _exporting(app, console, desk)


def _exporting(app: FastAPI, console: Console, desk: RecordDesk) -> None:
    @app.get("/record/export")
    async def export(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place()
        try:
            about, first, last = _about(request), _number(request, "first"), _number(request, "last")
        except Invalid as said:
            sent = Returned(dict(request.query_params), said)
            return HTMLResponse(await run_sync(_check, console, desk, viewer, place, sent), sent.status)
        file = await run_sync(desk.export, viewer, about, first, last)
        named = {"Content-Disposition": 'attachment; filename="record.jsonl"'}
        return StreamingResponse(_pieces(file), media_type="application/jsonl", headers=named)


def _check(console: Console, desk: RecordDesk, viewer: Viewer, place: Place, sent: Returned = NOTHING) -> str:
    """The page of the check: nothing was asked for yet, it is under way, it has ended, or what was typed is no head."""
    check = desk.checks.of(viewer.user)
    shown = screens.Asking(*desk.head(viewer), check, sent)
    return screens.check_screen(shown, place, console.clock(), viewer)


def _asked(request: Request, at: datetime | None) -> Asked:
    """What a timeline is asked for. Raises ``Invalid``, with all faults at once."""
    given = request.query_params
    day, page = given.get("day") or None, given.get("page") or "1"
    require(
        "Timeline",
        Check("day", day, day is None or _is_day(day), "must be a date, like 2020-10-07"),
        Check("page", page, _is_number(page), "must be a number from 1 on"),
    )
    on = None if day is None else date.fromisoformat(day)
    return Asked(_about(request), on, given.get("every") == "yes", int(page), at)


def _about(request: Request) -> str | None:
    about = request.query_params.get("about", "").strip()
    fits = len(about) <= LONGEST and about.isprintable()
    require("Record", Check("about", about[:80], fits, f"must have at most {LONGEST} letters, and none to steer"))
    return about or None


def _number(request: Request, name: str) -> int | None:
    said = request.query_params.get(name, "").strip()
    require("Record", Check(name, said[:80], not said or _is_number(said), "must be the number of a fact"))
    return int(said) if said else None


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and 1 <= int(said[:20]) <= LARGEST


def _is_day(said: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(said).year <= 2199
    except ValueError:
        return False


def _pieces(file: TextIO) -> Iterator[bytes]:
    with closing(file):
        while piece := file.read(PIECE):
            yield piece.encode()
