"""Workers at work on a city at night: how late steps are taken, how soon messages are handed over, what waiting costs,
and how two workers share on PostgreSQL."""

import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Thread
from typing import Final

from benchmarks._city import city_at
from benchmarks._sinks import elsewhere
from benchmarks._table import Measured, percentile, report
from muster.bootstrap import SteadyClock, links_of, open_store
from muster.domain.contact import Contact
from muster.domain.force import Unit
from muster.domain.members import ContactPoint
from muster.domain.taskings import Tasking
from muster.notify.gateways import read_gateways
from muster.ports import Record
from muster.services.reach import append
from muster.services.watch import watches_at
from muster.store.store import SqlStore
from muster.worker.loop import Told, Worker
from tests.keeper import Cluster
from tests.servers import MISSING, programs
from tests.support import SettableClock
from tests.worker.lives import FastClock

MEMBERS: Final = 22_000
NIGHT: Final = datetime(2020, 10, 7, 7, tzinfo=UTC)
"""0300 of a Wednesday."""
COUNT, OVER_SECONDS = 10_000, 60
SLEEPING, ASLEEP_SECONDS = 100_000, 120
SOON: Final = timedelta(seconds=5)
"""Until the first is due: a worker has started by then."""
LONGEST_SECONDS: Final = 180


def main() -> int:
    """0 when every target is met."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [*stepping(folder / "steps.db"), *handing_over(folder / "messages.db"), *waiting(folder / "asleep.db")]
        missed = report(f"Reach on SQLite, a force of {MEMBERS:,}", rows)
    if programs() is None:
        print(f"\nNot measured on PostgreSQL: {MISSING}")
        return missed
    cluster = Cluster(("shared_buffers=256MB",))
    try:
        cluster.start()
        with cluster.admin() as admin:
            admin.execute("CREATE DATABASE reach")
        return report(f"Two workers on PostgreSQL, a force of {MEMBERS:,}", sharing(cluster.url("reach"))) or missed
    finally:
        cluster.remove()


@dataclass(frozen=True, slots=True)
class Done:
    """What one worker did, and the seconds of processor time it took: all of it, and the steps alone."""

    seconds: float
    stepping: float
    steps: int
    sent: int
    troubles: Sequence[str]


class Working:
    """A worker in a process of its own; ``end`` stops it. It prints messages where nobody reads, or has a gateway."""

    def __init__(self, url: str, clock: FastClock, gateway: str = "console") -> None:
        self._pipe, there = get_context("spawn").Pipe()
        self._process = get_context("spawn").Process(target=_work, args=(url, clock, gateway, there), daemon=True)
        self._process.start()
        self._pipe.recv()

    def end(self) -> Done:
        """What it did until now."""
        self._pipe.send("end")
        done: Done = self._pipe.recv()
        self._process.join()
        if done.troubles:
            raise SystemExit(f"a worker had trouble: {done.troubles[:3]}")
        return done


class Timed(Worker):
    """A worker that knows how much processor time its steps take."""

    stepping = 0.0

    def _step(self) -> bool:
        began = time.thread_time()
        try:
            return super()._step()
        finally:
            self.stepping += time.thread_time() - began


def _work(url: str, clock: FastClock, gateway: str, pipe: Connection) -> None:
    steps, sent, troubles = list[int](), list[bool](), list[str]()

    def tell(told: Told) -> None:
        if told.step is not None:
            steps.append(1)
        elif told.outcome is not None and told.outcome.delivery is not None:
            sent.append(told.outcome.delivery.state == "sent")
        elif told.trouble is not None:
            troubles.append(told.trouble)

    with tempfile.TemporaryDirectory() as folder, open(os.devnull, "w") as nowhere:
        ways = Path(folder) / "gateways.toml"
        names = ("telephone", "sms", "e-mail", "chat")
        lines = "".join(f'"{name}" = "{gateway}"\n' for name in names)
        ways.write_text(f'link = "https://muster.example.org"\n[channels]\n{lines}', "utf-8")
        steady, stopped = SteadyClock(clock), Event()
        with closing(open_store(url, steady)) as store, read_gateways(ways).notifier(nowhere) as notifier:
            works = Timed(store, notifier, links_of(store, ways), steady, tell)
            pipe.send("ready")
            began = time.process_time()
            Thread(target=_listen, args=(pipe, stopped)).start()
            works.run(stopped)
            pipe.send(Done(time.process_time() - began, works.stepping, len(steps), sum(sent), troubles))


def _listen(pipe: Connection, stopped: Event) -> None:
    pipe.recv()
    stopped.set()


@contextmanager
def city_night(url: str) -> Iterator[SqlStore]:
    """The city, with a clock that stands at night."""
    city_at(url, MEMBERS).close()
    with closing(open_store(url, SettableClock(NIGHT))) as store:
        yield store


def from_now() -> FastClock:
    """A clock on which it is night now, and which goes as fast as any."""
    return FastClock(NIGHT, time.monotonic(), 1.0)


def received(record: Record, first: datetime, over: timedelta) -> None:
    """Receive taskings in every precinct; the escalation of each is due when it was received: evenly from ``first``."""
    places = [u.unit for u in record.rows(Unit, level="precinct")]
    watches = watches_at(record, places, NIGHT)
    owners = {place: holder.position for place in places if (holder := watches.due(place).holder)}
    append(
        record,
        (
            Tasking(
                tasking=f"B{number}",
                kind="incident",
                what="a crowd gathers",
                matter="protest",
                place=(place := places[number % len(places)]),
                competent_unit=place,
                people=100,
                received_at=first + over * number / COUNT,
                owner=owners[place],
            ).received()
            for number in range(COUNT)
        ),
    )


def queued(record: Record, count: int, first: datetime, apart: timedelta) -> None:
    """Queue so many notices of one tasking, to every member who has a telephone, and again."""
    received_at = record.now
    places = [u.unit for u in record.rows(Unit, level="precinct")]
    owner = watches_at(record, places[:1], NIGHT).due(places[0]).holder
    assert owner is not None
    tasking = Tasking(
        tasking="N1", kind="order", what="be ready", place=places[0], competent_unit=places[0],
        received_at=received_at, owner=owner.position,
    )  # fmt: skip
    append(record, [tasking.received(), *tasking.accept(owner.position, owner.member, received_at)])
    there = record.rows(ContactPoint, channel="telephone")
    record.append(
        Contact(
            subject="N1",
            purpose="notice",
            step=2 + number // len(there),
            member=there[number % len(there)].member,
            channel="telephone",
            says="to be ready",
            queued_at=received_at,
            due_at=first + apart * number,
            expires_at=first + timedelta(days=40),
        ).queued()
        for number in range(count)
    )


def stepping(database: Path) -> list[Measured]:
    """How late steps are that come due over a minute."""
    url = f"sqlite:///{database}"
    with city_night(url) as store:
        with store.writing() as record:
            received(record, NIGHT + SOON, timedelta(seconds=OVER_SECONDS))
        clock = from_now()
        worker = Working(url, clock)
        wait_until(clock, NIGHT + SOON + timedelta(seconds=OVER_SECONDS + 3))
        done = worker.end()
        return [
            *lateness(store),
            Measured(f"{what()}: processor time of claiming, deciding and recording", done.stepping, 10, "s"),
            Measured(f"{what()}: processor time with {COUNT:,} messages printed", done.seconds, None, "s"),
        ]


def what() -> str:
    """How the rows of steps begin."""
    return f"{COUNT:,} steps due over {OVER_SECONDS} s"


def lateness(store: SqlStore) -> list[Measured]:
    """How late the first steps of all taskings were taken."""
    late = dict[str, float]()
    with store.reading() as views:
        due = {t.tasking: t.received_at for t in views.rows(Tasking) if t.tasking.startswith("B")}
        for said in views.facts(kinds=["escalation.stepped"]):
            name = said.stream.partition("/")[2]
            if name in due:
                late.setdefault(name, (datetime.fromisoformat(said.recorded_at) - due[name]).total_seconds())
    if len(late) != COUNT:
        raise SystemExit(f"{len(late)} of {COUNT} steps were taken")
    return [
        Measured(f"{what()}: late, half of them at most", percentile(list(late.values()), 50), None, "s"),
        Measured(f"{what()}: late, 95 of 100 at most", percentile(list(late.values()), 95), 0.5, "s"),
        Measured(f"{what()}: late, all at most", max(late.values()), 1.5, "s"),
    ]


def handing_over(database: Path) -> list[Measured]:
    """How soon messages that are all due at once are with a gateway, and recorded as sent."""
    url = f"sqlite:///{database}"
    with city_night(url) as store, elsewhere("webhook") as sink:
        with store.writing() as record:
            queued(record, COUNT, NIGHT + SOON, timedelta(0))
        clock = from_now()
        worker = Working(url, clock, sink.url)
        there = 0
        while there < COUNT and clock() < NIGHT + timedelta(seconds=LONGEST_SECONDS):
            time.sleep(1)
            there = len(sink.received())
        done = worker.end()
        with store.reading() as views:
            sent = [datetime.fromisoformat(f.recorded_at) for f in views.facts(kinds=["contact.sent"])]
        if not there == len(sent) == COUNT:
            raise SystemExit(f"of {COUNT} messages {there} came, and {len(sent)} are on record")
        seconds = (max(sent) - NIGHT - SOON).total_seconds()
    return [
        Measured(f"{COUNT:,} messages due at once: until the last was handed over and recorded", seconds, 30, "s"),
        Measured(f"{COUNT:,} messages due at once: processor time of the worker", done.seconds, None, "s"),
    ]


def waiting(database: Path) -> list[Measured]:
    """What a worker costs that has nothing to do for now."""
    url = f"sqlite:///{database}"
    with city_night(url) as store:
        with store.writing() as record:
            queued(record, SLEEPING, NIGHT + timedelta(days=1), timedelta(seconds=1))
        clock = from_now()
        worker = Working(url, clock)
        wait_until(clock, clock() + timedelta(seconds=ASLEEP_SECONDS))
        done = worker.end()
    percent = 100 * done.seconds / ASLEEP_SECONDS
    return [Measured(f"{SLEEPING:,} timers asleep: share of a core", percent, 1, "%")]


def sharing(url: str) -> list[Measured]:
    """How two workers share what is due."""
    with city_night(url) as store:
        with store.writing() as record:
            received(record, NIGHT + SOON, timedelta(seconds=OVER_SECONDS))
        clock = from_now()
        workers = [Working(url, clock), Working(url, clock)]
        wait_until(clock, NIGHT + SOON + timedelta(seconds=OVER_SECONDS + 3))
        done = [worker.end() for worker in workers]
        steps = 100 * max(d.steps for d in done) / sum(d.steps for d in done)
        sent = 100 * max(d.sent for d in done) / sum(d.sent for d in done)
        return [
            *lateness(store),
            Measured("steps: the share of the one that took more", steps, 60, "%"),
            Measured("messages: the share of the one that sent more", sent, 60, "%"),
            Measured(f"{what()}: processor time of both", sum(d.seconds for d in done), None, "s"),
        ]


def wait_until(clock: FastClock, at: datetime) -> None:
    """Wait until the clock says so."""
    time.sleep(max(0.0, (at - clock()).total_seconds()))


if __name__ == "__main__":
    sys.exit(main())
