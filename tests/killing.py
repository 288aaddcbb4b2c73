"""Killing commands: a real process of Muster, ended with SIGKILL at an instant, and what it left behind."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from muster.bootstrap import open_store, verify_views
from muster.services.record import verify
from tests.forking import Forked, muster, warm

LOOK_SECONDS = 0.0005


def start(arguments: Sequence[str], database: Path) -> Forked:
    """A command at work on a database."""
    return muster(*arguments, database=f"sqlite:///{database}")


def seconds_of(arguments: Sequence[str], database: Path) -> float:
    """How long the command takes when nobody kills it."""
    warm()
    began = time.perf_counter()
    if start(arguments, database).wait():
        raise AssertionError(f"{' '.join(arguments)} failed before anybody killed it")
    return time.perf_counter() - began


def kill_after(arguments: Sequence[str], database: Path, seconds: float) -> None:
    """Start the command and kill it so long after, unless it has ended by then."""
    killed(start(arguments, database), seconds)


def kill_writing(arguments: Sequence[str], database: Path, seconds: float, log_bytes: int = 1) -> None:
    """Start the command and kill it so long after so much was written to the log, in which transactions end."""
    killed_writing(start(arguments, database), database, seconds, log_bytes)


def killed(process: Forked, seconds: float) -> None:
    """Kill a process so long after, unless it has ended by then."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def killed_writing(process: Forked, database: Path, seconds: float, log_bytes: int = 1) -> None:
    """Kill a process so long after so much was written to the log of the database."""
    log = Path(f"{database}-wal")
    while process.poll() is None and (log.stat().st_size if log.exists() else 0) < log_bytes:
        time.sleep(LOOK_SECONDS)
    killed(process, seconds)


def facts_left(database: Path) -> int:
    """How many facts a kill left. Raises ``AssertionError`` when the chain or the views are not whole."""
    if not database.exists():
        return 0
    store = open_store(f"sqlite:///{database}")
    try:
        with store.reading() as views:
            found = verify(views)
        assert found.whole, list(found.says())
        assert not verify_views(store)
        return found.facts
    finally:
        store.close()
