"""Where rosters are solved: processes of this machine, or the workers of a Dask scheduler, behind one small door."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from threading import Thread
from typing import Any, ParamSpec, Protocol, TypeVar

from muster.domain.errors import Refused

P = ParamSpec("P")
T = TypeVar("T")

GO_ON = "what was written stands: resume, to go on from there"


class Pool(Protocol):
    """Hands out work: ``workers`` is how much of it is done at the same time."""

    @property
    def workers(self) -> int: ...

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """What will come back of it."""
        ...

    def look(self) -> None:
        """Called now and then while nothing comes. Raises ``Refused`` when nothing will come any more."""
        ...


class Processes:
    """Processes of this machine."""

    def __init__(self, pool: ProcessPoolExecutor, workers: int) -> None:
        self._pool = pool
        self.workers = workers

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        return self._pool.submit(work, *args, **kwargs)

    def look(self) -> None:
        """Nothing: when a process ends, its work ends with an exception at once."""


@contextmanager
def processes(workers: int) -> Iterator[Pool]:
    """Processes that begin anew, on every system alike; an interruption does not wait for what they do."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_end_with_parent)
    try:
        yield Processes(pool, workers)
    except BaseException as said:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in active_children():
            process.terminate()
        if isinstance(said, BrokenProcessPool):
            raise Refused(f"a process was killed while it solved; {GO_ON}") from said
        raise
    pool.shutdown()


@contextmanager
def scheduler(address: str) -> Iterator[Pool]:
    """The workers of a Dask scheduler, like ``tcp://10.0.0.5:8786``. What a worker leaves undone when it dies is handed
    to another. Raises ``Refused`` when there is no scheduler, when it has no worker, and when all are lost."""
    try:
        from muster.services.dask_pool import on_dask
    except ImportError as said:
        raise Refused(f"a scheduler needs the extra 'dask' of Muster: install muster[dask] ({said})") from said
    with on_dask(address) as pool:
        yield pool


def _end_with_parent() -> None:
    """A process whose parent is killed would wait for work for ever: this one ends."""

    def watch() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def first_line(said: Any) -> str:
    """The first line of what an exception says, or its name."""
    return next(iter(str(said).splitlines()), "") or type(said).__name__
