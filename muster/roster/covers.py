"""Cover as arrays: how many are needed of each group of members, on each day and tour, and what it costs to miss."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from muster.roster.compiled import compiled
from muster.roster.hours import Floats, Wholes
from muster.roster.problem import Instance
from muster.roster.rules import REST, Flags


class Covers(NamedTuple):
    """Shapes: G groups, n members, H days, T tours. Where no cover is asked for, both weights are 0."""

    groups: Flags  # [G, n] who counts
    required: Floats  # [G, H, T]
    under: Floats  # [G, H, T] paid for each one missing
    over: Floats  # [G, H, T] paid for each one above


def covers_of(instance: Instance) -> Covers:
    """The cover of an instance. A second cover of the same members, day and tour goes into a group of its own; there is
    one group at least, where nothing is asked for too."""
    shape = (instance.days, len(instance.tours))
    tours = {tour.ref: t for t, tour in enumerate(instance.tours)}
    layers: dict[tuple[frozenset[str] | None, int], list[Floats]] = {}
    used: dict[tuple[frozenset[str] | None, int, str], int] = {}
    for cover in instance.cover:
        place = (cover.qualified, cover.day, cover.tour)
        used[place] = used.get(place, 0) + 1
        layer = layers.setdefault((cover.qualified, used[place]), [np.zeros(shape) for _ in range(3)])
        for values, value in zip(layer, (cover.required, cover.under, cover.over), strict=True):
            values[cover.day, tours[cover.tour]] = value
    if not layers:
        layers[None, 1] = [np.zeros(shape) for _ in range(3)]
    groups = [[who is None or m.ref in who for m in instance.members] for who, _ in layers]
    stacked = [np.array([layer[i] for layer in layers.values()]).reshape(-1, *shape) for i in range(3)]
    return Covers(np.array(groups, bool).reshape(len(layers), len(instance.members)), *stacked)


@compiled
def count_cover(covers: Covers, members: Wholes, lines: Wholes, counts: Floats) -> None:
    """Add the lines of these members to the counts, shape (G, H, T)."""
    for i in range(len(members)):
        for g in range(len(covers.groups)):
            if covers.groups[g, members[i]]:
                for d in range(lines.shape[1]):
                    if lines[i, d] != REST:
                        counts[g, d, lines[i, d]] += 1.0


def counted(covers: Covers, members: Iterable[int], lines: Wholes) -> Floats:
    """How many of each group the lines put on each day and tour."""
    counts = np.zeros_like(covers.required)
    count_cover(covers, np.fromiter(members, np.int64), lines, counts)
    return counts


def cover_cost(covers: Covers, counts: Floats, required: Floats | None = None) -> float:
    """What is paid for missing and for surplus members."""
    missing = (covers.required if required is None else required) - counts
    return float((covers.under * np.maximum(0, missing) + covers.over * np.maximum(0, -missing)).sum())
