"""The journeys of docs/journeys.md: by mouse, by keyboard alone, on a telephone, in light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from muster.store.store import SqlStore
from tests.browsing import Scheme, barriers, chromium, need
from tests.doors import House, house_of, served
from tests.ground import InRecord, local
from tests.hands import Hand, at_work
from tests.services.small import PCT, TEN
from tests.support import SettableClock

WAYS = [("mouse", "light"), ("keyboard", "dark"), ("thumb", "dark")]


class Journey:
    """Somebody on their way through the console; every screen they come to has no barriers."""

    def __init__(self, page: Page, hand: Hand, base: str) -> None:
        self.page, self._hand, self._base = page, hand, base

    def sign_in(self, position: str) -> None:
        """They choose an office of the demo."""
        self.page.goto(f"{self._base}/now")
        self.looks()
        self._hand.choose(self.page.get_by_label("Office"), position)
        self.press("Sign in as that office", "button")
        self.reads("units have a watch")

    def press(self, name: str, role: str = "link") -> None:
        """They follow a link or press a button of this name."""
        self._hand.press(self.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]

    def write(self, label: str, text: str) -> None:
        """They put a text into a field."""
        self._hand.write(self.page.get_by_label(label, exact=True), text)

    def choose(self, label: str, value: str) -> None:
        """They choose of a list."""
        self._hand.choose(self.page.get_by_label(label, exact=True), value)

    def reads(self, text: str) -> None:
        """The first sentence of the screen says this; the screen is looked at."""
        self.page.get_by_role("heading", level=1).filter(has_text=text).wait_for()
        self.looks()

    def sees(self, text: str) -> None:
        """This stands on the screen."""
        self.page.locator("main").get_by_text(text).first.wait_for()

    def looks(self) -> None:
        """There are no barriers here, and nothing runs out of the screen."""
        assert barriers(self.page) == []
        wide = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] == wide[1], self.page.url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for all tests of this file."""
    with chromium(need()) as started:
        yield started


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock, database: Path) -> InRecord:
    """The small force, in a file: a browser does not see in which database it is."""
    return InRecord(temporary_store, clock)


@pytest.fixture
def demo(force: InRecord, temporary_store: SqlStore, clock: SettableClock) -> Iterator[House]:
    """A server of a demo, on a Wednesday at 1000."""
    clock.at = local(TEN)
    with served(house_of(temporary_store, clock, demo=True)) as house:
        yield house


@pytest.fixture(params=WAYS, ids="-".join)
def journey(request: pytest.FixtureRequest, browser: Browser, demo: House) -> Iterator[Journey]:
    """Somebody at the door of the demo."""
    way: str
    scheme: Scheme
    way, scheme = request.param
    with at_work(browser, way, scheme) as (page, hand):
        yield Journey(page, hand, demo.base)


def test_1_a_desk_sergeant_asks_who_has_it_and_who_would_have_had_it_at_night(journey: Journey) -> None:
    journey.sign_in("PCT-047-XO")
    journey.press("47th Precinct")
    journey.reads("47th Precinct: Commanding Officer, substantive, is in command")
    journey.write("Who would have had it at", "2020-10-07T03:00")
    journey.press("Answer", "button")
    journey.reads("Desk Officer, on this tour, is in command")
    journey.sees("passed over")
    assert journey.page.url.endswith(f"/unit/{PCT}?at=2020-10-07T03%3A00")
