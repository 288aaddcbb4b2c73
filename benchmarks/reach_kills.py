"""Kill workers at every commit, between sending and recording, and at random instants: nothing is lost, nothing is
skipped, nobody is asked again who need not be, and what came twice is marked."""

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.worker import boundaries, soak

RANDOM_KILLS = 320


def main() -> int:
    """0 when nothing is wrong after any kill."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        at_boundaries = boundaries.kill_at_each(folder)
        print(at_boundaries.says(), flush=True)
        at_random = soak.kill_at_random(folder, RANDOM_KILLS, random.Random(3))
        print(at_random.says())
    wrong = [*at_boundaries.wrong, *at_random.wrong]
    print("\n".join(wrong[:40]))
    kinds = Counter(line.partition(" ")[0] for line in wrong)
    print(f"{at_boundaries.kills + at_random.kills} kills; wrong: {dict(kinds) or 'nothing'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
