"""Waiting for what another thread or process does: until it has come about, never for a fixed while."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import TypeVar

T = TypeVar("T")

LONGEST_SECONDS = 120.0
"""What has not come about by then never will, however much else the machine has to do."""
LOOK_SECONDS = 0.02


def wait_until(found: Callable[[], T | None]) -> T:
    """The first thing found that is true of anything."""
    ends = monotonic() + LONGEST_SECONDS
    while True:
        if there := found():
            return there
        assert monotonic() < ends, "it never came about"
        sleep(LOOK_SECONDS)
