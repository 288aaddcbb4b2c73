"""A member's page, and the page of whoever asks, with their tours for a calendar."""

from collections.abc import Mapping
from functools import partial

from anyio.to_thread import run_sync
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from muster.documents.calendars import calendar
from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.ports import Record
from muster.services import feed_links
from muster.services.feeds import BACK, feed_of
from muster.services.gate import Viewer
from muster.services.member_desk import MemberDesk
from muster.web import member_screens
from muster.web.asking import Console, must_be_now
from muster.web.command_routes import named
from muster.web.feeds import KIND
from muster.web.showing import Place


def members(app: FastAPI, console: Console, desk: MemberDesk) -> None:
    """Add the screens of members."""

    @app.get("/member/{name}")
    async def member(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        seen = await run_sync(desk.member, named(request.path_params["name"]), viewer, place.at)
        return HTMLResponse(await run_sync(member_screens.member_screen, seen, place, viewer))

    @app.get("/me")
    async def me(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        return HTMLResponse(await run_sync(_me, console, desk, viewer, place))

    @app.get("/me/tours.ics")
    async def tours(request: Request) -> Response:
        """One's own tours as a file, for a calendar that cannot subscribe."""
        who = _member(await console.viewer(request))
        found = await console.read(lambda views: feed_of(views, who, console.clock() - BACK))
        named_so = {"Content-Disposition": 'attachment; filename="tours.ics"'}
        return Response(calendar(found), media_type=KIND, headers=named_so)

    @app.post("/me")
    async def link(request: Request) -> Response:
        viewer, place = await console.viewer(request), console.place(request)
        typed = await console.ours(request, viewer)
        try:
            must_be_now(place)
            token = await console.done(lambda record: _linked(record, _member(viewer), typed))
        except (Invalid, Refused) as said:
            page = partial(_me, console, desk, viewer, place, said=said)
            return HTMLResponse(await run_sync(page), 422 if isinstance(said, Invalid) else 409)
        if token is None:
            return RedirectResponse(place.here("me"), 303)
        address = f"{console.base}{feed_links.PATH}{token}.ics"  # on this page alone: the record has its hash
        return HTMLResponse(await run_sync(partial(_me, console, desk, viewer, place, address=address)))


def _me(
    console: Console, desk: MemberDesk, viewer: Viewer, place: Place, *, address: str = "",
    said: MusterError | None = None,
) -> str:  # fmt: skip
    mine = desk.mine(viewer, place.at)
    wrong = "" if said is None else str(said)
    return member_screens.my_screen(mine, console.clock(), place, viewer, address=address, said=wrong)


def _member(viewer: Viewer) -> str:
    """The member who asks. Raises ``Unknown`` for a user who is nobody of the force."""
    if viewer.member is None:
        raise Unknown("you are nobody of the force, and have no tours")
    return viewer.member


def _linked(record: Record, member: str, typed: Mapping[str, str]) -> str | None:
    """The token of the link that was made to somebody's own tours; None: it was ended. Raises ``Invalid`` for
    another act, and as making a link does."""
    match typed.get("act"):
        case "link" | "renew" as act:
            return feed_links.make(record, member, member, record.now, renew=act == "renew")
        case "end":
            feed_links.revoke(record, member, member, record.now)
            return None
        case other:
            raise Invalid(f"act {other!r} must be link, renew or end: open the page again")
