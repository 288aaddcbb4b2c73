"""Every row of the reference series, in every column."""

from dataclasses import fields

import pytest

from muster.fitness.course import Course, Model
from muster.fitness.stretches import stretches_of
from muster.fitness.three_process import ThreeProcess
from muster.fitness.unified import Unified
from tests.fitness import tables

MODELS = (ThreeProcess(), Unified())


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.NAME)
@pytest.mark.parametrize("schedule", tables.SERIES)
def test_every_row_of_the_reference_is_reproduced(model: Model, schedule: str) -> None:
    sleeps = stretches_of([tables.sleeps()[schedule]])
    first = int(sleeps.start[0])
    course = Course(model, sleeps, first, model.start, first)
    rows = tables.rows(tables.SERIES[schedule])
    assert len(rows) % 96 == 0
    for row in rows:
        at = tables.clock(row["datetime"])
        course.to(at)
        assert bool(course.awake[0]) is (row["awake"] == "1"), row["datetime"]
        assert course.hours_in_state()[0] == pytest.approx(float(row["hours_in_state"]), abs=1e-9), row["datetime"]
        for name, values in model.columns(course.states, at % 86400 / 3600).items():
            said = float(row[tables.column(model.NAME, name)])
            assert values[0] == pytest.approx(said, abs=1e-9), f"{row['datetime']} {name}"


@pytest.mark.parametrize(
    ("model", "file"), [(MODELS[0], "fips_tpm_parameters"), (MODELS[1], "fips_unified_parameters")]
)
def test_the_parameters_are_those_of_the_reference(model: ThreeProcess | Unified, file: str) -> None:
    ours = {f.name.lower(): getattr(model, f.name) for f in fields(model)}
    theirs = {row["name"].lower(): float(row["value"]) for row in tables.rows(file)}
    theirs.pop("sigma", None)  # spread between people: no part of the mean, which is what the series are
    assert ours == pytest.approx(theirs, abs=1e-12)
