"""A round of offers as a process lives it that may be killed: made, carried, answered in another order, and given."""

from collections import Counter
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from muster.bootstrap import links_of, notifier_of, open_store, verify_views
from muster.domain.calling_in import CallInAnswer
from muster.domain.calling_offers import Offer, Offering
from muster.domain.contact import Contact
from muster.services import offers
from muster.services.answers import Answer, Word, answer
from muster.services.record import verify
from muster.store.store import SqlStore
from muster.worker.loop import Worker
from tests.ground import InRecord
from tests.services.fairness import read, unfair
from tests.services.offered import BOSS, NOON, ROTATING, ROWS, SIX, need
from tests.support import SettableClock
from tests.worker.lives import Doom, Doomed, counted
from tests.worker.sinking import Arrival

ANSWERS: Final[tuple[tuple[int, Word], ...]] = ((4, "willing"), (3, "willing"), (1, "refused"), (5, "willing"))
"""Who answers, by the place among those asked; the second never does, and two are needed."""
FOUR: Final = NOON + timedelta(hours=4)
"""By then those whose rest ended were asked too."""
LEASE: Final = timedelta(minutes=1)
State = dict[str, tuple[str, ...]]


def begin(url: str) -> None:
    """A record in which two are needed for the night."""
    clock = SettableClock()
    store = open_store(url, clock)
    need(InRecord(store, clock, (*ROWS, *ROTATING)), contract="turns")
    store.close()


def lived(url: str, ways: Path, ended: Path, doom: Doom | None, counts: Any = None) -> None:
    """From where the record is to its end at the deadline. ``ended``: a file that is there when it came so far."""
    clock = SettableClock(NOON)
    with closing(open_store(url, clock)) as store, notifier_of(ways) as notifier:
        with store.reading() as views:
            last = next(views.facts(first=views.head()[0]))
            clock.at = max(NOON, datetime.fromisoformat(last.recorded_at))
        passed = counted(store, doom)
        works = Worker(store, Doomed(notifier, passed), links_of(store, ways), clock, lambda _: None, ()).one_by_one()
        _play(store, clock, works)
        works.close()
        if counts is not None:
            counts.update(passed.counts)
        ended.touch()


def _play(store: SqlStore, clock: SettableClock, works: Worker) -> None:
    with store.writing() as record:
        if not record.rows(Offering):
            offers.offer(record, "C1", 5, SIX, BOSS, record.now)
    _work(store, clock, works, FOUR)
    for place, word in ANSWERS:
        with store.writing() as record:
            mine = sorted(record.rows(Offer), key=lambda o: o.place)[place - 1]
            asks = record.rows(Contact, purpose="offer", member=mine.member)
            if mine.answered_at is None and record.now < SIX:
                answer(record, asks[0].key, Answer(word), record.now)
        _work(store, clock, works)
    clock.at = max(clock.at, SIX)
    _work(store, clock, works)


def _work(store: SqlStore, clock: SettableClock, works: Worker, until: datetime = NOON) -> None:
    """Do what is due up to an instant, and wait for the leases of whoever was killed."""
    works.catch_up()
    end = max(clock.at + LEASE + timedelta(seconds=1), until)
    while (due := store.next_due()) is not None and due <= end:
        clock.at = max(clock.at, due)
        works.catch_up()


def state(store: SqlStore) -> State:
    """What came of it, but for when."""
    with store.reading() as views:
        offered = {o.key: (o.state, str(o.place), o.why or "") for o in views.rows(Offer)}
        said = {a.member: (a.what, str(a.place), *a.ahead) for a in views.rows(CallInAnswer)}
        told = {c.key: (c.purpose, c.says) for c in views.rows(Contact)}
    return offered | said | told


def wrong(store: SqlStore, came: list[Arrival], kills: int) -> list[str]:
    """What is half done, done twice, lost or unfair."""
    with store.reading() as views:
        whole = verify(views)
        found = [] if whole.whole else list(whole.says())
        facts = read(views.facts())
        found += [f"not over: {o.key}" for o in views.rows(Offering) if o.runs]
        found += [f"not sent: {c.key}" for c in views.rows(Contact) if c.waits and (c.due_at or SIX) <= SIX]
    said = Counter((f.kind, f.key) for f in facts if f.kind.startswith(("offer.", "call_in_answer.")))
    found += [f"twice: {kind} {key}" for (kind, key), times in said.items() if times > 1]
    sent = Counter(a.reference for a in came if a.taken)
    # What was sent and not on record yet comes once more, marked: that window is documented.
    again = [f"heard too often: {name}" for name, times in sent.items() if times > 1 + kills]
    unmarked = [f"not marked: {a.reference}" for n, a in enumerate(came) if not a.repeat and _before(came, n)]
    return [*found, *unfair(facts), *verify_views(store), *unmarked, *again]


def _before(came: list[Arrival], number: int) -> bool:
    """Whether the same message had come before."""
    return any(a.reference == came[number].reference for a in came[:number])
