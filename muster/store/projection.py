"""From facts to views: which beliefs a run of facts ends, and which it begins."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Dialect, bindparam, delete, insert, select, update

from muster.domain.errors import Invalid, Tampered
from muster.domain.nouns import ROWS
from muster.domain.record import Recorded
from muster.domain.schema import Row
from muster.store import contents
from muster.store.filters import Filters
from muster.store.lines import Shape
from muster.store.statements import Line, Statement, compiled, many, one_of
from muster.store.tables import TIMED, VIEWS
from muster.store.timers import set_timers

R = TypeVar("R", bound=Row)


@dataclass(slots=True)
class Belief(Generic[R]):
    """What the facts seen so far say of one key; ``row`` None: it is gone."""

    row: R | None
    seq: int
    since: str


class NounChange(Generic[R]):
    """What a run of facts changes in the view of one noun."""

    def __init__(self, row: type[R], filters: Filters, connection: Connection) -> None:
        self._row = row
        self._shape: Shape[R] = filters.shape(row)
        self._filters = filters
        self._connection = connection
        self._folds = row.after.__func__ is not Row.after.__func__  # type: ignore[attr-defined]
        self._timed = row.NOUN in TIMED
        self._before: dict[str, R] = {}
        self._now: dict[str, Belief[R]] = {}
        self._recorded = self._shape.recorded
        self._ended: list[Line] = []
        self._lines: list[Line] = []
        self._moved: set[str] = set()

    def prepare(self, keys: Iterable[str]) -> None:
        """Read what is believed of these keys, if the noun's facts build on it or its timers do."""
        if not (self._folds or self._timed):
            return
        dialect = self._connection.dialect
        asked = self._filters.once((self._row, "before"), lambda: _before(self._row.NOUN, self._shape.names, dialect))
        found = self._shape.rows(asked.run(self._connection, {"keys": many(list(keys), dialect)}))
        self._before = {row.key: row for row in found}

    def take(self, said: Recorded, key: str, verb: str, body: Mapping[str, Any]) -> None:
        """Follow one fact. Raises Invalid when it makes a row with another key than its stream names."""
        believed = self._now.get(key)
        before = believed.row if believed else self._before.get(key)
        row = self._row.after(before, verb, body)
        if row is not None and row.key != key:
            raise Invalid(f"Fact {said.kind} in {said.stream}: its row must have the key {key}, not {row.key}")
        if believed:
            self._end(key, believed, said.recorded_at)
        elif said.version > 1:
            self._ended.append((key, self._recorded(said.recorded_at)))
        # The instant itself, not its value: saying the same one again is to begin anew with it, saying none is not.
        if self._timed and _due_at(before) is not _due_at(row):
            self._moved.add(key)
        self._now[key] = Belief(row, said.seq, said.recorded_at)

    def _end(self, key: str, believed: Belief[R], at: str) -> None:
        # What began and ended in one instant was believed at none, and would only be in the way.
        if believed.row is not None and believed.since != at:
            self._keep(key, believed, at)

    def _keep(self, key: str, believed: Belief[R], until: str | None) -> None:
        assert believed.row is not None
        since, ended = self._recorded(believed.since), until and self._recorded(until)
        self._lines.append((key, believed.seq, since, ended, *self._shape.line(believed.row)))

    def write(self) -> None:
        """Bring the stored view up to the facts taken."""
        for key, believed in self._now.items():
            if believed.row is not None:
                self._keep(key, believed, None)
        self._write_ends()
        dialect = self._connection.dialect
        names = ("key", "fact", "known_from", "known_until", *self._shape.names)
        new = self._filters.once((self._row, "new"), lambda: compiled(insert(VIEWS[self._row.NOUN]), dialect))
        new.run_many(self._connection, self._lines, names)
        if self._moved:
            due = {key: _due_at(self._now[key].row) for key in self._moved}
            set_timers(self._row.NOUN, due, self._filters, self._connection)

    def _write_ends(self) -> None:
        noun, dialect = self._row.NOUN, self._connection.dialect
        drop = self._filters.once((self._row, "drop"), lambda: _drop(noun, dialect))
        end = self._filters.once((self._row, "end"), lambda: _end(noun, dialect))
        drop.run_many(self._connection, self._ended, ("of", "at"))
        end.run_many(self._connection, self._ended, ("of", "at"))


def _before(noun: str, names: Iterable[str], dialect: Dialect) -> Statement:
    """What is believed of some keys."""
    columns = VIEWS[noun].c
    wanted = select(*(columns[name] for name in names))
    return compiled(wanted.where(one_of(columns.key, "keys", dialect), columns.known_until.is_(None)), dialect)


def _drop(noun: str, dialect: Dialect) -> Statement:
    """Take out what began in the very instant in which it ends."""
    columns = VIEWS[noun].c
    began = columns.known_from == bindparam("at", type_=columns.known_from.type)
    return compiled(delete(VIEWS[noun]).where(*_still(noun), began), dialect)


def _end(noun: str, dialect: Dialect) -> Statement:
    """End what is believed."""
    at = bindparam("at", type_=VIEWS[noun].c.known_until.type)
    return compiled(update(VIEWS[noun]).where(*_still(noun)).values(known_until=at), dialect)


def _still(noun: str) -> tuple[ColumnElement[bool], ...]:
    columns = VIEWS[noun].c
    return columns.key == bindparam("of", type_=columns.key.type), columns.known_until.is_(None)


def _due_at(row: Row | None) -> datetime | None:
    return None if row is None else row.due_at  # type: ignore[attr-defined]  # only of timed nouns


def project(facts: Iterable[Recorded], bodies: Iterable[Mapping[str, Any]], filters: Filters, to: Connection) -> None:
    """Bring the views up to these facts, the newest of the record. Facts of a noun without rows change no view. What is
    too large for them is there already."""
    by_noun: dict[str, list[tuple[Recorded, str, str, Mapping[str, Any]]]] = {}
    for said, body in zip(facts, bodies, strict=True):
        noun, _, verb = said.kind.partition(".")
        if noun in ROWS:
            by_noun.setdefault(noun, []).append((said, _key_of(said, noun), verb, body))
    if contents.NOUN in by_noun:
        by_noun[contents.LINES] = list(contents.lines_taken(by_noun[contents.NOUN], filters, to))
    for noun, taken in by_noun.items():
        change = NounChange(ROWS[noun], filters, to)
        change.prepare({key for _, key, _, _ in taken})
        for each in taken:
            change.take(*each)
        change.write()


def _key_of(said: Recorded, noun: str) -> str:
    stream_noun, _, key = said.stream.partition("/")
    if stream_noun != noun or not key:
        raise Invalid(f"Fact {said.kind} in {said.stream}: its stream must begin with {noun}/")
    return key


def bodies_of(facts: Iterable[Recorded]) -> Iterable[Mapping[str, Any]]:
    """The bodies of recorded facts. Raises Tampered for one that is no longer JSON."""
    for said in facts:
        try:
            yield json.loads(said.body)
        except ValueError:
            raise Tampered(f"Fact {said.seq}: its body is no JSON; run `muster record verify`") from None
