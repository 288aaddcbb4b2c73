"""What tests of services share: the small force in a record of its own."""

from collections.abc import Callable
from typing import TypeVar

from muster.ports import Record, Views
from muster.store.store import SqlStore
from tests.ground import InRecord

T = TypeVar("T")
PCT = "PCT-047"
PC, COD, CHIEF, BOROUGH, CO, XO = "M0001", "M0002", "M0003", "M0004", "M0005", "M0006"
NIGHT_DESK, DAY_DESK, NIGHT_CAPTAIN, OFFICER = "M0023", "M0027", "M0016", "M0033"
TEN, THREE = "2020-10-07T10:00", "2020-10-07T03:00"
"""1000 and 0300 of a Wednesday."""


def does(force: InRecord, act: Callable[[Record], T]) -> T:
    """What an act in a transaction of its own returns."""
    store = force.store
    assert isinstance(store, SqlStore)
    with store.writing() as record:
        return act(record)


def sees(force: InRecord, ask: Callable[[Views], T]) -> T:
    """The answer to a question."""
    with force.store.reading() as views:
        return ask(views)


def facts(force: InRecord) -> int:
    """How many facts the record has."""
    return sees(force, lambda views: views.head()[0])
