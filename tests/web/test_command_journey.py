"""Command and members in a real browser: at a desk and on a telephone, in light and dark, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from muster.store.store import SqlStore
from tests.browsing import PHONE, Scheme, barriers
from tests.doors import House, house_of, served
from tests.ground import InRecord, local
from tests.services.small import CO, PCT, TEN, XO
from tests.support import SettableClock
from tests.web.test_console_journey import DESK, SCHEMES, somebody

GAP = f"/call-ins/{PCT}?since=2020-10-08T07:00&until=2020-10-08T15:00&needed=1"
LEDGER = f"/ledger/{PCT}?first=2020-10-01&last=2020-10-03"
SCREENS = (
    "/command", "/position/PCT-047-XO", f"/member/{XO}", f"/member/{CO}", "/me", f"/unit/{PCT}", f"/duty/{XO}", GAP,
    LEDGER,
)  # fmt: skip


@pytest.fixture
def demo(force: InRecord, temporary_store: SqlStore, clock: SettableClock, database: Path) -> Iterator[House]:
    """A server of a demo, on a Thursday at 0100: the executive officer has been on duty for long."""
    force.sign_on(XO, PCT, "2020-10-07T06:00")
    clock.at = local("2020-10-08T01:00")
    with served(house_of(temporary_store, clock, demo=True)) as house:
        yield house


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_there_are_no_barriers_and_nothing_runs_out_of_the_page(
    browser: Browser, demo: House, scheme: Scheme, size: ViewportSize
) -> None:
    with somebody(browser, demo, scheme, size) as page:
        for screen in SCREENS:
            page.goto(demo.base + screen)
            assert barriers(page) == [], screen
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"], screen


def test_the_picture_is_drawn_in_the_colours_that_one_chose(browser: Browser, demo: House) -> None:
    ground = "getComputedStyle(document.querySelector('.muster-days .paper')).fill"
    with somebody(browser, demo, "light") as page:
        page.goto(f"{demo.base}/member/{XO}")
        light = page.evaluate(ground)
        page.get_by_role("button", name="Light or dark").click()
        dark = page.evaluate(ground)
        assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 25, 29)")
        page.emulate_media(media="print")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_from_the_tree_to_a_position_to_its_holder_without_scripts(browser: Browser, demo: House) -> None:
    with somebody(browser, demo, scripts=False) as page:
        page.goto(f"{demo.base}/command")
        page.locator("select[name=unit]").select_option(PCT)
        page.get_by_label("Who would have had it at").fill(TEN)
        page.get_by_role("button", name="Answer").click()
        page.get_by_role("heading", level=1).filter(has_text="47th Precinct: Commanding Officer").wait_for()
        page.get_by_role("link", name="Commanding Officer").click()
        page.get_by_role("heading", level=1).filter(has_text=f"held by {CO}").wait_for()
        page.get_by_role("link", name=CO).first.click()
        page.get_by_role("heading", name="Duty ledger").wait_for()
        assert page.locator("#clock time").inner_text().strip().startswith("Wed 7 Oct 2020 10:00")
