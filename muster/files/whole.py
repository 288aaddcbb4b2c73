"""Files that are whole or not there at all, whenever the writing stops."""

import os
from pathlib import Path

from muster.domain.errors import Refused


def write_whole(path: Path, text: str) -> Path:
    """Write a file so that whoever looks finds the old one or the new one, whole. Raises ``Refused`` where that cannot
    be."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_through(beside, text)
        beside.replace(path)
    except OSError as said:
        beside.unlink(missing_ok=True)
        raise Refused(f"{path}: cannot be written ({said.strerror}); name another place") from said
    return path


def write_through(path: Path, text: str) -> None:
    """Write a file and wait until it is on the disk."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
