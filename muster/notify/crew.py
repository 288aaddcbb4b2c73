"""Threads that do what may hang: whoever asks waits for a while, and leaves behind what takes longer."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

T = TypeVar("T")


class TooLate(Exception):
    """It was not done in time. It goes on, and what comes of it is for nobody."""


class Crew:
    """As many threads as are needed at once, kept for later. They do not hold up the end of the process."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)

    def do(self, work: Callable[[], T], seconds: float) -> T:
        """What the work returns or raises; raises TooLate if that takes too long."""
        job = _Job(work)
        if self._idle.acquire(blocking=False):
            self._jobs.put(job.run)
        else:
            threading.Thread(target=self._live, args=(job.run,), daemon=True).start()
        return job.result(seconds)

    def close(self) -> None:
        """Let the threads go that have nothing to do."""
        while self._idle.acquire(blocking=False):
            self._jobs.put(None)

    def _live(self, job: Callable[[], None] | None) -> None:
        while job is not None:
            job()
            self._idle.release()
            job = self._jobs.get()


class _Job(Generic[T]):
    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._came: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def run(self) -> None:
        try:
            self._came.put((self._work(), None))
        except BaseException as error:
            self._came.put((None, error))

    def result(self, seconds: float) -> T:
        try:
            result, error = self._came.get(timeout=seconds)
        except Empty:
            raise TooLate from None
        if error is not None:
            raise error
        return result  # type: ignore[return-value]
