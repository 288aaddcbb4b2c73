"""For random histories the views say what a naive model says, now and at every past instant."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.bootstrap import open_store, verify_views
from muster.domain.members import Member
from muster.domain.record import Fact, entered, removed
from muster.store import schema
from muster.store.store import SqlStore
from tests import servers
from tests.support import NOON, SettableClock, member

Step = tuple[str, str | None]
"""A key, and what its row says from now on; None: it is removed."""

steps = st.lists(st.tuples(st.sampled_from("ABC"), st.none() | st.sampled_from(["one", "two"])), min_size=1, max_size=4)
histories = st.lists(st.tuples(st.integers(-2, 3), steps, st.booleans()), min_size=1, max_size=7)


PLACES = {"sqlite": servers.fresh_file, "postgresql": servers.fresh_database}


@contextmanager
def opened(dialect: str, clock: SettableClock) -> Iterator[SqlStore]:
    with PLACES[dialect]() as url, closing(open_store(url, clock)) as store:
        yield store


def fact_of(step: Step, model: dict[str, Member]) -> Fact:
    """The fact of a step, after which ``model`` holds what is believed."""
    key, says = step
    before = model.pop(key, None)
    if says is None:
        return removed(member(key), NOON)
    model[key] = member(key, says)
    return entered(model[key], before, NOON)


# Views are built anew in each, which takes a server seconds: what is the same SQL is tried more often in files.
@settings(max_examples=40)
@given(histories)
def test_what_was_believed_can_be_asked_at_every_past_instant(history: list[tuple[int, list[Step], bool]]) -> None:
    believed_later("sqlite", history)


@settings(max_examples=10)
@given(histories)
def test_what_was_believed_can_be_asked_of_a_server(history: list[tuple[int, list[Step], bool]]) -> None:
    believed_later("postgresql", history)


def believed_later(dialect: str, history: list[tuple[int, list[Step], bool]]) -> None:
    clock = SettableClock()
    believed: dict[datetime, list[Member]] = {}
    model: dict[str, Member] = {}
    with opened(dialect, clock) as store:
        for hours, taken, at_once in history:
            clock.move(hours=hours)
            with store.writing() as record:
                facts = [fact_of(step, model) for step in taken]
                for part in [facts] if at_once else [[fact] for fact in facts]:
                    record.append(part)
                believed[record.now] = [model[key] for key in sorted(model)]
        agrees(store, believed)
        assert verify_views(store) == []
        with store.begin() as connection:
            schema.rebuild_views(connection, store.filters)
        agrees(store, believed)


def agrees(store: SqlStore, believed: dict[datetime, list[Member]]) -> None:
    """Hold the views to the model at every instant, and between any two."""
    instants = sorted(believed)
    with store.reading() as views:
        assert views.rows(Member) == believed[instants[-1]]
        for instant in instants:
            assert views.rows(Member, known_at=instant) == believed[instant]
        for before, after in pairwise(instants):
            between = before + (after - before) / 2
            assert views.rows(Member, known_at=between) == believed[before]
        for key in "ABC":
            told = views.history(Member, key)
            for instant in instants:
                rows = [None, *(version.row for version in told if version.known_from <= instant)]
                assert rows[-1] == views.row(Member, key, known_at=instant)
