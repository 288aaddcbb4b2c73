"""Rosters planned anew while somebody waits: in a thread, with how far it is, stopped at any time, and then signed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from threading import Event, Lock, Thread
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.errors import MusterError, Refused
from muster.domain.instants import on_clock
from muster.domain.published import Published
from muster.domain.replans import Replan
from muster.domain.rosters import UnitRoster
from muster.ports import Clock, Record, Store, Views
from muster.roster.budget import Budget
from muster.services.amending import Amendments, amend_all
from muster.services.entitled import not_entitled
from muster.services.gate import Viewer
from muster.services.offices import force_of
from muster.services.publishers import must_serve
from muster.services.replan_ask import Ask, case_to_change
from muster.services.rosters import Case

SECONDS: Final = 60.0
"""So long a run takes at most; mostly it is proved in a second or two."""
MOST: Final = 2
"""So many run at once, of different users; whoever comes then is asked to wait."""


@dataclass(slots=True)
class Run:
    """A roster that is planned anew. ``found`` None: it runs, or ``fault`` says why nothing was found."""

    unit: str
    roster: UnitRoster
    published: Published
    case: Case
    ask: Ask
    budget: Budget
    stopped: Event
    found: Replan | None = None
    fault: str = ""
    ended: Event = field(default_factory=Event)

    @property
    def runs(self) -> bool:
        """Whether it is still looked for."""
        return not self.ended.is_set()

    @property
    def percent(self) -> int:
        """How much of its time is gone."""
        return min(100, int(100 * self.budget.elapsed / SECONDS))


class ReplanDesk:
    """Runs of those who plan rosters anew: of each user one for each unit. Threads may share it. ``tick`` counts
    seconds."""

    def __init__(self, store: Store, clock: Clock, tick: Callable[[], float]) -> None:
        self._store, self._clock, self._tick = store, clock, tick
        self._runs: dict[tuple[str, str], Run] = {}
        self._lock = Lock()

    def run(self, viewer: Viewer, unit: str) -> Run | None:
        """What somebody has running, or found, of a unit; None: nothing. Raises ``NotEntitled``, as it tells of
        absences."""
        if unit not in viewer.commands:
            with self._store.reading() as views:
                raise not_entitled(views, f"planning the roster of {unit} anew", unit, commands=True)
        return self._runs.get((viewer.user, unit))

    def start(self, viewer: Viewer, unit: str, absent: Sequence[str], days: tuple[date, date], *, all_: bool) -> Run:
        """Plan the published roster of a unit anew, without these members on these days, beside what is recorded.
        ``all_``: restore also what the roster left short itself. Raises as ``case_to_change``, and ``Refused`` while
        another of theirs, or too many of others run."""
        self.run(viewer, unit)
        with self._lock:
            before = self._running(viewer.user, unit)
        if before is not None:
            return before
        with self._store.reading() as views:
            made = self._made(views, unit, Ask(absent, *days, (), self._clock(), all_))
        with self._lock:
            before = self._running(viewer.user, unit)
            if before is not None:
                return before
            self._runs[viewer.user, unit] = made
        Thread(target=_solve, args=(made,), daemon=True).start()
        return made

    def _running(self, user: str, unit: str) -> Run | None:
        """What runs already for a user of the unit; None: nothing, and there is room for it. Raises ``Refused``."""
        running = {key: run for key, run in self._runs.items() if run.runs}
        mine = next((name for owner, name in running if owner == user), None)
        if mine is not None and mine != unit:
            raise Refused(f"the roster of {mine} is planned anew for you just now: wait until it is, or stop it")
        if mine is None and len(running) >= MOST:
            raise Refused(f"{MOST} rosters are planned anew just now: wait until one is, a minute at most")
        return running.get((user, unit))

    def _made(self, views: Views, unit: str, ask: Ask) -> Run:
        from muster.services.published_plans import as_signed, published_plan

        zone = ZoneInfo(force_of(views).zone)
        published, roster = published_plan(views, unit, on_clock(ask.first, time(), zone))
        case = as_signed(case_to_change(views, roster, ask), roster)
        stopped = Event()
        return Run(unit, roster, published, case, ask, Budget(None, SECONDS, self._tick, stopped.is_set), stopped)

    def stop(self, viewer: Viewer, unit: str) -> None:
        """End a run with the best that it has found."""
        run = self.run(viewer, unit)
        if run is not None:
            run.stopped.set()

    def drop(self, viewer: Viewer, unit: str) -> None:
        """Forget what was found."""
        self.stop(viewer, unit)
        with self._lock:
            self._runs.pop((viewer.user, unit), None)

    def amend(self, record: Record, viewer: Viewer, unit: str, by: str, reason: str) -> Amendments:
        """Amend the published roster to what was found, all entries or none; safe to repeat. Raises ``Refused`` where
        nothing was, where the roster was amended since, where another signs as ``by``, and as ``amend_all``."""
        from muster.services.published_plans import amendments_of

        run = self.run(viewer, unit)
        if run is None or run.found is None:
            raise Refused(f"nothing was found yet for the roster of {unit}: plan it anew first")
        must_serve(record, by, viewer.member, self._clock())
        wanted = list(amendments_of(run.case, run.roster, run.found.roster, run.ask, reason))
        return amend_all(record, wanted, by, self._clock(), (run.published,))


def _solve(run: Run) -> None:
    """Look for the fewest changes; whatever comes of it is in the run."""
    from muster.roster.prepare import prepare
    from muster.services.replanning import replanned

    try:
        prepare()
        run.budget.begun = run.budget.clock() if run.budget.clock else 0.0
        run.found = replanned(run.case, run.roster, run.ask, run.budget)
    except MusterError as said:
        run.fault = str(said)
    except Exception as fault:
        run.fault = f"it could not be planned: {type(fault).__name__}"
        raise
    finally:
        run.ended.set()
