"""``muster roster city`` killed with SIGKILL: what is written is whole, and --resume ends where nothing was killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from muster.files.rosters import SUFFIX, read_roster, rosters_in
from muster.roster.prepare import prepare
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.support import SettableClock
from tests.waiting import LONGEST_SECONDS, wait_until

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


def start(force: Path, out: Path, told: int = QUIET) -> subprocess.Popen[bytes]:
    """The command at work; ``told``: where it says which unit has come in."""
    command = [sys.executable, "-m", "muster", *CITY, "--out", str(out)]
    return subprocess.Popen(command, env={**os.environ, "MUSTER_DB": f"sqlite:///{force}"}, stdout=QUIET, stderr=told)


@contextmanager
def unread() -> Iterator[int]:
    """A pipe that is full: whoever says something there stands still."""
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    with suppress(BlockingIOError):
        while True:
            os.write(theirs, b" " * 4096)
    os.set_blocking(theirs, True)
    yield theirs
    os.close(theirs)
    os.close(ours)


def kill_after_a_unit(force: Path, out: Path) -> None:
    """Start the command, kill it where it says that it has written a unit, and wait for the end of its processes."""
    with unread() as told:
        process = start(force, out, told)
        wait_until(lambda: written(out))
        children = children_of(process.pid)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    wait_until(lambda: not any(map(runs, children)))


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
def test_a_city_killed_when_a_unit_has_come_in_is_whole_and_ends_as_if_nobody_had_killed_it(
    force: Path, tmp_path: Path
) -> None:
    unbroken, killed = tmp_path / "unbroken", tmp_path / "killed"
    assert start(force, unbroken).wait(LONGEST_SECONDS) == 0
    kill_after_a_unit(force, killed)
    assert len(rosters_in(killed)) == 1
    assert start(force, killed).wait(LONGEST_SECONDS) == 0
    assert len(told(killed)) == 3
    assert told(killed) == told(unbroken)


def test_a_file_is_whole_whenever_the_one_who_writes_it_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "X.txt"
    for number in range(8):
        process = subprocess.Popen([sys.executable, "-c", WRITES, str(file)], stdout=QUIET, stderr=QUIET)
        before = file.stat().st_ino if file.exists() else 0
        wait_until(lambda before=before: file.exists() and file.stat().st_ino != before)  # type: ignore[misc]
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
