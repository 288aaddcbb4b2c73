"""A roster: the duty lines of a unit over whole days, what they leave short and which rules they cross."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from string import ascii_lowercase

from muster.domain.errors import Check, require
from muster.domain.limits import Breach


@dataclass(frozen=True, slots=True)
class Shortage:
    """A tour of a day with fewer members than its cover wants: ``minimum`` and ``target`` as the cover has them."""

    day: date
    tour: str
    who: str
    have: int
    minimum: int
    target: int

    @property
    def is_short(self) -> bool:
        """Under the minimum; else only under the target."""
        return self.have < self.minimum


@dataclass(frozen=True, slots=True)
class Crossing:
    """A line that crosses an hours rule, as the domain's own rules see it."""

    member: str
    breach: Breach

    @property
    def hard(self) -> bool:
        """Whether it needs a waiver that is signed."""
        return self.breach.level == "unfit"


@dataclass(frozen=True, slots=True)
class UnitRoster:
    """The duty lines of a unit from ``first`` on: each has one entry a day, the tour or empty for a day off.

    ``bound``: no roster of the same problem costs less. ``problem``: a digest of the problem that was solved.
    ``faults``: what the problem's own checker found. ``notes``: what was found about the input. ``unsolved``: members
    for whom there is no line, and why.
    """

    unit: str
    first: date
    days: int
    problem: str
    lines: Mapping[str, tuple[str, ...]]
    penalty: Mapping[str, int]
    bound: float
    settled: bool
    seconds: float
    faults: Sequence[str] = ()
    crossings: Sequence[Crossing] = ()
    shortages: Sequence[Shortage] = ()
    notes: Sequence[str] = ()
    unsolved: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """What it costs."""
        return sum(self.penalty.values())

    @property
    def dates(self) -> list[date]:
        """Its days."""
        return [self.first + timedelta(days=n) for n in range(self.days)]

    def from_day(self, day: date) -> "UnitRoster":
        """The days of it from one on. Raises ``Invalid`` for a day that is none of its."""
        place = (day - self.first).days
        must = f"must be one of it, {self.first} to {self.dates[-1]}"
        require(f"Roster of {self.unit} from {self.first}", Check("day", day, 0 <= place < self.days, must))
        return replace(
            self,
            first=day,
            days=self.days - place,
            lines={member: line[place:] for member, line in self.lines.items()},
            shortages=[s for s in self.shortages if s.day >= day],
        )

    @property
    def used(self) -> Counter[str]:
        """Each tour that anybody is on, with how many days of members are on it."""
        return Counter(tour for line in self.lines.values() for tour in line if tour)

    @property
    def breaches(self) -> int:
        """Hard rules broken: by the problem's checker, or by the hours rules."""
        return len(self.faults) + sum(c.hard for c in self.crossings)

    @property
    def short(self) -> int:
        """Members missing from minimum cover."""
        return sum(max(0, s.minimum - s.have) for s in self.shortages)


def letters_of(lines: Iterable[Sequence[str]]) -> dict[str, str]:
    """A letter for each tour in these lines, by their names; two letters from the 27th on. They are small: a capital D,
    E or N says when a tour is."""
    used = sorted({tour for line in lines for tour in line if tour})
    return {tour: _letters(n) for n, tour in enumerate(used)}


def _letters(n: int) -> str:
    """a to z, then aa, ab and so on."""
    before, last = divmod(n, len(ascii_lowercase))
    return (_letters(before - 1) if before else "") + ascii_lowercase[last]
