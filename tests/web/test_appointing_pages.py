"""Appointing over HTTP: what it would change is shown before, and it is done by who stands over the position alone."""

import re
from html import unescape

import pytest

from tests.doors import House, Said, post
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, CO, NIGHT_DESK, PCT, TEN, XO, facts
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import mark_of, stranger

POST = "PCT-047-CO"
ACTS = {"act": "appoint", "member": XO, "kind": "acting", "instrument": "Order 2020-10/7"}
GOES = {"act": "relieve", "member": CO, "why": "transferred"}


@pytest.fixture
def borough(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commander of the borough, on a Wednesday at 1000."""
    clock.at = local(TEN)
    return somebody(house, force, BOROUGH)


def orders(house: House, cookie: dict[str, str], **fields: str) -> Said:
    """Somebody sends a form about the position."""
    return post(f"{house.base}/position/{POST}", cookie, mark=mark_of(seen(house, "/me", cookie)), **fields)


def changes(page: Said) -> list[str]:
    """What an act would change, as the page tells."""
    found = re.search(r'id="ahead".*?</ul>', page.text, re.DOTALL)
    assert found is not None, page.text
    return [unescape(x) for x in re.findall(r"<li>(.*?)</li>", found[0])]


def looked(page: Said) -> str:
    """The mark of what was looked at."""
    found = re.search(r'name="looked" value="([0-9a-f]+)"', page.text)
    assert found is not None
    return found[1]


def test_relieving_and_appointing_are_seen_before_they_are_done_and_end_and_give_rights_at_once(
    house: House, borough: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    co, xo, before = somebody(house, force, CO), somebody(house, force, XO), facts(force)
    look = orders(house, borough, **GOES, look="1")
    assert changes(look) == [
        f"{CO} holds {POST} no more: transferred",
        f"in command of {PCT}: {XO} (PCT-047-XO), in place of {CO} ({POST})",
        f"due in {PCT}: {XO} (PCT-047-XO), in place of {CO} ({POST})",
        f"{CO} commands {PCT} no more, at once",
    ]  # and what goes on there they read still: their squad is of that precinct
    assert (look.status, facts(force)) == (200, before)
    assert "Duty ledger" in seen(house, f"/member/{NIGHT_DESK}", co).text
    assert orders(house, borough, **GOES, looked=looked(look)).status == 303
    assert "Duty ledger" not in seen(house, f"/member/{NIGHT_DESK}", co).text
    clock.at = local("2020-10-07T10:01")
    look = orders(house, borough, **ACTS, look="1")
    assert f"{XO} acts in {POST}" in changes(look)
    assert orders(house, borough, **ACTS, looked=looked(look)).status == 303
    assert f"{XO} acting" in seen(house, f"/position/{POST}", xo).text


def test_nothing_is_done_that_was_not_looked_at_as_it_is(
    house: House, borough: dict[str, str], force: InRecord
) -> None:
    before = facts(force)
    unseen = orders(house, borough, **GOES, looked="0" * 16)
    assert (unseen.status, facts(force), "not as you saw it" in unseen.text) == (409, before, True)
    assert any("no more" in says for says in changes(unseen))


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({**ACTS, "instrument": ""}, 422, "must name the order"),
        ({**ACTS, "since": "2020-10-07T09:00"}, 409, "must be now, or later"),
        ({**ACTS, "kind": "substantive"}, 409, "relieve that one first"),
        ({**ACTS, "member": "M9999"}, 422, "M9999"),
        ({**GOES, "member": NIGHT_DESK}, 409, "does not hold"),
        ({**ACTS, "act": "<b>"}, 422, "neither appoints nor relieves"),
    ],
)
def test_what_is_in_the_way_is_said_and_what_was_typed_is_kept(
    house: House, borough: dict[str, str], force: InRecord, fields: dict[str, str], status: int, word: str
) -> None:
    before = facts(force)
    said = orders(house, borough, **fields, look="1")
    assert (said.status, word in said.text, facts(force)) == (status, True, before)


def test_only_who_stands_over_the_position_orders_it(house: House, borough: dict[str, str], force: InRecord) -> None:
    before = facts(force)
    for member in (XO, NIGHT_DESK, stranger(force)):
        cookie = somebody(house, force, member)
        before += facts(force) - before
        assert 'name="act"' not in seen(house, f"/position/{POST}", cookie).text
        for more in ({"look": "1"}, {"looked": "0" * 16}):
            said = orders(house, cookie, **GOES, **more)
            assert (said.status, "does not stand over" in said.text, facts(force)) == (409, True, before), member
