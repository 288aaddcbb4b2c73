"""Somebody on their way through the console, as docs/journeys.md tells it."""

from typing import Literal

from playwright.sync_api import Page

from tests.browsing import barriers
from tests.hands import Hand

Role = Literal["link", "button"]


class Journey:
    """Somebody on their way through the console; every screen they come to has no barriers."""

    def __init__(self, page: Page, hand: Hand, base: str) -> None:
        self.page, self._hand, self.base = page, hand, base

    def sign_in(self, position: str) -> None:
        """They choose an office of the demo."""
        self.page.goto(f"{self.base}/now")
        self.looks()
        self._hand.choose(self.page.get_by_label("Office"), position)
        self.press("Sign in as that office", "button")
        self.reads("units have a watch")

    def press(self, name: str, role: Role = "link") -> None:
        """They follow a link or press a button of this name."""
        self._hand.press(self.page.get_by_role(role, name=name, exact=True).first)

    def mark(self, value: str) -> None:
        """They choose one of several boxes, or tick it."""
        self._hand.press(self.page.locator(f'input[value="{value}"]'))

    def write(self, label: str, text: str) -> None:
        """They put a text into a field."""
        self._hand.write(self.page.get_by_label(label, exact=True).first, text)

    def choose(self, label: str, value: str) -> None:
        """They choose of a list."""
        self._hand.choose(self.page.get_by_role("combobox", name=label, exact=True), value)

    def reads(self, text: str) -> None:
        """The first sentence of the screen says this; the screen is looked at."""
        self.page.get_by_role("heading", level=1).filter(has_text=text).wait_for()
        self.looks()

    def sees(self, text: str) -> None:
        """This stands on the screen."""
        self.page.get_by_text(text).first.wait_for()

    def looks(self) -> None:
        """There are no barriers here, and nothing runs out of the screen."""
        assert barriers(self.page) == []
        wide = self.page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert wide[0] == wide[1], self.page.url
