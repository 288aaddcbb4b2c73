"""The watch and the route on a city, in one process: as loaded, and after two months of signings and taskings."""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks._city import INSTANTS, KNOWN, all_ms, city_record, route_p99_ms, units_of, worst_one_ms
from benchmarks._table import Measured, report
from muster.domain.competence import Asked
from muster.domain.duty import Signing
from muster.domain.force import Position, Title
from muster.domain.members import Appointment
from muster.domain.record import entered
from muster.ports import Views
from muster.services import taskings
from muster.store.store import SqlStore

MEMBERS = 22_000
ALL_MS, ONE_MS, KNOWN_MS, ROUTE_MS = 100.0, 5.0, 50.0, 10.0
SIGNINGS, TOURS_EACH, EVERY_DAYS = 10_000, 3, 20
TASKINGS = 2_000


def main() -> int:
    """0 when every target is met, before and after."""
    with tempfile.TemporaryDirectory() as folder:
        store = city_record(Path(folder), MEMBERS)
        rows = measured(store, "as loaded")
        live_two_months(store)
        rows += measured(store, f"after {SIGNINGS:,} signings and {TASKINGS:,} taskings")
        store.close()
    return report(f"Watch and route, {MEMBERS:,} members, in one process (the best of several)", rows)


def measured(store: SqlStore, when: str) -> list[Measured]:
    """Every question at every instant."""
    rows = []
    with store.reading() as views:
        units = units_of(views)
        for name, at in INSTANTS.items():
            place = f"{name}, {when}"
            rows += [
                Measured(f"watch of all {len(units)} units, {place}", all_ms(views, at), ALL_MS, "ms"),
                Measured(f"  as known at a past instant, {place}", all_ms(views, at, KNOWN), None, "ms"),
                Measured(f"watch of the slowest unit, {place}", worst_one_ms(views, units, at), ONE_MS, "ms"),
                Measured(f"  as known then, {place}", worst_one_ms(views, units, at, KNOWN), KNOWN_MS, "ms"),
                Measured(f"route, 99 of 100, {place}", route_p99_ms(views, units, at), ROUTE_MS, "ms"),
            ]
    return rows


def live_two_months(store: SqlStore) -> None:
    """All who hold command and tour positions sign on and off for three tours in two months, as many of them on any
    day as on another, and have rested since; taskings are received everywhere."""
    last = INSTANTS["Wednesday 0300"]
    with store.writing() as record:
        units = units_of(record)
        signings = [
            Signing(member=member, at=last - timedelta(days=day, hours=hours), kind=kind, unit=unit)
            for tour in range(TOURS_EACH)
            for number, member in enumerate(_watchkeepers(record))
            for day in (2 + number % EVERY_DAYS + EVERY_DAYS * tour,)
            for hours, kind, unit in ((8, "on", units[number % len(units)]), (0, "off", None))
        ]
        record.append([entered(signing, None, signing.at) for signing in signings[:SIGNINGS]])
        for number in range(TASKINGS):
            asked = Asked("protest", units[number % len(units)], last - timedelta(seconds=number))
            taskings.receive(record, asked, f"protest {number}", "incident", name=f"B{number}")


def _watchkeepers(views: Views) -> list[str]:
    titles = {t.title for t in views.rows(Title) if t.kind in ("command", "tour")}
    posts = {p.position for p in views.rows(Position, title=titles)}
    return sorted({a.member for a in views.rows(Appointment, position=posts)})


if __name__ == "__main__":
    sys.exit(main())
