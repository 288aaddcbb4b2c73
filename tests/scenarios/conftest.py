"""The played scenarios, shared by all tests and test processes."""

import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from muster.scenarios.reading import open_scenario, parse
from muster.scenarios.reference import EXAMPLE
from muster.scenarios.scenario import Change, Scenario, data
from tests.scenarios.plays import Story, cut, played

SMALLEST = 1_700
"""Members of the least city, rounded up: its command and tour positions are those of the largest."""


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The example of the documentation as a file."""
    file = tmp_path / "night.toml"
    file.write_text(EXAMPLE, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all test processes share."""
    mine = tmp_path_factory.getbasetemp()
    return mine if worker_id == "master" else mine.parent


def city() -> Scenario:
    """October 2020 in the least city."""
    return open_scenario("october-2020").resized(SMALLEST)


@pytest.fixture(scope="session")
def october(root: Path) -> Story:
    """The whole story."""
    return played(root, "october", city)


@pytest.fixture(scope="session")
def without_deputy(root: Path) -> Story:
    """Nobody is deputy to the Chief of Patrol."""

    def make() -> Scenario:
        gone = Change("appointment", without={"position": "PATROL-XO"})
        return cut(city(), "2020-10-19T10:00", ["order", "answer-order", "accounts", "disputes"]).change(gone)

    return played(root, "without-deputy", make)


@pytest.fixture(scope="session")
def later_call(root: Path) -> Story:
    """The call comes twelve hours later, in both versions."""

    def make() -> Scenario:
        whole = city()
        fork = whole.forks[0]
        moved = tuple(
            replace(v, steps=tuple(replace(s, at=s.at + timedelta(hours=12 * (s.do != "disputes"))) for s in v.steps))
            for v in fork.versions
        )
        return cut(
            replace(whole, forks=(replace(fork, versions=moved),)), "2020-10-14T12:02", ["order", "answer-order"]
        )

    return played(root, "later-call", make)


@pytest.fixture(scope="session")
def elsewhere(root: Path) -> Story:
    """The block party is in the 66th Precinct, in Brooklyn."""

    def make() -> Scenario:
        path = data() / "october-2020.scenario.toml"
        text = path.read_text("utf-8").replace("PCT-047", "PCT-066").replace("in the Bronx", "in Brooklyn")
        whole = parse(tomllib.loads(text.replace("BLOCK-PARTY-047", "BLOCK-PARTY-066")), path).resized(SMALLEST)
        return cut(whole, "2020-10-09T07:30", ["order", "answer-order", "disputes"])

    return played(root, "elsewhere", make)


@pytest.fixture(scope="session")
def antilia(root: Path) -> Story:
    """The fire department."""
    return played(root, "antilia", lambda: open_scenario("antilia-2021"))
