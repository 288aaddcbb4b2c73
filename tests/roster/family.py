"""Rostering problems of any size, drawn by chance: the same seed, the same problem.

``LARGER`` has the sizes of the larger half of the public benchmark, instances 13 to 24 (Curtois and Qu 2014), whose
files are not here: members, weeks, tours.
"""

import random
from dataclasses import dataclass
from itertools import product
from typing import Final

from muster.roster.problem import Cover, Instance, Member, Request, Tour


@dataclass(frozen=True, slots=True)
class Size:
    """How many members, weeks and tours a problem has."""

    members: int
    weeks: int
    tours: int


LARGER: Final = {
    13: Size(120, 4, 18),
    14: Size(32, 6, 4),
    15: Size(45, 6, 6),
    16: Size(20, 8, 3),
    17: Size(32, 8, 4),
    18: Size(22, 12, 3),
    19: Size(40, 12, 5),
    20: Size(50, 26, 6),
    21: Size(100, 26, 8),
    22: Size(50, 52, 10),
    23: Size(100, 52, 16),
    24: Size(150, 52, 32),
}
KINDS: Final = 4
"""Early, day, late and night: after one, none of an earlier kind on the next day."""
MINUTES, WEEK_MINUTES, SPAN_MINUTES = 480, 2160, 240
"""A tour; the most that is worked in a week on average; how much less that may be."""
UNDER, OVER = 100, 1
LOAD = 0.92
"""What there is to do, beside what all could do at full hours; about a quarter of them work half of those."""


def drawn(size: Size, seed: int, most_week_minutes: int | None = None) -> Instance:
    """A problem of that size. There is a little more to do than the members can; wishes and days off are everywhere."""
    chance = random.Random(f"{size} {seed}")
    days = 7 * size.weeks
    kinds = [place * min(KINDS, size.tours) // size.tours for place in range(size.tours)]
    refs = [f"{'EDLN'[kind]}{place}" for place, kind in enumerate(kinds)]
    tours = tuple(
        Tour(ref, MINUTES, frozenset(other for other, k in zip(refs, kinds, strict=True) if k < kind))
        for ref, kind in zip(refs, kinds, strict=True)
    )
    members = tuple(_member(f"P{number:03}", refs, days, chance, most_week_minutes) for number in range(size.members))
    return Instance(days, tours, members, _cover(size, refs, chance), _requests(members, days, chance))


def _member(ref: str, tours: list[str], days: int, chance: random.Random, most_week_minutes: int | None) -> Member:
    weeks = days // 7
    able = set(chance.sample(tours, chance.randint(1 + len(tours) // 3, len(tours))))
    most = WEEK_MINUTES * weeks // chance.choice((1, 1, 1, 2))
    return Member(
        ref,
        {tour: days if tour in able else 0 for tour in tours},
        most - SPAN_MINUTES * weeks,
        most,
        most_run_days=chance.choice((5, 5, 6)),
        least_run_days=2,
        least_off_days=2,
        most_weekends=max(1, weeks // 2),
        most_week_minutes=most_week_minutes,
        days_off=frozenset(day + i for day in chance.sample(range(days - 1), weeks // 4) for i in (0, 1)),
    )


def _cover(size: Size, tours: list[str], chance: random.Random) -> tuple[Cover, ...]:
    each = size.members * LOAD * WEEK_MINUTES / MINUTES / 7 / size.tours
    return tuple(
        Cover(day, tour, max(0, round(each * (0.8 if day % 7 > 4 else 1.08) + chance.uniform(-1, 1))), UNDER, OVER)
        for day, tour in product(range(7 * size.weeks), tours)
    )


def _requests(members: tuple[Member, ...], days: int, chance: random.Random) -> tuple[Request, ...]:
    """About every third week, each member wishes for or against a tour on some days in a row."""
    found = []
    for member in members:
        able = [tour for tour, most in member.most_days.items() if most]
        for first in range(chance.randrange(21), days - 4, 21):
            tour, weight, wanted = chance.choice(able), chance.randint(1, 3), chance.random() < 0.7
            run = range(first, first + chance.randint(1, 4))
            found += [Request(member.ref, d, tour, weight, wanted) for d in run if d not in member.days_off]
    return tuple(sorted(found, key=lambda request: not request.wanted))  # as they are written
