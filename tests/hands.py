"""Ways in which people work a page: with a mouse at a desk, by keyboard alone, with a thumb on a telephone."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from playwright.sync_api import Browser, Locator, Page, ViewportSize

from tests.browsing import PHONE, Scheme

DESK: ViewportSize = {"width": 1440, "height": 1000}
FAR = 600
"""So often somebody presses Tab before they give up."""


class Hand(Protocol):
    """Somebody who works a page in their way."""

    def press(self, what: Locator) -> None:
        """Follow a link, press a button, choose a box."""

    def write(self, where: Locator, text: str) -> None:
        """Put a text in place of what stands there."""

    def choose(self, where: Locator, value: str) -> None:
        """Choose of a list."""


class Mouse:
    """Points and clicks."""

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, where: Locator, text: str) -> None:
        where.click()
        where.fill(text)

    def choose(self, where: Locator, value: str) -> None:
        where.select_option(value)


class Thumb(Mouse):
    """Taps; a telephone brings up its own keys and lists."""

    def press(self, what: Locator) -> None:
        what.tap()


class Keys:
    """Has no pointer: goes on by Tab until it is where it wants to be."""

    def __init__(self, page: Page) -> None:
        self._keys = page.keyboard

    def press(self, what: Locator) -> None:
        kind = what.get_attribute("type")
        if kind == "radio":
            self._choose_radio(what)
            return
        self._reach(what)
        self._keys.press("Space" if kind == "checkbox" else "Enter")

    def write(self, where: Locator, text: str) -> None:
        self._reach(where)
        if where.get_attribute("type") in ("datetime-local", "date"):
            where.fill(text)  # the order of its parts is the browser's and its language's
        else:
            self._keys.press("ControlOrMeta+a")
            self._keys.type(text)

    def choose(self, where: Locator, value: str) -> None:
        self._reach(where)
        there = where.evaluate("(list, value) => [...list.options].findIndex(o => o.value === value)", value)
        assert there >= 0, f"{value} cannot be chosen"
        self._keys.press("Home")
        for _ in range(there):
            self._keys.press("ArrowDown")
        assert where.input_value() == value

    def _choose_radio(self, what: Locator) -> None:
        """Tab leads to one box of a group; arrows go on from there, and choose."""
        self._reach(what, "element => element.name === document.activeElement?.name")
        self._keys.press("Space")
        for _ in range(FAR):
            if what.is_checked():
                return
            self._keys.press("ArrowDown")
        raise AssertionError(f"arrows do not lead to {what}")

    def _reach(self, where: Locator, there: str = "element => element === document.activeElement") -> None:
        seek = f"element => element.isConnected ? ({there})(element) : null"
        what = where.element_handle()  # found once: to look for a name on a large page takes longer than a key
        for _ in range(FAR):
            reached = what.evaluate(seek)
            if reached:
                return
            if reached is None:  # what came live took its place
                what = where.element_handle()
            self._keys.press("Tab")
        raise AssertionError(f"Tab does not lead to {where}")


@contextmanager
def at_work(browser: Browser, way: str, scheme: Scheme) -> Iterator[tuple[Page, Hand]]:
    """A page, and somebody who works it by ``mouse``, ``keyboard`` or ``thumb``; the browser finds nothing wrong."""
    thumb = way == "thumb"
    context = browser.new_context(viewport=PHONE if thumb else DESK, color_scheme=scheme, has_touch=thumb)
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda said: wrong.append(str(said)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        yield page, Keys(page) if way == "keyboard" else Thumb() if thumb else Mouse()
        assert wrong == []
    finally:
        context.close()
