"""Printed sheets of rosters: everybody and every day, in blocks of 28 days, whatever is in it, on paper and screen."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from muster.documents.roster_sheets import rosters_html
from muster.domain.duty import Tour
from muster.domain.limits import Breach
from muster.domain.roster_sheets import Count, RosterSheet
from muster.domain.rosters import Crossing, UnitRoster, letters_of
from muster.domain.schedule import turn_on
from tests import browsing

NEW_YORK = ZoneInfo("America/New_York")
HOSTILE = "</style><script>alert('1')</script>&\"{{ 7*7 }}<img src=x onerror=alert(1)>"
FIRST = date(2020, 10, 19)
TOURS = (
    Tour(tour="day", start=time(7, 5), end=time(15, 40), days=0),
    Tour(tour="late", start=time(15), end=time(23, 35), days=0),
    Tour(tour="night", start=time(23, 15), end=time(7, 50), days=1),
)
LETTER_PX, A4_PX = (279.4 - 16) / 25.4 * 96, (297 - 16) / 25.4 * 96
"""Across a sheet, between its margins."""


def sheet(days: int = 28, members: int = 6) -> RosterSheet:
    """A roster in which each works six days of every eight, with all that a sheet can show."""
    lines = {f"M{m}": tuple(("", TOURS[m % 3].tour)[(day + m) % 8 < 6] for day in range(days)) for m in range(members)}
    at = datetime(2020, 10, 24, 16, tzinfo=UTC)
    roster = UnitRoster(
        unit="PCT-001",
        first=FIRST,
        days=days,
        problem="0123",
        lines=lines,
        penalty={"under": 8700, "over": 47},
        bound=8629.3,
        settled=False,
        seconds=1.0,
        faults=["M1: runs, works 9 days in a row"],
        crossings=[
            Crossing("M0", Breach("week-caution", "caution", at, "61 h in 7 days")),
            Crossing("M2", Breach("rest-unfit", "unfit", at, "7 h 30 m rest")),
        ],
        notes=["a note"],
        unsolved={"M3": "has no possible line"},
    )
    return RosterSheet(
        roster=roster,
        name="1st Precinct",
        zone="America/New_York",
        members={f"M{m}": f"Officer Name {m}" for m in range(members)},
        turns={t.tour: [turn_on(t, day, NEW_YORK) for day in roster.dates] for t in TOURS},
        counts=[Count(t.tour, "officers", (1,) * days, (2,) + (1,) * (days - 1)) for t in TOURS],
        changed=False,
        printed_at=datetime(2020, 10, 1, 12, tzinfo=UTC),
        fact=364,
        head="abc",
    )


def root(html: str) -> ET.Element:
    return ET.fromstring(html)


def seen(of: ET.Element) -> str:
    """What is to be seen of an element: not what only a screen reader reads."""
    inside = "".join(seen(e) + (e.tail or "") for e in of if e.get("class") != "vh")
    return (of.text or "") + inside


def told(html: str) -> str:
    return " ".join(" ".join(root(html).find("body").itertext()).split())  # type: ignore[union-attr]


def table_rows(of: ET.Element, body: str) -> list[list[str]]:
    return [[seen(cell) for cell in row] for row in of.findall(f".//tbody[@class='{body}']/tr")]


def test_every_member_has_every_day() -> None:
    of = sheet()
    letters = {"day": "D", "late": "E", "night": "N", "": "·"}
    rows = table_rows(root(rosters_html([of])), "members")
    assert [row[0].removesuffix(" ?4") for row in rows] == [f"Officer Name {m[1:]} {m}" for m in of.roster.lines]
    shown = [[cell[0] for cell in row[1:]] for row in rows]
    assert shown == [[letters[tour] for tour in line] for line in of.roster.lines.values()]


def test_a_head_names_each_day_with_its_weekday_and_weekends_stand_between_lines() -> None:
    _, days = root(rosters_html([sheet()])).findall(".//thead/tr")
    said = [seen(th) for th in days[1:]]
    assert said == [f"{day:%a}{day.day}" for day in sheet().roster.dates]
    assert [th.get("class") for th in days[1:8]] == ["", "", "", "", "", "sat", "sun"]


@pytest.mark.parametrize(("days", "blocks"), [(1, [1]), (28, [28]), (29, [28, 1]), (371, [28] * 13 + [7])])
def test_longer_periods_stand_in_blocks_of_28_days(days: int, blocks: list[int]) -> None:
    of = sheet(days)
    tables = root(rosters_html([of])).findall(".//table")
    assert [len(t.findall("thead/tr")[1]) - 1 for t in tables] == blocks
    lines: dict[str, str] = {}
    for table in tables:
        for row in table_rows(table, "members"):
            member = next(m for m in of.roster.lines if re.search(rf" {m}\b", row[0]))
            lines[member] = lines.get(member, "") + "".join(cell[0] for cell in row[1:])
        assert all(len(row) == len(table.findall("thead/tr")[1]) for row in table_rows(table, "totals"))
    assert {m: len(line) for m, line in lines.items()} == dict.fromkeys(of.roster.lines, days)


def test_a_tour_under_its_minimum_has_a_sign_and_says_how_many_are_missing() -> None:
    page = root(rosters_html([sheet()]))
    totals = table_rows(page, "totals")
    assert totals[0][:3] == ["D officers", "!1/2", "1/1"]
    short = page.findall(".//td[@class=' short']")
    assert ["".join(td.itertext()) for td in short] == ["!1/2, 1 short"] * 3
    nobody = replace(sheet(), counts=[Count("reserve", "dog handlers", (0,) * 28, (None,) * 28)])
    assert table_rows(root(rosters_html([nobody])), "totals") == [["reserve dog handlers", *["0"] * 28]]


def test_what_the_roster_crosses_is_marked_where_it_is_and_told_below() -> None:
    page = root(rosters_html([sheet()]))
    rows = {row[0].split()[-1]: row for row in table_rows(page, "members")}
    assert rows["M0"][6] == "D▲1"
    assert rows["M2"][6].endswith("!2")
    assert sum(cell.count("!") + cell.count("▲") for row in rows.values() for cell in row) == 2
    assert [seen(li) for li in page.findall(".//ul[@class='found']/li")] == [
        "▲1 caution: M0, Sat 24 Oct 2020 12:00: week-caution, 61 h in 7 days",
        "!2 breach: M2, Sat 24 Oct 2020 12:00: rest-unfit, 7 h 30 m rest",
        "!3 breach: M1: runs, works 9 days in a row",
        "?4 no line: M3: has no possible line",
    ]


def test_a_breach_is_not_hidden_by_a_caution_of_the_same_day() -> None:
    caution, breach = sheet().roster.crossings
    both = [caution, replace(breach, member=caution.member)]
    rows = table_rows(root(rosters_html([replace(sheet(), roster=replace(sheet().roster, crossings=both))])), "members")
    assert rows[0][6] == "D!2+"


def test_a_rule_crossed_after_the_last_day_is_marked_at_the_name() -> None:
    of = sheet(3)
    rows = table_rows(root(rosters_html([of])), "members")
    assert [row[0] for row in rows if "▲" in "".join(row)] == ["Officer Name 0 M0 ▲1"]


def test_the_head_says_what_it_costs_and_the_foot_what_it_was_made_from() -> None:
    said = told(rosters_html([sheet()]))
    assert "Roster of 1st Precinct, PCT-001" in said
    assert (
        "For Mon 19 Oct 2020 to Sun 15 Nov 2020: 28 days, 6 members. Penalty 8747, at least 8629, open; "
        "2 hard rules broken, 1 caution, 0 short of minimum cover, 1 without a line."
    ) in said
    assert "Made from problem 0123. Names, hours and cover from the record as of fact 364, hash abc" in said
    assert "printed at 2020-10-01 08:00 EDT. Times are local, America/New_York." in said
    assert "note: a note" in said
    assert "N night: 23:15 to 07:50 the next day, 8 h 35 m" in said
    assert "The record has changed" not in said
    assert "The record has changed" in told(rosters_html([replace(sheet(), changed=True)]))


def test_the_night_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    said = told(rosters_html([sheet()]))
    assert "Sun 1 Nov 2020 has 25 h: the clocks go back. " in said
    assert "Tour night of Sat 31 Oct 2020 lasts 9 h 35 m, 1 h more than by the clock." in said
    assert said.count("than by the clock") == 1
    assert "clocks" not in told(rosters_html([sheet(12)]))


def test_hostile_words_stay_words() -> None:
    roster = replace(
        sheet().roster,
        unit=HOSTILE,
        problem=HOSTILE,
        lines={HOSTILE: (HOSTILE,) * 28},
        faults=[HOSTILE],
        crossings=[Crossing(HOSTILE, Breach(HOSTILE, "unfit", datetime(2020, 10, 24, 16, tzinfo=UTC), HOSTILE))],
        notes=[HOSTILE],
        unsolved={HOSTILE: HOSTILE},
    )
    of = replace(
        sheet(),
        roster=roster,
        name=HOSTILE,
        members={HOSTILE: HOSTILE},
        turns={},
        counts=[Count(HOSTILE, HOSTILE, (0,) * 28, (1,) * 28)],
        head=HOSTILE,
    )
    html = rosters_html([of])
    page = root(html)
    assert [e.tag for e in page.iter() if e.tag in ("script", "img", "link", "iframe")] == []
    assert table_rows(page, "members")[0][0] == f"{HOSTILE} {HOSTILE} ?3"
    assert page.findtext("head/title") == f"Roster: {HOSTILE}"
    assert "hours not in the record" in told(html)


def test_the_page_brings_everything_with_it() -> None:
    html = rosters_html([sheet()])
    assert html.startswith("<!DOCTYPE html>")
    assert not re.search(r"<script|<link|<img|https?://|url\(|@import|\son\w+=|\shref=|\ssrc=", html)


def test_more_tours_than_letters_have_two() -> None:
    letters = letters_of([[f"tour {n:02}" for n in range(28)]])
    assert len(set(letters.values())) == 28
    assert (letters["tour 25"], letters["tour 26"], letters["tour 27"]) == ("z", "aa", "ab")


def test_a_tour_that_is_not_in_the_record_is_told_from_those_that_are() -> None:
    of = sheet()
    lines = {**of.roster.lines, "M0": ("gone",) * 28}
    rows = table_rows(root(rosters_html([replace(of, roster=replace(of.roster, lines=lines))])), "members")
    assert {cell[0] for cell in rows[0][1:]} == {"a"}
    assert {cell[0] for row in rows[1:] for cell in row[1:]} == {"D", "E", "N", "·"}


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    file = tmp_path / "rosters.html"
    longer = sheet(29, 45)
    caution, breach = longer.roster.crossings
    other = replace(longer.roster, unit="PCT-002", crossings=[caution] * 100 + [breach] * 2)
    file.write_text(rosters_html([sheet(), replace(longer, roster=other)]), encoding="utf-8")
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_there_are_no_barriers_and_the_table_scrolls_by_itself(
    browser: Browser, page_file: Path, scheme: browsing.Scheme
) -> None:
    with browsing.telephone(browser, scheme, browsing.OLD_PHONE) as page:
        page.goto(page_file.as_uri())
        assert browsing.barriers(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= browsing.OLD_PHONE["width"]
        box = page.get_by_role("region", name="PCT-001, Mon 19 Oct 2020 to Sun 15 Nov 2020")
        page.keyboard.press("Tab")
        assert box.evaluate("e => e === document.activeElement && e.scrollWidth > e.clientWidth")


def test_28_days_fit_across_the_paper_in_letters_that_can_be_read_and_in_black_on_white(
    browser: Browser, page_file: Path
) -> None:
    for width in (LETTER_PX, A4_PX):
        context = browser.new_context(viewport={"width": int(width), "height": 700}, color_scheme="dark")
        page = context.new_page()
        page.goto(page_file.as_uri())
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate("Math.max(...[...document.querySelectorAll('table')].map(t => t.offsetWidth))") <= width
        assert (
            page.evaluate("[...document.querySelectorAll('td')].filter(t => t.scrollWidth > t.clientWidth + 1)") == []
        )
        styles = page.evaluate(
            "[...document.querySelectorAll('main *')].filter(e => !e.closest('.vh')).map(e => getComputedStyle(e))"
            ".map(s => [parseFloat(s.fontSize), s.color, s.backgroundColor])"
        )
        assert min(size for size, _, _ in styles) >= 7 / 72 * 96 - 0.01
        assert {ink for _, ink, _ in styles} == {"rgb(0, 0, 0)"}
        assert {ground for _, _, ground in styles} <= {"rgba(0, 0, 0, 0)", "rgb(255, 255, 255)"}
        kept = (
            "[...document.querySelectorAll('thead, tr')].map(e => getComputedStyle(e))"
            ".map(s => [s.display, s.breakInside])"
        )
        assert {" ".join(pair) for pair in page.evaluate(kept)} == {"table-header-group avoid", "table-row avoid"}
        context.close()


def test_a_month_of_one_day_makes_its_column_no_wider(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "rosters.html"
    file.write_text(rosters_html([sheet(14)]), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    widths = page.evaluate("[...document.querySelectorAll('tbody tr:first-child td')].map(t => t.offsetWidth)")
    page.close()
    assert len(widths) >= 14
    assert max(widths) < 1.5 * min(widths)


def test_each_roster_and_each_block_begins_a_new_sheet(browser: Browser, page_file: Path) -> None:
    page = browser.new_context().new_page()
    page.goto(page_file.as_uri())
    for paper in ("A4", "Letter"):
        pdf = page.pdf(format=paper, landscape=True)
        assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) == 2 + 4 + 1
    page.context.close()
