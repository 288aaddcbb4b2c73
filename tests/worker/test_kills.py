"""Killed at a boundary or at any instant, with members who answer meanwhile: nothing is lost, nothing is skipped, and
nobody is asked again who need not be. ``./run bench reach_kills`` kills hundreds of times."""

import random
from pathlib import Path

import pytest

from tests import servers
from tests.worker import boundaries, soak
from tests.worker.lives import BOUNDARIES, Where

EVERY = 11
"""One boundary in so many is tried here; an odd number, so that each run has early and late ones of all kinds."""
AT_RANDOM = 10


@pytest.mark.parametrize("where", BOUNDARIES)
def test_a_worker_killed_at_a_boundary_leaves_a_record_that_the_next_goes_on_from(tmp_path: Path, where: Where) -> None:
    result = boundaries.kill_at_each(tmp_path, EVERY, [where])
    assert result.wrong == []
    assert result.kills >= 3
    if where == "after send":
        assert result.twice >= result.kills - 1  # the window that is documented: sent, and not on record yet


def test_workers_killed_at_any_instant_lose_nothing_while_members_answer(tmp_path: Path) -> None:
    result = soak.kill_at_random(tmp_path, AT_RANDOM, random.Random(9))
    assert result.wrong == []
    assert result.found["steps"] > 0
    assert result.found["answers"] > 0


def test_two_workers_killed_and_their_database_crashed_lose_nothing(tmp_path: Path) -> None:
    servers.need_programs()
    result = soak.crash_the_database(tmp_path, AT_RANDOM, random.Random(2))
    assert result.wrong == []
    assert result.restarts > 0
    assert result.found["steps"] > 0
