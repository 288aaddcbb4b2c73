"""A roster planned anew on a screen: looked for in the background, stopped, shown, and signed or left as it is."""

import re
from html import unescape
from time import monotonic

import pytest

from muster.domain.errors import Refused
from muster.domain.published import DutyLine
from muster.domain.replans import Far
from muster.roster.budget import Budget
from muster.services.gate import Gate
from muster.services.published_plans import as_signed, published_plan
from muster.services.replan_ask import Ask, case_to_change
from muster.services.replan_desk import ReplanDesk
from muster.services.replanning import replanned
from muster.services.runs import Runs
from tests.doors import House, Said, ask, post
from tests.ground import InRecord, local
from tests.publishing import BEFORE, MONDAY, amended, by_charts, day
from tests.services.small import BOROUGH, NIGHT_DESK, OFFICER, PCT, facts, sees
from tests.support import SettableClock
from tests.waiting import LONGEST_SECONDS
from tests.web.test_console import seen, somebody
from tests.web.test_request_pages import CO_POST
from tests.web.test_roster import mark_of, stranger, until_ended

PAGE = f"/roster-plan/{PCT}"


def sends(house: House, cookie: dict[str, str], **fields: str) -> Said:
    """Somebody sends a form of the page."""
    return post(house.base + PAGE, cookie, mark=mark_of(seen(house, "/requests", cookie)), **fields)


def ended(house: House, cookie: dict[str, str]) -> Said:
    """The page once nothing runs."""
    return until_ended(house, PAGE, cookie)


def lines(force: InRecord) -> dict[str, tuple[str, ...]]:
    """The lines as they are published."""
    return {x.member: x.tours for x in sees(force, lambda views: views.rows(DutyLine, unit=PCT))}


def rows(page: Said) -> list[tuple[str, str, str, str]]:
    """The changes that are shown: member, day, was, becomes."""
    cells = '</th><td>(.*?)</td><td data-l="Was:">(.*?)</td><td data-l="Becomes:">(.*?)</td>'
    found = re.findall(rf'<span class="id">(M\d+)</span>{cells}', page.text)
    return [(m, unescape(on), was, becomes) for m, on, was, becomes in found]


def test_what_is_shown_is_what_is_signed_and_nothing_before_that(
    house: House, planner: dict[str, str], force: InRecord
) -> None:
    before, count = lines(force), facts(force)
    on = next(n for n in range(28) if before[NIGHT_DESK][n])
    sent = sends(house, planner, act="start", absent=NIGHT_DESK, first=f"{day(on)}", last=f"{day(on)}")
    assert (sent.status, sent.headers["location"]) == (303, PAGE)
    shown = rows(ended(house, planner))
    assert (NIGHT_DESK, f"{day(on):%a} {day(on).day} {day(on):%b %Y}", before[NIGHT_DESK][on], "off") in shown
    assert (lines(force), facts(force)) == (before, count)
    assert sends(house, planner, act="amend", by="PBBX-CO", reason="sick").status == 409
    assert sends(house, planner, act="amend", by=CO_POST, reason="").status == 409
    assert lines(force) == before
    assert sends(house, planner, act="amend", by=CO_POST, reason="sick").status == 303
    after = lines(force)
    changed = {
        (m, f"{day(n):%a} {day(n).day} {day(n):%b %Y}", before[m][n] or "off", after[m][n] or "off")
        for m in after
        for n in range(28)
        if before[m][n] != after[m][n]
    }
    assert changed == set(shown)
    assert "nothing is planned anew" in seen(house, PAGE, planner).text


def test_a_roster_that_was_amended_meanwhile_is_not_signed_over(
    house: House, planner: dict[str, str], force: InRecord
) -> None:
    before = lines(force)
    on = next(n for n in range(28) if before[NIGHT_DESK][n])
    sends(house, planner, act="start", absent=NIGHT_DESK, first=f"{day(on)}")
    ended(house, planner)
    other = next(n for n in range(28) if before[OFFICER][n] and n != on)
    amended(force, OFFICER, day(other), "off")
    said = sends(house, planner, act="amend", by=CO_POST, reason="sick")
    assert (said.status, "read it again" in said.text) == (409, True)
    assert sends(house, planner, act="drop").status == 303
    assert lines(force)[NIGHT_DESK] == before[NIGHT_DESK]


def test_stopped_it_keeps_what_it_found_and_nobody_has_two_at_once(
    house: House, planner: dict[str, str], force: InRecord
) -> None:
    desk = ReplanDesk(force.store, force.clock, Runs(monotonic))
    word = somebody(house, force, BOROUGH)["Cookie"].partition("=")[2]
    viewer = Gate(house.store, force.clock, house.store.signing_key()).viewer(word)
    assert viewer is not None
    run = desk.start(viewer, PCT, [NIGHT_DESK], (MONDAY, day(27)), all_=True)
    with pytest.raises(Refused, match=f"the roster of {PCT} is looked for, for you, just now"):
        desk.start(viewer, "PBBX", [], (MONDAY, day(27)), all_=True)
    desk.stop(viewer, PCT)
    assert run.ended.wait(LONGEST_SECONDS)
    assert run.fault == ""
    assert run.found is not None
    assert run.budget.over()
    assert not run.found.roster.faults


def test_whether_to_stop_is_asked_as_long_as_it_is_looked_for(force: InRecord) -> None:
    force.once(by_charts)
    asked: list[None] = []

    def stop() -> bool:
        asked.append(None)
        return len(asked) > 3

    with force.store.reading() as views:
        ask_ = Ask([NIGHT_DESK], MONDAY, day(27), (), local(BEFORE), everything=True)
        _, roster = published_plan(views, PCT, local(f"{MONDAY}"))
        case = as_signed(case_to_change(views, roster, ask_), roster)
    told: list[Far] = []
    found = replanned(case, roster, ask_, Budget(None, LONGEST_SECONDS, monotonic, stop), report=told.append)
    assert len(asked) > 3
    assert found.lost
    assert told
    assert all(far.least_short <= found.short for far in told)
    assert [far.short for far in told] == sorted((far.short for far in told), key=lambda s: -(s or 0))


def test_only_who_commands_the_unit_plans_it_and_odd_words_are_refused(
    house: House, planner: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    assert ask(house.base + PAGE).status == 401
    assert post(house.base + PAGE, act="start").status == 401
    for who in (OFFICER, stranger(force)):
        theirs = somebody(house, force, who)
        said = seen(house, PAGE, theirs)
        assert (said.status, CO_POST in said.text) == (403, True)
        assert sends(house, theirs, act="start", first=f"{MONDAY}").status == 403
    for fields, status in (
        ({"act": "start", "first": "x"}, 422),
        ({"act": "start", "first": f"{MONDAY}", "absent": "<b>x"}, 422),
        ({"act": "start", "first": "2030-01-01"}, 422),
        ({"act": "amend", "by": CO_POST, "reason": "x"}, 409),
        ({"act": "x"}, 422),
    ):
        got = sends(house, planner, **fields)
        assert (got.status, "<b>x" in got.text) == (status, False), fields
    assert sends(house, planner, act="stop").status == 303
