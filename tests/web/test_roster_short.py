"""Why a tour is short, and what can be done, on a screen: the ways that services find, each where it is done."""

import re
from datetime import date
from html import unescape

import pytest

from muster.domain.members import Absence
from muster.domain.ways_out import WaysOut
from muster.domain.ways_wording import way_says
from muster.services.roster_grid import grid_of
from muster.services.ways_out import Question, ways_out
from tests.doors import House, Said, ask, post
from tests.ground import InRecord, local
from tests.publishing import BEFORE, CO_POST, MONDAY, by_charts, day
from tests.services.small import CO, NIGHT_DESK, OFFICER, PCT, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import entered_now, mark_of, stranger, until_ended


@pytest.fixture
def co(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commanding officer of a unit whose roster is published, and of which somebody is sick."""
    force.once(by_charts)
    clock.at = local(BEFORE)
    entered_now(force, Absence(member=NIGHT_DESK, kind="sick", since=local(f"{MONDAY}"), until=local(f"{day(28)}")))
    return somebody(house, force, CO)


def short(force: InRecord) -> list[tuple[date, str, str]]:
    """The tours that are short: day, tour, of whom."""
    grid = sees(force, lambda views: grid_of(views, PCT, MONDAY, views.now))
    return [(grid.dates[n], c.tour, c.who) for c in grid.cover for n in range(28) if c.short(n)]


def path_of(of: tuple[date, str, str]) -> str:
    """Where it is told what can be done."""
    return f"/roster-short/{PCT}?day={of[0]}&tour={of[1]}&who={of[2]}"


def found(force: InRecord, of: tuple[date, str, str], viewer: str) -> WaysOut:
    """The ways out, as somebody may read them."""
    return sees(force, lambda views: ways_out(views, Question(PCT, *of, (), force.clock(), said=False), viewer))


def test_every_way_is_told_with_what_it_costs_and_leads_to_where_it_is_done(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    of = next(x for x in short(force) if found(force, x, CO).ways)
    expected, page = found(force, of, CO), seen(house, path_of(of), co)
    assert path_of(of) in unescape(seen(house, f"/roster/{PCT}?from={MONDAY}", co).text)
    text = unescape(page.text)
    assert f"{of[1]} on {of[0]:%a %d %b %Y}: {expected.have} of {expected.minimum} {of[2]}" in text
    assert [way_says(w, expected) for w in expected.ways if way_says(w, expected) not in text] == []
    led = {unescape(x) for x in re.findall(r'<a href="(/(?:call-ins|roster/PCT-047/M|duty)[^"]*)"', page.text)}
    assert led
    assert {seen(house, link, co).status for link in led} == {200}
    assert any("if it is opened" in seen(house, link, co).text for link in led if link.startswith("/call-ins/"))


def test_why_it_is_short_is_looked_for_and_told_to_who_commands_the_unit(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    of = short(force)[0]
    before = facts(force)

    def sends(**fields: str) -> Said:
        return post(house.base + path_of(of), co, mark=mark_of(seen(house, "/requests", co)), **fields)

    assert sends(act="start").status == 303
    text = until_ended(house, path_of(of), co).text
    assert re.search("No roster has enough while these are kept|It need not be|Whatever is given up", text)
    assert [sends(act=act).status for act in ("stop", "x")] == [303, 422]
    refused = post(house.base + path_of(of), co, mark="x", act="start")
    assert (refused.status, "Not done." in refused.text, "Why it is short<" in refused.text) == (409, True, True)
    assert facts(force) == before


def test_what_is_no_shortage_is_told_and_who_has_no_right_learns_who_can_show_it(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    of = short(force)[0]
    for query, says in (
        ("", "must be a date"),
        (f"day={MONDAY}&tour=<b>x", "<b>x"),
        (f"day=2020-10-01&tour={of[1]}", "over"),
    ):
        said = seen(house, f"/roster-short/{PCT}?{query}", co)
        assert (said.status in (404, 422), says in unescape(said.text), "<b>x" in said.text) == (True, True, False), (
            query
        )
    officer, theirs = somebody(house, force, OFFICER), somebody(house, force, stranger(force))
    page = seen(house, path_of(of), officer)
    assert (page.status, "Ask why" in page.text, "roster-plan" in page.text) == (200, False, False)
    withheld = found(force, of, OFFICER).withheld
    assert (f"{withheld} more way" in page.text) is (withheld > 0)
    assert post(house.base + path_of(of), officer, mark=mark_of(page), act="start").status == 403
    said = seen(house, path_of(of), theirs)
    assert (said.status, CO_POST in said.text) == (403, True)
    assert ask(house.base + path_of(of)).status == 401
