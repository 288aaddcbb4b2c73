"""The store: readers each see one state, writers take turns, and what is not committed never was."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine

from muster.domain.errors import Refused
from muster.ports import Clock, Due
from muster.store import keys, sqlite, timers
from muster.store.filters import filters_of
from muster.store.plainly import name_of, said_plainly
from muster.store.record import SqlRecord
from muster.store.tables import TIMED, fingerprint
from muster.store.transactions import LEASES, READS, WRITES, begun
from muster.store.views import SqlViews


class SqlStore:
    """Where the record is kept, through one engine. Threads may share it."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.filters = filters_of(engine.dialect)
        self._clock = clock

    @contextmanager
    def reading(self) -> Iterator[SqlViews]:
        """One consistent state of the record to read from; later commits do not show in it."""
        with said_plainly(self.engine), begun(self.engine, READS) as connection:
            views = SqlViews(connection, self.filters, self._clock())
            views.head()  # the first read is what fixes the state
            yield views

    @contextmanager
    def writing(self) -> Iterator[SqlRecord]:
        """The only writer, until the block ends; on an exception nothing of it is kept."""
        with said_plainly(self.engine), self.begin() as connection:
            record = SqlRecord(connection, self.filters, self._clock())
            if record.made_for != fingerprint():
                says = "another version of Muster has made its tables anew; end this one and start that"
                raise Refused(f"{name_of(self.engine)}: {says}")
            yield record
        if record.erased and self.engine.dialect.name == "sqlite":
            sqlite.forget_log(self.engine)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction that holds the lock of the only writer."""
        with begun(self.engine, WRITES) as connection:
            yield connection

    def next_due(self, noun: str | None = None) -> datetime | None:
        """The first instant at which something can be claimed, as ``ports.Timers`` says."""
        with said_plainly(self.engine), begun(self.engine, READS) as connection:
            return timers.next_due((noun,) if noun else TIMED, self.filters, connection)

    def claim(self, noun: str, now: datetime, until: datetime, limit: int) -> list[Due]:
        """What is due, held until ``until``, as ``ports.Timers`` says, in a short transaction of its own."""
        first = self.next_due(noun)
        if first is None or first > now:
            return []  # without having waited for whoever is writing
        with said_plainly(self.engine), begun(self.engine, LEASES) as connection:
            return timers.claim(noun, now, until, limit, self.filters, connection)

    def release(self, claimed: Iterable[Due]) -> None:
        """Give back what was claimed and not begun, as ``ports.Timers`` says."""
        # With the turn of the writer: it may wait for what a claim holds, which waits for nobody, and for nothing else.
        with said_plainly(self.engine), self.begin() as connection:
            timers.release(claimed, self.filters, connection)

    def signing_key(self) -> bytes:
        """The key that signs links, made at its first use; it stays the same as long as the record is kept."""
        return self._kept_key() or self._new_key()

    def _kept_key(self) -> bytes | None:
        with said_plainly(self.engine), begun(self.engine, READS) as connection:
            return keys.kept(connection)

    def _new_key(self) -> bytes:
        with said_plainly(self.engine), self.begin() as connection:
            return keys.kept(connection) or keys.new(connection)  # somebody else may have been faster

    def close(self) -> None:
        """Let go of the database; the last to do so folds the log back into the file."""
        self.engine.dispose()
