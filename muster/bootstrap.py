"""Where the parts are joined, and the only place that reads the clock of the machine."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from muster.domain.chain import Verification
from muster.domain.errors import Invalid, Unknown
from muster.ports import Clock
from muster.store import copies
from muster.store.schema import bring_up, stale_views
from muster.store.sqlite import engine_of
from muster.store.store import SqlStore

DEFAULT_URL: Final = "sqlite:///muster.db"
_SQLITE: Final = "sqlite:///"


def system_clock() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def open_store(
    url: str | None = None, clock: Clock = system_clock, *, must_exist: bool = False, rebuild: bool = True
) -> SqlStore:
    """The store at ``url`` (None: what MUSTER_DB says, else ``sqlite:///muster.db``), brought up to this version.

    ``must_exist``: raise Unknown rather than make a new database. ``rebuild`` False: leave views of another version
    as they are, to verify a record from which they cannot be built. Raises Invalid for a URL that does not work.
    """
    path = database_file(url)
    if must_exist and not path.exists():
        raise Unknown(f"Database {path}: there is none; make it with `muster load DIR`, or name another with --db")
    if not path.parent.is_dir():
        raise Invalid(f"Database {path}: its folder {path.parent} must exist")
    store = SqlStore(engine_of(path), clock)
    try:
        bring_up(store, rebuild=rebuild)
    except BaseException:
        store.close()
        raise
    return store


def database_file(url: str | None = None) -> Path:
    """The file that a database URL names. Raises Invalid for a URL that is not ``sqlite:///PATH``."""
    url = url or os.environ.get("MUSTER_DB") or DEFAULT_URL
    if url.startswith(_SQLITE) and "?" not in url and len(url) > len(_SQLITE):
        return Path(url.removeprefix(_SQLITE))
    scheme = url.partition(":")[0]  # no more of it: it may hold a password
    later = "; PostgreSQL comes with a later version" if scheme.startswith("postgres") else ""
    raise Invalid(f"Database URL {scheme}:...: must be sqlite:///PATH (sqlite:////PATH from the root){later}")


def backup(store: SqlStore, path: Path) -> Verification:
    """Copy a store to ``path`` while it runs; returns the verification of the copy. Raises Tampered if damaged."""
    return copies.backup(store, path)


def restore(path: Path, url: str | None = None, *, replace: bool = False) -> Verification:
    """Put a verified backup in the place of the database at ``url``; Refused if there is one, unless ``replace``."""
    return copies.restore(path, database_file(url), replace=replace)


def verify_views(store: SqlStore) -> list[str]:
    """Where the stored views are not what the facts give, one line a noun; empty: they agree. Takes a while."""
    return stale_views(store)
