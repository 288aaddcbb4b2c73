"""A roster in a real browser: by arrow keys, saved by keyboard, on a telephone, on paper, without scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from muster.domain.published import DutyLine
from muster.store.store import SqlStore
from tests.browsing import PHONE, Scheme, barriers
from tests.doors import House
from tests.ground import InRecord
from tests.hands import DESK
from tests.publishing import MONDAY, by_charts
from tests.requesting import leave, oct_
from tests.services.small import OFFICER, PCT, facts, sees
from tests.support import SettableClock
from tests.web.test_roster import entry

GRID = f"/roster/{PCT}?from={MONDAY}"
SCREENS = (GRID, f"/roster/{PCT}/{OFFICER}/2020-10-22", f"/roster/{PCT}/{OFFICER}", "/roster", "/requests",
           "/requests/R1", f"/roll-call/{PCT}", f"/roster-draft/{PCT}", f"/roster-plan/{PCT}", f"/roster-amend/{PCT}",
           f"/roster-withdraw/{PCT}")  # fmt: skip
FOCUSED = "(td => [td.closest('tr')?.dataset.member, td.cellIndex])(document.activeElement)"
"""Whose cell has the focus, and which."""


PLACES = (
    ("box", "#gridbox"),
    ("cell", "#grid td:focus"),
    ("day", "#grid thead tr:first-child th:nth-child(4)"),
    ("name", "#grid tbody tr:last-child th[scope=row]"),
    ("foot", "#grid tfoot"),
)
"""Parts of the grid, and where they are found."""


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock, database: Path) -> InRecord:
    """The small force, with a roster by the charts, and somebody who asks for leave."""
    small = InRecord(temporary_store, clock)
    small.once(by_charts)
    leave(small, OFFICER, oct_(24), oct_(26))
    return small


@contextmanager
def co(
    browser: Browser, demo: House, scheme: Scheme = "light", size: ViewportSize = DESK, *, scripts: bool = True
) -> Iterator[Page]:
    """A page on which the commanding officer has signed in; the browser says nothing is wrong in it."""
    context = browser.new_context(viewport=size, color_scheme=scheme, java_script_enabled=scripts)
    page, wrong = context.new_page(), list[str]()
    page.on("pageerror", lambda said: wrong.append(str(said)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    try:
        page.goto(f"{demo.base}/roster")
        page.get_by_label("Office").select_option("PCT-047-CO")
        page.get_by_role("button", name="Sign in as that office").click()
        page.get_by_role("heading", level=1).filter(has_text="roster that you may read").wait_for()
        yield page
        assert wrong == []
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_there_are_no_barriers_and_nothing_runs_out_of_the_page(
    browser: Browser, demo: House, scheme: Scheme, size: ViewportSize
) -> None:
    with co(browser, demo, scheme, size) as page:
        for screen in SCREENS:
            page.goto(demo.base + screen)
            assert barriers(page) == [], screen
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"], screen
        page.goto(demo.base + GRID)
        page.locator(f"#line-{OFFICER} td").nth(4).click()
        page.locator("#panel h1").wait_for()
        assert barriers(page) == []
        page.locator("#gaps a").first.click()
        page.get_by_role("heading", name="Why it is short").wait_for()
        assert barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def into_grid(page: Page) -> None:
    """Press Tab until a cell has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "TD":
            return
    raise AssertionError("no cell is reached by Tab")


def test_an_entry_is_found_changed_and_saved_by_keyboard_and_the_grid_stays(
    browser: Browser, demo: House, force: InRecord
) -> None:
    with co(browser, demo) as page:
        page.goto(demo.base + GRID)
        page.evaluate("window.stays = true")
        into_grid(page)
        members = page.evaluate("[...document.querySelectorAll('tr[data-member]')].map(tr => tr.dataset.member)")
        assert page.evaluate(FOCUSED) == [members[0], 1]
        for key, row, column in (
            ("ArrowRight", 0, 2), ("ArrowDown", 1, 2), ("PageDown", 1, 9), ("PageUp", 1, 2), ("End", 1, 28),
            ("ArrowRight", 1, 28), ("Home", 1, 1), ("ArrowLeft", 1, 1), ("ArrowUp", 0, 1), ("ArrowUp", 0, 1),
            ("Control+End", len(members) - 1, 28), ("Control+Home", 0, 1),
        ):  # fmt: skip
            page.keyboard.press(key)
            assert page.evaluate(FOCUSED) == [members[row], column], key
        for _ in range(members.index(OFFICER)):
            page.keyboard.press("ArrowDown")
        line = next(x for x in sees(force, lambda views: views.rows(DutyLine, member=OFFICER)))
        works = next(n for n in range(28) if line.tours[n])
        for _ in range(works):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        page.locator("#panel h1").wait_for()
        assert page.evaluate("document.activeElement.id") == "cw"
        page.keyboard.press("Escape")
        page.keyboard.press("?")
        assert page.get_by_role("cell", name="propose a day off").is_visible()
        before, day = facts(force), line.first.fromordinal(line.first.toordinal() + works)
        for left in (True, False):  # proposed and left, then proposed and signed
            page.keyboard.press("o")
            page.get_by_role("status").filter(has_text="Proposed: off").wait_for()
            assert page.locator('#panel input[value="off"]').is_checked()
            assert page.evaluate("document.activeElement.name") == "reason"
            if left:
                page.keyboard.press("Escape")
                assert page.evaluate(FOCUSED) == [OFFICER, works + 1]
        assert (facts(force), entry(force, OFFICER, day)) == (before, line.tours[works])
        assert barriers(page) == []
        page.keyboard.type("court in the morning")
        page.keyboard.press("Enter")
        page.locator("#panel h1").filter(has_text="day off").wait_for()
        page.locator(f"#line-{OFFICER} td").nth(works).filter(has_text="·").wait_for()
        assert entry(force, OFFICER, day) == ""
        page.locator("#panel h1").focus()
        page.keyboard.press("Escape")
        assert page.evaluate(FOCUSED) == [OFFICER, works + 1]
        assert page.evaluate("window.stays") is True


def test_the_grid_is_one_tab_stop_and_names_and_days_stay_in_sight(browser: Browser, demo: House) -> None:
    with co(browser, demo, size={"width": 900, "height": 500}) as page:
        page.goto(demo.base + GRID)
        assert page.locator("#grid [tabindex='0'], #grid a:not([tabindex='-1'])").count() == 1
        into_grid(page)
        page.keyboard.press("Control+End")
        at = {name: page.locator(where).evaluate("e => e.getBoundingClientRect().toJSON()") for name, where in PLACES}
        assert abs(at["name"]["left"] - at["box"]["left"]) < 3
        assert abs(at["day"]["top"] - at["box"]["top"]) < 3
        assert at["cell"]["bottom"] <= at["foot"]["top"] + 2
        assert at["cell"]["left"] >= at["name"]["right"] - 2


def test_it_works_without_scripts(browser: Browser, demo: House, force: InRecord) -> None:
    with co(browser, demo, scripts=False) as page:
        page.goto(demo.base + GRID)
        page.locator("select[name=member]").select_option(OFFICER)
        page.locator("input[name=day]").fill("2020-10-22")
        page.get_by_role("button", name="Why").click()
        page.get_by_role("heading", name="If you change it to").wait_for()
        way = page.locator("label.opt").filter(has_not_text="Cannot be").first
        to = way.locator("input").get_attribute("value")
        way.click()
        page.get_by_label("Reason").fill("a course")
        page.get_by_role("button", name="Save").click()
        page.locator("#cell").filter(has_text="a course").wait_for()
        assert (entry(force, OFFICER, oct_(22)) or "off") == to


def test_on_paper_the_grid_is_whole_and_nothing_else_is_there(browser: Browser, demo: House) -> None:
    with co(browser, demo, "dark") as page:
        page.goto(demo.base + GRID)
        page.emulate_media(media="print")
        assert page.locator("#gridbox").evaluate("e => e.scrollHeight <= e.clientHeight + 1")
        for hidden in (".top", ".clock", "#panel", ".gridways"):
            assert not page.locator(hidden).first.is_visible(), hidden
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
        assert page.get_by_text("Published 2020-10-19").last.is_visible()
