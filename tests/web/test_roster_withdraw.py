"""A published roster withdrawn on a screen: what that does is seen first, and then it is signed for a reason."""

import re
from html import unescape

import pytest

from muster.domain.feed_links import FeedLink
from muster.domain.published import Published
from muster.services.roster_grid import grid_of
from tests.doors import House, Said, ask, post
from tests.ground import InRecord, local
from tests.publishing import BEFORE, CO_POST, DAY, MONDAY, charted, day, published, with_entries
from tests.services.small import BOROUGH, CO, NIGHT_DESK, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import mark_of, stranger

PAGE = f"/roster-withdraw/{PCT}"


@pytest.fixture
def co(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commanding officer of a unit whose roster gives an officer two days that are not those of their chart."""
    roster = charted(force)
    other = {day(n): DAY if roster.lines[OFFICER][n] == "" else "" for n in (2, 9)}
    published(force, with_entries(roster, OFFICER, other))
    clock.at = local(BEFORE)
    return somebody(house, force, CO)


def sends(house: House, cookie: dict[str, str], **fields: str) -> Said:
    """Somebody sends the form of the page."""
    return post(house.base + PAGE, cookie, mark=mark_of(seen(house, "/requests", cookie)), **fields)


def changes(page: Said) -> dict[str, int]:
    """How many days of whom would change."""
    found = re.findall(r'<span class="id">(M\d+)</span></th><td data-l="Days:">(\d+)</td>', page.text)
    return {member: int(days) for member, days in found}


def test_what_is_seen_before_it_is_signed_is_what_comes_of_it(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    does(force, lambda r: r.append([FeedLink(member=OFFICER, digest="x", by=OFFICER, at=r.now).made()]))
    assert changes(seen(house, PAGE, co)) == {OFFICER: 2}
    assert 'name="from" value="never"' in seen(house, f"{PAGE}?from=never", co).text
    page = seen(house, f"{PAGE}?from={day(7)}", co)
    assert (changes(page), "of 1 member that" in page.text) == ({OFFICER: 1}, True)
    short = re.search(r"and (\d+) tours? (?:is|are) under the minimum then, now (\d+)", page.text)
    before = sees(force, lambda views: grid_of(views, PCT, MONDAY, views.now))
    sent = sends(house, co, act="withdraw", by=CO_POST, reason="planned without the parade", **{"from": f"{day(7)}"})
    assert (sent.status, sent.headers["location"]) == (303, f"/roster/{PCT}?from={day(7)}")
    after = sees(force, lambda views: grid_of(views, PCT, MONDAY, views.now))
    assert short is not None
    left = [sum(c.short(n) > 0 for c in grid.cover for n in range(7, 28)) for grid in (after, before)]
    assert [int(short[1]), int(short[2])] == left
    was, now = ({x.member: [c.works and c.tour for c in x.cells] for x in grid.lines} for grid in (before, after))
    assert {m for m in was if was[m] != now[m]} == {OFFICER}
    assert [p.last for p in sees(force, lambda views: views.rows(Published))] == [day(6)]
    assert "the charts speak" in seen(house, sent.headers["location"], co).text


def test_all_of_it_is_withdrawn_from_its_first_day_and_then_there_is_nothing_to_withdraw(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    form = {"act": "withdraw", "by": CO_POST, "reason": "another contract", "from": f"{MONDAY}"}
    assert [sends(house, co, **form).status for _ in range(2)] == [303, 303]
    assert sees(force, lambda views: views.rows(Published)) == []
    page = seen(house, PAGE, co)
    assert (page.status, "no roster is published of days that have not begun" in page.text) == (200, True)
    assert "Withdraw<" not in seen(house, f"/roster/{PCT}?from={MONDAY}", co).text


def test_what_is_in_the_way_is_told_and_nothing_is_withdrawn(
    house: House, co: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    before = facts(force)
    form = {"act": "withdraw", "by": CO_POST, "reason": "x", "from": f"{day(7)}"}
    for fields, status, says, proposed in (
        ({"reason": ""}, 422, "reason", day(7)),
        ({"by": "PBBX-CO"}, 409, "do not hold", day(7)),
        ({"from": "<b>x"}, 422, "must be a date", MONDAY),
        ({"from": "2021-03-01"}, 422, "2020-10-19 to 2020-11-15 is published", MONDAY),
        ({"act": "x"}, 422, "open the page again", day(7)),
    ):
        said = sends(house, co, **{**form, **fields})
        assert (said.status, says in unescape(said.text), "<b>x" in said.text) == (status, True, False), fields
        assert f'type="hidden" name="from" value="{proposed}"' in said.text, fields
    assert seen(house, f"{PAGE}?from=2021-03-01", co).status == 422
    wound = seen(house, f"{PAGE}?at=2020-10-12T10:00", co)
    assert 'name="reason"' not in wound.text
    assert facts(force) == before
    clock.at = local("2020-10-26T10:00")
    begun = sends(house, somebody(house, force, BOROUGH), **{**form, "by": "PBBX-CO"})
    assert (begun.status, "has begun" in begun.text) == (409, True)


def test_who_does_not_command_the_unit_sees_nothing_of_it_and_learns_who_can_show_it(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    assert ask(house.base + PAGE).status == 401
    for who in (NIGHT_DESK, OFFICER, stranger(force)):
        theirs = somebody(house, force, who)
        said = seen(house, PAGE, theirs)
        assert (said.status, CO_POST in said.text) == (403, True)
        assert sends(house, theirs, act="withdraw", by=CO_POST, reason="x", **{"from": f"{MONDAY}"}).status == 403
