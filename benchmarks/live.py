"""Many open screens of a city, served by one process: what they cost, how soon all of them show a change, and how soon
it all ends."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from benchmarks._city import city_record
from benchmarks._serving import Heard, Serving, hearing
from benchmarks._table import Measured, percentile, report
from benchmarks.console import MEMBERS, NOW, UNIT
from muster.bootstrap import clock_from, open_store
from muster.domain.competence import Asked
from muster.domain.force import Unit
from muster.ports import Clock, Record
from muster.services.desk import newest
from muster.services.duty import sign_off, sign_on
from muster.services.gate import Gate
from muster.services.taskings import receive
from muster.services.watch import watch
from muster.store.store import SqlStore

STREAMS, CHANGES, EVERY_S, QUIET_S = 200, 10, 3.0, 20.0
SHARE, SEEN_S, END_S = 20.0, 1.0, 3.0
WAITING: Final = 40
"""So many taskings wait for an answer, in as many units."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen that stays open in many browsers, and what somebody does, again and again, that shows on it: on
    ``told`` of them at least."""

    path: str
    said: str
    does: Callable[[Record], object]
    told: int


def main() -> int:
    """0 when every target is met."""
    with tempfile.TemporaryDirectory() as folder:
        city_record(Path(folder), MEMBERS).close()
        rows = list(measured(f"sqlite:///{folder}/{MEMBERS}.db"))
    return report(f"{STREAMS} open screens of a city of {MEMBERS:,} members, one process", rows)


def measured(url: str) -> Iterator[Measured]:
    """All that is measured, in a record of a city."""
    offices, holder = prepared(url)
    changes = count()
    screens = (
        Screen("/now", "signs off or on", lambda record: signs(record, holder, next(changes)), STREAMS),
        Screen("/taskings", "receives a tasking", lambda record: received(record, UNIT, f"N{next(changes)}"), 1),
    )
    with closing(Serving(url, offices)) as server, closing(open_store(url, clock_of(url))) as store:
        for screen in screens:
            yield from live(server, store, screen)
        with hearing(server, "/now", STREAMS):
            time.sleep(EVERY_S)
            yield Measured("until all is ended, with the screens open", server.stop(), END_S, "s")


def clock_of(url: str) -> Clock:
    """A clock that is not ahead of that of a demo that was served a moment ago: nothing happens later than now."""
    with closing(open_store(url)) as store, store.reading() as views:
        return clock_from(newest(views))


def prepared(url: str) -> tuple[list[str], str]:
    """Offices to sign in as, where taskings wait; and who has the watch of the unit."""
    clock = clock_from(NOW)
    with closing(open_store(url, clock)) as store, store.writing() as record:
        for unit in [u.unit for u in record.rows(Unit) if not u.civil][:WAITING]:
            received(record, unit, f"W-{unit}")
        holder = watch(record, UNIT, NOW).in_command
        offices = [position for position, _ in Gate(store, clock, b"", demo=True).poses()]
    if holder is None:
        raise SystemExit(f"nobody has the watch of {UNIT}: no change of it can be measured")
    return offices[:STREAMS], holder.member


def signs(record: Record, member: str, number: int) -> None:
    """Who has the watch signs off, and the next time on again: so its row changes each time."""
    if number % 2:
        sign_on(record, member, UNIT, record.now)
    else:
        sign_off(record, member, record.now)


def received(record: Record, unit: str, name: str) -> None:
    """A tasking comes that the unit decides."""
    receive(record, Asked("protest", unit, record.now), "a protest", "incident", name=name)


def live(server: Serving, store: SqlStore, screen: Screen) -> Iterator[Measured]:
    """It stays open in many browsers, first while nothing happens, then while something is done every few seconds."""
    with hearing(server, screen.path, STREAMS) as heard:
        time.sleep(EVERY_S)
        what = f"{STREAMS} of {screen.path}"
        yield Measured(f"{what}, nothing happens", share(server, QUIET_S), SHARE, "% of a core")
        before, began = server.processor_s(), time.perf_counter()
        told = [change(store, screen, heard) for _ in range(CHANGES)]
        spent, lasted = server.processor_s() - before, time.perf_counter() - began
        yield Measured(
            f"{what}, somebody {screen.said} every {EVERY_S:g} s", spent / lasted * 100, SHARE, "% of a core"
        )
        seen = [seconds for each in told for seconds in each]
        if not seen:  # then all of it would have measured nothing
            raise SystemExit(
                f"somebody {screen.said}, {CHANGES} times, and none of {STREAMS} open {screen.path} was told"
            )
        yield Measured("until half of those who are told show it", percentile(seen, 50), SEEN_S, "s")
        yield Measured("until the slowest shows it", max(seen), SEEN_S, "s")
        missed = screen.told - min(len(each) for each in told)
        yield Measured("screens that were not told in time", max(0, missed), 0, "")
        yield Measured("streams that ended", STREAMS - heard.open, 0, "")


def share(server: Serving, seconds: float) -> float:
    """The share of a core that it uses for so long, in per cent."""
    before = server.processor_s()
    time.sleep(seconds)
    return (server.processor_s() - before) / seconds * 100


def change(store: SqlStore, screen: Screen, heard: Heard) -> list[float]:
    """Something is done: seconds until each screen is told."""
    with store.writing() as record:
        heard.waits_for(record.head()[0] + 1)
        screen.does(record)
    done = time.perf_counter()
    time.sleep(EVERY_S)
    return [at - done for at in heard.times.values()]


if __name__ == "__main__":
    sys.exit(main())
