"""From rows to lines of a view and back, fast: one watch of a city reads thousands of them."""

import gc
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import starmap
from typing import Any, Generic, TypeVar

from sqlalchemy import Dialect

from muster.domain.schema import Row, columns_of
from muster.store.statements import Line
from muster.store.tables import VIEWS
from muster.store.types import Convert, reader, writer

R = TypeVar("R", bound=Row)
T = TypeVar("T")


class Shape(Generic[R]):
    """How rows of one class stand in one database."""

    def __init__(self, row: type[R], dialect: Dialect) -> None:
        columns = VIEWS[row.NOUN].c
        self.names = tuple(c.name for c in columns_of(row))
        self.instant: Convert = writer(columns.known_from.type, dialect) or (lambda value: value)
        self.recorded: Convert = str if dialect.name == "sqlite" else datetime.fromisoformat
        self.line: Callable[[R], Line] = _line_of(self.names, [writer(columns[n].type, dialect) for n in self.names])
        self._readers = {n: reader(columns[n].type, dialect) for n in self.names}
        self._row_of = _row_of(row, self.names, [self._readers[n] for n in self.names])

    def rows(self, lines: Iterable[Line]) -> list[R]:
        """The row that each line holds in the order of ``names``."""
        return _gathered(starmap(self._row_of, lines))

    def some(self, names: Sequence[str], lines: Iterable[Line]) -> list[Line]:
        """The values of these columns, as rows have them, from lines that hold them in this order."""
        readers = [self._readers.get(name) for name in names]
        return _gathered(starmap(_values_of(readers), lines) if any(readers) else lines)


def _gathered(made: Iterable[T]) -> list[T]:
    """All that is made, while the garbage collector rests: rows hold no cycles, and it would look through thousands of
    them again and again for nothing."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return list(made)
    finally:
        if collects:
            gc.enable()


# Both functions are written out for their columns and evaluated, as dataclasses do with ``__init__``: loops over the
# columns take two to three times as long.
def _row_of(row: type[R], names: tuple[str, ...], readers: list[Convert | None]) -> Callable[..., R]:
    """Fills the slots of a new row: ``__init__`` of a frozen class, which checks nothing here, takes twice as long."""
    given = {f"_{place}": name for place, name in enumerate(names)}
    fill = [f"set{given_as}(made, {_converted(given_as, readers, place)})" for place, given_as in enumerate(given)]
    known: dict[str, Any] = {"new": object.__new__, "row": row, **_named(readers)}
    known |= {f"set{given_as}": getattr(row, name).__set__ for given_as, name in given.items()}
    lines = [f"def row_of({', '.join(given)}):", "made = new(row)", *fill, "return made"]
    exec("\n    ".join(lines), known)
    made: Callable[..., R] = known["row_of"]
    return made


def _line_of(names: tuple[str, ...], writers: list[Convert | None]) -> Callable[[Any], Line]:
    values = [_converted(f"row.{name}", writers, place) for place, name in enumerate(names)]
    made: Callable[[Any], Line] = eval(f"lambda row: ({', '.join(values)},)", _named(writers))
    return made


def _values_of(readers: list[Convert | None]) -> Callable[..., Line]:
    given = [f"_{place}" for place in range(len(readers))]
    values = [_converted(name, readers, place) for place, name in enumerate(given)]
    made: Callable[..., Line] = eval(f"lambda {', '.join(given)}: ({', '.join(values)},)", _named(readers))
    return made


def _converted(value: str, converts: list[Convert | None], place: int) -> str:
    return value if converts[place] is None else f"None if {value} is None else convert_{place}({value})"


def _named(converts: list[Convert | None]) -> dict[str, Any]:
    return {f"convert_{place}": convert for place, convert in enumerate(converts)}
