"""Fixtures of the tests of the API: somebody was asked, and a real server takes their answer."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.store.store import SqlStore
from tests.api.scene import NOON, Scene, set_up
from tests.doors import House, house_of, served
from tests.ground import InRecord, local
from tests.services.reached import ROWS
from tests.support import SettableClock


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force; some of its members are reached by telephone and text message."""
    return InRecord(temporary_store, clock, ROWS)


@pytest.fixture
def house(force: InRecord, temporary_store: SqlStore, clock: SettableClock) -> Iterator[House]:
    """Its record, with a server before its door."""
    with served(house_of(temporary_store, clock)) as open_house:
        yield open_house


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of the scene, made once."""
    file, clock = tmp_path_factory.mktemp("scene") / "muster.db", SettableClock()
    with closing(open_store(f"sqlite:///{file}", clock)) as store:
        set_up(InRecord(store, clock, ROWS))
    return file


@pytest.fixture
def scene(prepared: Path, tmp_path: Path, clock: SettableClock) -> Iterator[Scene]:
    """Somebody to ask for and something to ask about, with a server before it."""
    clock.at = local(NOON)
    url = f"sqlite:///{shutil.copy(prepared, tmp_path / 'scene.db')}"
    with closing(open_store(url, clock)) as store, served(house_of(store, clock)) as house:
        yield Scene(InRecord(store, clock, loaded=True), house)
