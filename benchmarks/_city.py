"""A city in a record, and the questions that are asked of it."""

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._table import best_ms, percentile, spent_ms
from muster.bootstrap import open_store
from muster.domain.authority import Authority
from muster.domain.competence import Asked
from muster.domain.directory import Directory, Placed
from muster.domain.force import Unit
from muster.domain.schema import Row
from muster.ports import Views
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
    database = folder / f"{members}.db"
    subprocess.run([sys.executable, "-m", "benchmarks._city", str(database), str(members)], check=True)
    return open_store(f"sqlite:///{database}", SettableClock(datetime(2020, 11, 2, tzinfo=UTC)))


def load_city(database: Path, members: int) -> None:
    """Load a city with so many members into a new database."""
    entries: dict[str, list[Placed[Row]]] = {}
    for row in city(members, 1):
        entries.setdefault(row.NOUN, []).append(Placed(row, "city", None))
    store = open_store(f"sqlite:///{database}", SettableClock(LOADED))
    with store.writing() as record:
        load(record, Directory(entries))
    store.close()


def units_of(views: Views) -> list[str]:
    """Precincts, boroughs, bureaus and the department: every unit below civil authority."""
    return [u.unit for u in views.rows(Unit) if not u.civil]


def all_ms(views: Views, at: datetime, known_at: datetime | None = None) -> float:
    """The watch of every unit at one instant: the best of seven."""
    return best_ms(lambda: all_watches(views, at, known_at), 7)


def worst_one_ms(views: Views, units: Sequence[str], at: datetime, known_at: datetime | None = None) -> float:
    """The watch of that unit which takes longest, each the best of five."""
    return max(best_ms(lambda unit=unit: watch(views, unit, at, known_at), 5) for unit in units)  # type: ignore[misc]


def route_p99_ms(views: Views, units: Sequence[str], at: datetime) -> float:
    """What 99 of 100 routes do not exceed, every matter in every unit, by directive; the best of three rounds."""
    matters = sorted({a.matter for a in views.rows(Authority)})
    asked = [Asked(matter, unit, at) for unit in units for matter in matters]
    rounds = (
        [spent_ms(lambda a=a: route_matter(views, a, "CITY-HALL", "CHIEF-OF-PATROL")) for a in asked]  # type: ignore[misc]
        for _ in range(3)
    )
    return min(percentile(each, 99) for each in rounds)


if __name__ == "__main__":
    load_city(Path(sys.argv[1]), int(sys.argv[2]))
