"""From rows to lines of a view and back, fast: a read of the watch makes thousands of them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect

from muster.domain.schema import Row, columns_of
from muster.store.statements import Line
from muster.store.tables import VIEWS
from muster.store.types import Convert, reader, writer

R = TypeVar("R", bound=Row)


class Shape(Generic[R]):
    """How rows of one class stand in one database."""

    def __init__(self, row: type[R], dialect: Dialect) -> None:
        self.row = row
        self.names = tuple(c.name for c in columns_of(row))
        columns = VIEWS[row.NOUN].c
        self.writers = {n: w for n in self.names if (w := writer(columns[n].type, dialect))}
        self.instant_in: Convert = writer(columns.known_from.type, dialect) or (lambda value: value)
        self.recorded: Convert = str if dialect.name == "sqlite" else datetime.fromisoformat
        self._readers = {n: r for n in self.names if (r := reader(columns[n].type, dialect))}
        self._make = self._maker()

    def rows(self, lines: Iterable[Line]) -> list[R]:
        """The row that each line holds in the order of ``names``."""
        make = self._make
        return [make(line) for line in lines]

    def line(self, row: R) -> Line:
        """The parameters that hold the row, in the order of ``names``."""
        writers = self.writers
        return tuple(
            writers[name](getattr(row, name)) if name in writers else getattr(row, name) for name in self.names
        )

    def _maker(self) -> Callable[[Line], R]:
        row, names = self.row, self.names
        readers = tuple((names.index(name), read) for name, read in self._readers.items())

        def make(line: Line) -> R:
            values: list[Any] = list(line)
            for place, read in readers:
                values[place] = read(values[place])
            return row(**dict(zip(names, values, strict=True)))

        return make
