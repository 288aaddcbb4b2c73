"""Fixtures of the worker's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from muster.store.store import SqlStore
from tests.support import SettableClock
from tests.worker.town import Town, town


@pytest.fixture
def night(temporary_store: SqlStore, clock: SettableClock, tmp_path: Path) -> Iterator[Town]:
    """The small force at 0300 of a Wednesday."""
    with town(temporary_store, clock, tmp_path) as made:
        yield made
