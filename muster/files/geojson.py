"""``areas.geojson``: the ground of units."""

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from muster.domain.areas import Area
from muster.domain.directory import Placed
from muster.domain.errors import Invalid
from muster.domain.record import canonical
from muster.files.cells import REF
from muster.files.found import Found
from muster.files.sources import text_of

FILE: Final = Area.FILE
FEATURES: Final = re.compile(r'"features"\s*:\s*\[')
SKIPPED: Final = re.compile(r"[\s,]*")
FEWEST_POSITIONS: Final = 4  # of a closed ring: RFC 7946, 3.1.6


def read_areas(content: bytes, found: Found) -> None:
    """Add the areas of a feature collection to ``found``."""
    text = text_of(content, FILE, found)
    features = None if text is None else _features(text, found)
    if text is None or features is None:
        found.unread.add(Area.NOUN)
        return
    for line, feature in zip(_lines_of(text, len(features)), features, strict=True):
        try:
            found.entries[Area.NOUN].append(Placed(_area(feature), FILE, line))
        except _Wrong as wrong:
            found.spoiled[Area.NOUN].add("")
            found.fault(FILE, line, str(wrong), column=wrong.column, value=wrong.value)


def write_areas(areas: Sequence[Area]) -> str:
    """The one text of ``areas.geojson`` for these areas: a feature a line."""
    features = ",\n".join(
        f'{{"type":"Feature","properties":{canonical({"unit": area.unit})},"geometry":{area.geometry}}}'
        for area in areas
    )
    return f'{{"type":"FeatureCollection","features":[\n{features}\n]}}\n'


class _Wrong(Invalid):
    def __init__(self, column: str | None, value: object, must: str) -> None:
        super().__init__(must)
        self.column = column
        self.value = None if value is None else str(value)[:100]


def _features(text: str, found: Found) -> list[Any] | None:
    try:
        said = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        found.fault(FILE, None, "must not nest so deeply")
        return None
    except json.JSONDecodeError as wrong:
        found.fault(FILE, wrong.lineno, f"must be JSON: {wrong.msg}")
        return None
    except ValueError as wrong:
        found.fault(FILE, None, f"must be JSON: {wrong}")
        return None
    if (
        not isinstance(said, dict)
        or said.get("type") != "FeatureCollection"
        or not isinstance(said.get("features"), list)
    ):
        found.fault(FILE, None, "must be a GeoJSON FeatureCollection with a list of features")
        return None
    features: list[Any] = said["features"]
    return features


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not a number that a coordinate can have")


def _lines_of(text: str, count: int) -> Sequence[int | None]:
    """The line on which each feature begins; None for all when they are not where they are expected."""
    start = FEATURES.search(text)
    lines = list(_begin(text, start.end(), count)) if start else []
    return lines if len(lines) == count else [None] * count


def _begin(text: str, position: int, count: int) -> Iterator[int]:
    decoder = json.JSONDecoder()
    line, counted = 1, 0
    for _ in range(count):
        skipped = SKIPPED.match(text, position)
        position = skipped.end() if skipped else position
        line += text.count("\n", counted, position)
        counted = position
        try:
            _, position = decoder.raw_decode(text, position)
        except ValueError:
            return
        yield line


def _area(feature: object) -> Area:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _Wrong(None, None, "must be a Feature")
    properties = feature.get("properties")
    unit = properties.get("unit") if isinstance(properties, dict) else None
    if not isinstance(unit, str) or not REF.fullmatch(unit):
        raise _Wrong("unit", unit, "must be set in the feature's properties: the unit whose ground this is")
    return Area(unit=unit, geometry=canonical(_geometry(feature.get("geometry"))))


def _geometry(geometry: object) -> dict[str, Any]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise _Wrong("geometry", kind, "must be a Polygon or a MultiPolygon")
    coordinates = geometry.get("coordinates")
    polygons = [_polygon(p) for p in (_list(coordinates) if kind == "MultiPolygon" else [coordinates])]
    return {"type": kind, "coordinates": polygons if kind == "MultiPolygon" else polygons[0]}


def _polygon(rings: object) -> list[Any]:
    return [_ring(ring) for ring in _list(rings)]


def _ring(ring: object) -> list[list[float]]:
    positions = [_position(p) for p in _list(ring)]
    if len(positions) < FEWEST_POSITIONS or positions[0] != positions[-1]:
        raise _Wrong(
            "geometry", None, f"must have rings of {FEWEST_POSITIONS} positions or more, the last equal to the first"
        )
    return positions


def _position(position: object) -> list[float]:
    """Longitude and latitude in degrees; a height, if any, is dropped."""
    numbers = _list(position)
    if len(numbers) not in (2, 3) or not all(_is_number(n) for n in numbers):
        raise _Wrong("geometry", position, "must have positions of two finite numbers: longitude, latitude")
    longitude, latitude = numbers[:2]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        must = "must have longitudes from -180 to 180 and latitudes from -90 to 90 (WGS84 degrees, longitude first)"
        raise _Wrong("geometry", position, must)
    return [longitude, latitude]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _Wrong("geometry", None, "must have coordinates as lists in lists, none of them empty")
    return value
