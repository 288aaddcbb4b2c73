"""What a model gives, drawn over time: a band between the least and the most of the plausible sleeps."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil
from typing import Final

from muster.documents.axis import Strip
from muster.domain.days import Curve

TITLE, BELOW = 22.0, 6.0
HEIGHTS: Final = {"KSS": (116.0, 84.0), "lapses": (84.0, 60.0)}
"""Of a panel that stands alone, and of one among those of other weeks."""
TITLES: Final = {"KSS": "Sleepiness: KSS, 1 to 9", "lapses": "Slow answers: lapses in a test of 10 minutes"}
BEYOND: Final = {"KSS": "; the model goes beyond the 9 of the questionnaire", "lapses": ""}
READING_PX: Final = 96.0
SCALES: Final = {"KSS": (1.0, 9.0, 2.0), "lapses": (0.0, 12.0, 4.0)}
"""From where to where at least, and how far apart the lines are."""
Point = tuple[float, float]
Place = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Panel:
    """One model in one strip. ``band`` and ``edge``: paths of the spread, and of its upper edge; ``reads``: what it is
    at the instant asked about, None without one."""

    name: str
    title: str
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
    """A value in words beside its point; ``anchor``: from where the words run."""

    x: float
    y: float
    words_x: float
    anchor: str
    says: str


def panel(name: str, curve: Curve, strip: Strip, y: float, at: datetime | None, among: bool = False) -> Panel:
    """The panel below ``y``; ``among``: there are other weeks, and less room."""
    top, height = y + TITLE, HEIGHTS[name][among]
    low, high, step = _scale(name, curve)

    def place(value: float) -> float:
        return top + height - (min(max(value, low), high) - low) / (high - low) * height

    runs = list(_runs(curve, strip, place))
    lines = [low + number * step for number in range(int((high - low) / step) + 1)]
    return Panel(
        name=name,
        title=TITLES[name] + (BEYOND[name] if high > SCALES[name][1] else ""),
        top=top,
        bottom=top + height + BELOW,
        lines=tuple((place(value), f"{value:g}") for value in lines),
        threshold=None if curve.threshold is None else place(curve.threshold),
        threshold_says="" if curve.threshold is None else f"{curve.threshold:.3g}",
        band=" ".join(_around(run) for run in runs),
        least=" ".join(_path([(x, a) for x, a, _ in run]) for run in runs),
        most=" ".join(_path([(x, b) for x, _, b in run]) for run in runs),
        reads=None if at is None else _reading(curve, strip, at, place),
    )


def _scale(name: str, curve: Curve) -> tuple[float, float, float]:
    low, high, step = SCALES[name]
    most = max((value for value in curve.most if value is not None), default=high)
    return low, max(high, low + ceil((most - low) / step) * step), step


def _runs(curve: Curve, strip: Strip, place: Place) -> Iterator[list[tuple[float, float, float]]]:
    """Stretches with values: x, y of the least, y of the most."""
    inside = [
        (strip.x(at), a, b)
        for at, a, b in zip(curve.instants, curve.least, curve.most, strict=True)
        if strip.since <= at <= strip.until
    ]
    for there, run in groupby(inside, key=lambda point: point[1] is not None and point[2] is not None):
        if there:
            yield [(x, place(a), place(b)) for x, a, b in run if a is not None and b is not None]


def _around(run: Sequence[tuple[float, float, float]]) -> str:
    return _path([*((x, a) for x, a, _ in run), *((x, b) for x, _, b in reversed(run))]) + "Z"


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _reading(curve: Curve, strip: Strip, at: datetime, place: Place) -> Reading | None:
    """The last value up to the instant, where it lies in the strip."""
    if not strip.since <= at <= strip.until:
        return None
    known = [(i, a, b) for i, a, b in zip(curve.instants, curve.least, curve.most, strict=True) if i <= at]
    _, least, most = known[-1] if known else (at, None, None)
    if least is None or most is None:
        return None
    said, x = [f"{value:.1f}" for value in (least, most)], strip.x(at)
    says = said[1] if said[0] == said[1] else f"{said[0]} to {said[1]}"
    if x + READING_PX > strip.right:
        return Reading(x, place(most), x - 9, "end", says)
    return Reading(x, place(most), x + 9, "start", says)
