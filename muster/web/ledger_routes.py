"""The ledger of a unit over HTTP: the hours of a period, what bars their certifying, and certifying them."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, NotEntitled, Refused
from muster.ports import Views
from muster.services.gate import Viewer
from muster.services.ledger_desk import certify, ledger_seen, must_command, next_period
from muster.web.asking import Console, day_of, must_be_now
from muster.web.command_routes import named
from muster.web.ledger_screens import ledger_screen, path_of
from muster.web.returned import Returned
from muster.web.showing import Place

Fields = Mapping[str, str]
A_DAY: Final = timedelta(days=1)


def ledgers(app: FastAPI, console: Console) -> None:
    """The routes of ledgers."""

    @app.get("/ledger/{unit}")
    async def show(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        must_be_now(place)
        asked = Returned(dict(request.query_params))
        try:
            return HTMLResponse(await run_sync(_shown, console, viewer, place, named(unit), asked))
        except Invalid as said:
            sent = Returned(asked.typed, said)
            return HTMLResponse(await run_sync(_shown, console, viewer, place, named(unit), sent), sent.status)

    @app.post("/ledger/{unit}")
    async def close(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer)
        await console.read(lambda views: must_command(views, named(unit), viewer))
        must_be_now(place)
        try:
            days = _days(typed)
            if days is None:
                raise Invalid("this form names no days: open the page again")
            by, looked = typed.get("by", ""), typed.get("looked", "")
            await console.done(lambda record: certify(record, unit, viewer, days, by, looked))
        except NotEntitled:
            raise
        except (Invalid, Refused) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(_shown, console, viewer, place, unit, sent), sent.status)
        return RedirectResponse(place.here(path_of(unit), first=f"{days[0]}", last=f"{days[1] - A_DAY}"), 303)


def _days(typed: Fields) -> tuple[date, date] | None:
    """The first day and the one after the last that somebody names; None: none are named. Raises ``Invalid``."""
    if not (typed.get("first") and typed.get("last")):
        return None
    first, end = day_of(typed["first"], "first"), day_of(typed["last"], "last") + A_DAY
    if end <= first:
        raise Invalid(f"last {typed['last']} must not be before the first day, {first}")
    return first, end


def _shown(console: Console, viewer: Viewer, place: Place, unit: str, sent: Returned) -> str:
    """The days that were asked for; where these are none, those to be certified next, and what is wrong."""

    def made(views: Views) -> str:
        must_command(views, unit, viewer)
        days = None if isinstance(sent.said, Invalid) else _days(sent.typed)
        days = days or next_period(views, unit, views.now.astimezone(console.zone).date())
        seen = ledger_seen(views, unit, viewer, days, views.now)
        return ledger_screen(seen, place, views.now, viewer, sent)

    return console.found(made)
