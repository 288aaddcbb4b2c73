"""PostgreSQL with everything written through to the disk: four writers at once, and the watch beside SQLite's."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks._city import INSTANTS, city_at
from benchmarks._table import Measured, percentile, report
from muster.bootstrap import open_store, verify_views
from muster.domain.force import Unit
from muster.ports import Views
from muster.services.record import verify
from muster.services.watch import all_watches, watch
from muster.store.store import SqlStore
from tests.keeper import Cluster
from tests.support import members

WRITERS, FACTS_EACH = 4, 500
LEAST_A_SECOND = 200
MEMBERS, TIMES = 22_000, 5


def main() -> int:
    """0 when the writers were quick enough and the chain is whole."""
    cluster = Cluster(("max_connections=20", "shared_buffers=256MB"))
    try:
        cluster.start()
        with cluster.admin() as admin:
            admin.execute("CREATE DATABASE appended")
            admin.execute("CREATE DATABASE city")
        return max(appended(cluster.url("appended")), watched(cluster.url("city")))
    finally:
        cluster.remove()


def appended(url: str) -> int:
    """Let four processes append one fact a transaction, each as fast as it can."""
    open_store(url).close()
    words = [sys.executable, "-m", "benchmarks.append_pg", url]
    writers = [
        subprocess.Popen([*words, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for name in map(str, range(WRITERS))
    ]
    for writer in writers:
        assert writer.stdout is not None
        writer.stdout.readline()  # it is ready
    began = time.perf_counter()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = [line for writer in writers for line in writer.communicate()[0].splitlines()]
    seconds, count = time.perf_counter() - began, WRITERS * FACTS_EACH
    must_be_whole(url, count)
    took = sorted(map(float, said))
    rows = [
        Measured(f"{count:,} facts by {WRITERS} writers, one a transaction", seconds, count / LEAST_A_SECOND, "s"),
        Measured("one transaction, 50 of 100", percentile(took, 50), None, "ms"),
        Measured("one transaction, 95 of 100", percentile(took, 95), None, "ms"),
        Measured("the longest transaction", took[-1], None, "ms"),
    ]
    return report(f"Appending to PostgreSQL: {count / seconds:.0f} facts a second, at least {LEAST_A_SECOND}", rows)


def must_be_whole(url: str, count: int) -> None:
    """Raise unless every fact is there, once, in a whole chain."""
    store = open_store(url)
    with store.reading() as views:
        found = verify(views)
    if found.facts != count or not found.whole or verify_views(store):
        raise SystemExit(f"{found.facts} of {count} facts are there: {list(found.says())}")
    store.close()


def write(url: str, name: str) -> None:
    """What one writer does: says that it is ready, and when told so appends, and says how long each took."""
    store = open_store(url)
    facts = members(FACTS_EACH, f"W{name}-")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    took = []
    for fact in facts:
        began = time.perf_counter()
        with store.writing() as record:
            record.append([fact])
        took.append((time.perf_counter() - began) * 1000)
    store.close()
    sys.stdout.writelines(f"{ms}\n" for ms in took)


def watched(url: str) -> int:
    """The watch of a city on both databases, by the clock: a server works beside us."""
    with tempfile.TemporaryDirectory() as folder:
        stores = {
            "SQLite": city_at(f"sqlite:///{Path(folder, 'city.db')}", MEMBERS),
            "PostgreSQL": city_at(url, MEMBERS),
        }
        rows = [row for name, store in stores.items() for row in asked(name, store)]
        for store in stores.values():
            store.close()
    return report(f"The watch of {MEMBERS:,} members, by the clock (the best of {TIMES})", rows)


def asked(name: str, store: SqlStore) -> list[Measured]:
    """How long the watch takes on one of them."""

    def all_units(views: Views) -> None:
        for at in INSTANTS.values():
            all_watches(views, at, None)

    def each_unit(views: Views) -> None:
        for unit in units:
            watch(views, unit, INSTANTS["Wednesday 0300"])

    with store.reading() as views:
        units = [u.unit for u in views.rows(Unit) if not u.civil]
        return [
            Measured(f"watch of all units, {name}", best(lambda: all_units(views)) / len(INSTANTS), None, "ms"),
            Measured(f"watch of one unit, {name}", best(lambda: each_unit(views)) / len(units), None, "ms"),
        ]


def best(do: Callable[[], object]) -> float:
    """The shortest of several runs, in milliseconds by the clock."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    return min(took)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(*sys.argv[1:])
    else:
        sys.exit(main())
