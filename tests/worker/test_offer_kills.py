"""Killed at any commit, and after any message, while a call-in is offered, answered and given: the next worker goes on,
nothing is half done, nothing is given twice, and it comes out as if nobody had been killed."""

import shutil
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from tests.worker import lives, offering
from tests.worker.lives import BOUNDARIES, Doom, Where
from tests.worker.sinking import arrivals, gateways, sink

EVERY = 5
"""One boundary in so many is tried for each kind."""


def lived(folder: Path, port: int, run: str, doom: Doom | None, counts: object = None) -> offering.State:
    """Live it once, with a kill; what came of it. Fails where anything is wrong."""
    database = folder / f"{run}.db"
    shutil.copyfile(folder / "begin.db", database)
    ways, ended = gateways(folder / f"{run}.toml", port, run), folder / f"{run}.ended"
    deaths = 0
    for fate in (doom, None):
        life = lives.begin(offering.lived, f"sqlite:///{database}", ways, ended, fate, counts)
        life.join()
        deaths += life.exitcode == lives.KILLED
        if ended.exists():
            break
    assert ended.exists(), f"{run}: it died by itself"
    assert deaths == (doom is not None)
    store = open_store(f"sqlite:///{database}")
    try:
        assert offering.wrong(store, arrivals(folder / "arrivals", run), deaths) == [], run
        return offering.state(store)
    finally:
        store.close()


@pytest.mark.parametrize("where", BOUNDARIES)
def test_killed_while_it_is_offered_and_given_it_comes_out_as_if_nobody_had_been(tmp_path: Path, where: Where) -> None:
    offering.begin(f"sqlite:///{tmp_path / 'begin.db'}")
    with sink(tmp_path / "arrivals") as port:
        counts = lives.shared_dict()
        calm = lived(tmp_path, port, "calm", None, counts)
        assert {said[0] for said in calm.values()} >= {"awarded", "passed", "not-reached", "refused"}
        numbers = range(1, counts[where] + 1, EVERY)
        assert len(numbers) > 1
        for number in numbers:
            run = f"{where.replace(' ', '-')}-{number}"
            assert lived(tmp_path, port, run, Doom(where, number)) == calm, run
