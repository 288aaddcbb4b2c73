"""Rosters over HTTP: a grid that says what the record says, an entry with its effect before it is saved, and rights."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest

from muster.domain.duty import TimeRecord, Waiver
from muster.domain.force import Position, Unit
from muster.domain.members import Absence, Appointment, Attachment, Career, ContactPoint, Member
from muster.domain.published import OFF, DutyLine
from muster.domain.record import Fact, entered
from muster.domain.schema import to_body
from muster.services.roster_grid import grid_of
from tests.doors import House, Said, ask, post
from tests.ground import InRecord, changed, local
from tests.publishing import (
    CO_POST,
    DAY,
    EVENING,
    MONDAY,
    NIGHT,
    amended,
    by_charts,
    day,
)
from tests.services.small import BOROUGH, CO, NIGHT_DESK, OFFICER, PCT, XO, does, facts, sees
from tests.support import SettableClock
from tests.waiting import wait_until
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


def until_ended(house: House, page: str, cookie: dict[str, str]) -> Said:
    """A page once nothing is looked for on it."""

    def ended() -> Said | None:
        said = seen(house, page, cookie)
        return None if "data-runs" in said.text else said

    return wait_until(ended)


def mark_of(page: Said) -> str:
    """The mark of our forms."""
    found = re.search(r'name="mark" value="([0-9a-f]+)"', page.text)
    assert found is not None
    return found[1]


def options_of(page: Said) -> dict[str, str]:
    """What each other entry would do, by the words on the page."""
    found = re.findall(
        r'name="tour" value="([^"]+)".*?<span class="d">(.*?)</span></span></label>', page.text, re.DOTALL
    )
    return {tour: unescape(re.sub(r"\s*<[^>]*>\s*", " ", said)) for tour, said in found}


def entry(force: InRecord, member: str, on: date) -> str | None:
    """What the record has published of a day."""
    (line,) = sees(force, lambda views: views.rows(DutyLine, member=member))
    return line.entry(on)


def entered_now(force: InRecord, *rows: Absence | Attachment | TimeRecord | Waiver) -> None:
    """Record rows."""
    does(force, lambda record: record.append([entered(row, None, record.now) for row in rows]))


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


def test_a_rule_in_the_way_is_waived_and_signed_in_the_same_act_or_nothing_is_done(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    barred = (
        (path, tour)
        for number in range(3, 20)
        for path in [f"/roster/{PCT}/{OFFICER}/{day(number)}"]
        for tour, says in options_of(seen(house, path, co)).items()
        if "Cannot be without a waiver" in says
    )
    path, tour = next(barred)
    page, before = seen(house, path, co), facts(force)
    rules = re.findall(r'name="waive-([a-z-]+)"', page.text)
    sent = {"mark": mark_of(page), "tour": tour, "reason": "nobody else", "by": CO_POST}
    signed = {f"waive-{rule}": "yes" for rule in rules}
    for more, status in (
        ({}, 409), ({"waive-no-such": "yes", "rest": "8"}, 409), (signed, 422), ({**signed, "rest": "x"}, 422),
        ({**signed, "rest": "337"}, 422), ({**signed, "rest": "8", "reason": ""}, 409),
    ):  # fmt: skip
        assert post(house.base + path, co, **{**sent, **more}).status == status, more
    assert facts(force) == before
    assert "waive-" not in seen(house, path, somebody(house, force, NIGHT_DESK)).text
    assert post(house.base + path, co, **sent, **signed, rest="8").status == 303
    waivers = sees(force, lambda views: views.rows(Waiver, member=OFFICER))
    assert {(w.signed_by, w.rest_owed_hours, w.rule in rules) for w in waivers} == {(CO, 8, True)}
    (line,) = sees(force, lambda views: views.rows(DutyLine, member=OFFICER))
    assert line.entry(date.fromisoformat(path.rpartition("/")[2])) == tour
    assert "by a waiver" in " ".join(labels_of(seen(house, GRID, co), OFFICER))


def test_nobody_signs_in_the_name_of_another_holder_of_the_position(
    house: House, co: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    page, since = seen(house, CELL, co), clock.at - timedelta(hours=2)
    acting = Appointment(position=CO_POST, member=XO, since=since, kind="acting", instrument="order 1")
    does(force, lambda record: record.append([Fact(acting.stream, "appointment.entered", since, to_body(acting))]))
    (to,) = [tour for tour, says in options_of(page).items() if "Cannot be" not in says][:1]
    before = facts(force)
    said = post(house.base + CELL, co, mark=mark_of(page), tour=to, reason="court", by=CO_POST)
    assert (said.status, f"{XO} serves as {CO_POST} now" in said.text) == (409, True)
    assert facts(force) == before


def test_who_may_not_sign_sees_who_may_and_is_refused(house: House, co: dict[str, str], force: InRecord) -> None:
    desk = somebody(house, force, NIGHT_DESK)
    page = seen(house, CELL, desk)
    assert re.search(rf"<button[^>]*disabled[^>]*>Save</button>.*?{CO_POST}", page.text, re.DOTALL)
    held = re.search(r"<b>([A-Z0-9-]+)</b> · ", page.text)
    assert held is not None
    sent = post(house.base + CELL, desk, mark=mark_of(page), tour=EVENING, reason="x", by=held[1])
    assert (sent.status, entry(force, OFFICER, day(3)) == EVENING) == (409, False)


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
