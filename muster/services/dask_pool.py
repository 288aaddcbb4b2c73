"""The workers of a Dask scheduler as a pool. Imported only when somebody names a scheduler."""

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from typing import Final, ParamSpec, TypeVar

from distributed import Client, KilledWorker
from distributed.client import FutureCancelledError

from muster.domain.errors import Refused
from muster.services.pools import GO_ON, Pool, first_line

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_SECONDS: Final = 10
WORKER_SECONDS: Final = 30
"""How long the first worker may take to appear."""
LOOKS: Final = 3
"""So many looks in a row without any worker, and they are lost: one that is started again has that long."""


class DaskPool:
    """Hands work to a scheduler's workers, one for each of their threads."""

    def __init__(self, client: Client, executor: Executor, address: str) -> None:
        self._client, self._executor, self._address = client, executor, address
        self._alone = 0
        self.workers = max(1, self._threads())

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        return self._executor.submit(work, *args, **kwargs)

    def look(self) -> None:
        self._alone = 0 if self._threads() else self._alone + 1
        if self._alone >= LOOKS:
            raise Refused(f"all workers of {self._address} are gone; {GO_ON}")

    def _threads(self) -> int:
        threads: dict[str, int] = self._client.nthreads()  # type: ignore[no-untyped-call]
        return sum(threads.values())


@contextmanager
def on_dask(address: str) -> Iterator[Pool]:
    """See ``muster.services.pools.scheduler``. What a caller leaves unfinished is taken back."""
    with _client(address) as client:
        try:
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError as said:
            raise Refused(f"{address} has no worker: start some there, of one thread each") from said
        try:
            yield DaskPool(client, client.get_executor(pure=False), address)
        except KilledWorker as said:
            raise Refused(f"a unit killed every worker it was given to ({first_line(said)}); {GO_ON}") from said
        except (CancelledError, FutureCancelledError, OSError) as said:
            raise Refused(f"the scheduler at {address} was lost ({first_line(said)}); {GO_ON}") from said


def _client(address: str) -> Client:
    try:
        return Client(address, timeout=CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as said:
        must = "it must be like tcp://HOST:8786"
        raise Refused(f"no scheduler answers at {address!r}, {must} ({first_line(said)})") from said
