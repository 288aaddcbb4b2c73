"""The due table: kept equal to what rows say is due, and claimed from by whoever does it, one at a time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Integer,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)

from muster.ports import Due
from muster.store.filters import Filters
from muster.store.statements import Statement, compiled, many, one_of
from muster.store.tables import timer
from muster.store.types import Convert, reader, writer

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
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
    found = []
    for noun in nouns:
        values = {"of": noun, "never": _instant(dialect)(_NEVER)}
        found += [at for line in asked.run(connection, values) for at in line if at is not None]
    read = _read(dialect)
    return min(map(read, found), default=None)


def claim(noun: str, now: datetime, until: datetime, limit: int, filters: Filters, connection: Connection) -> list[Due]:
    """The oldest of what is due and held by nobody, at most so many, now held until ``until``; oldest first."""
    dialect = connection.dialect
    asked = filters.once("timers claim", lambda: _claim(dialect))
    instant, read = _instant(dialect), _read(dialect)
    values = {"of": noun, "now": instant(now), "until": instant(until), "most": limit}
    claimed = [Due(noun, key, read(at), tries) for key, at, tries in asked.run(connection, values)]
    return sorted(claimed, key=lambda due: (due.due_at, due.key))  # what an update returns comes in any order


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


def _next(dialect: Dialect) -> Statement:
    """The first that nobody holds, and of those before it the first whose lease ends. What is held and due later
    cannot come first, so that of many sleeping timers none is looked at."""
    mine, at = _is("noun", "of"), timer.c.due_at
    free = select(func.min(at)).where(mine, timer.c.held_until.is_(None)).scalar_subquery()
    claimable = case((timer.c.held_until > at, timer.c.held_until), else_=at)
    before = at < func.coalesce(free, bindparam("never", type_=at.type))
    return compiled(select(free, select(func.min(claimable)).where(mine, before).scalar_subquery()), dialect)


def _claim(dialect: Dialect) -> Statement:
    now = bindparam("now", type_=timer.c.due_at.type)
    free = or_(timer.c.held_until.is_(None), timer.c.held_until <= now)
    due = select(timer.c.key).where(_is("noun", "of"), timer.c.due_at <= now, free)
    oldest = due.order_by(timer.c.due_at, timer.c.key).limit(bindparam("most")).offset(_NONE)
    if dialect.name != "sqlite":
        oldest = oldest.with_for_update(skip_locked=True)  # SQLite has one writer at a time
    these = select(oldest.cte("oldest").c.key)  # looked for once, however the update is carried out
    until = bindparam("until", type_=timer.c.held_until.type)
    held = update(timer).where(_is("noun", "of"), timer.c.key.in_(these))
    held = held.values(held_until=until, tries=timer.c.tries + _ONE)
    return compiled(held.returning(timer.c.key, timer.c.due_at, timer.c.tries), dialect)


def _is(name: str, parameter: str) -> ColumnElement[bool]:
    column = timer.c[name]
    return column == bindparam(parameter, type_=column.type)


def _instant(dialect: Dialect) -> Convert:
    return writer(timer.c.due_at.type, dialect) or _same


def _read(dialect: Dialect) -> Convert:
    return reader(timer.c.due_at.type, dialect) or _same


def _same(value: Any) -> Any:
    return value
