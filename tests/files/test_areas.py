"""Areas: GeoJSON that is what it should be, or a fault that says why not."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.files.folders import errors, folder, found

SQUARE = [[[-74, 40], [-73, 40], [-73, 41], [-74, 40]]]


def collection(*features: Any) -> str:
    """A feature collection with one feature a line."""
    lines = ",\n".join(json.dumps(feature) for feature in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}'


def feature(coordinates: Any = SQUARE, kind: str = "Polygon", unit: Any = "PIER-1") -> dict[str, Any]:
    return {"type": "Feature", "properties": {"unit": unit}, "geometry": {"type": kind, "coordinates": coordinates}}


def test_polygons_and_multipolygons_are_read(tmp_path: Path) -> None:
    both = collection(feature(), feature([SQUARE, SQUARE], "MultiPolygon", "HP"))
    assert found(folder(tmp_path, {"areas.geojson": both})) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (feature(unit="PIER-9"), "unit 'PIER-9' must be a unit of units.csv; did you mean 'PIER-1'?"),
        (feature(unit=7), "unit '7' must be set in the feature's properties"),
        (feature(kind="Point"), "geometry 'Point' must be a Polygon or a MultiPolygon"),
        (feature([[[-74, 40], [-73, 40], [-74, 40]]]), "geometry must have rings of 4 positions or more"),
        (feature([[[-74, 40], [-73, 40], [-73, 41], [-75, 41]]]), "the last equal to the first"),
        (feature([[[40, -174], [0, 0], [0, 1], [40, -174]]]), "'[40, -174]' must have longitudes from -180 to 180"),
        (feature([[["40", 1], [0, 0], [0, 1], [40, 1]]]), "must have positions of two finite numbers"),
        (feature([[[True, 1], [0, 0], [0, 1], [True, 1]]]), "must have positions of two finite numbers"),
        (feature([]), "must have coordinates as lists in lists"),
        (feature(None), "must have coordinates as lists in lists"),
        ("text", "must be a Feature"),
    ],
)
def test_a_feature_that_is_wrong_is_named_by_its_line(tmp_path: Path, wrong: Any, said: str) -> None:
    (error,) = errors(folder(tmp_path, {"areas.geojson": collection(feature(unit="HP"), wrong)}))
    assert error.startswith("areas.geojson:3: ")
    assert said in error


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "areas.geojson:1: must be JSON"),
        ("[]", "areas.geojson: must be a GeoJSON FeatureCollection"),
        ("[" * 100_000, "areas.geojson: must not nest so deeply"),
        (collection(feature()).replace("-74", "NaN"), "areas.geojson: must be JSON: NaN is not a number"),
        (collection(feature()).replace("-74", "-Infinity"), "-Infinity is not a number"),
        (collection(feature()).replace("-74", "1e999"), "must have positions of two finite numbers"),
        (collection(feature()).replace("-74", "9" * 5000), "areas.geojson"),
        (b"\xff\xff", "areas.geojson:1: must be UTF-8; byte 1 of the line is 0xFF"),
    ],
)
def test_a_file_that_is_no_feature_collection_is_one_fault(tmp_path: Path, content: str | bytes, said: str) -> None:
    (error,) = errors(folder(tmp_path, {"areas.geojson": content}))
    assert said in error
