"""How long verifying a record of a million facts takes (at most 20 s), and appending them. ``... 1000000`` facts."""

import sys
import tempfile
import time
from pathlib import Path

from muster.bootstrap import open_store
from muster.services.record import verify
from tests.support import members

MOST_SECONDS = 20.0
A_LOAD = 100_000


def main(count: int) -> int:
    """0 when verifying was quick enough."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'muster.db'}"
        store = open_store(url)
        appended = 0.0
        for number in range(0, count, A_LOAD):
            facts = members(min(A_LOAD, count - number), f"M{number}-")
            start = time.perf_counter()
            with store.writing() as record:
                record.append(facts)
            appended += time.perf_counter() - start
        print(f"appended {count} facts in {appended:.1f} s, {appended / count * 150_000:.1f} s for 150,000")
        start = time.perf_counter()
        with store.reading() as views:
            found = verify(views)
        seconds = time.perf_counter() - start
        store.close()
    allowed = MOST_SECONDS * count / 1_000_000
    print(f"verified {found.facts} facts in {seconds:.1f} s (at most {allowed:.1f} s): {list(found.says())[-1]}")
    return 0 if found.whole and seconds <= allowed else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
