"""Bringing a database up to this version: migrations for what is kept, building anew for the views."""

from collections.abc import Iterable
from itertools import islice, zip_longest
from typing import Any

from sqlalchemy import Connection, Select, create_engine, insert, inspect, select, text

from muster.domain.errors import Invalid, Unknown
from muster.domain.record import Recorded
from muster.store.beside import carry, changed_contents, changed_texts, changed_triggers
from muster.store.facts import PAGE, Wanted, lines
from muster.store.filters import Filters, filters_of
from muster.store.plainly import name_of, said_plainly
from muster.store.postgres import look_over
from muster.store.projection import bodies_of, project
from muster.store.store import SqlStore
from muster.store.tables import PREFIX, SCHEMA, VIEWS, content, fact, fingerprint, timer, view_meta, views
from muster.store.transactions import LOOKS, READS, begun

CHUNK = 50_000


def bring_up(store: SqlStore, *, rebuild: bool = True, must_exist: bool = False) -> None:
    """Make the schema that this version needs, in one transaction; nothing is done where it is there already.

    Without ``rebuild`` views of another version stay as they are: for looking at a record that cannot be projected.
    ``must_exist``: raise Unknown where a server has no record yet.
    """
    with said_plainly(store.engine):
        with begun(store.engine, LOOKS) as connection:
            if _is_current(connection, rebuild):
                return
            if must_exist and connection.dialect.name != "sqlite" and not inspect(connection).has_table(fact.name):
                says = "there is no record in it; make one with `muster load DIR`, or bring one with `muster move`"
                raise Unknown(f"{name_of(store.engine)}: {says}")
        with store.begin() as connection:
            if _is_current(connection, rebuild):  # somebody else was faster
                return
            _migrate(connection)
            if rebuild:
                rebuild_views(connection, store.filters)


def _is_current(connection: Connection, rebuild: bool) -> bool:
    there = inspect(connection)
    tables = there.get_table_names()
    if tables and not {fact.name, "alembic_version"} <= set(tables):
        raise Invalid(f"{name_of(connection.engine)}: has tables of another program; name one for Muster alone")
    if not tables:
        return False
    schema = str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    if schema > SCHEMA:
        raise Invalid(f"Database schema {schema}: must be at most {SCHEMA}; it was written by a newer Muster, use that")
    if schema != SCHEMA or not rebuild:
        return schema == SCHEMA
    return view_meta.name in tables and _stored(connection) == fingerprint()


def _stored(connection: Connection) -> str | None:
    return connection.execute(select(view_meta.c.value).where(view_meta.c.name == "fingerprint")).scalar()


def _migrate(connection: Connection) -> None:
    # A fifth of a second to import, which only the first command on a database should pay.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "muster.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def rebuild_views(connection: Connection, filters: Filters) -> None:
    """Make all views anew from the facts, in the caller's transaction. Raises Tampered for a fact that is no JSON."""
    if connection.dialect.name != "sqlite":  # until nobody reads an older state, in which the new views would be empty
        connection.exec_driver_sql("LOCK TABLE fact IN ACCESS EXCLUSIVE MODE")
    for name in inspect(connection).get_table_names():
        if name.startswith(PREFIX):
            connection.exec_driver_sql(f'DROP TABLE "{name}"')
    build_views(map(Recorded._make, lines(Wanted(), connection)), filters, connection)
    if connection.dialect.name != "sqlite":
        look_over(connection)


def build_views(facts: Iterable[Recorded], filters: Filters, to: Connection) -> None:
    """Make the views, which are not there yet, from these facts."""
    views.create_all(to)
    rest = iter(facts)
    while chunk := list(islice(rest, CHUNK)):
        project(chunk, bodies_of(chunk), filters, to)
    to.execute(insert(view_meta).values(name="fingerprint", value=fingerprint()))


def stale_views(store: SqlStore) -> list[str]:
    """Where the stored views are not what the facts give, one line a noun, and what else beside the facts is not as it
    was; empty: all agree. Takes a while."""
    with said_plainly(store.engine), begun(store.engine, READS) as stored:
        return differences(stored)


def differences(stored: Connection) -> list[str]:
    """The same of one state of the record. The views are made anew in memory, on SQLite; not where what they are made
    of is not what it was."""
    if changed := list(changed_contents(stored)):
        return changed
    scratch = create_engine("sqlite://")
    with scratch.connect() as built:
        _migrate(built)
        carry(content, stored, built)
        build_views(map(Recorded._make, lines(Wanted(), stored)), filters_of(scratch.dialect), built)
        found = [_difference(noun, select(table), stored, built) for noun, table in VIEWS.items()]
        found.append(_difference("timer", select(timer.c.noun, timer.c.key, timer.c.due_at), stored, built))
        found += [*changed_texts(stored), *changed_triggers(stored, built)]
    scratch.dispose()
    return [says for says in found if says]


def _difference(of: str, wanted: Select[Any], stored: Connection, built: Connection) -> str | None:
    ordered = wanted.order_by(*wanted.selected_columns[:2])  # of each view the first two are its key
    paged = {"yield_per": PAGE}  # where the driver would hold all of it in memory
    here, there = stored.execute(ordered, execution_options=paged), built.execute(ordered, execution_options=paged)
    try:
        differ = [(a or b).key for a, b in zip_longest(here, there) if a != b]
    except ValueError as said:
        return f"view of {of}: holds what no fact can say ({said})"
    return f"view of {of}: differs from the facts from {differ[0]} on" if differ else None
