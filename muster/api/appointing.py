"""Appointing members to positions and relieving them, after a look at what that would change."""

from fastapi import APIRouter, Request

from muster.api import command_models as desk
from muster.api.act_models import Acted
from muster.api.acting import REFUSED, done
from muster.api.behind import secret_of
from muster.api.forms import Key, Name
from muster.domain.errors import Refused
from muster.ports import Record, Views
from muster.services import appointment_desk
from muster.services.appointment_desk import Wanted
from muster.services.clerk import Clerk
from muster.services.gate import Viewer
from muster.services.offices import position_named


def appointing(router: APIRouter, clerk: Clerk) -> None:
    """The route of appointing and relieving."""

    @router.post(
        "/positions/{position}/order", operation_id="order", response_model=Acted | desk.Ahead, responses=REFUSED
    )
    def order(request: Request, position: Name, key: Key, given: desk.Order) -> object:
        """Appoint a member to a position, or relieve them of it. Send it with `dry_run` first: what that tells as
        `looked` is sent with the order, and what was seen is done, or nothing."""

        def preview(views: Views, viewer: Viewer) -> desk.Ahead:
            ahead = appointment_desk.if_done(views, viewer, position, _wanted(given))
            return desk.Ahead(changes=[*ahead.says], looked=ahead.mark)

        def act(record: Record, viewer: Viewer) -> Acted:
            ahead = appointment_desk.do(record, viewer, position, _wanted(given), given.looked or "")
            if ahead is not None:
                what = "; ".join(ahead.says)
                raise Refused(f"looked: must be what a dry run told of what it would change now, which is: {what}")
            unit = position_named(record, position).unit
            return Acted(says=_says(given, position), about=f"/positions?unit={unit}")

        if given.dry_run:
            return clerk.tried(secret_of(request), preview)
        return done(clerk, request, key, given, act)


def _wanted(given: desk.Order) -> Wanted:
    more = given.model_dump(exclude={"word", "kind", "looked", "dry_run"})
    return Wanted(act=given.word, acting=given.kind == "acting", **more)


def _says(given: desk.Order, position: str) -> str:
    how = "holds" if given.kind == "substantive" else "acts in"
    return f"{given.member} {how if given.word == 'appoint' else 'is relieved of'} {position}"
