"""Call-ins: a need of more members, offered by the contract's order, and answered."""

from fastapi import APIRouter, Request

from muster.api import command_models as desk
from muster.api.act_models import Acted, OfferAnswer
from muster.api.acting import REFUSED, done
from muster.api.behind import bearer_of
from muster.api.forms import Cursor, Key, Limit, Name
from muster.api.reading import REFUSALS, USUAL, cut
from muster.api.shape import NotTaken
from muster.domain.calling_list import Line
from muster.ports import Record, Views
from muster.services import call_in_desk
from muster.services.call_in_desk import CallInSeen, Lists, Need, answer_offer, call_in_named
from muster.services.clerk import Clerk
from muster.services.gate import Viewer
from muster.services.offers import SAYS, Round, asked_now


def call_ins(router: APIRouter, clerk: Clerk) -> None:
    """The routes of call-ins."""
    _reading(router, clerk)
    _running(router, clerk)
    _answering(router, clerk)


def _reading(router: APIRouter, clerk: Clerk) -> None:
    lists = Lists()

    @router.get("/units/{unit}/call-ins", operation_id="call_ins", responses=REFUSALS)
    def of_unit(request: Request, unit: Name, cursor: Cursor = None, limit: Limit = USUAL) -> desk.CallIns:
        """The call-ins of a unit."""

        def question(views: Views, viewer: Viewer) -> desk.CallIns:
            found = call_in_desk.of_unit(views, unit, viewer).call_ins
            page, after = cut(found, lambda c: c.call_in, cursor, limit)
            return desk.CallIns(items=[desk.CallIn.model_validate(c) for c in page], next=after)

        return clerk.ask(bearer_of(request), question)

    @router.get("/call-ins/{name}", operation_id="call_in", responses=REFUSALS)
    def one(request: Request, name: Name) -> desk.CallInList:
        """A call-in with its list, and to whom it was offered."""

        def question(views: Views, viewer: Viewer) -> desk.CallInList:
            found = call_in_named(views, name, viewer)
            return _list(call_in_desk.call_in_seen(views, lists, found, viewer, views.now))

        return clerk.ask(bearer_of(request), question)


def _running(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/units/{unit}/call-ins", operation_id="open_call_in", response_model=Acted, responses=REFUSED)
    def open_one(request: Request, unit: Name, key: Key, given: desk.Need) -> object:
        """Open a call-in. Nobody is asked by that: its list says who comes first, and it is then offered."""

        def act(record: Record, viewer: Viewer) -> Acted:
            made = call_in_desk.opened(record, viewer, Need(unit, **given.model_dump()))
            return _acted(made.call_in, f"{made.call_in} is open: {made.needed} needed in {unit}")

        return done(clerk, request, key, given, act)

    @router.post("/call-ins/{name}/offers", operation_id="offer", response_model=Acted, responses=REFUSED)
    def offer(request: Request, name: Name, key: Key, given: desk.Offering) -> object:
        """Offer it to the first of its list, all at once. The list decides, not who answers first."""

        def act(record: Record, viewer: Viewer) -> Acted:
            made = call_in_desk.offered(record, viewer, name, given.to, given.deadline)
            return _acted(name, f"{name} is offered to {', '.join(o.member for o in made.offers)}")

        return done(clerk, request, key, given, act)

    @router.post("/call-ins/{name}/notes", operation_id="note", response_model=Acted, responses=REFUSED)
    def note(request: Request, name: Name, key: Key, given: desk.Note) -> object:
        """Note what came of asking or ordering a member, by telephone or face to face."""

        def act(record: Record, viewer: Viewer) -> Acted:
            call_in_desk.noted(record, viewer, name, given.member, given.what, given.why)
            return _acted(name, f"{name}: of {given.member} it is noted: {given.what}")

        return done(clerk, request, key, given, act)


def _answering(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/call-ins/{name}/answer", operation_id="answer_offer", response_model=Acted, responses=REFUSED)
    def answer(request: Request, name: Name, key: Key, given: OfferAnswer) -> object:
        """Say whether you are willing to come, or to stay, as was offered to you. The list decides, not who was
        first."""

        def act(record: Record, viewer: Viewer) -> Acted | NotTaken:
            answered = answer_offer(record, viewer, name, given.word)
            if answered.refusal is not None:
                return NotTaken(answered.refusal, answered.says)
            return Acted(says=SAYS[given.word], about=f"/members/{viewer.member}")

        return done(clerk, request, key, given, act)


def _acted(name: str, says: str) -> Acted:
    return Acted(says=says, about=f"/call-ins/{name}")


def _list(seen: CallInSeen) -> desk.CallInList:
    asked = asked_now(seen.rounds)
    return desk.CallInList(
        call_in=desk.CallIn.model_validate(seen.call_in),
        missing=seen.list.missing,
        offers=[_line(line, asked.get(line.member)) for line in seen.list.offers],
        orders=[_line(line, None) for line in seen.list.orders],
        rounds=[_round(r) for r in seen.rounds],
        runs=seen.runs,
    )


def _line(line: Line, offered: str | None) -> desk.ListLine:
    return desk.ListLine(place=line.place, member=line.member, name=line.name, stands=line.stands(offered))


def _round(made: Round) -> desk.Round:
    o = made.offering
    offers = [desk.OfferMade.model_validate(each) for each in made.offers]
    return desk.Round(round=o.round, at=o.at, deadline=o.deadline, state=o.state, offers=offers)
