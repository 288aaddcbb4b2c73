"""Rosters over HTTP: a grid that says what the record says, an entry with its effect before it is saved, and rights."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from random import Random

import pytest

from muster.domain.duty import SquadPlace, Waiver
from muster.domain.errors import Refused
from muster.domain.force import Position, Title, Unit
from muster.domain.grids import PLAIN, Cell, Grid, GridLine, Mark
from muster.domain.members import Absence, Appointment, Attachment, Career, ContactPoint, Member
from muster.domain.published import OFF, DutyLine
from muster.domain.record import entered
from muster.services.roster_grid import grid_of
from tests.doors import House, Said, ask, post
from tests.ground import InRecord, changed, local
from tests.publishing import (
    BEFORE,
    CO_POST,
    DAY,
    EVENING,
    MONDAY,
    NIGHT,
    amended,
    as_charted,
    charted,
    day,
    published,
)
from tests.services.small import BOROUGH, CO, NIGHT_DESK, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_refusals import is_safe

GRID = f"/roster/{PCT}?from={MONDAY}"
CELL = f"/roster/{PCT}/{OFFICER}/{day(3)}"
MINE = ("/roster", f"/roster/{PCT}", GRID, f"/roster/{PCT}/{OFFICER}", CELL)


def cells_of(page: Said) -> dict[str, list[str]]:
    """What stands in each cell, by member, in the order of days; without the sums."""
    rows = re.findall(r'<tr id="line-([^"]+)".*?</th>(.*?)</tr>', page.text, re.DOTALL)
    return {unescape(m): [re.sub("<[^>]+>", "", c) for c in re.findall("<td.*?</td>", row)][:-2] for m, row in rows}


def labels_of(page: Said, member: str) -> list[str]:
    """How the cells of a member are read that are not read by their letter alone."""
    row = re.search(rf'<tr id="line-{member}".*?</tr>', page.text, re.DOTALL)
    assert row is not None
    return [unescape(said) for said in re.findall(r'aria-label="\S+: ([^"]*)"', row[0])]


def letters(page: Said) -> dict[str, str]:
    """Which tour each letter stands for, by the key under the grid."""
    return {letter: tour for letter, tour in re.findall(r'sw [DEN]">(\w+)</span>\w+ ([^<]+)<', page.text)} | {"·": OFF}


def mark_of(page: Said) -> str:
    """The mark of our forms."""
    found = re.search(r'name="mark" value="([0-9a-f]+)"', page.text)
    assert found is not None
    return found[1]


def entry(force: InRecord, member: str, on: date) -> str | None:
    """What the record has published of a day."""
    (line,) = sees(force, lambda views: views.rows(DutyLine, member=member))
    return line.entry(on)


def entered_now(force: InRecord, *rows: Absence | Attachment | Waiver) -> None:
    """Record rows."""
    does(force, lambda record: record.append([entered(row, None, record.now) for row in rows]))


def by_charts(force: InRecord) -> None:
    """Publish what the charts give."""
    published(force, charted(force))


def stranger(force: InRecord) -> str:
    """Who commands another precinct, which is made, and serves nowhere else."""
    unit = next(r for r in force.rows if isinstance(r, Unit) and r.unit == PCT)
    post_ = next(r for r in force.rows if isinstance(r, Position) and r.position == CO_POST)
    named = replace(post_, position="PCT-049-CO", unit="PCT-049")
    theirs = [
        replace(r, member="M0949")
        for r in force.rows
        if isinstance(r, Member | Career | ContactPoint) and r.member == CO
    ]
    held = Appointment(member="M0949", position="PCT-049-CO", kind="substantive", since=local("2020-01-01"))
    force.rows += [replace(unit, unit="PCT-049", name="49th Precinct"), named, *theirs, held]
    force.load()
    return "M0949"


@pytest.fixture
def co(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commanding officer, at a time at which the roster by the charts is published."""
    force.once(by_charts)
    return somebody(house, force, CO)


def test_nobody_reads_a_roster_who_is_not_signed_in(house: House, force: InRecord) -> None:
    force.once(by_charts)
    for path in (*MINE, "/roster/NO-SUCH", f"/roster/{PCT}?from=x", f"/roster/{PCT}/x/y"):
        said = ask(house.base + path)
        assert (said.status, is_safe(said), "47th" in said.text) == (401, True, False), path
        assert post(house.base + path).status in (401, 405), path


def test_whoever_serves_elsewhere_reads_nothing_of_it_and_learns_who_can_show_it(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    theirs = somebody(house, force, stranger(force))
    mark = mark_of(seen(house, "/roster", theirs))
    for path in MINE[1:]:
        said = seen(house, path, theirs)
        assert (said.status, CO_POST in said.text) == (403, True)
        assert OFFICER not in said.text.replace(path, "")
    before = facts(force)
    sent = post(house.base + CELL, theirs, mark=mark, tour="off", reason="x", by="PCT-049-CO")
    assert (sent.status, facts(force)) == (403, before)
    assert "PCT-049" in seen(house, "/roster", theirs).text
    assert PCT not in seen(house, "/roster", theirs).text
    unknown = seen(house, "/roster/NO-SUCH", theirs)
    assert unknown.status == 403


def test_who_held_a_position_once_reads_it_no_more(
    house: House, co: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    assert seen(house, GRID, co).status == 200
    force.retire(CO, "2020-10-12T12:00", "2020-10-12T13:00")
    clock.at = local("2020-10-12T13:30")
    assert [seen(house, path, co).status for path in MINE[1:]] == [403] * 4


@pytest.mark.parametrize("seed", range(3))
def test_the_grid_says_what_is_published_with_every_amendment(
    house: House, force: InRecord, clock: SettableClock, seed: int
) -> None:
    drawn, made = Random(seed), 0
    force.once(by_charts)
    members = [line.member for line in sees(force, lambda views: views.rows(DutyLine, unit=PCT))]
    while made < 6:
        where, tour = (drawn.choice(members), day(drawn.randrange(28))), drawn.choice([DAY, EVENING, NIGHT, "off"])
        try:
            amended(force, *where, tour)
        except Refused:
            continue
        made += 1
    page = seen(house, GRID, somebody(house, force, CO))
    lines = {line.member: line for line in sees(force, lambda views: views.rows(DutyLine, unit=PCT))}
    key, cells = letters(page), cells_of(page)
    assert cells.keys() == lines.keys()
    assert {m: tuple(key[c] for c in row) for m, row in cells.items()} == {m: x.tours for m, x in lines.items()}


def test_where_nothing_is_published_the_charts_speak(house: House, force: InRecord, clock: SettableClock) -> None:
    clock.at = local(BEFORE)
    page = seen(house, GRID, somebody(house, force, CO))
    key = letters(page)
    expected = sees(force, as_charted).lines
    assert {m: tuple(key[c] for c in row) for m, row in cells_of(page).items()} == dict(expected)
    assert "the charts speak" in page.text
    assert "What is not published is not amended" in seen(house, CELL, somebody(house, force, BOROUGH)).text


def test_the_lines_of_cover_count_who_is_there(house: House, co: dict[str, str], force: InRecord) -> None:
    entered_now(force, Absence(member=OFFICER, kind="sick", since=local("2020-10-19"), until=local("2020-11-16")))
    grid = sees(force, lambda views: grid_of(views, PCT, MONDAY, views.now))
    lines = {line.member: line for line in sees(force, lambda views: views.rows(DutyLine, unit=PCT))}
    sergeants = {r.member for r in force.rows if isinstance(r, SquadPlace) and r.role == "sergeant"}
    line_titles = {r.title for r in force.rows if isinstance(r, Title) and r.kind == "line"}
    posts = {r.position: r.title for r in force.rows if isinstance(r, Position) and r.unit == PCT}
    held = [r for r in force.rows if isinstance(r, Appointment) and r.position in posts]
    whom = {p: {a.member for a in held if a.position == p} for p in posts}
    whom["officers"] = {a.member for a in held if posts[a.position] in line_titles} - sergeants
    assert {c.who for c in grid.cover} >= {"officers", "PCT-047-DESK"}
    for cover in (c for c in grid.cover if c.who in whom):
        there = (whom[cover.who] & lines.keys()) - {OFFICER}
        assert cover.have == tuple(sum(lines[m].tours[n] == cover.tour for m in there) for n in range(28)), cover
    page = seen(house, GRID, co)
    short = sum(c.days_short for c in grid.cover)
    said = re.search(r"(\d+) tours? (?:is|are) under the minimum|every tour has its minimum", page.text)
    assert said is not None
    assert int(said[1] or 0) == short
    assert page.text.count("<i>\N{MINUS SIGN}") == short


def test_why_somebody_is_not_there_is_told_to_whoever_commands_them(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    line = next(x for x in sees(force, lambda views: views.rows(DutyLine, member=OFFICER)))
    on = next(n for n in range(28) if line.tours[n])
    since = local(f"{day(on)}")
    entered_now(force, Absence(member=OFFICER, kind="sick", since=since, until=since + timedelta(days=1)))
    works = line.tours[on]
    waived = next(n for n in range(on + 2, 28) if line.tours[n])
    at = local(f"{day(waived)}")
    waiver = Waiver(
        member=OFFICER, rule="rest-unfit", since=at, until=at + timedelta(days=1), signed_by=CO, rest_owed_hours=4
    )
    entered_now(force, waiver)
    told = {who: seen(house, GRID, somebody(house, force, who)) for who in (BOROUGH, OFFICER, NIGHT_DESK)}
    found = {who: cells_of(page)[OFFICER][on] for who, page in told.items()}
    assert found == {BOROUGH: "S", OFFICER: "S", NIGHT_DESK: "A"}
    assert [x for x in labels_of(told[BOROUGH], OFFICER) if x.startswith("sick")] == [
        f"sick, instead of {['day', 'evening', 'night'][[DAY, EVENING, NIGHT].index(works)]} {works}"
    ]
    assert any(x.endswith("by a waiver") for x in labels_of(told[BOROUGH], OFFICER))
    assert not any("waiver" in x or "sick" in x for x in labels_of(told[NIGHT_DESK], OFFICER))
    assert any(x.startswith("not available") for x in labels_of(told[NIGHT_DESK], OFFICER))


def test_what_was_amended_and_who_is_attached_elsewhere_is_marked_for_everybody(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    line = next(x for x in sees(force, lambda views: views.rows(DutyLine, member=OFFICER)))
    on = next(n for n in range(28) if line.tours[n])
    amended(force, OFFICER, day(on), "off")
    since = local(f"{day(on + 1)}")
    detail = Attachment(member=OFFICER, unit="PBBX", since=since, until=since + timedelta(days=2))
    entered_now(force, detail)
    page = seen(house, GRID, somebody(house, force, NIGHT_DESK))
    assert "day off, amended" in labels_of(page, OFFICER)
    assert any(x.startswith("attached to PBBX") for x in labels_of(page, OFFICER))


def options_of(page: Said) -> dict[str, str]:
    """What each other entry would do, by the words on the page."""
    found = re.findall(
        r'name="tour" value="([^"]+)".*?<span class="d">(.*?)</span></span></label>', page.text, re.DOTALL
    )
    return {tour: unescape(re.sub(r"\s*<[^>]*>\s*", " ", said)) for tour, said in found}


@pytest.mark.parametrize("number", [1, 3, 9, 20])
def test_the_effect_that_is_shown_is_that_of_the_amendment(
    house: House, co: dict[str, str], force: InRecord, number: int
) -> None:
    path = f"/roster/{PCT}/{OFFICER}/{day(number)}"
    page = seen(house, path, co)
    options = options_of(page)
    assert options.keys() == {DAY, EVENING, NIGHT, "off"} - {entry(force, OFFICER, day(number)) or "off"}
    mark = mark_of(page)
    for tour, says in options.items():
        before = entry(force, OFFICER, day(number)) or "off"
        sent = post(house.base + path, co, mark=mark, tour=tour, reason="as a trial", by=CO_POST)
        assert (sent.status == 303) is ("Cannot be" not in says), says
        if sent.status != 303:
            assert entry(force, OFFICER, day(number)) == ("" if before == "off" else before)
            continue
        assert (entry(force, OFFICER, day(number)) or "off") == tour
        grid = sees(force, lambda views: grid_of(views, PCT, MONDAY, views.now))
        for of, who, would in re.findall(r"(\S+) (\S+): (\d+)/\d+", says):
            (cover,) = [c for c in grid.cover if (c.tour, c.who) == (of, who)]
            assert cover.have[number] == int(would), says
        amended(force, OFFICER, day(number), before)


def test_a_change_is_saved_once_and_refused_with_the_way_out(
    house: House, co: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    page = seen(house, CELL, co)
    mark, options = mark_of(page), options_of(page)
    (to,) = [tour for tour in options if "Cannot be" not in options[tour]][:1]
    before = facts(force)
    for fields, status, word in (
        ({"reason": ""}, 409, "reason"),
        ({"by": "PBBX-CO"}, 409, "do not hold"),
        ({"by": ""}, 409, "do not hold"),
        ({"tour": "no-such"}, 409, "not in the record"),
        ({"mark": "0" * 32}, 409, "not made by Muster"),
    ):
        said = post(house.base + CELL, co, **{"mark": mark, "tour": to, "reason": "court", "by": CO_POST, **fields})
        assert (said.status, word in said.text) == (status, True), fields
    wound = post(f"{house.base}{CELL}?at=2020-10-12T10:00", co, mark=mark, tour=to, reason="court", by=CO_POST)
    assert wound.status == 409
    assert 'name="tour"' not in seen(house, f"{CELL}?at=2020-10-12T10:00", co).text
    assert facts(force) == before
    for _ in range(2):
        assert post(house.base + CELL, co, mark=mark, tour=to, reason="court", by=CO_POST).status == 303
    assert facts(force) == before + 1
    assert "court" in seen(house, CELL, co).text
    assert "court" not in seen(house, CELL, somebody(house, force, NIGHT_DESK)).text
    clock.at = local("2020-10-22T23:59")
    co = somebody(house, force, BOROUGH)
    mark = mark_of(seen(house, CELL, co))
    late = post(house.base + CELL, co, mark=mark, tour="off", reason="late", by="PBBX-CO")
    assert (late.status, "it is not touched" in late.text) == (409, True)


def test_who_may_not_sign_sees_who_may_and_is_refused(house: House, co: dict[str, str], force: InRecord) -> None:
    desk = somebody(house, force, NIGHT_DESK)
    page = seen(house, CELL, desk)
    assert re.search(rf"<button[^>]*disabled[^>]*>Save</button>.*?{CO_POST}", page.text, re.DOTALL)
    held = re.search(r"<b>([A-Z0-9-]+)</b> · ", page.text)
    assert held is not None
    sent = post(house.base + CELL, desk, mark=mark_of(page), tour=EVENING, reason="x", by=held[1])
    assert (sent.status, entry(force, OFFICER, day(3)) == EVENING) == (409, False)


def test_the_clock_wound_back_shows_the_roster_as_it_was_known(
    house: House, co: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    line = next(x for x in sees(force, lambda views: views.rows(DutyLine, member=OFFICER)))
    on = next(n for n in range(28) if line.tours[n])
    amended(force, OFFICER, day(on), "off", at="2020-10-12T15:00")
    now, then = seen(house, GRID, co), seen(house, f"{GRID}&at=2020-10-12T12:00", co)
    assert cells_of(now)[OFFICER][on] == "·"
    assert letters(then)[cells_of(then)[OFFICER][on]] == line.tours[on]
    earlier = seen(house, f"{GRID}&at=2020-10-12T08:59", co)
    assert "the charts speak" in earlier.text


def test_a_night_of_twenty_five_hours_is_told(house: House, co: dict[str, str]) -> None:
    page = seen(house, GRID, co)
    assert f"The tour {NIGHT} of Sat 31 Oct 2020 lasts 9 h 35 m" in unescape(page.text)


def test_without_scripts_a_form_leads_to_each_cell_and_odd_words_are_refused(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    said = seen(house, f"/roster/{PCT}?member={OFFICER}&day={day(3)}", co)
    assert (said.status, said.headers["location"]) == (303, CELL)
    for path, status in (
        (f"/roster/{PCT}?from=x", 422),
        (f"/roster/{PCT}?from=0001-01-01", 422),
        (f"/roster/{PCT}?from=9999-12-31", 422),
        (f"/roster/{PCT}/{OFFICER}/x", 422),
        (f"/roster/{PCT}/%00/{day(3)}", 404),
        (f"/roster/{PCT}/%3Cscript%3E/{day(3)}", 404),
        (f"/roster/{PCT}/{OFFICER}/0001-01-01", 422),
        (f"/roster/{PCT}/%3Cscript%3E", 404),
    ):
        got = seen(house, path, co)
        assert (got.status, "<script>" in got.text) == (status, False), path
    assert is_safe(seen(house, GRID, co))


def test_hostile_names_show_harmlessly(house: House, force: InRecord, clock: SettableClock) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    force.rows = changed(force.rows, Unit, lambda u: u.unit == PCT, name=bad)
    force.load()
    by_charts(force)
    co = somebody(house, force, CO)
    for path in MINE:
        page = seen(house, path, co)
        assert (page.status, "<img" in page.text, "&lt;img" in page.text) == (200, False, True), path


def test_the_grid_of_a_large_unit_has_every_cell() -> None:
    dates = tuple(day(n) for n in range(28))
    cells = (Cell(DAY), PLAIN) * 14
    lines: Sequence[GridLine] = [GridLine(f"M{n}", "PO", cells, 100) for n in range(300)]
    grid = Grid(PCT, "47", dates, MONDAY, (), tuple(lines), (), {DAY: Mark("D", "D", 515)}, ())
    assert sum(len(x.cells) for _, group in grid.groups() for x in group) == 8400
    assert grid.as_read(lambda *_: False) == grid
    crossed = replace(grid, lines=(replace(lines[0], cells=(Cell(DAY, broken=("rest",)), *cells[1:])),))
    assert (crossed.breaches, crossed.as_read(lambda *_: False).breaches) == (1, 0)
