"""What stands beside the facts and cannot be made anew from them: sealed texts, and the triggers that keep facts."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from sqlalchemy import ARRAY, Connection, Table, Text, bindparam, insert, select, text

from muster.domain.keeping import KEPT, damaged_contents
from muster.domain.record import Recorded
from muster.store.contents import kept_texts
from muster.store.facts import Wanted, lines
from muster.store.filters import filters_of
from muster.store.record import SEALED
from muster.store.statements import compiled
from muster.store.tables import kept, secret, views

AT_ONCE: Final = 100
"""So many lines are copied at once: a roster has tens of thousands of letters."""
TOKEN: Final = re.compile(rf'"({SEALED}[0-9a-f]{{64}})"')


def carry(table: Table, here: Connection, there: Connection) -> None:
    """Copy a table to a database in which it is empty."""
    found = here.execute(select(table), execution_options={"yield_per": AT_ONCE})
    add = compiled(insert(table), there.dialect)
    for part in found.partitions():
        add.run_many(there, [tuple(line) for line in part], table.columns.keys())


def changed_texts(stored: Connection) -> Iterator[str]:
    """Sealed texts that are not what was sealed, and how many are gone that nobody is on record to have erased."""
    there = set()
    for token, salt, said in stored.execute(select(secret).order_by(secret.c.token)):
        there.add(token)
        if token != SEALED + sha256(f"{salt}{said}".encode()).hexdigest():
            yield f"sealed text {token}: it is not the text that was sealed"
    used, erased = set[str](), 0
    for fact in map(Recorded._make, lines(Wanted(), stored)):
        used.update(TOKEN.findall(fact.body))
        erased += json.loads(fact.body)["texts"] if fact.kind == "erasure.done" else 0
    if len(used - there) > erased:
        yield f"sealed texts: {len(used - there)} are gone, but the record has only {erased} erased"


def changed_contents(stored: Connection) -> Iterator[str]:
    """What facts name by its hash and is not what it was, or is gone."""
    filters = filters_of(stored.dialect)
    named = map(Recorded._make, lines(Wanted(kinds=KEPT), stored))
    facts = ((fact.seq, fact.stream, fact.kind, json.loads(fact.body)) for fact in named)
    found = damaged_contents(facts, lambda name: kept_texts([name], filters, stored).get(name))
    yield from (damage.says for damage in found)


def changed_triggers(stored: Connection, fresh: Connection) -> Iterator[str]:
    """Triggers that are not those of a new database: without them facts are not final, and others may change views.
    ``fresh`` is a new database in memory."""
    if stored.dialect.name == "sqlite":
        ours, new = _on_sqlite(stored), _on_sqlite(fresh)
    else:
        ours, new = _on_postgresql(stored), _new_on_postgresql()
    for name in sorted(ours.keys() | new.keys()):
        if ours.get(name) != new.get(name):
            yield f"trigger {name}: {'is missing' if name not in ours else 'is not one of Muster as it stands'}"


def _on_sqlite(connection: Connection) -> dict[str, str]:
    wanted = text("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
    return {name: sql for name, sql in connection.execute(wanted)}


# Whatever may act when one of our tables is read or written: triggers with their functions, rules, and views that took
# the name of a table. tgtype: 2 before, 4 insert, 8 delete, 16 update, 32 truncate; 1 would be for each row.
_ACTING: Final = text("""
    SELECT tgname, concat_ws(' ', relname, tgenabled, tgtype, tgqual, proname, prosrc)
    FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid
    WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:tables) AND NOT tgisinternal
    UNION ALL
    SELECT rulename, definition FROM pg_rules WHERE schemaname = current_schema() AND tablename = ANY(:tables)
    UNION ALL
    SELECT relname, relkind::text FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relname = ANY(:tables) AND relkind <> 'r'
""").bindparams(bindparam("tables", [*kept.tables, *views.tables], ARRAY(Text())))


def _on_postgresql(connection: Connection) -> dict[str, str]:
    return {name: says for name, says in connection.execute(_ACTING)}


def _new_on_postgresql() -> dict[str, str]:
    from muster.store.migrations.versions.r0001_fact_and_secret import FUNCTIONS  # imports Alembic, a fifth of a second

    acts = {
        "fact_stays": ("fact", 2 + 8 + 16 + 32, "muster_final"),
        "fact_follows": ("fact", 4, "muster_follows"),
        "content_stays": ("content", 2 + 8 + 16 + 32, "muster_final"),
    }
    return {name: f"{table} O {kind} {does} {FUNCTIONS[does]}" for name, (table, kind, does) in acts.items()}
