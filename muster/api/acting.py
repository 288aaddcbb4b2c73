"""What those with an account may do: by the same services as on the console and the command line, each act once."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request

from muster.api import act_models as sent
from muster.api.behind import MEANS, secret_of
from muster.api.forms import Key, Name
from muster.api.models import Model
from muster.api.shape import problems
from muster.domain.competence import Asked
from muster.domain.requests import Request as Asking
from muster.domain.routing import Route
from muster.ports import Record, Views
from muster.services import acts
from muster.services.clerk import Clerk, Once
from muster.services.gate import Viewer
from muster.services.request_swaps import Swap, file_swap
from muster.services.requests import Wish, asked_text, file_leave, prefer

REFUSED: Final = problems(MEANS)
Act = Callable[[Record, Viewer], Model]


def acting(router: APIRouter, clerk: Clerk) -> None:
    """The routes that act."""
    _taskings(router, clerk)
    _duty(router, clerk)
    _asking(router, clerk)
    _requests(router, clerk)


def _done(clerk: Clerk, request: Request, key: str, body: Model, act: Act) -> Mapping[str, Any]:
    once = Once(key, f"{request.method} {request.url.path}", body.model_dump(mode="json"))
    return clerk.act(secret_of(request), once, lambda record, viewer: act(record, viewer).model_dump(mode="json"))


def _taskings(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/taskings", operation_id="receive", response_model=sent.Received, responses=REFUSED)
    def receive(request: Request, key: Key, given: sent.Receive) -> object:
        """Receive a tasking: it goes to whoever decides it in the unit to which it belongs. Send it with `dry_run`
        first to see where that is, and who would be passed over."""
        directive = acts.directive_of(given.giver, given.receiver, given.reason)

        def preview(views: Views, viewer: Viewer) -> sent.Received:
            return _received(acts.preview(views, viewer, _asked(given, views), directive), None)

        def act(record: Record, viewer: Viewer) -> sent.Received:
            made = acts.receive(record, viewer, _asked(given, record), given.what, given.kind, directive)
            return _received(made.route, made.tasking.tasking)

        if given.dry_run:
            return clerk.tried(secret_of(request), preview)
        return _done(clerk, request, key, given, act)

    @router.post("/taskings/{name}/answer", operation_id="answer_tasking", responses=REFUSED, response_model=sent.Acted)
    def answer(request: Request, name: Name, key: Key, given: sent.TaskingAnswer) -> object:
        """Accept a tasking, refuse it, hand it to a position below yours, or take it over from a subordinate."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            said = acts.Said(given.word, given.position, given.reason, given.to)
            made = acts.answer(record, viewer, name, said)
            who = f", accepted by {made.accepted_by}" if made.accepted_by else ""
            return sent.Acted(says=f"{made.tasking} is owned by {made.owner}{who}", about=f"/taskings/{name}")

        return _done(clerk, request, key, given, act)


def _asked(given: sent.Receive, views: Views) -> Asked:
    return Asked(given.matter, given.place, views.now, given.deadline, given.people, given.hours, given.members)


def _received(route: Route, tasking: str | None) -> sent.Received:
    decides = route.decides
    who = decides.member or "nobody"
    verb = "is for" if tasking else "would be for"
    return sent.Received(
        tasking=tasking,
        says=f"{tasking or 'It'} {verb} {decides.position} ({who}) to decide; {route.owner} owns it",
        competent_unit=route.competent_unit,
        owner=route.owner,
        decides=decides.position,
        member=decides.member,
        decides_at=decides.at,
        late=decides.late,
        notify_at_once=route.notify_at_once,
        skipped_above=[sent.Level.model_validate(level) for level in route.skipped_above],
        competent_below=[sent.Level.model_validate(level) for level in route.competent_below],
        why=list(route.why),
    )


def _duty(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/duty/sign-on", operation_id="sign_on", response_model=sent.Acted, responses=REFUSED)
    def sign_on(request: Request, key: Key, given: sent.SignOn) -> object:
        """You are on duty in the unit from now on, until you sign off."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            return sent.Acted(says=acts.sign_on(record, viewer, given.unit, given.why), about=_me(viewer))

        return _done(clerk, request, key, given, act)

    @router.post("/duty/sign-off", operation_id="sign_off", response_model=sent.Acted, responses=REFUSED)
    def sign_off(request: Request, key: Key, given: sent.SignOff) -> object:
        """Your duty ends now."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            return sent.Acted(says=acts.sign_off(record, viewer), about=_me(viewer))

        return _done(clerk, request, key, given, act)


def _me(viewer: Viewer) -> str:
    return f"/members/{viewer.member}"


def _asking(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/requests/leave", operation_id="ask_leave", response_model=sent.Acted, responses=REFUSED)
    def leave(request: Request, key: Key, given: sent.Leave) -> object:
        """Ask for leave; a tasking brings it to whoever decides it."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            me = acts.member_of(viewer)
            return _filed(file_leave(record, me, given.first, given.last, record.now, given.reason))

        return _done(clerk, request, key, given, act)

    @router.post("/requests/swap", operation_id="ask_swap", response_model=sent.Acted, responses=REFUSED)
    def swap(request: Request, key: Key, given: sent.Swap) -> object:
        """Ask to give a tour of the published roster to another, and to take one of theirs; it waits for their consent,
        then for a decision."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            wanted = Swap(acts.member_of(viewer), given.day, given.other, given.back)
            return _filed(file_swap(record, wanted, record.now, given.reason))

        return _done(clerk, request, key, given, act)

    @router.post("/requests/preference", operation_id="ask_preference", response_model=sent.Acted, responses=REFUSED)
    def preference(request: Request, key: Key, given: sent.Preference) -> object:
        """Say which tour, or day off, you would rather have, or not have. Nobody decides it."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            wish = Wish(given.first, given.last, given.tour, given.wanted, given.weekday)
            return _filed(prefer(record, acts.member_of(viewer), wish, record.now, given.reason))

        return _done(clerk, request, key, given, act)


def _requests(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/requests/{name}/answer", operation_id="answer_request", responses=REFUSED, response_model=sent.Acted)
    def answer(request: Request, name: Name, key: Key, given: sent.RequestAnswer) -> object:
        """Consent to a swap that another asked of you, refuse it, or withdraw a request of yours."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            return _filed(acts.answer_request(record, viewer, name, given.word, given.reason))

        return _done(clerk, request, key, given, act)

    @router.post("/requests/{name}/decision", operation_id="decide", response_model=sent.Acted, responses=REFUSED)
    def decide(request: Request, name: Name, key: Key, given: sent.Decision) -> object:
        """Grant or decline a request, in a position of yours; what a grant brings about is done at once, all or
        nothing."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            signed = acts.Signed(given.verdict, given.by, given.reason, given.short)
            return _filed(acts.decide_request(record, viewer, name, signed))

        return _done(clerk, request, key, given, act)


def _filed(made: Asking) -> sent.Acted:
    return sent.Acted(says=f"{made.request}: {asked_text(made)}: {made.state}", about="/requests")
