"""Reading: rows as believed now or once, what was ever believed of one, and the facts themselves."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Dialect, func, select

from muster.domain.record import GENESIS, Recorded
from muster.domain.schema import Row
from muster.ports import Version
from muster.store.contents import kept_texts
from muster.store.facts import Wanted, is_about, lines
from muster.store.filters import Equal, Filters
from muster.store.lines import Shape
from muster.store.statements import Line, Statement, compiled, many, one_of
from muster.store.tables import fact, secret

R = TypeVar("R", bound=Row)


class SqlViews:
    """One state of the record, read through one connection inside one transaction."""

    def __init__(self, connection: Connection, filters: Filters, now: datetime) -> None:
        self._connection = connection
        self._filters = filters
        self._now = now

    @property
    def now(self) -> datetime:
        """The instant of this transaction, aware, in UTC."""
        return self._now

    def rows(
        self,
        row: type[R],
        *,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
        **equal: Equal,
    ) -> list[R]:
        """Rows of a noun, ordered by key, as ``ports.Views`` says. Raises Invalid for a column it does not have."""
        shape: Shape[R] = self._filters.shape(row)
        statement, values = self._filters.asked(row, at, known_at, equal)
        return shape.rows(statement.run(self._connection, values))

    def columns(
        self,
        row: type[R],
        *names: str,
        at: datetime | tuple[datetime, datetime] | None = None,
        known_at: datetime | None = None,
    ) -> list[Line]:
        """Some columns of the rows of a noun, as ``ports.Views`` says. Raises Invalid for a column it does not have."""
        statement, values = self._filters.asked(row, at, known_at, {}, names)
        return self._filters.shape(row).some(names, statement.run(self._connection, values))

    def events(
        self,
        row: type[R],
        of: Collection[str],
        kind: str,
        between: tuple[datetime, datetime],
        *,
        known_at: datetime | None = None,
    ) -> list[R]:
        """Rows that happen at an instant, as ``ports.Views`` says. Raises Invalid for a noun whose rows do not."""
        shape: Shape[R] = self._filters.shape(row)
        statement, values = self._filters.events(row, of, kind, between, known_at)
        return shape.rows(statement.run(self._connection, values))

    def row(self, row: type[R], key: str, *, known_at: datetime | None = None) -> R | None:
        """The row with this key, or None."""
        found = self.rows(row, known_at=known_at, key=key)
        return found[0] if found else None

    def history(self, row: type[R], key: str) -> list[Version[R]]:
        """All that was ever believed of one row, oldest first; one version for each fact about it."""
        believed: list[Version[R]] = []
        row_now: R | None = None
        for said in self.facts(streams=[f"{row.NOUN}/{key}"]):
            noun, _, verb = said.kind.partition(".")
            if noun != row.NOUN:
                continue
            row_now = row.after(row_now, verb, json.loads(said.body))
            since = datetime.fromisoformat(said.recorded_at)
            if believed:
                last = believed[-1]
                believed[-1] = Version(last.row, last.seq, last.known_from, since)
            believed.append(Version(row_now, said.seq, since, None))
        return believed

    def unseal(self, tokens: Collection[str]) -> Mapping[str, str]:
        """The texts behind sealed tokens; those that were erased are missing."""
        dialect = self._connection.dialect
        asked = self._filters.once(
            "unseal",
            lambda: compiled(
                select(secret.c.token, secret.c.text).where(one_of(secret.c.token, "t", dialect)), dialect
            ),
        )
        return dict(asked.run(self._connection, {"t": many(tokens, dialect)}))

    def contents(self, hashes: Collection[str]) -> Mapping[str, str]:
        """The texts that facts name by these hashes; those that are gone are missing."""
        return kept_texts(hashes, self._filters, self._connection)

    def facts(
        self,
        *,
        streams: Sequence[str] | None = None,
        kinds: Sequence[str] | None = None,
        about: str | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> Iterator[Recorded]:
        """Facts in order, as ``ports.Views`` says; to be read before the block ends."""
        wanted = Wanted(streams, kinds, about, first, last)
        made = map(Recorded._make, lines(wanted, self._connection))
        return made if about is None else (said for said in made if is_about(said, about))

    def head(self) -> tuple[int, str]:
        """Sequence and hash of the newest fact; ``(0, GENESIS)`` for an empty record."""
        seq, found, _ = self.newest()
        return seq, found

    def newest(self) -> tuple[int, str, str | None]:
        """Sequence, hash and recorded_at of the newest fact; ``(0, GENESIS, None)`` for an empty record."""
        asked = self._filters.once("newest", lambda: _newest(self._connection.dialect))
        for seq, found, recorded_at in asked.run(self._connection, {}):
            return int(seq), str(found), str(recorded_at)
        return 0, GENESIS, None


def _newest(dialect: Dialect) -> Statement:
    last = select(func.max(fact.c.seq)).scalar_subquery()
    return compiled(select(fact.c.seq, fact.c.hash, fact.c.recorded_at).where(fact.c.seq == last), dialect)
