"""The check of the chain over HTTP, and a stretch of it taken away with its proof."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import cast

import pytest
from sqlalchemy import text

from muster.domain.errors import Refused
from muster.ports import Store, Views
from muster.services.record import verify_export
from muster.services.record_desk import Checks
from muster.store.store import SqlStore
from tests.doors import House, post
from tests.ground import InRecord
from tests.services.small import BOROUGH, CO, OFFICER, PC, PCT, XO, facts, sees
from tests.waiting import LONGEST_SECONDS, wait_until
from tests.web.conftest import WHY
from tests.web.test_console import seen, somebody
from tests.web.test_record import begun, last_of, told


def checked(house: House, cookie: dict[str, str], head: str = "") -> str:
    """What the check says at its end."""
    assert begun(house, cookie, head).status == 303

    def ended() -> str | None:
        said = told(seen(house, "/record/check", cookie))
        return None if "under way" in said else said

    return wait_until(ended)


def test_anybody_signed_in_can_check_the_chain(house: House, night: InRecord) -> None:
    cookie = somebody(house, night, OFFICER)
    count = facts(night)
    seq, head = sees(night, lambda views: views.head())
    assert f"The record is whole: {count} facts." in checked(house, cookie)
    assert "the head that you gave is part of it, 0 facts ago" in checked(house, cookie, f"{seq}:{head}  2020-10-07")
    night.sign_on(XO, PCT, "2020-10-07T20:00")
    assert "the head that you gave is part of it, 1 fact ago" in checked(house, cookie, head)
    assert "damaged in 1 place" in checked(house, cookie, "f" * 64)
    wrong = begun(house, cookie, "none")
    assert (wrong.status, "must be 64 hexadecimal digits" in told(wrong)) == (422, True)
    other = somebody(house, night, XO)
    assert post(f"{house.base}/record/check", other, head="").status == 409
    assert "The record is" not in told(seen(house, "/record/check?head=", other)), "nobody is shown what another began"


def test_what_a_fact_says_cannot_be_tried_out_on_hashes(house: House, night: InRecord) -> None:
    seq = last_of(night, "absence.entered")
    paths = [*(f"/record/fact/{n}" for n in (seq, seq + 1)), "/record/check", f"/record?about={OFFICER}"]
    hashes = {m: [re.findall(r"\b[0-9a-f]{64}\b", seen(house, p, c).text) for p in paths]
              for m in (OFFICER, CO, PC) for c in [somebody(house, night, m)]}  # fmt: skip
    assert hashes[OFFICER] == hashes[CO] == [[]] * 4
    assert [len(found) for found in hashes[PC]] == [2, 2, 1, 0]
    assert hashes[PC][0][0] == hashes[PC][1][1] == sees(night, lambda v: next(v.facts(first=seq, last=seq))).hash


class Waiting:
    """A store that lets nobody read in another thread until it is told to go on."""

    def __init__(self, store: Store) -> None:
        self.store, self.go = store, Event()

    @contextmanager
    def reading(self) -> Iterator[Views]:
        """The store's."""
        if current_thread() is not main_thread():
            self.go.wait(LONGEST_SECONDS)
        with self.store.reading() as views:
            yield views


def test_nobody_has_two_checks_at_once(force: InRecord) -> None:
    waiting = Waiting(force.store)
    checks = Checks(cast(Store, waiting), force.clock)
    for user in ("one", "one", "two"):
        checks.begin(user, None)
    for user, head, says in (("one", "f" * 64, "your check"), ("three", None, "of others")):
        with pytest.raises(Refused, match=says):
            checks.begin(user, head)
    waiting.go.set()

    def ended(user: str) -> bool:
        check = checks.of(user)
        return check is not None and not check.runs

    wait_until(lambda: ended("one") and ended("two"))
    assert checks.of("three") is None


def test_the_check_names_the_fact_that_was_changed(house: House, night: InRecord, database: Path) -> None:
    cookie = somebody(house, night, OFFICER)
    store = night.store
    assert isinstance(store, SqlStore)
    with store.engine.begin() as connection:
        for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE fact SET body = '{}' WHERE seq = 7"))
    said = checked(house, cookie)
    assert "The record is damaged in" in said
    assert "Fact 7: its text does not give its hash." in said


def test_a_stretch_is_taken_away_with_its_proof_by_the_top_of_the_force_alone(house: House, night: InRecord) -> None:
    for member in (OFFICER, CO, BOROUGH):
        cookie = somebody(house, night, member)
        said = seen(house, f"/record/export?about={CO}", cookie)
        assert said.status == 403
        assert "ask POLICE-COMMISSIONER" in told(said)
        assert 'aria-disabled="true">Download' in seen(house, "/record/check", cookie).text
    cookie = somebody(house, night, PC)
    head = sees(night, lambda views: "{}:{}".format(*views.head()))
    said = seen(house, f"/record/export?about={CO}", cookie)
    assert said.headers["content-disposition"] == 'attachment; filename="record.jsonl"'
    lines = said.text.splitlines()
    found = verify_export(lines, head)
    assert found.whole
    assert found.facts == len(sees(night, lambda views: [*views.facts(about=CO)]))
    assert WHY not in seen(house, "/record/export", cookie).text
    assert not verify_export([*lines[:3], lines[3].replace(CO, XO), *lines[4:]], head).whole or CO not in lines[3]
    assert json.loads(lines[0])["about"] == CO
    assert seen(house, "/record/export?about=NOBODY", cookie).status == 404
