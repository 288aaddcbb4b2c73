"""Bad connections and many hands in a real browser: nothing is lost, nothing is called live that is not."""

from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from muster.store.store import SqlStore
from tests.browsing import PHONE, barriers
from tests.doors import House, house_of, served
from tests.ground import InRecord, local
from tests.publishing import BEFORE
from tests.services.offered import BOSS, NOON, SIX
from tests.services.reached import receive, tasking
from tests.services.small import CO, PCT, TEN
from tests.support import SettableClock
from tests.web.test_call_in_pages import LOOK, SECOND
from tests.web.test_console import somebody

LIVE, LOST = "live", "not up to date: no connection"


def opened(browser: Browser, house: House, cookie: dict[str, str], path: str) -> Page:
    """A page of somebody who is signed in, in a browser of their own, on a telephone."""
    context = browser.new_context(viewport=PHONE, base_url=house.base)
    name, _, value = cookie["Cookie"].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": house.base}])
    page = context.new_page()
    page.goto(path)
    return page


def is_said(page: Page, state: str) -> None:
    """The words beside the clock are these, by now or soon."""
    page.locator("#live", has_text=state).wait_for()


def test_a_screen_whose_server_goes_says_so_and_is_live_when_it_is_back(
    browser: Browser, force: InRecord, temporary_store: SqlStore, clock: SettableClock, database: Path
) -> None:
    clock.at = local(TEN)
    with served(house_of(temporary_store, clock)) as house:
        cookie = somebody(house, force, CO)
        page = opened(browser, house, cookie, "/taskings")
        other = opened(browser, house, cookie, "/now")
        asks = list[str]()
        page.on("response", lambda said: asks.append(said.url) if said.ok and "stream" in said.url else None)
        is_said(page, LIVE)
        is_said(other, LIVE)
    is_said(page, LOST)
    is_said(other, LOST)
    receive(force)
    with served(house_of(temporary_store, clock), urlsplit(house.base).port or 0):
        page.locator("#fresh, #board", has_text="Shots at White Plains Road").first.wait_for()
        is_said(page, LIVE)
        is_said(other, LIVE)
        page.close()
        other.close()
    assert len(asks) == 1, "one stream in place of the one that went"


def test_a_stream_that_is_silent_is_begun_anew(browser: Browser, house: House, force: InRecord) -> None:
    force.clock.at = local(TEN)
    page = opened(browser, house, somebody(house, force, CO), "/me")
    page.clock.install()
    with page.expect_response("**/taskings/stream*"):
        page.goto("/taskings")
    is_said(page, LIVE)
    with page.expect_response("**/taskings/stream*"):
        page.clock.fast_forward(60_000)
    is_said(page, LIVE)
    receive(force)
    page.locator("main", has_text="Shots at White Plains Road").wait_for()
    assert page.get_by_role("link", name="Shots at White Plains Road").count() == 1
    page.close()


def at_tasking(browser: Browser, house: House, force: InRecord) -> Page:
    """The commanding officer before what waits for them."""
    force.clock.at = local(TEN)
    receive(force)
    return opened(browser, house, somebody(house, force, CO), "/tasking/T1")


def test_what_is_pressed_without_a_connection_is_not_lost_and_done_once(
    browser: Browser, house: House, force: InRecord
) -> None:
    page = at_tasking(browser, house, force)
    accept = page.get_by_role("button", name="Accept", exact=True)
    page.context.set_offline(True)
    accept.click()
    page.get_by_role("alert").filter(has_text="nothing was sent").wait_for()
    assert barriers(page) == []
    assert tasking(force).accepted_by is None
    page.context.set_offline(False)
    page.get_by_role("alert").wait_for(state="detached")
    accept.evaluate("button => { button.click(); button.click(); }")
    page.get_by_role("heading", level=1).filter(has_text="Commanding Officer, 47th Precinct has it").wait_for()
    assert page.get_by_role("alert").count() == 0
    assert tasking(force).accepted_by == CO
    page.close()


def test_a_server_on_the_same_machine_is_reached_also_without_a_network(
    browser: Browser, house: House, force: InRecord
) -> None:
    page = at_tasking(browser, house, force)
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    page.get_by_role("button", name="Accept", exact=True).click()
    page.get_by_role("heading", level=1).filter(has_text="Commanding Officer, 47th Precinct has it").wait_for()
    assert tasking(force).accepted_by == CO
    page.close()


def test_a_call_in_is_offered_in_one_browser_and_answered_in_another(
    browser: Browser, house: House, force: InRecord
) -> None:
    force.clock.at = NOON
    desk = opened(browser, house, somebody(house, force, BOSS), LOOK)
    desk.get_by_role("button", name="Open it").click()
    desk.get_by_label("They answer by").fill(f"{SIX:%Y-%m-%dT}18:00")
    desk.get_by_role("button", name="Offer it").click()
    line = desk.locator("#rounds tr", has_text=SECOND)
    line.filter(has_text="no answer yet").wait_for()
    is_said(desk, LIVE)
    officer = opened(browser, house, somebody(house, force, SECOND), "/me")
    officer.get_by_role("button", name="Willing").click()
    officer.wait_for_load_state()
    line.filter(has_text="willing").wait_for()
    assert barriers(desk) == barriers(officer) == []
    desk.close()
    officer.close()


def test_a_draft_is_looked_for_in_sight_stopped_and_shown(browser: Browser, house: House, force: InRecord) -> None:
    force.clock.at = local(BEFORE)
    page = opened(browser, house, somebody(house, force, CO), f"/roster-draft/{PCT}")
    page.get_by_label("Weeks").fill("8")
    page.get_by_role("button", name="Look for the best roster").click()
    page.locator("#run[data-runs]").wait_for()
    assert barriers(page) == []
    page.get_by_role("button", name="Stop, and keep the best found").click()
    page.locator("#grid").wait_for()
    assert page.get_by_role("button", name="Publish as PCT-047-CO").is_visible()
    page.close()
