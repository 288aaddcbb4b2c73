"""A process killed with SIGKILL while it does what a program asked: sent again under the same key, it is done once."""

import random
import shutil
import time
from contextlib import closing
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from muster.domain.taskings import Tasking
from muster.domain.tokens import Done
from muster.domain.users import User
from muster.ports import Record
from muster.services.acts import member_of
from muster.services.clerk import Answer, Clerk, KeyUsed, Once
from muster.services.gate import Viewer
from muster.services.tasking_ahead import Report, receive
from muster.services.tokens import issue
from muster.services.users import add_user
from muster.store.store import SqlStore
from tests.forking import Forked, warm
from tests.ground import InRecord, local
from tests.killing import facts_left, killed, killed_writing
from tests.services.small import CO, PCT, TEN, does
from tests.support import SettableClock

KILLS = 4
WHAT = "shots at White Plains Road"


def store_of(database: Path) -> SqlStore:
    return open_store(f"sqlite:///{database}", SettableClock(local(TEN)))


def send(database: str, secret: str) -> None:
    """A program sends its act."""
    with closing(store_of(Path(database))) as store:
        sent(store, secret)


def sent(store: SqlStore, secret: str, what: str = WHAT) -> Answer:
    """What it is answered."""

    def act(record: Record, viewer: Viewer) -> Answer:
        report = Report(what, "incident", "shots-fired", PCT)
        return {"tasking": receive(record, member_of(viewer), report).tasking.tasking}

    once = Once("k1", "POST /taskings", {"what": what})
    return Clerk(store, SettableClock(local(TEN))).act(secret, once, act)


def left(store: SqlStore) -> tuple[int, int]:
    """How many taskings there are of the act, and how many keys are kept."""
    with store.reading() as views:
        return sum(t.what == WHAT for t in views.rows(Tasking)), len(views.rows(Done))


def test_an_act_and_its_key_are_there_together_or_not_at_all(
    database: Path, temporary_store: SqlStore, clock: SettableClock, tmp_path: Path
) -> None:
    force = InRecord(temporary_store, clock)
    clock.at = local(TEN)

    def token(record: Record) -> str:
        add_user(record, User(user=CO, member=CO, since=record.now), None, record.now)
        return issue(record, CO, ("act",), 30, record.now).secret

    secret = does(force, token)
    temporary_store.close()
    warm()
    shutil.copyfile(database, tmp_path / "first.db")
    began = time.perf_counter()
    assert Forked(send, str(tmp_path / "first.db"), secret).wait() == 0
    lasts, moments = time.perf_counter() - began, random.Random(21)
    for number in range(KILLS):
        copy = tmp_path / f"{number}.db"
        shutil.copyfile(database, copy)
        process = Forked(send, str(copy), secret)
        if number % 2:
            killed_writing(process, copy, moments.uniform(0, 0.01))
        else:
            killed(process, moments.uniform(0.5, 1) * lasts)
        assert facts_left(copy), "the chain and the views are whole"
        with closing(store_of(copy)) as store:
            assert left(store) in ((0, 0), (1, 1))
            first = sent(store, secret)
            assert (sent(store, secret), left(store)) == (first, (1, 1))
            with pytest.raises(KeyUsed, match="stands for another act"):
                sent(store, secret, "another")
