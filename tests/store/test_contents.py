"""What facts name by its hash: kept once, final, found when it was changed, and carried wherever the record goes."""

import io
import json
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from muster.bootstrap import move, open_store, verify_views
from muster.domain.errors import Invalid, Tampered
from muster.domain.keeping import damaged_contents
from muster.domain.published import DutyLine, Published, hash_of
from muster.services.as_of import Before
from muster.services.feeds import feed_of
from muster.services.record import export, verify, verify_export
from muster.store.copies import backup, restore
from muster.store.store import SqlStore
from tests import servers
from tests.ground import InRecord
from tests.publishing import MONDAY, amended, charted, published
from tests.services.closing import closed
from tests.services.small import OFFICER, does, sees
from tests.support import NOON, SettableClock


@pytest.fixture
def rostered(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force with a published roster, amended once."""
    force = InRecord(temporary_store, clock)
    published(force, charted(force))
    amended(force, OFFICER, MONDAY, "off")
    return force


def past_the_triggers(connection: Connection, command: str) -> None:
    """What only somebody does who owns the database."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")).all()
        for name, _ in found:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(command)
        for _, sql in found:
            connection.exec_driver_sql(sql)
    else:
        connection.exec_driver_sql("ALTER TABLE content DISABLE TRIGGER USER")
        connection.exec_driver_sql(command)
        connection.exec_driver_sql("ALTER TABLE content ENABLE TRIGGER USER")


def test_a_text_is_kept_once_under_its_hash(temporary_store: SqlStore) -> None:
    with temporary_store.writing() as record:
        name = record.keep("a roster")
        assert record.keep("a roster") == name
        assert record.contents([name, "0" * 64]) == {name: "a roster"}


@pytest.mark.parametrize("said", ["a\0b", "a\ud800b"])
def test_what_cannot_be_kept_everywhere_is_refused(temporary_store: SqlStore, said: str) -> None:
    with temporary_store.writing() as record, pytest.raises(Invalid, match=r"must (have no NUL|be Unicode)"):
        record.keep(said)


FINAL = (
    "UPDATE content SET text = 'other'",
    "DELETE FROM content",
    "INSERT OR REPLACE INTO content SELECT hash, 'other' FROM content",
    "INSERT INTO content SELECT hash, 'other' FROM content",
)


@pytest.mark.parametrize("command", FINAL)
def test_it_is_final(rostered: InRecord, temporary_store: SqlStore, command: str) -> None:
    if temporary_store.engine.dialect.name != "sqlite":
        command = command.replace("OR REPLACE ", "") + (
            " ON CONFLICT (hash) DO UPDATE SET text = 'other'" if "REPLACE" in command else ""
        )
    with pytest.raises(IntegrityError), temporary_store.begin() as connection:
        connection.exec_driver_sql(command)
    assert sees(rostered, verify).whole


DAMAGE = (
    "UPDATE content SET text = replace(text, 'M0034', 'M0099')",
    "UPDATE content SET text = 'other'",
    "DELETE FROM content",
)


@pytest.mark.parametrize("command", DAMAGE)
def test_a_changed_or_missing_roster_is_found(rostered: InRecord, temporary_store: SqlStore, command: str) -> None:
    assert sees(rostered, verify).whole
    assert verify_views(temporary_store) == []
    with temporary_store.begin() as connection:
        past_the_triggers(connection, command)
    damage = sees(rostered, verify).damage
    (fact, _) = sees(rostered, lambda views: list(views.facts(streams=["roster/PCT-047/2020-10-19"])))
    assert [(d.seq, d.kind) for d in damage] == [(fact.seq, "content")]
    (said,) = verify_views(temporary_store)
    assert said.startswith(f"fact {fact.seq}: the roster it published is")


@pytest.mark.parametrize("command", DAMAGE)
def test_nothing_is_read_out_of_a_changed_or_missing_roster(
    rostered: InRecord, temporary_store: SqlStore, command: str
) -> None:
    with temporary_store.begin() as connection:
        past_the_triggers(connection, command)
    (published_by, amended_by) = sees(rostered, lambda views: list(views.facts(streams=["roster/PCT-047/2020-10-19"])))
    says = f"^Fact {published_by.seq}: the roster it published is (missing|not what it was); restore a backup$"
    with pytest.raises(Tampered, match=says):
        sees(rostered, lambda views: feed_of(views, "M0034", NOON))
    with pytest.raises(Tampered, match=says):
        sees(rostered, lambda views: Before(views, amended_by).rows(DutyLine, member=["M0034"]))


def test_an_amendment_that_does_not_follow_from_the_version_before_is_found(rostered: InRecord) -> None:
    (first, second) = sees(rostered, lambda views: list(views.facts(streams=["roster/PCT-047/2020-10-19"])))
    bodies = [json.loads(first.body), json.loads(second.body)]
    text = sees(rostered, lambda views: views.contents([bodies[0]["content"]]))
    for change in ({}, {"tour": "0705x1540"}, {"day": "2020-10-20"}, {"digest": bodies[0]["digest"]}):
        said = [(1, first.stream, first.kind, bodies[0]), (2, second.stream, second.kind, {**bodies[1], **change})]
        assert [d.seq for d in damaged_contents(said, text.get)] == ([2] if change else [])


def test_a_changed_line_of_the_view_is_found(rostered: InRecord, temporary_store: SqlStore) -> None:
    with temporary_store.begin() as connection:
        connection.exec_driver_sql("UPDATE view_duty_line SET tours = '[]' WHERE member = 'M0034'")
    (said,) = verify_views(temporary_store)
    assert said.startswith("view of duty_line: differs from the facts from M0034/PCT-047/2020-10-19")


def test_a_trigger_that_is_gone_is_found(rostered: InRecord, temporary_store: SqlStore) -> None:
    on = "" if temporary_store.engine.dialect.name == "sqlite" else " ON content"
    with temporary_store.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER content_stays{on}")
    assert verify_views(temporary_store) == ["trigger content_stays: is missing"]


def test_views_are_built_anew_with_every_line_and_its_history(
    rostered: InRecord, temporary_store: SqlStore, url: str
) -> None:
    wanted = sees(rostered, lambda views: views.rows(DutyLine))
    with temporary_store.begin() as connection:
        connection.exec_driver_sql("DROP TABLE view_duty_line")
        connection.exec_driver_sql("UPDATE view_meta SET value = 'old'")
    temporary_store.close()
    with closing(open_store(url)) as store, store.reading() as views:
        assert views.rows(DutyLine) == wanted
        assert verify_views(store) == []


def test_an_export_has_the_roster_and_proves_it(rostered: InRecord) -> None:
    to = io.StringIO()
    sees(rostered, lambda views: export(views, to, about="PCT-047"))
    lines = to.getvalue().splitlines()
    assert verify_export(lines).whole
    (place,) = [n for n, line in enumerate(lines) if "content" in json.loads(line)]
    assert "M0034" in json.loads(lines[place])["text"]
    changed = [*lines[:place], lines[place].replace("M0034", "M0099"), *lines[place + 1 :]]
    assert [d.kind for d in verify_export(changed).damage] == ["content"]
    assert [d.kind for d in verify_export([*lines[:place], *lines[place + 1 :]]).damage] == ["content"]
    assert [d.kind for d in verify_export([*lines, lines[place]]).damage] == ["content"]


def test_a_backup_has_it_and_a_damaged_one_is_not_restored(
    rostered: InRecord, temporary_store: SqlStore, database: Path, tmp_path: Path
) -> None:
    backup(temporary_store, tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "restored.db")
    with closing(open_store(f"sqlite:///{tmp_path}/restored.db")) as store, store.reading() as views:
        assert len(views.rows(DutyLine)) == 21
        assert verify(views).whole
    with temporary_store.begin() as connection:
        past_the_triggers(connection, "DELETE FROM content")
    with pytest.raises(Tampered, match="the roster it published is missing"):
        backup(temporary_store, tmp_path / "copy.db")


@pytest.mark.parametrize("way", [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_it_is_carried_to_another_database(way: tuple[str, str], tmp_path: Path, clock: SettableClock) -> None:
    with ExitStack() as stack:
        urls = [
            f"sqlite:///{tmp_path}/{number}.db" if kind == "sqlite" else stack.enter_context(servers.fresh_database())
            for number, kind in enumerate(way)
        ]
        source, target = (stack.enter_context(closing(open_store(url, clock))) for url in urls)
        force = InRecord(source, clock)
        published(force, charted(force))
        amended(force, OFFICER, MONDAY, "off")
        move(source, target, lambda *_: None)
        with source.reading() as here, target.reading() as there:
            assert there.rows(DutyLine) == here.rows(DutyLine)
            assert there.rows(Published) == here.rows(Published)
            assert verify(there).whole


def test_nothing_is_kept_where_the_fact_is_not(temporary_store: SqlStore, clock: SettableClock) -> None:
    force = InRecord(temporary_store, clock)
    with pytest.raises(ZeroDivisionError):
        does(force, lambda record: record.keep("a roster") and 1 / 0)
    name = hash_of("a roster")
    assert sees(force, lambda views: views.contents([name])) == {}
    assert does(force, lambda record: record.keep("a roster")) == name


def test_a_certified_ledger_that_was_changed_or_is_gone_is_found_in_the_record_and_not_backed_up(
    temporary_store: SqlStore, clock: SettableClock, database: Path, tmp_path: Path
) -> None:
    made = closed(InRecord(temporary_store, clock))
    backup(temporary_store, tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "restored.db")
    with closing(open_store(f"sqlite:///{tmp_path}/restored.db")) as store, store.reading() as views:
        assert verify(views).whole
        assert views.contents([made.closing.content])
    damages = {"UPDATE content SET text = text || ' '": "is not what it was", "DELETE FROM content": "is missing"}
    for damage, says in damages.items():
        with temporary_store.begin() as connection:
            past_the_triggers(connection, damage)
        with pytest.raises(Tampered, match=f"the certified ledger {says}"):
            backup(temporary_store, tmp_path / "copy.db")
        with temporary_store.reading() as views:
            assert not verify(views).whole
