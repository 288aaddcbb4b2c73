"""Problems of the sizes of the larger public instances, 13 to 24: what roster and bound some seconds give.

``... roster_family --seconds 120 --workers 2 --instances 13,18,24``. The problems are drawn by chance, not the
published ones, so nothing here compares with published values.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks._rosters import Outcome, solved
from benchmarks._table import machine, print_table
from muster.roster.prepare import prepare
from tests.roster.family import LARGER, drawn

HEADINGS = ("like", "members", "weeks", "tours", "penalty", "bound", "gap", "breaches", "s", "MiB", "")


def main(arguments: Sequence[str]) -> int:
    """0 when every problem has a roster without a breach, at or above its bound."""
    asked = _arguments(arguments)
    prepare(print)
    rows: list[tuple[str, ...]] = [HEADINGS]
    for number in map(int, asked.instances.split(",")):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(_one, number, asked.seconds, asked.workers).result()
        rows.append(_row(number, found))
        print(*rows[-1], flush=True)
    print(f"\nLarger problems, {asked.workers} workers, {asked.seconds:.0f} s each\n")
    print_table(rows)
    print(f"\n{machine()}")
    return int(any("MISSED" in row for row in rows))


def _one(number: int, seconds: float, workers: int) -> Outcome:
    return solved(str(number), drawn(LARGER[number], number), seconds, workers=workers)


def _row(number: int, found: Outcome) -> tuple[str, ...]:
    size = LARGER[number]
    sound = not found.breaches and found.bound <= found.penalty
    return (
        str(number), str(size.members), str(size.weeks), str(size.tours), str(found.penalty), f"{found.bound:.0f}",
        f"{found.gap:.2%}", str(found.breaches), f"{found.seconds:.0f}", f"{found.memory_mib:.0f}",
        "met" if sound else "MISSED",
    )  # fmt: skip


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="roster_family", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--instances", default=",".join(map(str, LARGER)))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
