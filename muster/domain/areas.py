"""Areas: where a unit's ground is, for maps and for finding the unit of a place."""

from dataclasses import dataclass
from typing import ClassVar

from muster.domain.schema import Row, ref, text


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Row):
    """The ground of a unit."""

    NOUN: ClassVar[str] = "area"
    FILE: ClassVar[str] = "areas.geojson"

    unit: str = ref("the unit", to="unit", key=True)
    geometry: str = text("a GeoJSON geometry (Polygon or MultiPolygon, WGS84) as canonical JSON")
