"""Rosters, and the roll calls of their tours: read, published, amended, withdrawn, taken."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request

from muster.api import account_models as told
from muster.api import act_models as sent
from muster.api import command_models as desk
from muster.api.acting import REFUSED, done
from muster.api.behind import bearer_of
from muster.api.forms import REF, At, Cursor, Day, Key, KnownAt, Limit, Name
from muster.api.reading import REFUSALS, USUAL, cut
from muster.domain.errors import Invalid
from muster.domain.published import said_of
from muster.domain.roll_call_sheets import RollCallPage
from muster.domain.roll_taking import Said
from muster.ports import Record, Views
from muster.services import acts
from muster.services.amending import Amendment
from muster.services.clerk import Clerk
from muster.services.draft_entries import Entry, checked_draft, drafted
from muster.services.gate import Viewer
from muster.services.offices import unit_named
from muster.services.published import published
from muster.services.readable import must_see
from muster.services.roll_calls import roll_call, turn_of
from muster.services.roll_ground import Asked

OfTour = Annotated[str, Query(pattern=REF, description="the tour")]
OnDay = Annotated[
    Day | None, Query(description="the day on which it begins; left out: the one that runs then, or else the next")
]


def rosters(router: APIRouter, clerk: Clerk) -> None:
    """The routes of rosters."""
    _rosters(router, clerk)
    _publishing(router, clerk)
    _roll_calls(router, clerk)


def _rosters(router: APIRouter, clerk: Clerk) -> None:
    @router.get("/rosters/{unit}", operation_id="roster", responses=REFUSALS)
    def roster(
        request: Request,
        unit: Name,
        at: At = None,
        known_at: KnownAt = None,
        cursor: Cursor = None,
        limit: Limit = USUAL,
    ) -> told.Roster:
        """The lines of the unit's published roster, by member."""

        def question(views: Views, viewer: Viewer) -> told.Roster:
            unit_named(views, unit)
            must_see(views, viewer, "roster", unit)
            found = published(views, unit, at or views.now, known_at)
            page, after = cut(found.lines, lambda line: line.member, cursor, limit)
            lines = [
                told.Line(member=x.member, guest=x.guest, tours=[said_of(entry) for entry in x.tours]) for x in page
            ]
            r = found.roster
            return told.Roster(
                unit=r.unit, first=r.first, days=r.days, version=r.version, by=r.by, signer=r.signer, items=lines,
                next=after,
            )  # fmt: skip

        return clerk.ask(bearer_of(request), question, at)

    @router.post("/rosters/{unit}/amendments", operation_id="amend", response_model=sent.Acted, responses=REFUSED)
    def amend(request: Request, unit: Name, key: Key, given: sent.Amend) -> object:
        """Change an entry of the published roster, in a position of yours that may publish it."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            wanted = Amendment(unit, given.member, given.day, given.tour, given.reason)
            made = acts.amend(record, viewer, wanted, given.by, given.waive, given.rest_owed_hours)
            says = f"{given.member} has {given.tour} on {given.day}: version {made.version} of the roster of {unit}"
            return sent.Acted(says=says, about=f"/rosters/{unit}")

        return done(clerk, request, key, given, act)


def _publishing(router: APIRouter, clerk: Clerk) -> None:
    @router.post("/rosters/{unit}/publication", operation_id="publish", response_model=sent.Acted, responses=REFUSED)
    def publish(request: Request, unit: Name, key: Key, given: desk.Publish) -> object:
        """Publish a roster of the unit, in a position of yours. All that is in the way is told at once."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            acts.must_command(record, viewer, unit)  # before anything is looked up for it
            roster = checked_draft(record, drafted(unit, list(_entries(given))))
            made = acts.publish(record, viewer, roster, given.by, given.in_place)
            says = f"the roster of {unit} from {given.first} is published, version {made.roster.version}"
            return sent.Acted(says="; ".join([says, *made.notes]), about=f"/rosters/{unit}")

        return done(clerk, request, key, given, act)

    @router.post("/rosters/{unit}/withdrawal", operation_id="withdraw", response_model=sent.Acted, responses=REFUSED)
    def withdraw(request: Request, unit: Name, key: Key, given: desk.Withdraw) -> object:
        """Withdraw the published roster from a day on that has not begun: from then on the charts speak."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            acts.withdraw(record, viewer, unit, given.first, given.by, given.reason)
            says = f"the roster of {unit} is withdrawn from {given.first} on"
            return sent.Acted(says=says, about=f"/rosters/{unit}")

        return done(clerk, request, key, given, act)


def _entries(given: desk.Publish) -> Iterator[Entry]:
    """Each entry. Raises ``Invalid`` for lines of different lengths."""
    days = {len(line) for line in given.lines.values()}
    if len(days) > 1:
        raise Invalid(f"lines: must all have as many entries, one a day; they have {', '.join(map(str, sorted(days)))}")
    for member, line in given.lines.items():
        yield from (Entry(None, None, member, given.first + timedelta(n), tour) for n, tour in enumerate(line))


def _roll_calls(router: APIRouter, clerk: Clerk) -> None:
    @router.get("/units/{unit}/roll-call", operation_id="roll_call", responses=REFUSALS)
    def show(
        request: Request, unit: Name, tour: OfTour, day: OnDay = None, at: At = None, known_at: KnownAt = None
    ) -> told.Roll:
        """Everybody who is to be on a tour of the unit, or is there, each in one state."""

        def question(views: Views, viewer: Viewer) -> told.Roll:
            must_see(views, viewer, "roll call", unit)
            when = at or views.now
            asked = Asked(unit, turn_of(views, unit, tour, day, when), when, known_at)
            return _roll(roll_call(views, asked, viewer.member, views.now))

        return clerk.ask(bearer_of(request), question, at)

    @router.post("/units/{unit}/roll-call", operation_id="take_roll", response_model=sent.Acted, responses=REFUSED)
    def take(request: Request, unit: Name, key: Key, given: sent.RollCall) -> object:
        """Take the roll call of a tour that runs: who is there signs on, who has not come is looked for."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            there, missing, joined = (frozenset(x) for x in (given.present, given.missing, given.joined))
            said = Said(there, given.everybody, missing, given.late, joined, given.assign)
            made = acts.take_roll(record, viewer, _asked(record, unit, given), said)
            says = f"{made.signed} signed on or off, {made.taken_back} taken back; opened: {', '.join(made.opened)}"
            return _called(unit, given, says if made.opened else says.rpartition(";")[0])

        return done(clerk, request, key, given, act)

    @router.post("/units/{unit}/dismissal", operation_id="dismiss", response_model=sent.Acted, responses=REFUSED)
    def dismiss(request: Request, unit: Name, key: Key, given: sent.Dismiss) -> object:
        """Dismiss a tour: whoever signed on for it signs off, and who is to stay is held over."""

        def act(record: Record, viewer: Viewer) -> sent.Acted:
            count = acts.dismiss(record, viewer, _asked(record, unit, given), given.stay)
            return _called(unit, given, f"{count} dismissed or held over")

        return done(clerk, request, key, given, act)


def _asked(views: Views, unit: str, given: sent.Tour) -> Asked:
    return Asked(unit, turn_of(views, unit, given.tour, given.day, views.now), views.now)


def _called(unit: str, given: sent.Tour, says: str) -> sent.Acted:
    return sent.Acted(says=says, about=f"/units/{unit}/roll-call?tour={given.tour}&day={given.day}")


def _roll(page: RollCallPage) -> told.Roll:
    turn = page.turn
    return told.Roll(
        unit=page.unit,
        tour=turn.tour,
        day=turn.day,
        start=turn.start,
        end=turn.end,
        at=page.at,
        taken_at=page.call.at if page.call else None,
        items=[told.RollLine.model_validate(line) for line in page.lines],
    )
