"""The ways out of a shortage: what each costs, what it takes from other cover, and the cheapest set of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, Literal

from muster.domain.spans import Span

Kind = Literal["move", "leave", "loan", "call-in", "order", "hold-over", "early"]

MOVABLE: Final = ("leave", "training")
"""Absences that can be moved. Sickness, court, military service, suspension and terminal leave cannot."""


@dataclass(frozen=True, slots=True, order=True)
class Cost:
    """What a way costs. The order of the fields is the whole order: rules that have to be waived first, as rest comes
    before money; then hours of overtime; then how much it disturbs, the worst first; then the place on the contract's
    list. Ours. Nothing about a person is weighed."""

    waivers: int = 0
    overtime_minutes: int = 0
    leaves_moved: int = 0
    called_from_days_off: int = 0
    held_or_early: int = 0
    lent: int = 0
    moved: int = 0
    place: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


NOTHING: Final = Cost()
ORDER: Final = tuple(f.name.replace("_", " ") for f in fields(Cost))
"""The order of costs, in words."""


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """A cover of a unit on one day: the tour, and of whom."""

    unit: str
    day: date
    tour: str
    who: str


@dataclass(frozen=True, slots=True)
class Left:
    """What a cover has before and after a way takes somebody from it; never under the minimum after."""

    post: Post
    have: int
    minimum: int
    after: int


@dataclass(frozen=True, slots=True)
class Waived:
    """The one rule that has to be waived for a way: what it would cross, from when until when, and the rest owed.
    ``signer``: the member who may sign, in the position ``by``."""

    rule: str
    says: str
    since: datetime
    until: datetime
    rest_owed_hours: int
    by: str
    signer: str


@dataclass(frozen=True, slots=True)
class Way:
    """One member who could fill a place of the tour, or a part of it: from ``covers[0]`` to ``covers[1]``.

    ``duty``: the time of duty that it adds, of which ``cost`` counts the overtime; ``of``: the tour, unit or list that
    it takes them from, in words. ``in_week`` and ``in_four_weeks``: their hours in the 7 and the 28 days to the end of
    it; None: not for whoever asks. ``cautions``: limits that it would newly cross and that do not forbid it.
    ``days_moved``: of a leave, later or (negative) earlier, ``leave``: its key, and when it is then. ``entry``: what
    their line of the published roster has on the day and is amended; None: it stays. ``place`` on the contract's list,
    ``ahead``: who would have to be passed over on it, ``past``: which clause.
    """

    kind: Kind
    member: str
    name: str
    covers: Span
    whole: bool
    duty: Span
    cost: Cost
    of: str
    uses: tuple[Left, ...] = ()
    in_week: timedelta | None = None
    in_four_weeks: timedelta | None = None
    cautions: tuple[str, ...] = ()
    waived: Waived | None = None
    place: int | None = None
    ahead: tuple[str, ...] = ()
    past: str | None = None
    days_moved: int = 0
    entry: str | None = None
    leave: tuple[str, datetime, datetime] | None = None
    commands: tuple[str, ...] = ()

    def for_everyone(self) -> "Way":
        """The same without the member's hours and what they come near to."""
        return replace(self, in_week=None, in_four_weeks=None, cautions=())

    @property
    def told_at(self) -> tuple[bool, timedelta, Cost, str]:
        """Where it is told: what is whole first, then parts from the longest on; among equals the cheapest."""
        part = timedelta() if self.whole else self.covers[0] - self.covers[1]
        return not self.whole, part, self.cost, self.member

    @property
    def overtime(self) -> timedelta:
        """How long the overtime is: the beginning of the duty, or its end where it follows a tour."""
        return timedelta(minutes=self.cost.overtime_minutes)

    @property
    def private(self) -> bool:
        """Whether it tells of somebody's leave or rest, which is not for everybody."""
        return self.kind == "leave" or self.waived is not None


@dataclass(frozen=True, slots=True)
class Fill:
    """What fills one place of the tour: one way, or two parts that make a whole. ``commands``: those of both parts
    together, where they are told by themselves."""

    ways: tuple[Way, ...]
    commands: tuple[str, ...] = ()
    cost: Cost = field(init=False)

    def __post_init__(self) -> None:
        """Add up what it costs."""
        object.__setattr__(self, "cost", sum((way.cost for way in self.ways), NOTHING))

    @property
    def members(self) -> tuple[str, ...]:
        """Who is in it."""
        return tuple(way.member for way in self.ways)


@dataclass(slots=True)
class _Taken:
    """What is taken so far by a set that is being put together."""

    room: dict[Post, int]
    members: set[str] = field(default_factory=set)

    def takes(self, fill: Fill) -> bool:
        """Take one more, if nobody is in it twice and every cover that it lowers keeps its minimum; whether it did."""
        wanted: dict[Post, int] = {}
        for way in fill.ways:
            for left in way.uses:
                wanted[left.post] = wanted.get(left.post, 0) + 1
        if self.members & {*fill.members} or any(self.room[post] < n for post, n in wanted.items()):
            return False
        self.members |= {*fill.members}
        for post, n in wanted.items():
            self.room[post] -= n
        return True

    def gives_back(self, fill: Fill) -> None:
        """Undo what was taken last."""
        self.members -= {*fill.members}
        for way in fill.ways:
            for left in way.uses:
                self.room[left.post] += 1


def cheapest(fills: Sequence[Fill], wanted: int) -> list[Fill]:
    """The set that fills most of so many places, and of all that fill as many the cheapest: nobody twice in it, and no
    cover that it takes from under its minimum. Proved: every set that could be cheaper is looked at, or cannot be.

    Sets are tried in order of cost; one is given up as soon as it cannot become cheaper than the best known with what
    is cheapest of the rest, whether that may be taken or not.
    """
    ordered = _useful(fills, wanted)
    for size in range(min(wanted, len(ordered)), 0, -1):
        found = _Search(ordered, size).found
        if found is not None:
            return found
    return []


def _room(fills: Sequence[Fill]) -> dict[Post, int]:
    return {x.post: x.have - x.minimum for fill in fills for way in fill.ways for x in way.uses}


def _useful(fills: Sequence[Fill], wanted: int) -> list[Fill]:
    """In order of cost; of those that cost and take the same, alone, no more than could be in one set. Who is in two
    fills is not the same as somebody who is in one."""
    ordered = sorted(fills, key=lambda fill: (fill.cost, fill.members))
    times: dict[str, int] = {}
    for fill in ordered:
        for member in fill.members:
            times[member] = times.get(member, 0) + 1
    seen: dict[tuple[Cost, frozenset[Post]], int] = {}
    found = []
    for fill in ordered:
        if all(times[m] == 1 for m in fill.members):
            same = fill.cost, frozenset(x.post for way in fill.ways for x in way.uses)
            seen[same] = seen.get(same, 0) + 1
            if seen[same] > wanted:
                continue
        found.append(fill)
    return found


class _Search:
    """The cheapest set of exactly so many fills, by branch and bound; ``found`` None: there is none."""

    def __init__(self, ordered: Sequence[Fill], size: int) -> None:
        self._ordered, self._size = ordered, size
        self._taken = _Taken(_room(ordered))
        self._best: Cost | None = None
        self.found: list[Fill] | None = None
        self._look(0, [], NOTHING)

    def _look(self, begin: int, chosen: list[Fill], cost: Cost) -> None:
        missing = self._size - len(chosen)
        if not missing:
            if self._best is None or cost < self._best:
                self._best, self.found = cost, [*chosen]
            return
        for at in range(begin, len(self._ordered) - missing + 1):
            rest = self._ordered[at : at + missing]
            if self._best is not None and not sum((fill.cost for fill in rest), cost) < self._best:
                return
            if self._taken.takes(rest[0]):
                chosen.append(rest[0])
                self._look(at + 1, chosen, cost + rest[0].cost)
                chosen.pop()
                self._taken.gives_back(rest[0])


@dataclass(frozen=True, slots=True)
class Barred:
    """Why members who count for the tour are no way out of it: in words for those entitled, and as everybody reads it,
    with who they are."""

    member: str
    says: str
    public: str


@dataclass(frozen=True, slots=True)
class WaysOut:
    """The ways out of a shortage, cheapest first, and the cheapest set of them for all who are missing.

    ``short``: from when until when the tour is under its minimum. ``ways`` fill a place, or a part of it; ``together``
    are two parts that make a whole. ``cheapest`` has fewer than ``missing`` fills where no set has more: then ``why``
    is the command that tells which rules and absences no roster gets past; None: all are filled, or no roster is
    published. ``withheld``: ways that tell of leave or rest, and are not for whoever asks. ``rank``: which a call-in
    asks for; None: any.
    """

    post: Post
    at: datetime
    zone: str
    turn: Span
    absent: tuple[str, ...]
    have: int
    minimum: int
    missing: int
    short: Span
    ways: tuple[Way, ...]
    together: tuple[Fill, ...]
    cheapest: tuple[Fill, ...]
    commands: tuple[str, ...]
    barred: tuple[Barred, ...]
    notes: tuple[str, ...] = ()
    withheld: int = 0
    why: str | None = None
    rank: str | None = None
    order: tuple[str, ...] = ORDER


def lowered(posts: Mapping[Post, tuple[int, int]], of: Sequence[Post]) -> tuple[Left, ...] | None:
    """What is left of these covers with one fewer, each given by how many it has and needs; None where one would be
    under its minimum."""
    found = [Left(post, *posts[post], posts[post][0] - 1) for post in of]
    return tuple(found) if all(left.after >= left.minimum for left in found) else None


def least(changes: Sequence[tuple[datetime, int]], start: datetime, end: datetime) -> Iterator[tuple[Span, int]]:
    """How many there are from instant to instant between two, from changes in that number at instants."""
    marks = sorted({start, end, *(at for at, _ in changes if start < at < end)})
    for a, b in pairwise(marks):
        yield (a, b), sum(n for at, n in changes if at <= a)
