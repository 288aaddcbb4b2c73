"""Killed at any instant, a load or a command leaves all of it or nothing, and the database opens clean."""

import random
import shutil
from pathlib import Path

import pytest

from tests.killing import facts_left, kill_after, seconds_of

KILLS = 14
LATEST = 1.1  # of the time a command takes: some end before they are killed
ORDER = ("order", "give", "X", "--what", "be ready", "--from", "CHIEF-OF-DEPARTMENT", "--level", "precinct")


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small force as a directory, and loaded as ``loaded.db`` beside it."""
    folder = tmp_path_factory.mktemp("kills")
    seconds_of(["new", str(folder / "force")], folder / "none.db")
    seconds_of(["load", str(folder / "force")], folder / "loaded.db")
    seconds_of(["backup", str(folder / "copy.db")], folder / "loaded.db")
    return folder


def test_a_load_killed_at_any_instant_leaves_all_of_it_or_nothing(force: Path, tmp_path: Path) -> None:
    whole, moments = facts_left(force / "loaded.db"), random.Random(7)
    lasts = seconds_of(["load", str(force / "force")], tmp_path / "first.db")
    for number in range(KILLS):
        database = tmp_path / f"{number}.db"
        kill_after(["load", str(force / "force")], database, moments.uniform(0.3, LATEST) * lasts)
        assert facts_left(database) in (0, whole)


def test_a_command_killed_at_any_instant_leaves_all_of_it_or_nothing(force: Path, tmp_path: Path) -> None:
    before, moments = facts_left(force / "loaded.db"), random.Random(8)
    shutil.copyfile(force / "copy.db", tmp_path / "first.db")
    lasts = seconds_of([*ORDER, "--level", "borough"], tmp_path / "first.db")
    done = facts_left(tmp_path / "first.db")
    for number in range(KILLS):
        database = tmp_path / f"{number}.db"
        shutil.copyfile(force / "copy.db", database)
        kill_after([*ORDER, "--level", "borough"], database, moments.uniform(0.5, LATEST) * lasts)
        assert facts_left(database) in (before, done)
    assert done == before + 5  # the order, and for each of two units a tasking and the search for whoever takes it


def test_a_roll_call_killed_at_any_instant_leaves_all_of_it_or_nothing(force: Path, tmp_path: Path) -> None:
    call = ["roll-call", "take", "PCT-047", "--tour", "2315x0750", "--all-present", "--except", "M0032,M0033"]
    call += ["--late", "M0034@2318", "--by", "M0023", "--at", "2020-10-06T23:20"]
    before, moments = facts_left(force / "loaded.db"), random.Random(9)
    shutil.copyfile(force / "copy.db", tmp_path / "first.db")
    lasts = seconds_of(call, tmp_path / "first.db")
    done = facts_left(tmp_path / "first.db")
    for number in range(KILLS // 2):
        database = tmp_path / f"{number}.db"
        shutil.copyfile(force / "copy.db", database)
        kill_after(call, database, moments.uniform(0.5, LATEST) * lasts)
        assert facts_left(database) in (before, done)
        seconds_of(call, database)
        assert facts_left(database) == done  # whoever calls the roll again ends where nobody was killed
    # six members sign on or off, one of them both; the call; for each of two missing a tasking and the search
    assert done == before + 7 + 1 + 4
