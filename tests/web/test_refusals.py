"""Links that cannot be used: a page with the reason, a record of it, and nothing for whoever has no true link."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from muster.bootstrap import open_store
from muster.domain.contact import Contact
from muster.domain.members import Appointment
from muster.services.answers import MOST_ALTERED
from muster.services.door import MOST_TRIES, Tries
from muster.store.store import SqlStore
from tests.doors import House, Said, ask, house_of, post, served, swapped
from tests.ground import InRecord, changed, local
from tests.services.reached import ROWS, WHAT, asked, contact, pass_minutes, tasking
from tests.services.small import NIGHT_DESK, facts, sees
from tests.support import SettableClock
from tests.web.test_page import text_of

SAFE = {
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


def recorded(force: InRecord, of: Contact) -> list[str]:
    """The kinds of refusals recorded of a link."""
    found = sees(force, lambda v: [*v.facts(streams=[of.stream], kinds=["contact.link-refused"])])
    return [json.loads(f.body)["refusal"] for f in found]


def is_safe(said: Said) -> bool:
    """Whether a response tells browsers to keep what it holds to themselves."""
    policy = said.headers["content-security-policy"]
    closed = all(part in policy for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"))
    return closed and "unsafe" not in policy and all(said.headers[name] == value for name, value in SAFE.items())


def tells_nothing(said: Said) -> bool:
    """Whether a response says nothing of the tasking."""
    return not any(part in said.text for part in (WHAT, "47th", "M0023", "T1", "Member"))


def test_a_link_used_twice_is_gone_and_recorded(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    house.answer(first, "accepted", once="w1")
    said = house.answer(first, "refused", once="w2", reason="no car")
    assert said.status == 410
    assert "This link was used already: you answered by" in text_of(said.text)
    assert recorded(force, first) == ["link-over"]
    assert tasking(force).accepted_by == NIGHT_DESK


def test_an_altered_link_shows_nothing_and_answers_nothing(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    token = house.token(first)
    for bad in (swapped(token), token[:-4], token.replace("M0023", "M0025"), token.upper(), token.partition(".")[0]):
        for said in (house.open(bad), house.answer(bad, "accepted")):
            assert said.status == 403
            assert tells_nothing(said)
            assert is_safe(said)
    assert contact(force, first.key).answer is None
    assert tasking(force).accepted_by is None


def test_an_answer_by_an_altered_link_is_recorded_where_it_names_a_contact(house: House, force: InRecord) -> None:
    first, other = asked(force)
    house.answer(swapped(house.token(first)), "accepted")
    assert (recorded(force, first), recorded(force, other)) == (["altered"], [])
    before = facts(force)
    house.answer("T9:decide:1:M0023:sms.AAAAAAAAAAAAAAAA", "accepted")
    house.answer("T1'--", "accepted")
    assert facts(force) == before


def test_altered_links_do_not_fill_the_record(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    for _ in range(3):
        pass_minutes(force, 2)
        for _ in range(MOST_ALTERED):
            assert house.answer(swapped(house.token(first)), "accepted").status == 403
    assert recorded(force, first) == ["altered"] * MOST_ALTERED


def test_whoever_tries_many_links_has_to_wait_and_whoever_has_a_true_one_has_not(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    bad = [house.open(f"T1:decide:1:M0023:sms.{n:016d}").status for n in range(MOST_TRIES + 2)]
    assert bad == [403] * MOST_TRIES + [429] * 2
    before = facts(force)
    waits = house.answer(swapped(house.token(first)), "accepted")
    assert (waits.status, waits.headers["retry-after"]) == (429, "60")
    assert tells_nothing(waits)
    assert facts(force) == before
    assert house.open(first).status == 200
    assert house.answer(first, "accepted").status == 303
    pass_minutes(force, 1)
    assert house.open("T1").status == 403


def test_behind_a_proxy_on_the_same_machine_each_address_has_tries_of_its_own(house: House) -> None:
    def tried(address: str) -> list[int]:
        page = house.page("T1")
        return [ask(page, headers={"X-Forwarded-For": address}).status for _ in range(MOST_TRIES + 1)]

    assert tried("192.0.2.1") == [403] * MOST_TRIES + [429]
    assert tried("198.51.100.7") == [403] * MOST_TRIES + [429]


def test_tries_are_counted_by_network_and_forgotten_in_time() -> None:
    clock = SettableClock()
    tries = Tries(clock)
    assert [tries.allows(f"2001:db8::{n:x}") for n in range(MOST_TRIES + 1)] == [True] * MOST_TRIES + [False]
    assert tries.allows("2001:db8:1::1")
    assert all(tries.allows("192.0.2.1") for _ in range(MOST_TRIES))
    assert not tries.allows("::ffff:192.0.2.1")
    assert tries.allows("no address")
    clock.move(seconds=60)
    assert tries.allows("192.0.2.1")


def test_tries_do_not_fill_the_memory() -> None:
    tries = Tries(SettableClock())
    for n in range(10_000):
        tries.allows(f"10.0.{n // 256}.{n % 256}")
    assert len(tries) <= 4096


def test_an_expired_link_is_gone_and_an_answer_by_it_recorded(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    force.clock.at = first.expires_at
    for said in (house.open(first), house.answer(first, "accepted")):
        assert said.status == 410
        assert "This link expired on Thu 08 Oct at 0300" in text_of(said.text)
        assert tells_nothing(said)
    assert recorded(force, first) == ["link-over"]
    assert tasking(force).accepted_by is None


def test_a_link_is_gone_with_the_appointment_and_an_answer_by_it_recorded(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    force.rows = changed(force.rows, Appointment, lambda a: a.member == NIGHT_DESK, until=local("2020-10-07T03:10"))
    force.load()
    assert house.open(first).status == 200
    pass_minutes(force, 10)
    for said in (house.open(first), house.answer(first, "accepted")):
        assert said.status == 410
        assert "does not hold PCT-047-DESK any more" in text_of(said.text)
        assert WHAT not in said.text
    assert recorded(force, first) == ["link-over"]
    assert tasking(force).accepted_by is None


def test_a_link_for_what_the_record_does_not_have_says_so(house: House, force: InRecord) -> None:
    asked(force)
    token = house.links.url("T7/decide/1/M0023/sms").rpartition("/")[2]
    for said in (house.open(token), house.answer(token, "accepted")):
        assert said.status == 404
        assert "is not in the record" in said.text


def test_every_response_keeps_what_it_holds_to_itself(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    found = {
        200: house.open(first),
        422: house.answer(first, "refused"),
        303: house.answer(first, "received"),
        401: ask(f"{house.base}/"),
        404: ask(f"{house.base}/c/"),
        405: ask(house.page(first), "DELETE"),
        413: post(house.page(first), word="refused", reason="x" * 20_000),
    }
    for status, said in found.items():
        assert said.status == status
        assert is_safe(said), status
    assert found[405].headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a%d=1" % n for n in range(50)), b"%FF=%FE", b"word"])
def test_a_form_that_cannot_be_read_is_refused(house: House, force: InRecord, body: bytes) -> None:
    first, *_ = asked(force)
    before = facts(force)
    assert ask(house.page(first), "POST", body).status == 422
    assert facts(force) == before


@pytest.fixture
def impatient(database: Path, clock: SettableClock) -> Iterator[SqlStore]:
    """A store in a file, which waits for nobody."""
    store = open_store(f"sqlite:///{database}", clock)
    yield store
    store.close()


@pytest.mark.parametrize("lost", ["busy", "damaged"])
def test_when_the_record_cannot_be_reached_the_page_says_to_try_again(
    lost: str, impatient: SqlStore, database: Path, clock: SettableClock
) -> None:
    force = InRecord(impatient, clock, ROWS)
    first, *_ = asked(force)
    home = house_of(impatient, clock)
    impatient.engine.dispose()
    event.listen(impatient.engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout = 50"))
    with closing(sqlite3.connect(database)) as other, served(home):
        if lost == "busy":
            other.execute("BEGIN IMMEDIATE")
        else:
            database.write_bytes(b"not a database, but long enough to be looked at" * 1000)
        said = home.answer(first, "accepted")
        assert (said.status, said.headers["retry-after"]) == (503, "30")
        assert "Muster cannot reach its record" in said.text
        assert str(database) not in said.text
        assert any(str(database) in told for told in home.complaints)
        assert home.open(first).status == (200 if lost == "busy" else 503)
        if lost == "busy":
            other.rollback()
            assert home.answer(first, "accepted").status == 303
