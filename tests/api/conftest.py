"""Fixtures of the tests of the API: somebody was asked, and a real server takes their answer."""

from collections.abc import Iterator

import pytest

from muster.store.store import SqlStore
from tests.api.scene import Scene, set_up
from tests.doors import House, house_of, served
from tests.ground import InRecord
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


@pytest.fixture
def scene(force: InRecord, house: House) -> Scene:
    """The same with somebody to ask for and something to ask about."""
    force.once(set_up)
    return Scene(force, house)
