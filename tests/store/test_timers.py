"""The due table: equal to what rows say is due, each timer held by one at a time, and none lost whatever ends."""

import random
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from muster.bootstrap import open_store, verify_views
from muster.domain.contact import Contact
from muster.domain.escalation import Escalation
from muster.domain.record import Fact
from muster.ports import Due, Timers
from muster.store.statements import Statement
from muster.store.store import SqlStore
from muster.store.tables import TIMED, timer, view_meta
from tests.forking import Forked
from tests.killing import facts_left
from tests.store import timers
from tests.store.timers import LEASE, contact, queue, say
from tests.support import NOON

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def steps(claimed: list[Due]) -> list[int]:
    """Which contacts of ``contact`` these are."""
    made = {contact(step, None).key: step for step in range(100)}
    return [made[due.key] for due in claimed]


def claim(timers: Timers, now: datetime, limit: int = 100) -> list[Due]:
    return timers.claim("contact", now, now + LEASE, limit)


def test_a_row_that_says_due_at_has_a_timer(temporary_store: SqlStore) -> None:
    assert {"contact", "escalation"} <= set(TIMED)
    assert temporary_store.next_due() is None
    assert claim(temporary_store, NOON) == []
    queue(temporary_store, contact(1, NOON), contact(2, None))
    assert claim(temporary_store, NOON) == [Due("contact", contact(1, NOON).key, NOON, 1)]


def test_the_oldest_come_first_and_no_more_than_asked_for(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(4, NOON), contact(3, NOON + SECOND), contact(2, NOON), contact(1, NOON + MINUTE))
    assert steps(claim(temporary_store, NOON - SECOND)) == []
    assert steps(claim(temporary_store, NOON + SECOND, 2)) == [2, 4]
    assert steps(claim(temporary_store, NOON + SECOND)) == [3]


def test_what_is_held_is_given_to_nobody_until_the_lease_runs_out(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON))
    [first] = claim(temporary_store, NOON)
    assert claim(temporary_store, NOON + LEASE - SECOND) == []
    [again] = claim(temporary_store, NOON + LEASE)
    assert (first.key, first.tries, again.tries) == (again.key, 1, 2)


def test_the_next_instant_regards_leases_and_nouns(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON), contact(2, NOON + 2 * MINUTE))
    say(temporary_store, Escalation(tasking="T1", due_at=NOON + 3 * MINUTE).started(NOON))
    assert temporary_store.next_due() == NOON
    assert steps(claim(temporary_store, NOON)) == [1]
    assert temporary_store.next_due() == NOON + LEASE
    assert steps(claim(temporary_store, NOON + LEASE)) == [1]
    temporary_store.claim("contact", NOON + 2 * LEASE, NOON + 5 * MINUTE, 9)
    assert temporary_store.next_due("contact") == NOON + 5 * MINUTE
    assert temporary_store.next_due() == temporary_store.next_due("escalation") == NOON + 3 * MINUTE
    assert temporary_store.next_due("tasking") is None, "a noun without due_at"


def test_a_fact_that_says_due_at_sets_the_timer_anew(temporary_store: SqlStore) -> None:
    waiting = contact(1, NOON)
    queue(temporary_store, waiting)
    claim(temporary_store, NOON)
    say(temporary_store, waiting.postponed(NOON + SECOND, "gateway busy", NOON))
    assert [due.tries for due in claim(temporary_store, NOON + SECOND)] == [1]
    say(temporary_store, waiting.postponed(NOON + SECOND, "gateway busy", NOON))
    assert [due.tries for due in claim(temporary_store, NOON + SECOND)] == [1], "the same instant, but said again"
    assert verify_views(temporary_store) == []


def test_a_fact_that_says_nothing_of_due_at_leaves_the_lease(temporary_store: SqlStore) -> None:
    waiting = contact(1, NOON)
    queue(temporary_store, waiting)
    [held] = claim(temporary_store, NOON)
    say(temporary_store, *waiting.received(NOON), waiting.link_refused("altered", NOON))
    assert claim(temporary_store, NOON + LEASE - SECOND) == [], "else it would be sent twice although nobody crashed"
    assert claim(temporary_store, NOON + LEASE) == [Due("contact", held.key, NOON, 2)]


def test_what_is_over_has_no_timer(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON), contact(2, NOON))
    claim(temporary_store, NOON, 1)
    say(temporary_store, contact(1, NOON).sent(NOON), contact(2, NOON).spared("somebody accepted", NOON))
    say(temporary_store, contact(3, NOON).queued(), contact(3, NOON).failed("no such number", NOON))
    assert temporary_store.next_due() is None
    assert claim(temporary_store, NOON + LEASE) == []
    assert verify_views(temporary_store) == []


def test_what_was_not_kept_is_not_due(temporary_store: SqlStore) -> None:
    class Interrupted(Exception):
        pass

    def interrupted() -> None:
        with temporary_store.writing() as record:
            record.append([contact(1, NOON).queued()])
            raise Interrupted

    with pytest.raises(Interrupted):
        interrupted()
    assert temporary_store.next_due() is None


def test_what_is_given_back_can_be_claimed_as_if_it_never_was(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON), contact(2, NOON))
    held = claim(temporary_store, NOON)
    temporary_store.release(held[:1])
    assert [(*steps([due]), due.tries) for due in claim(temporary_store, NOON)] == [(1, 1)]


def test_nobody_gives_back_what_others_hold(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON), contact(2, NOON))
    late = claim(temporary_store, NOON)
    claim(temporary_store, NOON + LEASE, 1)
    say(temporary_store, contact(2, NOON).postponed(NOON + 2 * LEASE, "gateway busy", NOON))
    temporary_store.release(late)
    assert temporary_store.next_due() == NOON + 2 * LEASE
    assert [due.tries for due in claim(temporary_store, NOON + 2 * LEASE)] == [3, 1]


def test_a_clock_that_goes_back_gives_nothing_early_and_one_that_jumps_all(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON), contact(2, NOON + MINUTE))
    assert steps(claim(temporary_store, NOON)) == [1]
    assert steps(claim(temporary_store, NOON - 24 * 60 * MINUTE)) == []
    assert steps(claim(temporary_store, NOON)) == []
    assert steps(claim(temporary_store, NOON + 24 * 60 * MINUTE)) == [1, 2]


def test_views_built_anew_have_the_same_timers_without_leases(temporary_store: SqlStore, database: Path) -> None:
    queue(temporary_store, *(contact(step, NOON + step * SECOND) for step in range(1, 5)))
    say(temporary_store, contact(1, NOON).sent(NOON), contact(2, NOON).postponed(NOON + MINUTE, "busy", NOON))
    say(temporary_store, Escalation(tasking="T1", due_at=NOON).started(NOON))
    claim(temporary_store, NOON + MINUTE)
    with temporary_store.begin() as connection:
        connection.execute(update(view_meta).values(value="another version"))
    temporary_store.close()
    store = open_store(f"sqlite:///{database}")
    assert verify_views(store) == []
    assert [(*steps([due]), due.tries) for due in claim(store, NOON + MINUTE)] == [(3, 1), (4, 1), (2, 1)]
    assert store.next_due("escalation") == NOON
    store.close()


def test_whatever_happens_the_timers_are_what_the_rows_say(temporary_store: SqlStore) -> None:
    chances, queued = random.Random(5), set[str]()
    for _ in range(60):
        claim(temporary_store, NOON + chances.randint(0, 90) * SECOND, chances.randint(1, 3))
        say(temporary_store, *(happens(chances, queued) for _ in range(chances.randint(1, 8))))
        with temporary_store.reading() as views:
            said = {row.key: row.due_at for row in views.rows(Contact) if row.due_at}
        with temporary_store.begin() as connection:
            timers = connection.execute(select(timer.c.key, timer.c.due_at, timer.c.tries, timer.c.held_until)).all()
        assert {key: due_at for key, due_at, _, _ in timers} == said
        assert all((tries == 0) == (held_until is None) for _, _, tries, held_until in timers)
    assert verify_views(temporary_store) == []


def happens(chances: random.Random, queued: set[str]) -> Fact:
    """A fact about one of five contacts; the first about each queues it."""
    later = NOON + chances.randint(0, 90) * SECOND
    row = contact(chances.randint(1, 5), later)
    if row.key not in queued:
        queued.add(row.key)
        return row.queued()
    return chances.choice(
        [row.postponed(later, "busy", NOON), row.hastened(later), row.sent(NOON), row.link_refused("altered", NOON)]
    )


def test_timers_that_are_not_those_of_the_facts_are_named(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON), contact(2, NOON))
    claim(temporary_store, NOON)
    assert verify_views(temporary_store) == [], "leases are nobody's belief"
    key = contact(2, NOON).key
    with temporary_store.begin() as connection:
        connection.execute(delete(timer).where(timer.c.key == key))
    assert verify_views(temporary_store) == [f"view of timer: differs from the facts from {key} on"]


def test_threads_that_claim_at_once_are_never_given_the_same(temporary_store: SqlStore) -> None:
    queue(temporary_store, *(contact(step, NOON) for step in range(60)))

    def claimed(_: int) -> list[Due]:
        return claim(temporary_store, NOON, 3)

    with ThreadPoolExecutor(6) as threads:
        found = [due for part in threads.map(claimed, range(30)) for due in part]
    assert sorted(steps(found)) == list(range(60))
    assert {due.tries for due in found} == {1}


def sender(database: Path, now: datetime) -> Forked:
    return Forked(timers.send_all, f"sqlite:///{database}", now)


def test_processes_that_send_at_once_send_each_once(temporary_store: SqlStore, database: Path) -> None:
    queue(temporary_store, *(contact(step, NOON) for step in range(100)))
    senders = [sender(database, NOON) for _ in range(3)]
    sent = [line for process in senders for line in process.communicate()[0].splitlines()]
    assert sorted(sent) == sorted(f"{contact(step, NOON).key} 1" for step in range(100))
    assert temporary_store.next_due() is None


def test_senders_that_are_killed_lose_nothing_and_what_they_repeat_says_so(
    temporary_store: SqlStore, database: Path
) -> None:
    count, kills, moments = 400, 8, random.Random(3)
    queue(temporary_store, *(contact(step, NOON) for step in range(count)))
    temporary_store.close()
    now, sent = NOON, list[str]()
    for _ in range(kills):
        with sender(database, now) as process:
            sent.append(process.stdout.readline())
            try:
                process.wait(moments.uniform(0, 0.05))
            except subprocess.TimeoutExpired:
                process.kill()
            sent += process.stdout
        now += LEASE
        facts_left(database)  # raises unless the chain is whole and the timers are those of the facts
    sent += sender(database, now).communicate()[0].splitlines(keepends=True)
    times = Counter(line.split()[0] for line in sent)
    assert len(times) == count
    repeated = [line for line in sent if line.split()[1] != "1"]
    assert sum(times.values()) - count <= len(repeated) <= 5 * kills, "only what was claimed when somebody was killed"
    for key in times:
        tries = [int(line.split()[1]) for line in sent if line.split()[0] == key]
        assert sorted(set(tries)) == tries, "each sending is told from the one before"
    store = open_store(f"sqlite:///{database}")
    assert store.next_due() is None
    with store.reading() as views:
        assert len(views.rows(Contact, state="sent")) == count
    store.close()


def test_of_many_sleeping_timers_none_is_looked_at(temporary_store: SqlStore) -> None:
    queue(temporary_store, contact(1, NOON), contact(2, NOON), contact(3, NOON))
    few = effort(temporary_store)
    many = [
        {"noun": "contact", "key": f"{step}", "due_at": NOON + (step % 999) * SECOND, "tries": 0}
        for step in range(100_000)
    ]
    with temporary_store.begin() as connection:
        connection.execute(update(timer).values(held_until=None))
        connection.execute(insert(timer), many)
        connection.exec_driver_sql("ANALYZE")
    assert effort(temporary_store) < 2 * few


def effort(store: SqlStore) -> int:
    """What it takes the database to see what is due next and to claim two: steps of SQLite's machine, or lines that
    PostgreSQL looks at."""
    return instructions(store) if store.engine.dialect.name == "sqlite" else lines_read(store)


def instructions(store: SqlStore) -> int:
    counted = []
    raw = store.engine.raw_connection()
    raw.driver_connection.set_progress_handler(lambda: counted.append(1), 1)  # type: ignore[union-attr]
    raw.close()  # into the pool, from which the next is taken
    assert store.next_due() is not None
    assert len(claim(store, NOON, 2)) == 2
    return len(counted)


def lines_read(store: SqlStore) -> int:
    assert store.next_due() is not None
    assert len(claim(store, NOON, 2)) == 2
    values = {"of": "contact", "now": NOON + LEASE, "most": 2}
    plans = []
    with store.begin() as connection:
        for name in ("timers next", "timers free", "timers over"):
            asked = store.filters.once(name, _unmade)
            told = Statement(f"EXPLAIN (ANALYZE, FORMAT JSON) {asked.sql}", asked.names).run(connection, values)
            plans += [said[0]["Plan"] for (said,) in told]
    return sum(map(_lines_of, plans))


def _lines_of(plan: dict[str, Any]) -> int:
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    return int(own) + sum(map(_lines_of, plan.get("Plans", [])))


def _unmade() -> Statement:
    raise AssertionError("the statement must have been used")
