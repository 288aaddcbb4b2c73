"""Backups of a SQLite store taken while it runs, and their way back; neither is trusted before its chain is checked."""

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace as replaced
from pathlib import Path
from typing import Final

from muster.domain.chain import Damage, Verification, verify_chain
from muster.domain.errors import Invalid, Refused, Tampered, Unknown
from muster.domain.keeping import KEPT, damaged_contents
from muster.domain.record import Recorded
from muster.store.plainly import name_of, said_plainly
from muster.store.store import SqlStore

COLUMNS = ", ".join(Recorded._fields)
ON_A_SERVER: Final = (
    "the record is on a server: back it up with `pg_dump`, or copy it to a file with `muster move --to sqlite:///FILE`"
)


def backup(store: SqlStore, to: Path) -> Verification:
    """Copy the record as it is now to ``to``, whole or not at all; writers go on meanwhile.

    Raises Tampered when the copy's chain is damaged: an older backup under that name is then left alone.
    """
    source = _file_of(store)
    if to.exists() and to.samefile(source):
        raise Invalid(f"Backup {to}: must be another file than the database itself")
    with _beside(to) as temporary:
        duplicate(store, temporary)
        found = _checked(temporary, to)
        os.replace(temporary, to)
        _synced(to.parent)
    return found


def duplicate(store: SqlStore, to: Path) -> None:
    """Copy the record as it is now to a new file, unchecked: for a copy that is soon thrown away."""
    _file_of(store)
    with said_plainly(store.engine), closing(sqlite3.connect(to)) as copy:
        raw = store.engine.raw_connection()
        try:
            raw.driver_connection.backup(copy)  # type: ignore[union-attr]
        finally:
            raw.close()
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, nothing beside it


def _file_of(store: SqlStore) -> Path:
    if store.engine.dialect.name != "sqlite":
        raise Refused(f"{name_of(store.engine)}: {ON_A_SERVER}")
    return Path(store.engine.url.database or "")


def restore(backup: Path, to: Path, *, replace: bool = False) -> Verification:
    """Put a backup in the place of the database ``to``, whole or not at all, once its chain is checked.

    Raises Refused when there is a database already, unless ``replace``; nobody may be using it then.
    """
    if not backup.is_file():
        raise Unknown(f"Backup {backup}: there is no such file")
    if to.exists() and not replace:
        raise Refused(f"Database {to}: is there already; name another one, or say that it is to be replaced")
    with _beside(to) as temporary:
        with _plainly(backup), closing(_read_only(backup)) as source, closing(sqlite3.connect(temporary)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            copy.execute("DROP TABLE IF EXISTS view_meta")  # only facts are verified: views are made anew from them
        found = _checked(temporary, backup)
        if to.is_dir():
            raise Invalid(f"Database {to}: must be a file, it is a directory")
        if to.exists():
            _closed(to)
        for log in (f"{to}-wal", f"{to}-shm"):  # of the database that was: it would be played into the new one
            Path(log).unlink(missing_ok=True)
        if replace:
            os.replace(temporary, to)
        else:
            os.link(temporary, to)  # unlike a rename it fails where somebody was faster
        _synced(to.parent)
    return found


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new file in the folder of ``target``, on the same disk, that is gone afterwards unless it was renamed."""
    if not target.parent.is_dir():
        raise Invalid(f"File {target}: its folder {target.parent} must exist")
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield temporary
    finally:
        for leftover in (temporary, Path(f"{temporary}-journal")):
            leftover.unlink(missing_ok=True)


def _checked(copy: Path, of: Path) -> Verification:
    """The verification of a copy that is safely on disk. Raises Tampered when its chain is damaged."""
    with _plainly(of), closing(_read_only(copy)) as connection:
        connection.text_factory = lambda said: said.decode(errors="surrogateescape")
        lines = connection.execute(f"SELECT {COLUMNS} FROM fact ORDER BY seq")
        found = verify_chain(map(Recorded._make, lines))
        if not found.damage:
            found = replaced(found, damage=tuple(_contents(connection)))
    if found.damage:
        raise Tampered(f"Copy of {of}: {found.damage[0].says}; {len(found.damage)} places are damaged, see `verify`")
    with open(copy, "rb") as written:
        os.fsync(written.fileno())
    return found


def _contents(connection: sqlite3.Connection) -> Iterator[Damage]:
    """What facts name by its hash and is not there as it was."""
    kinds = ", ".join("?" for _ in KEPT)
    asked = f"SELECT seq, stream, kind, body FROM fact WHERE kind IN ({kinds}) ORDER BY seq"
    facts = [(*said, json.loads(body)) for *said, body in connection.execute(asked, KEPT)]

    def text_of(name: str) -> str | None:
        return next((said for (said,) in connection.execute("SELECT text FROM content WHERE hash = ?", (name,))), None)

    yield from damaged_contents(facts, text_of)


def _closed(database: Path) -> None:
    """Fold the log of a database that is to be replaced into it. Raises Refused while somebody uses it."""
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database, timeout=1)) as old:
        try:
            old.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError as said:
            if "locked" in str(said):
                raise Refused(f"Database {database}: is in use; end every Muster that uses it, then repeat") from said


@contextmanager
def _plainly(file: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as said:
        raise Tampered(f"File {file}: is no whole Muster database ({said})") from said


def _synced(folder: Path) -> None:
    """Make a rename outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
