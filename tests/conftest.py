"""Fixtures that tests of several layers share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from muster.bootstrap import open_store
from muster.store.store import SqlStore
from tests.support import SettableClock

# One change is judged by the same examples every time; without CI=true every run looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")


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
