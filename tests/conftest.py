"""Fixtures that tests of several layers share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.store.store import SqlStore
from tests.support import SettableClock


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still at ``support.NOON`` until it is moved."""
    return SettableClock()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where ``temporary_store`` keeps its file."""
    return tmp_path / "muster.db"


@pytest.fixture
def temporary_store(database: Path, clock: SettableClock) -> Iterator[SqlStore]:
    """A new store in a file of its own, with ``clock`` for its clock."""
    store = open_store(f"sqlite:///{database}", clock)
    yield store
    store.close()
