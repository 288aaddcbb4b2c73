"""The worker as it is started: told to end in the middle, with a disk that is full for a while, with a clock that is
behind the record."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

from muster.bootstrap import open_store, system_clock, verify_views
from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.ports import Clock
from muster.services.record import verify
from muster.store.store import SqlStore
from tests.ground import SMALL, InRecord
from tests.sinks import Post, WebhookSink
from tests.support import SettableClock
from tests.waiting import LONGEST_SECONDS, wait_until
from tests.worker import script

GATEWAYS = """
link = "https://muster.example.org"
[channels]
telephone = "{url}"
sms = "{url}"
"e-mail" = "{url}"
chat = "{url}"
"""


class Slow:
    """A gateway that takes its first messages only when it is let go."""

    def __init__(self) -> None:
        self.let_go = Event()

    def __call__(self, _: Post) -> int:
        """Its answer, at last."""
        self.let_go.wait()
        return 200


def begun(url: str, clock: Clock, taskings: int) -> SqlStore:
    """A record in which so many things were received just now."""
    store = open_store(url, clock)
    InRecord(store, SettableClock(clock()), [*SMALL, *script.MORE])
    with store.writing() as record:
        for number in range(taskings):
            script.happens(record, f"T{number + 1}")
    return store


@contextmanager
def worker(
    url: str, folder: Path, hook: WebhookSink, *more: str, says: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[str]]:
    """``muster worker``; killed in the end if it still runs. ``says``: where what it does is told, in JSON."""
    ways = folder / "gateways.toml"
    ways.write_text(GATEWAYS.format(url=hook.url()), "utf-8")
    words = [sys.executable, "-m", "muster", "worker", "--gateways", str(ways), "--json", *more]
    environment = {**os.environ, "MUSTER_DB": url}
    with subprocess.Popen(words, env=environment, stdout=says, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def while_it_runs(holds: Callable[[], object], process: subprocess.Popen[str]) -> None:
    """Wait until something holds while the process runs."""
    wait_until(lambda: holds() or process.poll() is not None)
    assert process.poll() is None, f"it ended with {process.returncode}"


def has_taken(number: signal.Signals, process: subprocess.Popen[str]) -> bool:
    """Whether a signal sent to the process is not pending any more."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines())
    return not int(status["ShdPnd"], 16) & 1 << (number - 1)


def contacts(store: SqlStore, state: str) -> set[str]:
    """The keys of the contacts that are in that state."""
    with store.reading() as views:
        return {c.key for c in views.rows(Contact, state=state)}


def came(hook: WebhookSink) -> list[str]:
    """The references of what was posted."""
    return [str(post.json["reference"]) for post in hook.received]


def test_a_worker_told_to_end_records_what_it_sends_and_gives_back_what_it_did_not_begin(
    url: str, tmp_path: Path
) -> None:
    gateway = Slow()
    with closing(begun(url, system_clock, 40)) as store, WebhookSink(gateway) as hook:
        with worker(url, tmp_path, hook) as process:
            while_it_runs(lambda: len(came(hook)) >= 16, process)
            process.terminate()
            while_it_runs(lambda: has_taken(signal.SIGTERM, process), process)  # else it may send them all before
            gateway.let_go.set()
            assert process.wait(LONGEST_SECONDS) == 0
        assert contacts(store, "sent") == set(came(hook))
        assert len(came(hook)) == len(set(came(hook)))
        now = system_clock()
        left = store.claim(Contact.NOUN, now, now + timedelta(seconds=60), 1000)
        assert len(left) > 20
        assert {due.key for due in left} <= contacts(store, "waiting")
        assert {due.tries for due in left} == {1}  # given back, as if they had never been claimed


def test_a_worker_with_a_full_disk_says_so_and_goes_on_when_there_is_room(database: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{database}"
    with closing(begun(url, system_clock, 1)) as store, WebhookSink() as hook:
        with worker(url, tmp_path, hook, says=subprocess.PIPE) as process:
            while_it_runs(lambda: contacts(store, "sent"), process)
            _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, most))  # no file of it can grow
            with store.writing() as record:
                script.happens(record, "T2")
            assert process.stdout is not None
            said = (trouble for line in process.stdout if (trouble := json.loads(line)["trouble"]))
            assert "room" in next(said)  # SQLite calls it a full disk, or one that refuses, as it happens to find out
            with store.reading() as views:
                assert (found := views.row(Escalation, "T2")) is not None
                assert found.step == 0
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
            while_it_runs(lambda: any(key.startswith("T2/decide/1/") for key in contacts(store, "sent")), process)
            process.terminate()
            assert process.wait(LONGEST_SECONDS) == 0
        assert contacts(store, "sent") == set(came(hook))
        assert len(came(hook)) == len(set(came(hook)))
        with store.reading() as views:
            assert verify(views).whole
        assert verify_views(store) == []


def test_a_worker_whose_clock_is_behind_the_record_does_what_is_due_by_the_record(url: str, tmp_path: Path) -> None:
    ahead = SettableClock(system_clock() + timedelta(days=1))
    with closing(begun(url, ahead, 1)) as store, WebhookSink() as hook:
        with worker(url, tmp_path, hook, "--once") as process:
            assert process.wait(LONGEST_SECONDS) == 0
        assert any(key.startswith("T1/decide/1/") for key in came(hook))
        assert contacts(store, "sent") == set(came(hook))
        with store.reading() as views:
            times = [said.recorded_at for said in views.facts()]
        assert times == sorted(times)
