"""What those with an account may do: by the same services as on the console and the command line, each act once."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from fastapi import APIRouter, Request

from muster.api import act_models as sent
from muster.api.behind import MEANS, secret_of
from muster.api.forms import Key, Name
from muster.api.models import Model
from muster.api.shape import NotTaken, problems
from muster.domain.errors import Invalid
from muster.domain.requests import Request as Asking
from muster.domain.routing import Route
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services import acts, tasking_ahead
from muster.services.clerk import Clerk, Once
from muster.services.gate import Viewer
from muster.services.request_swaps import Swap, file_swap
from muster.services.requests import Wish as Preferred
from muster.services.requests import asked_text, file_leave, prefer
from muster.services.tasking_acts import Wish
from muster.services.tasking_ahead import Report
from muster.services.taskings import Directive, tasking_named

REFUSED: Final = problems(MEANS)
Act = Callable[[Record, Viewer], Model | NotTaken]


def acting(router: APIRouter, clerk: Clerk) -> None:
    """The routes that act."""
    _taskings(router, clerk)
    _asking(router, clerk)
    _requests(router, clerk)


def done(clerk: Clerk, request: Request, key: str, body: Model, act: Act) -> Mapping[str, Any]:
    """What an act under this key came to. Raises what it raises, and the refusal that it returns."""
    once = Once(key, f"{request.method} {request.url.path}", body.model_dump(mode="json"))

    def told(record: Record, viewer: Viewer) -> Mapping[str, Any] | NotTaken:
        came = act(record, viewer)
        return came if isinstance(came, NotTaken) else came.model_dump(mode="json")

    return clerk.act(secret_of(request), once, told)


def _taskings(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/taskings", operation_id="receive", response_model=sent.Received, responses=REFUSED)
    def receive(request: Request, key: Key, given: sent.Receive) -> object:
        """Receive a tasking: it goes to whoever decides it in the unit to which it belongs. Send it with `dry_run`
        first to see where that is, and who would be passed over."""

        def preview(views: Views, viewer: Viewer) -> sent.Received:
            ahead = tasking_ahead.if_received(views, acts.member_of(viewer), _report(given))
            assert ahead.route is not None  # it would be received, and not be sent on
            return _received(ahead.route, None)

        def act(record: Record, viewer: Viewer) -> sent.Received:
            made = tasking_ahead.receive(record, acts.member_of(viewer), _report(given))
            return _received(made.route, made.tasking.tasking)

        if given.dry_run:
            return clerk.tried(secret_of(request), preview)
        return done(clerk, request, key, given, act)

    @router.post("/taskings/{name}/answer", operation_id="answer_tasking", responses=REFUSED, response_model=sent.Acted)
    def answer(request: Request, name: Name, key: Key, given: sent.TaskingAnswer) -> object:
        """Say that a tasking reached you, accept it, refuse it, hand it on, take it over from a subordinate, send it
        elsewhere, or close it. A refusal of what you were asked is recorded, as by the link that you got."""

        def act(record: Record, viewer: Viewer) -> sent.Acted | NotTaken:
            wish = Wish(given.word, given.position or "", None, given.reason, given.to)
            done = acts.do(record, viewer, name, wish)
            if done.refusal is not None:
                return NotTaken(done.refusal, done.says)
            return sent.Acted(says=_stands(tasking_named(record, name)), about=f"/taskings/{name}")

        return done(clerk, request, key, given, act)


def _stands(tasking: Tasking) -> str:
    who = f", accepted by {tasking.accepted_by}" if tasking.accepted_by else ""
    return f"{tasking.tasking} is {'' if tasking.is_open else 'closed, and was '}owned by {tasking.owner}{who}"


def _report(given: sent.Receive) -> Report:
    """What is reported. Raises ``Invalid`` for half of a directive."""
    if (given.giver is None) is not (given.receiver is None):
        raise Invalid("a directive needs both giver and receiver")
    to = Directive(given.giver, given.receiver, given.reason) if given.giver and given.receiver else None
    sizes = given.people, given.hours, given.members
    return Report(given.what, given.kind, given.matter, given.place, given.deadline, *sizes, to)


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


def _asking(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/requests/leave", operation_id="ask_leave", response_model=sent.Acted, responses=REFUSED)
    def leave(request: Request, key: Key, given: sent.Leave) -> object:
        """Ask for leave; a tasking brings it to whoever decides it."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            me = acts.member_of(viewer)
            return _filed(file_leave(record, me, given.first, given.last, record.now, given.reason))

        return done(clerk, request, key, given, act)

    @router.post("/requests/swap", operation_id="ask_swap", response_model=sent.Acted, responses=REFUSED)
    def swap(request: Request, key: Key, given: sent.Swap) -> object:
        """Ask to give a tour of the published roster to another, and to take one of theirs; it waits for their consent,
        then for a decision."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            wanted = Swap(acts.member_of(viewer), given.day, given.other, given.back)
            return _filed(file_swap(record, wanted, record.now, given.reason))

        return done(clerk, request, key, given, act)

    @router.post("/requests/preference", operation_id="ask_preference", response_model=sent.Acted, responses=REFUSED)
    def preference(request: Request, key: Key, given: sent.Preference) -> object:
        """Say which tour, or day off, you would rather have, or not have. Nobody decides it."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            wish = Preferred(given.first, given.last, given.tour, given.wanted, given.weekday)
            return _filed(prefer(record, acts.member_of(viewer), wish, record.now, given.reason))

        return done(clerk, request, key, given, act)


def _requests(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/requests/{name}/answer", operation_id="answer_request", responses=REFUSED, response_model=sent.Acted)
    def answer(request: Request, name: Name, key: Key, given: sent.RequestAnswer) -> object:
        """Consent to a swap that another asked of you, refuse it, or withdraw a request of yours."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            return _filed(acts.answer_request(record, viewer, name, given.word, given.reason))

        return done(clerk, request, key, given, act)

    @router.post("/requests/{name}/decision", operation_id="decide", response_model=sent.Acted, responses=REFUSED)
    def decide(request: Request, name: Name, key: Key, given: sent.Decision) -> object:
        """Grant or decline a request, in a position of yours; what a grant brings about is done at once, all or
        nothing."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            signed = acts.Signed(given.verdict, given.by, given.reason, given.short)
            return _filed(acts.decide_request(record, viewer, name, signed))

        return done(clerk, request, key, given, act)


def _filed(made: Asking) -> sent.Acted:
    return sent.Acted(says=f"{made.request}: {asked_text(made)}: {made.state}", about="/requests")
