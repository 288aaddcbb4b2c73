"""Which facts of the record somebody may read: they belong to units by what they name, read off the declarations."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from muster.domain.calling_in import DoNotCall
from muster.domain.contact import Contact, Doubt
from muster.domain.duty import Reachability, Squad, SquadPlace, TimeRecord, Waiver
from muster.domain.feed_links import FeedLink
from muster.domain.force import Position
from muster.domain.members import Absence, Appointment, Attachment, Career, ContactPoint, Member, Qualification
from muster.domain.nouns import ROWS
from muster.domain.record import Recorded
from muster.domain.relief import Crossing
from muster.domain.requests import Request
from muster.domain.schema import Column, Row, columns_of
from muster.domain.separation import Separation
from muster.domain.taskings import Tasking
from muster.domain.tokens import Done, Token
from muster.domain.users import Session, User
from muster.domain.viewings import Viewing
from muster.ports import Views
from muster.services.entitled import top_commands
from muster.services.gate import Viewer

PERSONAL: Final[tuple[type[Row], ...]] = (
    Member, Career, Qualification, ContactPoint, Waiver, TimeRecord, Separation, Request, Crossing, Doubt, DoNotCall,
    FeedLink, Viewing,
)  # fmt: skip
"""Nouns that say of a member what is for them and for those who command them."""
AWAY: Final[tuple[type[Row], ...]] = (Absence, Reachability)
"""Nouns of which others read no more than until when the member is not available."""
OF_USERS: Final[tuple[type[Row], ...]] = (User, Session, Token, Done)
"""Nouns that are for administrators: who signs in, and what programs they let in."""


@dataclass(frozen=True, slots=True)
class Belongs:
    """To whom a fact belongs: the units that it names, by themselves, their positions or their squads; the members that
    it names, and the units of those; ``noun``: None for what is no row."""

    noun: type[Row] | None
    units: frozenset[str]
    members: frozenset[str]


def may_read(viewer: Viewer, fact: Belongs) -> bool:
    """Whether somebody may read that the fact is there, and what it tells everybody who sees the unit."""
    if fact.noun in OF_USERS:
        return viewer.administrator
    if fact.noun in PERSONAL:
        return may_read_closely(viewer, fact)
    if not fact.units and fact.noun not in AWAY:
        return holds_office(viewer)
    return not fact.units.isdisjoint(viewer.sees) or viewer.member in fact.members


def may_read_closely(viewer: Viewer, fact: Belongs) -> bool:
    """Whether they may read what touches health and rest of the member, and texts that are kept apart."""
    if fact.noun in OF_USERS:
        return False
    return viewer.member in fact.members or not fact.units.isdisjoint(viewer.commands)


def holds_office(viewer: Viewer) -> bool:
    """Whether they hold a command or civil position: they may read what belongs to no unit."""
    return any(o.kind in ("command", "civil") for o in viewer.offices)


def may_export(views: Views, viewer: Viewer) -> bool:
    """Whether they may take the record away: those who hold a command at the top of the force."""
    top = top_commands(views)
    return any(o.position.position in top for o in viewer.offices)


def belongings(views: Views, facts: Sequence[Recorded]) -> list[Belongs]:
    """To whom each of these facts belongs, as the record has it now."""
    named = _Named(views)
    found = [named.of(fact) for fact in _with_rows(views, facts)]
    named.look_up(found)
    return [named.belongs(each) for each in found]


@dataclass(frozen=True, slots=True)
class _Said:
    """The things that a fact names, by noun."""

    noun: type[Row] | None
    names: Mapping[str, frozenset[str]]


def _with_rows(views: Views, facts: Sequence[Recorded]) -> Iterable[tuple[Recorded, Row | None]]:
    """Each fact with the row as it is now; None where it is gone, or there never was one."""
    keys: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        noun, _, key = fact.stream.partition("/")
        if noun in ROWS:
            keys[noun].add(key)
    rows = {(noun, row.key): row for noun, of in keys.items() for row in views.rows(ROWS[noun], key=of)}
    for fact in facts:
        noun, _, key = fact.stream.partition("/")
        yield fact, rows.get((noun, key))


_points: dict[type[Row], tuple[Sequence[str], Sequence[tuple[str, str]]]] = {}


def _pointing(noun: type[Row]) -> tuple[Sequence[str], Sequence[tuple[str, str]]]:
    """The key columns of a noun, and its columns that say to whom a fact belongs, each with the noun at which it
    points. Of what is personal it is the member alone."""
    if noun not in _points:
        keyed = [c.name for c in columns_of(noun) if c.key]
        columns = [c for c in columns_of(noun) if noun not in (*PERSONAL, *AWAY) or c.name == "member"]
        points = [(c.name, _points_to(noun, c)) for c in columns]
        _points[noun] = keyed, [(name, to) for name, to in points if to is not None]
    return _points[noun]


def _points_to(noun: type[Row], column: Column) -> str | None:
    """The noun at which a column points, the noun itself where it is its name; None where it points at nothing."""
    if noun is Contact and column.name == "subject":
        return Tasking.NOUN
    return noun.NOUN if column.key and column.name == noun.NOUN else column.to


class _Named:
    """Looks up to which units positions, squads, taskings and members belong: each kind at once for many facts."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._tasking: dict[str, frozenset[str]] = {}
        self._unit: dict[tuple[str, str], str] = {}
        self._homes: dict[str, set[str]] = defaultdict(set)

    def of(self, one: tuple[Recorded, Row | None]) -> _Said:
        """What a fact names, by its key, in the row as it is now, and in words of its own that columns have."""
        fact, row = one
        name, _, key = fact.stream.partition("/")
        noun = ROWS.get(name)
        if noun is None:
            return _Said(None, {})
        body: dict[str, Any] = json.loads(fact.body)
        keyed, pointing = _pointing(noun)
        keys = dict(zip(keyed, key.split("/"), strict=False))
        names: dict[str, set[str]] = defaultdict(set)
        for column, to in pointing:
            for value in (keys.get(column), body.get(column), getattr(row, column, None)):
                if isinstance(value, str):
                    names[to].add(value)
        return _Said(noun, {to: frozenset(values) for to, values in names.items()})

    def look_up(self, found: Iterable[_Said]) -> None:
        """Read what is needed for all of these."""
        names: dict[str, set[str]] = defaultdict(set)
        for said in found:
            for to, values in said.names.items():
                names[to] |= values
        for t in self._views.rows(Tasking, key=names["tasking"]) if names["tasking"] else ():
            self._tasking[t.tasking] = frozenset({t.competent_unit, t.place})
            names["position"].add(t.owner)
        self._look_up_homes(names["member"], names)
        for p in self._views.rows(Position, key=names["position"]) if names["position"] else ():
            self._unit["position", p.position] = p.unit
        for s in self._views.rows(Squad, key=names["squad"]) if names["squad"] else ():
            self._unit["squad", s.squad] = s.unit

    def _look_up_homes(self, members: set[str], names: Mapping[str, set[str]]) -> None:
        if not members:
            return
        at = self._views.now
        held = self._views.rows(Appointment, at=at, member=members)
        places = self._views.rows(SquadPlace, at=at, member=members)
        posts = {p.position: p.unit for p in self._views.rows(Position, position={a.position for a in held})}
        squads = {s.squad: s.unit for s in self._views.rows(Squad, squad={p.squad for p in places})}
        for a in held:
            self._homes[a.member] |= {posts[a.position]} if a.position in posts else set()
        for p in places:
            self._homes[p.member] |= {squads[p.squad]} if p.squad in squads else set()
        for t in self._views.rows(Attachment, at=at, member=members):
            self._homes[t.member].add(t.unit)

    def belongs(self, said: _Said) -> Belongs:
        """To whom it belongs: what names a unit, a position or a squad belongs there, else where its members are."""
        units = set(said.names.get("unit", ()))
        units |= {u for to in ("position", "squad") for n in said.names.get(to, ()) if (u := self._unit.get((to, n)))}
        for name in said.names.get("tasking", ()):
            units |= self._tasking.get(name, frozenset())
        members = said.names.get("member", frozenset())
        if not units:
            units |= {unit for m in members for unit in self._homes.get(m, ())}
        return Belongs(said.noun, frozenset(units), members)
