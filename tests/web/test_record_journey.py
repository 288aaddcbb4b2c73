"""The record in a real browser: at a desk and on a telephone, in light and dark, by keyboard, and without scripts."""

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize

from tests.browsing import PHONE, Scheme, barriers
from tests.doors import House
from tests.ground import InRecord
from tests.services.small import CO, PCT, TEN
from tests.web.test_console_journey import DESK, SCHEMES, somebody
from tests.web.test_record import account, last_of

TOP = "POLICE-COMMISSIONER"
"""Who is shown hashes."""


@pytest.fixture
def night(demo: House, force: InRecord) -> House:
    """The demo, in which a commander signed on, and accounts differ."""
    force.sign_on(CO, PCT, TEN)
    account(force)
    return demo


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_there_are_no_barriers(
    browser: Browser, night: House, force: InRecord, scheme: Scheme, size: ViewportSize
) -> None:
    fact = last_of(force, "signing.entered")
    with somebody(browser, night, scheme, size) as page:
        for screen in ("", f"?about={PCT}&at={TEN}", f"/fact/{fact}", "/disputes", "/check"):
            page.goto(f"{night.base}/record{screen}")
            assert barriers(page) == [], screen
            assert page.evaluate("document.documentElement.scrollWidth") == page.evaluate("innerWidth"), screen


def test_a_fact_is_found_and_its_hash_seen_by_keyboard_alone(browser: Browser, night: House) -> None:
    with somebody(browser, night, office=TOP) as page:
        page.goto(f"{night.base}/record")
        page.get_by_label("About").focus()
        page.keyboard.type(CO)
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).filter(has_text=CO).wait_for()
        line = page.locator(".tl li", has_text="signs on")
        tab_to(page, line.get_by_role("link"))
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).filter(has_text="signs on").wait_for()
        assert not page.locator(".hash").first.is_visible()
        tab_to(page, page.locator("summary"))
        page.keyboard.press("Enter")
        assert len(page.locator(".hash").first.inner_text()) == 64


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(2 * page.locator("a, button, input, select, summary, [tabindex]").count()):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("Tab does not lead there")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_chain_is_checked_against_a_head_that_was_typed_in(browser: Browser, night: House, scripts: bool) -> None:
    with somebody(browser, night, scripts=scripts, office=TOP) as page:
        page.goto(f"{night.base}/record/check")
        head = page.locator("p.hash").inner_text()
        page.get_by_label("A head that was kept outside").fill(head)
        page.get_by_role("button", name="Check the chain").click()
        for _ in range(20):
            if not scripts and page.get_by_role("link", name="Look how far").count():
                page.get_by_role("link", name="Look how far").click()
        page.get_by_role("heading", level=1).filter(has_text="is part of it, 0 facts ago").wait_for()
