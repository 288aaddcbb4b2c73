"""Requests: to ask for leave, a swap or a preference; to consent, withdraw, and decide, each with its effect first."""

from collections.abc import Mapping

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused, Unknown
from muster.ports import Record
from muster.services import requests
from muster.services.acts import Signed, answer_request, decide_request, member_of
from muster.services.gate import Viewer
from muster.services.request_desk import request_seen, requests_seen
from muster.services.request_swaps import Swap, file_swap
from muster.services.requests import Wish
from muster.web import request_screens as screens
from muster.web.asking import Console, day_of, must_be_now
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place

MOST_FIELDS = 16
Fields = Mapping[str, str]


def request_routes(app: FastAPI, console: Console) -> None:
    """The routes of requests."""

    @app.get("/requests")
    async def show(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_list, console, viewer, place))

    @app.post("/requests")
    async def ask(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        try:
            must_be_now(place)
            name = await console.done(lambda record: _asked(record, viewer, typed))
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(_list, console, viewer, place, sent), sent.status)
        return RedirectResponse(place.here(screens.path_of(name)), 303)

    @app.get("/requests/{name}")
    async def one(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_one, console, viewer, place, name))

    @app.post("/requests/{name}")
    async def answer(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        await run_sync(_one, console, viewer, place, name)  # whoever may not see it may not answer it
        try:
            must_be_now(place)
            await console.done(lambda record: _answered(record, viewer, name, typed))
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(_one, console, viewer, place, name, sent), sent.status)
        return RedirectResponse(place.here(screens.path_of(name)), 303)


def _asked(record: Record, viewer: Viewer, typed: Fields) -> str:
    """The name of what somebody asked for."""
    at, member, reason = record.now, member_of(viewer), typed.get("reason") or None
    if typed.get("act") == "swap":
        back = day_of(typed["back"], "back") if typed.get("back") else None
        swap = Swap(member, day_of(typed.get("day", "")), typed.get("other", "").strip(), back)
        return file_swap(record, swap, at, reason).request
    first = day_of(typed.get("first", ""), "first")
    last = day_of(typed["last"], "last") if typed.get("last") else first
    match typed.get("act"):
        case "leave":
            return requests.file_leave(record, member, first, last, at, reason).request
        case "prefer":
            weekday, wanted = typed.get("weekday") or None, typed.get("wanted") != "no"
            wish = Wish(first, last, typed.get("tour", "").strip(), wanted, weekday)
            return requests.prefer(record, member, wish, at, reason).request
    raise Invalid("this form asks for nothing: it is for leave, a swap or a preference")


def _answered(record: Record, viewer: Viewer, name: str, typed: Fields) -> None:
    """What somebody says to a request."""
    by, reason = typed.get("by", ""), typed.get("reason", "")
    match typed.get("act"):
        case "consent" | "refuse" | "withdraw" as word:
            answer_request(record, viewer, name, word, typed.get("reason") or None)
        case "grant":
            decide_request(record, viewer, name, Signed("granted", by, reason, typed.get("short") == "yes"))
        case "decline":
            decide_request(record, viewer, name, Signed("declined", by, reason, short=False))
        case _:
            raise Invalid("this form answers nothing: open the request again")


def _list(console: Console, viewer: Viewer, place: Place, sent: Returned = NOTHING) -> str:
    at = place.at or console.clock()
    with console.store.reading() as views:
        seen = requests_seen(views, viewer, at, place.at)
    return screens.list_screen(seen, place, at, viewer, sent)


def _one(console: Console, viewer: Viewer, place: Place, name: str, sent: Returned = NOTHING) -> str:
    at = place.at or console.clock()
    with console.store.reading() as views:
        page = request_seen(views, name, viewer, at, place.at)
    return screens.request_screen(page, place, at, viewer, sent)
