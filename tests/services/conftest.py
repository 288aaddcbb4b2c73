"""Fixtures of the services' tests."""

import pytest

from muster.store.store import SqlStore
from tests.ground import InRecord
from tests.publishing import by_charts
from tests.services.small import CO, PCT
from tests.support import SettableClock


@pytest.fixture
def small(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force, loaded into a record on 1 October 2020."""
    return InRecord(temporary_store, clock)


@pytest.fixture
def on_sqlite(database: object, small: InRecord) -> InRecord:
    """The same, where the kind of database does not matter."""
    assert database
    return small


@pytest.fixture
def held_over(small: InRecord) -> InRecord:
    """The small force, whose commander assumed command at 1500 and was held over when the tour ended."""
    small.assume(PCT, CO, "2020-10-07T15:00")
    small.hold_over(CO, "2020-10-07T16:35")
    return small


@pytest.fixture
def rostered(small: InRecord) -> InRecord:
    """The small force with the roster by its charts published for four weeks from 19 October."""
    small.once(by_charts)
    return small
