"""What those with an account may read: the same as on the console and the command line, as JSON."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Annotated, Final, TypeVar

from fastapi import APIRouter, Query, Request

from muster.api import account_models as told
from muster.api.behind import MEANS, bearer_of
from muster.api.forms import REF, At, Cursor, KnownAt, Limit, Name, SeqCursor
from muster.api.shape import problems
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment
from muster.domain.now import Now, UnitNow
from muster.domain.presence import holds
from muster.domain.watch import Watch
from muster.ports import Views
from muster.services.clerk import Clerk
from muster.services.desk import Desk
from muster.services.gate import Viewer
from muster.services.members import MemberPage, member_page
from muster.services.now import now as now_of
from muster.services.offices import unit_named
from muster.services.readable import must_read_facts, requests_for, tasking_for, taskings_for
from muster.services.watch import passed_for
from muster.services.watch import watch as watch_of

T = TypeVar("T")
USUAL: Final = 50
REFUSALS: Final = problems(MEANS, 400, 409, 410)
About = Annotated[
    str | None,
    Query(pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]{0,127}$", description="only those about this thing: a name or stream"),
]
OfUnit = Annotated[str | None, Query(pattern=REF, description="only those of this unit")]


def cut(found: Iterable[T], key: Callable[[T], str], cursor: str | None, limit: int) -> tuple[list[T], str | None]:
    """A page of what was found, by key, after the cursor; and the cursor of the next page, None for the last."""
    rest = sorted((one for one in found if cursor is None or key(one) > cursor), key=key)
    page = rest[:limit]
    return page, key(page[-1]) if len(rest) > limit else None


def reading(router: APIRouter, clerk: Clerk, desk: Desk) -> None:
    """The routes that read."""
    _force(router, clerk)
    _people(router, clerk)
    _watch(router, clerk, desk)
    _work(router, clerk)
    _planning(router, clerk)
    _record(router, clerk)


def _force(router: APIRouter, clerk: Clerk) -> None:
    @router.get("/units", operation_id="units", responses=REFUSALS)
    def units(
        request: Request, at: At = None, known_at: KnownAt = None, cursor: Cursor = None, limit: Limit = USUAL
    ) -> told.Units:
        """The units of the force that there are at the instant."""

        def question(views: Views, _: Viewer) -> told.Units:
            when = at or views.now
            found = [u for u in views.rows(Unit, known_at=known_at) if holds(u, when)]
            page, after = cut(found, lambda u: u.unit, cursor, limit)
            return told.Units(items=[told.Unit.model_validate(u) for u in page], next=after)

        return clerk.ask(bearer_of(request), question, at)

    @router.get("/positions", operation_id="positions", responses=REFUSALS)
    def positions(
        request: Request,
        unit: OfUnit = None,
        at: At = None,
        known_at: KnownAt = None,
        cursor: Cursor = None,
        limit: Limit = USUAL,
    ) -> told.Positions:
        """The positions of the force, or of a unit, with who holds them at the instant."""

        def question(views: Views, _: Viewer) -> told.Positions:
            when = at or views.now
            if unit is not None:
                unit_named(views, unit, known_at)
            of_unit = {} if unit is None else {"unit": unit}
            page, after = cut(
                views.rows(Position, at=when, known_at=known_at, **of_unit), lambda p: p.position, cursor, limit
            )
            titles = {t.title: t for t in views.rows(Title, known_at=known_at)}
            held = views.rows(Appointment, at=when, known_at=known_at, position={p.position for p in page})
            items = [_position(p, titles[p.title], [a for a in held if a.position == p.position]) for p in page]
            return told.Positions(items=items, next=after)

        return clerk.ask(bearer_of(request), question, at)


def _people(router: APIRouter, clerk: Clerk) -> None:
    @router.get("/members/{member}", operation_id="member", responses=REFUSALS)
    def member(request: Request, member: Name, at: At = None, known_at: KnownAt = None) -> told.Member:
        """A member: who they are and what they hold; how they stand for duty only for them and whoever commands
        them. That you looked is recorded, and shown to the member."""

        may = clerk.may_look(bearer_of(request), member)

        def question(views: Views, _: Viewer) -> told.Member:
            return _member(member_page(views, member, at or views.now, known_at), may=may)

        return clerk.ask(bearer_of(request), question, at)


def _position(post: Position, title: Title, held: Sequence[Appointment]) -> told.Position:
    return told.Position(
        position=post.position,
        unit=post.unit,
        title=title.name,
        kind=title.kind,
        order=post.order,
        places=post.places,
        holders=[told.Held.model_validate(a) for a in held],
    )


def _member(page: MemberPage, *, may: bool) -> told.Member:
    status, fitness = page.status, page.fitness
    condition = told.Condition(
        state=status.state,
        unit=status.unit,
        since=status.since,
        until=status.until,
        source=status.source,
        fitness=fitness.level,
        rules=[b.says for b in fitness.breaches],
        protected_until=page.protected_until,
        qualifications=list(page.qualifications),
        squads=list(page.squads),
        contact_points=page.contact_points,
    )
    return told.Member(
        member=page.member.member,
        name=page.member.name,
        at=page.at,
        rank=page.rank,
        positions=[a.position for a in page.appointments],
        condition=condition if may else None,
    )


def _watch(router: APIRouter, clerk: Clerk, desk: Desk) -> None:
    @router.get("/units/{unit}/watch", operation_id="watch", responses=REFUSALS)
    def watch(request: Request, unit: Name, at: At = None, known_at: KnownAt = None) -> told.Watch:
        """Who is in command of the unit, who is due, and why those before were passed over."""

        def question(views: Views, viewer: Viewer) -> told.Watch:
            return told.Watch.model_validate(_for(views, watch_of(views, unit, at or views.now, known_at), viewer))

        return clerk.ask(bearer_of(request), question, at)

    @router.get("/now", operation_id="now", responses=REFUSALS)
    def now(
        request: Request, at: At = None, known_at: KnownAt = None, cursor: Cursor = None, limit: Limit = USUAL
    ) -> told.Now:
        """Every unit at a glance: its watch, its work, its cover."""

        def question(views: Views, viewer: Viewer) -> told.Now:
            live = at is None and known_at is None
            found = desk.now() if live else now_of(views, at or views.now, known_at)
            return _now(found, viewer, cursor, limit)

        return clerk.ask(bearer_of(request), question, at)


def _for(views: Views, found: Watch, viewer: Viewer) -> Watch:
    """The watch as somebody may read it, by the positions that they hold now."""
    if viewer.member is None:
        return found.for_everyone()
    return replace(found, passed=passed_for(views, found.passed, viewer.member, views.now))


def _now(found: Now, viewer: Viewer, cursor: str | None, limit: int) -> told.Now:
    page, after = cut(found.units, lambda u: u.unit.unit, cursor, limit)
    items = [_unit_now(u, viewer) for u in page]
    return told.Now(at=found.at, zone=found.zone, seq=found.seq, says=found.says, items=items, next=after)


def _unit_now(u: UnitNow, viewer: Viewer) -> told.UnitNow:
    held, name = u.watch.in_command, u.unit.unit
    may = held is not None and viewer.may_read(held.member, held.unit)
    return told.UnitNow(
        unit=name,
        name=u.unit.name,
        state=u.state,
        says=[f.told(name in viewer.sees) for f in u.findings],
        in_command=None if held is None else told.Holder.model_validate(held),
        due=None if u.watch.due is None else told.Holder.model_validate(u.watch.due),
        office=u.office,
        late=len(u.work.late),
        waiting=len(u.work.waiting),
        owned=len(u.work.owned),
        cover=[told.Count.model_validate(c) for c in u.cover],
        fitness=u.holder.level if may and u.holder is not None else None,
    )


def _work(router: APIRouter, clerk: Clerk) -> None:
    @router.get("/taskings", operation_id="taskings", responses=REFUSALS)
    def taskings(
        request: Request, at: At = None, known_at: KnownAt = None, cursor: Cursor = None, limit: Limit = USUAL
    ) -> told.Taskings:
        """The taskings that you may read: of units where you serve, or hold a position there or above, and those that
        concern a position of yours."""

        def question(views: Views, viewer: Viewer) -> told.Taskings:
            page, after = cut(taskings_for(views, viewer, at, known_at), lambda t: t.tasking, cursor, limit)
            return told.Taskings(items=[told.Tasking.model_validate(t) for t in page], next=after)

        return clerk.ask(bearer_of(request), question, at)

    @router.get("/taskings/{name}", operation_id="tasking", responses=REFUSALS)
    def tasking(request: Request, name: Name, at: At = None, known_at: KnownAt = None) -> told.Tasking:
        """One of them. It is 404 alike for one that is not there and one that you may not read."""

        def question(views: Views, viewer: Viewer) -> told.Tasking:
            return told.Tasking.model_validate(tasking_for(views, viewer, name, at, known_at))

        return clerk.ask(bearer_of(request), question, at)


def _planning(router: APIRouter, clerk: Clerk) -> None:
    @router.get("/requests", operation_id="requests", responses=REFUSALS)
    def requests(
        request: Request, at: At = None, known_at: KnownAt = None, cursor: Cursor = None, limit: Limit = USUAL
    ) -> told.Requests:
        """The requests that you may read: yours, those of units that you command, and those that wait for you."""

        def question(views: Views, viewer: Viewer) -> told.Requests:
            found = requests_for(views, viewer, at, known_at)
            page, after = cut(found, lambda r: r.request.request, cursor, limit)
            fields = told.Request.model_fields.keys() - {"waits_for"}
            items = [
                told.Request(waits_for=r.waits_for, **{name: getattr(r.request, name) for name in fields}) for r in page
            ]
            return told.Requests(items=items, next=after)

        return clerk.ask(bearer_of(request), question, at)


def _record(router: APIRouter, clerk: Clerk) -> None:
    @router.get("/facts", operation_id="facts", responses=REFUSALS)
    def facts(request: Request, about: About = None, cursor: SeqCursor = None, limit: Limit = USUAL) -> told.Facts:
        """The facts of the record, for whoever commands the whole force."""

        def question(views: Views, viewer: Viewer) -> told.Facts:
            must_read_facts(views, viewer)
            found = list(islice(views.facts(first=(cursor or 0) + 1, about=about), limit + 1))
            items = [told.FactOf(**{**f._asdict(), "body": json.loads(f.body)}) for f in found[:limit]]
            return told.Facts(items=items, next=items[-1].seq if len(found) > limit else None)

        return clerk.ask(bearer_of(request), question)
