"""Call-ins over HTTP: whom a gap is offered to, by whose order, and what came of it; and the answer to an offer."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.calling_in import ANSWERS, CallIn
from muster.domain.errors import Invalid, MusterError, NotEntitled, Refused, Unknown
from muster.domain.instants import instant_of
from muster.ports import Record, Views
from muster.services import call_ins
from muster.services.acts import member_of
from muster.services.call_in_desk import Lists, answer_offer, call_in_named, call_in_seen, of_unit
from muster.services.gate import Viewer
from muster.services.offers import offer
from muster.web import call_in_screens as screens
from muster.web.asking import Console, must_be_now
from muster.web.command_routes import named
from muster.web.live import Following, Parts, streamed
from muster.web.showing import Place
from muster.web.tasking_routes import number_of

MOST_FIELDS: Final = 12
Fields = Mapping[str, str]
NOT_OPENED: Final = "not-opened"


def calling_in(app: FastAPI, console: Console, complain: Callable[[str], None]) -> None:
    """The screens of call-ins."""
    lists = Lists()
    _of_unit(app, console, lists)
    _one(app, console, lists, Following(console.desk, complain))
    _mine(app, console)


def _of_unit(app: FastAPI, console: Console, lists: Lists) -> None:
    def shown(unit: str, viewer: Viewer, place: Place, typed: Fields, said: str, views: Views) -> str:
        """The call-ins of a unit; where a need is typed in, the list that it would have."""
        seen, found = of_unit(views, unit, viewer, place.at), None
        if typed.get("since") and not said:
            need = call_ins.checked(views, _need(views, console, viewer, unit, NOT_OPENED, typed))
            found = call_in_seen(views, lists, need, viewer, views.now)
        return screens.unit_screen(seen, found, place, place.at or views.now, viewer, typed=typed, said=said)

    @app.get("/call-ins/{unit}")
    async def look(unit: str, request: Request) -> Response:
        viewer, place, typed = await console.viewer(request), console.place(request), dict(request.query_params)
        try:
            return HTMLResponse(await console.read(partial(shown, named(unit), viewer, place, typed, "")))
        except (Invalid, Refused, Unknown) as said:
            if isinstance(said, NotEntitled) or not typed.get("since"):
                raise
            page = partial(shown, named(unit), viewer, place, typed, str(said))
            return HTMLResponse(await console.read(page), _status(said))

    @app.post("/call-ins/{unit}")
    async def open_one(unit: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        await console.read(lambda views: of_unit(views, named(unit), viewer))  # whoever may not see them opens none
        try:
            must_be_now(place)
            made = await console.done(lambda record: _opened(record, console, viewer, unit, typed))
        except (Invalid, Refused, Unknown) as said:
            page = partial(shown, unit, viewer, place, typed, str(said))
            return HTMLResponse(await console.read(page), _status(said))
        return RedirectResponse(place.here(screens.path_of(made.call_in)), 303)


def _need(views: Views, console: Console, viewer: Viewer, unit: str, name: str, typed: Fields) -> CallIn:
    """What a form says is needed. Raises ``Invalid``."""
    kind = typed.get("kind") or "call-in"
    if kind not in ("call-in", "hold-over"):
        raise Invalid(f"kind {kind[:40]!r} must be call-in or hold-over")
    since, until = (instant_of(typed.get(field, ""), console.zone) for field in ("since", "until"))
    if until <= views.now:
        raise Invalid(f"until {typed['until'][:40]} must be to come: nobody can be called in to what is over")
    return CallIn(
        call_in=name,
        unit=unit,
        kind=kind,
        since=since,
        until=until,
        needed=number_of("needed", typed.get("needed")) or 1,
        rank=typed.get("rank") or None,
        contract=call_ins.contract_of(views),
        opened_by=member_of(viewer),
        at=views.now,
        why=typed.get("why") or None,
    )


def _opened(record: Record, console: Console, viewer: Viewer, unit: str, typed: Fields) -> CallIn:
    """The call-in that is opened; the same one where the form is sent twice."""
    need = _need(record, console, viewer, unit, call_ins.next_name(record, unit), typed)
    there = [c for c in record.rows(CallIn, unit=unit) if replace(need, call_in=c.call_in, at=c.at) == c]
    return there[0] if there else call_ins.open_call_in(record, need)


def _one(app: FastAPI, console: Console, lists: Lists, following: Following) -> None:
    def shown(name: str, viewer: Viewer, place: Place, typed: Fields, said: str, views: Views) -> str:
        at = place.at or views.now
        seen = call_in_seen(views, lists, call_in_named(views, name, viewer, place.at), viewer, at, place.at)
        edition = console.desk.edition_of(views)
        return screens.call_in_screen(seen, place, at, viewer, edition=edition, typed=typed, said=said)

    @app.get("/call-in/{name}")
    async def one(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await console.read(partial(shown, name, viewer, place, {}, "")))

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
            return HTMLResponse(
                await console.read(partial(shown, name, viewer, place, typed, str(said))), _status(said)
            )
        return RedirectResponse(place.here(screens.path_of(name)), 303)


def _act(record: Record, console: Console, viewer: Viewer, name: str, typed: Fields) -> None:
    """Offer it to the first of the list, or note what came of asking or ordering somebody."""
    by, at = member_of(viewer), record.now
    if typed.get("act") == "offer":
        deadline = instant_of(typed.get("deadline", ""), console.zone)
        offer(record, name, number_of("to", typed.get("to")) or 0, deadline, by, at)
        return
    what = typed.get("what", "")
    if typed.get("act") != "note" or what not in ANSWERS:
        raise Invalid(f"what came of it {what[:40]!r} must be one of {', '.join(ANSWERS)}")
    call_ins.answer(record, name, typed.get("member", "").strip(), what, by, at, typed.get("why") or None)


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


def _status(said: MusterError) -> int:
    return 409 if isinstance(said, Refused) else 422
