"""Types of the arrays that the models work on, and instants as whole seconds."""

from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Wholes: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
HOUR: Final = 3600
DAY: Final = 24 * HOUR


def seconds(at: datetime) -> int:
    """An aware instant as whole seconds since 1970 UTC; what is less than a second is left off. Whole, so that an
    instant off the grid and one on it are compared exactly."""
    return (at - EPOCH) // SECOND


def instant(at: int) -> datetime:
    """The instant of so many seconds since 1970, in UTC."""
    return EPOCH + at * SECOND
