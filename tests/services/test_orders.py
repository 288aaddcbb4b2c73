"""Orders: who has answered at an instant, who is late, and taskings as they stood."""

from datetime import timedelta

import pytest

from muster.domain.errors import Refused, Unknown
from muster.services.load import load
from muster.services.orders import Order, give, returns, units_below
from muster.services.tasking_history import tasking_at, taskings_at
from muster.services.taskings import accept, close
from muster.store.store import SqlStore
from tests.ground import SMALL, directory_from, local
from tests.support import SettableClock

GIVEN, DUE = local("2020-10-02T10:00"), local("2020-10-23T12:00")


@pytest.fixture
def store(temporary_store: SqlStore, clock: SettableClock) -> SqlStore:
    """A record in which the Chief of Department has given an order to the borough and the precinct."""
    clock.at = GIVEN
    with temporary_store.writing() as record:
        load(record, directory_from(SMALL))
        units = units_below(record, "CHIEF-OF-DEPARTMENT", ["borough", "precinct"], [], GIVEN)
        give(record, Order("MEMO", "return a roster", "CHIEF-OF-DEPARTMENT", units, DUE), GIVEN)
    clock.at = local("2020-10-05T11:00")
    with temporary_store.writing() as record:
        accept(record, "MEMO.PCT-047", "M0005", local("2020-10-05T10:00"))
        close(record, "MEMO.PCT-047", "M0005", "roster returned", local("2020-10-05T11:00"))
    return temporary_store


def test_every_unit_of_the_levels_has_a_tasking_of_its_own_owned_by_its_head(store: SqlStore) -> None:
    with store.reading() as views:
        found = {t.place: t.owner for t in taskings_at(views, GIVEN)}
    assert found == {"PBBX": "PBBX-CO", "PCT-047": "PCT-047-CO"}


def test_who_has_answered_and_who_is_late_is_told_for_any_instant(store: SqlStore) -> None:
    with store.reading() as views:
        before, after = returns(views, "MEMO", local("2020-10-04")), returns(views, "MEMO", DUE)
    assert [t.place for t in before.open] == ["PBBX", "PCT-047"]
    assert [t.place for t in after.returned] == ["PCT-047"]
    assert [t.place for t in after.late] == ["PBBX"]


def test_an_order_is_given_once(store: SqlStore) -> None:
    with store.writing() as record, pytest.raises(Refused, match="given already"):
        give(record, Order("MEMO", "again", "CHIEF-OF-DEPARTMENT", ["PCT-047"]), GIVEN)


def test_an_order_goes_to_units_below_only(store: SqlStore) -> None:
    with store.reading() as views:
        assert units_below(views, "PCT-047-CO", ["borough", "precinct"], [], GIVEN) == ["PCT-047"]
        assert units_below(views, "CHIEF-OF-DEPARTMENT", ["precinct"], ["PCT-047"], GIVEN) == []
        with pytest.raises(Unknown, match="PCT-999"):
            units_below(views, "CHIEF-OF-DEPARTMENT", ["precinct"], ["PCT-999"], GIVEN)


def test_a_tasking_is_shown_as_it_stood_and_as_it_was_known(store: SqlStore) -> None:
    with store.reading() as views:
        stood = tasking_at(views, "MEMO.PCT-047", local("2020-10-05T10:30"))
        known = tasking_at(views, "MEMO.PCT-047", DUE, known_at=GIVEN)
        with pytest.raises(Unknown):
            tasking_at(views, "MEMO.PCT-047", GIVEN - timedelta(minutes=1))
    assert (stood.accepted_by, stood.is_open) == ("M0005", True)
    assert (known.accepted_by, known.is_open) == (None, True)
