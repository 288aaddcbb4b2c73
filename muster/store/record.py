"""Writing: facts into the one chain, together with the views they change; texts that may have to be erased."""

import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, Dialect, bindparam, func, insert, select

from muster.domain.errors import Invalid
from muster.domain.record import GENESIS, Fact, Recorded, canonical, digest_of, instant_text, link
from muster.store import contents
from muster.store.filters import Filters
from muster.store.postgres import look_over
from muster.store.projection import project
from muster.store.statements import Statement, compiled, many, one_of
from muster.store.tables import fact, secret, view_meta
from muster.store.views import SqlViews

SEALED: Final = "sealed:"
SALT_BYTES: Final = 16
MANY: Final = 5_000
LONGEST: Final = 600
"""Characters of a stream: what an index of PostgreSQL takes, whatever the letters."""
ESCAPED: Final = "\\u0000"
NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""A NUL character in JSON; after an even number of backslashes it is not one that was escaped."""
_CAN_BE_KEPT: Final = (
    f"must be at most {LONGEST} characters as a name, and have no NUL character, to be kept everywhere"
)
_EMPTIES: Final = {
    "sqlite": "DELETE FROM secret",
    # Takes the file of the table away, once nobody reads any older state, in which it would look empty.
    "postgresql": "LOCK TABLE fact IN ACCESS EXCLUSIVE MODE; TRUNCATE secret",
}


class SqlRecord(SqlViews):
    """The record inside the one writing transaction. ``now`` never runs behind what is recorded already."""

    def __init__(self, connection: Connection, filters: Filters, clock_says: datetime) -> None:
        super().__init__(connection, filters, clock_says)
        begin = filters.once("begin", lambda: _begin(connection.dialect))
        found = next(begin.run(connection, {"of": "fingerprint"}), (None, None, None, None))
        self.made_for: str | None = found[0]
        """The fingerprint of the declarations that the views were made from."""
        self._seq, self._hash = found[1] or 0, found[2] or GENESIS
        if found[3] is not None:
            self._now = max(clock_says, datetime.fromisoformat(found[3]))
        self.erased = False

    def append(self, facts: Iterable[Fact]) -> list[Recorded]:
        """Append facts and bring the views up to them; returns them as recorded. Raises Invalid for what is no text."""
        facts = list(facts)
        try:
            recorded = self._chained(facts)
        except UnicodeEncodeError as said:
            raise Invalid(f"Fact with the text {said.object!r}: must be Unicode text without lone surrogates") from None
        if recorded:
            dialect = self._connection.dialect
            asked = self._filters.once("append", lambda: compiled(insert(fact), dialect))
            asked.run_many(self._connection, recorded, Recorded._fields)
            project(recorded, (each.body for each in facts), self._filters, self._connection)
            self._seq, self._hash = recorded[-1].seq, recorded[-1].hash
            if len(recorded) > MANY and dialect.name != "sqlite":
                look_over(self._connection)
        return recorded

    def _chained(self, facts: Collection[Fact]) -> list[Recorded]:
        versions = self._versions({each.stream for each in facts})
        seq, previous, now = self._seq, self._hash, instant_text(self._now)
        recorded = []
        for each in facts:
            seq += 1
            version = versions[each.stream] = versions.get(each.stream, 0) + 1
            effective, body = instant_text(each.effective_at), canonical(each.body)
            if len(each.stream) > LONGEST or "\0" in each.stream or (ESCAPED in body and NUL.search(body)):
                raise Invalid(f"Fact {each.kind} in {each.stream[:80]!r}: {_CAN_BE_KEPT}")
            digest = digest_of(each.stream, version, now, effective, each.kind, body)
            chained = link(previous, seq, digest)
            recorded.append(Recorded(seq, each.stream, version, now, effective, each.kind, body, previous, chained))
            previous = chained
        return recorded

    def _versions(self, streams: Collection[str]) -> dict[str, int]:
        dialect = self._connection.dialect
        asked = self._filters.once("versions", lambda: _versions(dialect))
        return dict(asked.run(self._connection, {"streams": many(streams, dialect)}))

    def seal(self, texts: Collection[str]) -> Mapping[str, str]:
        """Put texts that may have to be erased into the side table; returns the token of each."""
        dialect = self._connection.dialect
        asked = self._filters.once("seal", lambda: compiled(insert(secret), dialect))
        kept = {}
        lines = []
        for text in dict.fromkeys(texts):
            if "\0" in text:
                raise Invalid(f"Text {text[:80]!r}: {_CAN_BE_KEPT}")
            salt = secrets.token_hex(SALT_BYTES)
            kept[text] = SEALED + sha256(f"{salt}{text}".encode()).hexdigest()
            lines.append((kept[text], salt, text))
        asked.run_many(self._connection, sorted(lines), ("token", "salt", "text"))
        return kept

    def keep(self, said: str) -> str:
        """Keep a text that is too large for a fact, once; returns its hash, which a fact of this transaction has."""
        return contents.keep(said, self._filters, self._connection)

    def erase(self, tokens: Collection[str]) -> int:
        """Erase what stands behind tokens, for good; returns how many there were. The chain stays whole.

        The whole table is written anew, because freeing a page is what is sure to overwrite all that it ever held;
        that splitting it left no copy of a row elsewhere in it is nowhere promised.
        """
        dialect = self._connection.dialect
        there = self._filters.once("secrets", lambda: compiled(select(secret), dialect))
        kept = list(there.run(self._connection, {}))
        unwanted = set(tokens)
        left = [line for line in kept if line[0] not in unwanted]
        self.erased = True  # also of what is gone already: what could not be forgotten then is forgotten now
        if len(left) == len(kept):
            return 0
        self._connection.exec_driver_sql(_EMPTIES[dialect.name])
        self._filters.once("seal", lambda: compiled(insert(secret), dialect)).run_many(
            self._connection, sorted(left), ("token", "salt", "text")
        )
        return len(kept) - len(left)


def _versions(dialect: Dialect) -> Statement:
    newest = select(fact.c.stream, func.max(fact.c.version)).where(one_of(fact.c.stream, "streams", dialect))
    return compiled(newest.group_by(fact.c.stream), dialect)


def _begin(dialect: Dialect) -> Statement:
    """What a writer must know first, in one question: all others wait until this writer has ended."""
    last = select(func.max(fact.c.seq)).scalar_subquery()
    known = select(view_meta.c.value, fact.c.seq, fact.c.hash, fact.c.recorded_at)
    known = known.select_from(view_meta.outerjoin(fact, fact.c.seq == last))
    return compiled(known.where(view_meta.c.name == bindparam("of")), dialect)
