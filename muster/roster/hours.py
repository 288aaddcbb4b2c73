"""Which minutes a member can have worked by each day: a graph that pricing walks instead of counting minutes.

A place in the graph is (minutes so far, minutes this week). Places from which the most minutes of the period or a week
are broken, or the least minutes can no longer be reached, are left out: they are most of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from muster.roster.problem import DAYS_PER_WEEK, MinutesTarget

Wholes = NDArray[np.int64]
Floats = NDArray[np.float64]
MINUTES_PER_HOUR = 60
NOWHERE = -1


@dataclass(frozen=True, slots=True)
class HoursLimits:
    """What shapes a graph; members with equal limits share one. ``lengths`` are indices of length vectors."""

    least_minutes: int
    most_minutes: int
    most_week_minutes: int | None
    week_minutes: int
    lengths: frozenset[int]
    target: MinutesTarget | None


class HoursGraphs(NamedTuple):
    """The graphs of all members, one after the other.

    Of graph ``k`` on day ``d`` the places are ``first[k, d]`` to ``first[k, d] + places[k, d]``; ``off_to`` and
    ``tour_to`` (by length) give the place on the next day, counted from its own first, or ``NOWHERE``. ``end_cost`` is
    what the minutes of a whole line cost.
    """

    first: Wholes
    places: Wholes
    off_to: Wholes
    tour_to: Wholes
    end_cost: Floats


def hours_graphs(limits: Sequence[HoursLimits], minutes: Wholes, first_weekday: int) -> HoursGraphs:
    """One graph for each of the limits; ``minutes`` by length and day."""
    lengths, days = minutes.shape
    graphs = [_graph(each, minutes, first_weekday) for each in limits]
    sizes = np.array([[len(level) for level in levels] for levels, _, _ in graphs]).reshape(len(limits), days + 1)
    first = np.cumsum(np.concatenate([[0], sizes.ravel()]))[:-1].reshape(sizes.shape)
    off_to = [moves[0] for _, moves, _ in graphs]
    tours = [moves[1:] for _, moves, _ in graphs]
    return HoursGraphs(
        first.astype(np.int64),
        sizes.astype(np.int64),
        np.concatenate(off_to) if off_to else np.zeros(0, np.int64),
        np.ascontiguousarray(np.concatenate(tours, axis=1)) if tours else np.zeros((lengths, 0), np.int64),
        np.concatenate([costs for _, _, costs in graphs]) if graphs else np.zeros(0),
    )


def _graph(limits: HoursLimits, minutes: Wholes, first_weekday: int) -> tuple[list[Wholes], Wholes, Floats]:
    """The places of each day, the moves from each of them (off first, then by length), and the cost of ending there."""
    days = minutes.shape[1]
    mover = _Mover(limits, minutes, first_weekday)
    levels = [np.array([mover.start], np.int64)]
    for day in range(days):
        reached = np.concatenate([mover.moved(levels[day], day, length) for length in mover.choices])
        levels.append(np.unique(reached[reached >= 0]))
    levels[days] = levels[days][levels[days] // mover.base >= limits.least_minutes]
    for day in range(days - 1, -1, -1):
        alive = np.zeros(len(levels[day]), bool)
        for length in mover.choices:
            alive |= _places(mover.moved(levels[day], day, length), levels[day + 1]) >= 0
        levels[day] = levels[day][alive]
    moves = [_moves(mover, levels, day, len(minutes)) for day in range(days)]
    moves.append(np.full((len(minutes) + 1, len(levels[days])), NOWHERE, np.int64))
    costs = [np.zeros(len(level)) for level in levels[:days]]
    return (
        levels,
        np.concatenate(moves, axis=1),
        np.concatenate([*costs, _end_costs(levels[days] // mover.base, limits)]),
    )


def _moves(mover: "_Mover", levels: list[Wholes], day: int, lengths: int) -> Wholes:
    moves = np.full((lengths + 1, len(levels[day])), NOWHERE, np.int64)
    for length in mover.choices:
        row = 0 if length is None else length + 1
        moves[row] = _places(mover.moved(levels[day], day, length), levels[day + 1])
    return moves


def _places(codes: Wholes, level: Wholes) -> Wholes:
    """Where each code stands in the level; ``NOWHERE`` for one that is not in it."""
    if not len(level):
        return np.full(len(codes), NOWHERE, np.int64)
    at = np.minimum(np.searchsorted(level, codes), len(level) - 1)
    return np.where(level[at] == codes, at, NOWHERE).astype(np.int64)


def _end_costs(totals: Wholes, limits: HoursLimits) -> Floats:
    if limits.target is None:
        return np.zeros(len(totals))
    away = np.abs(totals - limits.target.minutes) // MINUTES_PER_HOUR
    return away.astype(float) * limits.target.weight


class _Mover:
    """Moves places, each coded as one number, over a day."""

    def __init__(self, limits: HoursLimits, minutes: Wholes, first_weekday: int) -> None:
        self.limits, self.minutes, self.first_weekday = limits, minutes, first_weekday
        self.base = 1 if limits.most_week_minutes is None else limits.most_week_minutes + 1
        self.choices: list[int | None] = [None, *sorted(limits.lengths)]
        week = limits.week_minutes if first_weekday and limits.most_week_minutes is not None else 0
        self.start = min(week, self.base - 1)

    def moved(self, codes: Wholes, day: int, length: int | None) -> Wholes:
        """The codes after that day, off (None) or with a tour of that length; negative where a limit forbids it."""
        worked = 0 if length is None else int(self.minutes[length, day])
        totals, weeks = codes // self.base + worked, codes % self.base
        if self.base > 1:
            weeks = weeks + worked
        fine = (totals <= self.limits.most_minutes) & (weeks < self.base)
        if (day + 1 + self.first_weekday) % DAYS_PER_WEEK == 0:
            weeks = np.zeros_like(weeks)
        return np.where(fine, totals * self.base + weeks, NOWHERE).astype(np.int64)
