"""The engine against one person at a time, and against itself with other steps."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.errors import Invalid
from muster.fitness.arrays import DAY, HOUR, Floats
from muster.fitness.clock import Night
from muster.fitness.course import Course, Model
from muster.fitness.habitual import at_bedtime
from muster.fitness.stretches import stretches_of
from muster.fitness.three_process import ThreeProcess
from muster.fitness.unified import Unified
from tests.fitness import plain

MODELS = (ThreeProcess(), Unified())
FIRST = 1_000 * DAY
Sleeps = list[tuple[int, int]]


@st.composite
def sleeps(draw: st.DrawFn) -> Sleeps:
    """Sleeps of one person, to the second, naps within the hour of waking among them."""
    at, found = FIRST, []
    for _ in range(draw(st.integers(0, 8))):
        start = at + draw(st.integers(1, 40 * HOUR))
        at = start + draw(st.integers(1, 14 * HOUR))
        found.append((start, at))
    return found


instants = st.lists(st.integers(FIRST, FIRST + 12 * DAY), min_size=1, max_size=40, unique=True).map(sorted)
forces = st.lists(sleeps(), min_size=1, max_size=6)


def engine(
    model: Model, force: Sequence[Sleeps], at: Sequence[int], states: Sequence[float] | Floats
) -> list[list[float]]:
    """What the engine says of everybody at each instant, going from one instant to the next."""
    course = Course(model, stretches_of(force), FIRST, np.array(states), FIRST)
    found = []
    for each in at:
        course.to(each)
        found.append(model.value(course.states, each % DAY / HOUR).tolist())
    return found


@given(force=forces, at=instants, s=st.floats(2.5, 14.2))
def test_all_at_once_is_each_alone_under_the_three_process_model(force: list[Sleeps], at: list[int], s: float) -> None:
    said = engine(MODELS[0], force, at, (s, 0.0))
    for member, own in enumerate(force):
        alone = plain.three_process(own, FIRST, s, 0.0, at)
        assert [row[member] for row in said] == pytest.approx(alone, abs=1e-9)


@given(force=forces, at=instants, s=st.floats(-40, 24), debt=st.floats(-40, 24))
def test_all_at_once_is_each_alone_under_the_unified_model(
    force: list[Sleeps], at: list[int], s: float, debt: float
) -> None:
    said = engine(MODELS[1], force, at, (s, debt, 0.0))
    for member, own in enumerate(force):
        alone = plain.unified(own, FIRST, s, debt, at)
        assert [row[member] for row in said] == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.NAME)
@given(force=forces, at=instants, between=instants)
def test_splitting_a_step_changes_nothing(model: Model, force: list[Sleeps], at: list[int], between: list[int]) -> None:
    split = sorted({*at, *between})
    in_parts = dict(zip(split, engine(model, force, split, model.start), strict=True))
    for each, said in zip(at, engine(model, force, at, model.start), strict=True):
        assert said == pytest.approx(in_parts[each], abs=1e-9)


def test_whoever_falls_asleep_above_the_break_level_joins_the_curve_below() -> None:
    model = ThreeProcess(s0=13.0)
    course = Course(model, stretches_of([[(FIRST, FIRST + HOUR)]]), FIRST, model.start, FIRST)
    joined = 14.3 - 2.1 * np.exp(model.g * 0.8 / model.rise)  # as late on the curve as the line takes from 12.2 to 13
    assert course.states[0, 0] == pytest.approx(joined)
    assert joined < 13.0


def test_a_sleep_holds_its_first_instant_and_not_its_last() -> None:
    course = Course(MODELS[0], stretches_of([[(FIRST, FIRST + HOUR)]]), FIRST, MODELS[0].start, FIRST)
    assert not course.awake[0]
    course.to(FIRST + HOUR)
    assert course.awake[0]
    assert course.states[1, 0] == -5.72  # the whole inertia


def test_sleeps_that_touch_are_one_and_sleeps_that_overlap_are_refused() -> None:
    assert stretches_of([[(10, 20), (0, 10)]]).of(0) == [(0, 20)]
    with pytest.raises(Invalid, match="must be after the end of the one before"):
        stretches_of([[(0, 10), (9, 20)]])


def test_a_course_does_not_go_back() -> None:
    course = Course(MODELS[0], stretches_of([[]]), FIRST, MODELS[0].start, FIRST)
    course.to(FIRST + 10)
    with pytest.raises(ValueError, match="forward"):
        course.to(FIRST)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.NAME)
def test_the_habitual_state_is_where_habitual_nights_lead(model: Model) -> None:
    night, nights = Night(), 60
    slept = [(FIRST + n * DAY, FIRST + n * DAY + 8 * HOUR) for n in range(nights)]
    course = Course(model, stretches_of([slept]), FIRST, model.start, FIRST)
    course.to(FIRST + nights * DAY)
    assert course.states[:, 0] == pytest.approx(at_bedtime(model, night), abs=1e-4)


def test_five_nights_bring_s_to_where_it_stays() -> None:
    slept = [(FIRST + n * DAY, FIRST + n * DAY + 8 * HOUR) for n in range(5)]
    course = Course(MODELS[0], stretches_of([slept]), FIRST, MODELS[0].start, FIRST)
    woken = []
    for n in range(5):
        course.to(FIRST + n * DAY + 8 * HOUR)
        woken.append(float(course.states[0, 0]))
    assert woken == pytest.approx([13.552, 13.784, 13.815, 13.819, 13.820], abs=6e-4)
