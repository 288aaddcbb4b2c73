"""Call-ins over HTTP: a gap is filled by the contract's order, offered to many, and answered on one's own page."""

import re

import pytest

from muster.domain.members import Absence
from muster.services import duty
from tests.doors import House, Said, post
from tests.ground import InRecord, local
from tests.services.offered import BOSS, NOON, SIX, an_offer, at_six, coming
from tests.services.small import CO, PCT, does, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_roster import mark_of, stranger

GAP = {"kind": "call-in", "since": "2020-10-07T23:15", "until": "2020-10-08T07:50", "needed": "1", "rank": "PO"}
LOOK = f"/call-ins/{PCT}?" + "&".join(f"{name}={value}" for name, value in GAP.items())
C1 = f"{PCT}-C1"
FIRST, SECOND, THIRD = "M0033", "M0034", "M0035"


@pytest.fixture
def boss(house: House, force: InRecord, clock: SettableClock) -> dict[str, str]:
    """The desk officer of the day, at noon; the first of the list is sick."""
    clock.at = NOON
    sick = Absence(member=FIRST, kind="sick", since=NOON, until=local("2020-10-09T08:00"))
    does(force, lambda record: duty.absent(record, sick))
    return somebody(house, force, BOSS)


def says(house: House, cookie: dict[str, str], path: str, **fields: str) -> Said:
    """Somebody sends a form."""
    return post(house.base + path, cookie, mark=mark_of(seen(house, "/me", cookie)), **fields)


def line(page: Said, member: str) -> str:
    """What the list says of a member."""
    found = re.search(rf'<span class="id">{member}</span></th><td role="cell">(.*?)</td>', page.text)
    assert found is not None
    return re.sub("<[^>]*>", "", found[1])


def test_a_gap_is_looked_at_opened_offered_answered_and_given_by_the_order_of_the_list(
    house: House, boss: dict[str, str], force: InRecord, clock: SettableClock
) -> None:
    before = facts(force)
    look = seen(house, LOOK, boss)
    assert (line(look, SECOND), line(look, FIRST)[:12], facts(force)) == ("to be asked", "passed over:", before)
    for _ in range(2):  # sent twice, it is one
        assert says(house, boss, f"/call-ins/{PCT}", **GAP).headers["location"] == f"/call-in/{C1}"
    sent = says(house, boss, f"/call-in/{C1}", act="offer", to="2", deadline="2020-10-07T18:00")
    assert sent.status == 303
    asked = {m: somebody(house, force, m) for m in (SECOND, THIRD)}
    assert all("You are offered work" in seen(house, "/me", cookie).text for cookie in asked.values())
    assert says(house, asked[THIRD], f"/call-in/{C1}/answer", word="perhaps").status == 422
    assert says(house, asked[THIRD], f"/call-in/{C1}/answer", word="willing").headers["location"] == "/me"
    assert line(seen(house, f"/call-in/{C1}", boss), THIRD) == "willing"
    assert says(house, asked[SECOND], f"/call-in/{C1}/answer", word="willing").status == 303
    assert says(house, asked[SECOND], f"/call-in/{C1}/answer", word="refused").status == 409
    clock.at = max(clock.at, SIX)
    at_six(force)
    assert (coming(force, C1), an_offer(force, THIRD, C1).state) == ([SECOND], "passed")
    assert "You are offered work" not in seen(house, "/me", asked[THIRD]).text
    before = facts(force)
    assert says(house, asked[THIRD], f"/call-in/{C1}/answer", word="willing").status == 409
    assert sees(force, lambda v: [f.kind for f in v.facts(first=before + 1)]) == ["contact.link-refused"]


def test_who_is_noted_past_the_order_takes_a_reason_and_what_was_typed_is_kept(
    house: House, boss: dict[str, str], force: InRecord
) -> None:
    says(house, boss, f"/call-ins/{PCT}", **GAP)
    past = {"act": "note", "member": THIRD, "what": "accepted"}
    page = says(house, boss, f"/call-in/{C1}", **past)
    assert (page.status, "is not next" in page.text, f'value="{THIRD}"' in page.text) == (409, True, True)
    assert says(house, boss, f"/call-in/{C1}", **past, why="they called themselves").status == 303
    assert coming(force, C1) == [THIRD]


@pytest.mark.parametrize("wrong", [{"since": "soon"}, {"until": "2020-10-06T10:00"}, {"rank": "X"}, {"kind": "draft"}])
def test_what_cannot_be_needed_is_refused_with_why(
    house: House, boss: dict[str, str], force: InRecord, wrong: dict[str, str]
) -> None:
    before = facts(force)
    said = says(house, boss, f"/call-ins/{PCT}", **{**GAP, **wrong})
    look = seen(house, LOOK + "".join(f"&{name}={value}" for name, value in wrong.items()), boss)
    assert (said.status, look.status, facts(force)) == (422, 422, before)
    assert all('role="alert"' in page.text for page in (said, look))


def test_a_list_is_for_the_unit_its_reasons_for_who_commands_and_its_acts_for_who_runs_it(
    house: House, boss: dict[str, str], force: InRecord
) -> None:
    says(house, boss, f"/call-ins/{PCT}", **GAP)
    co, mate, other = (somebody(house, force, m) for m in (CO, SECOND, stranger(force)))
    told = ["sick" in seen(house, f"/call-in/{C1}", who).text for who in (co, boss, mate)]
    assert told == [True, False, False]
    before = facts(force)
    for path in (f"/call-in/{C1}", "/call-in/NO-SUCH", f"/call-ins/{PCT}", f"/call-in/{C1}/stream"):
        assert seen(house, path, other).status == 403, path
    assert says(house, other, f"/call-in/{C1}", act="offer", to="1", deadline="2020-10-07T18:00").status == 403
    assert says(house, other, f"/call-in/{C1}/answer", word="willing").status == 403
    assert says(house, mate, f"/call-in/{C1}", act="offer", to="1", deadline="2020-10-07T18:00").status == 409
    assert says(house, mate, f"/call-ins/{PCT}", **GAP).status == 409
    assert facts(force) == before
