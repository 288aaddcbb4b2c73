"""The due table: what a hundred thousand timers that sleep cost, and how late ten thousand are claimed."""

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from benchmarks._table import Measured, percentile, report
from muster.bootstrap import open_store, system_clock
from muster.ports import Due
from muster.store.store import SqlStore
from muster.store.tables import TIMED
from tests.store.timers import LEASE, contact, queue

SLEEPING = 100_000
ASLEEP_SECONDS = 20
DUE, OVER_SECONDS = 10_000, 60
POLL_SECONDS = 0.25
AT_ONCE = 1000


def main() -> int:
    """0 when every target is met."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/muster.db")
        queue_over(store, SLEEPING, system_clock() + timedelta(days=1), timedelta(days=30), "S")
        rows = [asleep(store), *spread(store)]
        store.close()
    return report(f"The due table on SQLite, {SLEEPING:,} timers asleep, polled every {POLL_SECONDS} s", rows)


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


def spread(store: SqlStore) -> list[Measured]:
    """How late each is claimed. Nobody finishes any, so that all are held in the end: there is ever more to pass over,
    more than where they are sent."""
    first = system_clock() + timedelta(seconds=5)
    queue_over(store, DUE, first, timedelta(seconds=OVER_SECONDS), "D")
    time.sleep(max(0, (first - system_clock()).total_seconds()))
    spent, late = time.process_time(), list[float]()
    for claimed in polled(store, OVER_SECONDS + 2):
        at = system_clock()
        late += [(at - due.due_at).total_seconds() for due in claimed]
    spent = time.process_time() - spent
    if len(late) != DUE or min(late) < 0:
        raise SystemExit(f"{len(late)} of {DUE} were claimed, the first {min(late)} s late")
    what = f"{DUE:,} due over {OVER_SECONDS} s: late"
    return [
        Measured(f"{what}, half of them at most", percentile(late, 50), None, "s"),
        Measured(f"{what}, 95 of 100 at most", percentile(late, 95), 0.5, "s"),
        Measured(f"{what}, all at most", max(late), 1.5, "s"),
        Measured(f"{DUE:,} due over {OVER_SECONDS} s: processor time of claiming", spent, 2, "s"),
    ]


def polled(store: SqlStore, seconds: float) -> Iterator[list[Due]]:
    """What a worker is given at each of its polls, for so long."""
    began = time.monotonic()
    for number in range(int(seconds / POLL_SECONDS)):
        time.sleep(max(0, began + number * POLL_SECONDS - time.monotonic()))
        now = system_clock()
        yield [due for noun in TIMED for due in store.claim(noun, now, now + 2 * LEASE, AT_ONCE)]


if __name__ == "__main__":
    sys.exit(main())
