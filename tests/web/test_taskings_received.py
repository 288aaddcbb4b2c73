"""Taskings received in the console over HTTP, looked at first; and what open screens are told."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

from tests.doors import House, post
from tests.ground import InRecord, local
from tests.services.reached import WHAT, receive, tasking
from tests.services.small import CO, DAY_DESK, NIGHT_DESK, OFFICER, PCT, TEN, facts
from tests.support import SettableClock
from tests.web.test_console import seen, somebody
from tests.web.test_refusals import is_safe
from tests.web.test_taskings import does

REPORT = {"what": "a march", "matter": "protest", "place": PCT, "kind": "planned", "people": "50"}


def test_what_is_received_is_looked_at_first_and_is_one_tasking_however_often_it_is_sent(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    clock.at = local(TEN)
    cookie = somebody(house, force, DAY_DESK)
    form = {**REPORT, "deadline": "2020-10-07T18:00", "seen": str(facts(force))}
    before = facts(force)
    look = does(house, cookie, "/taskings/new", **form, look="1")
    assert look.status == 200
    assert re.search(r"<h1>It belongs to 47th Precinct: \w+ \(PCT-047-CO\) decides", look.text)
    assert 'value="a march"' in look.text
    assert facts(force) == before
    looked = re.search(r'name="looked" value="(\w+)"', look.text)
    assert looked is not None
    for unseen in ({}, {"looked": ""}, {"looked": "0" * 16}):
        said = does(house, cookie, "/taskings/new", **form, **unseen)
        assert said.status == 409
        assert "look at it again" in said.text
    assert facts(force) == before
    places = {does(house, cookie, "/taskings/new", **form, looked=looked[1]).headers["location"] for _ in range(2)}
    assert places == {"/tasking/T1"}
    made = tasking(force)
    wanted = ("a march", 50, local("2020-10-07T18:00"), "planned", DAY_DESK)
    assert (made.what, made.people, made.deadline, made.kind, made.entered_by) == wanted


def test_a_directive_in_the_name_of_another_says_who_entered_it(
    house: House, force: InRecord, clock: SettableClock
) -> None:
    clock.at = local(TEN)
    cookie = somebody(house, force, DAY_DESK)
    form = {**REPORT, "giver": "CITY-HALL", "receiver": "CHIEF-OF-PATROL", "reason": "at once", "seen": "0"}
    look = re.search(r'name="looked" value="(\w+)"', does(house, cookie, "/taskings/new", **form, look="1").text)
    assert look is not None
    place = does(house, cookie, "/taskings/new", **form, looked=look[1]).headers["location"]
    page = unescape(re.sub("<[^>]+>", "", seen(house, place, somebody(house, force, CO)).text))
    assert re.search(rf"Gave it, as [^.]*\({DAY_DESK}\) entered it\.", page)
    assert re.search(rf"\({DAY_DESK}\) took it in", page)


def test_all_that_is_wrong_with_a_report_is_said_at_once(house: House, force: InRecord, clock: SettableClock) -> None:
    clock.at = local(TEN)
    cookie, before = somebody(house, force, DAY_DESK), 0
    before = facts(force)
    wrong = {"what": " ", "kind": "x", "people": "-1", "hours": "many", "deadline": "tomorrow", "giver": "PBBX"}
    said = does(house, cookie, "/taskings/new", **{**REPORT, **wrong}, look="1")
    assert said.status == 422
    text = unescape(said.text)
    for part in ("what must say", "kind 'x'", "people '-1'", "hours 'many'", "tomorrow", "receiver must be"):
        assert part.lower() in text.lower(), part
    for one in (
        {"matter": "no-such"},
        {"place": "NO-SUCH"},
        {"place": "CITY-HALL"},
        {"deadline": "2020-10-07T09:00"},
        {"deadline": "2020-11-01T01:30"},
        {"what": "x\x00"},
        {"people": "9" * 12},
        {"giver": "CITY-HALL", "receiver": "NO-SUCH"},
    ):
        for look in ({"look": "1"}, {"looked": "0"}):
            said = does(house, cookie, "/taskings/new", **{**REPORT, **one}, **look)
            assert said.status in (409, 422), one
            assert 'role="alert"' in said.text
            assert is_safe(said)
    assert facts(force) == before


def test_whoever_is_on_no_desk_receives_nothing(house: House, asked: InRecord) -> None:
    cookie, before = somebody(house, asked, OFFICER), 0
    before = facts(asked)
    assert seen(house, "/taskings/new", cookie).status == 403
    assert does(house, cookie, "/taskings/new", **REPORT, looked="").status == 403
    board = seen(house, "/taskings", cookie).text
    assert 'aria-disabled="true" href="/taskings/new"' in board
    assert facts(asked) == before
    assert "tell the desk of your unit" in board
    assert "/tasking/T1" in board
    assert "/tasking/T1" not in seen(house, "/taskings?mine=1", cookie).text


def test_a_form_of_another_site_does_nothing(house: House, asked: InRecord) -> None:
    cookie, before = somebody(house, asked, NIGHT_DESK), 0
    before = facts(asked)
    for mark in ({}, {"mark": ""}, {"mark": "0" * 32}):
        assert post(f"{house.base}/tasking/T1/accept", cookie, seen="0", by="PCT-047-DESK", **mark).status == 409
        assert post(f"{house.base}/taskings/new", cookie, **REPORT, **mark).status == 409
    assert facts(asked) == before


@contextmanager
def listening(house: House, path: str, cookie: dict[str, str]) -> Iterator[HTTPResponse]:
    """A stream of what changes on a screen, after its first word."""
    shown = re.search(r"shown=[0-9-]+(?:&amp;\w+=\d+)*", seen(house, path, cookie).text)
    assert shown is not None
    parts = urlsplit(house.base)
    with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=60)) as connection:
        connection.request("GET", f"{path}/stream?{unescape(shown[0])}", headers=cookie)
        stream = connection.getresponse()
        assert stream.status == 200
        assert stream.readline() == b"event: alive\n"
        yield stream


def change_in(stream: HTTPResponse) -> str:
    """The next change."""
    lines: list[str] = []
    while not lines or lines[-1].startswith("data: "):
        line = stream.readline().decode()
        assert line
        if lines or line.startswith("data: "):
            lines.append(line)
    return "".join(lines)


def test_who_looks_is_told_of_each_change_and_of_what_is_new(house: House, asked: InRecord) -> None:
    desk, co = somebody(house, asked, NIGHT_DESK), somebody(house, asked, CO)
    with listening(house, "/taskings", co) as board, listening(house, "/tasking/T1", co) as page:
        does(house, desk, "/tasking/T1/accept", by="PCT-047-DESK")
        assert 'hx-target="#t-T1"' in change_in(board)
        found = change_in(page)
        assert "Desk Officer, 47th Precinct has it." in found
        assert {"answer", "acts", "contacts", "history"} <= set(re.findall(r'hx-target="#(\w+)"', found))
        receive(asked, "T.2_x")
        found = change_in(board)
        assert 'hx-target="#fresh" hx-swap="beforeend"' in found
        assert 'id="t-T_d2_ux"' in found
        does(house, desk, "/tasking/T1/close", by="PCT-047-DESK", reason="ended")
        assert "Gone from here" in change_in(board)
        assert "it was closed" in change_in(page)


def test_a_stream_of_a_tasking_ends_with_the_right_to_it(house: House, asked: InRecord, clock: SettableClock) -> None:
    cookie = somebody(house, asked, CO)
    with listening(house, "/tasking/T1", cookie) as page, listening(house, "/taskings", cookie) as board:
        asked.retire(CO, "2020-10-07T03:10", "2020-10-07T03:20")
        clock.at = local("2020-10-07T03:30")
        receive(asked, "T2")
        assert "data: " not in page.read().decode()
        assert WHAT not in change_in(board).lower()
