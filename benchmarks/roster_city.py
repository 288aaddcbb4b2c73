"""The 77 units of a city rostered on all cores, and what is left of the time spent on those that are not settled.

``... roster_city --seconds 360 --workers 2 --units 77 --json FILE``: FILE gets what each unit cost and took. The city's
units are problems in the text format: they come from no record, so the processes are given them here.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import fields
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks._rosters import CITY, Outcome, city_gap, city_text, read, solved
from benchmarks._table import Measured, print_table, report
from muster.roster.prepare import prepare
from muster.services.rostering import FIRST_SHARE, LEAST_SECONDS

SECONDS, GAP_PERCENT, MEMORY_MIB = 360, 0.1, 1024
SHOWN = 10


def main(arguments: Sequence[str]) -> int:
    """0 when every target is met."""
    asked = _arguments(arguments)
    names = CITY[:: len(CITY) // asked.units][: asked.units]
    prepare(print)
    begun = time.monotonic()
    found = roster_city(names, asked.seconds, asked.workers)
    seconds = time.monotonic() - begun
    if asked.json:
        asked.json.write_text(json.dumps(_told(found.values(), seconds), indent=1), encoding="utf-8")
    _show_hardest(found.values())
    return report(f"{len(names)} units, {asked.workers} processes, {asked.seconds:.0f} s", _rows(found, seconds))


def roster_city(names: Sequence[str], seconds: float, workers: int) -> dict[str, Outcome]:
    """The best roster of each unit. The largest begin; none may take more than its share of the time; then those that
    are not settled go on from what they have, until all the time is spent."""
    texts = {name: city_text(name) for name in names}
    order = sorted(names, key=lambda name: -len(texts[name]))
    deadline = time.monotonic() + seconds
    found: dict[str, Outcome] = {}
    share = max(LEAST_SECONDS, FIRST_SHARE * seconds * workers / len(names))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=prepare) as pool:
        _round(pool, texts, order, share, found)
        while True:
            hard = sorted((n for n in names if not found[n].settled), key=lambda n: found[n].bound - found[n].penalty)
            left = deadline - time.monotonic() - LEAST_SECONDS  # a solve ends a little late
            if not hard or left < LEAST_SECONDS:
                return found
            _round(pool, texts, hard, max(LEAST_SECONDS, left * min(workers, len(hard)) / len(hard)), found)


def _round(
    pool: ProcessPoolExecutor, texts: Mapping[str, str], names: Sequence[str], seconds: float, found: dict[str, Outcome]
) -> None:
    """Solve each for so many seconds at most, and keep what is better; one line of progress for each."""
    running = [pool.submit(_one, name, texts[name], seconds, found.get(name)) for name in names]
    for future in as_completed(running):
        now = future.result()
        found[now.name] = now
        print(f"{now.name}: penalty {now.penalty}, at least {now.bound:.0f}, {now.seconds:.1f} s", flush=True)


def _one(name: str, text: str, seconds: float, before: Outcome | None) -> Outcome:
    """In a process of its own; never worse than before."""
    now = solved(name, read(name, text), seconds, start=None if before is None else before.roster)
    if before is None:
        return now
    best = min(now, before, key=lambda each: (each.breaches, each.penalty))
    return Outcome(
        name, now.members, best.penalty, max(now.bound, before.bound), best.breaches, now.seconds + before.seconds,
        max(now.memory_mib, before.memory_mib), best.roster,
    )  # fmt: skip


def _rows(found: Mapping[str, Outcome], seconds: float) -> list[Measured]:
    all_of = list(found.values())
    return [
        Measured("all together, by the clock", seconds, SECONDS * len(found) / len(CITY), "s"),
        Measured("hard breaches, by the checker", sum(each.breaches for each in all_of), 0, ""),
        Measured("city gap", 100 * city_gap(all_of), GAP_PERCENT, "%"),
        Measured("units that are not settled", sum(not each.settled for each in all_of), 0, ""),
        Measured("highest memory of a process", max(each.memory_mib for each in all_of), MEMORY_MIB, "MiB"),
        Measured("units proved the best there is", sum(e.penalty <= e.bound for e in all_of), None, ""),
        Measured("all penalties", sum(each.penalty for each in all_of), None, "points"),
        Measured("all bounds", sum(each.bound for each in all_of), None, "points"),
        Measured("members", sum(each.members for each in all_of), None, ""),
        Measured("seconds of the slowest unit", max(each.seconds for each in all_of), None, "s"),
    ]


def _show_hardest(found: Iterable[Outcome]) -> None:
    hardest = sorted(found, key=lambda each: (each.settled, each.bound - each.penalty))[:SHOWN]
    rows = [
        (each.name, str(each.members), str(each.penalty), f"{each.bound:.0f}", f"{each.gap:.2%}", f"{each.seconds:.1f}")
        for each in hardest
    ]
    print()
    print_table([("farthest from the bound", "members", "penalty", "bound", "gap", "seconds"), *rows])


def _told(found: Iterable[Outcome], seconds: float) -> dict[str, Any]:
    """What each unit cost and took, without the rosters."""
    kept = [field.name for field in fields(Outcome) if field.name != "roster"]
    return {"seconds": seconds, "units": [{name: getattr(each, name) for name in kept} for each in found]}


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="roster_city", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--units", type=int, default=len(CITY), choices=range(1, len(CITY) + 1), metavar="UNITS")
    parser.add_argument("--json", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
