"""A member's duty: signing on and off, being away, lent to another unit; of oneself and of those for whom one may."""

from typing import get_args

from fastapi import APIRouter, Request

from muster.api import command_models as desk
from muster.api.act_models import Acted
from muster.api.acting import REFUSED, done
from muster.api.behind import bearer_of
from muster.api.forms import Key, Name
from muster.api.reading import REFUSALS
from muster.ports import Record, Views
from muster.services import duty_desk
from muster.services.clerk import Clerk
from muster.services.duty import status
from muster.services.gate import Viewer


def duty(router: APIRouter, clerk: Clerk) -> None:
    """The routes of duty."""

    @router.get("/members/{member}/duty", operation_id="duty", responses=REFUSALS)
    def show(request: Request, member: Name) -> desk.Duty:
        """Where a member is on duty, and what is stated of them of now and later: for them, and whoever may say
        something about it. That you looked is recorded, and shown to the member."""
        bearer = bearer_of(request)
        clerk.ask(bearer, lambda views, viewer: duty_desk.must_see(views, viewer, member, views.now))
        may = clerk.may_look(bearer, member)

        def question(views: Views, viewer: Viewer) -> desk.Duty:
            return _seen(duty_desk.duty_seen(views, viewer, member, views.now, full=may))

        return clerk.ask(bearer, question)

    @router.post("/members/{member}/duty", operation_id="state", response_model=Acted, responses=REFUSED)
    def say(request: Request, member: Name, key: Key, given: desk.Stated) -> object:
        """Say that a member is on duty from now on, or no more, held over, out of reach, at rest, absent, lent to
        another unit; or that what was stated has ended."""

        def act(record: Record, viewer: Viewer) -> Acted:
            duty_desk.state(record, viewer, member, _stated(record, given))
            now = status(record, member, record.now)
            says = f"{member} is on duty in {now.unit}" if now.state == "on-duty" else f"{member} is not on duty"
            return Acted(says=says, about=f"/members/{member}/duty")

        return done(clerk, request, key, given, act)


def _stated(views: Views, given: desk.Stated) -> duty_desk.Stated:
    words = {name: getattr(given, name) or "" for name in ("unit", "kind", "row", "by", "squad", "tour")}
    return duty_desk.Stated(given.word, given.since or views.now, given.until, why=given.why, **words)


def _seen(seen: duty_desk.DutySeen) -> desk.Duty:
    rights, on_duty = seen.rights, seen.status.state == "on-duty"
    away = [desk.Away(row=a.stream, kind=a.kind, since=a.since, until=a.until) for a in seen.away]
    return desk.Duty(
        member=rights.member,
        unit=seen.status.unit if on_duty else None,
        home=[*rights.home],
        away=away,
        lent=[desk.Lent.model_validate(a) for a in seen.lent],
        may=[act for act in get_args(duty_desk.Act) if rights.may(act)],
    )
