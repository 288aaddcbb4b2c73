"""What the benchmarks share: measuring, and a table of what was measured beside what it may take."""

import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MIB = 2**20
HEADINGS = ("what", "at most", "measured", "")


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing measured, in ``unit``; ``most`` None: shown beside the others, bound by nothing."""

    what: str
    value: float
    most: float | None
    unit: str

    @property
    def met(self) -> bool:
        """Whether it took no more than it may."""
        return self.most is None or self.value <= self.most

    def cells(self) -> tuple[str, ...]:
        """Its line of the table."""
        said = "" if self.most is None else "met" if self.met else "MISSED"
        return self.what, "" if self.most is None else _shown(self.most, self.unit), _shown(self.value, self.unit), said


def report(title: str, rows: Sequence[Measured]) -> int:
    """Print the table; 0 when every target is met, else 1."""
    print(f"\n{title}\n")
    print_table([HEADINGS, *(row.cells() for row in rows)])
    print(f"\n{machine()}")
    return 0 if all(row.met for row in rows) else 1


def print_table(lines: Sequence[Sequence[str]]) -> None:
    """Columns as wide as they must be, the first to the left and the others to the right."""
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        first, *others = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        print("  ".join([first.strip().ljust(widths[0]), *others]).rstrip())


def machine() -> str:
    """What it was measured on, and how busy that was: a busy machine measures too long."""
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {load:.1f} processes running on average"


def best_ms(do: Callable[[], object], times: int) -> float:
    """The shortest of several runs, in milliseconds: what others do on the machine only ever makes a run longer."""
    return min(spent_ms(do) for _ in range(times))


def spent_ms(do: Callable[[], object]) -> float:
    """How long one run takes, in milliseconds of processor time of this process. Nothing waits here for a disk or a
    network, so that is what a clock shows where nobody else is at work."""
    start = time.process_time()
    do()
    return (time.process_time() - start) * 1000


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest of the values that so many per cent of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _shown(value: float, unit: str) -> str:
    return f"{value:.0f} {unit}" if value >= 100 or value == int(value) else f"{value:.2g} {unit}"
