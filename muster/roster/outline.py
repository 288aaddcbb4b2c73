"""Prices of cover to begin with: what one more would be worth if members who may work the same were one.

From nothing, column generation begins with prices that are far off, and so with a bound that is worthless. The outline
knows no lines, only how many members of each kind work each tour of each day, within the minutes and weekends that they
have together. It takes a fraction of a second, and the bound at its prices is near the best one. That bound holds:
pricing makes it, whatever the prices are.
"""

from collections.abc import Mapping
from itertools import accumulate
from typing import Final

import highspy
import numpy as np
from numpy.typing import ArrayLike

from muster.roster.engine import Engine
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing_states import SATURDAY
from muster.roster.problem import DAYS_PER_WEEK

MOST_COLUMNS: Final = 400_000
"""An outline with more of them would take longer than it saves."""
ENTRY_EFFORT: Final = 5e-4
"""An iteration of the interior point method takes about so many milliseconds for each entry of the matrix."""
CLOSE: Final = 1e-4
NO_ROW: Final = -1
OPTIONS: Final[Mapping[str, bool | int | float | str]] = {
    "output_flag": False,
    "threads": 1,
    "solver": "ipm",
    "run_crossover": "off",
    "ipm_optimality_tolerance": CLOSE,
}


def outline_prices(engine: Engine) -> Floats:
    """Prices of cover, shape (G, H, T); all 0 where the outline is too large, or has no solution."""
    outline = _Outline(engine)
    prices = np.zeros_like(engine.covers.required)
    if 0 < len(outline.cells) <= MOST_COLUMNS:
        prices[outline.covered] = outline.duals()[: len(outline.covered[0])]
    return np.clip(prices, -engine.covers.over, engine.covers.under)


class _Outline:
    """A linear programme over K kinds of members, H days, T tours and W weeks.

    Rows, in this order: each cover; of each kind the members of a day (K, H), the minutes (K), the minutes of a week
    (K, W), a Saturday and a Sunday within the weekends worked (K, W, 2), and the weekends worked (K).
    Columns: the cells (kind, day, tour), the weekends worked, and what is missing and too many of each cover.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine, self.who = engine, engine.who
        self.rules, self.covers = engine.rules, engine.covers
        self.members = [engine.instance.members[e] for e in self.who]
        self.counts = self.covers.groups[:, self.who].T
        alike = np.concatenate([self.rules.most_days[self.who] > 0, self.counts], axis=1)
        _, self.examples, kinds = np.unique(alike, axis=0, return_index=True, return_inverse=True)
        self.kinds = kinds.ravel()
        self.weeks = (np.arange(engine.instance.days) + engine.instance.first_weekday) // DAYS_PER_WEEK
        self.covered = np.nonzero((self.covers.under > 0) | (self.covers.over > 0))
        self.able = self._summed(self.rules.allowed[self.who][:, :, :-1])
        self.cells = np.argwhere(self.able > 0)
        self.limits = self._limits()
        self.first = [0, *accumulate(lower.size for lower, _ in self.limits)]

    def _summed(self, values: ArrayLike) -> Floats:
        """What the members have, added up by kind."""
        of_members = np.asarray(values, float)
        sums = np.zeros((len(self.examples), *of_members.shape[1:]))
        np.add.at(sums, self.kinds, of_members)
        return sums

    def _limits(self) -> list[tuple[Floats, Floats]]:
        """The least and the most of each block of rows."""
        allowed = self.rules.allowed[self.who]
        required = self.covers.required[self.covered]
        week = self._summed([np.inf if m.most_week_minutes is None else m.most_week_minutes for m in self.members])
        least_minutes = self._summed([m.least_minutes for m in self.members])
        most_minutes = self._summed([m.most_minutes for m in self.members])
        weeks = np.repeat(week[:, None], self.weeks[-1] + 1, axis=1)
        weekends = np.zeros((*weeks.shape, 2))
        most_weekends = self._summed(self.rules.most_weekends[self.who])
        return [
            (required, required),
            (self._summed(~allowed[:, :, -1]), self._summed(allowed[:, :, :-1].any(axis=2))),
            (least_minutes, most_minutes),
            (np.zeros_like(weeks), weeks),
            (weekends - np.inf, weekends),
            (np.zeros_like(most_weekends), most_weekends),
        ]

    def duals(self) -> Floats:
        """The price of each row; all 0 where there is no solution."""
        lower, upper = (np.concatenate([np.ravel(block[side]) for block in self.limits]) for side in (0, 1))
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in OPTIONS.items():
            highs.setOptionValue(option, value)
        empty = np.zeros(0)
        highs.addRows(len(lower), lower, upper, 0, np.zeros(len(lower), np.int32), empty.astype(np.int32), empty)
        entries = self._add_cells(highs) + self._add_weekends(highs) + self._add_misses(highs)
        highs.run()
        self.engine.budget.spend(ENTRY_EFFORT * entries * max(1, highs.getInfo().ipm_iteration_count))
        duals = np.array(highs.getSolution().row_dual)
        return duals if len(duals) == len(lower) and np.isfinite(duals).all() else np.zeros(len(lower))

    def _add_cells(self, highs: highspy.Highs) -> int:
        kind, day, tour = self.cells.T
        place = np.full(self.covers.required.shape, NO_ROW)
        place[self.covered] = np.arange(len(self.covered[0]))
        week = kind * (self.weeks[-1] + 1) + self.weeks[day]
        weekday = self.rules.weekday[day] - SATURDAY
        cover = np.where(self.counts[self.examples[kind]], place[:, day, tour].T, NO_ROW)
        rows = [
            *cover.T,
            self.first[1] + kind * len(self.weeks) + day,
            self.first[2] + kind,
            self.first[3] + week,
            np.where(weekday >= 0, self.first[4] + 2 * week + weekday, NO_ROW),
        ]
        minutes = np.array([[t.minutes_of(d) for d in range(len(self.weeks))] for t in self.engine.instance.tours])
        values = np.ones((len(self.cells), len(rows)))
        values[:, -3:-1] = minutes[tour, day][:, None]
        cost = self.rules.cost[self.who][:, :, :-1] - self.rules.cost[self.who][:, :, -1:]
        mean = (self._summed(cost) / np.bincount(self.kinds)[:, None, None])[kind, day, tour]
        return _add(highs, mean, self.able[kind, day, tour], np.stack(rows, axis=1), values)

    def _add_weekends(self, highs: highspy.Highs) -> int:
        kinds, weeks = len(self.examples), int(self.weeks[-1]) + 1
        week = np.arange(kinds * weeks)
        kind = week // weeks
        rows = np.stack([self.first[4] + 2 * week, self.first[4] + 2 * week + 1, self.first[5] + kind], axis=1)
        size = np.bincount(self.kinds)
        cost = self._summed(self.rules.weekend_cost[self.who]) / size
        return _add(highs, cost[kind], size[kind].astype(float), rows, np.tile([-1.0, -1.0, 1.0], (len(week), 1)))

    def _add_misses(self, highs: highspy.Highs) -> int:
        rows = np.arange(len(self.covered[0]))[:, None]
        free = np.full(len(rows), np.inf)
        missing = _add(highs, self.covers.under[self.covered], free, rows, np.ones(rows.shape))
        return missing + _add(highs, self.covers.over[self.covered], free, rows, -np.ones(rows.shape))


def _add(highs: highspy.Highs, cost: Floats, most: Floats, rows: Wholes, values: Floats) -> int:
    """Add columns from 0 to ``most`` with these values in these rows, ``NO_ROW`` for none; how many entries."""
    there = rows != NO_ROW
    starts = np.concatenate([[0], np.cumsum(there.sum(axis=1))[:-1]]).astype(np.int32)
    index = rows[there].astype(np.int32)
    highs.addCols(len(cost), cost, np.zeros(len(cost)), most, len(index), starts, index, values[there])
    return len(index)
