"""Every duty line met so far, with its member and its own cost: the columns that a master may use."""

from copy import copy

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.hours import Floats, Wholes
from muster.roster.pricing import own_cost
from muster.roster.rules import REST, Flags, Rules

FIRST_ROOM = 1024


class Pool:
    """Lines by number, each kept once for a member. Grows; nothing is forgotten but by ``Pool`` anew."""

    def __init__(self, rules: Rules, groups: Flags) -> None:
        self.rules, self.groups = rules, groups
        self._lines = np.empty((FIRST_ROOM, len(rules.weekday)), np.int64)
        self._members = np.empty(FIRST_ROOM, np.int64)
        self._costs = np.empty(FIRST_ROOM)
        self._seen: dict[tuple[int, bytes], int] = {}

    def copy(self) -> "Pool":
        """A pool with the same lines and numbers that grows by itself."""
        twin = copy(self)
        for name in ("_lines", "_members", "_costs", "_seen"):
            setattr(twin, name, getattr(self, name).copy())
        return twin

    def __len__(self) -> int:
        return len(self._seen)

    @property
    def lines(self) -> Wholes:
        """One row each: a tour a day, or ``REST``."""
        return self._lines[: len(self)]

    @property
    def members(self) -> Wholes:
        return self._members[: len(self)]

    @property
    def costs(self) -> Floats:
        """What each line costs by itself, without cover."""
        return self._costs[: len(self)]

    def add(self, member: int, line: Wholes) -> int:
        """The number of the line, which is kept from now on."""
        key = (int(member), line.tobytes())
        found = self._seen.get(key)
        if found is not None:
            return found
        number = len(self._seen)
        if number == len(self._members):
            self._lines = np.concatenate([self._lines, np.empty_like(self._lines)])
            self._members = np.concatenate([self._members, np.empty_like(self._members)])
            self._costs = np.concatenate([self._costs, np.empty_like(self._costs)])
        self._lines[number], self._members[number] = line, member
        self._costs[number] = own_cost(self.rules, int(member), line)
        self._seen[key] = number
        return number

    def reduced_costs(self, duals: Floats) -> Floats:
        """The cost of each line less the duals of what it covers, shape (G, H, T)."""
        values = self.costs.copy()
        lower_by_duals(self.groups, duals, self.members, self.lines, values)
        return values

    def least_of_members(self, values: Floats) -> Floats:
        """The least of the values of each member's lines; infinite for a member without any."""
        least = np.full(self.groups.shape[1], np.inf)
        np.minimum.at(least, self.members, values)
        return least


@compiled
def lower_by_duals(groups: Flags, duals: Floats, members: Wholes, lines: Wholes, values: Floats) -> None:
    """Take the duals of what each line covers from its value."""
    for i in range(len(lines)):
        for g in range(len(groups)):
            if groups[g, members[i]]:
                for d in range(lines.shape[1]):
                    if lines[i, d] != REST:
                        values[i] -= duals[g, d, lines[i, d]]
