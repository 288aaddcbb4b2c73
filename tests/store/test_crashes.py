"""Killed at any instant, out of room, or with others at work: all of a transaction or nothing, and the chain whole."""

import random
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.domain.errors import Refused
from muster.domain.members import Member
from muster.domain.record import GENESIS
from muster.services.record import verify
from muster.store.store import SqlStore
from tests import servers
from tests.forking import Forked
from tests.store import writers
from tests.support import members

PARTS, KILLS_EACH = 3, 6
COUNT = 4000


def writer(url: str, prefix: str, transactions: int, count: int) -> Forked:
    return Forked(writers.append, url, prefix, transactions, count)


def killed(url: str, prefix: str, after_seconds: float) -> None:
    """Start a writer of ``COUNT`` facts, and kill it so long after it began to append."""
    with writer(url, prefix, 1, COUNT) as process:
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.mark.parametrize("part", range(PARTS))
def test_a_kill_leaves_all_or_nothing(temporary_store: SqlStore, url: str, part: int) -> None:
    moments, before = random.Random(part), 0
    for number in range(KILLS_EACH):
        killed(url, f"K{number}-", moments.uniform(0.01, 0.6))
        with temporary_store.writing() as record:  # waits for the end of what a server may still be doing
            record.append(members(1, f"after{number}-"))
        with temporary_store.reading() as views:
            seq, _ = views.head()
            assert seq - before in (1, COUNT + 1)
            assert len(views.rows(Member)) == seq
            assert verify(views).whole
        before = seq


@pytest.fixture
def nothing(dialect: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has no tables, or is not there yet."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path}/muster.db"
    else:
        with servers.bare_database() as url:
            yield url


def test_two_writers_at_once_make_the_database_and_both_succeed_and_the_chain_is_whole(nothing: str) -> None:
    processes = [writer(nothing, prefix, 15, 20) for prefix in "AB"]
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0]
    store = open_store(nothing)
    with store.reading() as views:
        assert verify(views).whole
        assert views.head()[0] == len(views.rows(Member)) == 2 * 15 * 20
        times = [fact.recorded_at for fact in views.facts()]
        assert times == sorted(times)
    store.close()


def test_a_reader_sees_one_state_while_a_writer_commits(temporary_store: SqlStore) -> None:
    with temporary_store.reading() as before:
        with temporary_store.writing() as record:
            record.append(members(3))
            with temporary_store.reading() as during:
                assert during.head() == (0, GENESIS)
        assert before.head() == (0, GENESIS)
        assert before.rows(Member) == []
    with temporary_store.reading() as after:
        assert len(after.rows(Member)) == after.head()[0] == 3


def test_a_full_disk_keeps_nothing_and_says_so(temporary_store: SqlStore, database: Path) -> None:
    with temporary_store.writing() as record:
        record.append(members(5))
    with files_at_most(database.stat().st_size + 200_000), pytest.raises(Refused, match="room"):
        append_many(temporary_store)
    with temporary_store.reading() as views:
        assert views.head()[0] == len(views.rows(Member)) == 5
        assert verify(views).whole
    append_many(temporary_store)


def append_many(store: SqlStore) -> None:
    with store.writing() as record:
        record.append(members(9000, "N"))


@contextmanager
def files_at_most(size: int) -> Iterator[None]:
    """No file may grow beyond so many bytes, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
