"""How a roster's time grows with units, members and weeks: until it is settled, or the seconds for one problem end.

``... roster_growth --seconds 60 --workers 2 --members 100,300,1000 --weeks 4,8,26 --write docs`` measures units of the
city and problems that are drawn by chance with a fixed seed; it writes ``data/roster-growth.csv`` and
``images/roster-growth.svg`` into the folder named.
"""

import argparse
import csv
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from benchmarks._plot import Panel, svg
from benchmarks._rosters import CITY, Outcome, until_settled
from benchmarks._table import machine, print_table
from benchmarks.roster_city import roster_city
from muster.roster.prepare import prepare
from tests.roster.family import Size, drawn

TOURS, WEEK_MINUTES, SEED = 3, 2880, 5
MEMBERS, WEEKS = 40, 4
"""Members where weeks grow, and weeks where members grow."""
HEADINGS: Final = ("grows", "size", "seconds", "settled", "gap", "MiB")


@dataclass(frozen=True, slots=True)
class Grown:
    """What one size took. ``settled``: within 1 % or 1 point of the bound when it stopped."""

    grows: str
    size: int
    seconds: float
    settled: bool
    gap: float
    memory_mib: float

    def cells(self) -> tuple[str, ...]:
        """Its line of the table."""
        said = "yes" if self.settled else "no"
        return self.grows, str(self.size), f"{self.seconds:.1f}", said, f"{self.gap:.2%}", f"{self.memory_mib:.0f}"


def main(arguments: Sequence[str]) -> int:
    """0: growth is shown, and bound by nothing."""
    asked = _arguments(arguments)
    prepare(print)
    found = []
    for grown in _measured(asked):
        found.append(grown)
        print(*grown.cells(), flush=True)
    print(f"\nGrowth, {asked.workers} workers, at most {asked.seconds:.0f} s for one problem\n")
    print_table([HEADINGS, *(grown.cells() for grown in found)])
    print(f"\n{machine()}")
    if asked.write:
        _write(asked.write, found)
    return 0


def _measured(asked: argparse.Namespace) -> Iterator[Grown]:
    for members in _whole(asked.members):
        yield _one("members", members, Size(members, WEEKS, TOURS), asked)
    for weeks in _whole(asked.weeks):
        yield _one("weeks", weeks, Size(MEMBERS, weeks, TOURS), asked)
    if asked.city:
        yield _from_city(json.loads(asked.city.read_text(encoding="utf-8")))
    for units in _whole(asked.units):
        names = CITY[:: len(CITY) // units][:units]
        begun = time.monotonic()
        found = list(roster_city(names, asked.seconds * units, asked.workers).values())
        gap = max(each.gap for each in found)
        memory = max(each.memory_mib for each in found)
        yield Grown("units", units, time.monotonic() - begun, all(e.settled for e in found), gap, memory)


def _from_city(told: Mapping[str, Any]) -> Grown:
    """What ``roster_city --json`` has measured already, so that it need not be done twice."""
    units = [Outcome(**unit, roster={}) for unit in told["units"]]
    gap, memory = max(each.gap for each in units), max(each.memory_mib for each in units)
    return Grown("units", len(units), told["seconds"], all(each.settled for each in units), gap, memory)


def _one(grows: str, size: int, of: Size, asked: argparse.Namespace) -> Grown:
    """In a process of its own: what another one took of memory is not counted."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(_solved, of, asked.seconds, asked.workers).result()
    return Grown(grows, size, found.seconds, found.settled and not found.breaches, found.gap, found.memory_mib)


def _solved(size: Size, seconds: float, workers: int) -> Outcome:
    return until_settled(f"{size}", drawn(size, SEED, WEEK_MINUTES), seconds, workers)


def _write(docs: Path, found: Sequence[Grown]) -> None:
    for folder in ("data", "images"):
        (docs / folder).mkdir(exist_ok=True)
    with (docs / "data" / "roster-growth.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("grows", "size", "seconds", "settled", "gap", "memory_mib"))
        rows.writerows(
            (g.grows, g.size, f"{g.seconds:.2f}", g.settled, f"{g.gap:.5f}", f"{g.memory_mib:.0f}") for g in found
        )
    (docs / "images" / "roster-growth.svg").write_text(picture(found), encoding="utf-8")


def picture(found: Sequence[Grown]) -> str:
    """The plot of what was measured, read out value by value."""
    titles = {
        "units": ("Units", "units of a city, 4 weeks"),
        "members": ("Members of one unit", f"members, {WEEKS} weeks"),
        "weeks": ("Weeks", f"weeks, {MEMBERS} members"),
    }
    panels = [
        Panel(
            *titles[grows],
            [(float(g.size), g.seconds) for g in sorted(found, key=lambda g: g.size) if g.grows == grows],
        )
        for grows in titles
        if any(g.grows == grows for g in found)
    ]
    said = "; ".join(f"{g.size} {g.grows}: {g.seconds:.1f} s{'' if g.settled else ', not settled'}" for g in found)
    title = "Seconds until a roster is settled"
    return svg(title, f"{said}. Dashed: in proportion to the first.", "seconds", panels)


def _whole(text: str) -> list[int]:
    return [int(each) for each in text.split(",") if each]


def _arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="roster_growth", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--units", default="10,77")
    parser.add_argument("--city", type=Path, help="what roster_city --json wrote")
    parser.add_argument("--members", default="100,300,1000")
    parser.add_argument("--weeks", default="4,8,26")
    parser.add_argument("--write", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
