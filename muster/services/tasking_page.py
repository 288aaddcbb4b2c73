"""A tasking as a page: who has it, where it belongs and why, who was passed over, asked and told."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from muster.domain.competence import asked_of
from muster.domain.contact import Contact
from muster.domain.errors import MusterError
from muster.domain.escalation import Escalation
from muster.domain.force import Position, Title, Unit
from muster.domain.record import Recorded
from muster.domain.routing import Route
from muster.domain.snapshot import path_up
from muster.domain.taskings import Tasking
from muster.domain.watch import Watches
from muster.ports import Views
from muster.services.contact_log import Entry, contact_log
from muster.services.names import Names
from muster.services.routing import route_matter
from muster.services.tasking_ahead import Next, next_of
from muster.services.tasking_board import Line, Who, lines_of, must_see, units_of
from muster.services.tasking_history import Happened, happened_to, was_so
from muster.services.watch import passed_for, watches_at

Rung = Literal["passed", "through", "here", "beside"]


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the chain: its unit and the position that heads it, and what part it had. ``watch``: the office and
    the member who have the watch at the instant; None: nobody, or civil authority. ``rung``: whether it was passed
    over, stands in the chain, is where the tasking belongs, or is no level of the chain."""

    unit: str
    name: str
    head: str | None
    watch: tuple[str, str] | None
    rung: Rung
    part: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TaskingPage:
    """A tasking at an instant, as its reader may read it. ``seq``: its newest fact; ``route``: where it belonged when
    it was received, None for what has no matter; ``log``: newest first; ``asked``: contacts to which no answer came,
    with the office; ``offices``: what the positions are called."""

    at: datetime
    line: Line
    seq: int
    giver: str | None
    receiver: str | None
    route: Route | None
    chain: tuple[Level, ...]
    log: tuple[Entry, ...]
    asked: tuple[tuple[str, Contact], ...]
    next: Next | None
    history: tuple[Happened, ...]
    offices: Mapping[str, str]

    @property
    def chain_here(self) -> str:
        """What the unit is called to which it belongs."""
        return next(level.name for level in self.chain if level.rung == "here")

    @property
    def tasking(self) -> Tasking:
        """The tasking."""
        return self.line.tasking


def tasking_page(views: Views, name: str, who: Who, at: datetime, known_at: datetime | None = None) -> TaskingPage:
    """The page of a tasking. Raises ``Unknown`` as ``must_see``."""
    tasking, names = must_see(views, name, who, known_at), Names(views, known_at)
    facts = [f for f in views.facts(streams=[tasking.stream]) if was_so(f, at, known_at)]
    search = views.row(Escalation, name, known_at=known_at)
    contacts = [c for c in views.rows(Contact, subject=name, known_at=known_at) if c.purpose == "decide"]
    waited = [c for c in contacts if c.answer is None and search is not None and search.runs]
    searches = [] if search is None else [search]
    mine = [name] if any(c.member == who.member for c in waited) else []
    units = sorted(u for u in units_of(tasking, names) if not names.is_civil(u))
    following = next_of(views, tasking, known_at)
    skipped = () if following is None else tuple(s.position for s in following.skipped)
    positions = (*(c.position for c in waited), *tasking.told, *tasking.offered_to, tasking.owner, *skipped)
    named = {*positions, None if following is None else following.position}
    found = _route(views, tasking, facts)
    passed = (
        () if found is None or who.member is None else passed_for(views, found.decides.passed, who.member, views.now)
    )
    return TaskingPage(
        at=at,
        line=lines_of([tasking], names, searches, mine, who, at)[0],
        seq=facts[-1].seq if facts else 0,
        giver=None if tasking.giver is None else names.giver(tasking.giver),
        receiver=None if tasking.receiver is None else names.office(tasking.receiver),
        route=None if found is None else replace(found, decides=replace(found.decides, passed=passed)),
        chain=tuple(_chain(views, tasking, names, facts, contacts, watches_at(views, units, at, known_at))),
        log=() if search is None else contact_log(views, name, known_at).entries[::-1],
        asked=tuple(
            (names.office(c.position or c.member), c) for c in sorted(waited, key=lambda c: (c.step, c.channel))
        ),
        next=following,
        history=tuple(happened_to(views, name, names, at, known_at)),
        offices={p: names.office(p) for p in named if p},
    )


def _route(views: Views, tasking: Tasking, facts: Sequence[Recorded]) -> Route | None:
    """Where it belonged when it was received, as that was known then; None where that cannot be said any more."""
    asked = asked_of(tasking)
    if asked is None or not facts:
        return None
    try:
        return route_matter(views, asked, known_at=datetime.fromisoformat(facts[0].recorded_at))
    except MusterError:
        return None


def _chain(
    views: Views,
    tasking: Tasking,
    names: Names,
    facts: Sequence[Recorded],
    contacts: Sequence[Contact],
    watches: Watches,
) -> list[Level]:
    """The levels from the top of the force down to where it belongs, then units that have to do with it beside them."""
    units = {u.unit: u for u in views.rows(Unit)}
    path = [u.unit for u in path_up(units, tasking.competent_unit)][::-1]
    parts, passed = _parts(tasking, names, facts, contacts)
    levels = [*path, *(unit for unit in parts if unit not in path and unit in units)]
    heads = _heads(views, levels)
    return [
        Level(
            unit,
            units[unit].name,
            heads.get(unit),
            None if units[unit].civil else _watch(watches, names, unit),
            "here" if unit == tasking.competent_unit else _rung(unit in passed, unit in path),
            tuple(parts.get(unit, ())),
        )
        for unit in levels
    ]


def _watch(watches: Watches, names: Names, unit: str) -> tuple[str, str] | None:
    held = watches.watch(unit).in_command
    return None if held is None else (names.office(held.position), held.member)


def _rung(passed: bool, in_chain: bool) -> Rung:
    return "passed" if passed else "through" if in_chain else "beside"


def _heads(views: Views, units: Sequence[str]) -> dict[str, str]:
    """What the first command position of each unit is called."""
    titles = {t.title: t for t in views.rows(Title) if t.kind in ("command", "civil")}
    found: dict[str, str] = {}
    for post in sorted(views.rows(Position, unit=set(units), title=titles.keys()), key=lambda p: p.order):
        found.setdefault(post.unit, titles[post.title].name)
    return found


def _parts(
    tasking: Tasking, names: Names, facts: Sequence[Recorded], contacts: Sequence[Contact]
) -> tuple[dict[str, list[str]], set[str]]:
    """What part each unit had, in the order in which it came about; and those that were passed over."""
    parts: dict[str, list[str]] = defaultdict(list)
    passed = set[str]()

    def note(name: str | None, says: str) -> None:
        unit = None if name is None else names.unit_of(name)
        if unit is not None and says not in parts[unit]:
            parts[unit].append(says)

    entered = tasking.entered_by
    note(tasking.giver, f"Gave it, as {names.member(entered)} entered it." if entered else "Gave it.")
    for fact in facts:
        body = json.loads(fact.body)
        if fact.kind == "tasking.sent":
            note(body["by"], f"Sent it to {body['to']}.")
            note(body["to"], "It was sent here.")
            for unit in (*body.get("skipped_above", ()), *body.get("competent_below", ())):
                passed.add(unit)
                note(unit, "Passed over.")
        elif fact.kind == "tasking.told":
            note(body["position"], f"Told: {body['position']}.")
        elif fact.kind == "tasking.taken-over":
            note(body["position"], "Took it over.")
    for contact in sorted(contacts, key=lambda c: c.step):
        note(contact.position, f"Asked: {contact.member}{_came(contact)}.")
    note(tasking.competent_unit, "It belongs here.")
    note(tasking.owner, f"Owns it: {tasking.owner}.")
    return parts, passed


def _came(contact: Contact) -> str:
    if contact.answer is not None:
        return f", answered: {contact.answer}"
    return ", has read it" if contact.received_at is not None else ", no answer"
