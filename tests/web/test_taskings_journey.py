"""Taskings in a real browser: received and answered by keyboard alone, with a thumb, and without scripts; live."""

import re

import pytest
from playwright.sync_api import Browser, Page

from muster.services import taskings
from tests.browsing import PHONE, Scheme, barriers
from tests.doors import House
from tests.ground import InRecord
from tests.hands import Hand, at_work
from tests.services.reached import receive, step, tasking
from tests.services.small import CO, TEN, does

SCREENS = ("/taskings", "/taskings?mine=1", "/tasking/T1", "/tasking/T1/refuse", "/tasking/T1/send", "/taskings/new")


def sign_in(page: Page, hand: Hand, demo: House, position: str, to: str) -> None:
    """Choose an office, and go to a screen."""
    page.goto(f"{demo.base}{to}")
    hand.choose(page.get_by_label("Office"), position)
    hand.press(page.get_by_role("button", name="Sign in as that office"))


def reads(page: Page, text: str) -> None:
    """The first sentence says this; there are no barriers, and nothing runs out of the screen."""
    page.get_by_role("heading", level=1).filter(has_text=text).wait_for()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


@pytest.mark.parametrize(("way", "scheme"), [("keyboard", "dark"), ("thumb", "light")])
def test_one_is_received_where_it_belongs_and_accepted(
    browser: Browser, demo: House, force: InRecord, way: str, scheme: Scheme
) -> None:
    with at_work(browser, way, scheme) as (page, hand):
        sign_in(page, hand, demo, "PCT-047-CO", "/taskings")
        reads(page, "Nothing waits.")
        hand.press(page.get_by_role("link", name="Receive a tasking"))
        reads(page, "What was reported")
        hand.write(page.get_by_label("What must be decided or done"), "a march at Gun Hill Road")
        hand.choose(page.get_by_label("Matter"), "protest")
        hand.write(page.get_by_label("People"), "50")
        hand.press(page.get_by_role("button", name="See where it belongs"))
        reads(page, f"It belongs to 47th Precinct: {CO} (PCT-047-CO) decides")
        hand.press(page.get_by_role("button", name="Send", exact=True))
        reads(page, "A march at Gun Hill Road, 47th Precinct: nobody has accepted it")
        hand.press(page.get_by_role("button", name="Accept", exact=True))
        reads(page, "Commanding Officer, 47th Precinct has it")
        assert tasking(force).accepted_by == CO
        hand.press(page.get_by_role("link", name="Close…"))
        hand.write(page.get_by_label("How it ended"), "ended at noon")
        hand.press(page.get_by_role("button", name="Close it"))
        reads(page, "it was closed")
        assert tasking(force).result == "ended at noon"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_barriers_on_any_of_these_screens(
    browser: Browser, demo: House, force: InRecord, scheme: Scheme
) -> None:
    receive(force)
    step(force)
    for way in ("mouse", "thumb"):
        with at_work(browser, way, scheme) as (page, hand):
            sign_in(page, hand, demo, "PCT-047-CO", "/taskings")
            reads(page, "waits for an answer")
            for screen in (*SCREENS, f"/tasking/T1?at={TEN}"):
                page.goto(demo.base + screen)
                reads(page, "")
            if way == "mouse":
                page.emulate_media(media="print")
                page.goto(f"{demo.base}/tasking/T1")
                assert not page.locator(".acts").is_visible()
                assert page.locator(".ladder").is_visible()


def test_whom_a_directive_passes_over_is_seen_before_it_is_sent(browser: Browser, demo: House, force: InRecord) -> None:
    receive(force)
    with at_work(browser, "mouse", "light") as (page, hand):
        sign_in(page, hand, demo, "PCT-047-CO", "/tasking/T1/send")
        hand.write(page.get_by_label("To whom"), "CHIEF-OF-PATROL")
        hand.press(page.get_by_role("button", name="See what it would do"))
        reads(page, "Send elsewhere")
        effects = page.locator("#effects").inner_text()
        assert re.findall(r"Competent below: (.*)", effects) == ["Patrol Borough Bronx", "47th Precinct"]
        assert page.get_by_role("button", name="Send", exact=True).get_attribute("aria-disabled") == "true"
        hand.write(page.get_by_label("Why there, and not where it belongs"), "the Chief knows the street")
        hand.press(page.get_by_role("button", name="See what it would do"))
        hand.press(page.get_by_role("button", name="Send", exact=True))
        reads(page, "nobody has accepted it")
        passed = page.locator("tr", has=page.locator("b", has_text="Passed over.")).locator("th").all_inner_texts()
        assert passed == ["Patrol Borough Bronx", "47th Precinct"]


def test_what_one_does_another_sees_without_doing_anything(browser: Browser, demo: House, force: InRecord) -> None:
    receive(force)
    with at_work(browser, "mouse", "light") as (page, hand), at_work(browser, "mouse", "dark") as (other, theirs):
        sign_in(page, hand, demo, "PCT-047-CO", "/taskings")
        sign_in(other, theirs, demo, "PCT-047-XO", "/tasking/T1")
        reads(other, "nobody has accepted it")
        page.locator("#t-T1").wait_for()
        page.evaluate("window.stays = true")
        other.evaluate("window.stays = true")
        does(force, lambda record: taskings.accept(record, "T1", CO, record.now, "PCT-047-CO"))
        page.locator("#t-T1").filter(has_text="Taken on").wait_for()
        other.get_by_role("heading", level=1).filter(has_text="Commanding Officer, 47th Precinct has it").wait_for()
        receive(force, "T2")
        page.locator("#fresh").filter(has_text="T2").wait_for()
        assert page.evaluate("window.stays") is True
        assert other.evaluate("window.stays") is True
        assert barriers(page) == barriers(other) == []


def test_my_taskings_are_answered_without_scripts_and_with_one_thumb(
    browser: Browser, demo: House, force: InRecord
) -> None:
    receive(force)
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, has_touch=True)
    page = context.new_page()
    page.goto(f"{demo.base}/taskings?mine=1")
    page.get_by_label("Office").select_option("PCT-047-CO")
    page.get_by_role("button", name="Sign in as that office").tap()
    page.get_by_role("link", name="Shots at White Plains Road").tap()
    button = page.get_by_role("button", name="Accept", exact=True)
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= PHONE["height"]
    button.tap()
    page.get_by_role("heading", level=1).filter(has_text="Commanding Officer, 47th Precinct has it").wait_for()
    page.goto(f"{demo.base}/taskings?mine=1")
    page.get_by_role("link", name="Shots at White Plains Road").wait_for()
    context.close()
