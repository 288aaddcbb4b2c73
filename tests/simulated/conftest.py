"""Periods that are lived once and looked at by many tests."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pytest

from muster.bootstrap import open_store
from tests import servers
from tests.simulated.chances import Rates
from tests.simulated.checks import Evidence, evidence_of, hours
from tests.simulated.life import Life
from tests.simulated.period import Setting, lived
from tests.simulated.worked import Minutes
from tests.support import SettableClock

WHOLE: Final = Setting()
HARD: Final = Rates(sick=0.025, willing=0.5, comes=0.9)
"""A wave of sickness, in which more are willing and fewer come: there is more to call in for."""
SMALL: Final = Setting(
    seed=2, strength=60, city_of=5_000, weeks=2, first=date(2020, 10, 26), contract="rotating", rates=HARD
)
"""Two weeks of a small precinct with the end of daylight saving time in them, and another contract."""


@dataclass(frozen=True)
class Lived:
    """A period that was lived, with what its record has and what everybody worked by that."""

    life: Life
    evidence: Evidence
    hours: Mapping[str, Minutes]


Living = Callable[[str, Setting], Lived]


@pytest.fixture(scope="package")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    """Lives a period in a new record of a database (``sqlite`` or ``postgresql``), each but once."""
    done: dict[tuple[str, Setting], Lived] = {}
    with ExitStack() as open_ones:

        def live(dialect: str, how: Setting) -> Lived:
            if (dialect, how) not in done:
                url = _new(dialect, tmp_path_factory.mktemp("period"), open_ones)
                clock = SettableClock()
                life = lived(open_ones.enter_context(closing(open_store(url, clock))), clock, how)
                evidence = life.see(evidence_of)
                done[dialect, how] = Lived(life, evidence, hours(evidence))
            return done[dialect, how]

        yield live


def _new(dialect: str, folder: Path, open_ones: ExitStack) -> str:
    if dialect == "postgresql":
        return open_ones.enter_context(servers.fresh_database())
    return f"sqlite:///{shutil.copy(servers.empty_file(), folder / 'muster.db')}"


@pytest.fixture(scope="package")
def small(living: Living) -> Lived:
    """Two weeks of a small precinct."""
    return living("sqlite", SMALL)
