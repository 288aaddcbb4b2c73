"""Rosters that are looked for while somebody waits: each in a thread of its own, and stopped at any time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Final

from muster.domain.errors import MusterError, Refused
from muster.roster.budget import Budget

SECONDS: Final = 60.0
"""So long a run takes at most."""
MOST: Final = 2
"""So many run at once, of different users; whoever comes then is asked to wait."""
Key = tuple[str, str, str]
"""What is looked for, by which user, of which unit."""


@dataclass(slots=True, kw_only=True)
class Run:
    """A roster that is looked for. ``fault``: why nothing was found."""

    unit: str
    budget: Budget
    stopped: Event
    fault: str = ""
    ended: Event = field(default_factory=Event)

    @property
    def runs(self) -> bool:
        """Whether it is still looked for."""
        return not self.ended.is_set()

    @property
    def percent(self) -> int:
        """How much of its time is gone."""
        return min(100, int(100 * self.budget.elapsed / (self.budget.seconds or SECONDS)))


class Runs:
    """The runs of all users: of each kind one for each user and unit. Threads may share it. ``tick`` counts seconds."""

    def __init__(self, tick: Callable[[], float]) -> None:
        self._tick = tick
        self._runs: dict[Key, Run] = {}
        self._lock = Lock()

    def budget(self) -> tuple[Budget, Event]:
        """What a run may spend, and what stops it."""
        stopped = Event()
        return Budget(None, SECONDS, self._tick, stopped.is_set), stopped

    def get(self, key: Key) -> Run | None:
        """What runs, or was found; None: nothing."""
        return self._runs.get(key)

    def start(self, key: Key, run: Run, work: Callable[[], None]) -> None:
        """Begin a run, in place of one that has ended; where one runs, that goes on. Raises ``Refused`` while another
        of the same user runs, or too many of others."""
        with self._lock:
            before = self._runs.get(key)
            if before is not None and before.runs:
                return
            self._must_have_room(key)
            self._runs[key] = run
        Thread(target=_worked, args=(run, work), daemon=True).start()

    def must_have_room(self, key: Key) -> None:
        """Raise ``Refused`` as ``start``, before anything is made ready for it."""
        with self._lock:
            self._must_have_room(key)

    def _must_have_room(self, key: Key) -> None:
        running = [there for there, each in self._runs.items() if each.runs]
        theirs = next((unit for _, user, unit in running if user == key[1]), None)
        if theirs is not None:
            raise Refused(
                f"the roster of {theirs} is looked for, for you, just now: wait until it is found, or stop it"
            )
        if len(running) >= MOST:
            raise Refused(f"{MOST} rosters are looked for just now: wait until one is found, a minute at most")

    def keep(self, key: Key, run: Run) -> None:
        """Keep what was found at once."""
        run.ended.set()
        self.drop(key)
        with self._lock:
            self._runs[key] = run

    def drop(self, key: Key) -> None:
        """End a run, and forget what was found."""
        with self._lock:
            run = self._runs.pop(key, None)
        if run is not None:
            run.stopped.set()


def _worked(run: Run, work: Callable[[], None]) -> None:
    """Do the work of a run; whatever comes of it is in the run. What has to be compiled is not taken from its time."""
    from muster.roster.prepare import prepare

    try:
        prepare()
        run.budget.begun = run.budget.clock() if run.budget.clock else 0.0
        work()
    except MusterError as said:
        run.fault = str(said)
    except Exception as fault:
        run.fault = f"nothing could be looked for: {type(fault).__name__}"
        raise
    finally:
        run.ended.set()
