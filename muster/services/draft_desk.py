"""Drafts: rosters that are not published yet, solved or brought in a file, looked at and then signed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from muster.domain.errors import Check, Invalid, Refused, require
from muster.domain.grids import Grid
from muster.domain.published import Published
from muster.domain.rosters import UnitRoster
from muster.ports import Clock, Record, Store, Views
from muster.services import acts, runs
from muster.services.draft_entries import Entry, checked_draft, drafted, wrong_entries
from muster.services.draft_grid import grid_of_draft
from muster.services.found_once import Once
from muster.services.gate import Viewer
from muster.services.offices import force_of
from muster.services.publishers import signers_of
from muster.services.publishing import Publication, publish
from muster.services.roster_faults import RosterRefused, Wrong
from muster.services.roster_ground import covered_units, ground_of
from muster.services.rosters import Case, cases_of
from muster.services.runs import Runs
from muster.services.trial import tried

if TYPE_CHECKING:
    from muster.roster.solve import Progress

KIND: Final = "draft"
MOST_WEEKS: Final = 8
"""A longer period is solved on the command line, where it may take as long as it needs."""
TRIAL: Final = "a trial"


@dataclass(slots=True, kw_only=True)
class Draft(runs.Run):
    """A draft. ``case``: what is solved, None for one from a file; ``found`` None: it is looked for, ``progress`` is
    the best so far and what none can beat, and ``fault`` says why there is none. ``wrong``: what would be in the way
    of publishing it, with the line of the file where it came from one."""

    case: Case | None = None
    progress: "Progress | None" = None
    found: UnitRoster | None = None
    wrong: Sequence[str] = ()
    grids: dict[date, Grid] = field(default_factory=dict)

    def tell(self, progress: "Progress") -> None:
        """How far it is now."""
        self.progress = progress


class DraftDesk:
    """Drafts of those who command units: of each user one for each unit. Threads may share it."""

    def __init__(self, store: Store, clock: Clock, running: Runs, once: Once) -> None:
        self._store, self._clock, self._runs = store, clock, running
        self._once = once  # publishing finds what a draft was tried with, and what is new

    def draft(self, viewer: Viewer, unit: str) -> Draft | None:
        """What somebody has of a unit; None: nothing. Raises ``NotEntitled``."""
        with self._store.reading() as views:
            acts.must_command(views, viewer, unit)
        found = self._runs.get((KIND, viewer.user, unit))
        return found if isinstance(found, Draft) else None

    def usual(self, unit: str) -> date:
        """The first day of the period to come: the day after the last that is published, or else the next Monday."""
        with self._store.reading() as views:
            today = self._today(views)
            last = max((p.last for p in views.rows(Published, unit=unit) if p.last >= today), default=None)
        return today + timedelta(days=7 - today.weekday()) if last is None else last + timedelta(days=1)

    def start(self, viewer: Viewer, unit: str, first: date, weeks: int) -> Draft:
        """Look for the best roster of so many weeks from a day on. Raises ``Invalid`` with all that is wrong with that,
        and ``Refused`` while too many run."""
        from muster.services.preferences import preferences_of, with_preferences

        before = self.draft(viewer, unit)
        if before is not None and before.runs:
            return before
        self._runs.must_have_room((KIND, viewer.user, unit))
        with self._store.reading() as views:
            covered_units(views, [unit])
            today = self._today(views)
            require(
                f"Roster of {unit}",
                Check("first day", first, first > today, f"must be after today, {today}: what has begun stays"),
                Check("weeks", weeks, 1 <= weeks <= MOST_WEEKS, f"must be from 1 to {MOST_WEEKS}"),
            )
            ground = ground_of(views, [unit], first, first + timedelta(weeks=weeks, days=-1))
            case = with_preferences(
                next(cases_of(ground, [unit], once=self._once)), preferences_of(views, ground.period)
            )
        budget, stopped = self._runs.budget()
        made = Draft(unit=unit, budget=budget, stopped=stopped, case=case)
        self._runs.start((KIND, viewer.user, unit), made, lambda: self._solve(made, viewer))
        return made

    def _solve(self, draft: Draft, viewer: Viewer) -> None:
        from muster.services.rostering import solved

        assert draft.case is not None
        found = solved(draft.case, draft.budget, report=draft.tell)
        draft.wrong = [w.says for w in self._tried(viewer, found)]
        draft.found = found
        self.grid(draft, found.first)  # before anybody waits for it

    def bring(self, viewer: Viewer, unit: str, entries: Sequence[Entry], unread: Sequence[str] = ()) -> Draft:
        """Make a draft of the entries of a file. ``unread``: what is wrong with its other lines. Raises ``Invalid``
        with all that is wrong with lines and entries, and what would then be in the way of publishing the others."""
        self.draft(viewer, unit)
        faulty = {e: says for e, says in wrong_entries(unit, entries)}
        sound = [e for e in entries if e not in faulty]
        said = [*unread, *(f"line {e.line}: {says}" for e, says in faulty.items())]
        if not sound:
            raise Invalid("\n".join(said))
        with self._store.reading() as views:
            found = checked_draft(views, drafted(unit, sound), self._once)
        wrong = _with_lines(self._tried(viewer, found), sound)
        if said:
            raise Invalid("\n".join([*said, *wrong]))
        budget, stopped = self._runs.budget()
        made = Draft(unit=unit, budget=budget, stopped=stopped, found=found, wrong=wrong)
        self.grid(made, found.first)
        self._runs.keep((KIND, viewer.user, unit), made)
        return made

    def grid(self, draft: Draft, first: date) -> Grid:
        """The grid of a draft from a day on, as whoever commands the unit reads it; kept with the draft, and as the
        record was then. Raises ``Refused`` where nothing is found yet."""
        if draft.found is None:
            raise Refused(f"there is no draft of a roster of {draft.unit} yet")
        if first not in draft.grids:
            with self._store.reading() as views:
                draft.grids[first] = grid_of_draft(views, draft.found, first, self._clock(), self._once)
        return draft.grids[first]

    def stop(self, viewer: Viewer, unit: str) -> None:
        """End the search with the best that it has found."""
        draft = self.draft(viewer, unit)
        if draft is not None:
            draft.stopped.set()

    def drop(self, viewer: Viewer, unit: str) -> None:
        """Forget the draft."""
        self.draft(viewer, unit)
        self._runs.drop((KIND, viewer.user, unit))

    def publish(self, record: Record, viewer: Viewer, unit: str, by: str, in_place: str | None) -> Publication:
        """Publish the draft, see ``acts.publish``. Raises ``Refused`` where there is none."""
        draft = self.draft(viewer, unit)
        if draft is None or draft.found is None:
            raise Refused(
                f"no draft of a roster of {unit} is kept any more: it was published or thrown away, or the server was "
                f"restarted; have one solved, or bring the file, again"
            )
        return acts.publish(record, viewer, draft.found, by, in_place, self._once)

    def in_place_of(self, draft: UnitRoster) -> list[Published]:
        """What is published of its days already."""
        with self._store.reading() as views:
            return [p for p in views.rows(Published, unit=draft.unit) if p.meets(draft.first, draft.dates[-1])]

    def _tried(self, viewer: Viewer, draft: UnitRoster) -> Sequence[Wrong]:
        """All that would be in the way of publishing it now, as publishing it says."""
        mine = {o.position.position for o in viewer.offices}
        with self._store.reading() as views:
            signers = [p for p, _ in signers_of(views, draft.unit, len(draft.lines), self._clock())]
            by = next((p for p in signers if p in mine), signers[0] if signers else "")
            try:
                tried(views, lambda record: publish(record, draft, by, self._clock(), in_place=TRIAL, once=self._once))
            except RosterRefused as said:
                return said.wrong
        return ()

    def _today(self, views: Views) -> date:
        return self._clock().astimezone(ZoneInfo(force_of(views).zone)).date()


def _with_lines(wrong: Sequence[Wrong], entries: Sequence[Entry]) -> list[str]:
    """What is in the way in words, with the line of the file: of the entry, or else of the member's first."""
    lines: dict[tuple[str, date | None], int | None] = {}
    for entry in entries:
        lines[entry.member, entry.day] = entry.line
        lines.setdefault((entry.member, None), entry.line)
    said = []
    for w in wrong:
        line = None if w.member is None else lines.get((w.member, w.day), lines.get((w.member, None)))
        said.append(w.says if line is None else f"line {line}: {w.says}")
    return said
