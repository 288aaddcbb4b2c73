"""Empty records for tests, in files and on PostgreSQL: one server for all processes of a run, gone with the last.

``MUSTER_TEST_PG`` names one that runs, as ``postgresql://USER@HOST/DATABASE``; its user must be allowed to make
databases. Without it a private one is started from the programs that are installed.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from muster.bootstrap import open_store

ROOT = Path(__file__).resolve().parents[1]
RUN = os.environ.get("MUSTER_TEST_RUN") or os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"pid{os.getpid()}"
PREFIX = f"muster_test_{RUN[:12]}"
TEMPLATE = f"{PREFIX}_template"
MISSING = "PostgreSQL is not installed (apt-get install postgresql), and MUSTER_TEST_PG names no server"

_numbers = count()
_keepers: list[subprocess.Popen[str]] = []  # of this process: one at most, and it is left to itself


def programs() -> Path | None:
    """The folder of ``initdb`` and ``postgres``, the newest that there is; None: they are not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    folders += [path.parent for path in sorted(installed, key=lambda path: -int(path.parts[4]))]
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


def need() -> str:
    """The URL of the server. Skips the test that asks where there is none; in CI that is a failure."""
    if "MUSTER_TEST_PG" not in os.environ:
        need_programs()
    return server()


def need_programs() -> None:
    """Skip the test that asks where no server can be started; in CI that is a failure."""
    if programs() is None:
        if os.environ.get("CI") == "true":
            pytest.fail(MISSING)
        pytest.skip(MISSING)


@cache
def server() -> str:
    """The URL of the server of this run, which whoever comes first starts, and which lives as long as we do."""
    meeting = Path(tempfile.gettempdir(), PREFIX)
    meeting.mkdir(exist_ok=True)
    with (meeting / "start").open("w") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        fcntl.flock(os.open(meeting / "users", os.O_RDWR | os.O_CREAT), fcntl.LOCK_SH)  # until this process ends
        if not (meeting / "url").exists():
            _start_keeper(meeting)
    return (meeting / "url").read_text("utf-8")


def _start_keeper(meeting: Path) -> None:
    with (meeting / "log").open("w") as log:
        words = [sys.executable, "-m", "tests.keeper", str(meeting)]
        run = {**os.environ, "MUSTER_TEST_RUN": RUN}
        keeper = subprocess.Popen(
            words, cwd=ROOT, env=run, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
    _keepers.append(keeper)
    assert keeper.stdout is not None
    with keeper.stdout:
        said = keeper.stdout.read()  # it closes the pipe as soon as all is there
    if said != "ready\n":
        raise RuntimeError(f"PostgreSQL did not start: {(meeting / 'log').read_text('utf-8')}")


@cache
def _admin() -> psycopg.Connection:
    connection = psycopg.connect(server(), autocommit=True)
    atexit.register(connection.close)
    return connection


def named(url: str, database: str) -> str:
    """The URL of another database of the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


USES = 40
"""So often is a database emptied and used again: what was deleted stays behind in its files."""

# Emptying takes a fiftieth of the time that a new database does. What a test may have done to the tables shows in this:
_SHAPE = """
    SELECT md5(concat(
        string_agg(concat_ws(' ', relname, relkind, attname, atttypid, tgname, tgenabled), ','),
        (SELECT string_agg(prosrc, ',' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
        (SELECT count(*) FROM pg_rules WHERE schemaname = 'public'),
        (SELECT version_num FROM alembic_version), (SELECT value FROM view_meta)
    ))
    FROM (SELECT relname, relkind, attname, atttypid, tgname, tgenabled FROM pg_class
        JOIN pg_attribute ON attrelid = pg_class.oid LEFT JOIN pg_trigger ON tgrelid = pg_class.oid
        WHERE relnamespace = 'public'::regnamespace ORDER BY relname, attname, tgname) AS shape
"""
_EMPTY = """
    DO $$ DECLARE name text; BEGIN
        SET LOCAL session_replication_role = replica;
        SET LOCAL lock_timeout = '2s';
        FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                AND relname NOT IN ('alembic_version', 'view_meta') LOOP
            EXECUTE format('DELETE FROM %I', name);
        END LOOP;
    END $$
"""
_free: list[tuple[str, int, str]] = []


@cache
def empty_file() -> Path:
    """A file with an empty record, to be copied: making one takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    atexit.register(shutil.rmtree, folder)
    open_store(f"sqlite:///{folder}/muster.db").close()
    return folder / "muster.db"


@contextmanager
def fresh_file() -> Iterator[str]:
    """The URL of a file with an empty record, for one test."""
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{shutil.copy(empty_file(), folder)}"


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of a database with an empty record, for one test."""
    server_url = need()
    name, uses, shape = _free.pop() if _free else _made()
    url = named(server_url, name)
    try:
        yield url
    finally:
        if uses < USES and _emptied(url, shape):
            _free.append((name, uses + 1, shape))
        else:
            _admin().execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def bare_database() -> Iterator[str]:
    """The URL of a database in which nothing is, not even tables."""
    name = f"{PREFIX}_{os.getpid()}_{next(_numbers)}"
    url = named(need(), name)
    _admin().execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    try:
        yield url
    finally:
        _admin().execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _made() -> tuple[str, int, str]:
    name = f"{PREFIX}_{os.getpid()}_{next(_numbers)}"
    _admin().execute(f'CREATE DATABASE "{name}" TEMPLATE "{TEMPLATE}"')
    with psycopg.connect(named(need(), name)) as connection:
        return name, 1, _shape(connection)


def _emptied(url: str, shape: str) -> bool:
    with suppress(psycopg.Error), psycopg.connect(url) as connection:
        if _shape(connection) == shape:
            connection.execute(_EMPTY)
            return True
    return False


def _shape(connection: psycopg.Connection) -> str:
    found = connection.execute(_SHAPE).fetchone()
    assert found is not None
    return str(found[0])
