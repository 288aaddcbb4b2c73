"""Runs the ``console`` blocks of the documents in this process: ``muster``, ``export``, ``>``, ``$(tail -1 FILE)``; and
puts their files where they are looked for: ``toml`` and ``csv`` blocks whose first line is ``# NAME``."""

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from unittest.mock import patch

from muster.cli import main

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"^```(?:toml|csv)\n# ([\w.-]+\.(?:toml|csv))\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Shown:
    """A command as a document shows it, with the lines that it says it prints; none: not compared."""

    command: str
    expected: tuple[str, ...]
    line: int

    @property
    def refused(self) -> bool:
        """Whether the document shows a refusal or damage, so that the command must not end well."""
        marks = ("muster: ", "Error: ", "the record is damaged")
        return any(line.startswith(marks) or line.endswith("; nothing was imported") for line in self.expected)


def files_in(page: Path) -> dict[str, str]:
    """The files that a page shows, by name."""
    return {found[1]: found[2] for found in FILE.finditer(page.read_text(encoding="utf-8"))}


def shown_in(page: Path) -> Iterator[Shown]:
    """Every command of a page, in order."""
    text = page.read_text(encoding="utf-8")
    for block in BLOCK.finditer(text):
        first = text.count("\n", 0, block.start()) + 2
        yield from _commands(block[1].replace("\\\n", "\\ "), first)


def _commands(block: str, first: int) -> Iterator[Shown]:
    said: list[str] = []
    command, at = "", first
    for number, line in enumerate(block.splitlines()):
        if line.startswith("$ "):
            if command:
                yield Shown(command, tuple(said), at)
            command, said, at = line[2:].replace("\\ ", ""), [], first + number
        else:
            said.append(line)
    yield Shown(command, tuple(said), at)


def run(command: str) -> tuple[int, str]:
    """The status of the command and what it prints, on both streams."""
    words = shlex.split(re.sub(r"\$\(tail -1 (\S+)\)", lambda m: _last_line(m[1]), command))
    words = words[1:] if words[0] == "./run" else words
    if words[0] == "export":
        name, _, value = words[1].partition("=")
        os.environ[name] = value  # the test puts it back
        return 0, ""
    assert words[0] == "muster", f"{command}: only muster and export can be run"
    if words[-2] in (">", ">>"):
        status, text = _muster(words[1:-2])
        with open(words[-1], "a" if words[-2] == ">>" else "w", encoding="utf-8") as file:
            file.write(text)
        return status, ""
    return _muster(words[1:])


def _last_line(file: str) -> str:
    return Path(file).read_text(encoding="utf-8").splitlines()[-1]


def _muster(arguments: list[str]) -> tuple[int, str]:
    said, status = StringIO(), 0
    with patch.object(sys, "argv", ["muster", *arguments]), redirect_stdout(said), redirect_stderr(said):
        try:
            main()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else 1
    return status, said.getvalue()


def matches(expected: tuple[str, ...], printed: str) -> bool:
    """Whether the lines are those expected. ``...`` alone stands for any lines, within a line for any text."""
    pattern = ""
    for line in expected:
        if line == "...":
            pattern += r"(?:[^\n]*\n)*"
        else:
            pattern += r"[^\n]*".join(re.escape(part) for part in line.rstrip().split("...")) + r"[ ]*\n"
    text = "".join(f"{line}\n" for line in printed.splitlines())
    with suppress(RecursionError):
        return re.fullmatch(pattern, text) is not None
    return False
