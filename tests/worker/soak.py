"""Workers at full speed, with members who answer as it comes, and kills at random instants and boundaries."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from time import monotonic
from typing import Final

import psycopg

from muster.bootstrap import open_store
from muster.domain.escalation import Escalation
from muster.domain.taskings import Tasking
from tests import forking
from tests.keeper import Cluster
from tests.worker import ledger, lives, script
from tests.worker.lives import BOUNDARIES, KILLED, Doom, FastClock, Life
from tests.worker.sinking import arrivals, sink

PACE: Final = 300.0
"""Five minutes pass in a second: an escalation of the small force that nobody answers goes round in four."""
LEASE: Final = timedelta(minutes=15)
"""Of the fast clock: three seconds."""
WORKERS: Final = 2
LONGEST_LIFE: Final = 1.5
CRASHES: Final = 0.25
"""Of a database, for each kill of a worker."""
LOOK_SECONDS: Final = 0.005
CALM_SECONDS: Final = 60.0
"""How long workers that nobody kills any more may take until nothing is overdue."""
RUN: Final = "soak"


@dataclass(slots=True)
class Soaked:
    """What was left: kills of workers and of those who answer, and what was found in the record afterwards."""

    kills: int = 0
    restarts: int = 0
    messages: int = 0
    twice: int = 0
    stalled: int = 0
    found: Counter[str] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def says(self) -> str:
        """It in words."""
        found = ", ".join(f"{count} {name}" for name, count in self.found.items())
        crashes = f" and {self.restarts} crashes of the database" if self.restarts else ""
        stalled = f", {self.stalled} because the machine was too busy" if self.stalled else ""
        sent = f"{self.messages} messages, of which {self.twice} came twice{stalled}"
        troubles = "".join(f"\n  {count} times: {said}" for said, count in self.troubles.most_common(8))
        told = f"troubles told: {sum(self.troubles.values())}{troubles}"
        return f"{self.kills} kills at random{crashes}: {found}; {sent}; {told}"


class Soak:
    """Processes that work on one record, and are killed."""

    def __init__(self, url: str, folder: Path, port: int, chance: random.Random) -> None:
        script.begin(url)
        self.url, self.folder, self.chance = url, folder, chance
        self.kills, self.log = folder / "kills", folder / "troubles"
        clock = FastClock(script.BEGIN + timedelta(minutes=1), monotonic(), PACE)
        self.life = Life(url, port, RUN, clock, LEASE, self.log, folder / "quiet", folder / "ready")
        self.life.ready.mkdir()
        self.result = Soaked()
        self._workers = [self._worker() for _ in range(WORKERS)]
        self._members = self._answering()

    def _worker(self) -> ForkServerProcess:
        where = self.chance.choice((*BOUNDARIES, None))
        doom = None if where is None else Doom(where, self.chance.randint(1, 25), self.kills)
        return forking.begin(lives.working, self.life, doom)

    def _answering(self) -> ForkServerProcess:
        return forking.begin(lives.members, self.life, self.chance.randrange(2**32))

    def kill_some(self, kills: int, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Kill until that many were killed; one in ten is somebody who answers. ``meanwhile``: done at each."""
        while self.result.kills < kills:
            place = self.chance.randrange(len(self._workers))
            self._let_live(self._workers[place], self.chance.uniform(0, LONGEST_LIFE))
            meanwhile()
            self._kill(self._workers[place])
            if self.chance.random() < 0.1:
                self._kill(self._members)
                self._members = self._answering()
            for place, process in enumerate(self._workers):
                if not process.is_alive():
                    process.join()
                    self._count(process)
                    self._workers[place] = self._worker()

    def _let_live(self, process: ForkServerProcess, seconds: float) -> None:
        """Wait until it works, and then so long, if its doom does not come first."""
        while process.is_alive() and not (self.life.ready / str(process.pid)).exists():
            time.sleep(LOOK_SECONDS)
        process.join(seconds)

    def _kill(self, process: ForkServerProcess) -> None:
        if process.is_alive() and process.pid is not None:
            lives.note_kill(self.kills, process.pid)
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        if process is self._members:
            self._count(process)

    def _count(self, process: ForkServerProcess) -> None:
        if process.exitcode == KILLED:
            self.result.kills += 1
        else:
            self.result.wrong.append(f"DIED a process ended by itself: {process.exitcode}")

    def calm_down(self) -> datetime:
        """Receive and kill no more, let those who are left do what is due, and end them; returns until when that is."""
        self.life.quiet.touch()
        for place, process in enumerate(self._workers):
            self._kill(process)
            self._count(process)
            self._workers[place] = forking.begin(lives.working, self.life, None)
        store = open_store(self.url, self.life.clock)
        until = monotonic() + CALM_SECONDS
        while monotonic() < until:
            time.sleep(0.5)
            with store.reading() as views:
                if not ledger.overdue(views, self.life.clock(), timedelta(minutes=4)):
                    break
        store.close()
        done = self.life.clock() - LEASE
        for process in (self._members, *self._workers):
            process.terminate()
            process.join()
            if process.exitcode:
                self.result.wrong.append(f"DIED a process did not end well: {process.exitcode}")
        return done

    def look(self, at: datetime) -> Soaked:
        """What was left."""
        result, came = self.result, arrivals(self.folder / "arrivals", RUN)
        result.messages, result.twice = len(came), ledger.duplicates(came)
        result.troubles.update(self.log.read_text("utf-8").splitlines() if self.log.exists() else ())
        store = open_store(self.url)
        kills = lives.kills_in(self.kills)
        result.stalled = ledger.stalled(came, kills)
        result.wrong += ledger.wrong(store, came, kills, at, LEASE.total_seconds() / PACE)
        with store.reading() as views:
            taskings, escalations = views.rows(Tasking), views.rows(Escalation)
            result.found["taskings"] = len(taskings)
            result.found["accepted"] = sum(1 for t in taskings if t.accepted_by is not None)
            result.found["closed"] = sum(1 for t in taskings if not t.is_open)
            result.found["steps"] = sum(e.step for e in escalations)
            result.found["answers"] = sum(1 for _ in views.facts(kinds=["contact.answered"]))
            result.found["facts"] = views.head()[0]
        store.close()
        return result

    def end(self) -> None:
        """End whatever still runs."""
        for process in (*self._workers, self._members):
            if process.is_alive():
                process.kill()
            process.join()


@contextmanager
def soaking(url: str, folder: Path, chance: random.Random) -> Iterator[Soak]:
    """Workers at work, a gateway, and those who answer."""
    with sink(folder / "arrivals") as port:
        soak = Soak(url, folder, port, chance)
        try:
            yield soak
        finally:
            soak.end()


def kill_at_random(folder: Path, kills: int, chance: random.Random) -> Soaked:
    """Let two workers work on SQLite, kill one or the other so often, and look what is left."""
    with soaking(f"sqlite:///{folder / 'soak.db'}", folder, chance) as soak:
        soak.kill_some(kills)
        return soak.look(soak.calm_down())


def crash_the_database(folder: Path, kills: int, chance: random.Random) -> Soaked:
    """Let two workers work on PostgreSQL, kill one or the other so often, and in between all of the server at once."""
    cluster = Cluster(())
    try:
        cluster.start()
        with psycopg.connect(cluster.url(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE soak")
        with soaking(cluster.url("soak"), folder, chance) as soak:
            soak.kill_some(kills, partial(_perhaps_crash, soak, cluster, chance))
            return soak.look(soak.calm_down())
    finally:
        cluster.remove()


def _perhaps_crash(soak: Soak, cluster: Cluster, chance: random.Random) -> None:
    if chance.random() < CRASHES:
        lives.note_kill(soak.kills, None)
        cluster.stop(signal.SIGQUIT)  # what pg_ctl stop -m immediate does
        time.sleep(chance.uniform(0, 1))
        cluster.start()
        lives.note_kill(soak.kills, None)
        soak.result.restarts += 1
