"""Duty over HTTP: signing on and off, being out of reach, absences; of oneself and of those for whom one may."""

from collections.abc import Mapping
from typing import Final, get_args

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, NotEntitled, Refused, Unknown
from muster.ports import Record
from muster.services.duty_desk import Act, Stated, duty_seen, must_see, state
from muster.services.gate import Viewer
from muster.services.viewings import look_of
from muster.web import duty_screens as screens
from muster.web.asking import Console, must_be_now
from muster.web.command_routes import named
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place

MOST_FIELDS: Final = 12
ACTS: Final[tuple[Act, ...]] = get_args(Act)


def duties(app: FastAPI, console: Console) -> None:
    """The routes of duty."""

    @app.get("/duty")
    async def whose(request: Request) -> Response:
        """The duty of the member who was asked about."""
        await console.viewer(request)
        member = named(request.query_params.get("member", "").strip())
        return RedirectResponse(console.place(request).here(screens.path_of(member)), 303)

    @app.get("/duty/{name}")
    async def show(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        must_be_now(place)
        return HTMLResponse(await run_sync(_shown, console, viewer, place, named(name)))

    @app.post("/duty/{name}")
    async def say(name: str, request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        member = named(name)
        await console.read(lambda views: must_see(views, viewer, member, console.clock()))
        try:
            must_be_now(place)
            await console.done(lambda record: _state(record, console, viewer, member, typed))
        except NotEntitled:
            raise
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(_shown, console, viewer, place, member, sent), sent.status)
        return RedirectResponse(place.here(screens.path_of(member)), 303)


def _state(record: Record, console: Console, viewer: Viewer, member: str, typed: Mapping[str, str]) -> None:
    """What the form says. Raises ``Invalid`` for an act or an instant that is none."""
    act = next((a for a in ACTS if a == typed.get("act")), None)
    if act is None:
        raise Invalid("this form says nothing about duty: open the page again")
    since, until = (console.instant(typed, name) for name in ("since", "until"))
    words = {name: typed.get(name, "").strip() for name in ("unit", "kind", "row", "by", "squad", "tour")}
    state(record, viewer, member, Stated(act, since or record.now, until, why=typed.get("why") or None, **words))


def _shown(console: Console, viewer: Viewer, place: Place, member: str, sent: Returned = NOTHING) -> str:
    at = console.clock()
    with console.store.reading() as views:
        must_see(views, viewer, member, at)
    full, _ = look_of(console.store, member, viewer, at)
    with console.store.reading() as views:
        seen = duty_seen(views, viewer, member, at, full=full)
    return screens.duty_screen(seen, place, viewer, sent)
