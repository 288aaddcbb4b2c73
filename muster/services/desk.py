"""What stands behind the console: the record, read in transactions of its own; what was found is kept while it holds"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from muster.domain.areas import Area
from muster.domain.force import Unit
from muster.domain.now import Now, UnitNow, edition
from muster.domain.passing import Passed
from muster.domain.presence import holds
from muster.domain.snapshot import Snapshot
from muster.domain.users import Session, User
from muster.domain.viewings import Viewing
from muster.domain.watch import Watch
from muster.ports import Clock, Store, Views
from muster.services import found_once
from muster.services.bearing import Bearing
from muster.services.duty_ground import Ground, Grounds
from muster.services.found_once import Once
from muster.services.now import now
from muster.services.snapshots import snapshot
from muster.services.tasking_board import OpenTaskings, open_taskings
from muster.services.units import UnitPage, unit_page
from muster.services.watch import passed_for

T = TypeVar("T")
ASIDE: Final = (User.NOUN, Session.NOUN, Viewing.NOUN)
"""Nouns of which no answer about the force is made."""
KEPT: Final = 64
"""So many answers are kept, those asked for last."""
STATES: Final = 2
"""So many snapshots of the whole force: each is large, and its answers are kept."""


@dataclass(frozen=True, slots=True)
class UnitSeen:
    """A unit's page, with its watch as whoever asked may read it, among all units of that instant."""

    now: Now
    page: UnitPage
    watch: Watch | None
    units: Sequence[Unit]

    @property
    def here(self) -> UnitNow | None:
        """The unit as the first screen has it; None: civil authority."""
        return next((u for u in self.now.units if u.unit.unit == self.page.unit.unit), None)

    def passed(self, position: str) -> Passed | None:
        """Why the position was passed over; None: it was not."""
        found = () if self.watch is None else self.watch.passed
        return next((p for p in found if p.position == position), None)

    def on_duty(self, position: str) -> tuple[str, ...]:
        """The holders of a position of the unit who are on duty there."""
        return next((p.on_duty for p in self.page.posts if p.position == position), ())


class Kept(Generic[T]):
    """Answers by what was asked, the last ``most`` of them. Threads may share it: what two ask for at once is found
    once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()
        self._finding: dict[Hashable, Lock] = {}

    def get(self, key: Hashable) -> T | None:
        """The answer that is kept under this key; None: there is none."""
        with self._lock:
            return self._kept.get(key)

    def once(self, key: Hashable, find: Callable[[], T]) -> T:
        """The answer that is kept under this key, else what ``find`` returns."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            mine = self._finding.setdefault(key, Lock())
        with mine:
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                found = find()
                with self._lock:
                    self._kept[key] = found
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
            finally:
                with self._lock:
                    self._finding.pop(key, None)
            return found


class Desk:
    """Answers of the console. Threads may share it: what two ask for at once is found once."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.of_members: Once = Kept[Any](found_once.MOST).once  # rosters, drafts and sheets find for each other
        self._nows, self._areas, self._grounds = Kept[Now](KEPT), Kept[tuple[Area, ...]](1), Grounds()
        self._open, self._states = Kept[OpenTaskings](1), Kept[Snapshot](STATES)
        self._bearing = Bearing(lambda noun: noun not in ASIDE)

    def reading(self) -> AbstractContextManager[Views]:
        """One state of the record."""
        return self._store.reading()

    def now(self, at: datetime | None = None) -> Now:
        """Every unit at an instant, as it was known then; None: now. An answer for now holds until something is
        recorded, and for a minute at most."""
        when = self._clock() if at is None else at
        with self._store.reading() as views:
            seq = self.bearing(views)

            def found() -> Now:
                ground, state = self._ground(views, when, at), self.state(views, when, at)
                return replace(now(views, when, at, ground, state), seq=seq)

            return self._nows.once(self.key(views, when, at), found)

    def key(self, views: Views, when: datetime, at: datetime | None) -> Hashable:
        """Under what an answer is kept: of ``when`` until something is recorded, and for a minute at most; of ``at`` as
        it was known then for good, unless it is to come: then too until something is recorded."""
        if at is None:
            return edition(self.bearing(views), when)
        return at if at < self._clock() else (at, self.bearing(views))

    def state(self, views: Views, when: datetime, at: datetime | None) -> Snapshot:
        """What decides every watch at an instant, for all who ask about it in this minute or ``at`` that instant."""
        state = self._states.once(self.key(views, when, at), lambda: snapshot(views, at=when, known_at=at))
        return replace(state, schedule=replace(state.schedule))  # what is worked out of it is not for other threads

    def _ground(self, views: Views, when: datetime, at: datetime | None) -> Ground:
        known = views.head()[0] if at is None else known_by(views, at)
        return self._grounds.of(views, when, known, at)

    def bearing(self, views: Views) -> int:
        """The number of the newest fact that may change an answer: that somebody signed in, or looked at a page,
        changes none, and what is kept holds."""
        return self._bearing.newest(views)

    def shown(self, name: str) -> Now | None:
        """The answer for now that is of this edition; None: it is kept no more."""
        return self._nows.get(name)

    def unit(self, name: str, viewer: str | None, at: datetime | None = None) -> UnitSeen:
        """A unit at an instant, as it was known then, and as this member may read it by the positions that they hold
        now. Raises ``Unknown``."""
        seen = self.now(at)
        with self._store.reading() as views:
            page = unit_page(views, name, seen.at, at)
            watch = page.watch
            if watch is not None and viewer is not None:
                watch = replace(watch, passed=passed_for(views, watch.passed, viewer, self._clock()))
            elif watch is not None:
                watch = watch.for_everyone()
            units = [u for u in views.rows(Unit, known_at=at) if holds(u, seen.at)]
        return UnitSeen(seen, page, watch, tuple(sorted(units, key=lambda u: u.unit)))

    def areas(self) -> tuple[Area, ...]:
        """The ground of all units; read anew when something was recorded."""
        with self._store.reading() as views:
            return self._areas.once(views.head()[0], lambda: tuple(views.rows(Area)))

    def open_taskings(self, views: Views) -> OpenTaskings:
        """What boards of now are made of; read anew when something was recorded."""
        return self._open.once(self.bearing(views), lambda: open_taskings(views))

    def edition(self) -> str:
        """Which edition of the record this is: it changes with every fact that may change an answer, and each
        minute."""
        with self._store.reading() as views:
            return self.edition_of(views)

    def edition_of(self, views: Views) -> str:
        """The edition of this state of the record."""
        return edition(self.bearing(views), self._clock())

    def head(self) -> int:
        """The number of the newest fact."""
        with self._store.reading() as views:
            return views.head()[0]

    def step(self, at: datetime, forward: bool) -> datetime:
        """The nearest instant after, or before, this one at which something was recorded; the same where there is
        none."""
        with self._store.reading() as views:
            head = views.head()[0]
            place = first_after(views, at, head) if forward else first_after(views, at - _TICK, head) - 1
            if not 1 <= place <= head:
                return at
            return _recorded(views, place)


def newest(views: Views) -> datetime:
    """When the newest fact was recorded; now where there is none."""
    head = views.head()[0]
    return _recorded(views, head) if head else views.now


def known_by(views: Views, at: datetime) -> int:
    """The number of the last fact that was recorded by the instant; 0 where there is none."""
    return first_after(views, at, views.head()[0]) - 1


_TICK: Final = timedelta(microseconds=1)


def first_after(views: Views, at: datetime, head: int) -> int:
    """The number of the first fact that was recorded after the instant; one more than ``head`` where there is none."""
    low, high = 1, head + 1
    while low < high:
        middle = (low + high) // 2
        if _recorded(views, middle) > at:
            high = middle
        else:
            low = middle + 1
    return low


def _recorded(views: Views, seq: int) -> datetime:
    fact = next(iter(views.facts(first=seq, last=seq)))
    return datetime.fromisoformat(fact.recorded_at)
