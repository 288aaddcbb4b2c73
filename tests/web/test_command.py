"""Command over HTTP: the tree of units, a unit, a position and its history."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from muster.domain.appointing import Order
from muster.domain.force import Title, Unit
from muster.domain.members import Appointment
from muster.services import appointments, duty
from tests.doors import House
from tests.ground import InRecord, changed, local, retirement
from tests.services.small import BOROUGH, CO, OFFICER, PCT, TEN, THREE, XO, facts, sees
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_members_pages import words
from tests.web.test_refusals import is_safe

ASK = f"/command/who?unit={PCT}&at={TEN}"
SCREENS = ("/command", f"/command?at={TEN}", ASK, "/position/PCT-047-CO", "/position/NO-SUCH", "/command?at=x")
PROMOTED = "2020-10-05T00:00"


@pytest.fixture
def at_ten(force: InRecord, clock: SettableClock) -> InRecord:
    """The force, on a Wednesday at 1000."""
    clock.at = local(TEN)
    return force


def acting(force: InRecord, at: str = PROMOTED) -> None:
    """The executive officer is appointed to act for the commanding officer, who retires."""
    force.retire(CO, "2020-10-02T09:00", "2020-10-04T00:00")
    order = Appointment(
        position="PCT-047-CO", member=XO, kind="acting", since=local(at), until=local("2020-11-01T00:00"),
        instrument="Order 2020-10/7", limits="no mobilization",
    )  # fmt: skip
    force.act(lambda record: appointments.appoint(record, Order(order, BOROUGH)), at)


def numbers(force: InRecord, streams: str) -> list[int]:
    """The numbers of the facts of some streams."""
    with force.store.reading() as views:
        return [f.seq for f in views.facts(streams=[streams])]


@pytest.mark.parametrize("path", SCREENS)
def test_nobody_is_shown_anything(house: House, force: InRecord, path: str) -> None:
    said = seen(house, path, {})
    assert said.status == 401
    assert is_safe(said)
    assert CO not in said.text
    assert "47th" not in said.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/position/NO-SUCH", 404),
        ("/position/%00", 404),
        ("/unit/%00", 404),
        ("/unit/NO-SUCH", 404),
        ("/command/who", 404),
        ("/command/who?unit=%2F%2Felsewhere.example", 404),
        ("/command?at=yesterday", 422),
        ("/position/PCT-047-CO?at=2020-03-08T02:30", 422),
        (f"/command/who?unit={PCT}&at=2020-11-01T01:30", 422),
    ],
)
def test_what_is_not_there_and_what_is_no_time_is_said_so(
    house: House, at_ten: InRecord, path: str, status: int
) -> None:
    said = seen(house, path, somebody(house, at_ten, OFFICER))
    assert said.status == status
    assert is_safe(said)


def test_the_tree_has_every_unit_with_its_state_its_watch_and_its_succession(house: House, at_ten: InRecord) -> None:
    said = seen(house, "/command", somebody(house, at_ten, OFFICER))
    assert is_safe(said)
    units = sees(at_ten, lambda views: views.rows(Unit))
    rows = {name: row for name, row in re.findall(r'id="row-([\w-]+)">(.*?)</tr>', said.text, re.DOTALL)}
    assert rows.keys() == {u.unit for u in units}
    assert f"Commanding Officer {CO} ," in words(rows[PCT])
    assert re.search(rf"1 Commanding Officer {CO} 2 Executive Officer {XO} 3 Desk Officer \d+/\d+", words(rows[PCT]))
    assert "civil authority" in words(rows["CITY-HALL"])
    assert re.search(r"<h1>All \d+ command positions are held, and their holders are there\.</h1>", said.text)


def test_what_is_wrong_stands_in_the_tree(house: House, at_ten: InRecord) -> None:
    at_ten.sign_on(CO, PCT, "2020-10-07T10:01")
    at_ten.assume(PCT, CO, "2020-10-07T10:02")
    at_ten.clock.at = local("2020-10-08T04:00")
    text = seen(house, "/command", somebody(house, at_ten, OFFICER)).text
    found = re.search(rf'<tr role="row" class="(\w+)" id="row-{PCT}">(.*?)</td>', text, re.DOTALL)
    assert found is not None
    assert found[1] == "wrong"
    assert words(found[2]) == "Wrong"


def test_positions_that_nobody_holds_or_whose_holder_is_away_come_first(house: House, force: InRecord) -> None:
    force.retire(CO, "2020-10-02T09:00", "2020-10-04T00:00")
    force.absent(BOROUGH, "2020-10-05T00:00", "2020-10-09T07:00")
    force.clock.at = local(TEN)
    text = words(seen(house, "/command", somebody(house, force, OFFICER)).text)
    assert re.search(r"1 of \d+ command positions is vacant; nobody acts in it; 1 holder is not available\.", text)
    assert f"47th Precinct Commanding Officer vacant nobody: the succession proposes {XO}" in text
    assert f"{BOROUGH} , not available until Fri 9 Oct 2020 07:00" in text


def test_a_unit_names_holder_and_acting_holder_apart(house: House, force: InRecord) -> None:
    acting(force)
    force.clock.at = local(TEN)
    cookie = somebody(house, force, OFFICER)
    text = words(seen(house, f"/unit/{PCT}", cookie).text)
    assert (
        f"1 Commanding Officer PCT-047-CO vacant {XO} , Order 2020-10/7, until Sun 1 Nov 2020 00:00; no mobil" in text
    )
    assert f"2 Executive Officer PCT-047-XO {XO}" in text
    before = words(seen(house, f"/unit/{PCT}?at=2020-10-03T10:00", cookie).text)
    assert f"1 Commanding Officer PCT-047-CO {CO}" in before


def test_a_position_has_its_history_with_the_facts_it_stands_on(house: House, force: InRecord) -> None:
    acting(force)
    force.clock.at = local(TEN)
    text = words(seen(house, "/position/PCT-047-CO", somebody(house, force, OFFICER)).text)
    mine, papers = numbers(force, "appointment/PCT-047-CO/"), numbers(force, f"separation/SEP-{CO}")
    assert f"Commanding Officer, PCT-047: vacant; {XO} acting." in text
    assert f"Mon 5 Oct 2020 00:00 Sun 1 Nov 2020 00:00 {XO} acting, Order 2020-10/7; no mobilization {mine[-1]}" in text
    both = ", ".join(map(str, sorted([mine[0], *papers])))
    assert f"Sun 4 Oct 2020 00:00 no end is known vacant {both}" in text
    assert re.search(rf"Sun 4 Oct 2020 00:00 {CO} substantive {both}", text)


def test_a_position_is_told_as_it_was_known_then(house: House, force: InRecord) -> None:
    acting(force, "2020-10-07T09:00")
    force.clock.at = local(TEN)
    cookie = somebody(house, force, OFFICER)
    assert "Order 2020-10/7" in seen(house, "/position/PCT-047-CO", cookie).text
    before = seen(house, "/position/PCT-047-CO?at=2020-10-07T08:59", cookie).text
    assert "Order 2020-10/7" not in before
    assert "PCT-047: vacant." in words(before)
    earlier = words(seen(house, "/position/PCT-047-CO?at=2020-10-01T23:00", cookie).text)
    assert f"PCT-047: held by {CO}." in earlier
    assert "retire" not in earlier


def test_facts_that_came_later_are_not_named_as_known_then(house: House, force: InRecord) -> None:
    papers = retirement(CO, "2020-10-02T09:00", "2020-10-04T00:00")
    force.act(lambda record: duty.keep(record, papers), "2020-10-02T09:00")
    later = replace(papers, effective=local("2020-10-04T01:00"))
    force.act(lambda record: duty.keep(record, later), "2020-10-07T09:30")
    first, second = numbers(force, f"separation/SEP-{CO}")
    force.clock.at = local(TEN)
    cookie = somebody(house, force, OFFICER)
    told = {at: seen(house, f"/position/PCT-047-CO{at}", cookie).text for at in ("", "?at=2020-10-07T09:00")}
    assert f"{first}, {second}</td>" in told[""]
    assert f", {first}</td>" in told["?at=2020-10-07T09:00"]
    assert str(second) not in words(told["?at=2020-10-07T09:00"]).split()


def test_who_would_have_had_it_is_asked_from_the_tree_and_the_unit(house: House, at_ten: InRecord) -> None:
    cookie = somebody(house, at_ten, OFFICER)
    for screen in ("/command", f"/unit/{PCT}"):
        assert 'action="/command/who"' in seen(house, screen, cookie).text
    asked = seen(house, f"/command/who?{urlencode({'unit': PCT, 'at': THREE})}", cookie)
    assert asked.status == 303
    assert asked.headers["location"] == f"/unit/{PCT}?{urlencode({'at': THREE})}"
    assert "Desk Officer, on this tour, is in command" in seen(house, asked.headers["location"], cookie).text


def test_links_keep_the_clock(house: House, at_ten: InRecord) -> None:
    cookie = somebody(house, at_ten, CO)
    for path in ("/command", f"/unit/{PCT}", "/position/PCT-047-CO", f"/member/{OFFICER}", "/me"):
        page = seen(house, f"{path}?at={THREE}", cookie).text
        found = re.findall(r'href="(/(?:unit|position|member|command|me)[^"]*)"', page)
        assert len(found) > 3
        away = {link for link in found if "at=2020-10-07T03%3A00" not in link}
        assert away <= {path, "/me/tours.ics"}, path  # go to now, and the file of tours as they stand now


def test_looking_at_command_is_recorded_nowhere(house: House, at_ten: InRecord) -> None:
    cookie = somebody(house, at_ten, OFFICER)
    before = facts(at_ten)
    for path in ("/command", f"/unit/{PCT}", "/position/PCT-047-CO", f"/position/PCT-047-CO?at={THREE}"):
        assert seen(house, path, cookie).status == 200
    assert facts(at_ten) == before


def test_titles_and_names_that_were_typed_in_are_text(house: House, force: InRecord) -> None:
    force.rows = changed(force.rows, Title, lambda t: t.kind == "command", name="<script>x</script>")
    force.rows = changed(force.rows, Unit, lambda u: u.unit == PCT, name="<b>=1+1</b>")
    force.load()
    force.clock.at = local(TEN)
    cookie = somebody(house, force, OFFICER)
    for path in ("/command", f"/unit/{PCT}", "/position/PCT-047-CO", f"/member/{CO}"):
        said = seen(house, path, cookie)
        assert said.status == 200
        assert is_safe(said)
        assert "<script>x" not in said.text
        assert "<b>=1" not in said.text


def test_a_former_holder_stays_in_the_history_and_the_screens_still_open(house: House, force: InRecord) -> None:
    force.retire(CO, "2020-10-02T09:00", "2020-10-04T00:00")
    force.clock.at = local(TEN)
    cookie = somebody(house, force, CO)
    for path in ("/command", f"/unit/{PCT}", "/position/PCT-047-CO", "/me"):
        assert seen(house, path, cookie).status == 200
    told = words(seen(house, f"/unit/{PCT}", cookie).text)
    assert "1 Commanding Officer PCT-047-CO vacant" in told
