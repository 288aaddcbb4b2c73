"""The ledger of a period over HTTP: certified as it was seen, by who commands; hours tell of rest."""

import re

import pytest

from muster.domain.closings import Closing
from muster.services import duty
from tests.doors import House, Said, post
from tests.ground import InRecord, local
from tests.services.closing import AFTER, CO_POST, court, kept
from tests.services.small import CO, NIGHT_DESK, OFFICER, PCT, XO, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import mark_of, stranger

DAYS = {"first": "2020-10-19", "last": "2020-11-15"}
PAGE = f"/ledger/{PCT}"
ASKED = f"{PAGE}?first={DAYS['first']}&last={DAYS['last']}"


@pytest.fixture
def co(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The commander, after the period."""
    clock.at = local(AFTER)
    return somebody(house, force, CO)


def looked(page: Said) -> dict[str, str]:
    """What the form of the page carries."""
    return {"looked": "".join(re.findall(r'name="looked" value="([0-9a-f]+)"', page.text)), "by": CO_POST, **DAYS}


def closes(house: House, cookie: dict[str, str], **fields: str) -> Said:
    """Somebody certifies."""
    return post(house.base + PAGE, cookie, mark=mark_of(seen(house, "/me", cookie)), **fields)


def test_what_was_looked_at_is_certified_and_a_supplement_says_what_was_learned_since(
    house: House, co: dict[str, str], force: InRecord
) -> None:
    page = seen(house, ASKED, co)
    assert "can be closed" in page.text
    kept(force, court(OFFICER, "2020-10-30T10:00", "2020-10-30T12:30"))
    before = facts(force)
    stale = closes(house, co, **looked(page))
    assert (stale.status, "not as you saw them" in stale.text, facts(force)) == (409, True, before)
    assert closes(house, co, **looked(stale)).status == 303
    (made,) = sees(force, lambda views: views.rows(Closing, unit=PCT))
    assert (made.by, made.signer, f"{made.first}", f"{made.last}") == (CO_POST, CO, *DAYS.values())
    assert 'value="2020-11-16"' in seen(house, PAGE, co).text  # the period that follows
    kept(force, court(OFFICER, "2020-10-30T13:00", "2020-10-30T14:00"))
    again = seen(house, ASKED, co)
    assert "closed as version 1, 1 difference since" in again.text
    assert closes(house, co, **looked(again)).status == 303
    assert "closed as version 2" in seen(house, ASKED, co).text


def test_what_is_open_bars_it_and_only_who_commands_reads_it(house: House, co: dict[str, str], force: InRecord) -> None:
    does(force, lambda record: duty.sign_on(record, OFFICER, PCT, local("2020-11-10T09:00")))
    page = seen(house, ASKED, co)
    assert f"{OFFICER} signed on" in page.text
    assert "Certify and close</button> <span" in page.text  # which cannot be pressed
    xo, others = somebody(house, force, XO), [somebody(house, force, m) for m in (NIGHT_DESK, stranger(force))]
    before = facts(force)
    barred = closes(house, co, **{**looked(page), "looked": "0" * 16})
    assert (barred.status, "has not signed off" in barred.text) == (409, True)
    assert closes(house, xo, **{**looked(page), "looked": "0" * 16}).status == 403
    for cookie in others:
        assert seen(house, ASKED, cookie).status == 403
        assert closes(house, cookie, **looked(page)).status == 403
    for wrong in ("?first=x&last=y", "?first=2020-11-15&last=2020-10-19", "?first=2020-10-19&last=2039-10-19"):
        assert seen(house, PAGE + wrong, co).status == 422, wrong
    assert facts(force) == before
