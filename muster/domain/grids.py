"""A unit's roster as it is read: members by days, with what is over, and how many are on each tour."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from muster.domain.now import FEW
from muster.domain.published import OFF, Published
from muster.domain.schedule import Turn

NOT_AVAILABLE: Final = "not available"
FROM_MORNING, FROM_NOON, FROM_EVENING = 4, 12, 20
"""The hours from which a tour that begins then is read as a day, an evening and a night tour: our choice."""


@dataclass(frozen=True, slots=True)
class Away:
    """Why somebody is not there: one word for those entitled; ``open``: everybody may read it."""

    why: str
    open: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a member. ``tour``: empty for a day off; ``away``: why they are not there all the same. ``amended``:
    since the roster was published; ``off_chart``: they would be off by their chart; ``waived``: by a waiver;
    ``broken``: the hard rules that it crosses."""

    tour: str = OFF
    away: Away | None = None
    amended: bool = False
    off_chart: bool = False
    waived: bool = False
    broken: tuple[str, ...] = ()

    def for_everyone(self) -> "Cell":
        """The same without what touches health and rest."""
        away = Away(NOT_AVAILABLE, open=True) if self.away is not None and not self.away.open else self.away
        return replace(self, away=away, waived=False, broken=())

    @property
    def works(self) -> bool:
        """Whether they are there on a tour."""
        return self.tour != OFF and self.away is None


PLAIN: Final = Cell()


@dataclass(frozen=True, slots=True)
class GridLine:
    """A member with a cell for each day. ``name``: rank and name. ``lent``: they are attached to the unit."""

    member: str
    name: str
    cells: tuple[Cell, ...]
    minutes: int
    lent: bool = False

    @property
    def usual(self) -> str:
        """The tour that they have most often; empty: none."""
        tours = Counter(c.tour for c in self.cells if c.tour != OFF)
        return min(tours, key=lambda tour: (-tours[tour], tour), default=OFF)

    @property
    def days_off(self) -> int:
        """Days without a tour."""
        return sum(c.tour == OFF for c in self.cells)


@dataclass(frozen=True, slots=True)
class CoverLine:
    """What is asked of a tour, of whom, and who is there, for each day. ``minimum`` None: nothing is asked that
    day; ``turns``: when the tour runs."""

    tour: str
    who: str
    have: tuple[int, ...]
    minimum: tuple[int | None, ...]
    turns: tuple[Turn, ...]

    def short(self, place: int) -> int:
        """How many are missing from the minimum of a day."""
        return max(0, (self.minimum[place] or 0) - self.have[place])

    def is_wrong(self, place: int) -> bool:
        """Whether they are fewer than a share of the minimum that is more than a caution."""
        return self.have[place] < FEW * (self.minimum[place] or 0)

    @property
    def days_short(self) -> int:
        """On how many days it is under its minimum."""
        return sum(self.short(place) > 0 for place in range(len(self.have)))


@dataclass(frozen=True, slots=True)
class Mark:
    """How a tour is written: a letter, or one with a number, and whether it is a day, evening or night tour."""

    letter: str
    kind: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A unit's members by days. ``rosters``: those published that have any of the days; ``marks``: of each tour;
    ``unusual``: tours that last longer or shorter than they do on other days, as the clocks change."""

    unit: str
    name: str
    dates: tuple[date, ...]
    today: date
    rosters: tuple[Published, ...]
    lines: tuple[GridLine, ...]
    cover: tuple[CoverLine, ...]
    marks: Mapping[str, Mark]
    unusual: tuple[Turn, ...]

    def as_read(self, may: Callable[[str, str], bool]) -> "Grid":
        """The grid as somebody reads it, who may read of some members what touches health and rest."""
        lines = [
            x if may(x.member, self.unit) else replace(x, cells=tuple(_for_everyone(c) for c in x.cells))
            for x in self.lines
        ]
        return replace(self, lines=tuple(lines))

    @property
    def breaches(self) -> int:
        """Cells that cross a hard rule without a waiver, as far as they may be read."""
        return sum(bool(c.broken) for x in self.lines for c in x.cells)

    def groups(self) -> Iterable[tuple[str, Sequence[GridLine]]]:
        """The lines by the tour that members have most often, day tours first; who has none last."""
        found: dict[str, list[GridLine]] = {}
        for line in self.lines:
            found.setdefault(line.usual, []).append(line)
        kinds = "DEN"

        def order(tour: str) -> tuple[bool, int, str]:
            return tour == OFF, kinds.index(self.marks[tour].kind) if tour != OFF else 0, tour

        return [(tour, found[tour]) for tour in sorted(found, key=order)]


def _for_everyone(cell: Cell) -> Cell:
    return cell if cell.away is None and not cell.waived and not cell.broken else cell.for_everyone()


def kind_of(turn: Turn, zone: ZoneInfo) -> str:
    """D, E or N: whether a tour begins in the morning, from noon on, or from the evening on."""
    hour = turn.start.astimezone(zone).hour
    if FROM_MORNING <= hour < FROM_NOON:
        return "D"
    return "E" if FROM_NOON <= hour < FROM_EVENING else "N"


def marks_of(turns: Mapping[str, Sequence[Turn]], used: Mapping[str, int], zone: ZoneInfo) -> dict[str, Mark]:
    """How these tours are written: of each kind the one that is used most by its letter, the others with a number as
    well."""
    found: dict[str, Mark] = {}
    seen = Counter[str]()
    for tour in sorted(turns, key=lambda tour: (-used.get(tour, 0), tour)):
        kind = kind_of(turns[tour][0], zone)
        seen[kind] += 1
        found[tour] = Mark(kind if seen[kind] == 1 else f"{kind}{seen[kind]}", kind, _usual(turns[tour]))
    return found


def minutes_of(turn: Turn) -> int:
    """How long a turn lasts."""
    return (turn.end - turn.start) // timedelta(minutes=1)


def _usual(turns: Sequence[Turn]) -> int:
    """How long a tour lasts on most days."""
    lengths = [minutes_of(t) for t in turns]
    return max(set(lengths), key=lengths.count)
