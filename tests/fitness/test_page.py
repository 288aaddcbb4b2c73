"""The numbers on the page about the models are those that the models give."""

import re
from pathlib import Path

import pytest

from muster.fitness.course import Course, Model
from muster.fitness.stretches import stretches_of
from muster.fitness.three_process import ThreeProcess
from muster.fitness.thresholds import AWAKE_17, AWAKE_24, SLEEPY, lapsing
from muster.fitness.unified import Unified
from tests.fitness import tables

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "fitness.md").read_text(encoding="utf-8")


def cells(first: str) -> list[str]:
    """The cells of the line of the 36 hours that begins with that one."""
    found = re.search(rf"^\| {first} \|(.*)\|$", PAGE[PAGE.index("## The 36 hours") :], re.MULTILINE)
    assert found, first
    return [cell.strip() for cell in found[1].split("|")]


@pytest.mark.parametrize("model", [ThreeProcess(), Unified()], ids=lambda m: m.NAME)
def test_the_36_hours_are_told_as_the_model_has_them(model: Model) -> None:
    sleeps = stretches_of([tables.sleeps()["S4_36h_duty"]])
    first, up = int(sleeps.start[0]), tables.clock("2020-10-12 07:00")
    course = Course(model, sleeps, first, model.start, first)
    for hours, said in zip(cells("hours awake"), cells("KSS" if model.MEASURE == "kss" else "lapses"), strict=True):
        at = up + int(hours) * 3600
        course.to(at)
        assert f"{model.value(course.states, at % 86400 / 3600)[0]:.1f}" == said, hours


def test_the_hours_that_kss_alone_would_flag_are_those_of_the_reference() -> None:
    duty = [row for row in tables.rows("fips_S4_36h_duty") if row["on_duty"] == "1" and float(row["tpm_w"]) > -1]
    flagged = [row["datetime"][11:].replace(":", "") for row in duty if float(row["tpm_kss"]) >= SLEEPY.value]
    assert f"would flag {flagged[0]} to {flagged[-1]}" in PAGE.replace("\n", " ")


def test_the_thresholds_are_told_as_they_are() -> None:
    told = re.findall(r"^\| (KSS|hours awake|lapses) \| ([\d.]+) \| \D", PAGE, re.MULTILINE)
    limits = (SLEEPY, AWAKE_17, AWAKE_24, lapsing())
    assert [(name.lower(), value) for name, value in told] == [(t.measure, f"{t.value:.3g}") for t in limits]
