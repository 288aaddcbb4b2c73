"""Areas as a map: GeoJSON in degrees becomes paths in the plane, drawn by the browser."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any, Final

from muster.domain.areas import Area

WIDTH: Final = 2000
"""Of the picture, in its own units; it is as high as its shape asks for."""
LEAST: Final = 1.5
"""Points closer to each other than this, in units of the picture, are drawn as one."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """The ground of one unit: the path of its outlines, and where its label stands."""

    unit: str
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Map:
    """All shapes by unit, in a picture of this size; without any there is nothing to draw."""

    shapes: tuple[Shape, ...]
    width: int
    height: int


@lru_cache(maxsize=1)
def map_of(areas: tuple[Area, ...]) -> Map:
    """The map of these areas; drawn once as long as they stay the same. A degree of longitude is as wide as it is in
    the middle of them: right enough for a city (equirectangular projection)."""
    found = {area.unit: list(_rings(json.loads(area.geometry))) for area in areas}
    points = [point for rings in found.values() for ring in rings for point in ring]
    if not points:
        return Map((), WIDTH, 0)
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = cos(radians((south + north) / 2))
    scale = WIDTH / max((east - west) * narrow, 1e-9)

    def placed(point: Point) -> Point:
        return (point[0] - west) * narrow * scale, (north - point[1]) * scale

    shapes = [_shape(unit, [[placed(p) for p in ring] for ring in rings]) for unit, rings in sorted(found.items())]
    return Map(tuple(shapes), WIDTH, round((north - south) * scale))


def _rings(geometry: Any) -> Iterator[list[Point]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        for ring in polygon:
            yield [(float(x), float(y)) for x, y, *_ in ring]


def _shape(unit: str, rings: Sequence[Sequence[Point]]) -> Shape:
    largest = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    return Shape(unit, "".join(_path(ring) for ring in rings), round(x), round(y))


def _path(ring: Sequence[Point]) -> str:
    """The outline in whole units, without points too near to the one before."""
    kept = [ring[0]]
    for point in ring[1:-1]:
        if max(abs(point[0] - kept[-1][0]), abs(point[1] - kept[-1][1])) >= LEAST:
            kept.append(point)
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in kept) + "z"


def _area(ring: Sequence[Point]) -> float:
    """Twice the area with its sign, by the shoelace formula."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))


def _middle(ring: Sequence[Point]) -> Point:
    """The centre of gravity of an outline; of one without area the first point."""
    area = _area(ring)
    if not area:
        return ring[0]
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs)
    return x / (3 * area), y / (3 * area)
