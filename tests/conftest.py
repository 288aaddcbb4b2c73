"""Fixtures that tests of several layers share."""

import gc
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from muster.bootstrap import open_store
from muster.store.store import SqlStore
from tests import servers
from tests.support import SettableClock

# One change is judged by the same examples every time; without CI=true every run looks for new ones. How long one takes
# is no fault: the machine may have much else to do.
TIMELESS: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("local", **TIMELESS)
settings.register_profile("ci", derandomize=True, max_examples=60, **TIMELESS)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")


@pytest.fixture
def clock() -> SettableClock:
    """A clock that stands still at ``support.NOON`` until it is moved."""
    return SettableClock()


DIALECTS = ("sqlite", "postgresql")
ABOVE = frozenset(Path(__file__).parent / layer for layer in ("api", "cli", "documents", "scenarios", "web"))
"""Layers that reach the record through services alone."""
SERVICES = Path(__file__).parent / "services"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test of the record runs on both databases; one that asks for the file of a database is about SQLite alone, and
    so are those of what stands above services."""
    if "dialect" in metafunc.fixturenames:
        metafunc.parametrize("dialect", _dialects(metafunc), scope="module")


def _dialects(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    """The databases of a test; of services each runs on one of the two, by its name, and with MUSTER_BOTH=1 on both."""
    layer = metafunc.definition.path.parent
    if "database" in metafunc.fixturenames or layer in ABOVE:
        return DIALECTS[:1]
    if layer == SERVICES and "MUSTER_BOTH" not in os.environ:
        return (DIALECTS[crc32(metafunc.definition.nodeid.encode()) % 2],)
    return DIALECTS


LONGEST = ("simulated", "worker", "web", "test_docs.py", "services", "store")
"""What is begun first, the longest before the others: none is left for the end, when the other processors rest."""
LIVED = "tests/simulated/"


class TogetherWhereShared(LoadScopeScheduling):  # type: ignore[misc]
    """A module in one process; all that looks at a period in the one that has lived it."""

    def _split_scope(self, nodeid: str) -> str:
        return LIVED if nodeid.startswith(LIVED) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TogetherWhereShared | None:
    """Ours where modules are to stay together."""
    return TogetherWhereShared(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the order in which they are best begun."""
    tests = Path(__file__).parent
    place = {tests / name: number for number, name in enumerate(LONGEST)}
    items.sort(
        key=lambda item: min((place[p] for p in (item.path, *item.path.parents) if p in place), default=len(place))
    )


def pytest_collection_finish() -> None:
    """What was imported stays: looking through it for garbage again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where ``temporary_store`` keeps its file. Whoever asks for it is about SQLite, and gets no other database."""
    return tmp_path / "muster.db"


@pytest.fixture
def url(dialect: str, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty record: a file, or a database of the server of the tests."""
    if dialect == "sqlite":
        yield f"sqlite:///{shutil.copy(servers.empty_file(), tmp_path / 'muster.db')}"
        return
    with servers.fresh_database() as made:
        yield made


@pytest.fixture
def temporary_store(url: str, clock: SettableClock) -> Iterator[SqlStore]:
    """A new store, with ``clock`` for its clock."""
    store = open_store(url, clock)
    yield store
    store.close()


@pytest.fixture
def postgresql_store(clock: SettableClock) -> Iterator[SqlStore]:
    """A new store on PostgreSQL, for what there is only there."""
    with servers.fresh_database() as url, closing(open_store(url, clock)) as store:
        yield store
