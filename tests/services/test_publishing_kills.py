"""``muster roster publish`` and ``amend`` killed with SIGKILL: all of a version is there, or nothing of it."""

import random
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.domain.published import DutyLine, Published
from muster.files.rosters import write_roster
from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.killing import facts_left, kill_after, kill_writing, seconds_of
from tests.publishing import BEFORE, CO_POST, charted
from tests.services.small import OFFICER, PCT
from tests.support import SettableClock

KILLS = 6
SIGNED = ("--by", CO_POST, "--at", BEFORE)


@pytest.fixture
def loaded(database: Path, temporary_store: SqlStore, clock: SettableClock, tmp_path: Path) -> tuple[Path, list[str]]:
    """A record with the small force, and the command that publishes its roster."""
    file = write_roster(tmp_path / "rosters", charted(InRecord(temporary_store, clock)))
    temporary_store.close()
    return database, ["roster", "publish", str(file), *SIGNED]


def lines_left(database: Path) -> tuple[int, int]:
    """The version that stands, 0 for none, and how many lines there are."""
    with closing(open_store(f"sqlite:///{database}")) as store, store.reading() as views:
        version = sum(roster.version for roster in views.rows(Published))
        return version, len(views.rows(DutyLine))


def killed(command: list[str], before: Path, tmp_path: Path, ends: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Kill the command again and again, at moments by chance and while it writes: it did nothing or all of it."""
    moments = random.Random(9)
    shutil.copyfile(before, tmp_path / "first.db")
    lasts = seconds_of(command, tmp_path / "first.db")
    assert lines_left(tmp_path / "first.db") == ends[1]
    for number in range(KILLS):
        database = tmp_path / f"{number}.db"
        shutil.copyfile(before, database)
        if number % 2:
            kill_writing(command, database, moments.uniform(0, 0.01))
        else:
            kill_after(command, database, moments.uniform(0.6, 1.05) * lasts)
        assert facts_left(database), "the chain and the views are whole"
        assert lines_left(database) in ends


def test_publishing_killed_at_any_instant_leaves_all_of_it_or_nothing(
    loaded: tuple[Path, list[str]], tmp_path: Path
) -> None:
    database, command = loaded
    killed(command, database, tmp_path, ((0, 0), (1, 21)))


def test_amending_killed_at_any_instant_leaves_one_version_or_the_other(
    loaded: tuple[Path, list[str]], tmp_path: Path
) -> None:
    database, command = loaded
    seconds_of(command, database)
    amend = ["roster", "amend", PCT, "--member", OFFICER, "--day", "2020-10-19", "--tour", "off", "--reason", "trial"]
    killed([*amend, *SIGNED], database, tmp_path, ((1, 21), (2, 21)))


def test_many_entries_amended_and_killed_at_any_instant_are_amended_all_or_not_at_all(
    loaded: tuple[Path, list[str]], tmp_path: Path
) -> None:
    database, command = loaded
    seconds_of(command, database)
    file = tmp_path / "entries.csv"
    entries = [f"{OFFICER},2020-11-{number},off" for number in ("08", "09", 10, 11, 12)]
    file.write_text("\n".join(["member,day,tour", *entries, "M0034,2020-10-19,off"]), encoding="utf-8")
    amend = ["roster", "amend", PCT, str(file), "--reason", "a trial"]
    killed([*amend, *SIGNED], database, tmp_path, ((1, 21), (7, 21)))
