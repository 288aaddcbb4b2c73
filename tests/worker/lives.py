"""Lives of workers: each is a process of its own, which SIGKILL ends: at a boundary that its doom names, or whenever
whoever started it likes. They are forked from a server that has imported everything, so that a life begins at once."""

import os
import random
import signal
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from multiprocessing.managers import SyncManager
from pathlib import Path
from threading import Event, Lock, local
from time import monotonic
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, event

from muster.bootstrap import SteadyClock, links_of, notifier_of, open_store
from muster.domain.errors import MusterError
from muster.ports import Delivery, Message, Notifier
from muster.store.store import SqlStore
from muster.store.transactions import FOR, LEASES, WRITES
from muster.worker.loop import Told, Worker
from tests.forking import CONTEXT
from tests.support import SettableClock
from tests.worker import script
from tests.worker.ledger import EVERYBODY, Kill
from tests.worker.sinking import gateways

T = TypeVar("T")
Where = Literal["before commit", "after commit", "after send"]
BOUNDARIES: tuple[Where, ...] = ("before commit", "after commit", "after send")

KILLED = -signal.SIGKILL
AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Doom:
    """The boundary at which a process kills itself: the so-manieth of its kind. ``note``: where it says when."""

    where: Where
    number: int
    note: Path | None = None


@dataclass(frozen=True, slots=True)
class FastClock:
    """A clock of which all processes of a machine see the same: so many of its seconds pass in one."""

    begin: datetime
    origin: float
    pace: float

    def __call__(self) -> datetime:
        return self.begin + timedelta(seconds=self.passed())

    def passed(self) -> float:
        """Its seconds since it began."""
        return (monotonic() - self.origin) * self.pace


@dataclass(slots=True)
class Counted:
    """Counts the boundaries that a process comes to, and ends it at the one that is its doom."""

    doom: Doom | None
    counts: dict[str, int]
    lock: Any

    def passing(self, where: Where) -> None:
        """A boundary is reached."""
        with self.lock:
            self.counts[where] = self.counts.get(where, 0) + 1
            if self.doom is not None and (self.doom.where, self.doom.number) == (where, self.counts[where]):
                note_kill(self.doom.note, os.getpid())
                os.kill(os.getpid(), signal.SIGKILL)


def note_kill(note: Path | None, who: int | None) -> None:
    """Write down that a process is killed now; None: what all of them need."""
    if note is not None:
        with note.open("a") as file:
            file.write(f"{monotonic()} {EVERYBODY if who is None else who}\n")


def kills_in(note: Path) -> list[Kill]:
    """Those that were written down."""
    lines = note.read_text("utf-8").splitlines() if note.exists() else []
    return [Kill(float(at), who) for at, who in (line.split() for line in lines)]


def counted(store: SqlStore, doom: Doom | None) -> Counted:
    """The boundaries of a store: each commit that keeps anything."""
    passed, mine = Counted(doom, {}, Lock()), local()
    dialect: Any = store.engine.dialect
    commit: Callable[[Any], None] = dialect.do_commit

    def began(connection: Connection) -> None:
        mine.keeps = connection.get_execution_options().get(FOR) in (WRITES, LEASES)

    def committed(connection: Any) -> None:
        if not mine.keeps:
            commit(connection)
            return
        passed.passing("before commit")
        commit(connection)
        passed.passing("after commit")

    event.listen(store.engine, "begin", began)
    dialect.do_commit = committed
    return passed


@dataclass(frozen=True, slots=True)
class Doomed:
    """A notifier that may be killed when the gateway has the message, and nobody knows yet."""

    notifier: Notifier
    counted: Counted

    def send(self, message: Message) -> Delivery:
        """As the notifier does."""
        delivery = self.notifier.send(message)
        self.counted.passing("after send")
        return delivery


def scripted(url: str, ways: Path, ended: Path, doom: Doom | None, counts: Any = None) -> None:
    """A life in which the clock goes from due instant to due instant, and members answer by the script. ``ended``: a
    file that is there when it came to its end."""
    clock = SettableClock(script.BEGIN)
    with closing(open_store(url, clock)) as store, notifier_of(ways) as notifier:
        with store.reading() as views:
            clock.at = max(
                clock.at, *(datetime.fromisoformat(f.recorded_at) for f in views.facts(first=views.head()[0]))
            )
        passed = counted(store, doom)
        troubles = list[str]()
        works = Worker(store, Doomed(notifier, passed), links_of(store, ways), clock, _troubles(troubles), ())
        script.play(store, clock, works)
        if counts is not None:
            counts.update(passed.counts)
        if troubles:
            raise SystemExit("; ".join(troubles))
        ended.touch()


def _troubles(troubles: list[str]) -> Callable[[Told], None]:
    def tell(told: Told) -> None:
        if told.trouble is not None:
            troubles.append(told.trouble)

    return tell


@dataclass(frozen=True, slots=True)
class Life:
    """What a process at full speed is given. ``port``: of the gateway; ``log``: where it says what troubles it;
    ``quiet``: a file that is there when no more is to happen; ``ready``: where processes that have begun leave their
    numbers. What processes share otherwise, like events, a killed one may leave locked."""

    url: str
    port: int
    run: str
    clock: FastClock
    lease: timedelta
    log: Path
    quiet: Path
    ready: Path

    def trouble(self, says: str) -> None:
        """Note what troubles a process."""
        with self.log.open("a") as file:
            file.write(f"{says}\n")


def working(life: Life, doom: Doom | None) -> None:
    """A life like that of ``muster worker``, but faster: until it is told to end, or is killed."""
    stopped = _told_to_end()
    clock = SteadyClock(life.clock, lambda: monotonic() * life.clock.pace)

    def tell(told: Told) -> None:
        if told.trouble is not None:
            life.trouble(told.trouble)

    ways = gateways(life.ready / f"{os.getpid()}.toml", life.port, life.run, str(os.getpid()))
    store, links = _opened(life, clock, stopped, lambda store: links_of(store, ways))
    with closing(store), notifier_of(ways) as notifier:
        passed = counted(store, doom)
        works = Worker(store, Doomed(notifier, passed), links, clock, tell, lease=life.lease)
        (life.ready / str(os.getpid())).touch()
        works.run(stopped)


def _told_to_end() -> Event:
    stopped = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    return stopped


def _opened(life: Life, clock: SteadyClock, stopped: Event, begun: Callable[[SqlStore], T]) -> tuple[SqlStore, T]:
    """The store, and what else a process needs of it to begin: all of that may meet a database that is away."""
    while not stopped.wait(AGAIN_SECONDS):  # whoever starts a worker starts it again while its database is away
        try:
            with ExitStack() as failing:
                store = failing.enter_context(closing(open_store(life.url, clock)))
                with store.writing() as record:
                    clock.not_before(record.now)
                found = begun(store)
                failing.pop_all()
        except MusterError as said:
            life.trouble(f"start: {said}")
        else:
            return store, found
    raise SystemExit(0)


def members(life: Life, seed: int) -> None:
    """A life of those who are asked: they answer what has come to them, one way or another, and things happen."""
    chance, stopped = random.Random(seed), _told_to_end()
    clock = SteadyClock(life.clock)
    store, _ = _opened(life, clock, stopped, lambda _: None)
    with closing(store):
        while not stopped.wait(chance.uniform(0.05, 0.4)):
            try:
                if chance.random() < 0.25 and not life.quiet.exists():
                    script.receive(store, chance)
                else:
                    script.answer_any(store, chance)
            except MusterError as said:
                life.trouble(f"members: {said}")


def shared_dict() -> Any:
    """A dictionary that processes share."""
    return _manager().dict()


@cache
def _manager() -> SyncManager:
    return CONTEXT.Manager()
