"""Keeps the PostgreSQL server of a test run: ``python -m tests.keeper FOLDER``. It starts one, or takes the one that
``MUSTER_TEST_PG`` names, prints ``ready``, and takes everything away when nobody uses it any more, however they ended.
"""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from muster.bootstrap import open_store
from tests import servers

START_SECONDS = 60
QUICK = ("fsync=off", "full_page_writes=off", "autovacuum=off", "max_connections=300", "shared_buffers=64MB")
"""What tests can do without: the power does not fail on them, and no database lives long enough to be vacuumed."""


def nobody() -> dict[str, Any]:
    """Who runs the server: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


class Cluster:
    """A server with a folder of its own, which is reached through a socket in that folder."""

    def __init__(self, settings: Sequence[str] = QUICK) -> None:
        programs = servers.programs()
        if programs is None:
            raise SystemExit(servers.MISSING)
        self.programs, self.settings = programs, settings
        self.folder = Path(tempfile.mkdtemp(prefix="muster-pg-"))
        self.folder.chmod(0o755)  # for whoever is not the user of the server
        self.data = self.folder / "data"
        self.data.mkdir()
        if (user := nobody()) != {}:
            os.chown(self.folder, user["user"], user["group"])
            os.chown(self.data, user["user"], user["group"])
        initdb = [str(programs / "initdb"), "-D", str(self.data), "-U", "muster", "-A", "trust", "-E", "UTF8"]
        initdb += ["--locale=C", "--no-sync"]
        done = subprocess.run(initdb, cwd=self.folder, capture_output=True, text=True, check=False, **user)
        if done.returncode:
            raise SystemExit(f"initdb: {done.stderr}")
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres", user: str = "muster") -> str:
        """How a database of it is reached."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    @contextmanager
    def admin(self, database: str = "postgres") -> Iterator[psycopg.Connection]:
        """A connection that may do everything, each statement by itself."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            yield connection

    def start(self) -> None:
        """Start it, and wait until it answers."""
        words = [str(self.programs / "postgres"), "-D", str(self.data), "-k", str(self.folder), "-c"]
        words += ["listen_addresses=", *(word for setting in self.settings for word in ("-c", setting))]
        with (self.data / "log").open("ab") as log:
            self.process = subprocess.Popen(words, cwd=self.folder, stdout=log, stderr=log, **nobody())
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                psycopg.connect(self.url()).close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > until:
                    raise SystemExit((self.data / "log").read_text("utf-8")) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, how: int = signal.SIGINT) -> None:
        """End it: SIGINT cuts off whoever is connected, SIGQUIT is a crash of all its processes."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait()
            self.process = None

    def remove(self) -> None:
        """End it, and take away all that it kept."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """The URL of the server that tests are to use."""
    given = os.environ.get("MUSTER_TEST_PG")
    if given:
        yield given
        return
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster.url()
    finally:
        cluster.remove()


@contextmanager
def databases(url: str) -> Iterator[None]:
    """The database that all others are copies of; in the end it goes, with any that a killed test has left."""
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE \"{servers.TEMPLATE}\" ENCODING 'UTF8' TEMPLATE template0")
    try:
        open_store(servers.named(url, servers.TEMPLATE)).close()
        yield
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            ours = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
            for (name,) in admin.execute(ours, [servers.PREFIX]).fetchall():
                admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def main(meeting: Path) -> None:
    """Keep the server until nobody holds the file ``users`` any more."""
    try:
        with server() as url, databases(url):
            written = meeting / "url.part"
            written.write_text(url, "utf-8")
            written.rename(meeting / "url")
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # that was all: whoever waits for the end has it
            with (meeting / "users").open("w") as users:
                fcntl.flock(users, fcntl.LOCK_EX)
                (meeting / "url").unlink()  # while we hold it: whoever comes now starts another
    finally:
        shutil.rmtree(meeting, ignore_errors=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # not without taking everything away
    main(Path(sys.argv[1]))
