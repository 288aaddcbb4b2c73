"""What stands beside the facts and cannot be made anew from them: sealed texts, and the triggers that keep facts."""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, select, text

from muster.domain.record import Recorded
from muster.store.facts import Wanted, lines
from muster.store.record import SEALED
from muster.store.tables import secret

TOKEN: Final = re.compile(rf'"({SEALED}[0-9a-f]{{64}})"')


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


def changed_triggers(stored: Connection, fresh: Connection) -> Iterator[str]:
    """Triggers that are not those of a new database: without them facts are not final, and others may change views."""
    ours, new = _triggers(stored), _triggers(fresh)
    for name in sorted(ours.keys() | new.keys()):
        if ours.get(name) != new.get(name):
            yield f"trigger {name}: {'is missing' if name not in ours else 'is not one of Muster as it stands'}"


def _triggers(connection: Connection) -> dict[str, str]:
    if connection.dialect.name != "sqlite":
        return {}
    wanted = text("SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')")
    return {name: sql for name, sql in connection.execute(wanted)}
