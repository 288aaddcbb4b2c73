"""Fixtures that tests of several layers share."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from muster.bootstrap import open_store
from muster.store.store import SqlStore
from tests import servers
from tests.support import SettableClock

# One change is judged by the same examples every time; without CI=true every run looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still at ``support.NOON`` until it is moved."""
    return SettableClock()


KINDS = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of the record runs on both databases; one that asks for the file of a database is about SQLite alone."""
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", KINDS[:1] if "database" in metafunc.fixturenames else KINDS, scope="module")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where ``temporary_store`` keeps its file. Whoever asks for it is about SQLite, and gets no other database."""
    return tmp_path / "muster.db"


@pytest.fixture
def url(kind: str, tmp_path: Path) -> Iterator[str]:
    """The URL of a new record: a file that is not there yet, or an empty database of a server."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'muster.db'}"
        return
    servers.need()
    with servers.fresh_database() as made:
        yield made


@pytest.fixture
def temporary_store(url: str, clock: SettableClock) -> Iterator[SqlStore]:
    """A new store, with ``clock`` for its clock."""
    store = open_store(url, clock)
    yield store
    store.close()
