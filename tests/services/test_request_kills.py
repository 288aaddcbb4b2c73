"""Deciding requests killed with SIGKILL, and by two at once: all of a decision is there or nothing, and one wins."""

import random
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from muster.bootstrap import open_store
from muster.domain.errors import Refused
from muster.domain.members import Absence
from muster.domain.published import Published
from muster.domain.requests import Request
from muster.domain.taskings import Tasking
from muster.ports import Views
from muster.services.request_deciding import decide
from muster.services.request_swaps import Swap
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.killing import facts_left, kill_after, kill_writing, seconds_of
from tests.publishing import charted, published
from tests.requesting import BOROUGH, CO, DECIDED, XO, absences, consent, entry, leave, oct_, page, swap
from tests.services.small import OFFICER, sees
from tests.support import SettableClock

KILLS = 4
Left = tuple[str, bool, int, int]
"""The state of a request, whether its tasking is open, the version of the roster, and how many absences there are."""


def asked(force: InRecord) -> tuple[Request, Request]:
    """Leave and a swap of two days, each to be decided."""
    published(force, charted(force), at="2020-10-09T09:00")
    trade = swap(force, Swap("M0023", oct_(28), "M0024", oct_(23)))
    return leave(force, OFFICER, oct_(24), oct_(26)), consent(force, trade.request, "M0024")


def left(views: Views, name: str) -> Left:
    request, tasking = views.row(Request, name), views.row(Tasking, name)
    assert request is not None
    assert tasking is not None
    away = [a for a in views.rows(Absence) if a.request]
    return request.state, tasking.is_open, sum(r.version for r in views.rows(Published)), len(away)


@pytest.mark.parametrize(("place", "ends"), [(0, ("granted", False, 1, 1)), (1, ("granted", False, 5, 0))])
def test_a_grant_killed_at_any_instant_is_there_whole_or_not_at_all(
    place: Literal[0, 1], ends: Left, database: Path, temporary_store: SqlStore, clock: SettableClock, tmp_path: Path
) -> None:
    name = asked(InRecord(temporary_store, clock))[place].request
    temporary_store.close()
    command = ["request", "decide", name, "grant", "--by", CO, "--reason", "covered", "--at", DECIDED]
    moments = random.Random(16)
    shutil.copyfile(database, tmp_path / "first.db")
    lasts = seconds_of(command, tmp_path / "first.db")
    for number in range(KILLS):
        killed = tmp_path / f"{number}.db"
        shutil.copyfile(database, killed)
        if number % 2:
            kill_writing(command, killed, moments.uniform(0, 0.01))
        else:
            kill_after(command, killed, moments.uniform(0.6, 1.05) * lasts)
        assert facts_left(killed), "the chain and the views are whole"
        with closing(open_store(f"sqlite:///{killed}")) as store, store.reading() as views:
            assert left(views, name) in (("open", True, 1, 0), ends)
    with closing(open_store(f"sqlite:///{tmp_path / 'first.db'}")) as store, store.reading() as views:
        assert left(views, name) == ends


@pytest.mark.parametrize("place", [0, 1])
def test_of_two_who_decide_at_one_instant_one_wins_and_the_others_hear_by_whom(
    place: Literal[0, 1], small: InRecord
) -> None:
    name, store = asked(small)[place].request, small.store
    small.clock.at = local(DECIDED)
    three = ((CO, "granted"), (XO, "declined"), (BOROUGH, "granted"))
    together = threading.Barrier(len(three))

    def press(one: tuple[str, Literal["granted", "declined"]]) -> str:
        together.wait()
        try:
            with store.writing() as record:
                return decide(record, name, one[1], one[0], "as I see it", local(DECIDED)).state
        except Refused as said:
            return str(said)

    with ThreadPoolExecutor(len(three)) as pool:
        said = list(pool.map(press, three))
    (winner,) = [one for one, heard in zip(three, said, strict=True) if heard == one[1]]
    found = page(small, name).request
    assert (found.by, found.state) == winner
    lost = [heard for heard in said if heard != winner[1]]
    assert all(f"is {winner[1]} by {found.decider} ({winner[0]})" in heard for heard in lost)
    granted = winner[1] == "granted"
    assert len(absences(small, OFFICER)) == (place == 0 and granted)
    assert (entry(small, "M0023", oct_(28)) == "") is (place == 1 and granted)
    assert not sees(small, lambda views: left(views, name))[1]
