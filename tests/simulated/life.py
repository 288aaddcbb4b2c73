"""What a simulated life is made of: a record, a clock that goes from one thing to do to the next, and who does it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import TypeVar
from zoneinfo import ZoneInfo

from muster.domain.duty import Tour
from muster.domain.errors import MusterError
from muster.domain.members import Appointment
from muster.domain.published import DutyLine, Published
from muster.domain.schedule import Turn, turn_on
from muster.ports import Record, Views
from muster.scenarios.doctrine import ZONE
from muster.services.load import load
from muster.services.publishing import lines_of
from muster.services.watch import all_watches, watch
from muster.store.store import SqlStore
from tests.ground import directory_from
from tests.simulated.chances import Chances
from tests.simulated.precinct import Precinct
from tests.support import SettableClock

T = TypeVar("T")
NIGHT, DAY, EVENING = "2315x0750", "0705x1540", "1500x2335"
TOURS = (NIGHT, DAY, EVENING)
"""Those of which the roll is called. The office keeps its hours without."""
NEW_YORK = ZoneInfo(ZONE)


@dataclass(frozen=True)
class Told:
    """Who was in command and due in a unit, as Muster said at a roll call; None: nobody. ``seq``: the newest fact."""

    at: datetime
    seq: int
    unit: str
    in_command: str | None
    due: str | None


@dataclass
class Life:
    """A precinct that lives from one instant to the next. ``told``: what Muster answered along the way; ``refused``:
    acts that it refused, which people then left."""

    store: SqlStore
    clock: SettableClock
    place: Precinct
    chances: Chances
    first: date
    days: int
    told: list[Told] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    _agenda: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)
    _tours: dict[str, Tour] = field(default_factory=dict)

    @property
    def unit(self) -> str:
        """The precinct."""
        return self.place.unit

    @property
    def now(self) -> datetime:
        """The instant by the clock."""
        return self.clock.at

    @property
    def dates(self) -> list[date]:
        """The days of the period."""
        return [self.first + timedelta(days=n) for n in range(self.days)]

    def load(self) -> None:
        """Load the force."""
        self.act(lambda record: load(record, directory_from(self.place.rows)))
        self._tours = {t.tour: t for t in self.place.rows if isinstance(t, Tour)}

    def act(self, doing: Callable[[Record], T]) -> T:
        """Do something in a transaction of its own."""
        with self.store.writing() as record:
            return doing(record)

    def try_act(self, doing: Callable[[Record], T]) -> T | None:
        """The same; None where Muster refuses it, which people then leave."""
        try:
            return self.act(doing)
        except MusterError as said:
            self.refused.append(f"{self.now:%m-%d %H:%M} {said}")
            return None

    def see(self, asking: Callable[[Views], T]) -> T:
        """Ask something."""
        with self.store.reading() as views:
            return asking(views)

    def then(self, at: datetime, do: Callable[[], object]) -> None:
        """Have something done at an instant, or now if that is over."""
        heappush(self._agenda, (max(at, self.now), next(self._numbers), do))

    def run(self) -> None:
        """Do all there is to do, in order of time."""
        while self._agenda:
            at, _, do = heappop(self._agenda)
            self.clock.at = max(self.clock.at, at)
            do()

    def turn(self, tour: str, day: date) -> Turn:
        """A tour of a day."""
        return turn_on(self._tours[tour], day, NEW_YORK)

    def holder(self, position: str) -> str:
        """Who holds a position now."""
        (held,) = self.see(lambda views: views.rows(Appointment, at=self.now, position=position))
        return held.member

    def boss(self) -> str:
        """Who runs the precinct now: whoever is due in it."""
        due = self.see(lambda views: watch(views, self.unit, self.now)).due
        assert due is not None, f"nobody is due in {self.unit} at {self.now}"
        return due.member

    def note_watches(self) -> None:
        """Keep what Muster says of every unit's watch now."""
        watches, (seq, _) = self.see(lambda views: (all_watches(views, self.now), views.head()))
        for w in watches:
            holder, due = (None if h is None else h.member for h in (w.in_command, w.due))
            self.told.append(Told(self.now, seq, w.unit, holder, due))

    def lines(self) -> dict[str, DutyLine]:
        """The roster as it stands, by member."""

        def read(views: Views) -> Sequence[DutyLine]:
            (roster,) = (r for r in views.rows(Published, unit=self.unit) if r.first == self.first)
            return lines_of(views, roster)

        return {line.member: line for line in self.see(read)}

    def due_on(self, turn: Turn) -> list[str]:
        """Who has the tour on the roster."""
        return sorted(m for m, line in self.lines().items() if line.entry(turn.day) == turn.tour)
