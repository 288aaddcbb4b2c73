"""The store: readers each see one state, writers take turns, and what is not committed never was."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from muster.domain.errors import Conflict, Invalid, MusterError, Refused, Tampered
from muster.ports import Clock, Due
from muster.store import sqlite, timers
from muster.store.filters import Filters
from muster.store.record import SqlRecord
from muster.store.tables import TIMED
from muster.store.views import SqlViews

_SAYS: Final = (
    ("locked", Refused, "another process has been writing for a long time; try again"),
    ("full", Refused, "there is no room left to write to; make some and repeat"),
    ("disk I/O error", Refused, "the disk refuses to read or write; look at its room and health, then repeat"),
    ("readonly", Refused, "the database may only be read by this user"),
    ("unable to open", Refused, "the file cannot be opened; look at its folder and permissions"),
    ("malformed", Tampered, "the file is damaged; restore a backup with `muster restore`"),
    ("not a database", Tampered, "the file is no database; name another one or restore a backup"),
)


class SqlStore:
    """Where the record is kept, through one engine. Threads may share it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.filters = Filters(engine.dialect)
        self._clock = clock

    @contextmanager
    def reading(self) -> Iterator[SqlViews]:
        """One consistent state of the record to read from; later commits do not show in it."""
        with said_plainly(self.engine), self.engine.connect() as connection, connection.begin():
            views = SqlViews(connection, self.filters, self._clock())
            views.head()  # the first read is what fixes the state
            yield views

    @contextmanager
    def writing(self) -> Iterator[SqlRecord]:
        """The only writer, until the block ends; on an exception nothing of it is kept."""
        with said_plainly(self.engine), self.begin() as connection:
            record = SqlRecord(connection, self.filters, self._clock())
            yield record
        if record.erased:
            sqlite.forget_log(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that holds the lock of the only writer."""
        with self.engine.connect() as connection:
            writes = connection.execution_options(**{sqlite.WRITES: True})
            with writes.begin():
                yield writes

    def next_due(self, noun: str | None = None) -> datetime | None:
        """The first instant at which something can be claimed, as ``ports.Timers`` says."""
        with said_plainly(self.engine), self.engine.connect() as connection, connection.begin():
            return timers.next_due((noun,) if noun else TIMED, self.filters, connection)

    def claim(self, noun: str, now: datetime, until: datetime, limit: int) -> list[Due]:
        """What is due, held until ``until``, as ``ports.Timers`` says, in a short transaction of its own."""
        first = self.next_due(noun)
        if first is None or first > now:
            return []  # without having waited for whoever is writing
        with said_plainly(self.engine), self._leasing() as connection:
            return timers.claim(noun, now, until, limit, self.filters, connection)

    def release(self, claimed: Iterable[Due]) -> None:
        """Give back what was claimed and not begun, as ``ports.Timers`` says."""
        with said_plainly(self.engine), self._leasing() as connection:
            timers.release(claimed, self.filters, connection)

    @contextmanager
    def _leasing(self) -> Iterator[Connection]:
        """A transaction that changes leases only; where others may write meanwhile, it does not stop them."""
        with self.begin() as connection:
            yield connection

    def close(self) -> None:
        """Let go of the database; the last to do so folds the log back into the file."""
        self.engine.dispose()


@contextmanager
def said_plainly(engine: Engine) -> Iterator[None]:
    """Errors of the driver as ours, which say what to do."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as said:
        raise _plain(said, engine) from said
    except UnicodeEncodeError as said:
        raise Invalid(f"{said.object!r}: must be text in UTF-8; byte {said.start + 1} is not") from said
    except UnicodeDecodeError as said:
        where = f"Database {engine.url.database}"
        raise Tampered(f"{where}: the file is damaged; restore a backup with `muster restore` ({said})") from said


def _plain(said: Exception, engine: Engine) -> MusterError:
    cause = str(said.orig) if isinstance(said, DBAPIError) else str(said)
    where = f"Database {engine.url.database}"
    if isinstance(said, IntegrityError):
        return Conflict(f"{where}: {cause}; read again and repeat")
    for sign, kind, advice in _SAYS:
        if sign in cause:
            return kind(f"{where}: {advice} ({cause})")
    return Refused(f"{where}: {cause}")
