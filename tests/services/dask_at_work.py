"""A Dask scheduler and its workers, each a process of its own on this machine, as whoever runs Muster starts them."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from distributed import Client

from tests.waiting import LONGEST_SECONDS, wait_until

QUIET = subprocess.DEVNULL


class DaskAtWork:
    """A running scheduler at ``address`` with workers of one thread each."""

    def __init__(self, folder: Path, workers: int) -> None:
        told = folder / "scheduler.json"
        self.processes = [self._start("scheduler", folder, "--port", "0", "--scheduler-file", str(told))]
        self.workers: dict[str, subprocess.Popen[bytes]] = {}
        try:
            wait_until(told.exists)
            for name in map(str, range(workers)):
                self.workers[name] = self._start(
                    "worker", folder, "--scheduler-file", str(told), "--no-nanny", "--nthreads", "1", "--name", name
                )
                self.processes.append(self.workers[name])
            self.client = _client(told)
            self.client.wait_for_workers(workers, timeout=LONGEST_SECONDS)
        except BaseException:
            self._kill_all()
            raise
        self.address = str(self.client.scheduler_info()["address"])

    def _start(self, what: str, folder: Path, *words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dask", what, "--host", "127.0.0.1", "--no-dashboard", *words]
        return subprocess.Popen(command, cwd=folder, stdout=QUIET, stderr=QUIET)

    def at_work(self) -> list[str]:
        """The names of the workers that have work."""
        infos = self.client.scheduler_info(n_workers=-1)["workers"]
        processing: dict[str, Sequence[str]] = self.client.processing()  # type: ignore[no-untyped-call]
        return [str(infos[address]["name"]) for address, keys in processing.items() if keys and address in infos]

    def kill(self, name: str) -> int:
        """Kill a worker as kill -9 does; how it ended comes back."""
        self.workers[name].kill()
        return self.workers[name].wait()

    def close(self) -> None:
        """End all of them."""
        self.client.close()  # type: ignore[no-untyped-call]
        self._kill_all()

    def _kill_all(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def _client(told: Path) -> Client:
    return Client(scheduler_file=str(told), set_as_default=False, timeout=LONGEST_SECONDS)  # type: ignore[no-untyped-call]
