"""Where plausible sleeps lie between duties."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.fitness.arrays import HOUR, instant, seconds
from muster.fitness.clock import CivilClock, Night
from muster.fitness.plausible import PLAUSIBLE, DutyEndSleep, FatigueIndexSleep, PlausibleSleep
from muster.fitness.sleep import SHORTEST_HOURS, Habits, estimate
from muster.fitness.stretches import stretches_of

NEW_YORK = ZoneInfo("America/New_York")
SINCE, UNTIL = "2020-10-18T23:00", "2020-11-08T12:00"  # the clock goes back on 1 November
Duties = list[tuple[int, int]]


def at(local: str) -> int:
    """An instant of New York, in seconds."""
    return seconds(datetime.fromisoformat(local).replace(tzinfo=NEW_YORK).astimezone(UTC))


def slept(
    duties: list[Duties], plausible: PlausibleSleep, habits: Habits | None = None, since: str = SINCE
) -> list[list[tuple[int, int]]]:
    """The sleeps of each member."""
    clock = CivilClock(NEW_YORK, at(since), at(UNTIL))
    found = estimate(stretches_of(duties), plausible, clock, at(since), at(UNTIL), habits or Habits())
    return [found.of(member) for member in range(len(duties))]


def told(sleeps: list[tuple[int, int]]) -> list[str]:
    """Sleeps as the clock on the wall shows them."""
    here = [(instant(a).astimezone(NEW_YORK), instant(b).astimezone(NEW_YORK)) for a, b in sleeps]
    return [f"{a:%d %H%M}-{b:%H%M}" for a, b in here]


@st.composite
def duties(draw: st.DrawFn) -> Duties:
    """Duties of one member, some back to back, some of many hours, beyond both ends of the window."""
    at_, found = at(SINCE) - 20 * HOUR, []
    for _ in range(draw(st.integers(0, 20))):
        start = at_ + draw(st.integers(1, 60 * HOUR))
        at_ = start + draw(st.integers(60, 30 * HOUR))
        found.append((start, at_))
    return found


@pytest.mark.parametrize("plausible", PLAUSIBLE, ids=lambda p: p.NAME)
@given(force=st.lists(duties(), min_size=1, max_size=5), commute=st.integers(0, 8))
def test_nobody_sleeps_on_duty_or_on_the_way(plausible: PlausibleSleep, force: list[Duties], commute: int) -> None:
    found = slept(force, plausible, Habits(commute_hours=commute / 4))
    for own, sleeps in zip(force, found, strict=True):
        for start, end in sleeps:
            assert end - start >= SHORTEST_HOURS * HOUR
            assert end - start <= 9 * HOUR + 1  # the longest night is that in which the clock goes back
            for on, off in own:
                assert end <= on - commute * HOUR / 4 or start >= off + commute * HOUR / 4


@pytest.mark.parametrize("plausible", PLAUSIBLE, ids=lambda p: p.NAME)
@given(force=st.lists(duties(), min_size=1, max_size=5))
def test_all_at_once_sleep_as_each_alone(plausible: PlausibleSleep, force: list[Duties]) -> None:
    assert slept(force, plausible) == [slept([own], plausible)[0] for own in force]


@pytest.mark.parametrize("plausible", PLAUSIBLE, ids=lambda p: p.NAME)
def test_days_off_have_the_habitual_night_on_the_clock_of_the_wall(plausible: PlausibleSleep) -> None:
    (sleeps,) = slept([[]], plausible)
    assert told(sleeps[:1]) == ["18 2300-0700"]
    assert {said[3:] for said in told(sleeps)} == {"2300-0700"}
    lengths = {told([each])[0][:2]: (each[1] - each[0]) / HOUR for each in sleeps}
    assert lengths["31"] == 9  # an hour more, the night the clock goes back
    assert {hours for day, hours in lengths.items() if day != "31"} == {8}


def test_a_week_of_nights_is_slept_by_day() -> None:
    nights = [(at(f"2020-10-{d}T23:15"), at(f"2020-10-{d + 1}T07:50")) for d in (20, 21)]
    by_rule, by_fit = (slept([nights], p)[0] for p in (DutyEndSleep(), FatigueIndexSleep()))
    assert told(by_rule)[2:5] == ["21 0850-1650", "22 0850-1650", "22 2300-0700"]
    assert told(by_fit)[2:5] == ["21 0950-1415", "22 0950-1415", "22 2300-0700"]


def test_an_early_tour_cuts_the_night_before_it() -> None:
    early = [(at("2020-10-20T07:05"), at("2020-10-20T15:40"))]
    assert told(slept([early], DutyEndSleep())[0])[1] == "19 2300-0605"
    assert told(slept([early], FatigueIndexSleep())[0])[1] == "20 0001-0605"  # 8.13 h less 2.07 h for leaving at 0605


def test_after_36_hours_of_duty_to_bed_at_once() -> None:
    long = [(at("2020-10-20T07:00"), at("2020-10-21T19:00"))]
    assert told(slept([long], DutyEndSleep())[0])[2] == "21 2000-0400"
    assert told(slept([long], FatigueIndexSleep())[0])[2] == "21 2100-0501"  # 8.017 h


def test_a_break_too_short_for_sleep_is_none() -> None:
    court = [(at("2020-10-20T23:15"), at("2020-10-21T07:50")), (at("2020-10-21T10:00"), at("2020-10-21T13:00"))]
    assert told(slept([court], DutyEndSleep())[0])[2] == "21 1400-2200"


def test_a_commute_shortens_the_sleep_between_two_tours() -> None:
    quick = [(at("2020-10-20T15:00"), at("2020-10-20T23:35")), (at("2020-10-21T07:05"), at("2020-10-21T15:40"))]
    (short,), (long,) = (slept([quick], DutyEndSleep(), Habits(commute_hours=h)) for h in (1.0, 0.5))
    assert (told(short)[2], told(long)[2]) == ("21 0035-0605", "21 0005-0635")


def test_the_habitual_night_can_be_another() -> None:
    night = Night(bed=time(1, 30), wake=time(9))
    (sleeps,) = slept([[]], DutyEndSleep(), Habits(night=night))
    assert told(sleeps)[0] == "19 0130-0900"
    assert night.awake_hours == 16.5


def test_who_is_on_duty_when_the_window_begins_has_been_up_all_day() -> None:
    night = [(at("2020-10-18T23:15"), at("2020-10-19T11:30"))]
    assert told(slept([night], FatigueIndexSleep())[0])[0].startswith("19 1330-")  # at once, not at 2053


def test_a_sleep_that_runs_when_the_window_begins_is_slept_from_there() -> None:
    before = [(at("2020-10-18T07:05"), at("2020-10-18T15:40"))]
    assert told(slept([before], FatigueIndexSleep())[0])[0] == "18 2300-0632"  # to bed at 2225
