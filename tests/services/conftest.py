"""Fixtures of the services' tests."""

import pytest

from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.support import SettableClock


@pytest.fixture
def small(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force, loaded into a record on 1 October 2020."""
    return InRecord(temporary_store, clock)
