"""A period lived through, from the roster that is published to its end: every day as people of a precinct have it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from muster.domain.instants import on_clock
from muster.store.store import SqlStore
from tests.simulated.chances import Chances, Rates
from tests.simulated.court import Court
from tests.simulated.gaps import Gap, open_gap
from tests.simulated.life import DAY, EVENING, NEW_YORK, NIGHT, TOURS, Life
from tests.simulated.planning import ask_not_to_be_called, close_ledger, publish_roster, replan_on
from tests.simulated.precinct import precinct
from tests.simulated.protests import Protest
from tests.simulated.tours import CALLED, LAST_LOOK, STAFFED, OnTour
from tests.support import SettableClock

LOADED, PUBLISHED = datetime(2020, 9, 1, 12, tzinfo=UTC), timedelta(days=7)
MONDAY: Final = date(2020, 10, 19)
BEFORE: Final = {NIGHT: (EVENING, 0), DAY: (NIGHT, 1), EVENING: (DAY, 0)}
"""The tour before each, and by how many days it began earlier."""


@dataclass(frozen=True)
class Setting:
    """What is lived: a precinct of this strength in a city of so many, for so many days, by a contract. ``effort``: of
    the roster's solver, in its own unit."""

    seed: int = 1
    strength: int = 290
    city_of: int = 22_000
    weeks: int = 4
    contract: str = "equalisation"
    effort: float = 1_000.0
    first: date = MONDAY
    rates: Rates = field(default_factory=Rates)


def lived(store: SqlStore, clock: SettableClock, how: Setting, kind: type[Life] = Life) -> Life:
    """A period, lived from its publication to its end in this record. The same setting gives the same facts."""
    place = precinct(how.strength, how.city_of, how.seed, how.contract)
    life = kind(store, clock, place, Chances(how.seed, how.rates), how.first, 7 * how.weeks)
    clock.at = LOADED
    life.load()
    clock.at = on_clock(how.first, time(9), NEW_YORK) - PUBLISHED
    publish_roster(life, how.first, how.weeks, how.effort, how.seed)
    ask_not_to_be_called(life)
    Days(life).plan(how.effort)
    close_ledger(life)
    after = how.first + timedelta(weeks=how.weeks)
    before = on_clock(after, time(9), NEW_YORK) - PUBLISHED
    life.then(before, lambda: publish_roster(life, after, 1, how.effort / how.weeks, how.seed))
    life.run()
    return life


class Days:
    """The days of a period, each with its tours and what else is known to come."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self.tours: Mapping[tuple[date, str], OnTour] = {
            (day, tour): OnTour(life, life.turn(tour, day)) for day in life.dates for tour in TOURS
        }
        self.gaps: dict[str, Gap] = {}

    def plan(self, effort: float) -> None:
        """Put all that is to be done into the agenda."""
        for tour in self.tours.values():
            self._plan_tour(tour)
        for day in self.life.dates:
            Court(self.life, day).plan()
            Protest(self.life, day, self.tours[day, EVENING]).plan()
            replan_on(self.life, day, effort)

    def _plan_tour(self, tour: OnTour) -> None:
        life, start = self.life, tour.turn.start
        life.then(start - timedelta(hours=12), tour.report_sick)
        life.then(start - STAFFED, lambda: self._fill(tour))
        life.then(start - LAST_LOOK, lambda: self._fill_at_once(tour))
        life.then(start + CALLED, tour.call_the_roll)
        life.then(tour.turn.end, tour.end)

    def _fill(self, tour: OnTour) -> None:
        """Members are missing, and there is time to offer their tour to many."""
        short = tour.short()
        if short > 0:
            gap = open_gap(self.life, tour, "call-in", (tour.turn.start, tour.turn.end), short)
            self.gaps[tour.name], tour.has_news = gap, True
            gap.offer()

    def _fill_at_once(self, tour: OnTour) -> None:
        """Members are missing still, and somebody of the tour before is held over for half of it."""
        if not tour.has_news:
            return
        name, back = BEFORE[tour.turn.tour]
        before = self.tours.get((tour.turn.day - timedelta(days=back), name))
        called = self.gaps.get(tour.name)
        short = tour.short() - (len(called.coming()) if called else 0)
        if short > 0 and before is not None:
            end = before.turn.end
            gap = open_gap(self.life, before, "hold-over", (end, end + timedelta(hours=4)), short)
            gap.order("the tour is about to begin: there is no time to ask")
