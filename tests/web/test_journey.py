"""The page in a real browser: on a telephone, in light and dark, by keyboard alone, on paper, without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from muster.domain.contact import Contact
from muster.services.channel_tests import queue_tests
from muster.store.store import SqlStore
from tests.browsing import OLD_PHONE, Scheme, barriers, chromium, need, telephone
from tests.doors import House
from tests.ground import InRecord
from tests.services.reached import ROWS, WHAT, asked, at_three, deciding, desk_and_captain, receive, tasking
from tests.services.small import CHIEF, NIGHT_DESK, does, sees
from tests.support import SettableClock

LEAST_TARGET = 44  # CSS pixels; WCAG 2.2, 2.5.5


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for all tests of this file."""
    with chromium(need()) as started:
        yield started


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock, database: Path) -> InRecord:
    """The small force, in a file: a browser does not see in which database it is."""
    return InRecord(temporary_store, clock, ROWS)


def opened(page: Page, url: str) -> Page:
    """The page, with all that is folded away unfolded."""
    page.goto(url)
    folded = page.locator("details:not([open]) > summary")
    while folded.count():
        folded.first.click()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_barriers_on_any_page(browser: Browser, house: House, force: InRecord, scheme: Scheme) -> None:
    desk, captain = desk_and_captain(force)
    notice = sees(force, lambda v: v.rows(Contact, subject="T1", purpose="notice"))[0]
    tested = does(force, lambda r: queue_tests(r, [NIGHT_DESK], None, CHIEF, r.now))[0]
    with telephone(browser, scheme) as page:
        for contact in (desk, captain, notice, tested):
            assert barriers(opened(page, house.page(contact))) == []
        page.goto(house.page(desk))
        page.get_by_role("button", name="Accept").click()
        page.get_by_text("You have it.").wait_for()
        assert barriers(page) == []
        assert barriers(opened(page, house.page(captain))) == []
        page.goto(house.page(desk) + "x")
        assert page.get_by_role("heading").inner_text() == "This link does not work"
        assert barriers(page) == []


def test_who_has_no_pointer_can_refuse_by_keyboard_alone(browser: Browser, house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    with telephone(browser) as page:
        page.goto(house.page(first))
        seen = []
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.append(page.evaluate("document.activeElement.innerText"))
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", seen
            if seen[-1] == "Refuse":
                break
        assert seen == ["Accept: I take it on", "I have read it, and decide in a moment", "Refuse"]
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("no car")
        page.keyboard.press("Enter")
        page.wait_for_url(house.page(first))
        page.get_by_text("you refused it").wait_for()
    refused = [c for c in deciding(force) if c.key == first.key]
    assert refused[0].answer == "refused"


def test_the_browser_asks_for_a_reason_before_it_sends(browser: Browser, house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    with telephone(browser) as page:
        opened(page, house.page(first))
        page.get_by_role("button", name="Refuse it").click()
        assert page.evaluate("document.activeElement.id") == "reason"
        assert deciding(force)[0].answer is None
        page.get_by_label("Why?").fill("no car")
        page.get_by_role("button", name="Refuse it").click()
        page.get_by_text("you refused it").wait_for()


def test_without_scripts_it_can_be_handed_to_a_deputy(browser: Browser, house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    with telephone(browser, scripts=False) as page:
        opened(page, house.page(first))
        page.get_by_label("To whom?").select_option("PCT-047-SUP")
        page.get_by_role("button", name="Hand it over").click()
        page.get_by_text("you handed it on").wait_for()
    assert tasking(force).offered_to == ("PCT-047-SUP",)


def test_going_back_and_pressing_again_answers_once(browser: Browser, house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    with telephone(browser) as page:
        page.goto(house.page(first))
        page.get_by_role("button", name="Accept").dblclick()
        page.get_by_text("You have it.").wait_for()
        page.reload()
        page.get_by_text("You have it.").wait_for()
        page.go_back()
        page.get_by_text("You have it.").wait_for()  # nothing was kept, so it is asked for anew
    assert tasking(force).accepted_by == NIGHT_DESK


def test_it_fits_an_old_telephone_and_a_thumb(browser: Browser, house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    with telephone(browser, size=OLD_PHONE) as page:
        opened(page, house.page(first))
        assert page.evaluate("document.documentElement.scrollWidth") <= OLD_PHONE["width"]
        boxes = [e.bounding_box() for e in page.locator("button, summary, input:not([type=hidden]), select").all()]
        assert len(boxes) >= 8
        assert all(box is not None and min(box["width"], box["height"]) >= LEAST_TARGET for box in boxes)


def test_what_matters_stands_on_the_first_screen(browser: Browser, house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    with telephone(browser) as page:
        page.goto(house.page(first))
        box = page.get_by_role("button", name="Accept").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844


def test_on_paper_it_shows_what_happened_and_no_buttons(browser: Browser, house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    with telephone(browser, "dark") as page:
        page.goto(house.page(first))
        page.emulate_media(media="print", color_scheme="dark")
        assert page.locator("button:visible, summary:visible").count() == 0
        assert WHAT in page.inner_text("main")
        colours = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
        assert page.pdf().startswith(b"%PDF")


def test_the_style_is_applied_and_nothing_else_is_fetched(browser: Browser, house: House, force: InRecord) -> None:
    at_three(force)
    receive(force)
    first, *_ = asked(force, "T2")
    with telephone(browser) as page:
        fetched, said = list[str](), list[str]()
        page.on("request", lambda request: fetched.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(house.page(first))
        assert page.evaluate("getComputedStyle(document.querySelector('button')).minHeight") == "54px"
        assert [url for url in fetched if not url.endswith("/favicon.ico")] == [house.page(first)]
        assert said == []
