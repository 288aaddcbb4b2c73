"""Fixtures of the pages' tests: somebody was asked, and a real server shows them the page."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from muster.domain.members import Absence
from muster.services import duty
from muster.services.taskings import Directive
from muster.store.store import SqlStore
from tests.browsing import Scheme, chromium, need
from tests.doors import House, house_of, served
from tests.ground import InRecord, local
from tests.hands import at_work
from tests.journeys import Journey
from tests.publishing import BEFORE, by_charts
from tests.services.reached import ROWS, at_three, receive, step
from tests.services.small import CO, OFFICER, PCT, TEN, XO
from tests.support import SettableClock
from tests.web.test_console import somebody

WAYS = [("mouse", "light"), ("keyboard", "dark"), ("thumb", "dark")]
"""How the journeys of docs/journeys.md are made."""
NINE = "2020-10-07T09:00"
WHY = "an appointment at the hospital"


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
def planner(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commanding officer of a unit whose roster is published, and has not begun."""
    force.once(by_charts)
    clock.at = local(BEFORE)
    return somebody(house, force, CO)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for all tests of a file."""
    with chromium(need()) as started:
        yield started


@pytest.fixture
def demo(force: InRecord, temporary_store: SqlStore, clock: SettableClock, database: Path) -> Iterator[House]:
    """A server of a demo, on a Wednesday at 1000; its record is a file: a browser does not see in which database it
    is."""
    clock.at = max(clock.at, local(TEN))  # later where a roster was published before
    with served(house_of(temporary_store, clock, demo=True)) as house:
        yield house


@pytest.fixture(params=WAYS, ids="-".join)
def journey(request: pytest.FixtureRequest, browser: Browser, demo: House) -> Iterator[Journey]:
    """Somebody at the door of the demo, who works it in one way."""
    way: str
    scheme: Scheme
    way, scheme = request.param
    with at_work(browser, way, scheme) as (page, hand):
        yield Journey(page, hand, demo.base)


@pytest.fixture
def asked(force: InRecord, clock: SettableClock) -> InRecord:
    """Shots are reported at 0300, and the desk officer is asked."""
    at_three(force)
    receive(force, directive=Directive("CITY-HALL", "CHIEF-OF-PATROL", "he himself"))
    step(force)
    return force


@pytest.fixture
def night(force: InRecord, clock: SettableClock) -> InRecord:
    """The officer is away for a reason, the commander signed on, and all that is known at nine."""
    away = Absence(
        member=OFFICER, kind="sick", since=local("2020-10-07T06:00"), until=local("2020-10-09T06:00"), reason=WHY
    )
    force.act(lambda record: duty.absent(record, away), "2020-10-07T08:00")
    force.rest(XO, "2020-10-07T08:30", "2020-10-07T18:00")
    force.sign_on(CO, PCT, NINE)
    return force
