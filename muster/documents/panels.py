"""What a model gives, drawn over time: a band between the least and the most of the plausible sleeps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil
from typing import Final

from muster.documents.axis import Strip
from muster.documents.wording import wrapped
from muster.domain.days import Curve

TITLE, LINE, BELOW, BESIDE = 22.0, 15.0, 6.0, 8.0
HEIGHTS: Final = {"KSS": (116.0, 84.0), "lapses": (84.0, 60.0)}
"""Of a panel that stands alone, and of one among those of other weeks."""
TITLES: Final = {"KSS": "Sleepiness: KSS, 1 to 9", "lapses": "Slow answers: lapses in a test of 10 minutes"}
BEYOND: Final = {"KSS": "; the model goes beyond the 9 of the questionnaire", "lapses": ""}
LABEL_PX: Final = 13.0
"""The least room for the label of a line."""
SCALES: Final = {"KSS": (1.0, 9.0, 2.0), "lapses": (0.0, 12.0, 4.0)}
"""From where to where at least, and how far apart the lines are."""
Point = tuple[float, float]
Place = Callable[[float], float]
Run = Sequence[tuple[float, float, float]]
"""A stretch with values: x, y of the least, y of the most."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One model in one strip. ``title``: its lines, and ``lines``: those of the scale, each at its height. ``band`` and
    ``edge``: paths of the spread, and of its upper edge; ``reads``: what it is at the instant asked about, None without
    one."""

    name: str
    title: tuple[tuple[float, str], ...]
    top: float
    bottom: float
    lines: tuple[tuple[float, str], ...]
    threshold: float | None
    threshold_says: str
    band: str
    least: str
    most: str
    reads: "Reading | None"


@dataclass(frozen=True, slots=True)
class Reading:
    """A value beside its point, in lines that each have their height."""

    x: float
    y: float
    words_x: float
    lines: tuple[tuple[float, str], ...]


def panel(name: str, curve: Curve, strip: Strip, y: float, at: datetime | None, among: bool = False) -> Panel:
    """The panel below ``y``; ``among``: there are other weeks, and less room."""
    height = HEIGHTS[name][among]
    low, high, step = _scale(name, curve, height)
    title = wrapped(TITLES[name] + (BEYOND[name] if high > SCALES[name][1] else ""), strip.page.width)
    top = y + TITLE + LINE * (len(title) - 1)

    def place(value: float) -> float:
        return top + height - (min(max(value, low), high) - low) / (high - low) * height

    runs = list(_runs(curve, strip, place))
    lines = [low + number * step for number in range(int((high - low) / step) + 1)]
    return Panel(
        name=name,
        title=tuple((y + TITLE - 7 + LINE * number, line) for number, line in enumerate(title)),
        top=top,
        bottom=top + height + BELOW,
        lines=tuple((place(value), f"{value:g}") for value in lines),
        threshold=None if curve.threshold is None else place(curve.threshold),
        threshold_says="" if curve.threshold is None else f"{curve.threshold:.3g}",
        band=" ".join(_around(run) for run in runs),
        least=" ".join(_path([(x, a) for x, a, _ in run]) for run in runs),
        most=" ".join(_path([(x, b) for x, _, b in run]) for run in runs),
        reads=None if at is None else _reading(curve, strip, at, place, (top, top + height)),
    )


def _scale(name: str, curve: Curve, height: float) -> tuple[float, float, float]:
    """From where to where, and how far apart the lines are: as far as their labels need."""
    low, high, step = SCALES[name]
    most = max((value for value in curve.most if value is not None), default=high)
    while True:
        top = max(high, low + ceil((most - low) / step) * step)
        if height * step >= LABEL_PX * (top - low):
            return low, top, step
        step *= 2


def _runs(curve: Curve, strip: Strip, place: Place) -> Iterator[Run]:
    inside = [
        (strip.x(at), a, b)
        for at, a, b in zip(curve.instants, curve.least, curve.most, strict=True)
        if strip.since <= at <= strip.until
    ]
    for there, run in groupby(inside, key=lambda point: point[1] is not None and point[2] is not None):
        if there:
            yield [(x, place(a), place(b)) for x, a, b in run if a is not None and b is not None]


def _around(run: Run) -> str:
    return _path([*((x, a) for x, a, _ in run), *((x, b) for x, _, b in reversed(run))]) + "Z"


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _reading(curve: Curve, strip: Strip, at: datetime, place: Place, bounds: Point) -> Reading | None:
    """The last value up to the instant, where it lies in the strip; the picture has room at the right for its words,
    between the bounds of the scale."""
    if not strip.since <= at <= strip.until:
        return None
    known = [(i, a, b) for i, a, b in zip(curve.instants, curve.least, curve.most, strict=True) if i <= at]
    _, least, most = known[-1] if known else (at, None, None)
    if least is None or most is None:
        return None
    said, x, y = [f"{value:.1f}" for value in (least, most)], strip.x(at), place(most)
    says = said[:1] if said[0] == said[1] else [said[0], f"to {said[1]}"]
    more = LINE * (len(says) - 1)
    first = max(bounds[0] + 6, min(y + 4 - more / 2, bounds[1] - more))  # the title stands above, the clock below
    return Reading(x, y, x + BESIDE, tuple((first + LINE * number, line) for number, line in enumerate(says)))
