"""The restricted master: the best mixture of the lines that are there, one line in all for each member.

Rows: each cover (members counted + missing - surplus = required), then one for each member (lines = 1).
Columns: missing and surplus of each cover, then the lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np

from muster.roster.covers import Covers
from muster.roster.hours import Floats, Wholes
from muster.roster.pool import Pool
from muster.roster.rules import REST

DUAL_SIMPLEX = 1
PRIMAL_SIMPLEX = 4
ITERATION_EFFORT = 6e-4
"""A simplex iteration takes about so many milliseconds for each row."""
SOLVE_EFFORT, WHOLE_EFFORT = 1.0, 10.0
"""What a call takes at least."""
NO_ROW = -1


@dataclass(frozen=True, slots=True)
class Mixture:
    """A solution of the master: its cost, the share of each of its columns, the duals of cover (G, H, T) and of the
    members (by index; minus infinity for those outside)."""

    cost: float
    shares: Floats
    duals: Floats
    member_duals: Floats


class Master:
    """The master over some members, against what the others leave of the cover (``required``, may be negative)."""

    def __init__(self, pool: Pool, covers: Covers, members: Sequence[int] | Wholes, required: Floats) -> None:
        self.pool, self.covers, self.required = pool, covers, required
        self.members = np.asarray(members, np.int64)
        self.columns: list[int] = []
        self.effort = 0.0
        self._inside: set[int] = set()
        self._place = np.full(covers.groups.shape[1], NO_ROW, np.int64)
        self._place[self.members] = np.arange(len(self.members))
        self._cells = np.nonzero((covers.under > 0) | (covers.over > 0))
        self._row = np.full((*covers.required.shape[:2], covers.required.shape[2] + 1), NO_ROW, np.int64)
        self._row[self._cells] = np.arange(self.cover_rows)  # the last entry, a day off, stays without a row
        self.highs = self._model()

    @property
    def cover_rows(self) -> int:
        return len(self._cells[0])

    @property
    def first_line(self) -> int:
        """The column of the first line."""
        return 2 * self.cover_rows

    def _model(self) -> highspy.Highs:
        rows, cells = self.cover_rows, self._cells
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in (("output_flag", False), ("threads", 1), ("simplex_strategy", PRIMAL_SIMPLEX)):
            highs.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = 2 * rows, rows + len(self.members)
        lp.col_cost_ = np.stack([self.covers.under[cells], self.covers.over[cells]], axis=1).ravel()
        lp.col_lower_, lp.col_upper_ = np.zeros(2 * rows), np.full(2 * rows, highspy.kHighsInf)
        lp.row_lower_ = lp.row_upper_ = np.concatenate([self.required[cells], np.ones(len(self.members))])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.arange(2 * rows + 1)
        lp.a_matrix_.index_ = np.repeat(np.arange(rows), 2)
        lp.a_matrix_.value_ = np.tile([1.0, -1.0], rows)
        highs.passModel(lp)
        return highs

    def add(self, numbers: Iterable[int]) -> int:
        """Take in lines of the pool that are not in yet; how many there were."""
        new = [number for number in dict.fromkeys(numbers) if number not in self._inside]
        if not new:
            return 0
        self._inside.update(new)
        self.columns += new
        rows = self._rows_of(np.array(new))
        inside = rows >= 0
        starts = np.concatenate([[0], np.cumsum(inside.sum(axis=1))[:-1]]).astype(np.int32)
        index = rows[inside].astype(np.int32)
        count = len(new)
        self.highs.addCols(
            count,
            self.pool.costs[new],
            np.zeros(count),
            np.full(count, highspy.kHighsInf),
            len(index),
            starts,
            index,
            np.ones(len(index)),
        )
        return count

    def _rows_of(self, numbers: Wholes) -> Wholes:
        """The rows of each line, ``NO_ROW`` where an entry has none."""
        lines, members = self.pool.lines[numbers], self.pool.members[numbers]
        days = np.arange(lines.shape[1])
        entries = np.where(lines == REST, self._row.shape[2] - 1, lines)
        parts = [
            np.where(counts[members][:, None], self._row[g][days, entries], NO_ROW)
            for g, counts in enumerate(self.covers.groups)
        ]
        return np.concatenate([*parts, (self.cover_rows + self._place[members])[:, None]], axis=1)

    def solve(self, strategy: int = PRIMAL_SIMPLEX) -> Mixture:
        """The cheapest mixture. Primal simplex is quick after new lines, dual simplex after lines were shut out."""
        self.highs.setOptionValue("simplex_strategy", strategy)
        self.highs.run()
        info, solution = self.highs.getInfo(), self.highs.getSolution()
        shares = np.array(solution.col_value)[self.first_line :]
        row_duals = np.array(solution.row_dual)
        self.effort += SOLVE_EFFORT + ITERATION_EFFORT * max(0, info.simplex_iteration_count) * len(row_duals)
        duals = np.zeros_like(self.required)
        duals[self._cells] = row_duals[: self.cover_rows]
        member_duals = np.full(len(self._place), -np.inf)
        member_duals[self.members] = row_duals[self.cover_rows :]
        return Mixture(info.objective_function_value, shares, duals, member_duals)

    def shut_out(self, columns: Sequence[int]) -> None:
        """Forbid these columns, counted among the lines."""
        if len(columns):
            at = np.asarray(columns, np.int32) + self.first_line
            self.highs.changeColsBounds(len(at), at, np.zeros(len(at)), np.zeros(len(at)))

    def whole(self, chosen: Mapping[int, int], most_nodes: int, seconds: float | None) -> dict[int, int]:
        """The best choice of one line a member that the search finds from ``chosen`` on (member to line of the pool),
        by branching on the lines that are in; at most so many nodes."""
        self.add(chosen.values())
        count = len(self.columns)
        highs = self.highs
        highs.changeColsIntegrality(
            count, np.arange(self.first_line, self.first_line + count, dtype=np.int32), np.full(count, 1, np.uint8)
        )
        for option, value in (("mip_rel_gap", 0.0), ("mip_abs_gap", 0.99), ("mip_max_nodes", most_nodes)):
            highs.setOptionValue(option, value)
        if seconds is not None:
            highs.setOptionValue("time_limit", seconds)
        highs.setOptionValue("simplex_strategy", 0)
        self._start_from(chosen)
        highs.run()
        values = np.array(highs.getSolution().col_value)
        best = dict(chosen)
        self.effort += (
            WHOLE_EFFORT + ITERATION_EFFORT * max(0, highs.getInfo().simplex_iteration_count) * self.cover_rows
        )
        if len(values) == self.first_line + count:
            for column in np.nonzero(values[self.first_line :] > 0.5)[0]:
                number = self.columns[column]
                best[int(self.pool.members[number])] = number
        return best

    def _start_from(self, chosen: Mapping[int, int]) -> None:
        start = highspy.HighsSolution()
        values = np.zeros(self.first_line + len(self.columns))
        place = {number: i for i, number in enumerate(self.columns)}
        values[[self.first_line + place[number] for number in chosen.values()]] = 1.0
        counts = np.zeros(self.cover_rows + len(self.members))
        for rows in self._rows_of(np.array(list(chosen.values()))):
            counts[rows[rows >= 0]] += 1.0
        missing = self.required[self._cells] - counts[: self.cover_rows]
        values[0 : self.first_line : 2] = np.maximum(0, missing)
        values[1 : self.first_line : 2] = np.maximum(0, -missing)
        start.col_value = values.tolist()
        self.highs.setSolution(start)
