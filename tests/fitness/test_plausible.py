"""The sleep that two sources suppose after a duty."""

import numpy as np
import pytest

from muster.fitness.plausible import DutyEndSleep, FatigueIndexSleep, bedtime, early_start_loss, length
from tests.fitness import tables


def test_the_fit_of_rr446_is_reproduced_to_its_digits() -> None:
    rows = tables.rows("sleep_from_duty_end_fri")
    assert len(rows) == 25
    for row in rows:
        home = float(row["duty_end_incl_commute_h"])
        assert float(bedtime(np.array([home]))[0]) == pytest.approx(float(row["bedtime_h"]), abs=5e-7), row
        assert float(length(np.array([home]))[0]) == pytest.approx(float(row["sleep_hours_fit"]), abs=5e-7), row
        if home < 36:  # a day's noon is where the fit begins, and not where the day before ends
            bed, hours = FatigueIndexSleep().after_duty(np.array([home - 1]), commute=1.0)
            assert (bed[0], hours[0]) == (bedtime(np.array([home]))[0], length(np.array([home]))[0])


def test_an_early_start_costs_more_sleep_the_earlier_it_is() -> None:
    at_nine, at_seven, at_five = early_start_loss(np.array([33.0, 31.0, 29.0]))
    assert early_start_loss(np.array([37.5]))[0] == 0
    assert at_nine == pytest.approx(0.03501 * 4.5**2 + 0.01928 * 4.5)  # by hand
    assert at_nine < at_seven < at_five


@pytest.mark.parametrize(("end", "bed"), [(12.0, 23.0), (15.5, 23.0), (23.5, 24.5), (24.0, 25.0), (32.0, 33.0)])
def test_the_rule_sends_to_bed_at_2300_or_once_home(end: float, bed: float) -> None:
    at, hours = DutyEndSleep().after_duty(np.array([end]), commute=1.0)
    assert (at[0], hours[0]) == (bed, 8.0)
