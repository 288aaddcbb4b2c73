"""What a tasking would bring about before it is received or sent: the act is tried, and its facts are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from muster.domain.asking import Skipped, next_asked
from muster.domain.competence import Asked
from muster.domain.escalation import Escalation
from muster.domain.force import Position
from muster.domain.offices import Office
from muster.domain.record import Fact
from muster.domain.routing import Route
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services import taskings
from muster.services.reach import Channels
from muster.services.tasking_acts import Wish, do
from muster.services.taskings import Directive, tasking_named
from muster.services.trial import tried
from muster.services.watch import watches_at

UNGIVEN = "…"
"""Stands for a reason that is not written yet, where an act is only tried."""


@dataclass(frozen=True, slots=True)
class Next:
    """Who is asked next, and when, as things stand; ``member`` None: nobody of the chain can be, and it is an alarm.
    ``skipped``: who is passed over, as everybody may read it."""

    at: datetime
    member: str | None
    position: str | None
    woken: bool
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who hears of it, without having to answer: the position, and the members whom a notice reaches, with
    when it is sent. ``why`` is what they are told."""

    position: str
    why: str
    members: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would be. ``owner``: the position that would own it; ``skipped_above``, ``competent_below``: the units that
    it would pass over; ``route`` None: it is sent on, and belongs where it did."""

    tasking: Tasking
    route: Route | None
    skipped_above: tuple[str, ...]
    competent_below: tuple[str, ...]
    told: tuple[Told, ...]
    first: Next | None

    @property
    def needs_reason(self) -> bool:
        """Whether it passes the chain, which takes a reason."""
        return bool(self.skipped_above or self.competent_below)


def if_received(views: Views, asked: Asked, what: str, kind: str, directive: Directive | None) -> Ahead:
    """What receiving it now would bring about. Raises what receiving raises, but for a reason that is not given yet."""
    given = directive if directive is None else replace(directive, reason=directive.reason or UNGIVEN)

    def act(record: Record) -> tuple[Tasking, Route, Next | None]:
        made = taskings.receive(record, asked, what, kind, given)
        return made.tasking, made.route, next_of(record, made.tasking)

    (tasking, route, first), facts = tried(views, act)
    return _ahead(tasking, route, facts, first)


def if_sent(views: Views, name: str, member: str, offices: Sequence[Office], wish: Wish) -> Ahead:
    """What sending it elsewhere now would bring about. Raises what sending raises, but for a reason not given yet."""
    tried_wish = replace(wish, reason=(wish.reason or "").strip() or UNGIVEN, seen=views.head()[0])

    def act(record: Record) -> tuple[Tasking, Next | None]:
        do(record, name, member, offices, tried_wish)
        tasking = tasking_named(record, name)
        return tasking, next_of(record, tasking)

    (tasking, first), facts = tried(views, act)
    return _ahead(tasking, None, facts, first)


def next_of(views: Views, tasking: Tasking, known_at: datetime | None = None) -> Next | None:
    """Who is asked next for a tasking, as things stand; None: nobody is sought."""
    search = views.row(Escalation, tasking.tasking, known_at=known_at)
    if search is None or not search.runs or search.due_at is None:
        return None
    at = max(search.due_at, views.now if known_at is None else known_at)
    units = {p.unit for p in views.rows(Position, position=set(search.chain))} | {tasking.competent_unit}
    watches = watches_at(views, units, at, known_at)
    found = next_asked(watches, search, tasking.competent_unit, Channels(views), tasking.relieves)
    if found.holder is None:
        return Next(search.due_at, None, None, False, found.skipped)
    return Next(search.due_at, found.holder.member, found.holder.position, found.woken, found.skipped)


def _ahead(tasking: Tasking, route: Route | None, facts: Sequence[Fact], first: Next | None) -> Ahead:
    sent = next((f.body for f in facts if f.kind == "tasking.sent"), {"skipped_above": (), "competent_below": ()})
    return Ahead(
        tasking,
        route,
        tuple(sent["skipped_above"]),
        tuple(sent["competent_below"]),
        tuple(told_by(facts)),
        first,
    )


def told_by(facts: Sequence[Fact]) -> Iterator[Told]:
    """Who is told by these facts: each position that is, whether or not anybody is there to hear it, and everybody to
    whom a notice goes."""
    notices = [f.body for f in facts if f.kind == "contact.queued" and f.body["purpose"] == "notice"]
    named: dict[str, str] = {}
    for fact in facts:
        if fact.kind == "tasking.told":
            named.setdefault(fact.body["position"], fact.body["why"])
    for body in notices:
        named.setdefault(str(body.get("position") or body["member"]), body["says"])
    for position, why in named.items():
        found: dict[str, datetime] = {}
        for body in notices:
            if str(body.get("position") or body["member"]) == position:
                found.setdefault(body["member"], datetime.fromisoformat(body["due_at"]))
        yield Told(position, why, tuple(found.items()))
