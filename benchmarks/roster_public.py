"""The public staff rostering benchmark, instances 1 to 12, some seconds each: the worst of the seeds is reported.

``... roster_public --seconds 60 --workers 2 --seeds 0,1,2 --instances 1,2,3``. A solve ends early where the roster is
proved the best there is.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from typing import Final

from benchmarks._rosters import DATA, Outcome, public_text, read, solved
from benchmarks._table import machine, print_table
from muster.roster.prepare import prepare

MOST: Final = {7: 1058, 8: 1304, 12: 4041}
"""Penalties that are good enough; of the others the best known one is."""
BOUND_AWAY: Final = 0.003
FREE_BOUND: Final = frozenset({1, 9})
"""Proofs there are a stretch: their bounds are shown and bound by nothing."""
HEADINGS: Final = (
    "instance", "best known", "at most", "worst penalty", "", "best known bound", "worst bound", "", "breaches", "s",
)  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """0 when every target is met."""
    asked = _arguments(arguments)
    seeds = [int(seed) for seed in asked.seeds.split(",")]
    prepare(print)
    rows: list[tuple[str, ...]] = [HEADINGS]
    for number in (int(n) for n in asked.instances.split(",")):
        instance = read(f"Instance{number}", public_text(number))
        found = []
        for seed in seeds:
            found.append(solved(str(number), instance, asked.seconds, seed=seed, workers=asked.workers))
            now = found[-1]
            print(f"{number}, seed {seed}: {now.penalty} / {now.bound:.0f}, {now.seconds:.1f} s", flush=True)
        rows.append(_row(number, found))
    print(f"\nCurtois and Qu, {asked.workers} workers, {asked.seconds:.0f} s each, the worst of seeds {asked.seeds}\n")
    print_table(rows)
    print(f"\n{machine()}")
    return int(any("MISSED" in row for row in rows))


def _row(number: int, found: Sequence[Outcome]) -> tuple[str, ...]:
    """The line of the table: the worst of the seeds in each column."""
    best_bound, best = best_known(number)
    most = MOST.get(number, best)
    penalty, bound = max(each.penalty for each in found), min(each.bound for each in found)
    breaches = sum(each.breaches for each in found)
    bounded = "" if number in FREE_BOUND else _said(bound >= best_bound * (1 - BOUND_AWAY))
    sound = penalty <= most and not breaches
    seconds = f"{max(each.seconds for each in found):.1f}"
    return (
        str(number), str(best), str(most), str(penalty), _said(sound), str(best_bound), f"{bound:.0f}", bounded,
        str(breaches), seconds,
    )  # fmt: skip


def _said(met: bool) -> str:
    return "met" if met else "MISSED"


def best_known(number: int) -> tuple[int, int]:
    """The best bound and penalty that anybody has published."""
    with (DATA / "public" / "best_known.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["instance"] == f"Instance{number}")
    return int(row["best_lb"]), int(row["best_ub"])


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="roster_public", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--instances", default="1,2,3,4,5,6,7,8,9,10,11,12")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
