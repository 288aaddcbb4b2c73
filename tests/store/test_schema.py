"""The tables in the file are those of the declarations, and views of another version are built anew."""

import sqlite3
import subprocess
import sys
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


def change(database: Path, *commands: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(";".join(commands))


def test_views_of_another_version_are_built_anew(temporary_store: SqlStore, database: Path) -> None:
    with temporary_store.writing() as record:
        record.append(members(3))
    temporary_store.close()
    change(database, "DROP TABLE view_member", "UPDATE view_meta SET value = 'old'", "CREATE TABLE view_gone (x)")
    store = open_store(f"sqlite:///{database}")
    assert verify_views(store) == []
    with store.reading() as now:
        assert len(now.rows(Member)) == 3
    assert not inspect(store.engine).has_table("view_gone")
    store.close()


def test_views_that_differ_from_the_facts_are_named(temporary_store: SqlStore, database: Path) -> None:
    with temporary_store.writing() as record:
        record.append(members(3))
    change(database, "UPDATE view_member SET name = 'Nobody' WHERE key = 'M000001'")
    assert verify_views(temporary_store) == ["view of member: differs from the facts from M000001 on"]


def test_a_database_of_a_newer_version_is_left_alone(temporary_store: SqlStore, database: Path) -> None:
    change(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Invalid, match="newer Muster"):
        open_store(f"sqlite:///{database}")


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


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        ("UPDATE secret SET text = '+1 212 555 0199'", "it is not the text that was sealed"),
        ("DELETE FROM secret", "sealed texts: 1 are gone, but the record has only 0 erased"),
        ("DROP TRIGGER fact_stays", "trigger fact_stays: is missing"),
        ("CREATE TRIGGER other AFTER INSERT ON fact BEGIN DELETE FROM view_member; END", "trigger other: is not one"),
        ("UPDATE view_contact_point SET known_from = 'soon'", "view of contact_point: holds what no fact can say"),
    ],
)
def test_what_was_changed_beside_the_facts_is_named(
    temporary_store: SqlStore, database: Path, tamper: str, says: str
) -> None:
    with temporary_store.writing() as record:
        token = record.seal(["+1 212 555 0100"])["+1 212 555 0100"]
        phone = ContactPoint(member="M000001", channel="telephone", address=token)
        record.append([*members(3), entered(phone, None, NOON)])
    assert verify_views(temporary_store) == []
    change(database, tamper)
    assert says in "\n".join(verify_views(temporary_store))
