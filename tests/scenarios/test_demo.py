"""The demo on a terminal: it ends with the console running, says where, and leaves what was asked for."""

import os
import pty
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from muster.cli.listening import listen
from muster.cli.replay import PORT
from muster.domain.errors import Refused
from tests.doors import ask, enters
from tests.waiting import wait_until

LONGEST_SECONDS = 60
IN_TIME_SECONDS = 20
"""Far longer than it takes to end: a process that waits for ever is ended here."""


class Terminal:
    """A demo that runs on a terminal of its own, with a folder for what is temporary."""

    def __init__(self, scenario: Path, *more: str) -> None:
        self.folder = scenario.parent / "temporary"
        self.folder.mkdir()
        self._ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "muster", "replay", str(scenario), "--demo", *more]
        self.process = subprocess.Popen(
            command,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env={**os.environ, "TMPDIR": str(self.folder)},
        )
        os.close(theirs)
        self.said = ""

    def until(self, words: str | None) -> str:
        """What it says up to these words; None: to its end."""
        while words is None or words not in self.said:
            try:
                piece = os.read(self._ours, 65536).decode(errors="replace")
            except OSError:  # how a terminal says that nobody is at its other end
                break
            self.said += piece
        assert words is None or words in self.said, self.said[-2000:]
        return self.said

    def end(self, number: int) -> int:
        """Send a signal, and wait; the status."""
        self.process.send_signal(number)
        return self.process.wait(IN_TIME_SECONDS)

    def close(self) -> None:
        """End it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._ours)


@contextmanager
def demo(scenario: Path, *more: str) -> Iterator[tuple[Terminal, str]]:
    """A demo whose console runs, and where."""
    with closing(Terminal(scenario, *more)) as terminal:
        said = terminal.until("It runs until Ctrl-C.")
        where = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert where is not None
        yield terminal, where[0]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_it_ends_with_the_console_at_the_scenario_and_takes_away_what_is_temporary(example: Path, number: int) -> None:
    with demo(example, "--port", "0") as (terminal, url):
        assert len([*terminal.folder.iterdir()]) == 1
        page = ask(url + "/now")
        assert page.status == 401
        assert "This is a demo" in page.text
        assert terminal.end(number) == 0
        assert [*terminal.folder.iterdir()] == []


def test_its_clock_goes_on_from_the_end_of_the_scenario_on_the_record_that_is_kept(example: Path) -> None:
    kept = example.parent / "kept"
    with demo(example, "--port", "0", "--keep", str(kept)) as (terminal, url):
        said = enters(url, "/pose", position="PCT-047-DESK", to="/now")
        cookie = said.headers["set-cookie"].partition(";")[0]
        page = ask(f"{url}/now", headers={"Cookie": cookie})
        assert page.status == 200
        assert re.search(r'<time datetime="2020-', page.text)
        assert f"The record is then in {kept}" in terminal.until("kept").replace("\r\n", " ")
        assert terminal.end(signal.SIGINT) == 0
    assert (kept / "record.db").is_file()
    assert [*terminal.folder.iterdir()] == []


def test_a_port_that_is_taken_is_said_before_anything_is_played(example: Path) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with closing(Terminal(example, "--port", port)) as terminal:
            said = terminal.until(None)
            assert terminal.process.wait(IN_TIME_SECONDS) == 1
    assert f"cannot listen on 127.0.0.1 port {port}" in said
    assert "loaded" not in said
    assert [*terminal.folder.iterdir()] == []


def test_where_the_usual_port_is_taken_it_finds_another(example: Path) -> None:
    try:
        taken = listen("127.0.0.1", PORT)
    except Refused:  # by somebody else: just as well
        taken = listen("127.0.0.1", 0)
    with closing(taken), demo(example) as (terminal, url):
        assert not url.endswith(f":{PORT}")
        assert ask(url + "/now").status == 401
        assert terminal.end(signal.SIGINT) == 0


def test_it_ends_and_takes_away_what_is_temporary_though_somebody_waits_for_the_record(example: Path) -> None:
    with demo(example, "--port", "0") as (terminal, url):
        (record,) = terminal.folder.glob("*/record.db")
        before = threads_of(terminal)
        with closing(sqlite3.connect(record)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = threading.Thread(target=pose, args=(url,))
            waiting.start()
            wait_until(lambda: threads_of(terminal) != before)  # until one of its own waits for the record
            assert terminal.end(signal.SIGINT) == 0
            waiting.join()
        assert [*terminal.folder.iterdir()] == []


def pose(url: str) -> None:
    """Sign in, if one is let."""
    with suppress(OSError):
        enters(url, "/pose", position="PCT-047-DESK", to="/now")


def threads_of(terminal: Terminal) -> int:
    """How many threads it has."""
    return len(list(Path(f"/proc/{terminal.process.pid}/task").iterdir()))


def test_on_a_terminal_it_prints_and_ends_where_that_is_asked(example: Path) -> None:
    with closing(Terminal(example, "--print")) as terminal:
        said = terminal.until(None)
        assert terminal.process.wait(IN_TIME_SECONDS) == 0
        assert [*terminal.folder.iterdir()] == []
    assert "Ctrl-C" not in said
    assert "Next, try:" in said


def test_in_a_pipe_it_prints_and_ends(example: Path) -> None:
    command = [sys.executable, "-m", "muster", "replay", str(example), "--demo"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=True)
    assert "Next, try:" in done.stdout
    assert "Ctrl-C" not in done.stdout
