"""Two people who accept at the same instant, each through a server process of its own: one owner, and both are told.
And how long a page takes to open."""

import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks._table import Measured, percentile, report
from muster.bootstrap import open_store, system_clock
from tests import servers
from tests.doors import ask, house_of
from tests.ground import InRecord
from tests.processes import Serving, gateways_file
from tests.races import both_accept, one_has_it, two_asked
from tests.services.reached import ROWS
from tests.support import SettableClock

ROUNDS = 50


def main() -> int:
    """0 when every race had one winner, and the other was told, on every database that there is."""
    with tempfile.TemporaryDirectory() as folder:
        missed = measured(f"sqlite:///{folder}/muster.db", "SQLite", Path(folder))
        if servers.programs() is None:
            print(f"\nNot measured on PostgreSQL: {servers.MISSING}")
            return missed
        with servers.fresh_database() as url:
            return measured(url, "PostgreSQL (fsync off)", Path(folder)) or missed


def measured(url: str, database: str, folder: Path) -> int:
    """0 when every race on this database had one winner, and the other was told."""
    clock = SettableClock(system_clock())  # that of the servers, which are processes of their own
    opened, wrong = list[float](), 0
    with closing(open_store(url, clock)) as store, ExitStack() as running:
        force, house = InRecord(store, clock, ROWS), house_of(store, clock)
        serving = [running.enter_context(closing(Serving(url, gateways_file(folder)))) for _ in range(2)]
        for number in range(1, ROUNDS + 1):
            two = two_asked(force, f"T{number}")
            pages = [f"{s.url}/c/{house.token(c)}" for s, c in zip(serving, two, strict=True)]
            opened += [milliseconds(page) for page in pages]
            said = both_accept(pages)
            try:
                one_has_it(force, f"T{number}", two, said)
            except AssertionError as error:
                print(f"race {number}: {error}")
                wrong += 1
    rows = [
        Measured("races that did not end with one owner, and both told", wrong, 0, ""),
        Measured("to open a page, 95 in 100", percentile(opened, 95), None, "ms"),
    ]
    return report(f"Two accept at once, {ROUNDS} times, through two processes on {database}", rows)


def milliseconds(page: str) -> float:
    """How long somebody waits for a page."""
    began = time.perf_counter()
    if ask(page).status != 200:
        raise AssertionError(f"{page} did not open")
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
