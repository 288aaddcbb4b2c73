"""The same questions asked of forces of three sizes, side by side: none may take longer because the force is larger.

``... growth --sizes 2200,22000`` leaves out the largest, which takes minutes to load.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks._city import INSTANTS, QUESTIONS, asked, best_of, city_record
from benchmarks._table import machine, print_table
from muster.store.store import SqlStore

SIZES = (2_200, 22_000, 220_000)
MOST_GROWTH = 1.5
"""From the smallest force to the largest, a hundred times its size; what two runs of one thing differ by is less."""

ROUNDS = 4
AT = INSTANTS["Wednesday 0300"]


def main(sizes: list[int]) -> int:
    """0 when every question is answered in time at every size, and not slower because of the size."""
    stores: list[SqlStore] = []
    loads: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for members in sizes:
            start = time.perf_counter()
            store = city_record(Path(folder), members)
            loads.append(time.perf_counter() - start)
            stores.append(store)
        rounds = [[asked(store, AT) for store in stores] for _ in range(ROUNDS)]  # in turns: all meet one machine
        answers = [best_of(of_one) for of_one in zip(*rounds, strict=True)]
        for store in stores:
            store.close()
    print("\nThe same questions, Wednesday 0300, in one process, by the size of the force (the best of several)\n")
    lines = [["what", "at most", *(f"{members:,} members" for members in sizes), "growth", ""]]
    missed = False
    for (what, most), found in zip(QUESTIONS.items(), zip(*answers, strict=True), strict=True):
        growth = found[-1] / found[0]
        met = growth <= MOST_GROWTH and (most is None or max(found) <= most)
        missed = missed or not met
        bound = "" if most is None else f"{most:.0f} ms"
        lines.append([what, bound, *(f"{ms:.1f} ms" for ms in found), f"{growth:.2f}", "met" if met else "MISSED"])
    lines.append(["making and loading it", "", *(f"{seconds:.0f} s" for seconds in loads), "", ""])
    print_table(lines)
    print(f"\ngrowth: the largest beside the smallest, at most {MOST_GROWTH}. {machine()}")
    return 1 if missed else 0


if __name__ == "__main__":
    given = sys.argv[2].split(",") if sys.argv[1:2] == ["--sizes"] else SIZES
    sys.exit(main([int(size) for size in given]))
