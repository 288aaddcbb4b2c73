"""Rows: one dataclass is the CSV file, the fact and the view of a noun.

A class derived from ``Row`` declares its columns with the helpers below. The force directory, its documentation,
the bodies of facts and the tables of the views are all read off these declarations; nothing is written twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import UTC, date, datetime, time
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, Literal, Self, TypeVar

ColumnKind = Literal["ref", "refs", "text", "whole", "flag", "instant", "date", "local_time", "choice", "texts"]
Value = str | int | bool | datetime | date | time | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is written and what it may hold.

    ``to`` names the noun that a ref points at (None: the ref names this row itself or stands free).
    ``least`` and ``most`` bound a whole number. A ``sealed`` text may have to be erased by law: facts carry only
    its salted hash. ``choices`` lists the words of a choice.
    """

    name: str
    kind: ColumnKind
    says: str
    key: bool = False
    required: bool = True
    to: str | None = None
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    sealed: bool = False


def column(kind: ColumnKind, says: str, *, default: Any = MISSING, **more: Any) -> Any:
    """A dataclass field that carries a ``Column``; with a default the column may be left empty."""
    required = default is MISSING
    return field(default=default, metadata={"column": {"kind": kind, "says": says, "required": required, **more}})


def ref(says: str, *, to: str | None = None, key: bool = False) -> Any:
    """A required reference (letters, digits, ``.``, ``_``, ``-``) to a row of noun ``to``, or this row's own name."""
    return column("ref", says, to=to, key=key)


def maybe_ref(says: str, *, to: str | None = None) -> Any:
    """A reference that may be empty (None)."""
    return column("ref", says, to=to, default=None)


def text(says: str, *, default: Any = MISSING, key: bool = False, sealed: bool = False) -> Any:
    """Free text without line breaks."""
    return column("text", says, default=default, key=key, sealed=sealed)


def choice(says: str, *choices: str, default: Any = MISSING, key: bool = False) -> Any:
    """One of a few words."""
    return column("choice", says, default=default, choices=choices, key=key)


def whole(says: str, *, least: int, most: int, default: Any = MISSING, key: bool = False) -> Any:
    """A whole number between two bounds, both allowed."""
    return column("whole", says, default=default, least=least, most=most, key=key)


def flag(says: str, *, default: bool) -> Any:
    """``yes`` or ``no``."""
    return column("flag", says, default=default)


def instant(says: str, *, default: Any = MISSING, key: bool = False) -> Any:
    """An instant: a date (its local midnight) or a local date and time, in the force's zone."""
    return column("instant", says, default=default, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a noun. Two rows with the same ``key`` are versions of the same thing."""

    NOUN: ClassVar[str] = ""
    FILE: ClassVar[str | None] = None  # of the force directory; None: only commands make such rows

    @classmethod
    def after(cls, before: Self | None, verb: str, body: Mapping[str, Any]) -> Self | None:
        """The row once a fact ``<noun>.<verb>`` with this body follows ``before``; None when it is gone.

        By default a fact carries the whole row; nouns whose facts are events override this.
        """
        return None if verb == "removed" else from_body(cls, body)

    @property
    def key(self) -> str:
        """The values of the key columns, joined by ``/``."""
        values = _key_of(type(self))(self)
        return "/".join([value if value.__class__ is str else written(value) for value in values])

    @property
    def stream(self) -> str:
        """The stream of the record in which this row's facts stand."""
        return f"{self.NOUN}/{self.key}"


R = TypeVar("R", bound=Row)


_columns: dict[type[Row], tuple[Column, ...]] = {}


def columns_of(row: type[Row]) -> tuple[Column, ...]:
    """The columns of a noun, in the order of its file."""
    if row not in _columns:
        _columns[row] = tuple(Column(name=f.name, **f.metadata["column"]) for f in fields(row))
    return _columns[row]


_keys: dict[type[Row], Callable[[Row], tuple[Value, ...]]] = {}


def _key_of(row: type[Row]) -> Callable[[Row], tuple[Value, ...]]:
    """What gives the values of the key columns of a row of this class."""
    if row not in _keys:
        names = [c.name for c in columns_of(row) if c.key]
        _keys[row] = attrgetter(*names) if len(names) > 1 else lambda row: (getattr(row, names[0]),)
    return _keys[row]


def written(value: Value) -> str:
    """A value as text, the one way it stands in keys and bodies: instants as ``2020-10-07T22:00:00Z``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return _utc_text(value) if value.tzinfo is UTC else _with_z(value.isoformat())
    if isinstance(value, time):
        return value.strftime("%H%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(value)
    return "" if value is None else str(value)


@lru_cache(maxsize=65_536)
def _utc_text(at: datetime) -> str:
    """Of an instant in UTC; a load of a city writes a few thousand of them, a million times."""
    return _with_z(at.isoformat())


def _with_z(said: str) -> str:
    return said[:-6] + "Z" if said.endswith("+00:00") else said


_PLAIN = (str, int)  # truth values are whole numbers
_READERS: dict[ColumnKind, Callable[[Any], Any]] = {
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
    "local_time": lambda said: time(int(said[:2]), int(said[2:])),
    "refs": tuple,
    "texts": tuple,
}


def to_body(row: Row) -> dict[str, Any]:
    """The body of a fact about this row: its columns that are not empty, ready for JSON."""
    body: dict[str, Any] = {}
    for c in columns_of(type(row)):
        value = getattr(row, c.name)
        if isinstance(value, _PLAIN):
            body[c.name] = value
        elif isinstance(value, tuple):
            if value:
                body[c.name] = list(value)
        elif value is not None:
            body[c.name] = written(value)
    return body


def from_body(row: type[R], body: Mapping[str, Any]) -> R:
    """The row that a body made by ``to_body`` describes; columns it does not name keep their default."""
    values = {}
    for c in columns_of(row):
        if c.name in body:
            convert = _READERS.get(c.kind)
            values[c.name] = convert(body[c.name]) if convert else body[c.name]
    return row(**values)


_slots: dict[type[Row], dict[str, Callable[[Row, Any], None]]] = {}


def changed(row: R, **changes: Any) -> R:
    """The row with other values in some columns: ``dataclasses.replace`` for rows, which check nothing when they are
    made, in half the time: every fact that is an event needs it. Raises TypeError for a column that is not there."""
    kind = type(row)
    if kind not in _slots:
        _slots[kind] = {c.name: getattr(kind, c.name).__set__ for c in columns_of(kind)}
    slots = _slots[kind]
    if not changes.keys() <= slots.keys():
        raise TypeError(f"{kind.__name__}: has no column {', '.join(changes.keys() - slots.keys())}")
    made = object.__new__(kind)
    for name, fill in slots.items():
        fill(made, changes[name] if name in changes else getattr(row, name))
    return made


def read(kind: ColumnKind, value: Any) -> Any:
    """A JSON value of a body as the column's type."""
    convert = _READERS.get(kind)
    return convert(value) if convert else value
