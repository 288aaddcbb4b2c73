"""What is said to PostgreSQL and to no other database: how to connect, begin, fill a table, and what its errors mean.

The driver is imported by the engine, so that whoever keeps the record in a file does not wait for it.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL

from muster.domain.errors import Conflict, Invalid, MusterError, Refused, Tampered
from muster.store.tables import STILL, STILL_INDEXES, kept, views
from muster.store.transactions import FOR, LEASES, LOOKS, READS, WRITES

WAIT_SECONDS: Final = 30
IDLE_SECONDS: Final = 60
LOCK: Final = int.from_bytes(b"Muster")
"""The key of the lock that the one writer holds. Advisory locks are apart in each database."""

# A network that swallows everything must not hold a worker, nor a writer that is gone the lock, for the two hours that
# are usual: after half a minute of silence each side asks whether the other is there, and gives up after three answers
# that do not come.
CONNECTING: Final = {
    "autocommit": True,  # we begin ourselves
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
    "client_encoding": "UTF8",
    "application_name": "muster",
}
SESSION: Final = f"""
    SET TIME ZONE 'UTC';
    SET datestyle = 'ISO';
    SET lock_timeout = '{WAIT_SECONDS}s';
    SET jit = off;
    SET tcp_keepalives_idle = 30;
    SET tcp_keepalives_interval = 10;
    SET tcp_keepalives_count = 3
"""  # jit: compiling one of our short questions takes longer than answering it

# A reader takes its lock before its state is fixed, which is at its first question: whoever makes the views anew or
# erases waits until no older state is read.
_STATE: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_CHANGE: Final = f"""
    BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL idle_in_transaction_session_timeout = '{IDLE_SECONDS}s';
    SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'
"""
BEGINS: Final = {
    READS: f"{_STATE}; LOCK TABLE fact IN ACCESS SHARE MODE",
    LOOKS: _STATE,
    LEASES: _CHANGE,
    WRITES: f"{_CHANGE}; SELECT pg_advisory_xact_lock({LOCK})",
}

_KEPT_OUT: Final = "the server does not let this user in; look at name and password (PGPASSWORD, ~/.pgpass)"
_NONE: Final = "there is no such database; make it with `createdb`"
_OTHER: Final = "the tables are not those of this version; end every Muster, then start the newest one"
_GONE: Final = "the server is gone or cannot be reached; nothing of this is kept: look whether it runs, then repeat"
_Meaning = tuple[str, type[MusterError], str]
_MEANINGS: Final[tuple[_Meaning, ...]] = (  # by the beginning of the SQLSTATE: PostgreSQL, appendix A
    ("55P03", Refused, "another writer, or a reader of what is to be changed, has held it for a long time; try again"),
    ("53100", Refused, "there is no room left to write to; make some and repeat"),
    ("53300", Refused, "all connections of the server are taken; end some or allow more, then repeat"),
    ("58030", Refused, "the disk of the server refuses to read or write; look at its room and health, then repeat"),
    ("25006", Refused, "the database may only be read: by this user, or because the server follows another one"),
    ("42501", Refused, "this user may not do that; let the owner of the tables do it, or be made their owner"),
    ("25P03", Refused, f"nothing came from this writer for {IDLE_SECONDS} s, so it lost its turn; repeat"),
    ("42P01", Refused, _OTHER),
    ("42703", Refused, _OTHER),
    ("0A000", Refused, _OTHER),
    ("57014", Refused, "somebody stopped it; repeat"),
    ("28", Refused, _KEPT_OUT),
    ("3D", Refused, _NONE),
    ("57P", Refused, _GONE),
    ("08", Refused, _GONE),
    ("40", Conflict, "something else came first; read again and repeat"),
    ("22", Invalid, "must be a value that PostgreSQL can keep"),
    ("54", Invalid, "must be shorter"),
    ("XX001", Tampered, "the database is damaged; restore a backup"),
    ("XX002", Tampered, "an index is damaged; `reindexdb` makes them anew, then verify the record"),
)
_WITHOUT_STATE: Final[tuple[_Meaning, ...]] = (  # of the driver, or of a server that let nobody in
    ("NUL", Invalid, "must be text without NUL characters"),
    ("authentication", Refused, _KEPT_OUT),
    ("password", Refused, _KEPT_OUT),
    ("role", Refused, _KEPT_OUT),
    ("database system", Refused, "the server is starting or ending; repeat in a moment"),
    ("database", Refused, _NONE),
)


def engine_of(url: URL) -> Engine:
    """An engine whose connections are ours to begin, and are looked at before they are used: one that a restart of the
    server has cut is replaced."""
    given: dict[str, Any] = {name: value for name, value in CONNECTING.items() if name not in url.query}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        use_native_hstore=False,  # asks the server at every start for what we never use
        paramstyle="format",
        connect_args=given,
    )
    for index in STILL_INDEXES:
        index.dialect_kwargs["postgresql_where"] = STILL
    event.listen(engine, "connect", _connected)
    event.listen(engine, "begin", _begin)
    return engine


def _connected(connection: Any, _: object) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        name = connection.info.dbname
        connection.close()
        how = f"make it with `createdb --encoding UTF8 --template template0 {name}`"
        raise Invalid(f"Database {name}: its encoding {encoding} must be UTF8, or names would be lost; {how}")
    connection.execute(SESSION)


def _begin(connection: Connection) -> None:
    words = BEGINS[connection.get_execution_options().get(FOR, READS)]
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(words, prepare=False)
    except connection.dialect.loaded_dbapi.Error:
        if driver.broken:
            connection.invalidate()
        raise


def run_each(cursor: Any, sql: str, lines: Sequence[Sequence[Any]]) -> None:
    """Run a statement once for each line, without waiting for one before the next is sent."""
    if len(lines) == 1:
        cursor.execute(sql, lines[0])
    else:
        cursor.executemany(sql, lines)
        # The driver ends this with a message after which the server does not count how long nothing comes; now it does.
        cursor.execute("")


def pour(connection: Connection, table: str, names: Sequence[str], lines: Sequence[Sequence[Any]]) -> None:
    """Insert many lines at once, several times as fast as one after the other."""
    columns = ", ".join(f'"{name}"' for name in names)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
        for line in lines:
            copy.write_row(line)


def look_over(connection: Connection) -> None:
    """Let the server count what is in our tables now. It does so by itself, but a minute later, and until then it reads
    full tables as if they were empty, several times as slowly."""
    connection.exec_driver_sql(f"ANALYZE {', '.join([*kept.tables, *views.tables])}")


def meaning(said: BaseException) -> tuple[type[MusterError], str]:
    """Which of our errors one of PostgreSQL's is, and what to do."""
    state = getattr(said, "sqlstate", None)
    if state is None:
        found = [(kind, advice) for sign, kind, advice in _WITHOUT_STATE if sign in str(said)]
        return found[0] if found else (Refused, _GONE)
    found = [(kind, advice) for sign, kind, advice in _MEANINGS if str(state).startswith(sign)]
    return found[0] if found else (Refused, "")
