"""What is erased by law is gone: from the answers, and from the bytes on the disk."""

import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.domain.errors import Refused
from muster.domain.members import Absence
from muster.domain.record import entered
from muster.services.record import verify
from muster.store import sqlite
from muster.store.store import SqlStore
from tests import servers
from tests.keeper import Cluster
from tests.support import NOON

TEXTS = [f"telephone 555-{number:05}" for number in range(2300)]
AT_ONCE = 2000


def sealed(store: SqlStore) -> dict[str, str]:
    """Tokens of all texts; those sealed later one by one split pages, which leaves copies behind in them."""
    tokens: dict[str, str] = {}
    for part in (TEXTS[:AT_ONCE], *([text] for text in TEXTS[AT_ONCE:])):
        with store.writing() as record:
            tokens |= record.seal(part)
    return tokens


def everything(database: Path) -> bytes:
    """All bytes of the database and of the files beside it."""
    return b"".join(file.read_bytes() for file in database.parent.glob(database.name + "*"))


def test_an_erased_text_is_nowhere_in_the_files(temporary_store: SqlStore, database: Path) -> None:
    tokens = sealed(temporary_store)
    absence = Absence(member="A", kind="sick", since=NOON, reason=tokens[TEXTS[7]])
    with temporary_store.writing() as record:
        record.append([entered(absence, None, NOON)])
    assert TEXTS[7].encode() in everything(database)
    gone = [text for number, text in enumerate(TEXTS) if number % 3 == 1]
    with temporary_store.writing() as record:
        assert record.erase([tokens[text] for text in gone]) == len(gone)
        assert record.erase(["sealed:none"]) == 0
    left = everything(database)
    assert [text for text in gone if text.encode() in left] == []
    with temporary_store.reading() as views:
        assert views.unseal([tokens[TEXTS[7]], tokens[TEXTS[8]]]) == {tokens[TEXTS[8]]: TEXTS[8]}
        assert views.rows(Absence) == [absence], "the row still carries the token"
        assert verify(views).whole


def test_an_erased_text_is_in_no_table_of_the_server_whoever_is_reading(tmp_path: Path) -> None:
    servers.need_programs()
    cluster = Cluster()
    try:
        cluster.start()
        with cluster.admin() as admin:
            admin.execute("CREATE DATABASE muster")
        with closing(open_store(cluster.url("muster"))) as store, ThreadPoolExecutor() as other:
            tokens = sealed(store)
            with cluster.admin() as admin:
                admin.execute("CHECKPOINT")
            assert TEXTS[7].encode() in tables(cluster)
            with store.reading() as views:
                gone = other.submit(erase, store, tokens[TEXTS[7]])
                assert views.unseal([tokens[TEXTS[7]]]) == {tokens[TEXTS[7]]: TEXTS[7]}, "an older state"
            gone.result()
            with cluster.admin(database="muster") as admin:
                admin.execute("ANALYZE")  # notes what values a column has, in a table of the server
                admin.execute("CHECKPOINT")
            assert TEXTS[7].encode() not in tables(cluster)
            assert TEXTS[8].encode() in tables(cluster)
    finally:
        cluster.remove()


def tables(cluster: Cluster) -> bytes:
    """All bytes of all tables of all databases."""
    return b"".join(file.read_bytes() for file in cluster.data.glob("base/*/*"))


def test_equal_texts_are_sealed_apart(temporary_store: SqlStore) -> None:
    with temporary_store.writing() as record:
        first, second = record.seal(["555"])["555"], record.seal(["555"])["555"]
    assert first != second
    assert first.startswith("sealed:")
    assert len(first) == len("sealed:") + 64


def test_a_log_that_cannot_be_emptied_is_said_and_emptied_when_it_is_erased_again(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "PRAGMAS", ("PRAGMA busy_timeout = 50",))
    shutil.copy(servers.empty_file(), database)
    with closing(open_store(f"sqlite:///{database}")) as store:
        with store.writing() as record:
            token = record.seal(["555-0199"])["555-0199"]
        with store.reading(), pytest.raises(Refused, match="still holds the log"):
            erase(store, token)
        assert b"555-0199" in everything(database)
        erase(store, token)
        assert b"555-0199" not in everything(database)


def erase(store: SqlStore, token: str) -> None:
    with store.writing() as record:
        record.erase([token])
