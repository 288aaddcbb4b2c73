"""The duty state of a whole city at an instant, read from SQLite: as loaded, and when many have signed, are absent or
have time records; beside a plain loop over the members in the same run."""

import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks._city import INSTANTS, city_record
from benchmarks._table import Measured, best_ms, report, spent_ms
from muster.domain.duty import Signing, Squad, SquadPlace, TimeRecord
from muster.domain.force_duty import DutyState, duty_state
from muster.domain.members import Absence, Member
from muster.domain.presence import DutyFile
from muster.domain.record import entered
from muster.domain.schema import Row
from muster.ports import Views
from muster.services.force_duty import force_duty
from muster.services.snapshots import snapshot
from muster.store.store import SqlStore

MEMBERS, ROUNDS = 22_000, 7
SIGNED, ABSENT, RECORDED = 2_000, 500, 300
MOST_MS = 200.0
LOOKED_BACK = timedelta(days=31)


def main() -> int:
    """0 when every target is met, before and after."""
    with tempfile.TemporaryDirectory() as folder:
        store = city_record(Path(folder), MEMBERS)
        rows = [*measured(store, "as loaded")]
        with store.writing() as record:
            record.append([entered(row, None, record.now) for row in lived(record)])
        rows += measured(store, f"{SIGNED:,} signed, {ABSENT} absent, {RECORDED} time records")
        store.close()
    return report(f"Duty state of {MEMBERS:,} members, with reading it (the best of {ROUNDS})", rows)


def measured(store: SqlStore, when: str) -> Iterator[Measured]:
    """Each instant, and one of them member by member: both must say the same."""
    for name, at in INSTANTS.items():
        with store.reading() as views:
            yield Measured(f"{name}, {when}", best_ms(partial(force_duty, views, at), ROUNDS), MOST_MS, "ms")
    with store.reading() as views:
        found: dict[str, DutyState] = {}
        plain = spent_ms(lambda: found.update(one_by_one(views, at)))
        assert found == force_duty(views, at).members
    yield Measured(f"{name}, {when}, one by one", plain, None, "ms")


def one_by_one(views: Views, at: datetime) -> Iterator[tuple[str, DutyState]]:
    """The plain loop."""
    members = [m.member for m in views.rows(Member)]
    s = snapshot(views, (), at=at, members=members, back=LOOKED_BACK)
    for m in members:
        yield m, duty_state(s.files.get(m) or DutyFile(m), s.schedule, s.profile, at)


def lived(views: Views) -> Iterator[Row]:
    """Members sign on and off on three days before each instant, each at their own minute; others are absent for some
    days, and others have been in court."""
    units = {s.squad: s.unit for s in views.rows(Squad)}
    served = {p.member: units[p.squad] for p in views.rows(SquadPlace)[:: MEMBERS // (SIGNED + ABSENT + RECORDED)]}
    for number, member in enumerate(served):
        for at in INSTANTS.values():
            if number < SIGNED:
                yield from signed(member, served[member], number, at)
            elif number < SIGNED + ABSENT:
                since = at - timedelta(days=number % 20, minutes=number)
                yield Absence(member=member, kind="leave", since=since, until=since + timedelta(days=3))
            elif number < SIGNED + ABSENT + RECORDED:
                since = at - timedelta(days=number % 10, minutes=number)
                yield TimeRecord(member=member, kind="court", since=since, until=since + timedelta(hours=4))


def signed(member: str, unit: str, number: int, at: datetime) -> Iterator[Signing]:
    """Three tours of nine hours, a day apart; the last goes on at the instant for half of them."""
    for tour in range(3):
        on = at - timedelta(days=tour, hours=8 if number % 2 else 14, minutes=number % 60)
        yield Signing(member=member, at=on, kind="on", unit=unit)
        yield Signing(member=member, at=on + timedelta(hours=9), kind="off")


if __name__ == "__main__":
    sys.exit(main())
