"""Processes of their own that begin at once: forked from one that has imported everything, and easily killed."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from io import TextIOBase
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from types import TracebackType
from typing import Any, Final, Self

from muster.cli import main

CONTEXT: Final = get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.nursery"])


def begin(target: Callable[..., object], *arguments: Any) -> ForkServerProcess:
    """A process that has begun."""
    process = CONTEXT.Process(target=target, args=arguments)
    process.start()
    return process


@cache
def warm() -> None:
    """Have the imports done, so that nobody takes their time for that of the first process."""
    begin(int).join()


class Forked:
    """A process that runs ``target``, to be handled like one of ``subprocess``."""

    def __init__(self, target: Callable[..., object], *arguments: Any, **environment: str) -> None:
        warm()
        self._said, out = CONTEXT.Pipe(duplex=False)
        self._process = begin(_run, target, arguments, {**os.environ, **environment}, out)
        out.close()

    @cached_property
    def stdout(self) -> TextIOBase:
        """What it prints; closed by whoever reads it, or at the end of a ``with`` block."""
        return os.fdopen(os.dup(self._said.fileno()), encoding="utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, said: BaseException | None, of: TracebackType | None) -> None:
        self.communicate()

    @property
    def returncode(self) -> int | None:
        """How it ended, minus the signal where one ended it; None: it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, once it has. Raises ``subprocess.TimeoutExpired``."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired([str(self._process.pid)], timeout or 0)
        return self._process.exitcode

    def kill(self) -> None:
        """End it with SIGKILL."""
        self._process.kill()

    def communicate(self) -> tuple[str, None]:
        """The rest of what it prints until its end."""
        with self.stdout:
            said = self.stdout.read()
        self.wait()
        return said, None


def muster(*arguments: str, database: str) -> Forked:
    """A command of Muster at work on the record of this URL; nobody hears what it prints."""
    return Forked(_muster, arguments, MUSTER_DB=database)


def _muster(arguments: tuple[str, ...]) -> None:
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    sys.argv = ["muster", *arguments]
    main()


def _run(
    target: Callable[..., object], arguments: tuple[Any, ...], environment: Mapping[str, str], out: Connection
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    with open(os.devnull, "r+") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdin.fileno())
        os.dup2(nowhere.fileno(), sys.stderr.fileno())
    os.dup2(out.fileno(), sys.stdout.fileno())
    out.close()
    target(*arguments)
