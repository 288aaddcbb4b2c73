"""A position: how it stands, its history, appointing to it and relieving of it."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.domain.errors import Invalid, Refused, Unknown
from muster.services.appointment_desk import Ahead, Wanted, do, if_done, lists_of, may_order
from muster.services.gate import Viewer
from muster.services.member_desk import MemberDesk
from muster.web.asking import Console, must_be_now
from muster.web.command_routes import named
from muster.web.command_screens import Ordering, position_screen
from muster.web.returned import NOTHING, Returned
from muster.web.showing import Place

MOST_FIELDS: Final = 16
Fields = Mapping[str, str]
CHANGED: Final = "it is not as you saw it any more: look at what it would change now"


def positions(app: FastAPI, console: Console, desk: MemberDesk) -> None:
    """Add the screen of a position."""

    def shown(name: str, viewer: Viewer, place: Place, sent: Returned = NOTHING, ahead: Ahead | None = None) -> str:
        page = desk.position(name, place.at)
        may = place.at is None and console.found(lambda views: may_order(views, page.position, viewer))
        lists = console.found(lambda views: lists_of(views, page.position.unit)) if may else None
        return position_screen(page, Ordering(lists, sent, ahead), place, viewer)

    @app.get("/position/{name}")
    async def position(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(shown, named(request.path_params["name"]), viewer, place))

    @app.post("/position/{name}")
    async def order(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer, MOST_FIELDS)
        must_be_now(place)
        name = named(request.path_params["name"])
        page = partial(shown, name, viewer, place)
        try:
            wanted = wanted_of(typed, console)
            if "look" in typed:
                ahead = await console.read(lambda views: if_done(views, viewer, name, wanted))
                return HTMLResponse(await run_sync(page, Returned(typed), ahead))
            changed = await console.done(lambda record: do(record, viewer, name, wanted, typed.get("looked", "")))
        except (Invalid, Refused, Unknown) as said:
            sent = Returned(typed, said)
            return HTMLResponse(await run_sync(page, sent), sent.status)
        if changed is not None:
            return HTMLResponse(await run_sync(page, Returned(typed, CHANGED), changed), 409)
        return RedirectResponse(place.here(f"position/{name}"), 303)


def wanted_of(typed: Fields, console: Console) -> Wanted:
    """What a form wants done. Raises ``Invalid``."""
    act = typed.get("act", "")
    if act not in ("appoint", "relieve"):
        raise Invalid("this form neither appoints nor relieves: open the page again")
    given = {name: said for name, value in typed.items() if (said := value.strip())}
    since, until = (console.instant(typed, name) for name in ("since", "until"))
    return Wanted(
        act="appoint" if act == "appoint" else "relieve",
        member=given.get("member", ""),
        since=since,
        why=given.get("why"),
        acting=given.get("kind") != "substantive",
        until=until,
        instrument=given.get("instrument"),
        limits=given.get("limits"),
        rank=given.get("rank"),
        squad=given.get("squad"),
        leave_old=given.get("leave_old") == "yes",
    )
