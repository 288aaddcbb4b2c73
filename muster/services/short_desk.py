"""Tours under their minimum as planners look at them: the ways out, and which rules and absences leave them so."""

from dataclasses import dataclass
from datetime import date, time
from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

from muster.domain.errors import Refused
from muster.domain.instants import on_clock
from muster.domain.published import Published
from muster.domain.rosters import UnitRoster
from muster.domain.ways_out import WaysOut
from muster.ports import Clock, Store
from muster.services import runs
from muster.services.desk import Desk, Kept
from muster.services.entitled import not_entitled
from muster.services.gate import Viewer
from muster.services.offices import force_of
from muster.services.readable import must_see
from muster.services.replan_ask import Ask, case_to_change
from muster.services.rosters import Case
from muster.services.runs import Runs
from muster.services.ways_out import Question, ways_out

if TYPE_CHECKING:
    from muster.services.shortage_reasons import Why

KIND: Final = "short"
KEPT: Final = 32
"""So many answers are kept, those asked for last."""
EFFORT: Final = 3_000.0
"""For each question that is asked, as on the command line."""


class Tour(NamedTuple):
    """A tour of a day, and of whom it is short; None: of the one cover that is."""

    day: date
    tour: str
    who: str | None


@dataclass(slots=True, kw_only=True)
class Asking(runs.Run):
    """It is asked why a tour of a published roster is short. ``found`` None: it runs, or ``fault`` says why there is no
    answer."""

    tour: Tour
    roster: UnitRoster
    case: Case
    ask: Ask
    found: "Why | None" = None

    def work(self) -> None:
        """Look for the fewest reasons. Raises ``Refused`` where it was ended before they were found."""
        from muster.services.replanning import standing_of
        from muster.services.shortage_reasons import shortage_on, why_short

        standing, _ = standing_of(self.case, self.roster, self.ask)
        shortage = shortage_on(self.case, standing.lines, *self.tour)
        found = why_short(self.case, self.roster, standing, shortage, EFFORT, self.budget.over)
        if self.budget.over():
            raise Refused("it was ended before the reasons were found: ask again, or look at the ways out")
        self.found = found


class ShortDesk:
    """Answers about tours that are short. Threads may share it."""

    def __init__(self, store: Store, clock: Clock, desk: Desk, running: Runs) -> None:
        self._store, self._clock, self._desk, self._runs = store, clock, desk, running
        self._ways = Kept[WaysOut](KEPT)

    def ways_out(self, viewer: Viewer, unit: str, tour: Tour) -> WaysOut:
        """The ways out, as somebody may read them; kept until something bears on them, for a minute at most. Raises as
        ``ways_out``, and ``NotEntitled``."""
        at = self._clock()
        with self._store.reading() as views:
            must_see(views, viewer, "roster", unit)
            key = self._desk.bearing(views), unit, tour, viewer.member, at.replace(second=0, microsecond=0)
            asked = Question(unit, *tour, (), at, said=False)
            return self._ways.once(key, lambda: ways_out(views, asked, viewer.member))

    def may_ask(self, viewer: Viewer, unit: str, day: date) -> bool:
        """Whether somebody can have it asked why a tour of a day is short: who commands the unit, as the answer tells
        of absences, where a roster is published of the day."""
        with self._store.reading() as views:
            there = views.rows(Published, unit=unit) if unit in viewer.commands else ()
        return any(p.first <= day <= p.last for p in there)

    def asking(self, viewer: Viewer, unit: str) -> Asking | None:
        """What somebody has asked last of a unit; None: nothing. Raises ``NotEntitled``."""
        if unit not in viewer.commands:
            with self._store.reading() as views:
                raise not_entitled(views, f"why tours of {unit} are short", unit, commands=True)
        found = self._runs.get((KIND, viewer.user, unit))
        return found if isinstance(found, Asking) else None

    def start(self, viewer: Viewer, unit: str, tour: Tour) -> None:
        """Ask why a tour of the published roster is short. Raises as ``case_to_change``, ``Unknown`` where nothing is
        published of the day, and ``Refused`` while another of theirs, or too many of others run."""
        from muster.services.published_plans import as_signed, published_plan

        self.asking(viewer, unit)
        self._runs.must_have_room((KIND, viewer.user, unit))
        with self._store.reading() as views:
            zone, at = ZoneInfo(force_of(views).zone), self._clock()
            _, roster = published_plan(views, unit, on_clock(tour.day, time(), zone))
            since = max(roster.first, at.astimezone(zone).date())
            ask = Ask((), since, since, (), at)
            case = as_signed(case_to_change(views, roster, ask), roster)
        budget, stopped = self._runs.budget()
        made = Asking(unit=unit, budget=budget, stopped=stopped, tour=tour, roster=roster, case=case, ask=ask)
        self._runs.start((KIND, viewer.user, unit), made, made.work)

    def stop(self, viewer: Viewer, unit: str) -> None:
        """End the question."""
        asking = self.asking(viewer, unit)
        if asking is not None:
            asking.stopped.set()
