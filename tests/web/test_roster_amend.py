"""Published rosters amended from a file on a screen: what would change is seen, then it is signed, all or nothing."""

import re
from html import unescape
from io import BytesIO

import xlsxwriter  # type: ignore[import-untyped]

from muster.domain.published import DutyLine
from tests.doors import House, Said, ask, post
from tests.ground import InRecord
from tests.publishing import CO_POST, DAY, MONDAY, amended, day
from tests.services.small import NIGHT_DESK, OFFICER, PCT, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import mark_of, stranger
from tests.web.test_roster_draft import brings, listed

PAGE = f"/roster-amend/{PCT}"


def sends(house: House, cookie: dict[str, str], **fields: str) -> Said:
    """Somebody sends the form of the page."""
    return post(house.base + PAGE, cookie, mark=mark_of(seen(house, "/requests", cookie)), **fields)


def lines(force: InRecord) -> dict[str, tuple[str, ...]]:
    """The lines as they are published."""
    return {x.member: x.tours for x in sees(force, lambda views: views.rows(DutyLine, unit=PCT))}


def off(force: InRecord, member: str) -> bytes:
    """A file by which a member is off on the first two days on which they work, the second for a reason of its own."""
    works = [n for n, tour in enumerate(lines(force)[member]) if tour][:2]
    rows = [f"{member},{day(works[0])},off,", f"{member},{day(works[1])},off,court"]
    return "\n".join(["member,day,tour,reason", *rows]).encode()


def test_what_is_shown_is_what_is_signed_and_nothing_before_that(
    house: House, planner: dict[str, str], force: InRecord
) -> None:
    before, count, content = lines(force), facts(force), off(force, OFFICER)
    assert brings(house, planner, content, page=PAGE).status == 303
    page = seen(house, PAGE, planner)
    shown = re.findall(r'data-l="Was:">(.*?)</td><td data-l="Becomes:">(.*?)</td><td data-l="Why:">(.*?)<', page.text)
    worked = [tour for tour in before[OFFICER] if tour][:2]
    assert shown == [(worked[0], "off", "as signed"), (worked[1], "off", "court")]
    assert (lines(force), facts(force), "Reason of 1 line that says none" in page.text) == (before, count, True)
    assert sends(house, planner, act="amend", by="PBBX-CO", reason="x").status == 409
    bare = sends(house, planner, act="amend", by=CO_POST, reason="")
    assert (bare.status, len(listed(bare)), 'aria-invalid="true"' in bare.text) == (422, 1, True)
    assert lines(force) == before
    sent = sends(house, planner, act="amend", by=CO_POST, reason="a course")
    after = lines(force)
    changed = {(m, n) for m in after for n in range(28) if before[m][n] != after[m][n]}
    assert (sent.status, {m for m, _ in changed}, len(changed), facts(force)) == (303, {OFFICER}, 2, count + 2)
    again = sends(house, planner, act="amend", by=CO_POST, reason="a course")
    assert (again.status, "or the server was restarted" in again.text) == (409, True)


def test_a_file_of_excel_is_read_with_its_dates(house: House, planner: dict[str, str]) -> None:
    content = BytesIO()
    with xlsxwriter.Workbook(content) as book:
        rows = book.add_worksheet()
        rows.write_row(0, 0, ["member", "day", "tour"])
        rows.write_row(1, 0, [OFFICER, day(1), "off"], book.add_format({"num_format": "d/m/yyyy"}))
    assert brings(house, planner, content.getvalue(), "r.xlsx", page=PAGE).status == 303
    assert f"{day(1):%a} {day(1).day} {day(1):%b %Y}" in seen(house, PAGE, planner).text
    assert "must not be empty" in unescape(brings(house, planner, b"", page=PAGE).text)


def test_all_that_is_wrong_with_a_file_is_told_at_once_and_nothing_is_kept_of_it(
    house: House, planner: dict[str, str], force: InRecord
) -> None:
    content = (
        f"member,day,tour,unit\n{OFFICER},2020-10-33,{DAY},\nM9999,{MONDAY},{DAY},\n"
        f"{OFFICER},{day(1)},9999x9999,\n{OFFICER},{day(2)},off,PATROL\n"
    )
    said = brings(house, planner, content.encode(), page=PAGE)
    told = listed(said)
    assert said.status == 422
    for begin in (
        "roster.csv:2: day '2020-10-33'",
        "line 3: member 'M9999'",
        "line 4: tour '9999x9999'",
        "line 5: unit 'PATROL'",
    ):
        assert any(x.startswith(begin) for x in told), (begin, told)
    assert "no file of entries" in seen(house, PAGE, planner).text


def test_what_is_in_the_way_is_told_before_it_is_signed_and_what_was_amended_since_is_not_signed_over(
    house: House, planner: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    before, content = lines(force), off(force, OFFICER)
    gone = f"member,day,tour\n{OFFICER},2020-10-05,off\n".encode()
    assert brings(house, planner, gone, page=PAGE).status == 303
    assert any("line 2: " in x and "2020-10-05" in x for x in listed(seen(house, PAGE, planner)))
    assert sends(house, planner, act="amend", by=CO_POST, reason="x").status == 409
    assert sends(house, planner, act="drop").status == 303
    assert brings(house, planner, content, page=PAGE).status == 303
    other = next(n for n, tour in enumerate(before[NIGHT_DESK]) if tour)
    amended(force, NIGHT_DESK, day(other), "off")
    late = sends(house, planner, act="amend", by=CO_POST, reason="x")
    assert (late.status, "was version 1 when it was read" in late.text) == (409, True)


def test_only_who_commands_the_unit_brings_a_file(house: House, planner: dict[str, str], force: InRecord) -> None:
    assert ask(house.base + PAGE).status == 401
    content, before = off(force, OFFICER), lines(force)
    for who in (NIGHT_DESK, OFFICER, stranger(force)):
        theirs = somebody(house, force, who)
        said = seen(house, PAGE, theirs)
        assert (said.status, CO_POST in unescape(said.text)) == (403, True)
        assert brings(house, theirs, content, page=PAGE).status == 403
        assert sends(house, theirs, act="amend", by=CO_POST, reason="x").status == 403
    assert lines(force) == before
