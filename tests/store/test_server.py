"""A server that goes away, fills up, or lets somebody not in: said plainly, nothing half kept, and it goes on after."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import IntegrityError

from muster.bootstrap import open_store, verify_views
from muster.domain.errors import Conflict, Invalid, MusterError, Refused, Tampered, Unknown
from muster.domain.members import Member
from muster.ports import Record
from muster.services.record import verify
from muster.store import postgres
from muster.store.store import SqlStore
from muster.store.transactions import WRITES
from tests import servers
from tests.keeper import Cluster, nobody
from tests.support import members


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server of our own, which writes everything through to the disk, with a record that nobody has written to."""
    servers.need_programs()
    own = Cluster(("max_connections=20",))
    try:
        own.start()
        with own.admin() as admin:
            admin.execute("CREATE DATABASE muster")
        open_store(own.url("muster")).close()  # here, so that no test needs another one to have run before it
        yield own
    finally:
        own.remove()


@pytest.fixture
def store(cluster: Cluster) -> Iterator[SqlStore]:
    """A store on that server."""
    with closing(open_store(cluster.url("muster"))) as opened:
        yield opened


def append(store: SqlStore, prefix: str, count: int = 3) -> int:
    """The sequence of the record after so many facts more."""
    with store.writing() as record:
        record.append(members(count, prefix))
        return record.head()[0]


def append_while(store: SqlStore, something: Callable[[], object], prefix: str) -> None:
    """Append in a transaction in the middle of which something happens."""
    with store.writing() as record:
        record.append(members(3, f"{prefix}-before-"))
        something()
        record.append(members(3, f"{prefix}-after-"))


def append_until(store: SqlStore, something: Callable[[Record], object], prefix: str) -> None:
    """Append in a transaction at the end of which something happens."""
    with store.writing() as record:
        record.append(members(3, prefix))
        something(record)


def head(store: SqlStore) -> int:
    with store.reading() as views:
        found = verify(views)
    assert found.whole
    return found.facts


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_store_goes_on_after_the_server_was_ended_or_has_crashed(
    cluster: Cluster, store: SqlStore, how: signal.Signals
) -> None:
    before = append(store, f"{how}-")
    cluster.stop(how)
    for _ in range(2):
        with pytest.raises(Refused, match="server is gone"), store.reading():
            pass
    cluster.start()
    assert head(store) == before
    assert append(store, f"{how}-after-") == before + 3


def test_what_was_written_when_the_server_went_is_not_kept(cluster: Cluster, store: SqlStore) -> None:
    before = append(store, "kept")
    with pytest.raises(Refused, match="server is gone"):
        append_while(store, lambda: cluster.stop(signal.SIGQUIT), "lost")
    cluster.start()
    assert head(store) == before
    assert verify_views(store) == []


def test_a_commit_that_nobody_answers_is_said_to_be_unknown(cluster: Cluster, store: SqlStore) -> None:
    with pytest.raises(Refused, match="whether it did is not known"):
        append_until(store, lambda _: cluster.stop(signal.SIGQUIT), "unknown")
    cluster.start()
    head(store)


def test_a_reader_who_has_read_everything_when_the_server_goes_is_told_that_it_is_gone(
    cluster: Cluster, store: SqlStore
) -> None:
    with pytest.raises(Refused, match="server is gone"), store.reading():
        cluster.stop(signal.SIGQUIT)
    cluster.start()


def test_an_error_that_somebody_caught_does_not_lose_the_rest_silently(store: SqlStore) -> None:
    before = append(store, "caught")

    def fail(record: Record) -> None:
        with suppress(psycopg.Error):
            record.rows(Member, joined="no date at all")

    with pytest.raises(Refused, match="nothing of it is kept"):
        append_until(store, fail, "and the rest")
    assert head(store) == before


def test_a_second_writer_waits_and_then_is_told_so(
    cluster: Cluster, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "SESSION", postgres.SESSION.replace("'30s'", "'50ms'"))
    with closing(open_store(cluster.url("muster"))) as second, store.writing() as record:
        record.append(members(3, "first"))
        with pytest.raises(Refused, match="try again"):
            append(second, "second")
        head(second)
    append(store, "third")


def test_a_writer_who_says_nothing_more_loses_the_turn(
    cluster: Cluster, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgres.BEGINS, WRITES, postgres.BEGINS[WRITES].replace("'60s'", "'50ms'"))
    with closing(open_store(cluster.url("muster"))) as second:
        before = head(store)
        with pytest.raises(Refused, match="lost its turn"):  # the second waits until the server has ended the first
            append_while(store, lambda: wait_for_turn(second), "sleepy")
        assert head(second) == before


def wait_for_turn(store: SqlStore) -> None:
    with store.writing():
        pass


def test_a_dump_that_is_restored_is_the_record_whole_and_final(cluster: Cluster, store: SqlStore) -> None:
    before = append(store, "dumped", 50)
    with cluster.admin() as admin:
        admin.execute("CREATE DATABASE restored TEMPLATE template0")
    programs = cluster.programs
    dump = [str(programs / "pg_dump"), "--format", "custom", cluster.url("muster")]
    restore = [str(programs / "pg_restore"), "--exit-on-error", "--dbname", cluster.url("restored")]
    written = subprocess.run(dump, check=True, capture_output=True).stdout
    subprocess.run(restore, input=written, check=True)
    with closing(open_store(cluster.url("restored"))) as restored:
        assert head(restored) == before
        assert verify_views(restored) == []
        assert append(restored, "after", 2000) == before + 2000
        with pytest.raises(IntegrityError, match="the record is final"):
            delete_all(restored)


def delete_all(store: SqlStore) -> None:
    with store.begin() as connection:
        connection.exec_driver_sql("DELETE FROM fact")


def test_who_may_only_read_is_told_so_and_can_read(cluster: Cluster) -> None:
    with cluster.admin() as admin:
        admin.execute("CREATE DATABASE standing TEMPLATE muster")
        admin.execute("ALTER DATABASE standing SET default_transaction_read_only = on")
        admin.execute("CREATE ROLE reader LOGIN")
    with closing(open_store(cluster.url("standing"))) as store:
        head(store)
        with pytest.raises(Refused, match="may only be read"):
            append(store, "R")
    with pytest.raises(Refused, match="may not do that"):
        open_store(cluster.url("standing", "reader"))


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        (lambda url: url.replace("/muster?", "/nowhere?"), Refused, "createdb"),
        (lambda url: url.replace("//muster@", "//nobody-here:secret@"), Refused, "does not let this user in"),
        (lambda url: url.replace("host=", "host=/nowhere"), Refused, "server is gone or cannot be reached"),
        (lambda url: url.replace("/muster?", "/template1?"), Unknown, "there is no record in it"),
        (lambda url: url.replace("/muster?", "/other?"), Invalid, "another program"),
        (lambda url: url.replace("/muster?", "/latin?"), Invalid, "encoding LATIN1 must be UTF8"),
        (lambda url: "postgresql://u:secret@host:port/x", Invalid, "must be"),
    ],
)
def test_a_database_that_cannot_be_opened_says_why_and_shows_no_password(
    cluster: Cluster, store: SqlStore, change: Callable[[str], str], kind: type[MusterError], says: str
) -> None:
    with cluster.admin() as admin:
        there = {name for (name,) in admin.execute("SELECT datname FROM pg_database").fetchall()}
        if "latin" not in there:
            admin.execute("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0")
            admin.execute("CREATE DATABASE other")
            with psycopg.connect(cluster.url("other")) as other:
                other.execute("CREATE TABLE view_of_others (a int)")
    with pytest.raises(kind, match=says) as refused:
        open_store(change(cluster.url("muster")), must_exist=True)
    assert "secret" not in str(refused.value)


def test_a_wrong_password_is_said_and_not_shown(cluster: Cluster) -> None:
    with cluster.admin() as admin:
        admin.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
    rules = cluster.data / "pg_hba.conf"
    rules.write_text("local all locked scram-sha-256\n" + rules.read_text("utf-8"), "utf-8")
    cluster.stop()
    cluster.start()
    with pytest.raises(Refused, match="does not let this user in") as refused:
        open_store(cluster.url("muster", "locked:secret"))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (errors.DiskFull, Refused),
        (errors.TooManyConnections, Refused),
        (errors.DeadlockDetected, Conflict),
        (errors.DataCorrupted, Tampered),
        (errors.NumericValueOutOfRange, Invalid),
        (errors.InternalError_, Refused),
    ],
)
def test_every_error_of_the_server_is_one_of_ours(error: type[psycopg.Error], kind: type[MusterError]) -> None:
    assert postgres.meaning(error("what the server says"))[0] is kind


def test_a_server_that_is_starting_is_not_said_to_have_no_such_database() -> None:
    said = psycopg.OperationalError("connection failed: FATAL:  the database system is starting up")
    assert postgres.meaning(said)[1].startswith("the server is starting or ending")


def test_a_server_without_room_keeps_nothing_and_says_so(cluster: Cluster, store: SqlStore) -> None:
    disk = cluster.folder / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "none", disk], check=False).returncode:
        pytest.skip("a small disk can be made by root alone")
    try:
        os.chown(disk, *(nobody().get(who, -1) for who in ("user", "group")))
        with cluster.admin() as admin:
            admin.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            admin.execute("CREATE DATABASE small TABLESPACE small")
        with closing(open_store(cluster.url("small"))) as small:
            before = append(small, "before")
            with pytest.raises(Refused, match="no room left"):
                append(small, "too many", 100_000)
            assert head(small) == before
            assert append(small, "after") == before + 3
    finally:
        with cluster.admin() as admin:
            admin.execute("DROP DATABASE IF EXISTS small WITH (FORCE)")
            admin.execute("DROP TABLESPACE IF EXISTS small")
        subprocess.run(["umount", disk], check=True)
