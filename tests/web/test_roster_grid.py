"""The grid of a roster: what it says is what the record says, and what touches rest and health is not for all."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape
from random import Random

import pytest

from muster.domain.duty import SquadPlace, TimeRecord, Waiver
from muster.domain.errors import Refused
from muster.domain.force import Position, Title
from muster.domain.grids import PLAIN, Cell, Grid, GridLine, Mark
from muster.domain.members import Absence, Appointment, Attachment
from muster.domain.published import DutyLine
from muster.services.roster_grid import grid_of
from tests.doors import House
from tests.ground import InRecord, local
from tests.publishing import (
    BEFORE,
    DAY,
    EVENING,
    MONDAY,
    NIGHT,
    amended,
    as_charted,
    by_charts,
    day,
)
from tests.services.small import BOROUGH, CO, NIGHT_CAPTAIN, NIGHT_DESK, OFFICER, PCT, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import CELL, GRID, cells_of, entered_now, labels_of, letters


@pytest.fixture
def co(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commanding officer, at a time at which the roster by the charts is published."""
    force.once(by_charts)
    return somebody(house, force, CO)


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
    ahead = [c.turns[n] for c in grid.cover for n in range(28) if c.short(n) and c.turns[n].end > force.clock()]
    assert ahead
    led = {unescape(x) for x in re.findall(r'href="(/roster-short/[^"]*)"', page.text)}
    assert len(led) == len(ahead)


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


def test_who_is_lent_to_the_unit_is_there_and_named_so(house: House, co: dict[str, str], force: InRecord) -> None:
    since = local(f"{day(4)}")
    lent = Attachment(member=NIGHT_CAPTAIN, unit=PCT, tour=NIGHT, since=since, until=since + timedelta(days=3))
    entered_now(force, lent)
    page = seen(house, GRID, co)
    key, row = letters(page), cells_of(page)[NIGHT_CAPTAIN]
    assert [key.get(c, c) for c in row[4:6]] == [NIGHT, NIGHT]
    assert [key.get(c, c) for c in row[8:]] == ["\N{EN DASH}"] * 20
    found = re.search(rf'<tr id="line-{NIGHT_CAPTAIN}".*?</th>', page.text)
    assert found is not None
    assert "lent" in found[0]


def test_a_tour_too_soon_after_other_duty_is_marked_for_whoever_may_read_of_rest(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    line = next(x for x in sees(force, lambda views: views.rows(DutyLine, member=OFFICER)))
    on = next(n for n in range(1, 28) if line.tours[n] == NIGHT and not line.tours[n - 1])
    start = local(f"{day(on)}T23:15")
    worked = TimeRecord(
        member=OFFICER, since=start - timedelta(hours=9), until=start - timedelta(hours=5), kind="detail"
    )
    entered_now(force, worked)
    told = {who: seen(house, GRID, somebody(house, force, who)) for who in (BOROUGH, NIGHT_DESK)}
    assert any("breaks a rule without a waiver" in x for x in labels_of(told[BOROUGH], OFFICER))
    rows = {who: re.search(rf'<tr id="line-{OFFICER}".*?</tr>', page.text) for who, page in told.items()}
    broken = {who: [" br" in c for c in re.findall("<td.*?</td>", row[0])] for who, row in rows.items() if row}
    assert broken[BOROUGH].index(True) == on
    assert True not in broken[NIGHT_DESK]
    assert re.search(r"\d+ breach(es have| has) no waiver", told[BOROUGH].text)
    assert "no waiver." not in told[NIGHT_DESK].text


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


def test_the_grid_of_a_large_unit_has_every_cell() -> None:
    dates = tuple(day(n) for n in range(28))
    cells = (Cell(DAY), PLAIN) * 14
    lines: Sequence[GridLine] = [GridLine(f"M{n}", "PO", cells, 100) for n in range(300)]
    grid = Grid(PCT, "47", dates, MONDAY, (), tuple(lines), (), {DAY: Mark("D", "D", 515)}, ())
    assert sum(len(x.cells) for _, group in grid.groups() for x in group) == 8400
    assert grid.as_read(lambda *_: False) == grid
    crossed = replace(grid, lines=(replace(lines[0], cells=(Cell(DAY, broken=("rest",)), *cells[1:])),))
    assert (crossed.breaches, crossed.as_read(lambda *_: False).breaches) == (1, 0)
