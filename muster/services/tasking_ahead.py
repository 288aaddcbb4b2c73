"""What a tasking would bring about before it is received or sent: the act is tried, and its facts are read."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from muster.domain.asking import Skipped, next_asked
from muster.domain.competence import Asked
from muster.domain.escalation import Escalation
from muster.domain.force import Position, Title
from muster.domain.record import Fact
from muster.domain.routing import Route
from muster.domain.taskings import Tasking
from muster.ports import Record, Views
from muster.services import taskings
from muster.services.names import Names
from muster.services.offices import offices_of, unit_named, units_above
from muster.services.reach import Channels
from muster.services.routing import for_everyone, position_of
from muster.services.tasking_acts import Done, Wish, do, is_done, must_concern, must_receive
from muster.services.tasking_rights import stands_over
from muster.services.taskings import Directive, Received, tasking_named
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
    it would pass over; ``route`` None: it is sent on, and belongs where it did. ``offices`` and ``units``:
    what these are called."""

    at: datetime
    tasking: Tasking
    route: Route | None
    skipped_above: tuple[str, ...]
    competent_below: tuple[str, ...]
    told: tuple[Told, ...]
    first: Next | None
    offices: Mapping[str, str]
    units: Mapping[str, str]

    @property
    def needs_reason(self) -> bool:
        """Whether it passes the chain, which takes a reason."""
        return bool(self.skipped_above or self.competent_below)

    @property
    def mark(self) -> str:
        """Tells it from anything else that could be brought about: whose it would be, who is passed over and told."""
        told = [(t.position, t.why, sorted(member for member, _ in t.members)) for t in self.told]
        who = (self.tasking.owner, self.tasking.offered_to, self.first and (self.first.member, self.first.position))
        return sha256(repr((who, self.skipped_above, self.competent_below, told)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports, to be received now. ``by``: until when it must be decided; ``seen``: the newest fact when
    they looked at what it would bring about, since when the same report is the same tasking."""

    what: str
    kind: str
    matter: str
    place: str
    by: datetime | None = None
    people: int | None = None
    hours: int | None = None
    members: int | None = None
    directive: Directive | None = None
    seen: int = 0

    def asked(self, at: datetime) -> Asked:
        """The matter of it, received at that instant."""
        return Asked(self.matter, self.place, at, self.by, self.people, self.hours, self.members)


def if_received(views: Views, member: str, report: Report) -> Ahead:
    """What receiving it now would bring about. Raises what receiving raises, but for a reason not given yet."""
    must_be_theirs(views, member, report)
    to = report.directive
    given = to if to is None else replace(to, reason=(to.reason or "").strip() or UNGIVEN)

    def act(record: Record) -> tuple[Tasking, Route, Next | None]:
        made = taskings.receive(record, report.asked(record.now), report.what, report.kind, given, by=member)
        return made.tasking, made.route, next_of(record, made.tasking)

    (tasking, route, first), facts = tried(views, act)
    return _ahead(views, tasking, route, facts, first)


def must_be_theirs(views: Views, member: str, report: Report) -> None:
    """Raise ``NotEntitled`` for a member who is not to receive this."""
    offices = offices_of(views, member, views.now)
    must_receive(offices)
    if report.directive is not None:
        must_concern(views, offices, report.place, report.directive)


def receive(record: Record, member: str, report: Report) -> Received:
    """Receive it, whatever it brings about. The route is as everybody may read it. Raises ``NotEntitled``, ``Refused``
    and ``Invalid``: nothing is then done."""
    must_be_theirs(record, member, report)
    asked = report.asked(record.now)
    made = taskings.receive(record, asked, report.what, report.kind, report.directive, by=member)
    return replace(made, route=for_everyone(made.route))


def receive_looked(record: Record, member: str, report: Report, looked: str) -> Tasking | Ahead:
    """Receive it, where it brings about what the member looked at; else what it would bring about now. Safe to repeat.
    Raises as ``receive``."""
    for fact in record.facts(streams=["tasking/"], kinds=["tasking.received"], first=report.seen + 1):
        before = Tasking.after(None, "received", json.loads(fact.body))
        if before is not None and _is_same(record, before, report):
            return tasking_named(record, before.tasking)
    ahead = if_received(record, member, report)
    return receive(record, member, report).tasking if ahead.mark == looked else ahead


def _is_same(views: Views, before: Tasking, report: Report) -> bool:
    """Whether a tasking was received from the same report."""
    to, size = report.directive, (report.people, report.hours, report.members)
    kind = report.kind if to is None else "directive"
    told = None if to is None else (to.giver, position_of(views, to.receiver, views.now).position, to.reason)
    was = None if before.giver is None else (before.giver, before.receiver, before.reason)
    return (told, size, kind, report.what, report.matter, report.place, report.by) == (
        *(was, (before.people, before.hours, before.members), before.kind),
        *(before.what, before.matter, before.place, before.deadline),
    )


def if_sent(views: Views, name: str, member: str, wish: Wish) -> Ahead:
    """What sending it elsewhere now would bring about. Raises what sending raises, but for a reason not given yet."""
    meant = replace(wish, reason=(wish.reason or "").strip() or UNGIVEN, seen=views.head()[0])

    def act(record: Record) -> tuple[Tasking, Next | None]:
        do(record, name, member, meant)
        tasking = tasking_named(record, name)
        return tasking, next_of(record, tasking)

    (tasking, first), facts = tried(views, act)
    return _ahead(views, tasking, None, facts, first)


def send_looked(record: Record, name: str, member: str, wish: Wish, looked: str) -> Done | Ahead:
    """Send it elsewhere, where that brings about what the member looked at; else what it would bring about now. Safe to
    repeat. Raises ``Refused`` and ``Invalid``: nothing is then done."""
    if not is_done(record, tasking_named(record, name), member, wish):
        ahead = if_sent(record, name, member, wish)
        if ahead.mark != looked:
            return ahead
    return do(record, name, member, wish)


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


def _ahead(views: Views, tasking: Tasking, route: Route | None, facts: Sequence[Fact], first: Next | None) -> Ahead:
    sent = next((f.body for f in facts if f.kind == "tasking.sent"), {"skipped_above": (), "competent_below": ()})
    told, names = tuple(told_by(facts)), Names(views)
    skipped = () if first is None else (first.position, *(s.position for s in first.skipped))
    named = (tasking.owner, *tasking.offered_to, *(t.position for t in told), *skipped)
    above, below = tuple(sent["skipped_above"]), tuple(sent["competent_below"])
    return Ahead(
        at=views.now,
        tasking=tasking,
        route=None if route is None else for_everyone(route),
        skipped_above=above,
        competent_below=below,
        told=told,
        first=first,
        offices={name: names.office(name) for name in named if name},
        units={unit: names.unit(unit) for unit in (*above, *below, tasking.competent_unit)},
    )


def told_by(facts: Sequence[Fact]) -> Iterator[Told]:
    """Who is told by these facts: each position that is, whether or not anybody is there to hear it, and everybody to
    whom a notice goes."""
    notices = [f.body for f in facts if f.kind == "contact.queued" and f.body["purpose"] == "notice"]
    told = {f.body["position"]: f.body for f in reversed(facts) if f.kind == "tasking.told"}
    for body in reversed(told.values()):
        heard = [n for n in notices if body["position"] == n.get("position") or _is_named(body, n)]
        notices = [n for n in notices if n not in heard]
        yield Told(body["position"], body["why"], _when(heard))
    for position in dict.fromkeys(str(n.get("position") or n["member"]) for n in notices):
        heard = [n for n in notices if position == str(n.get("position") or n["member"])]
        yield Told(position, heard[0]["says"], _when(heard))


def _is_named(told: Mapping[str, Any], notice: Mapping[str, Any]) -> bool:
    """Whether a notice goes to a member who is told in the place of the holder of a position."""
    return notice.get("position") is None and notice["member"] == told.get("member")


def _when(notices: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, datetime], ...]:
    """The members to whom these notices go, and when the first to each does."""
    first = {n["member"]: datetime.fromisoformat(n["due_at"]) for n in reversed(notices)}
    return tuple(first.items())[::-1]


def whom(views: Views, tasking: Tasking, by: Collection[str], *, below: bool) -> list[tuple[str, str]]:
    """The command and tour positions of the chain of a tasking, from where it belongs upwards, with what they are
    called; ``below``: those alone over which one of the positions ``by`` stands."""
    names = Names(views)
    titles = {t.title for t in views.rows(Title) if t.kind in ("command", "tour")}
    chain = [u for u in (unit_named(views, tasking.competent_unit), *units_above(views, tasking.competent_unit))]
    mine = views.rows(Position, position=set(by))
    found = []
    for unit in chain:
        posts = sorted(views.rows(Position, unit=unit.unit, title=titles), key=lambda p: p.order)
        may = [p for p in posts if not below or any(stands_over(views, own, p) for own in mine)]
        found += [(p.position, names.office(p.position)) for p in may if p.position not in by]
    return found
