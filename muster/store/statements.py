"""SQL compiled once, in the words of one database, and run with as little as possible between us and the driver."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ARRAY, Connection, Dialect, Insert, TableValuedAlias, func, select
from sqlalchemy.sql import ClauseElement, ColumnElement, bindparam
from sqlalchemy.types import Text

from muster.store.postgres import pour, run_each

Line = tuple[Any, ...]
FEW: Final = 3
"""So many lines are inserted as quickly one by one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Finished SQL with the names of its parameters in their order; ``fills`` names a table that it only adds to."""

    sql: str
    names: tuple[str, ...]
    fills: str | None = None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Iterator[Line]:
        """The lines it answers, as the driver gives them."""
        cursor: Any = connection.connection.cursor()  # what SQLAlchemy does around it takes as long as a short query
        cursor.execute(self.sql, tuple([values[name] for name in self.names]))
        found: Iterator[Line] = cursor
        if connection.dialect.name != "sqlite" and cursor.description is not None:
            return iter(cursor.fetchall())  # they are here already, and the driver is quicker with all at once
        return found

    def run_many(self, connection: Connection, lines: Sequence[Line], names: Sequence[str]) -> None:
        """Run it once for each line of parameters, given in the order of ``names``."""
        if not lines:
            return
        if self.fills and len(lines) > FEW and connection.dialect.name != "sqlite":
            pour(connection, self.fills, names, lines)
            return
        many: Any = lines
        if tuple(names) != self.names:
            order = [names.index(name) for name in self.names]
            many = [tuple(line[place] for place in order) for line in lines]
        cursor: Any = connection.connection.cursor()
        if connection.dialect.name == "sqlite":
            cursor.executemany(self.sql, many)
        else:
            run_each(cursor, self.sql, many)


def compiled(statement: ClauseElement, dialect: Dialect) -> Statement:
    """The statement as this database's driver takes it."""
    done: Any = statement.compile(dialect=dialect)
    fills = statement.table.name if isinstance(statement, Insert) else None
    return Statement(str(done), tuple(done.positiontup), fills)


def one_of(column: ColumnElement[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Whether the column is any of the values of parameter ``name``, made with ``many``: one parameter for all."""
    if dialect.name == "sqlite":
        values = func.json_each(bindparam(name, type_=Text())).table_valued("value")
        return column.in_(select(values.c.value))
    return column == func.any(bindparam(name, type_=ARRAY(Text())))


def each_of(name: str, dialect: Dialect) -> TableValuedAlias:
    """The values of parameter ``name``, made with ``many``, as a table with the column ``value``."""
    if dialect.name == "sqlite":
        return func.json_each(bindparam(name, type_=Text())).table_valued("value")
    return func.unnest(bindparam(name, type_=ARRAY(Text()))).table_valued("value").render_derived()


def many(values: Collection[Any], dialect: Dialect) -> Any:
    """The parameter that carries all these values to ``one_of``."""
    return json.dumps(list(values), ensure_ascii=False) if dialect.name == "sqlite" else list(values)
