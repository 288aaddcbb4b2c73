"""The API: what the page does, for programs; one shape of refusals, and a description that is true."""

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from muster.api.models import ContactState, Model, Problem, Taken
from muster.bootstrap import open_store
from muster.domain.contact import Contact
from muster.services.answers import WORDS
from tests.doors import House, Said, ask, house_of, served, swapped
from tests.ground import InRecord
from tests.services.reached import ROWS, WHAT, asked, contact, desk_and_captain, tasking
from tests.services.small import NIGHT_DESK, facts
from tests.support import SettableClock

MODELS: Mapping[str, type[Model]] = {"ContactState": ContactState, "Taken": Taken, "Problem": Problem}


def described(house: House) -> dict[str, Any]:
    """How the API describes itself."""
    found: dict[str, Any] = json.loads(ask(f"{house.base}/api/v1/openapi.json").text)
    return found


def fits(house: House, method: str, path: str, said: Said) -> Any:
    """The body of a response, which must be as the description says for its status."""
    operation = described(house)["paths"][path][method.lower()]
    assert str(said.status) in operation["responses"], said
    content = operation["responses"][str(said.status)]["content"]
    assert said.headers["content-type"] == "application/json" == next(iter(content))
    model = MODELS[content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    body = json.loads(said.text)
    model.model_validate(body)
    if model is Problem:
        assert body["status"] == said.status
    return body


def show(house: House, token: str | None) -> tuple[Said, Any]:
    """What a program is told of a contact."""
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    said = ask(f"{house.base}/api/v1/contact", headers=headers)
    return said, fits(house, "GET", "/contact", said)


def answer(house: House, token: str, given: object) -> tuple[Said, Any]:
    """What a program is told of an answer."""
    body = given if isinstance(given, bytes) else json.dumps(given).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    said = ask(f"{house.base}/api/v1/contact/answer", "POST", body, headers)
    return said, fits(house, "POST", "/contact/answer", said)


def test_a_contact_is_shown_as_on_the_page(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    before = facts(force)
    said, body = show(house, house.token(first))
    assert said.status == 200
    assert (body["contact"], body["member"], body["zone"]) == (first.key, NIGHT_DESK, "America/New_York")
    assert body["words"] == ["accepted", "received", "refused", "handed", "not-me"]
    assert (body["about"]["what"], body["about"]["accepted"]) == (WHAT, False)
    assert [d["position"] for d in body["deputies"]] == ["PCT-047-SUP"]
    assert facts(force) == before


def test_an_answer_is_taken_and_the_state_after_it_told(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    said, body = answer(house, house.token(first), {"word": "accepted", "once": "w1"})
    assert (said.status, body["ok"], body["says"]) == (200, True, "You have it, as PCT-047-DESK")
    assert (body["contact"]["about"]["mine"], body["contact"]["answer"]) == (True, "accepted")
    assert tasking(force).accepted_by == NIGHT_DESK
    before = facts(force)
    assert answer(house, house.token(first), {"word": "accepted", "once": "w1"})[0].status == 200
    assert facts(force) == before


def test_every_word_of_the_page_can_be_said(house: House) -> None:
    given = described(house)["components"]["schemas"]["Given"]["properties"]["word"]
    assert given["enum"] == list(WORDS)


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"word": "refused"}, 422, "invalid"),
        ({"word": "not-me", "to": "NOBODY"}, 422, "unknown"),
        ({"word": "handed", "to": "PCT-047-CO"}, 409, "not-now"),
        ({"word": "own"}, 422, "malformed"),
        ({"word": "accepted", "at": "2020-10-07"}, 422, "malformed"),
        ({"word": "accepted", "once": "a b"}, 422, "invalid"),
        ({"word": "refused", "reason": "x" * 2001}, 422, "malformed"),
        (["accepted"], 422, "malformed"),
        (b"{", 400, "malformed"),
        ({"word": "refused", "reason": "\ud800"}, 422, "malformed"),
        ({"word": "refused", "reason": "\x00"}, 422, "invalid"),
        (b"\xff", 400, "malformed"),
        (b"[" * 16_000, 400, "malformed"),
        (b"", 422, "malformed"),
        (b" " * 20_000, 413, "too-long"),
    ],
)
def test_what_is_not_taken_says_why_in_one_shape(
    house: House, force: InRecord, given: object, status: int, code: str
) -> None:
    first, *_ = asked(force)
    said, body = answer(house, house.token(first), given)
    assert (said.status, body["ok"], body["code"]) == (status, False, code)
    assert body["error"]
    assert contact(force, first.key).answer is None


def test_whoever_comes_second_is_told_who_has_it(house: House, force: InRecord) -> None:
    desk, captain = desk_and_captain(force)
    answer(house, house.token(captain), {"word": "accepted"})
    said, body = answer(house, house.token(desk), {"word": "accepted"})
    assert (said.status, body["code"]) == (409, "taken")
    assert f"{captain.member} ({captain.position}) has it already" in body["error"]
    again, body = answer(house, house.token(captain), {"word": "refused", "reason": "no car"})
    assert (again.status, body["code"]) == (410, "link-over")


def test_without_a_true_token_nothing_is_told(house: House, force: InRecord) -> None:
    first, *_ = asked(force)
    none, body = show(house, None)
    assert (none.status, body["code"], none.headers["www-authenticate"]) == (401, "no-token", "Bearer")
    altered, body = show(house, swapped(house.token(first)))
    assert (altered.status, body["code"]) == (403, "altered")
    assert WHAT not in altered.text
    gone, body = show(house, house.links.url("T7/decide/1/M0023/sms").rpartition("/")[2])
    assert (gone.status, body["code"]) == (404, "no-such-contact")
    force.clock.at = first.expires_at
    over, body = show(house, house.token(first))
    assert (over.status, body["code"]) == (410, "link-over")
    assert WHAT not in over.text
    for n in range(20):
        said, body = show(house, f"T1.{n}")
    assert (said.status, body["code"], said.headers["retry-after"]) == (429, "too-many", "60")


@pytest.mark.parametrize(("path", "status", "code"), [("/none", 404, "not-found"), ("/contact/", 404, "not-found")])
def test_where_nothing_is_the_refusal_has_the_same_shape(house: House, path: str, status: int, code: str) -> None:
    said = ask(f"{house.base}/api/v1{path}")
    assert (said.status, Problem.model_validate_json(said.text).code) == (status, code)


def test_a_method_that_there_is_not_is_refused_in_the_same_shape(house: House) -> None:
    said = ask(f"{house.base}/api/v1/contact", "DELETE")
    assert (said.status, said.headers["allow"]) == (405, "GET")
    assert Problem.model_validate_json(said.text).code == "method"


def test_when_the_record_is_busy_or_gone_that_is_said_without_its_place(
    database: Path, tmp_path: Path, clock: SettableClock
) -> None:
    store = open_store(f"sqlite:///{database}", clock)
    with closing(store):
        first, *_ = asked(InRecord(store, clock, ROWS))
        home = house_of(store, clock)
        store.engine.dispose()
        event.listen(store.engine, "connect", lambda made, _: made.execute("PRAGMA busy_timeout = 50"))
        with closing(sqlite3.connect(database)) as other, served(home):
            other.execute("BEGIN IMMEDIATE")
            busy, body = answer(home, home.token(first), {"word": "accepted", "once": "w1"})
            assert (busy.status, body["code"], busy.headers["retry-after"]) == (503, "unavailable", "30")
            assert show(home, home.token(first))[0].status == 200
            other.rollback()
            assert answer(home, home.token(first), {"word": "accepted", "once": "w1"})[0].status == 200
            database.rename(tmp_path / "elsewhere.db")
            store.engine.dispose()
            gone, body = show(home, home.token(first))
            assert (gone.status, body["code"]) == (503, "unavailable")
        assert all("muster.db" not in said.text for said in (busy, gone))
        assert any("muster.db" in told for told in home.complaints)


def test_the_description_names_its_place_and_its_key(house: House, force: InRecord) -> None:
    found = described(house)
    assert found["servers"] == [{"url": "/api/v1"}]
    by_link = {"/contact", "/contact/answer"}
    assert by_link < set(found["paths"])
    for scheme in ("link", "token"):
        said = found["components"]["securitySchemes"][scheme]
        assert (said["type"], said["scheme"]) == ("http", "bearer")
    assert isinstance(asked(force)[0], Contact)
    for place, path in found["paths"].items():
        for operation in path.values():
            assert operation["security"] == [{"link": []} if place in by_link else {"token": []}]
            problems = {s: r["content"]["application/json"]["schema"] for s, r in operation["responses"].items()}
            assert all(p == {"$ref": "#/components/schemas/Problem"} for s, p in problems.items() if s != "200")
