"""The tables: facts, sealed texts, and one view for every noun, read off the declarations of its rows."""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Final

from sqlalchemy import Column, Index, MetaData, Table, Text, UniqueConstraint, text

from muster.domain.nouns import ROWS
from muster.domain.schema import Row, columns_of
from muster.store.types import Instant, Ordered, Whole, type_of

SCHEMA: Final = "0003"
"""The newest migration of ``kept``; a test holds it to the one that Alembic finds."""

LAYOUT: Final = 4
"""Raise it when views must be built anew although no declaration of a row changed."""

kept = MetaData()
"""What cannot be computed again; its schema changes by migration only."""

fact = Table(
    "fact",
    kept,
    Column("seq", Whole, primary_key=True, autoincrement=False),
    Column("stream", Ordered, nullable=False),
    Column("version", Whole, nullable=False),
    Column("recorded_at", Text, nullable=False),
    Column("effective_at", Text, nullable=False),
    Column("kind", Ordered, nullable=False),
    Column("body", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("stream", "version", name="fact_version"),
    sqlite_strict=True,
)

secret = Table(
    "secret",
    kept,
    Column("token", Text, primary_key=True),
    Column("salt", Text, nullable=False),
    Column("text", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)

signing_key = Table(
    "signing_key",
    kept,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""Keys that sign what is sent out, in hexadecimal digits; never in a fact, which many may read."""

content = Table(
    "content",
    kept,
    Column("hash", Text, primary_key=True),
    Column("text", Text, nullable=False),
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""What is too large for a fact, once, under its SHA-256, which the fact has."""

views = MetaData()
"""What can be computed from the facts at any time: no migrations, it is built anew."""

PREFIX: Final = "view_"

view_meta = Table(
    "view_meta",
    views,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_strict=True,
)

timer = Table(
    "view_timer",
    views,
    Column("noun", Ordered, primary_key=True),
    Column("key", Ordered, primary_key=True),
    Column("due_at", Instant, nullable=False),
    Column("held_until", Instant),  # the lease is no belief: it is forgotten when the views are built anew
    Column("tries", Whole, nullable=False),
    Index("view_timer_due", "noun", "held_until", "due_at", "key"),  # those that nobody holds stand together
    sqlite_strict=True,
    sqlite_with_rowid=False,
)
"""The due table: what must be done at which instant, as the rows that say ``due_at`` have it."""


STILL: Final = text("known_until IS NULL")
"""Of a line of a view: it is believed now."""


def _view(row: type[Row]) -> Table:
    """The view of a noun: its columns, and from when until when they were believed by virtue of which fact."""
    name = PREFIX + row.NOUN
    names = [c.name for c in columns_of(row)]
    refs = [c.name for c in columns_of(row) if c.kind == "ref"]
    return Table(
        name,
        views,
        Column("key", Ordered, primary_key=True),
        Column("fact", Whole, primary_key=True, autoincrement=False),
        Column("known_from", Instant, nullable=False),
        Column("known_until", Instant),
        *(Column(c.name, type_of(c), nullable=not c.required) for c in columns_of(row)),
        # Naming PostgreSQL here would import all of its dialect into every command, a tenth of a second each.
        Index(f"{name}_still", "key", unique=True, sqlite_where=STILL),
        *(Index(f"{name}_by_{ref}", ref, "key") for ref in refs),
        *([Index(f"{name}_at", names[0], "at")] if "at" in names else []),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


VIEWS: Final[Mapping[str, Table]] = {noun: _view(row) for noun, row in ROWS.items()}
"""The view of each noun."""


STILL_INDEXES: Final = tuple(index for table in VIEWS.values() for index in table.indexes if index.unique)
"""The index of each view that holds only what is believed now."""

TIMED: Final = tuple(n for n, row in ROWS.items() if any(c.name == "due_at" for c in columns_of(row)))
"""The nouns whose rows say when something is due, in their instant ``due_at``."""


@cache
def fingerprint() -> str:
    """A hash of all that the views are made from; stored views with another one have to be built anew."""
    said = [f"layout {LAYOUT}"]
    for noun, row in ROWS.items():
        said += [f"{noun}.{c.name} {c.kind} {c.required} {c.key}" for c in columns_of(row)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()
