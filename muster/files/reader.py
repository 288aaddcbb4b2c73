"""Reading a force directory: every file, every row, every fault."""

import os
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.areas import Area
from muster.domain.directory import Directory
from muster.domain.errors import Fault
from muster.domain.force import Force, Unit
from muster.domain.nearest import did_you_mean
from muster.domain.nouns import FORCE_ROWS
from muster.domain.schema import Row
from muster.files.found import MOST_FAULTS, Found, TooManyFaults, printable
from muster.files.geojson import read_areas
from muster.files.sources import bytes_of
from muster.files.table import read_table
from muster.files.toml import UTC_ZONE, read_force

NEEDED: Final = (Force, Unit)
"""Nouns without which there is no force."""


def read(path: Path) -> Directory:
    """The rows of a force directory with their places, and all that is wrong with single files, lines and cells.

    Never raises for what is in the directory. What is wrong between rows is for ``domain.checks`` to find.
    """
    found = Found()
    try:
        _read_files(path, found)
    except TooManyFaults:
        found.unread.update(row.NOUN for row in FORCE_ROWS)
        found.faults.append(_stopped())
    return found.directory()


def _read_files(path: Path, found: Found) -> None:
    if not path.is_dir():
        found.unread.update(row.NOUN for row in FORCE_ROWS)
        found.fault(
            printable(str(path)), None, "must be a directory; 'muster new DIR' writes a small one to start from"
        )
        return
    zone = UTC_ZONE
    for row in FORCE_ROWS:
        zone = _read_file(path, row, zone, found)
    _warn_of_others(path, found)


def _read_file(path: Path, row: type[Row], zone: ZoneInfo, found: Found) -> ZoneInfo:
    """Read the file of one noun; the zone to go on with."""
    file = row.FILE or ""
    before = len(found.faults)
    content = bytes_of(path / file, found)
    if content is None:
        if row in NEEDED and len(found.faults) == before:
            found.fault(file, None, "must be there: without it there is no force")
        if len(found.faults) > before:
            found.unread.add(row.NOUN)
    elif row is Force:
        return read_force(content, found)
    elif row is Area:
        read_areas(content, found)
    else:
        read_table(content, row, file, zone, found)
    return zone


def _warn_of_others(path: Path, found: Found) -> None:
    """Warn of files that nobody reads: a misspelt name would otherwise lose its rows without a word."""
    known = {row.FILE or "" for row in FORCE_ROWS}
    for name in sorted(os.listdir(path)):
        if name not in known and not name.startswith("."):
            says = f"is not a file of the force directory and was not read{did_you_mean(name, known)}"
            found.warning(printable(name), None, says)


def _stopped() -> Fault:
    return Fault("(directory)", None, None, None, f"must have fewer faults: reading stopped after {MOST_FAULTS}")
