"""A roll call on paper, screen and phone: what it shows, and that nothing on it needs colour, script or a network."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser

from muster.documents.roll_call_sheets import roll_call_html
from muster.domain.duty import Tour
from muster.domain.roll_call_sheets import RollCallPage, RollCallSheet
from muster.domain.roll_calls import Line, RollCall, State
from muster.domain.roll_posts import Count, Post, Supervision
from muster.domain.schedule import turn_on
from muster.domain.sectoring import Filled
from muster.domain.span import PATROL
from tests import browsing
from tests.ground import NEW_YORK

NIGHT = Tour(tour="2315x0750", start=time(23, 15), end=time(7, 50), days=1)
WORDS = """() => [...document.querySelectorAll('thead th, .cover th, .posts th')].filter(one => one.offsetParent)
.flatMap(cell => {
  const text = cell.firstChild, range = document.createRange();
  return [...text.data.matchAll(/[^\\s-]+/g)].map(word => {
    range.setStart(text, word.index);
    range.setEnd(text, word.index + word[0].length);
    return [word[0], new Set([...range.getClientRects()].map(box => box.top)).size];
  });
})"""
"""Each word of a heading, of a position and of whom a tour needs, with the number of lines on which it stands."""
STATES: tuple[State, ...] = (
    "present",
    "late",
    "absent",
    "elsewhere",
    "held-over",
    "not-seen",
    "no-show",
    "signed-off",
    "expected",
)


def sheet(members: int = 9, day: date = date(2020, 10, 6)) -> RollCallSheet:
    turn = turn_on(NIGHT, day, NEW_YORK)
    lines = tuple(
        Line(f"M{n:03}", STATES[n % 9], f"PCT-001-{n % 4}A", True, f"why {n}", f"why {n}") for n in range(members)
    )  # fmt: skip
    call = RollCall(unit="PCT-001", tour=NIGHT.tour, day=day, at=turn.start + timedelta(minutes=5), by="M000")
    page = RollCallPage(
        unit="PCT-001",
        name="1st Precinct",
        zone="America/New_York",
        turn=turn,
        at=turn.start + timedelta(minutes=10),
        call=call,
        lines=lines,
        posts=(
            Post("PCT-001-DESK", "Desk Officer", 1, ("M000",), (), ()),
            Post("PCT-001-SUP", "Patrol Supervisor", 1, (), (), ("M006",), "M001"),
        ),
        counts=(Count("officers", 9, 12, 2, 1), Count("supervisors", 1, 1, 1, 0)),
        supervisions=(
            Supervision("M000", "watch of PCT-001", tuple(f"M{n:03}" for n in range(11)), PATROL),
            Supervision(None, "nobody", ("M001",), PATROL),
            *(
                Supervision(f"M{n:03}", "sergeant of the squad", (f"M{n + 9:03}",), PATROL)
                for n in range(members // 10)
            ),
        ),
        names={f"M{n:03}": f"Police Officer Long Name {n:03}" for n in range(members)},
        sectors=(
            *(
                Filled(name, 2, 3, tuple(f"M{n:03}" for n in range(place, 4 * members // 5, 4)), ("M000",))
                for place, name in enumerate("ABC")
            ),
            Filled("D", 2, 3, ("M003",), (), "nobody is left: 3 did not come"),
        ),
        unsent=("M004",),
    )
    return RollCallSheet(page, datetime(2020, 10, 1, 12, tzinfo=UTC), 364, "a" * 64)


def told(html: str) -> str:
    body = ET.fromstring(html).find("body")
    assert body is not None
    return " ".join(" ".join(body.itertext()).split())


def test_everybody_is_on_it_once_with_state_and_reason() -> None:
    rows = ET.fromstring(roll_call_html(sheet())).findall(".//table[@class='roll']/tbody/tr")
    said = [" ".join("".join(row.itertext()).split()) for row in rows]
    assert len(said) == 9
    for n, line in enumerate(said):
        assert line.startswith(f"Police Officer Long Name {n:03} M{n:03}")
        assert line.endswith(f"{STATES[n]} why {n}")


def test_what_is_wrong_has_a_sign_and_a_word() -> None:
    said = told(roll_call_html(sheet()))
    assert "Patrol Supervisor PCT-001-SUP ! nobody Police Officer Long Name 001 M001 can stand in" in said
    assert "officers ! 6 short 9 12 2 1" in said
    assert "11 ! over 10" in said
    assert "D ! 1 short nobody is left: 3 did not come 2 to 3 Police Officer Long Name 003 M003" in said
    assert "Without a sector: Police Officer Long Name 004 M004." in said
    assert "At most 10 to a supervisor: consent decree" in said
    assert "Taken 2320 by Police Officer Long Name 000 M000. As of 2325: 1 present, 1 late, 1 absent" in said


def test_the_nights_of_an_hour_more_and_an_hour_less_say_so() -> None:
    long, short = (told(roll_call_html(sheet(day=day))) for day in (date(2020, 10, 31), date(2020, 3, 7)))
    assert "2315 to Sun 01 Nov 0750, 9 h 35 m. The clocks go back: 1 h more than by the clock." in long
    assert "2315 to Sun 08 Mar 0750, 7 h 35 m. The clocks go forward: 1 h less than by the clock." in short
    assert "clocks go" not in told(roll_call_html(sheet()))


def test_what_was_typed_in_is_text_and_nothing_comes_from_elsewhere() -> None:
    of = sheet()
    names = {"M000": "<script>alert(1)</script> & 'x'"}
    html = roll_call_html(replace(of, page=replace(of.page, names=names)))
    assert "<script>alert(1)</script> & 'x'" in told(html)
    assert "<script" not in html
    assert not re.search(r"(?:src|href|url\()\s*=?", html)


def test_an_empty_roll_says_so() -> None:
    page = replace(sheet().page, lines=(), posts=(), counts=(), supervisions=(), call=None)
    said = told(roll_call_html(replace(sheet(), page=page)))
    assert "Not taken yet. As of 2325: nobody is on the roll." in said
    assert "nobody is on the schedule of this tour" in said


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_barriers_and_without_moving_sideways(
    browser: Browser, scheme: browsing.Scheme
) -> None:
    for size in (browsing.PHONE, browsing.OLD_PHONE):
        with browsing.telephone(browser, scheme, size) as page:
            page.set_content(roll_call_html(sheet()))
            assert browsing.barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [browsing.OLD_PHONE["width"], 375, browsing.PHONE["width"], 700])
@pytest.mark.parametrize("media", ["screen", "print"])
def test_no_word_of_a_heading_or_of_what_is_needed_is_broken(
    browser: Browser, media: Literal["screen", "print"], width: int
) -> None:
    with browsing.telephone(browser, size={"width": width, "height": 844}) as page:
        page.emulate_media(media=media)
        page.set_content(roll_call_html(sheet()))
        words = page.evaluate(WORDS)
        assert {"supervisors", "Position", "Wanted"} <= {word for word, _ in words}
        assert [word for word, lines in words if lines > 1] == []


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_tour_of_a_precinct_is_one_page_of_paper_with_room_for_a_tick(browser: Browser, paper: str) -> None:
    with browsing.telephone(browser) as page:
        for members in (20, 24, 60):
            page.set_content(roll_call_html(sheet(members)))
            assert page.pdf(format=paper).count(b"/Type /Page\n") == 1
        page.set_content(roll_call_html(sheet(members=120)))
        assert page.pdf(format=paper).count(b"/Type /Page\n") > 1
        page.emulate_media(media="print")
        assert page.locator("td.tick").first.is_visible()
        assert page.locator(".signed").is_visible()
        page.emulate_media(media="screen")
        assert not page.locator("td.tick").first.is_visible()
