"""The bytes of a file of the force directory, and its lines, without trusting either."""

import os
import re
import stat
from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Final

from muster.files.found import Found

MOST_BYTES: Final = 64 * 1024 * 1024
BAD_BYTE: Final = re.compile("[\udc80-\udcff]")  # what the "surrogateescape" handler makes of a byte that is not UTF-8
UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")


def bytes_of(path: Path, found: Found) -> bytes | None:
    """The content of a file; None when it is not there, or cannot be read and a fault says so."""
    try:
        info = path.lstat()
        must = _must_be_file(info)
        if must is None:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
            must = None if len(content) <= MOST_BYTES else "must not grow while it is read"
        if must is None and content.startswith(UTF_16):
            must = "must be UTF-8; it looks like UTF-16, save it as 'CSV UTF-8'"
    except FileNotFoundError:
        return None
    except OSError as said:
        must = f"must be readable: {said.strerror}"
    if must is None:
        return content
    found.fault(path.name or str(path), None, must)
    return None


def _must_be_file(info: os.stat_result) -> str | None:
    if stat.S_ISLNK(info.st_mode):
        return "must be a file, it is a symbolic link"
    if stat.S_ISDIR(info.st_mode):
        return "must be a file, it is a directory"
    if not stat.S_ISREG(info.st_mode):
        return "must be a file, it is a device or a pipe"
    if info.st_size > MOST_BYTES:
        return f"must have at most 64 MB, has {info.st_size / 1024 / 1024:.1f}; it was not read"
    return None


class Lines:
    """The lines of a file with their ends; ``last_bad`` is the last line so far that is not UTF-8 (0: none)."""

    def __init__(self, content: bytes, file: str, found: Found) -> None:
        self.last_bad = 0
        self._file = file
        self._found = found
        self._text = TextIOWrapper(BytesIO(content), encoding="utf-8-sig", errors="surrogateescape", newline="")

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._text, start=1):
            if not line.isascii():
                self._check(number, line)
            yield line

    def _check(self, number: int, line: str) -> None:
        bad = BAD_BYTE.search(line)
        if bad is not None:
            self.last_bad = number
            byte = len(line[: bad.start()].encode("utf-8", "surrogateescape")) + 1
            must = f"must be UTF-8; byte {byte} of the line is 0x{ord(bad[0]) - 0xDC00:02X}"
            self._found.fault(self._file, number, must)


def text_of(content: bytes, file: str, found: Found) -> str | None:
    """The whole text; None when it is not UTF-8, with a fault for every line that is not."""
    lines = Lines(content, file, found)
    text = "".join(lines)
    return None if lines.last_bad else text
