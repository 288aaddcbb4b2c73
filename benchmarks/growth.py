"""The same questions asked of forces of three sizes, side by side: none may take longer because the force is larger.

``... growth --sizes 2200,22000`` leaves out the largest, which takes minutes to load.
"""

import sys
import tempfile
import time
from pathlib import Path

from benchmarks._city import INSTANTS, KNOWN, all_ms, city_record, route_p99_ms, units_of, worst_one_ms
from benchmarks._table import machine, print_table
from muster.store.store import SqlStore

SIZES = (2_200, 22_000, 220_000)
MOST_GROWTH = 1.5
"""From the smallest force to the largest, a hundred times its size; what two runs of one thing differ by is less."""

ROUNDS = 3
AT = INSTANTS["Wednesday 0300"]
BOUNDS_MS = {
    "watch of all units": 100.0,
    "as known at a past instant": None,
    "watch of the slowest unit": 5.0,
    "the same, as known then": 50.0,
    "route, 99 of 100": 10.0,
}


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
        rounds = [[asked(store) for store in stores] for _ in range(ROUNDS)]  # in turns: all meet the same machine
        answers = [[min(times) for times in zip(*of_one, strict=True)] for of_one in zip(*rounds, strict=True)]
        for store in stores:
            store.close()
    print("\nThe same questions, Wednesday 0300, in one process, by the size of the force (the best of several)\n")
    lines = [["what", "at most", *(f"{members:,} members" for members in sizes), "growth", ""]]
    missed = False
    for (what, most), found in zip(BOUNDS_MS.items(), zip(*answers, strict=True), strict=True):
        growth = found[-1] / found[0]
        met = growth <= MOST_GROWTH and (most is None or max(found) <= most)
        missed = missed or not met
        bound = "" if most is None else f"{most:.0f} ms"
        lines.append([what, bound, *(f"{ms:.1f} ms" for ms in found), f"{growth:.2f}", "met" if met else "MISSED"])
    lines.append(["making and loading it", "", *(f"{seconds:.0f} s" for seconds in loads), "", ""])
    print_table(lines)
    print(f"\ngrowth: the largest beside the smallest, at most {MOST_GROWTH}. {machine()}")
    return 1 if missed else 0


def asked(store: SqlStore) -> list[float]:
    """What each question takes, in the order of ``BOUNDS_MS``."""
    with store.reading() as views:
        units = units_of(views)
        return [
            all_ms(views, AT),
            all_ms(views, AT, KNOWN),
            worst_one_ms(views, units, AT),
            worst_one_ms(views, units, AT, KNOWN),
            route_p99_ms(views, units, AT),
        ]


if __name__ == "__main__":
    given = sys.argv[2].split(",") if sys.argv[1:2] == ["--sizes"] else SIZES
    sys.exit(main([int(size) for size in given]))
