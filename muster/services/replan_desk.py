"""Rosters planned anew while somebody waits, and then signed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Refused
from muster.domain.instants import on_clock
from muster.domain.published import Published
from muster.domain.replans import Far, Replan
from muster.domain.rosters import UnitRoster
from muster.ports import Clock, Record, Store, Views
from muster.services import runs
from muster.services.amending import Amendments, amend_all
from muster.services.entitled import not_entitled
from muster.services.gate import Viewer
from muster.services.offices import force_of
from muster.services.publishers import must_serve
from muster.services.replan_ask import Ask, case_to_change
from muster.services.rosters import Case
from muster.services.runs import Runs

KIND: Final = "replan"


@dataclass(slots=True, kw_only=True)
class Run(runs.Run):
    """A roster that is planned anew. ``found`` None: it runs, and ``far`` says how far it is, or ``fault`` says why
    nothing was found."""

    roster: UnitRoster
    published: Published
    case: Case
    ask: Ask
    far: Far | None = None
    found: Replan | None = None

    def tell(self, far: Far) -> None:
        """How far it is now."""
        self.far = far

    def work(self) -> None:
        """Look for the fewest changes."""
        from muster.services.replanning import replanned

        self.found = replanned(self.case, self.roster, self.ask, self.budget, report=self.tell)


class ReplanDesk:
    """Runs of those who plan rosters anew. Threads may share it."""

    def __init__(self, store: Store, clock: Clock, running: Runs) -> None:
        self._store, self._clock, self._runs = store, clock, running

    def run(self, viewer: Viewer, unit: str) -> Run | None:
        """What somebody has running, or found, of a unit; None: nothing. Raises ``NotEntitled``, as it tells of
        absences."""
        if unit not in viewer.commands:
            with self._store.reading() as views:
                raise not_entitled(views, f"planning the roster of {unit} anew", unit, commands=True)
        found = self._runs.get((KIND, viewer.user, unit))
        return found if isinstance(found, Run) else None

    def start(self, viewer: Viewer, unit: str, absent: Sequence[str], days: tuple[date, date], *, all_: bool) -> Run:
        """Plan the published roster of a unit anew, without these members on these days, beside what is recorded.
        ``all_``: restore also what the roster left short itself. Raises as ``case_to_change``, and ``Refused`` while
        another of theirs, or too many of others run."""
        before = self.run(viewer, unit)
        if before is not None and before.runs:
            return before
        self._runs.must_have_room((KIND, viewer.user, unit))
        with self._store.reading() as views:
            made = self._made(views, unit, Ask(absent, *days, (), self._clock(), all_))
        self._runs.start((KIND, viewer.user, unit), made, made.work)
        return made

    def _made(self, views: Views, unit: str, ask: Ask) -> Run:
        from muster.services.published_plans import as_signed, published_plan

        zone = ZoneInfo(force_of(views).zone)
        published, roster = published_plan(views, unit, on_clock(ask.first, time(), zone))
        case = as_signed(case_to_change(views, roster, ask), roster)
        budget, stopped = self._runs.budget()
        return Run(
            unit=unit, budget=budget, stopped=stopped, roster=roster, published=published, case=case, ask=ask
        )  # fmt: skip

    def stop(self, viewer: Viewer, unit: str) -> None:
        """End a run with the best that it has found."""
        run = self.run(viewer, unit)
        if run is not None:
            run.stopped.set()

    def drop(self, viewer: Viewer, unit: str) -> None:
        """Forget what was found."""
        self.run(viewer, unit)
        self._runs.drop((KIND, viewer.user, unit))

    def amend(self, record: Record, viewer: Viewer, unit: str, by: str, reason: str) -> Amendments:
        """Amend the published roster to what was found, all entries or none; safe to repeat. Raises ``Refused`` where
        nothing was, where the roster was amended since, where another signs as ``by``, and as ``amend_all``."""
        from muster.services.published_plans import amendments_of

        run = self.run(viewer, unit)
        if run is None or run.found is None:
            raise Refused(
                f"nothing that was found for the roster of {unit} is kept any more: it was signed or left, or the "
                f"server was restarted; plan it anew"
            )
        must_serve(record, by, viewer.member, self._clock())
        wanted = list(amendments_of(run.case, run.roster, run.found.roster, run.ask, reason))
        return amend_all(record, wanted, by, self._clock(), (run.published,))
