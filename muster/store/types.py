"""Column types: how the values of rows stand in a database. SQLite's STRICT tables know whole numbers and text only."""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from muster.domain.record import instant_text
from muster.domain.schema import Column

Convert = Callable[[Any], Any]


class Written(TypeDecorator[Any]):
    """A type kept as ``plain``, written with ``write``, read with ``read``; a ``native`` one spares that elsewhere."""

    impl = Text
    cache_ok = True

    def __init__(
        self, write: Convert, read: Convert, native: TypeEngine[Any] | None = None, plain: TypeEngine[Any] | None = None
    ) -> None:
        super().__init__()
        self.write, self.read = write, read
        self.native, self.plain = native, plain or Text()

    def is_plain(self, dialect: Dialect) -> bool:
        """Whether this database has no type of its own for it."""
        return self.native is None or dialect.name == "sqlite"

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type in this database."""
        return dialect.type_descriptor(self.native if self.native and not self.is_plain(dialect) else self.plain)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """A parameter for the driver."""
        return self.write(value) if value is not None and self.is_plain(dialect) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """A value from the driver."""
        return self.read(value) if value is not None and self.is_plain(dialect) else value


_words_json: Final = json.JSONEncoder(ensure_ascii=False).encode  # ``dumps`` would make an encoder for every value

Whole: Final = BigInteger().with_variant(Integer(), "sqlite")
Ordered: Final = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that sorts by code point everywhere, so that both databases give one order."""
Instant: Final = Written(instant_text, datetime.fromisoformat, DateTime(timezone=True))
"""An aware UTC datetime; on SQLite text of one width, so that text order is time order."""

_TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "whole": Whole,
    "instant": Instant,
    "flag": Written(int, bool, Boolean(), Integer()),
    "date": Written(date.isoformat, date.fromisoformat, Date()),
    "local_time": Written(lambda at: at.strftime("%H%M"), lambda said: time(int(said[:2]), int(said[2:]))),
    "refs": Written(_words_json, lambda said: tuple(json.loads(said)) if said != "[]" else ()),
}
_TYPES["texts"] = _TYPES["refs"]


def type_of(column: Column) -> TypeEngine[Any]:
    """The type of a row's column; text unless its kind says otherwise."""
    return _TYPES.get(column.kind, Ordered)


def writer(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What turns a value that is not None into a driver's parameter; None: nothing has to be done."""
    if isinstance(kind, Written):  # without the layers of calls that SQLAlchemy puts between
        return kind.write if kind.is_plain(dialect) else None
    return kind.dialect_impl(dialect).bind_processor(dialect)


def reader(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What turns a driver's value that is not None into ours; None: nothing has to be done."""
    if isinstance(kind, Written):
        return kind.read if kind.is_plain(dialect) else None
    return kind.dialect_impl(dialect).result_processor(dialect, None)
