"""Whoever gets past the triggers is found by the chain: each kind of damage is named at each place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from muster.bootstrap import open_store
from muster.domain.chain import Verification
from muster.domain.errors import Invalid
from muster.domain.record import GENESIS, Recorded, digest_of, link
from muster.services.record import verify
from muster.store.store import SqlStore
from tests.support import NOON, SettableClock, members

FACTS = 20
Tamper = Callable[[Connection], object]


@pytest.fixture
def head(temporary_store: SqlStore) -> str:
    """The head of a record of twenty facts, as it was kept outside."""
    with temporary_store.writing() as record:
        record.append(members(FACTS))
        seq, found = record.head()
    return f"{seq}:{found}"


def raw(store: SqlStore, tamper: Tamper) -> None:
    """Do something to the tables that the triggers would not allow."""
    with store.begin() as connection:
        if connection.dialect.name == "sqlite":
            named = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in connection.execute(named).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE fact DISABLE TRIGGER USER")
        tamper(connection)


def found(store: SqlStore, head: str | None = None) -> Verification:
    with store.reading() as views:
        return verify(views, head)


def kinds(verification: Verification) -> list[tuple[int | None, str]]:
    return [(damage.seq, damage.kind) for damage in verification.damage]


def execute(*commands: str) -> Tamper:
    return lambda connection: [connection.exec_driver_sql(command) for command in commands]


def test_an_untouched_record_is_whole(temporary_store: SqlStore, head: str) -> None:
    said = found(temporary_store, head)
    assert said.whole
    assert (said.facts, said.since_head) == (FACTS, 0)
    assert list(said.says())[-1] == "the record is whole"


@pytest.mark.parametrize("column", ["stream", "version", "recorded_at", "effective_at", "kind", "body"])
def test_a_changed_byte_is_found_in_every_column(temporary_store: SqlStore, head: str, column: str) -> None:
    change = f"{column} + 1" if column == "version" else f"substr({column}, 1, length({column}) - 1) || '!'"
    raw(temporary_store, execute(f"UPDATE fact SET {column} = {change} WHERE seq IN (5, 12)"))
    said = found(temporary_store, head)
    assert kinds(said) == [(5, "text"), (12, "text")], "each place, not the first alone"
    assert said.damage[0].says == "fact 5: its text does not give its hash"


def test_bytes_that_are_no_text_are_found(temporary_store: SqlStore, head: str, database: Path) -> None:
    raw(temporary_store, execute("UPDATE fact SET body = CAST(x'7bff7d' AS TEXT) WHERE seq IN (1, 5, 20)"))
    assert kinds(found(temporary_store, head)) == [(1, "text"), (5, "text"), (20, "text")]


def test_a_changed_hash_is_found_where_it_is_and_where_it_is_followed(
    temporary_store: SqlStore, head: str, database: Path
) -> None:
    raw(temporary_store, execute("UPDATE fact SET hash = '" + "0" * 64 + "' WHERE seq = 5"))
    assert kinds(found(temporary_store, head)) == [(5, "text"), (6, "link")]


def test_removed_rows_are_found(temporary_store: SqlStore, head: str) -> None:
    raw(temporary_store, execute("DELETE FROM fact WHERE seq IN (1, 5, 11, 12)"))
    said = found(temporary_store, head)
    assert [damage.says for damage in said.damage] == [
        "fact 1 is missing after fact 0",
        "fact 5 is missing after fact 4",
        "facts 11 to 12 are missing after fact 10",
    ]


def test_swapped_rows_are_found_and_said_to_be_swapped(temporary_store: SqlStore, head: str) -> None:
    swap = ["UPDATE fact SET seq = -1 WHERE seq = 5", "UPDATE fact SET seq = 5 WHERE seq = 9"]
    raw(temporary_store, execute(*swap, "UPDATE fact SET seq = 9 WHERE seq = -1"))
    said = found(temporary_store, head)
    assert {(5, "moved"), (9, "moved"), (5, "text"), (9, "text")} <= set(kinds(said))
    assert "fact 9 stands in the place of fact 5: rows were swapped or moved" in [d.says for d in said.damage]


def test_swapped_texts_are_found(temporary_store: SqlStore, head: str) -> None:
    said = "UPDATE fact SET body = (SELECT body FROM fact f WHERE f.seq = {1}), stream = 's{0}' WHERE seq = {0}"
    raw(temporary_store, execute(said.format(5, 9)))
    assert {damage.seq for damage in found(temporary_store, head).damage} == {5}


def test_a_cut_tail_is_found_by_the_head_alone(temporary_store: SqlStore, head: str) -> None:
    raw(temporary_store, execute("DELETE FROM fact WHERE seq > 17"))
    assert found(temporary_store).whole, "nothing inside the record can show it"
    [damage] = found(temporary_store, head).damage
    assert damage.says.endswith("the tail was cut: facts 18 to 20 are missing")
    [damage] = found(temporary_store, head.partition(":")[2]).damage
    assert damage.says.endswith("the tail was cut or the chain was computed anew")


def compute_anew(connection: Connection) -> None:
    """Change fact 5 and give every fact from there on the hash that fits."""
    connection.exec_driver_sql("UPDATE fact SET body = '{}' WHERE seq = 5")
    previous = GENESIS
    change = text("UPDATE fact SET previous = :previous, hash = :hash WHERE seq = :seq")
    for line in connection.execute(text("SELECT * FROM fact ORDER BY seq")).all():
        said = Recorded(*line)
        digest = digest_of(said.stream, said.version, said.recorded_at, said.effective_at, said.kind, said.body)
        chained = link(previous, said.seq, digest)
        connection.execute(change, {"previous": previous, "hash": chained, "seq": said.seq})
        previous = chained


def test_a_chain_computed_anew_is_found_by_the_head_alone(temporary_store: SqlStore, head: str) -> None:
    raw(temporary_store, compute_anew)
    assert found(temporary_store).whole, "nothing inside the record can show it"
    [damage] = found(temporary_store, head).damage
    assert damage.says.endswith("fact 20 has another hash: the chain was computed anew")


def test_an_earlier_head_says_how_many_facts_came_since(temporary_store: SqlStore, head: str) -> None:
    with temporary_store.writing() as record:
        record.append(members(3, "N"))
    assert found(temporary_store, head).since_head == 3
    assert found(temporary_store, head).whole


@pytest.mark.parametrize("said", ["", "abc", "g" * 64, "x:" + "0" * 64])
def test_a_head_that_is_none_is_refused(temporary_store: SqlStore, said: str) -> None:
    with pytest.raises(Invalid, match="64 hexadecimal"):
        found(temporary_store, said)


FORGED = "(21, 'member/X', 1, 'r', 'e', 'member.entered', '{}', %s, 'h')"
EVERYWHERE = [
    "UPDATE fact SET body = '{}' WHERE seq = 5",
    "DELETE FROM fact WHERE seq = 20",
    "DELETE FROM fact",
    "INSERT INTO fact VALUES " + FORGED % "'not the hash before'",
    "INSERT INTO fact VALUES " + FORGED.replace("21", "22") % "(SELECT hash FROM fact WHERE seq = 20)",
    "INSERT INTO fact VALUES " + FORGED.replace("1, 'r'", "2, 'r'") % "(SELECT hash FROM fact WHERE seq = 20)",
    "INSERT INTO fact VALUES " + FORGED.replace("1, 'r'", "0, 'r'") % "(SELECT hash FROM fact WHERE seq = 20)",
]
ON_SQLITE = [
    "UPDATE OR REPLACE fact SET seq = 4 WHERE seq = 5",
    "REPLACE INTO fact SELECT seq, stream, version, recorded_at, 'e', kind, body, previous, hash FROM fact",
    "INSERT OR REPLACE INTO fact SELECT * FROM fact WHERE seq = 20",
    "INSERT OR REPLACE INTO fact SELECT 21, stream, version, '', '', kind, body, hash, '' FROM fact WHERE seq = 20",
    "INSERT OR IGNORE INTO fact VALUES " + FORGED % "'not the hash before'",
    "INSERT INTO fact SELECT * FROM fact WHERE seq = 5 ON CONFLICT DO UPDATE SET body = '{}'",
]
ON_POSTGRESQL = [
    "UPDATE fact SET body = '{}' WHERE false",
    "TRUNCATE fact",
    "INSERT INTO fact SELECT * FROM fact WHERE seq = 5 ON CONFLICT (seq) DO UPDATE SET body = '{}'",
    "MERGE INTO fact USING (SELECT 5 AS five) AS f ON seq = five WHEN MATCHED THEN DELETE",
    "INSERT INTO fact SELECT 22, 'x/1', 1, '', '', 'x.y', '{}', hash, 'h' FROM fact WHERE seq = 20"
    " UNION ALL SELECT 23, 'x/1', 2, '', '', 'x.y', '{}', 'h', 'i'",
    "INSERT INTO fact SELECT 21, 'x/1', 1, '', '', 'x.y', '{}', hash, 'h' FROM fact WHERE seq = 20"
    " UNION ALL SELECT 22, 'x/1', 2, '', '', 'x.y', '{}', 'not h', 'i'",
    "INSERT INTO fact SELECT 21, 'x/1', 2, '', '', 'x.y', '{}', hash, 'h' FROM fact WHERE seq = 20"
    " UNION ALL SELECT 22, 'x/1', 1, '', '', 'x.y', '{}', 'h', 'i'",
    "CREATE TEMPORARY TABLE fact (LIKE public.fact); INSERT INTO public.fact VALUES " + FORGED % "repeat('0', 64)",
]


def do(store: SqlStore, *commands: str) -> None:
    with store.begin() as connection:
        for command in commands:
            connection.exec_driver_sql(command)


def refused(store: SqlStore, *commands: str) -> None:
    with pytest.raises(IntegrityError, match="the record is final"):
        do(store, *commands)


@pytest.mark.parametrize("command", EVERYWHERE)
def test_the_record_is_final(temporary_store: SqlStore, head: str, command: str) -> None:
    refused(temporary_store, command)
    assert found(temporary_store, head).whole


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize("command", [*EVERYWHERE, *ON_SQLITE])
def test_the_record_is_final_in_a_file(
    temporary_store: SqlStore, head: str, database: Path, command: str, recursive: str
) -> None:
    refused(temporary_store, f"PRAGMA recursive_triggers = {recursive}", command)
    assert found(temporary_store, head).whole


def test_the_record_is_final_on_a_server(postgresql_store: SqlStore, clock: SettableClock) -> None:
    with postgresql_store.writing() as record:
        record.append(members(FACTS))
        head = f"{FACTS}:{record.head()[1]}"
    for command in ON_POSTGRESQL:
        refused(postgresql_store, command)
        assert found(postgresql_store, head).whole
    do(  # what does follow is taken, however much at once
        postgresql_store,
        "INSERT INTO fact SELECT 21, 'x/1', 1, '', '', 'x.y', '{}', hash, 'h' FROM fact WHERE seq = 20"
        " UNION ALL SELECT 22, 'x/1', 2, '', '', 'x.y', '{}', 'h', 'i'",
    )


def test_a_database_that_is_damaged_still_opens_to_be_verified(temporary_store: SqlStore, head: str, url: str) -> None:
    change = execute("UPDATE fact SET body = '{' WHERE seq = 5", "UPDATE view_meta SET value = 'old'")
    raw(temporary_store, change)
    store = open_store(url, SettableClock(NOON), rebuild=False)
    assert kinds(found(store)) == [(5, "text")]
    store.close()
