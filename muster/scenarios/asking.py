"""How a scenario asks: what a question is, and what becomes of an expectation that is not met."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from muster.ports import Views
from muster.scenarios.lines import Line
from muster.scenarios.scenario import Scenario, Step
from muster.scenarios.words import Word

Ask = Callable[[Views, Step, Scenario], Iterator[Line]]


@dataclass(frozen=True, slots=True)
class Question:
    """What a scenario can ask, with which words, and what it may expect of the answer."""

    says: str
    words: tuple[Word, ...]
    expects: tuple[str, ...]
    ask: Ask


def question(says: str, *words: Word, expects: str = "") -> Callable[[Ask], Question]:
    """Makes a question of a function."""
    return lambda ask: Question(says, words, tuple(expects.split()), ask)


def expected(step: Step, facts: Mapping[str, Any]) -> Iterator[Line]:
    """A line for every expectation of the step that is not met."""
    for name, want in step.given.get("expect", {}).items():
        if facts[name] != want:
            yield Line(step.at, "unexpected", f"expected {name} {want}, but it is {facts[name]}", step.source)
