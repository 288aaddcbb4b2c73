"""The watch and the route on a city, in one process: as loaded, and after two months of signings and taskings."""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks._city import INSTANTS, QUESTIONS, asked, best_of, city_record
from benchmarks._table import Measured, report
from muster.domain.competence import Asked
from muster.domain.duty import Signing
from muster.domain.force import Position, Title, Unit
from muster.domain.members import Appointment
from muster.domain.record import entered
from muster.ports import Views
from muster.services import taskings
from muster.store.store import SqlStore

MEMBERS = 22_000
ROUNDS = 4
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
    """Every question at every instant, in rounds: a machine that is busy for a while slows down one of them."""
    rounds = [[asked(store, at) for at in INSTANTS.values()] for _ in range(ROUNDS)]
    return [
        Measured(f"{what}, {name}, {when}", ms, most, "ms")
        for name, of_instant in zip(INSTANTS, zip(*rounds, strict=True), strict=True)
        for (what, most), ms in zip(QUESTIONS.items(), best_of(of_instant), strict=True)
    ]


def live_two_months(store: SqlStore) -> None:
    """All who hold command and tour positions sign on and off for three tours in two months, as many of them on any
    day as on another, and have rested since; taskings are received everywhere."""
    last = INSTANTS["Wednesday 0300"]
    with store.writing() as record:
        units = [u.unit for u in record.rows(Unit) if not u.civil]
        signings = [
            Signing(member=member, at=last - timedelta(days=day, hours=hours), kind=kind, unit=unit)
            for tour in range(TOURS_EACH)
            for number, member in enumerate(_watchkeepers(record))
            for day in (2 + number % EVERY_DAYS + EVERY_DAYS * tour,)
            for hours, kind, unit in ((8, "on", units[number % len(units)]), (0, "off", None))
        ]
        record.append([entered(signing, None, signing.at) for signing in signings[:SIGNINGS]])
        for number in range(TASKINGS):
            matter = Asked("protest", units[number % len(units)], last - timedelta(seconds=number))
            taskings.receive(record, matter, f"protest {number}", "incident", name=f"B{number}")


def _watchkeepers(views: Views) -> list[str]:
    titles = {t.title for t in views.rows(Title) if t.kind in ("command", "tour")}
    posts = {p.position for p in views.rows(Position, title=titles)}
    return sorted({a.member for a in views.rows(Appointment, position=posts)})


if __name__ == "__main__":
    sys.exit(main())
