"""Kill workers at every commit, between sending and recording, and at random instants: nothing is lost, nothing is
skipped, nobody is asked again who need not be, and what came twice is marked."""

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.servers import MISSING, programs
from tests.worker import boundaries, soak

RANDOM_KILLS, CRASHING_KILLS = 240, 60


def main() -> int:
    """0 when nothing is wrong after any kill."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        at_boundaries = boundaries.kill_at_each(folder)
        print(at_boundaries.says(), flush=True)
        at_random = [soak.kill_at_random(_in(folder, "sqlite"), RANDOM_KILLS, random.Random(3))]
        print(at_random[0].says(), flush=True)
        if programs() is None:
            print(MISSING)
        else:
            at_random.append(soak.crash_the_database(_in(folder, "postgresql"), CRASHING_KILLS, random.Random(4)))
            print(at_random[1].says())
    wrong = [*at_boundaries.wrong, *(line for each in at_random for line in each.wrong)]
    print("\n".join(wrong[:40]))
    kinds = Counter(line.partition(" ")[0] for line in wrong)
    kills = at_boundaries.kills + sum(each.kills for each in at_random)
    print(f"{kills} kills; wrong: {dict(kinds) or 'nothing'}")
    return 1 if wrong else 0


def _in(folder: Path, name: str) -> Path:
    made = folder / name
    made.mkdir()
    return made


if __name__ == "__main__":
    sys.exit(main())
