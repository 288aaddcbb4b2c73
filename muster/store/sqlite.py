"""What is said to SQLite and to no other database: how to connect, begin, and make a commit outlive a power cut."""

import sqlite3
import time
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from muster.domain.errors import MusterError, Refused, Tampered
from muster.store.transactions import FOR, LEASES, READS, WRITES

WAIT_SECONDS: Final = 30

PRAGMAS: Final = (
    f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}",
    "PRAGMA synchronous = FULL",  # WAL with less loses the last commits when the power goes
    "PRAGMA secure_delete = ON",  # an erased telephone number is overwritten, not only unlinked
    "PRAGMA temp_store = MEMORY",  # and was never in a temporary file
    "PRAGMA cache_size = -65536",  # KiB: a load of a city fits
)


_SAYS: Final = (
    ("locked", Refused, "another process has been writing for a long time; try again"),
    ("full", Refused, "there is no room left to write to; make some and repeat"),
    ("disk I/O error", Refused, "the disk refuses to read or write; look at its room and health, then repeat"),
    ("readonly", Refused, "the database may only be read by this user"),
    ("unable to open", Refused, "the file cannot be opened; look at its folder and permissions"),
    ("malformed", Tampered, "the file is damaged; restore a backup with `muster restore`"),
    ("not a database", Tampered, "the file is no database; name another one or restore a backup"),
)


def meaning(said: BaseException) -> tuple[type[MusterError], str]:
    """Which of our errors one of SQLite's is, and what to do."""
    for sign, kind, advice in _SAYS:
        if sign in str(said):
            return kind, advice
    return Refused, ""


def engine_of(path: Path) -> Engine:
    """An engine whose connections are ours to begin: a block of writing takes the lock at once."""
    engine = create_engine(URL.create("sqlite", database=str(path)), connect_args={"timeout": WAIT_SECONDS})
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    return engine


def _connected(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and late
    for pragma in PRAGMAS:
        connection.execute(pragma)
    _write_ahead(connection)


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Readers go on while a writer writes. Changing over does not wait for others by itself, so we do."""
    for _ in range(WAIT_SECONDS * 100):
        if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            return
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as said:
            if "locked" not in str(said):
                raise
            time.sleep(0.01)


def _begin(connection: Connection) -> None:
    changes = connection.get_execution_options().get(FOR, READS) in (WRITES, LEASES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if changes else "BEGIN")


def forget_log(engine: Engine) -> None:
    """Empty the write-ahead log, in which an erased text may still stand. Raises Refused while somebody reads it."""
    raw = engine.raw_connection()
    try:
        busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.close()
    if busy:
        raise Refused("Erased, but a reader still holds the log in which the text stands; end it and erase again")
