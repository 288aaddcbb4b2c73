"""A city in a record, and the questions that are asked of it."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks._table import best_ms, percentile, spent_ms
from muster.bootstrap import open_store
from muster.domain.authority import Authority
from muster.domain.competence import Asked
from muster.domain.directory import Directory, Placed
from muster.domain.force import Unit
from muster.domain.schema import Row
from muster.scenarios.city import city
from muster.services.load import load
from muster.services.routing import route_matter
from muster.services.watch import all_watches, watch
from muster.store.store import SqlStore
from tests.support import SettableClock

LOADED = datetime(2020, 9, 1, 12, tzinfo=UTC)
INSTANTS = {
    "Wednesday 0300": datetime(2020, 10, 7, 7, tzinfo=UTC),
    "Wednesday 1000": datetime(2020, 10, 7, 14, tzinfo=UTC),
    "the night DST ends, 0130": datetime(2020, 11, 1, 6, 30, tzinfo=UTC),
}
KNOWN = LOADED + timedelta(days=1)


def city_record(folder: Path, members: int) -> SqlStore:
    """A record of a city with so many members, loaded by another process at ``LOADED``; its clock stands two months
    later. What a load leaves behind in memory would slow down what is measured."""
    return city_at(f"sqlite:///{folder / f'{members}.db'}", members)


def city_at(url: str, members: int) -> SqlStore:
    """The same in any database."""
    subprocess.run([sys.executable, "-m", "benchmarks._city", url, str(members)], check=True)
    return open_store(url, SettableClock(datetime(2020, 11, 2, tzinfo=UTC)))


def load_city(url: str, members: int) -> None:
    """Load a city with so many members into a new database."""
    entries: dict[str, list[Placed[Row]]] = {}
    for row in city(members, 1):
        entries.setdefault(row.NOUN, []).append(Placed(row, "city", None))
    store = open_store(url, SettableClock(LOADED))
    with store.writing() as record:
        load(record, Directory(entries))
    store.close()


QUESTIONS: Final[dict[str, float | None]] = {
    "watch of all units": 100.0,
    "watch of all units, as known then": None,
    "watch of the slowest unit": 5.0,
    "watch of the slowest unit, as known then": 50.0,
    "route, 99 of 100": 10.0,
}
"""What is asked, and how many milliseconds it may take. ``as known then``: as it was believed two months before."""


def asked(store: SqlStore, at: datetime) -> list[float]:
    """How long each question takes, in milliseconds: the best of three; of routes, 99 of 100 of every matter in every
    unit, each asked once, as a directive past the chain."""
    with store.reading() as views:
        units = [u.unit for u in views.rows(Unit) if not u.civil]
        matters = sorted({a.matter for a in views.rows(Authority)})

        def all_ms(known_at: datetime | None) -> float:
            return best_ms(lambda: all_watches(views, at, known_at), 3)

        def slowest_ms(known_at: datetime | None) -> float:
            return max(best_ms(partial(watch, views, unit, at, known_at), 3) for unit in units)

        asked = [Asked(matter, unit, at) for unit in units for matter in matters]
        routes = [spent_ms(partial(route_matter, views, each, "CITY-HALL", "CHIEF-OF-PATROL")) for each in asked]
        return [all_ms(None), all_ms(KNOWN), slowest_ms(None), slowest_ms(KNOWN), percentile(routes, 99)]


def best_of(rounds: Sequence[Sequence[float]]) -> list[float]:
    """The best that each question took in any round."""
    return [min(times) for times in zip(*rounds, strict=True)]


if __name__ == "__main__":
    load_city(sys.argv[1], int(sys.argv[2]))
