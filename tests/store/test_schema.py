"""The tables in the file are those of the declarations, and views of another version are built anew."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from muster.bootstrap import open_store, verify_views
from muster.domain.errors import Invalid, Tampered
from muster.domain.members import ContactPoint, Member
from muster.domain.record import entered
from muster.store.store import SqlStore
from muster.store.tables import SCHEMA, kept, views
from tests.support import NOON, member, members


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", "muster.store:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_migrations_make_the_tables_that_the_code_declares(temporary_store: SqlStore) -> None:
    with temporary_store.engine.connect() as connection:
        there = inspect(connection)
        for table in (*kept.tables.values(), *views.tables.values()):
            found = {
                (c["name"], c["type"].compile(connection.dialect), c["nullable"]) for c in there.get_columns(table.name)
            }
            wanted = {(c.name, c.type.compile(connection.dialect), c.nullable) for c in table.columns}
            assert found == wanted, table.name
            if connection.dialect.name == "sqlite":
                assert there.get_table_options(table.name)["sqlite_strict"]


def change(store: SqlStore, *commands: str) -> None:
    """Do something to the tables that nobody should."""
    with store.begin() as connection:
        for command in commands:
            connection.exec_driver_sql(command)


def test_views_of_another_version_are_built_anew(temporary_store: SqlStore, url: str) -> None:
    with temporary_store.writing() as record:
        record.append(members(3))
    old = ("DROP TABLE view_member", "UPDATE view_meta SET value = 'old'", "CREATE TABLE view_gone (x int)")
    change(temporary_store, *old)
    temporary_store.close()
    with closing(open_store(url)) as store:
        assert verify_views(store) == []
        with store.reading() as now:
            assert len(now.rows(Member)) == 3
        assert not inspect(store.engine).has_table("view_gone")


def test_a_reader_goes_on_in_its_state_while_another_version_waits_to_build_the_views_anew(
    temporary_store: SqlStore, url: str
) -> None:
    with temporary_store.writing() as record:
        record.append(members(3))
    change(temporary_store, "UPDATE view_meta SET value = 'old'")
    with ThreadPoolExecutor() as other, temporary_store.reading() as views:
        opened = other.submit(open_store, url)
        assert len(views.rows(Member)) == 3
        wait([opened], timeout=0.2)
        assert len(views.rows(Member)) == 3, "not those of the new views, which look empty from an older state"
    with closing(opened.result()) as store:
        assert verify_views(store) == []


def test_a_store_goes_on_when_another_has_built_the_same_views_anew(temporary_store: SqlStore, url: str) -> None:
    for number in range(9):  # the driver prepares what is asked often, for the tables that there were
        with temporary_store.writing() as record:
            record.append(members(1, f"{number}-"))
            assert len(record.rows(Member)) == number + 1
    change(temporary_store, "UPDATE view_meta SET value = 'old'")
    open_store(url).close()
    with temporary_store.reading() as views:
        assert len(views.rows(Member)) == 9
    with temporary_store.writing() as record:
        record.append(members(1, "after"))
    assert verify_views(temporary_store) == []


def test_views_that_differ_from_the_facts_are_named(temporary_store: SqlStore) -> None:
    with temporary_store.writing() as record:
        record.append(members(3))
    change(temporary_store, "UPDATE view_member SET name = 'Nobody' WHERE key = 'M000001'")
    assert verify_views(temporary_store) == ["view of member: differs from the facts from M000001 on"]


def test_a_database_of_a_newer_version_is_left_alone(temporary_store: SqlStore, url: str) -> None:
    change(temporary_store, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Invalid, match="newer Muster"):
        open_store(url)


def test_a_database_of_the_first_version_is_brought_up_with_all_its_facts(temporary_store: SqlStore, url: str) -> None:
    with temporary_store.writing() as record:
        record.append(members(3))
    old = ("DROP TABLE content", "DROP TABLE signing_key", "UPDATE alembic_version SET version_num = '0001'")
    change(temporary_store, *old)
    for rebuild in (False, True):
        with closing(open_store(url, rebuild=rebuild)) as store:
            assert len(store.signing_key()) == 32
            assert verify_views(store) == []


def test_tables_of_another_program_are_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE view_of_others (a)")
    with pytest.raises(Invalid, match="another program"):
        open_store(f"sqlite:///{tmp_path}/other.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        assert other.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "note.db").write_text("This is a note, and not a database at all.\n" * 50, encoding="utf-8")
    with pytest.raises(Tampered, match="no database"):
        open_store(f"sqlite:///{tmp_path}/note.db")


def test_an_existing_database_is_opened_without_importing_alembic_or_the_driver_of_another(
    temporary_store: SqlStore, database: Path
) -> None:
    with temporary_store.writing() as record:
        record.append(members(1))
        assert record.row(Member, "M000000") == member("M000000")
    code = (
        "import sys; from muster.bootstrap import open_store; "
        f"open_store('sqlite:///{database}').close(); sys.exit(bool({{'alembic', 'psycopg'}} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


ON_BOTH = [
    ("UPDATE secret SET text = '+1 212 555 0199'", "it is not the text that was sealed"),
    ("DELETE FROM secret", "sealed texts: 1 are gone, but the record has only 0 erased"),
]
ON_SQLITE = [
    ("DROP TRIGGER fact_stays", "trigger fact_stays: is missing"),
    ("CREATE TRIGGER other AFTER INSERT ON fact BEGIN DELETE FROM view_member; END", "trigger other: is not one"),
    ("UPDATE view_contact_point SET known_from = 'soon'", "view of contact_point: holds what no fact can say"),
]
FINAL = "CREATE OR REPLACE FUNCTION muster_final() RETURNS trigger LANGUAGE plpgsql AS"
ON_POSTGRESQL = [
    ("DROP TRIGGER fact_stays ON fact", "trigger fact_stays: is missing"),
    ("ALTER TABLE fact DISABLE TRIGGER fact_follows", "trigger fact_follows: is not one"),
    ("ALTER TABLE fact ENABLE REPLICA TRIGGER fact_stays", "trigger fact_stays: is not one"),
    (f"{FINAL} 'BEGIN RETURN new; END'", "trigger fact_stays: is not one"),
    ("CREATE TRIGGER other AFTER INSERT ON view_member EXECUTE FUNCTION muster_final()", "trigger other: is not one"),
    ("CREATE RULE other AS ON INSERT TO fact DO ALSO DELETE FROM view_member", "trigger other: is not one"),
    ("CREATE VIEW v AS SELECT * FROM view_member; ALTER TABLE view_member RENAME TO w; ALTER VIEW v RENAME TO "
     "view_member", "trigger view_member: is not one"),
]  # fmt: skip


def with_a_telephone(store: SqlStore) -> None:
    with store.writing() as record:
        token = record.seal(["+1 212 555 0100"])["+1 212 555 0100"]
        phone = ContactPoint(member="M000001", channel="telephone", address=token)
        record.append([*members(3), entered(phone, None, NOON)])
    assert verify_views(store) == []


@pytest.mark.parametrize(("tamper", "says"), ON_BOTH)
def test_what_was_changed_beside_the_facts_is_named(temporary_store: SqlStore, tamper: str, says: str) -> None:
    with_a_telephone(temporary_store)
    change(temporary_store, tamper)
    assert says in "\n".join(verify_views(temporary_store))


@pytest.mark.parametrize(("tamper", "says"), ON_SQLITE)
def test_what_was_changed_beside_the_facts_in_a_file_is_named(
    temporary_store: SqlStore, database: Path, tamper: str, says: str
) -> None:
    with_a_telephone(temporary_store)
    change(temporary_store, tamper)
    assert says in "\n".join(verify_views(temporary_store))


@pytest.mark.parametrize(("tamper", "says"), ON_POSTGRESQL)
def test_what_was_changed_beside_the_facts_on_a_server_is_named(
    postgresql_store: SqlStore, tamper: str, says: str
) -> None:
    with_a_telephone(postgresql_store)
    change(postgresql_store, tamper)
    assert says in "\n".join(verify_views(postgresql_store))
