"""What people state as an instant is one, in years from which everything can be counted."""

from zoneinfo import ZoneInfo

import pytest

from muster.domain.errors import Invalid
from muster.domain.instants import instant_of

NEW_YORK = ZoneInfo("America/New_York")


FAR = ["0001-01-01", "0001-01-01T00:00+14:00", "1899-12-31", "2200-01-01", "9999-12-31T23:59"]


@pytest.mark.parametrize("said", FAR)
def test_years_far_from_any_force_are_refused_by_their_bounds(said: str) -> None:
    with pytest.raises(Invalid, match="years 1900 to 2199"):
        instant_of(said, NEW_YORK)


@pytest.mark.parametrize("said", ["1900-01-01", "2199-12-31T23:59"])
def test_the_first_and_the_last_instant_are_read(said: str) -> None:
    assert instant_of(said, NEW_YORK).tzinfo is not None
