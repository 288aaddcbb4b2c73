"""Where the parts are joined, and the only place that reads the clock of the machine."""

import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from muster.domain.chain import Verification
from muster.domain.errors import Invalid, Refused, Unknown
from muster.ports import Clock
from muster.store import copies, moving, plainly, postgres, sqlite
from muster.store.schema import bring_up, stale_views
from muster.store.store import SqlStore

if TYPE_CHECKING:
    from muster.notify.links import SignedLinks
    from muster.notify.sending import Sender

DEFAULT_URL: Final = "sqlite:///muster.db"
_SQLITE: Final = "sqlite:///"
_POSTGRESQL: Final = ("postgresql", "postgres", "postgresql+psycopg")


def system_clock() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


class SteadyClock:
    """The clock of somebody who does what is due: it never runs backwards, whatever is done to the machine's, and goes
    on at its pace from the latest instant that it said, or was told not to be before. Threads may share it."""

    def __init__(self, clock: Clock = system_clock, passed: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._passed = clock, passed
        self._last, self._at = clock(), passed()
        self._lock = Lock()

    def __call__(self) -> datetime:
        with self._lock:
            passed = self._passed()
            self._last = max(self._clock(), self._last + timedelta(seconds=passed - self._at))
            self._at = passed
            return self._last

    def not_before(self, at: datetime) -> None:
        """Go on from there, if that is later than now."""
        with self._lock:
            self._last = max(self._last, at)


def clock_from(at: datetime) -> SteadyClock:
    """A clock that shows ``at`` now and goes on from there, for a record whose time is another."""
    behind = system_clock() - at
    return SteadyClock(lambda: system_clock() - behind)


def open_store(
    url: str | None = None, clock: Clock = system_clock, *, must_exist: bool = False, rebuild: bool = True
) -> SqlStore:
    """The store at ``url`` (None: what MUSTER_DB says, else ``sqlite:///muster.db``), brought up to this version.

    ``must_exist``: raise Unknown rather than make a new database. ``rebuild`` False: leave views of another version
    as they are, to verify a record from which they cannot be built. Raises Invalid for a URL that does not work.
    """
    place = _place(url)
    if isinstance(place, Path):
        if must_exist and not place.exists():
            raise Unknown(f"Database {place}: there is none; make it with `muster load DIR`, or name another with --db")
        if not place.parent.is_dir():
            raise Invalid(f"Database {place}: its folder {place.parent} must exist")
        store = SqlStore(sqlite.engine_of(place), clock)
    else:
        store = SqlStore(postgres.engine_of(place), clock)
    try:
        bring_up(store, rebuild=rebuild, must_exist=must_exist)
    except BaseException:
        store.close()
        raise
    return store


def _place(url: str | None) -> Path | URL:
    """The file, or the database on a server, that a URL names. Raises Invalid for a URL that names neither."""
    url = url or os.environ.get("MUSTER_DB") or DEFAULT_URL
    scheme = url.partition(":")[0]  # no more of it is ever said: it may hold a password
    if url.startswith(_SQLITE) and "?" not in url and len(url) > len(_SQLITE):
        return Path(url.removeprefix(_SQLITE))
    if scheme in _POSTGRESQL:
        with suppress(ArgumentError, ValueError):
            return make_url(url)
    forms = "sqlite:///PATH (sqlite:////PATH from the root) or postgresql://USER@HOST/DATABASE"
    raise Invalid(f"Database URL {scheme}:...: must be {forms}")


def database_file(url: str | None = None) -> Path:
    """The file that a database URL names. Raises Refused for a database on a server."""
    place = _place(url)
    if isinstance(place, Path):
        return place
    raise Refused(copies.ON_A_SERVER)


def backup(store: SqlStore, path: Path) -> Verification:
    """Copy a store to ``path`` while it runs; returns the verification of the copy. Raises Tampered if damaged."""
    return copies.backup(store, path)


def restore(path: Path, url: str | None = None, *, replace: bool = False) -> Verification:
    """Put a verified backup in the place of the database at ``url``; Refused if there is one, unless ``replace``."""
    return copies.restore(path, database_file(url), replace=replace)


def move(source: SqlStore, target: SqlStore, told: Callable[[str, int, int], None]) -> Verification:
    """Carry a record to another, empty database; returns the verification of what is there. Raises Refused where it is
    not empty or the source goes on meanwhile, Tampered for damage; then the target stays empty."""
    return moving.move(source, target, told)


def verify_views(store: SqlStore) -> list[str]:
    """Where the stored views are not what the facts give, one line a noun; empty: they agree. Takes a while."""
    return stale_views(store)


def name_of(store: SqlStore) -> str:
    """How its database is called in messages, without the password that its URL may hold."""
    return plainly.name_of(store.engine)


def notifier_of(gateways: Path) -> "Sender":
    """A notifier that sends through the gateways of a file; close it at the end. Raises Invalid for faults in it."""
    from muster.notify.gateways import read_gateways  # what only a worker needs is not imported by every command

    return read_gateways(gateways).notifier()


def links_of(store: SqlStore, gateways: Path) -> "SignedLinks":
    """The links of the store's contacts, leading where a gateways file says. Raises Invalid for faults in that file."""
    from muster.notify.links import SignedLinks

    return SignedLinks(link_base(gateways), store.signing_key())


def link_base(gateways: Path) -> str:
    """Where links lead, as a gateways file says, without a slash at its end. Raises Invalid for faults in that file."""
    from muster.notify.gateways import read_gateways

    return read_gateways(gateways, to_send=False).link


def links_at(store: SqlStore, base: str) -> "SignedLinks":
    """The links of the store's contacts, leading to a server at this address."""
    from muster.notify.links import SignedLinks

    return SignedLinks(base, store.signing_key())


def heartbeat_of(gateways: Path) -> Callable[[], str] | None:
    """What sends the auditor's sign of life where a gateways file says, and returns how that went; None: nowhere."""
    from muster.notify.gateways import read_gateways
    from muster.notify.heartbeat import beat

    url = read_gateways(gateways).heartbeat
    return None if url is None else lambda: beat(url)


def alarms_of(gateways: Path) -> Mapping[str, str]:
    """Whom the auditor calls: the address on each channel that the gateways file names for alarms."""
    from muster.notify.gateways import read_gateways

    return read_gateways(gateways).alarms
