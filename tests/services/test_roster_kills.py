"""``muster roster city`` killed with SIGKILL: what is written is whole, and --resume ends where nothing was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from muster.files.rosters import SUFFIX, read_roster, rosters_in
from muster.roster.prepare import prepare
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.support import SettableClock

LONGEST_SECONDS = 40
LOOK_SECONDS = 0.002
QUIET = subprocess.DEVNULL
CITY = ["roster", "city", "--from", "2020-10-19", "--weeks", "1", "--effort", "150", "--workers", "2", "--resume"]
WRITES = """
import sys
from pathlib import Path
from muster.files.whole import write_whole
for number in range(10**9):
    write_whole(Path(sys.argv[1]), (str(number % 10) * 200_000) + "\\n")
"""


@pytest.fixture
def force(database: Path, temporary_store: SqlStore, clock: SettableClock) -> Path:
    """The file with the small force's record; the engine is compiled."""
    InRecord(temporary_store, clock)
    prepare()
    return database


def start(force: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "muster", *CITY, "--out", str(out)]
    return subprocess.Popen(
        command, env={**os.environ, "MUSTER_DB": f"sqlite:///{force}"}, stdout=QUIET, stderr=QUIET
    )  # fmt: skip


def await_(there: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + LONGEST_SECONDS
    while not there() and process.poll() is None:
        assert time.monotonic() < ends
        time.sleep(LOOK_SECONDS)


def kill_when(force: Path, out: Path, there: Callable[[], bool]) -> None:
    """Start the command, kill it when something is there, and wait until its own processes have ended too."""
    process = start(force, out)
    await_(there, process)
    children = children_of(process.pid)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "it ended before it could be killed"
    ends = time.monotonic() + LONGEST_SECONDS
    while any(map(runs, children)):
        assert time.monotonic() < ends, "processes of a killed run go on"
        time.sleep(LOOK_SECONDS)


def children_of(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def runs(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def written(out: Path) -> int:
    return len(list(out.glob(f"*{SUFFIX}")))


def told(out: Path) -> dict[str, Any]:
    """What the files say but for the seconds, which no two runs share."""
    return {p.name: {**json.loads(p.read_text()), "seconds": 0} for p in sorted(out.glob(f"*{SUFFIX}"))}


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_city_killed_when_units_come_in_is_whole_and_ends_as_if_nobody_had_killed_it(
    force: Path, tmp_path: Path
) -> None:
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    assert start(force, unbroken).wait(LONGEST_SECONDS) == 0
    for number in (1, 2):
        kill_when(force, killed, lambda number=number: written(killed) >= number)  # type: ignore[misc]
        assert number <= len(rosters_in(killed)) < 3
    assert start(force, killed).wait(LONGEST_SECONDS) == 0
    assert len(told(killed)) == 3
    assert told(killed) == told(unbroken)


def test_a_file_is_whole_whenever_the_one_who_writes_it_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "X.txt"
    for number in range(8):
        process = subprocess.Popen([sys.executable, "-c", WRITES, str(file)], stdout=QUIET, stderr=QUIET)
        before = file.stat().st_ino if file.exists() else 0
        await_(lambda before=before: file.exists() and file.stat().st_ino != before, process)  # type: ignore[misc]
        time.sleep(0.003 * number)
        process.kill()
        assert process.wait() == -signal.SIGKILL
        text = file.read_text(encoding="utf-8")
        assert len(text) == 200_001
        assert len(set(text)) == 2, "one digit and the end of the line: one writing, not parts of two"


def test_a_half_file_of_an_older_way_of_writing_is_named(tmp_path: Path) -> None:
    file = tmp_path / f"PCT-047{SUFFIX}"
    file.write_text('{"unit": "PCT-047", "lines": {', encoding="utf-8")
    with pytest.raises(Exception, match=r"PCT-047.roster.json: must be a roster that 'muster roster city' wrote"):
        read_roster(file)
