"""What a transaction is for, said to the engine before it begins: each database makes of it what keeps its promise."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError

from muster.domain.errors import Refused

FOR: Final = "muster_for"
"""The name of the execution option that says it."""

READS: Final = "reads"
"""One state of the record, which later commits do not change. What a transaction is for unless it says otherwise."""
LOOKS: Final = "looks"
"""The same, before it is known which tables there are."""
WRITES: Final = "writes"
"""Facts, and all that follows from them: there is one such transaction at a time."""
LEASES: Final = "leases"
"""Who does what is due, and until when: where others may write meanwhile, it does not stop them."""


@contextmanager
def begun(engine: Engine, what_for: str) -> Iterator[Connection]:
    """A transaction on a connection of its own, committed when the block ends, and rolled back on an exception.

    Raises Refused where the database does not say whether it was committed.
    """
    with engine.connect() as plain:
        connection = plain.execution_options(**{FOR: what_for})
        transaction = connection.begin()
        try:
            yield connection
        except BaseException:
            with suppress(DBAPIError):  # the one on its way says more
                transaction.rollback()
            raise
        _commit(transaction, connection, keeps=what_for in (WRITES, LEASES))


def _commit(transaction: RootTransaction, connection: Connection, *, keeps: bool) -> None:
    if transaction_failed(connection):
        transaction.rollback()  # PostgreSQL would do so at COMMIT too, and not say it
        raise Refused("a statement of this transaction failed before its end, so that nothing of it is kept; repeat")
    try:
        transaction.commit()
    except DBAPIError as said:
        if not (keeps and said.connection_invalidated):
            raise
        says = "the database was lost while it was told to keep this, and whether it did is not known"
        raise Refused(f"{says}: look, then repeat it if need be ({str(said.orig).strip()})") from said


def transaction_failed(connection: Connection) -> bool:
    """Whether the database takes nothing more in this transaction but its end: so it is on PostgreSQL after any error,
    also after one that somebody caught."""
    if connection.dialect.name == "sqlite":
        return False
    driver = connection.connection.driver_connection
    return driver is not None and driver.info.transaction_status.name == "INERROR"
