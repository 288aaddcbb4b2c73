"""Fairness on paper, screen and phone: what it shows, and that nothing on it needs colour, script or a network."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import Browser

from muster.documents.fairness_sheets import HEADINGS, fairness_html
from muster.domain.fairness import FIGURES, Counted, Fairness, Share, Window
from muster.domain.fairness_sheets import FairnessSheet
from tests import browsing
from tests.ground import NEW_YORK

AT = datetime(2020, 10, 19, 16, tzinfo=UTC)
YEAR = date(2020, 1, 1), date(2020, 12, 31)


def sheet(members: int = 12) -> FairnessSheet:
    """Members of three squads and one of none, each with as many nights as their number, and hours of overtime."""
    window = Window(*YEAR, NEW_YORK, AT, lambda day: None)
    shares = tuple(_share(n) for n in range(members))
    order = sorted(shares, key=lambda s: (s.squad is None, s.squad or "", s.name))
    return FairnessSheet(Fairness("PCT-001", "1st Precinct", window, tuple(order)), None, AT, 364, "a" * 64)


def _share(n: int) -> Share:
    day = date(2020, 3, 1)
    nights = [Counted("nights", day, k % 4 == 0, timedelta(hours=5), "") for k in range(n)]
    over = Counted("overtime", day, False, timedelta(hours=n, minutes=30), "")
    squad = None if n % 4 == 3 else f"PCT-001-{n % 4}A"
    served = timedelta() if n == 5 else timedelta(days=280)
    name = f"Police Officer Long Name {n:03}"
    return Share(f"M{n:03}", name, squad, served, timedelta(), (*nights, over))


def rows(html: str) -> list[list[str]]:
    """The cells of each row of the table."""
    found = ET.fromstring(html).findall(".//tbody/tr") + ET.fromstring(html).findall(".//tfoot/tr")
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in found]


def test_everybody_is_on_it_once_by_squad_with_every_figure() -> None:
    told = {row[0]: row[1:] for row in rows(fairness_html(sheet())) if len(row) > 1}
    squads = [row[0] for row in rows(fairness_html(sheet())) if len(row) == 1]
    assert squads == ["Squad PCT-001-0A", "Squad PCT-001-1A", "Squad PCT-001-2A", "In no squad of the unit"]
    assert len(told) == 12 + 3
    for n in range(12):
        row = told[f"Police Officer Long Name {n:03} M{n:03}"]
        later = (n + 3) // 4
        assert row[:5] == ["0" if n == 5 else "280", "0", str(n - later), str(later), row[4]]
        assert row[4] == ("-" if n == 5 else f"{n / 10:.2f}")
        assert row[11:13] == [f"{n}.5", "0"]
    assert [told[name][1] for name in ("Median", "Least", "Most")] == ["6", "0", "11"]


def test_it_says_what_it_is_for_and_what_counts() -> None:
    said = " ".join("".join(ET.fromstring(fairness_html(sheet())).itertext()).split())
    assert "It ranks nobody: it is in order of squads and names, and refusals are not in it." in said
    assert "Directive 2003/88/EC, article 2(4)" in said
    assert "Worked until Mon 19 Oct 2020 1200 EDT" in said
    assert set(HEADINGS) == set(FIGURES)
    by = replace(sheet(), by="nights", found=sheet().found.sorted_by("nights"))
    told = [row[0] for row in rows(fairness_html(by))]
    assert told[0] == "Police Officer Long Name 011 M011"
    assert not any(name.startswith("Squad") for name in told)
    assert "it is in order of what is asked" in fairness_html(by)


def test_what_was_typed_in_is_text_and_nothing_comes_from_elsewhere() -> None:
    of = sheet(1)
    typed = replace(of.found.shares[0], name="<script>alert(1)</script> & 'x'")
    html = fairness_html(replace(of, found=replace(of.found, shares=(typed,))))
    assert rows(html)[1][0] == "<script>alert(1)</script> & 'x' M000"
    assert "<script" not in html
    assert not re.search(r"(?:src|href|url\()\s*=?", html)


def test_a_unit_with_nobody_says_so() -> None:
    html = fairness_html(sheet(0))
    assert rows(html)[0] == ["Nobody", "nobody served in the unit in these days"]
    assert rows(html)[1][2] == "-"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_barriers_and_without_moving_sideways(
    browser: Browser, scheme: browsing.Scheme
) -> None:
    for size in (browsing.PHONE, browsing.OLD_PHONE):
        with browsing.telephone(browser, scheme, size) as page:
            page.set_content(fairness_html(sheet()))
            assert browsing.barriers(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_on_paper_every_column_is_there_and_the_head_on_every_page(browser: Browser, paper: str) -> None:
    with browsing.telephone(browser, size={"width": 1040 if paper == "A4" else 990, "height": 700}) as page:
        page.set_content(fairness_html(sheet(200)))
        assert page.pdf(format=paper, landscape=True).count(b"/Type /Page\n") > 1
        page.emulate_media(media="print")
        assert page.evaluate("document.querySelector('table').scrollWidth <= innerWidth")
        assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
        assert page.evaluate("getComputedStyle(document.querySelector('tfoot')).display") == "table-row-group"
        colours = "[...document.querySelectorAll('th, td, p, li')].map(e => getComputedStyle(e).color)"
        assert set(page.evaluate(colours)) == {"rgb(0, 0, 0)"}
