"""What is found of members for their rosters, by all that it is found from: found once, it holds for as long as that
stands, and for all of whom the same is known."""

from collections.abc import Callable, Hashable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any, Final, Protocol, TypeVar

from muster.domain.presence import DutyFile
from muster.domain.profiles import Profile
from muster.domain.published import hash_of
from muster.domain.schedule import Schedule
from muster.domain.schema import Row
from muster.services.roster_ground import Ground, Period
from muster.services.roster_parts import Part

T = TypeVar("T")
MOST: Final = 16_000
"""So much that was found is kept by each who keeps it: some for each member of some units."""
NOT_OF_DUTY: Final = ("member", "reachable_by")


class Once(Protocol):
    """Answers what is kept under a key, else what ``find`` returns."""

    def __call__(self, key: Hashable, find: Callable[[], T], /) -> T: ...


def anew(_key: Hashable, find: Callable[[], T]) -> T:
    """Finds everything, and keeps nothing."""
    return find()


def time_of(ground: Ground) -> str:
    """What all members have in common of whom something is found: the period, its rules, charts and tours."""
    return time_named(ground.period, ground.profile, ground.schedule)


def time_named(period: Period, profile: Profile, schedule: Schedule) -> str:
    """The same of its parts."""
    return hash_of(repr((period, profile, schedule)))


def duty_of(file: DutyFile) -> Hashable:
    """All that bears on a member's duty, but whose it is: the rules say the same of all who have the same, as many of a
    squad have."""
    return tuple([tuple([_values(row.__class__)(row) for row in rows]) for rows in _rows(file)])


def part_of(part: Part) -> Hashable:
    """As what a member counts, and when, but who it is."""
    return tuple(part.serves), tuple([(who, tuple(spans)) for who, spans in sorted(part.counts.items())])


_rows: Final = attrgetter(*(f.name for f in fields(DutyFile) if f.name not in NOT_OF_DUTY))


@cache
def _values(noun: type[Row]) -> Callable[[Any], tuple[Any, ...]]:
    """What gives all values of a row but whose it is."""
    return attrgetter(*(f.name for f in fields(noun) if f.name != "member"))
