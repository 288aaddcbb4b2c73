"""Which facts are wanted, as SQL, and the exact test of what a fact is about."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from sqlite3 import OperationalError as SqliteError
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Dialect, and_, bindparam, or_, select
from sqlalchemy.exc import OperationalError

from muster.domain.record import Recorded
from muster.store.statements import Line, Statement, compiled, many, one_of
from muster.store.tables import fact

PAGE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``Views.facts`` was asked for."""

    streams: Sequence[str] | None = None
    kinds: Sequence[str] | None = None
    about: str | None = None
    first: int | None = None
    last: int | None = None

    def asked(self, dialect: Dialect, most: int | None = None) -> tuple[Statement, dict[str, Any]]:
        """The statement with its values; ``about`` is only narrowed here, ``is_about`` decides. ``most``: no more
        facts than that, the first of which ``first`` bounds in any case."""
        where, values = [], dict[str, Any]()
        if self.streams is not None:
            where.append(_streams(self.streams, values, dialect))
        if self.kinds is not None:
            where.append(one_of(fact.c.kind, "kinds", dialect))
            values["kinds"] = many(self.kinds, dialect)
        if self.about is not None:
            where.append(or_(_contains(fact.c.stream, "in_stream"), _contains(fact.c.body, "in_body")))
            quoted = json.dumps(self.about, ensure_ascii=False)
            values |= {"in_stream": _pattern(self.about), "in_body": _pattern(quoted)}
        first = self.first if most is None else self.first or 1
        bounds = (("first", first, fact.c.seq.__ge__), ("last", self.last, fact.c.seq.__le__))
        for name, bound, compare in bounds:
            if bound is not None:
                where.append(compare(bindparam(name)))
                values[name] = bound
        asked = select(fact).where(*where).order_by(fact.c.seq)
        if most is not None:
            asked, values["most"] = asked.limit(bindparam("most")), most
        return compiled(asked, dialect), values


def lines(wanted: Wanted, connection: Connection) -> Iterator[Line]:
    """The wanted facts as the driver gives them, also where damage has left bytes that are not text."""
    last = 0
    try:
        for line in _run(wanted, connection):
            last = line[0]
            yield line
    except (SqliteError, OperationalError) as said:
        if "decode" not in str(said):
            raise
        yield from _despite_damage(replace(wanted, first=max(last + 1, wanted.first or 0)), connection)


def _despite_damage(wanted: Wanted, connection: Connection) -> Iterator[Line]:
    """The rest, decoded by us: slower, but bytes that are not UTF-8 come through as lone surrogates."""
    driver: Any = connection.connection.driver_connection
    driver.text_factory = lambda said: said.decode(errors="surrogateescape")
    try:
        yield from _run(wanted, connection)
    finally:
        driver.text_factory = str


def _run(wanted: Wanted, connection: Connection) -> Iterator[Line]:
    few = wanted.streams is not None and not any(stream.endswith("/") for stream in wanted.streams)
    if few or connection.dialect.name == "sqlite":  # which gives one after the other
        statement, values = wanted.asked(connection.dialect)
        return statement.run(connection, values)
    return _paged(wanted, connection)


def _paged(wanted: Wanted, connection: Connection) -> Iterator[Line]:
    """So many at a time: this driver holds all of an answer in memory, and a record may have millions of facts."""
    statement, values = wanted.asked(connection.dialect, PAGE)
    page: Sequence[Line] = [(values["first"] - 1,)]
    while page:
        page = list(statement.run(connection, {**values, "first": page[-1][0] + 1}))
        yield from page
        if len(page) < PAGE:
            return


def is_about(said: Recorded, thing: str) -> bool:
    """Whether the fact names the thing: as whole segments of its stream, or as a text anywhere in its body."""
    return f"/{thing}/" in f"/{said.stream}/" or _names(json.loads(said.body), thing)


def _names(value: Any, thing: str) -> bool:
    if isinstance(value, dict):
        return any(_names(each, thing) for each in value.values())
    if isinstance(value, list):
        return any(_names(each, thing) for each in value)
    return bool(value == thing)


def _streams(streams: Sequence[str], values: dict[str, Any], dialect: Dialect) -> ColumnElement[bool]:
    """Any of the streams; one that ends in ``/`` is everything that begins so, which an index can find."""
    whole = [stream for stream in streams if not stream.endswith("/")]
    values["streams"] = many(whole, dialect)
    any_of = [one_of(fact.c.stream, "streams", dialect)] if whole else []
    for number, stream in enumerate(stream for stream in streams if stream.endswith("/")):
        values |= {f"from_{number}": stream, f"to_{number}": stream[:-1] + "0"}  # "0" follows "/"
        any_of.append(and_(fact.c.stream >= bindparam(f"from_{number}"), fact.c.stream < bindparam(f"to_{number}")))
    return or_(False, *any_of)


def _contains(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    return column.like(bindparam(name), escape="\\")


def _pattern(part: str) -> str:
    for special in "\\%_":
        part = part.replace(special, "\\" + special)
    return f"%{part}%"
