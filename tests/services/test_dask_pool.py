"""The rosters of a city on the workers of a Dask scheduler, one of which is killed while it solves."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from muster.domain.errors import Refused
from muster.domain.rosters import UnitRoster
from muster.files.rosters import rosters_in, write_roster
from muster.roster.budget import Budget
from muster.roster.prepare import prepare
from muster.services.roster_ground import ground_of
from muster.services.rostering import Plan, roster_all, solved
from muster.services.rosters import Case, cases_of
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.services.dask_at_work import DaskAtWork
from tests.services.small import PCT, sees
from tests.support import SettableClock

MONDAY = date(2020, 10, 19)
EFFORT = 400.0
UNITS = ("PD", "PBBX", PCT)


def still() -> float:
    """A clock that does not go: the work is limited by effort."""
    return 0.0


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[DaskAtWork]:
    """A scheduler with two workers, which find the engine compiled."""
    prepare()
    folder = tmp_path / "dask"
    folder.mkdir()
    with closing(DaskAtWork(folder, 2)) as running:
        yield running


def cases(force: InRecord) -> Iterator[Case]:
    """Every unit over one week and over two."""
    for weeks in (1, 2):
        last = MONDAY + timedelta(weeks=weeks) - timedelta(days=1)
        ground = sees(force, partial(ground_of, units=UNITS, first=MONDAY, last=last))
        yield from (replace(case, unit=f"{case.unit}-{weeks}") for case in cases_of(ground, UNITS))


def test_units_of_a_worker_that_is_killed_come_from_another_each_once(
    database: object, temporary_store: SqlStore, clock: SettableClock, dask: DaskAtWork, tmp_path: Path
) -> None:
    assert database
    of = list(cases(InRecord(temporary_store, clock)))
    came: list[UnitRoster] = []
    killed: list[int] = []

    def done(roster: UnitRoster) -> None:
        came.append(roster)
        write_roster(tmp_path / "out", roster)
        at_work = [] if killed else dask.at_work()  # none for a moment, between two units
        if at_work:
            killed.append(dask.kill(at_work[0]))

    roster_all(of, len(of), Plan(1, still, effort=EFFORT, scheduler=dask.address), {}, done)
    assert killed == [-9]
    assert sorted(r.unit for r in came) == sorted(c.unit for c in of)
    published = rosters_in(tmp_path / "out")
    assert {unit: r.lines for unit, r in published.items()} == {r.unit: r.lines for r in came}
    last = came[-1]
    (case,) = (c for c in of if c.unit == last.unit)
    assert last == solved(case, Budget(EFFORT, clock=still))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere", "ftp://127.0.0.1:8786", ""])
def test_a_scheduler_that_is_not_there_is_refused_in_words(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muster.services.dask_pool.CONNECT_SECONDS", 1)
    with pytest.raises(Refused, match=r"no scheduler answers at .* it must be like tcp://HOST:8786"):
        roster_all([], 0, Plan(1, still, effort=EFFORT, scheduler=address), {}, lambda _: None)
