"""``muster serve`` as a process: what it prints, what it keeps to itself, and how it ends."""

import json
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from muster.bootstrap import open_store, system_clock
from muster.cli.listening import listen
from muster.domain.contact import Contact
from tests.doors import ask, enters, house_of, post
from tests.ground import InRecord
from tests.processes import Serving, gateways_file
from tests.services.reached import ROWS, deciding, receive, step
from tests.support import SettableClock
from tests.waiting import wait_until

Asked = tuple[Contact, str]


@pytest.fixture
def asked_now(database: Path) -> Iterator[Asked]:
    """Somebody who is asked just now, by the clock of the machine, and the token of their link."""
    clock = SettableClock(system_clock())
    with closing(open_store(f"sqlite:///{database}", clock)) as store:
        force = InRecord(store, clock, ROWS)
        receive(force)
        step(force)
        first = deciding(force)[0]
        yield first, house_of(store, clock).token(first)


def test_it_says_where_it_listens_and_never_whose_link_was_opened(
    asked_now: Asked, database: Path, tmp_path: Path
) -> None:
    first, token = asked_now
    with closing(Serving(f"sqlite:///{database}", gateways_file(tmp_path))) as serving:
        page = f"{serving.url}/c/{token}"
        assert ask(page).status == 200
        assert post(page, word="refused").status == 422
        assert post(page, word="accepted").status == 303
        assert ask(f"{page}x").status == 403
    assert serving.status == 0
    listening, administrator = serving.said.splitlines()
    assert listening == f"serve: listening on {serving.url}; links lead to https://muster.example.org"
    assert f"'administrator' chooses a password at {serving.url}/password/" in administrator
    assert token not in serving.said
    assert first.member not in serving.said


def test_for_programs_it_says_so_in_json(asked_now: Asked, database: Path, tmp_path: Path) -> None:
    serving = Serving(f"sqlite:///{database}", gateways_file(tmp_path), "--json")
    serving.close()
    said = json.loads(serving.said)
    assert said["links"] == "https://muster.example.org"
    assert said["listening"].startswith("http://127.0.0.1:")


def test_it_ends_though_somebody_holds_a_connection_and_somebody_waits_for_the_record(
    asked_now: Asked, database: Path, tmp_path: Path
) -> None:
    _, token = asked_now
    serving = Serving(f"sqlite:///{database}", gateways_file(tmp_path))
    assert ask(f"{serving.url}/static/0/none").status == 404  # an answer for which no thread begins
    before, taken = threads_of(serving), list[int]()
    parts = urlsplit(serving.url)
    with closing(sqlite3.connect(database)) as other, closing(socket.create_connection(("127.0.0.1", parts.port or 0))):
        other.execute("BEGIN IMMEDIATE")
        waiting = threading.Thread(target=press, args=(f"{serving.url}/c/{token}", taken))
        waiting.start()
        wait_until(lambda: threads_of(serving) != before)  # until one of its own waits for the record
        serving.close()
        waiting.join()
    assert serving.status == 0
    assert [status for status in taken if status < 500] == []


def test_screens_that_are_open_come_to_their_end_with_it_and_nothing_is_said_of_them(
    asked_now: Asked, database: Path, tmp_path: Path
) -> None:
    serving = Serving(f"sqlite:///{database}", gateways_file(tmp_path), "--demo")
    cookie = enters(serving.url, "/pose", position="PCT-047-CO").headers["set-cookie"].partition(";")[0]
    with ExitStack() as opened:
        screens = [opened.enter_context(closing(HTTPConnection(urlsplit(serving.url).netloc))) for _ in range(3)]
        for screen in screens:
            screen.request("GET", "/now/stream", headers={"Cookie": cookie})
        streams = [screen.getresponse() for screen in screens]
        assert {stream.readline() for stream in streams} == {b"event: alive\n"}
        serving.close()
        ends = [stream.read() for stream in streams]  # raises for one that was cut off
    assert ends
    assert serving.status == 0
    assert len(serving.said.splitlines()) == 1, "nothing but where it listens"


def press(page: str, taken: list[int]) -> None:
    """Press a button, and note the answer if there is any."""
    with suppress(OSError):
        taken.append(post(page, word="accepted").status)


def threads_of(serving: Serving) -> int:
    """How many threads the server has."""
    return len(list(Path(f"/proc/{serving.process.pid}/task").iterdir()))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--port", "{port}"), "cannot listen on 127.0.0.1 port {port}: Address already in use"),
        (("--host", "no.such.host.invalid"), "cannot listen on no.such.host.invalid port"),
        (("--db", "sqlite:///none.db"), "Database none.db: there is none"),
    ],
)
def test_it_says_what_keeps_it_from_starting(
    asked_now: Asked, database: Path, tmp_path: Path, words: tuple[str, str], says: str
) -> None:
    with closing(listen("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = ["serve", "--gateways", str(gateways_file(tmp_path)), "--db", f"sqlite:///{database}"]
        more = [word.format(port=port) for word in words]
        done = subprocess.run(
            [sys.executable, "-m", "muster", *command, *more], capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert says.format(port=port) in done.stderr
    assert "Traceback" not in done.stderr
