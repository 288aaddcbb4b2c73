"""Killed at any commit, and after any message, while a call-in is offered, answered and given: the next worker goes on,
nothing is half done, nothing is given twice, and it comes out as if nobody had been killed."""

import shutil
from pathlib import Path

import pytest

from muster.bootstrap import open_store
from tests import forking, servers
from tests.worker import lives, offering
from tests.worker.lives import BOUNDARIES, Doom, Where
from tests.worker.sinking import arrivals, gateways, sink

EVERY = 5
"""One boundary in so many is tried for each kind."""


def lived(url: str, folder: Path, port: int, run: str, doom: Doom | None, counts: object = None) -> offering.State:
    """Live it once, with a kill; what came of it. Fails where anything is wrong."""
    ways, ended = gateways(folder / f"{run}.toml", port, run), folder / f"{run}.ended"
    deaths = 0
    for fate in (doom, None):
        life = forking.begin(offering.lived, url, ways, ended, fate, counts)
        life.join()
        deaths += life.exitcode == lives.KILLED
        if ended.exists():
            break
    assert ended.exists(), f"{run}: it died by itself"
    assert deaths == (doom is not None)
    store = open_store(url)
    try:
        assert offering.wrong(store, arrivals(folder / "arrivals", run), deaths) == [], run
        return offering.state(store)
    finally:
        store.close()


@pytest.mark.parametrize("where", BOUNDARIES)
def test_killed_while_it_is_offered_and_given_it_comes_out_as_if_nobody_had_been(tmp_path: Path, where: Where) -> None:
    offering.begin(f"sqlite:///{tmp_path / 'begin.db'}")

    def copied(run: str) -> str:
        return f"sqlite:///{shutil.copyfile(tmp_path / 'begin.db', tmp_path / f'{run}.db')}"

    with sink(tmp_path / "arrivals") as port:
        counts = lives.shared_dict()
        calm = lived(copied("calm"), tmp_path, port, "calm", None, counts)
        assert {said[0] for said in calm.values()} >= {"awarded", "passed", "not-reached", "refused"}
        numbers = range(1, counts[where] + 1, EVERY)
        assert len(numbers) > 1
        for number in numbers:
            run = f"{where.replace(' ', '-')}-{number}"
            assert lived(copied(run), tmp_path, port, run, Doom(where, number)) == calm, run


def test_killed_on_a_server_in_the_middle_it_comes_out_the_same(tmp_path: Path) -> None:
    servers.need_programs()
    counts = lives.shared_dict()
    with sink(tmp_path / "arrivals") as port:
        came = {}
        for where in (None, *BOUNDARIES):
            run = "calm" if where is None else where.replace(" ", "-")
            doom = None if where is None else Doom(where, counts[where] // 2)
            with servers.fresh_database() as url:
                offering.begin(url)
                came[run] = lived(url, tmp_path, port, run, doom, counts if doom is None else None)
    assert all(state == came["calm"] for state in came.values())
