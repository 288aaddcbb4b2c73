"""Call-ins over HTTP: whom a gap is offered to, by whose order, and what came of it; and the answer to an offer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, NotEntitled, Refused, Unknown
from muster.ports import Record, Views
from muster.services import call_ins
from muster.services.call_in_desk import (
    Lists,
    Need,
    answer_offer,
    call_in_named,
    call_in_seen,
    noted,
    of_unit,
    offered,
    opened,
    thought_of,
)
from muster.services.gate import Viewer
from muster.web import call_in_screens as screens
from muster.web.asking import Console, must_be_now
from muster.web.command_routes import named
from muster.web.live import Following, Parts, streamed
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place
from muster.web.tasking_routes import number_of

MOST_FIELDS: Final = 12
Fields = Mapping[str, str]


def calling_in(app: FastAPI, console: Console, complain: Callable[[str], None]) -> None:
    """The screens of call-ins."""
    lists = Lists()
    _of_unit(app, console, lists)
    _one(app, console, lists, Following(console.desk, complain))
    _mine(app, console)


def _of_unit(app: FastAPI, console: Console, lists: Lists) -> None:
    def shown(unit: str, viewer: Viewer, place: Place, sent: Returned, views: Views) -> str:
        """The call-ins of a unit; where a need is typed in, the list that it would have."""
        seen, found = of_unit(views, unit, viewer, place.at), None
        if sent.get("since") and not sent.says:
            need = call_ins.checked(views, thought_of(views, viewer, _need(console, unit, sent.typed)))
            found = call_in_seen(views, lists, need, viewer, views.now)
        return screens.unit_screen(seen, found, place, place.at or views.now, viewer, sent)

    @app.get("/call-ins/{unit}")
    async def look(unit: str, request: Request) -> Response:
        viewer, place, typed = await console.viewer(request), console.place(request), dict(request.query_params)
        try:
            return HTMLResponse(await console.read(partial(shown, named(unit), viewer, place, Returned(typed))))
        except (Invalid, Refused, Unknown) as said:
            if isinstance(said, NotEntitled) or not typed.get("since"):
                raise
            sent = Returned(typed, said)
            return HTMLResponse(await console.read(partial(shown, named(unit), viewer, place, sent)), sent.status)

    @app.post("/call-ins/{unit}")
    async def open_one(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        await console.read(lambda views: of_unit(views, named(unit), viewer))  # whoever may not see them opens none
        try:
            must_be_now(place)
            made = await console.done(lambda record: opened(record, viewer, _need(console, unit, typed)))
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await console.read(partial(shown, unit, viewer, place, sent)), sent.status)
        return RedirectResponse(place.here(screens.path_of(made.call_in)), 303)


def _need(console: Console, unit: str, typed: Fields) -> Need:
    """What a form says is needed. Raises ``Invalid``."""
    since, until = (_given(typed, console, name) for name in ("since", "until"))
    needed = number_of("needed", typed.get("needed")) or 1
    kind, rank, why = typed.get("kind") or "call-in", typed.get("rank") or None, typed.get("why") or None
    return Need(unit, kind, since, until, needed, rank, why)


def _given(typed: Fields, console: Console, name: str) -> datetime:
    found = console.instant(typed, name)
    if found is None:
        raise Invalid(f"{name} must be given: a date and a time")
    return found


def _one(app: FastAPI, console: Console, lists: Lists, following: Following) -> None:
    def shown(name: str, viewer: Viewer, place: Place, sent: Returned, views: Views) -> str:
        at = place.at or views.now
        seen = call_in_seen(views, lists, call_in_named(views, name, viewer, place.at), viewer, at, place.at)
        edition = console.desk.edition_of(views)
        return screens.call_in_screen(seen, place, at, viewer, edition, sent)

    @app.get("/call-in/{name}")
    async def one(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await console.read(partial(shown, name, viewer, place, NOTHING)))

    @app.get("/call-in/{name}/stream")
    async def stream(name: str, request: Request) -> Response:
        viewer = await console.viewer(request)
        await console.read(lambda views: call_in_named(views, name, viewer))

        def made(views: Views, viewer: Viewer) -> Parts:
            seen = call_in_seen(views, lists, call_in_named(views, name, viewer), viewer, views.now)
            return screens.call_in_parts(seen, console.place(), views.now, viewer)

        return streamed(console, following, request, made)

    @app.post("/call-in/{name}")
    async def act(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        await console.read(lambda views: call_in_named(views, name, viewer))
        try:
            must_be_now(place)
            await console.done(lambda record: _act(record, console, viewer, name, typed))
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await console.read(partial(shown, name, viewer, place, sent)), sent.status)
        return RedirectResponse(place.here(screens.path_of(name)), 303)


def _act(record: Record, console: Console, viewer: Viewer, name: str, typed: Fields) -> None:
    """Offer it to the first of the list, or note what came of asking or ordering somebody."""
    match typed.get("act"):
        case "offer":
            deadline = _given(typed, console, "deadline")
            offered(record, viewer, name, number_of("to", typed.get("to")) or 0, deadline)
        case "note":
            member, what = typed.get("member", "").strip(), typed.get("what", "")
            noted(record, viewer, name, member, what, typed.get("why") or None)
        case _:
            raise Invalid("this form neither offers nor notes anything: open the page again")


def _mine(app: FastAPI, console: Console) -> None:
    @app.post("/call-in/{name}/answer")
    async def answer(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        must_be_now(place)
        answered = await console.done(lambda record: answer_offer(record, viewer, name, typed.get("word", "")))
        if answered.refusal is not None:
            raise Refused(answered.says)
        return RedirectResponse("/me", 303)
