"""Force directories for tests: the worked example of the documentation, with something wrong with it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from muster.domain.checks import check
from muster.domain.errors import Fault
from muster.files import read
from muster.files.example import EXAMPLE

NOW = datetime(2020, 10, 7, 16, tzinfo=UTC)


def folder(path: Path, changed: Mapping[str, str | bytes | None] | None = None) -> Path:
    """The worked example in a folder, with other content for some files; None leaves a file out."""
    path.mkdir(exist_ok=True)
    for file, content in {**EXAMPLE, **(changed or {})}.items():
        if content is not None:
            (path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def more(file: str, *lines: str) -> dict[str, str]:
    """The example's file with further lines."""
    return {file: EXAMPLE[file] + "".join(f"{line}\n" for line in lines)}


def other(file: str, old: str, new: str) -> dict[str, str]:
    """The example's file with one text in place of another."""
    assert EXAMPLE[file].count(old) == 1, f"{old!r} must stand in {file} once"
    return {file: EXAMPLE[file].replace(old, new)}


def found(path: Path) -> list[Fault]:
    """All that is wrong with a force directory, between its rows too."""
    return check(read(path), NOW)


def errors(path: Path) -> list[str]:
    """Its errors, as they are printed."""
    return [str(fault) for fault in found(path) if not fault.warning]


def warnings(path: Path) -> list[str]:
    """Its warnings, as they are printed."""
    return [str(fault) for fault in found(path) if fault.warning]
