"""Commands as people start them, each in a process of its own: how long they take, and how much memory the demo."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks._table import MIB, Measured, report

RUN = str(Path(__file__).parents[1] / "run")
PROGRAM = str(Path(__file__).parents[1] / ".venv" / "bin" / "muster")
LOAD_S, WATCH_S, HELP_S, DEMO_S, DEMO_MIB = 20.0, 1.0, 0.3, 60.0, 600.0
MEMBERS = 22_000


@dataclass(frozen=True, slots=True)
class Spent:
    """What a command took: seconds by the clock, and the most memory it had at once, in MiB."""

    seconds: float
    mib: float


def spent(arguments: Sequence[str], database: Path, program: str = RUN) -> Spent:
    """Run a command to its end; stops the benchmark when it fails."""
    environment = {**os.environ, "MUSTER_DB": f"sqlite:///{database}"}
    start = time.perf_counter()
    process = subprocess.Popen([program, *arguments], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {process.returncode}")
    return Spent(seconds, used.ru_maxrss * 1024 / MIB)


def best(arguments: Sequence[str], database: Path, program: str = RUN, times: int = 5) -> float:
    """The shortest of several runs, in seconds: what others do on the machine only ever makes a run longer."""
    return min(spent(arguments, database, program).seconds for _ in range(times))


def main() -> int:
    """0 when every target is met."""
    with tempfile.TemporaryDirectory() as folder:
        database, force = Path(folder) / "muster.db", str(Path(folder) / "force")
        spent(["muster", "city", force, "--members", str(MEMBERS)], database)
        load = spent(["muster", "load", force], database)
        again = spent(["muster", "load", force], database)
        asked = ["watch", "PCT-066", "--at", "2020-10-07T03:00"]
        watch = best(["muster", *asked], database), best(asked, database, PROGRAM)
        shown = best(["muster", "--help"], database), best(["--help"], database, PROGRAM)
        demo = spent(["demo"], database)
    rows = [
        Measured(f"muster load, {MEMBERS:,} members", load.seconds, LOAD_S, "s"),
        Measured("  memory at most", load.mib, None, "MiB"),
        Measured("  again, nothing changed", again.seconds, LOAD_S, "s"),
        Measured("./run muster watch", watch[0], WATCH_S, "s"),
        Measured("muster watch", watch[1], WATCH_S, "s"),
        Measured("./run muster --help", shown[0], HELP_S, "s"),
        Measured("muster --help", shown[1], HELP_S, "s"),
        Measured(f"./run demo, {MEMBERS:,} members", demo.seconds, DEMO_S, "s"),
        Measured("  memory at most", demo.mib, DEMO_MIB, "MiB"),
    ]
    return report("Commands started cold, by the clock (watch and --help: the best of five)", rows)


if __name__ == "__main__":
    sys.exit(main())
