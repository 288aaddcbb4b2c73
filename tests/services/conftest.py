"""Fixtures of the services' tests."""

import pytest

from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.publishing import charted, published
from tests.support import SettableClock


@pytest.fixture
def small(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force, loaded into a record on 1 October 2020."""
    return InRecord(temporary_store, clock)


@pytest.fixture
def rostered(small: InRecord) -> InRecord:
    """The small force with the charted roster published on 9 October, for four weeks from the 19th."""
    small.once(_published)
    return small


def _published(force: InRecord) -> None:
    published(force, charted(force), at="2020-10-09T09:00")
