"""What is asked for, as SQL: each shape of a question is compiled once and then only given its values."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from sqlalchemy import ColumnElement, Dialect, and_, bindparam, func, or_, select

from muster.domain.errors import Invalid
from muster.domain.schema import Row
from muster.store.lines import Shape
from muster.store.statements import Statement, compiled, each_of, many, one_of
from muster.store.tables import VIEWS
from muster.store.types import Instant

R = TypeVar("R", bound=Row)
Asked = tuple[Statement, dict[str, Any]]
EVER: Final = datetime.min.replace(tzinfo=UTC)
Equal = str | int | Collection[str] | None


class Filters:
    """The finished statements of one kind of database. Threads may share it: at worst a statement is compiled twice."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._statements: dict[Any, Statement] = {}
        self._shapes: dict[type[Row], Shape[Any]] = {}

    def once(self, name: Any, make: Callable[[], Statement]) -> Statement:
        """The statement of this name, made at its first use."""
        found = self._statements.get(name)
        if found is None:
            found = self._statements[name] = make()
        return found

    def shape(self, row: type[R]) -> Shape[R]:
        """How rows of this class stand in this database. Raises Invalid for a class without a view."""
        found = self._shapes.get(row)
        if found is None:
            if row.NOUN not in VIEWS:
                raise Invalid(f"Noun {row.NOUN or row.__name__}: has no view; it must be one of {', '.join(VIEWS)}")
            found = self._shapes[row] = Shape(row, self.dialect)
        return found

    def asked(
        self,
        row: type[Row],
        at: datetime | tuple[datetime, datetime] | None,
        known_at: datetime | None,
        equal: Mapping[str, Equal],
        some: Sequence[str] = (),
    ) -> Asked:
        """The statement for ``Views.rows`` with its values; with ``some``, for ``Views.columns``."""
        instant = self.shape(row).instant
        how = tuple((name, _how(value)) for name, value in equal.items())
        key = (row, at is not None, known_at is not None, how, tuple(some))
        statement = self._statements.get(key) or self.once(key, lambda: self._rows(*key))
        values: dict[str, Any] = {name: self._given(value) for name, value in equal.items() if value is not None}
        if at is not None:
            first, last = at if isinstance(at, tuple) else (at, at)
            values |= {"holds_from": instant(first), "holds_to": instant(last)}
        if known_at is not None:
            values["known_at"] = instant(known_at)
        return statement, values

    def _given(self, value: Equal) -> Any:
        return value if isinstance(value, str | int) or value is None else many(value, self.dialect)

    def _rows(
        self, row: type[Row], at: bool, known_at: bool, how: Sequence[tuple[str, str]], some: Sequence[str]
    ) -> Statement:
        columns = VIEWS[row.NOUN].c
        names = self.shape(row).names
        wrong = [name for name in (*(name for name, _ in how), *some) if name not in (*names, "key", "fact")]
        if wrong:
            raise Invalid(f"Noun {row.NOUN}: has no column {', '.join(wrong)}; there are {', '.join(names)}")
        where = [*(self._equal(columns[name], name, manner) for name, manner in how), *_believed(columns, known_at)]
        if at:
            where += _holds(columns)
        asked = select(*(columns[name] for name in some or names)).where(*where).order_by(columns.key)
        return compiled(asked, self.dialect)

    def events(
        self,
        row: type[Row],
        of: Collection[str],
        kind: str,
        between: tuple[datetime, datetime],
        known_at: datetime | None,
    ) -> Asked:
        """The statement for ``Views.events`` with its values."""
        key = (row, "events", known_at is not None)
        statement = self._statements.get(key) or self.once(key, lambda: self._events(row, known_at is not None))
        instant = self.shape(row).instant
        first, last = (instant(bound) for bound in between)
        values = {"things": many(set(of), self.dialect), "begins": kind, "first": first, "last": last}
        values["ever"] = instant(EVER)
        return statement, values if known_at is None else {**values, "known_at": instant(known_at)}

    def _events(self, row: type[Row], known_at: bool) -> Statement:
        """Thing by thing, so that neither its older events nor those of other things are looked at."""
        table, names = VIEWS[row.NOUN], self.shape(row).names
        if not {"at", "kind"} <= set(names):
            raise Invalid(f"Noun {row.NOUN}: has no columns at and kind, so that its rows are no events")
        things, older = each_of("things", self.dialect), table.alias()
        first, last = bindparam("first", type_=Instant), bindparam("last", type_=Instant)
        before = select(func.max(older.c.at)).where(older.c[names[0]] == things.c.value, older.c.at < first)
        begins = before.where(older.c.kind == bindparam("begins"), *_believed(older.c, known_at)).scalar_subquery()
        begin = func.coalesce(begins, bindparam("ever", type_=Instant))
        mine = and_(table.c[names[0]] == things.c.value, table.c.at >= begin, table.c.at <= last)
        asked = select(*(table.c[name] for name in names)).select_from(things.join(table, mine))
        return compiled(asked.where(*_believed(table.c, known_at)).order_by(table.c.key), self.dialect)

    def _equal(self, column: ColumnElement[Any], name: str, manner: str) -> ColumnElement[bool]:
        if manner == "none":
            return column.is_(None)
        if manner == "many":
            return one_of(column, name, self.dialect)
        return column == bindparam(name, type_=column.type)


_made: Final[dict[str, Filters]] = {}


def filters_of(dialect: Dialect) -> Filters:
    """Those of this kind of database, one for all stores of the process."""
    return _made.setdefault(dialect.name, Filters(dialect))


def _how(value: Equal) -> str:
    if value is None:
        return "none"
    return "one" if isinstance(value, str | int) else "many"


def _believed(columns: Any, known_at: bool) -> list[ColumnElement[bool]]:
    """Whether a row is believed now, or was at ``known_at``."""
    if not known_at:
        return [columns.known_until.is_(None)]
    known = bindparam("known_at", type_=Instant)
    return [columns.known_from <= known, or_(columns.known_until.is_(None), columns.known_until > known)]


def _holds(columns: Any) -> list[ColumnElement[bool]]:
    """Whether a row holds at any instant between two; a noun without ``since`` or ``until`` has no such bound."""
    first, last = bindparam("holds_from", type_=Instant), bindparam("holds_to", type_=Instant)
    bounds = []
    if "since" in columns:
        bounds.append(or_(columns.since.is_(None), columns.since <= last))
    if "until" in columns:
        bounds.append(or_(columns.until.is_(None), columns.until > first))
    return bounds
