"""The due table: what a hundred thousand timers that sleep cost, and how late ten thousand are claimed, by one process
on SQLite and by two on PostgreSQL."""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from benchmarks._table import Measured, percentile, report
from muster.bootstrap import open_store, system_clock
from muster.ports import Due
from muster.store.store import SqlStore
from muster.store.tables import TIMED
from tests import servers
from tests.store.timers import contact, queue

SLEEPING = 100_000
ASLEEP_SECONDS = 20
DUE, OVER_SECONDS = 10_000, 60
LEASE = timedelta(seconds=2 * OVER_SECONDS)
POLL_SECONDS = 0.25
AT_ONCE = 1000
WORKERS = 2


def main() -> int:
    """0 when every target is met, on every database that there is."""
    with tempfile.TemporaryDirectory() as folder:
        missed = measured(f"sqlite:///{folder}/muster.db", "SQLite", 1)
    if servers.programs() is None:
        print(f"\nNot measured on PostgreSQL: {servers.MISSING}")
        return missed
    with servers.fresh_database() as url:
        return measured(url, "PostgreSQL (fsync off)", WORKERS) or missed


def measured(url: str, database: str, workers: int) -> int:
    """0 when every target is met on this database."""
    store = open_store(url)
    queue_over(store, SLEEPING, system_clock() + timedelta(days=1), timedelta(days=30), "S")
    rows = [asleep(store), *shared(store, url, workers)]
    store.close()
    title = f"The due table on {database}, {SLEEPING:,} timers asleep, polled every {POLL_SECONDS} s"
    return report(f"{title} by {workers}", rows)


def queue_over(store: SqlStore, count: int, first: datetime, over: timedelta, prefix: str) -> None:
    """Queue so many contacts that are due from ``first`` on, evenly."""
    queue(store, *(contact(1, first + over * number / count, f"{prefix}{number}") for number in range(count)))


def asleep(store: SqlStore) -> Measured:
    """The share of a processor that asking takes while nothing is due."""
    started = time.process_time()
    for claimed in polled(store, ASLEEP_SECONDS):
        assert not claimed
    percent = 100 * (time.process_time() - started) / ASLEEP_SECONDS
    return Measured("nothing due: share of a core", percent, 1, "%")


def shared(store: SqlStore, url: str, workers: int) -> list[Measured]:
    """How late each is claimed, and who claims how many. Nobody finishes any: all are held in the end."""
    first = system_clock() + timedelta(seconds=8)
    queue_over(store, DUE, first, timedelta(seconds=OVER_SECONDS), "D")
    words = [sys.executable, "-m", "benchmarks.timers", url, first.isoformat()]
    processes = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(workers)]
    told = [json.loads(process.communicate()[0]) for process in processes]
    keys = {key for one in told for key in one["late"]}
    late = [seconds for one in told for seconds in one["late"].values()]
    if len(keys) != DUE or len(late) != DUE or min(late) < 0:
        raise SystemExit(f"{len(late)} claims of {len(keys)} timers, not {DUE}, or one of them early: {min(late)} s")
    return shown(late, told)


def shown(late: Sequence[float], told: Sequence[dict[str, Any]]) -> list[Measured]:
    """The lines of the table for what the workers told."""
    what = f"{DUE:,} due over {OVER_SECONDS} s"
    most = 100 * max(len(one["late"]) for one in told) / DUE
    return [
        Measured(f"{what}: late, half of them at most", percentile(late, 50), None, "s"),
        Measured(f"{what}: late, 95 of 100 at most", percentile(late, 95), 0.5, "s"),
        Measured(f"{what}: late, all at most", max(late), 1.5, "s"),
        Measured(f"{what}: processor time of claiming", sum(one["spent"] for one in told), 2, "s"),
        *([Measured(f"{what}: share of the one that has more", most, 60, "%")] if len(told) > 1 else []),
    ]


def work(url: str, first: datetime) -> None:
    """Claim from ``first`` on, and tell how late each was and what processor time that took."""
    store = open_store(url)
    late: dict[str, float] = {}
    time.sleep(max(0, (first - system_clock()).total_seconds()))
    started = time.process_time()
    for claimed in polled(store, OVER_SECONDS + 2):
        at = system_clock()
        late |= {due.key: (at - due.due_at).total_seconds() for due in claimed}
    spent = time.process_time() - started
    store.close()
    print(json.dumps({"late": late, "spent": spent}))


def polled(store: SqlStore, seconds: float) -> Iterator[list[Due]]:
    """What a worker is given at each of its polls, for so long. They come at odd times: of two that kept step, the one
    that is always a little earlier would be given nearly all."""
    until, chances = time.monotonic() + seconds, random.Random()
    while time.monotonic() < until:
        looked = time.monotonic()
        now = system_clock()
        yield [due for noun in TIMED for due in store.claim(noun, now, now + LEASE, AT_ONCE)]
        time.sleep(max(0, looked + POLL_SECONDS * chances.uniform(0.5, 1.5) - time.monotonic()))


if __name__ == "__main__":
    if sys.argv[1:]:
        work(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
    else:
        sys.exit(main())
