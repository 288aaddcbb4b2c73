"""``muster ledger close`` killed with SIGKILL: what was certified is there whole, or nothing of it."""

import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.domain.closings import Closing
from muster.store.store import SqlStore
from tests.accounting import faults
from tests.ground import InRecord
from tests.killing import facts_left, kill_after, kill_writing, seconds_of
from tests.services.closing import AFTER, CO_POST, court, kept
from tests.services.small import CO, PCT
from tests.support import SettableClock

KILLS = 4
CLOSE = ["ledger", "close", PCT, "--from", "2020-10-19", "--until", "2020-11-16", "--by", CO_POST, "--at", AFTER]


@pytest.fixture
def loaded(database: Path, temporary_store: SqlStore, clock: SettableClock) -> Path:
    """A record with the small force, whose ledger can be closed."""
    force = InRecord(temporary_store, clock)
    kept(force, court(CO, "2020-09-30T09:00", "2020-09-30T11:00"))
    temporary_store.close()
    return database


def version_left(database: Path) -> int:
    """The version that stands, 0 for none; what it certified is every minute once, proved by the raw facts."""
    with closing(open_store(f"sqlite:///{database}")) as store, store.reading() as views:
        assert faults(views) == []
        return sum(row.version for row in views.rows(Closing))


def test_closing_killed_at_any_instant_leaves_all_of_it_or_nothing_and_may_be_repeated(
    loaded: Path, tmp_path: Path
) -> None:
    moments = random.Random(18)
    shutil.copyfile(loaded, tmp_path / "first.db")
    lasts = seconds_of(CLOSE, tmp_path / "first.db")
    assert version_left(tmp_path / "first.db") == 1
    for number in range(KILLS):
        database = tmp_path / f"{number}.db"
        shutil.copyfile(loaded, database)
        if number % 2:
            kill_writing(CLOSE, database, moments.uniform(0, 0.01))
        else:
            kill_after(CLOSE, database, moments.uniform(0.6, 1.05) * lasts)
        assert facts_left(database), "the chain, the texts and the views are whole"
        assert version_left(database) in (0, 1)
    seconds_of(CLOSE, database)
    assert version_left(database) == 1
