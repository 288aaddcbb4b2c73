"""The due table: kept equal to what rows say is due, and claimed from by whoever does it, one at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    bindparam,
    delete,
    insert,
    literal_column,
    null,
    select,
    update,
)

from muster.ports import Due
from muster.store.filters import Filters
from muster.store.statements import Statement, compiled, many, one_of
from muster.store.tables import timer
from muster.store.types import Convert, reader, writer

_NONE: Final = literal_column("0", Integer())
_ONE: Final = literal_column("1", Integer())


def set_timers(noun: str, due: Mapping[str, datetime | None], filters: Filters, to: Connection) -> None:
    """Make the timers of these keys what their rows say now, without lease; None: nothing of it is due any more."""
    dialect = to.dialect
    asked = filters.once("timers gone", lambda: _gone(dialect))
    asked.run(to, {"of": noun, "keys": many(due.keys(), dialect)})
    instant = _instant(dialect)
    lines = sorted((noun, key, instant(at), 0) for key, at in due.items() if at is not None)
    names = ("noun", "key", "due_at", "tries")
    filters.once("timers set", lambda: _set(names, dialect)).run_many(to, lines, names)


def next_due(nouns: Iterable[str], filters: Filters, connection: Connection) -> datetime | None:
    """The first instant at which something of these nouns can be claimed; None: never."""
    dialect = connection.dialect
    asked = filters.once("timers next", lambda: _next(dialect))
    found = [at for noun in nouns for line in asked.run(connection, {"of": noun}) for at in line if at is not None]
    return min(map(_read(dialect), found), default=None)


def claim(noun: str, now: datetime, until: datetime, limit: int, filters: Filters, connection: Connection) -> list[Due]:
    """The oldest of what is due and held by nobody, at most so many, now held until ``until``; oldest first."""
    dialect = connection.dialect
    instant, read = _instant(dialect), _read(dialect)
    values: dict[str, Any] = {"of": noun, "now": instant(now), "most": limit}
    found = []
    for name, make in (("timers free", _free), ("timers over", _over)):
        found += list(filters.once(name, partial(make, dialect)).run(connection, values))
    due = sorted(
        (Due(noun, key, read(at), tries + 1) for key, at, tries in found), key=lambda each: (each.due_at, each.key)
    )
    values = {"of": noun, "keys": many([each.key for each in due[:limit]], dialect), "until": instant(until)}
    filters.once("timers held", lambda: _held(dialect)).run(connection, values)
    return due[:limit]


def release(claimed: Iterable[Due], filters: Filters, connection: Connection) -> None:
    """Give back what was claimed, as if it had not been; what was claimed again or set anew since is left alone."""
    dialect = connection.dialect
    asked = filters.once("timers back", lambda: _back(dialect))
    instant = _instant(dialect)
    lines = [(due.noun, due.key, instant(due.due_at), due.tries) for due in claimed]
    asked.run_many(connection, lines, ("of", "this", "at", "tried"))


def _gone(dialect: Dialect) -> Statement:
    return compiled(delete(timer).where(_is("noun", "of"), one_of(timer.c.key, "keys", dialect)), dialect)


def _set(names: Sequence[str], dialect: Dialect) -> Statement:
    return compiled(insert(timer).values({name: bindparam(name) for name in names}), dialect)


def _back(dialect: Dialect) -> Statement:
    mine = (_is("noun", "of"), _is("key", "this"), _is("due_at", "at"), _is("tries", "tried"))
    return compiled(update(timer).where(*mine).values(held_until=null(), tries=timer.c.tries - _ONE), dialect)


# Each of these follows the one index, however many sleep or are held, and whatever the database believes of how many
# there are. PostgreSQL sees that it can only where ``held_until`` is named in the order too.
def _next(dialect: Dialect) -> Statement:
    """The first that nobody holds, and the first lease to end."""
    mine, held = _is("noun", "of"), timer.c.held_until
    free = select(timer.c.due_at).where(mine, held.is_(None)).order_by(held, timer.c.due_at)
    over = select(held).where(mine, held.is_not(None)).order_by(held)
    return compiled(select(*(each.limit(_ONE).offset(_NONE).scalar_subquery() for each in (free, over))), dialect)


def _free(dialect: Dialect) -> Statement:
    """The oldest of what is due and was claimed by nobody."""
    held = timer.c.held_until
    return _oldest(held.is_(None), (held, timer.c.due_at, timer.c.key), dialect)


def _over(dialect: Dialect) -> Statement:
    """The oldest of what is due and whose lease is over."""
    held = timer.c.held_until
    return _oldest(held <= bindparam("now", type_=held.type), (timer.c.due_at, timer.c.key), dialect)


def _oldest(whose: ColumnElement[bool], order: Sequence[ColumnElement[Any]], dialect: Dialect) -> Statement:
    due = timer.c.due_at <= bindparam("now", type_=timer.c.due_at.type)
    wanted = select(timer.c.key, timer.c.due_at, timer.c.tries).where(_is("noun", "of"), whose, due).order_by(*order)
    wanted = wanted.limit(bindparam("most")).offset(_NONE)
    if dialect.name != "sqlite":
        wanted = wanted.with_for_update(skip_locked=True)  # SQLite has one writer at a time
    return compiled(wanted, dialect)


def _held(dialect: Dialect) -> Statement:
    until = bindparam("until", type_=timer.c.held_until.type)
    held = update(timer).where(_is("noun", "of"), one_of(timer.c.key, "keys", dialect))
    return compiled(held.values(held_until=until, tries=timer.c.tries + _ONE), dialect)


def _is(name: str, parameter: str) -> ColumnElement[bool]:
    column = timer.c[name]
    return column == bindparam(parameter, type_=column.type)


def _instant(dialect: Dialect) -> Convert:
    return writer(timer.c.due_at.type, dialect) or _same


def _read(dialect: Dialect) -> Convert:
    return reader(timer.c.due_at.type, dialect) or _same


def _same(value: Any) -> Any:
    return value
