"""Records that many tests begin with: made once in a process, then handed to each test as a copy of its own."""

import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from functools import partial
from typing import Any, Final, TypeVar

import psycopg
from psycopg.sql import SQL, Identifier

from muster.store.store import SqlStore

T = TypeVar("T")
Copy = Callable[[Any], None]
"""Puts what a record held into the database of a connection, in the place of what is there."""
MOST: Final = 24
"""So many records are kept, those asked for last."""
_kept: Final[OrderedDict[Hashable, tuple[Copy, Any]]] = OrderedDict()
_numbers: Final[dict[Hashable, int]] = {}


def short(key: Hashable) -> int:
    """A number for all that this says, another for anything else: rows of a whole force take long to look up."""
    return _numbers.setdefault(key, len(_numbers))


def begun(store: SqlStore, key: Hashable, make: Callable[[], T]) -> T:
    """Bring a record to where ``make`` would bring it from where it is; ``key`` says all that this depends on. Returns
    what ``make`` returned the first time."""
    name = (store.engine.dialect.name, key)
    if name in _kept:
        _kept.move_to_end(name)
        copy, said = _kept[name]
        _driven(store, copy)
        return said  # type: ignore[no-any-return]
    said = make()
    _kept[name] = _driven(store, _of_file if name[0] == "sqlite" else _of_server), said
    if len(_kept) > MOST:
        _kept.popitem(last=False)
    return said


def _driven(store: SqlStore, do: Callable[[Any], T]) -> T:
    """What ``do`` returns, given a connection of the driver."""
    raw = store.engine.raw_connection()
    try:
        return do(raw.driver_connection)
    finally:
        raw.close()


def _of_file(driver: sqlite3.Connection) -> Copy:
    made = sqlite3.connect(":memory:", check_same_thread=False)
    driver.backup(made)
    return made.backup


_TABLES: Final = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    AND relname NOT IN ('alembic_version', 'view_meta') ORDER BY relname
"""


def _of_server(driver: psycopg.Connection) -> Copy:
    return partial(_fill, {name: _text(driver, name) for (name,) in driver.execute(_TABLES).fetchall()})


def _text(driver: psycopg.Connection, table: str) -> bytes:
    with driver.cursor().copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as copy:
        return b"".join(copy)


def _fill(texts: Mapping[str, bytes], driver: psycopg.Connection) -> None:
    with driver.transaction(), driver.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # past the triggers: it went by them once
        cursor.execute(SQL("; ").join(SQL("DELETE FROM {}").format(Identifier(table)) for table in texts))
        for table, text in texts.items():
            if text:
                with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as copy:
                    copy.write(text)
