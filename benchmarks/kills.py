"""Kill a writer at a hundred random instants of a large append: each time all of it is there, or nothing."""

import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from muster.bootstrap import open_store, verify_views
from muster.services.record import verify

KILLS = 100
FACTS = 3000
LONGEST_SECONDS = 0.4


def killed(database: Path, round_: int, after_seconds: float) -> None:
    """Let a writer append ``FACTS`` facts, and kill it so long after it began."""
    words = ["-m", "tests.store.writers", f"sqlite:///{database}", f"R{round_}-", "1", str(FACTS)]
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            process.kill()


def outcome(database: Path, before: int) -> tuple[str, int]:
    """What a kill left, with the number of facts; raises when it is neither all nor nothing."""
    store = open_store(f"sqlite:///{database}", must_exist=True)
    with store.reading() as views:
        seq, _ = views.head()
        if seq - before not in (0, FACTS) or not verify(views).whole:
            raise SystemExit(f"{seq - before} of {FACTS} facts are there after a kill")
    stale = verify_views(store)
    store.close()
    if stale:
        raise SystemExit(f"after a kill: {stale}")
    return ("nothing" if seq == before else "all"), seq


def main() -> None:
    """Kill, look, and count; every fourth kill begins with a new database."""
    moments = random.Random(1)
    left, seq = Counter[str](), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(KILLS):
            database = Path(folder) / f"{number // 4}.db"
            before = seq if number % 4 else 0
            killed(database, number, moments.uniform(0.0, LONGEST_SECONDS))
            said, seq = outcome(database, before)
            left[said] += 1
    print(f"{KILLS} kills during an append of {FACTS} facts left {dict(left)}; the chain and the views were whole")


if __name__ == "__main__":
    main()
