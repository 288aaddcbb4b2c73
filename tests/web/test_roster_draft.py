"""A roster made on a screen: solved or brought in a file, seen as a draft, and published by whoever may sign it."""

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from muster.domain.published import DutyLine, Published
from muster.domain.rosters import UnitRoster
from muster.files.roster_tables import write_table
from tests.doors import House, Said, ask, post
from tests.ground import InRecord, local
from tests.publishing import BEFORE, CO_POST, DAY, EVENING, MONDAY, NIGHT, by_charts, charted, day
from tests.services.small import CO, NIGHT_DESK, OFFICER, PCT, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import cells_of, letters, mark_of, stranger, until_ended

PAGE = f"/roster-draft/{PCT}"


@pytest.fixture
def co(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commanding officer of a unit of which nothing is published."""
    clock.at = local(BEFORE)
    return somebody(house, force, CO)


def sends(house: House, cookie: dict[str, str], **fields: str) -> Said:
    """Somebody sends a form of the page."""
    return post(house.base + PAGE, cookie, mark=mark_of(seen(house, "/requests", cookie)), **fields)


def brings(house: House, cookie: dict[str, str], content: bytes, name: str = "roster.csv", page: str = PAGE) -> Said:
    """Somebody brings a file, as a browser sends it."""
    mark = mark_of(seen(house, "/requests", cookie))
    named = 'Content-Disposition: form-data; name="file"; filename="' + name + '"'
    head = f'--x\r\nContent-Disposition: form-data; name="mark"\r\n\r\n{mark}\r\n--x\r\n{named}\r\n'
    body = f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n--x--\r\n"
    return ask(house.base + page, "POST", body, {**cookie, "Content-Type": "multipart/form-data; boundary=x"})


def ended(house: House, cookie: dict[str, str]) -> Said:
    """The page once nothing runs."""
    return until_ended(house, PAGE, cookie)


def shown_lines(page: Said) -> dict[str, tuple[str, ...]]:
    """The lines that a page shows, as far as nobody is away."""
    key = letters(page)
    return {m: tuple(key.get(cell, cell) for cell in row) for m, row in cells_of(page).items()}


def lines(force: InRecord) -> dict[str, tuple[str, ...]]:
    """The lines as they are published."""
    return {x.member: x.tours for x in sees(force, lambda views: views.rows(DutyLine, unit=PCT))}


def listed(said: Said) -> list[str]:
    """What is wrong, as it is listed."""
    found = re.search(r'<div class="note wrong".*?</div>', said.text, re.DOTALL)
    return [] if found is None else [unescape(x) for x in re.findall("<li>(.*?)</li>", found[0])]


def test_the_draft_that_is_solved_is_shown_and_published_as_it_is(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    before = facts(force)
    assert sends(house, co, act="start", first=f"{MONDAY}", weeks="4").headers["location"] == PAGE
    page = ended(house, co)
    assert re.search(r"It costs [\d,]+ points, and no roster less", page.text)
    draft = shown_lines(page)
    assert (facts(force), lines(force), listed(page)) == (before, {}, [])
    assert sends(house, co, act="publish", by="PBBX-CO").status == 409
    done = sends(house, co, act="publish", by=CO_POST)
    assert (done.status, "published 2020-10-19 to 2020-11-15, version 1" in done.text) == (200, True)
    assert lines(force) == draft
    assert sends(house, co, act="publish", by=CO_POST).status == 409


def test_stopped_it_keeps_the_best_found(house: House, co: dict[str, str]) -> None:
    sends(house, co, act="start", first=f"{MONDAY}", weeks="8")
    assert sends(house, co, act="stop").status == 303
    page = ended(house, co)
    assert "a draft of 2020-10-19 to 2020-12-13" in page.text
    assert cells_of(seen(house, f"{PAGE}?from=2020-11-16", co)).keys() == cells_of(page).keys()


def csv_of(roster: UnitRoster) -> bytes:
    """A line for each entry."""
    rows = [
        f"{m},{d},{t or 'off'}" for m, line in roster.lines.items() for d, t in zip(roster.dates, line, strict=True)
    ]
    return "\n".join(["member,day,tour", *rows]).encode()


@pytest.mark.parametrize("kind", ["entries.csv", "days.csv", "days.xlsx"])
def test_a_roster_is_brought_in_a_file_of_each_kind(
    house: House, co: dict[str, str], force: InRecord, tmp_path: Path, kind: str
) -> None:
    roster = charted(force)
    if kind.startswith("days"):
        write_table(tmp_path / kind, [roster])
    content = (tmp_path / kind).read_bytes() if kind.startswith("days") else csv_of(roster)
    assert brings(house, co, content, kind).status == 303
    page = seen(house, PAGE, co)
    assert (listed(page), shown_lines(page)) == ([], dict(roster.lines))
    assert sends(house, co, act="publish", by=CO_POST).status == 200
    assert lines(force) == roster.lines


def test_days_of_a_sheet_may_be_dates_of_excel(house: House, co: dict[str, str]) -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        sheet, dated = book.add_worksheet(), book.add_format({"num_format": "ddd d mmm"})
        sheet.write_row(0, 0, ["member"])
        sheet.write_datetime(0, 1, MONDAY, dated)
        sheet.write_row(1, 0, [OFFICER, DAY])
    assert brings(house, co, content.getvalue(), "r.xlsx").status == 303
    assert shown_lines(seen(house, PAGE, co))[OFFICER][0] == DAY


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (
            f"member,day,tour\n{OFFICER},2020-10-33,{DAY}\n,{MONDAY},{DAY}\nM1,{MONDAY}\n",
            ["roster.csv:2: day '2020-10-33'", "roster.csv:3: member ''", "roster.csv:4: must have 3 cells"],
        ),
        (
            f"unit,member,day,tour\n{PCT},{OFFICER},2020-10-33,{DAY}\nPCT-001,{OFFICER},{day(1)},{DAY}\n"
            f"{PCT},M9999,{MONDAY},{DAY}\n",
            ["roster.csv:2: day '2020-10-33'", "line 3: unit 'PCT-001'", "line 4: member M9999 is not in the record"],
        ),
        (f"member,{MONDAY}\n{OFFICER},{DAY},{DAY}\n", ["roster.csv:2: must have 2 cells"]),
        (
            f"unit,member,day,tour\n{PCT},{OFFICER},{MONDAY},{DAY}\nPCT-001,{OFFICER},{day(1)},{DAY}\n"
            f"{PCT},{OFFICER},{MONDAY},{NIGHT}\n",
            ["line 3: unit 'PCT-001'", "line 4: M0033 on 2020-10-19 must be given once"],
        ),
        ("member,day,tour\n", ["roster.csv: must have a line for each entry"]),
        ("\x00\xff", ["roster.csv"]),
    ],
)
def test_all_that_is_wrong_with_a_file_is_told_at_once_with_its_lines(
    house: House, co: dict[str, str], content: str, faults: list[str]
) -> None:
    said = brings(house, co, content.encode("latin-1"))
    told = listed(said)
    assert said.status == 422
    for fault in faults:
        assert any(x.startswith(fault) for x in told), (fault, told)
    assert "<section" in said.text


def test_who_is_not_in_a_file_keeps_their_chart_and_no_tour_is_said_to_be_short_for_it(
    house: House, co: dict[str, str]
) -> None:
    assert brings(house, co, f"member,day,tour\n{OFFICER},{MONDAY},off".encode()).status == 303
    page = seen(house, PAGE, co)
    others = len(cells_of(page)) - 1
    assert others > 1
    assert f"for 1 member, {others} others keep their charts, nothing is published yet" in page.text


def test_what_is_in_the_way_of_publishing_is_told_before_with_the_lines_of_the_file(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    wrong = f"member,day,tour\n{OFFICER},{MONDAY},{DAY}\nM9999,{MONDAY},{DAY}\n{OFFICER},{day(1)},9999x9999\n"
    assert brings(house, co, wrong.encode()).status == 303
    page = seen(house, PAGE, co)
    assert listed(page) == [
        "line 3: member M9999 is not in the record",
        "line 4: tour '9999x9999' is not in the record",
    ]
    tired = f"member,day,tour\n{OFFICER},{MONDAY},{NIGHT}\n{OFFICER},{day(1)},{EVENING}\n"
    assert sends(house, co, act="drop").status == 303
    assert brings(house, co, tired.encode()).status == 303
    (told,) = [x for x in listed(seen(house, PAGE, co)) if "rest-unfit" in x]
    assert told.startswith("line 3: ")
    assert sends(house, co, act="publish", by=CO_POST).status == 409
    assert lines(force) == {}


def test_what_is_published_is_replaced_for_a_reason_alone(house: House, co: dict[str, str], force: InRecord) -> None:
    by_charts(force)
    assert brings(house, co, csv_of(charted(force).from_day(day(7)))).status == 303
    assert "would stand in its place" in seen(house, PAGE, co).text
    assert sends(house, co, act="publish", by=CO_POST).status == 409
    assert sends(house, co, act="publish", by=CO_POST, **{"in-place": "yes", "reason": ""}).status == 409
    assert sends(house, co, act="publish", by=CO_POST, **{"in-place": "yes", "reason": "two came"}).status == 200
    assert {p.first for p in sees(force, lambda views: views.rows(Published))} == {MONDAY, day(7)}


def test_only_who_commands_the_unit_makes_a_roster_and_odd_words_are_refused(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    assert ask(house.base + PAGE).status == 401
    for who in (NIGHT_DESK, OFFICER, stranger(force)):
        theirs = somebody(house, force, who)
        said = seen(house, PAGE, theirs)
        assert (said.status, CO_POST in said.text) == (403, True)
        assert sends(house, theirs, act="start", first=f"{MONDAY}", weeks="1").status == 403
        assert brings(house, theirs, b"member,day,tour").status == 403
    before = facts(force)
    for fields, status in (
        ({"act": "start", "first": "x", "weeks": "4"}, 422),
        ({"act": "start", "first": "2020-10-12", "weeks": "9"}, 422),
        ({"act": "start", "first": f"{MONDAY}", "weeks": "<b>x"}, 422),
        ({"act": "publish", "by": CO_POST}, 409),
        ({"act": "x"}, 422),
        ({}, 422),
    ):
        got = sends(house, co, **fields)
        assert (got.status, "<b>x" in got.text) == (status, False), fields
    kind = {**co, "Content-Type": "multipart/form-data"}
    for body in (b"", b"--x\r\n\r\n--x--", b"\xff" * 100):
        assert ask(house.base + PAGE, "POST", body, kind).status == 422
        boundary = {**kind, "Content-Type": "multipart/form-data; boundary=x"}
        assert ask(house.base + PAGE, "POST", body, boundary).status == 422
    long = brings(house, co, b"x" * 2**21)
    assert (long.status, "at most 2,097,152 bytes" in long.text, "<h1" in long.text) == (413, True, True)
    assert facts(force) == before
