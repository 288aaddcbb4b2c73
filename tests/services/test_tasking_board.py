"""Who may read a tasking, and how much of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from muster.domain.taskings import Tasking
from muster.services.names import Names
from muster.services.tasking_board import Who, as_read, is_mine, may_see
from muster.web.tasking_screens import clock, left_text
from tests.ground import NEW_YORK, InRecord, local
from tests.services.small import PCT, TEN, sees

RELIEF = Tasking(
    tasking="relief-1",
    kind="relief",
    what="relieve M0005, on duty since 2020-10-06 1800",
    place=PCT,
    competent_unit=PCT,
    received_at=local(TEN),
    owner="PCT-047-XO",
    relieves="M0005",
)
NOBODY = Who("M0900", frozenset(), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("who", "in_full"),
    [
        (replace(NOBODY, sees=frozenset({PCT})), False),
        (replace(NOBODY, sees=frozenset({PCT}), commands=frozenset({"PBBX"})), False),
        (replace(NOBODY, sees=frozenset({PCT}), commands=frozenset({PCT})), True),
        (replace(NOBODY, offices=frozenset({"PCT-047-XO"})), True),
        (replace(NOBODY, member="M0005"), True),
    ],
)
def test_hours_of_whoever_is_to_be_relieved_are_for_who_commands_decides_or_is_meant(who: Who, in_full: bool) -> None:
    assert (as_read(RELIEF, who).what == RELIEF.what) is in_full
    assert as_read(replace(RELIEF, kind="incident"), who).what == RELIEF.what


def test_a_tasking_is_read_where_it_is_belongs_and_by_all_who_have_to_do_with_it(
    small: InRecord,
) -> None:
    names = sees(small, Names)

    def reads(tasking: Tasking, unit: str) -> bool:
        return sees(small, lambda v: may_see(tasking, Names(v), replace(NOBODY, sees=frozenset({unit}))))

    assert names.unit(PCT) == "47th Precinct"
    assert reads(RELIEF, PCT)
    assert not reads(RELIEF, "PBBX")
    for more in ({"offered_to": ("PBBX-CO",)}, {"told": ("PBBX-CO",)}, {"giver": "PBBX"}, {"owner": "PBBX-CO"}):
        assert reads(replace(RELIEF, **more), "PBBX"), more
        assert not reads(replace(RELIEF, **more), "PATROL"), more
    has = replace(RELIEF, accepted_by="M0900")
    assert sees(small, lambda v: may_see(has, Names(v), NOBODY))
    assert not sees(small, lambda v: may_see(RELIEF, Names(v), replace(NOBODY, member=None)))
    assert is_mine(has, NOBODY)
    assert not is_mine(RELIEF, NOBODY)


def test_times_are_told_by_the_clock_with_the_zone_where_it_shows_the_same_twice() -> None:
    day = local("2020-11-01T00:30").astimezone(NEW_YORK).date()
    assert clock(local("2020-11-01T01:30-04:00"), NEW_YORK, day) == "01:30 EDT"
    assert clock(local("2020-11-01T01:30-05:00"), NEW_YORK, day) == "01:30 EST"
    assert clock(local("2020-11-01T03:30"), NEW_YORK, day) == "03:30"
    assert clock(local("2020-10-31T23:15"), NEW_YORK, day) == "Sat 31 Oct 23:15"
    assert clock(local("2021-01-01T00:05"), NEW_YORK, day) == "Fri 1 Jan 2021 00:05"


@pytest.mark.parametrize(
    ("minutes", "says"),
    [
        (0, "late by 0 m"),
        (-90, "late by 1 h"),
        (59, "in 59 m"),
        (61, "in 1 h"),
        (47 * 60, "in 47 h"),
        (49 * 60, "in 2 days"),
    ],
)
def test_what_is_left_is_told_no_finer_than_needed(minutes: int, says: str) -> None:
    assert left_text(timedelta(minutes=minutes)) == says
    assert left_text(None) == ""
