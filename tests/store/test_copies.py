"""Backups while running, and their way back; a damaged one is refused."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import backup, open_store, restore, verify_views
from muster.domain.errors import Invalid, Refused, Tampered, Unknown
from muster.services.record import verify
from muster.store.copies import duplicate
from muster.store.store import SqlStore
from tests.support import members


@pytest.fixture
def copy(temporary_store: SqlStore, database: Path, tmp_path: Path) -> Path:
    """A backup of five facts in a file, made while a writer was at work."""
    to = tmp_path / "copies" / "muster.backup"
    to.parent.mkdir()
    with temporary_store.writing() as record:
        record.append(members(5))
    with temporary_store.writing() as record:
        record.append(members(7, "N"))
        assert backup(temporary_store, to).facts == 5
    return to


def heads(path: Path) -> int:
    store = open_store(f"sqlite:///{path}", must_exist=True)
    with store.reading() as views:
        assert verify(views).whole
        seq = views.head()[0]
    store.close()
    return seq


def test_a_backup_is_one_file_that_can_be_restored(copy: Path, tmp_path: Path) -> None:
    assert list(copy.parent.iterdir()) == [copy]
    assert restore(copy, f"sqlite:///{tmp_path}/new.db").facts == 5
    assert heads(tmp_path / "new.db") == 5


def test_a_database_is_replaced_only_when_told_and_not_in_use(
    copy: Path, temporary_store: SqlStore, database: Path
) -> None:
    url = f"sqlite:///{database}"
    with pytest.raises(Refused, match="already"):
        restore(copy, url)
    with temporary_store.reading(), pytest.raises(Refused, match="in use"):
        restore(copy, url, replace=True)
    temporary_store.close()
    assert heads(database) == 12
    restore(copy, url, replace=True)
    assert heads(database) == 5
    assert sorted(file.name for file in database.parent.glob("*.part*")) == []


def test_the_log_of_a_database_that_was_is_not_played_into_the_restored_one(
    copy: Path, temporary_store: SqlStore, database: Path, tmp_path: Path
) -> None:
    with temporary_store.reading():
        shutil.copy(f"{database}-wal", tmp_path / "lost.db-wal")
    restore(copy, f"sqlite:///{tmp_path}/lost.db")
    assert heads(tmp_path / "lost.db") == 5


def test_a_damaged_backup_is_not_restored(copy: Path, database: Path, temporary_store: SqlStore) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.executescript("DROP TRIGGER fact_stays; UPDATE fact SET body = '{}' WHERE seq = 3")
    temporary_store.close()
    with pytest.raises(Tampered, match="fact 3"):
        restore(copy, f"sqlite:///{database}", replace=True)
    assert heads(database) == 12
    copy.write_bytes(b"no database at all, but long enough to be one" * 100)
    with pytest.raises(Tampered, match="no whole Muster database"):
        restore(copy, f"sqlite:///{database}", replace=True)
    with pytest.raises(Unknown):
        restore(copy.with_name("none"), f"sqlite:///{database}")


def test_a_damaged_record_does_not_overwrite_an_older_backup(
    copy: Path, database: Path, temporary_store: SqlStore
) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript("DROP TRIGGER fact_kept; DELETE FROM fact WHERE seq = 3")
    with pytest.raises(Tampered, match="fact 3 is missing"):
        backup(temporary_store, copy)
    assert heads(copy) == 5
    with pytest.raises(Invalid, match="another file"):
        backup(temporary_store, database)


def test_a_backup_whose_views_lie_is_restored_with_views_made_from_its_facts(copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy)) as connection:
        connection.executescript("UPDATE view_member SET name = 'Nobody'")
    url = f"sqlite:///{tmp_path}/new.db"
    restore(copy, url)
    store = open_store(url, must_exist=True)
    assert verify_views(store) == []
    store.close()


def test_a_folder_is_no_place_for_a_database(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="must be a file"):
        restore(copy, f"sqlite:///{tmp_path}", replace=True)


def test_what_damage_left_of_a_name_in_the_schema_is_damage_too(copy: Path, tmp_path: Path) -> None:
    bytes_ = copy.read_bytes()
    copy.write_bytes(bytes_.replace(b"CREATE TRIGGER fact_kept", b"CREATE TRIGG\xff\xfefact_kept"))
    with pytest.raises(Tampered):
        restore(copy, f"sqlite:///{tmp_path}/new.db")


def test_a_record_on_a_server_is_not_copied_as_a_file_and_the_refusal_says_what_to_use(
    temporary_store: SqlStore, url: str, tmp_path: Path
) -> None:
    if temporary_store.engine.dialect.name == "sqlite":
        assert backup(temporary_store, tmp_path / "copy").facts == 0
        return
    for do in (
        lambda: backup(temporary_store, tmp_path / "copy"),
        lambda: restore(tmp_path / "copy", url),
        lambda: duplicate(temporary_store, tmp_path / "copy"),
    ):
        with pytest.raises(Refused, match="pg_dump"):
            do()
    assert list(tmp_path.iterdir()) == []
