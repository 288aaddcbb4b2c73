"""SQL compiled once, in the words of one database, and run with as little as possible between us and the driver."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, TableValuedAlias, func, select
from sqlalchemy.sql import ClauseElement, ColumnElement, bindparam
from sqlalchemy.types import Text

Line = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """Finished SQL with the names of its parameters; ``None`` where the driver takes them by name."""

    sql: str
    names: tuple[str, ...] | None

    def run(self, connection: Connection, values: Mapping[str, Any]) -> Iterator[Line]:
        """The lines it answers, as the driver gives them."""
        given: Any = values if self.names is None else tuple(values[name] for name in self.names)
        cursor: Any = connection.connection.cursor()  # what SQLAlchemy does around it takes as long as a short query
        cursor.execute(self.sql, given)
        found: Iterator[Line] = cursor
        return found

    def run_many(self, connection: Connection, lines: Sequence[Line], names: Sequence[str]) -> None:
        """Run it once for each line of parameters, given in the order of ``names``."""
        if not lines:
            return
        many: Any = lines
        if self.names is None:
            many = [dict(zip(names, line, strict=True)) for line in lines]
        elif tuple(names) != self.names:
            order = [names.index(name) for name in self.names]
            many = [tuple(line[place] for place in order) for line in lines]
        connection.exec_driver_sql(self.sql, many)


def compiled(statement: ClauseElement, dialect: Dialect) -> Statement:
    """The statement as this database's driver takes it."""
    done = statement.compile(dialect=dialect)
    names = getattr(done, "positiontup", None)
    return Statement(str(done), None if names is None else tuple(names))


def one_of(column: ColumnElement[Any], name: str, dialect: Dialect) -> ColumnElement[bool]:
    """Whether the column is any of the values of parameter ``name``, made with ``many``: one parameter for all."""
    if dialect.name == "sqlite":
        values = func.json_each(bindparam(name, type_=Text())).table_valued("value")
        return column.in_(select(values.c.value))
    return column == func.any(bindparam(name, type_=Text()))


def each_of(name: str, dialect: Dialect) -> TableValuedAlias:
    """The values of parameter ``name``, made with ``many``, as a table with the column ``value``."""
    if dialect.name == "sqlite":
        return func.json_each(bindparam(name, type_=Text())).table_valued("value")
    return func.unnest(bindparam(name, type_=Text())).table_valued("value")


def many(values: Collection[Any], dialect: Dialect) -> Any:
    """The parameter that carries all these values to ``one_of``."""
    return json.dumps(list(values), ensure_ascii=False) if dialect.name == "sqlite" else list(values)
