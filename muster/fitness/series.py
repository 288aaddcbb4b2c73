"""What a model says of one person with known sleeps, instant by instant."""

from collections.abc import Iterator
from dataclasses import dataclass

from muster.fitness.arrays import DAY, HOUR
from muster.fitness.course import Course, Model
from muster.fitness.stretches import stretches_of


@dataclass(frozen=True, slots=True)
class Point:
    """What a model says at one instant, in seconds: awake or not, and its columns by name."""

    at: int
    awake: bool
    columns: dict[str, float]


def series(model: Model, sleeps: list[tuple[int, int]], last: int, step: int) -> Iterator[Point]:
    """From the beginning of the first sleep on, every ``step`` seconds, for as many whole days as reach ``last``.

    All in seconds on the person's own body clock. Starts with the model's states at the start.
    """
    stretches = stretches_of([sleeps])
    first = int(stretches.start[0])
    course = Course(model, stretches, first, model.start, first)
    for at in range(first, first - (first - last) // DAY * DAY, step):
        course.to(at)
        columns = model.columns(course.states, at % DAY / HOUR)
        yield Point(at, bool(course.awake[0]), {name: float(values[0]) for name, values in columns.items()})
