"""The console in a real browser: at a desk and on a telephone, in light and dark, by keyboard alone, live."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browsing import PHONE, Scheme, barriers
from tests.doors import House
from tests.ground import InRecord
from tests.services.small import CO, OFFICER, PCT, TEN
from tests.support import SettableClock

SCHEMES: tuple[Scheme, ...] = ("light", "dark")
DESK: ViewportSize = {"width": 1440, "height": 1000}
SCREENS = ("/now", f"/now?at={TEN}", f"/unit/{PCT}", f"/unit/CITY-HALL?at={TEN}")


@contextmanager
def somebody(
    browser: Browser, demo: House, scheme: Scheme = "light", size: ViewportSize = DESK, *, scripts: bool = True,
    office: str = "PCT-047-XO",
) -> Iterator[Page]:  # fmt: skip
    """A page on which the holder of an office has signed in, by keyboard; the browser says nothing is wrong in it."""
    context = browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=scripts)
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda said: wrong.append(str(said)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        page.goto(f"{demo.base}/now")
        page.get_by_label("Office").focus()
        page.get_by_label("Office").select_option(office)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).filter(has_text="units have a watch").wait_for()
        yield page
        assert wrong == []
    finally:
        context.close()


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
        page.context.clear_cookies()
        page.goto(f"{demo.base}/now")
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"], "signing in"


def test_light_or_dark_is_that_of_the_system_until_one_chooses_and_paper_is_light(
    browser: Browser, demo: House
) -> None:
    found, ground = {}, "getComputedStyle(document.documentElement).backgroundColor"
    for scheme in SCHEMES:
        with somebody(browser, demo, scheme) as page:
            of_system = page.evaluate(ground)
            page.get_by_role("button", name="Light or dark").click()
            found[scheme] = of_system, page.evaluate(ground)
            page.emulate_media(media="print")
            assert page.evaluate(ground) == "rgb(255, 255, 255)"
    assert found["light"] == found["dark"][::-1]
    assert found["light"][0] != found["light"][1]


def test_what_one_records_another_sees_without_doing_anything(
    browser: Browser, demo: House, force: InRecord, clock: SettableClock
) -> None:
    with somebody(browser, demo) as page:
        row = page.locator(f"#row-{PCT}")
        assert CO in row.inner_text()
        page.evaluate("window.stays = true")
        row.get_by_role("link").focus()
        force.sign_off(CO, "2020-10-07T10:01")
        row.filter(has_not_text=CO).wait_for()
        assert page.evaluate("document.activeElement.textContent") == "47th Precinct"
        assert page.locator(f"#why-row-{PCT}").is_visible()
        text = row.inner_text()
        force.sign_on(OFFICER, PCT, "2020-10-07T10:02")
        page.wait_for_function(
            "([id, text]) => document.getElementById(id).innerText !== text", arg=[f"row-{PCT}", text]
        )
        assert page.evaluate("window.stays") is True
        twice = "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) !== n)"
        assert page.evaluate(twice) == []


def test_a_unit_is_found_by_keyboard_alone_and_says_why(browser: Browser, demo: House) -> None:
    with somebody(browser, demo) as page:
        page.goto(f"{demo.base}/now?at=2020-10-07T03:00")
        link = page.locator(f"#row-{PCT} a")
        for _ in range(2 * page.locator("a, button, input, select, summary, [tabindex]").count()):
            page.keyboard.press("Tab")
            if link.evaluate("element => element === document.activeElement"):
                break
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).filter(has_text="is in command").wait_for()
        assert page.url.endswith(f"/unit/{PCT}?at=2020-10-07T03%3A00")
        assert "passed over" in page.locator(".why").inner_text()


def test_the_clock_is_wound_by_key_and_by_link(browser: Browser, demo: House, force: InRecord) -> None:
    force.sign_on(CO, PCT, "2020-10-07T18:00")
    force.sign_off(CO, "2020-10-07T19:00")
    with somebody(browser, demo) as page:
        page.goto(f"{demo.base}/now?at=2020-10-07T17:00")
        page.keyboard.press(".")
        page.locator("#clock time", has_text="18:00").wait_for()
        page.get_by_role("link", name="Step on").click()
        page.locator("#clock time", has_text="19:00").wait_for()
        page.keyboard.press(",")
        page.locator("#clock time", has_text="18:00").wait_for()


def test_it_works_without_scripts(browser: Browser, demo: House) -> None:
    with somebody(browser, demo, scripts=False) as page:
        page.locator("input[name=at]").fill("2020-10-07T03:00")
        page.get_by_role("button", name="Go").click()
        page.locator("#clock time", has_text="Wed 7 Oct 2020 03:00").wait_for()
        page.get_by_role("link", name="47th Precinct").first.click()
        page.get_by_role("heading", level=1).filter(has_text="is in command").wait_for()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("heading", name="Sign in to Muster").wait_for()
