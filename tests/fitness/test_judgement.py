"""Fit or caution from duty: the 36 hours, the clock's change, and that a model alone never says more than caution."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.errors import Invalid
from muster.fitness.judgement import Fitness
from muster.fitness.judging import every, judged
from muster.fitness.thresholds import AWAKE_17, SLEEPY, lapsing
from tests.fitness import tables

NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)


def at(local: str) -> datetime:
    """An instant of New York."""
    return datetime.fromisoformat(local).replace(tzinfo=NEW_YORK).astimezone(UTC)


LONG = (at("2020-10-12T07:00"), at("2020-10-13T19:00"))


@pytest.fixture(scope="module")
def long() -> Fitness:
    """The 36 hours, hour by hour; and somebody with no duty at all."""
    return judged({"M1": [LONG], "M2": []}, NEW_YORK, every(*LONG, HOUR))


def test_the_36_hours_are_caution_from_the_seventeenth_to_the_last(long: Fitness) -> None:
    says = [long.judgement("M1", each).says for each in long.instants]
    assert says[:16] == ["fit"] * 16
    assert says[17:] == ["caution"] * 20


def test_at_hour_36_sleepiness_alone_would_have_passed(long: Fitness) -> None:
    last = long.judgement("M1", long.instants[-1])
    assert last.kss[1] < SLEEPY.value
    assert last.lapses[1] < lapsing().value
    assert last.hours_awake == (37.0, 37.0)  # up at 0600, with an hour's way to duty
    assert any("awake for 37.0 h" in why and "Dawson & Reid" in why for why in last.why)


def test_the_course_of_the_36_hours_is_near_that_of_the_reference(long: Fitness) -> None:
    """The reference wakes at 0700 and starts from other states; hour by hour the two tell the same."""
    for row in tables.rows("summary_S4_36h_hourly")[2:]:
        instant = datetime.fromisoformat(row["datetime"]).replace(tzinfo=NEW_YORK).astimezone(UTC)
        said = long.judgement("M1", instant)
        assert said.kss[0] == pytest.approx(float(row["tpm_kss"]), abs=0.6)
        assert said.lapses[0] == pytest.approx(float(row["unified_lapses"]), abs=2.0)


def test_every_judgement_says_which_model_and_sleep_and_threshold_with_its_source(long: Fitness) -> None:
    for each in long.instants:
        for member in long.members:
            for why in long.judgement(member, each).why:
                assert "if " in why
                assert "asleep, if" in why or "doi:" in why or "Nature" in why, why
    night = " ".join(long.judgement("M1", at("2020-10-13T04:00")).why)
    assert all(
        word in night for word in ("Three Process Model", "Unified Model", "RR446", "AutoSleep", "KSS 8", "ours")
    )


def test_whoever_is_in_bed_is_not_judged(long: Fitness) -> None:
    said = long.judgement("M2", at("2020-10-13T04:00"))
    assert (said.says, said.hours_awake) == ("fit", None)
    assert any(why.startswith("asleep, if") for why in said.why)


def test_the_inertia_after_waking_brings_no_caution() -> None:
    up = at("2020-10-12T07:00")
    said = judged({"M": []}, NEW_YORK, [up, up + timedelta(minutes=44), up + HOUR])
    assert said.judgement("M", up).kss[1] >= SLEEPY.value
    assert not said.caution.any()


def test_the_spread_is_that_of_the_plausible_sleeps() -> None:
    nights = [(at(f"2020-10-{d:02}T23:15"), at(f"2020-10-{d + 1:02}T07:50")) for d in range(5, 12)]
    said = judged({"M": nights}, NEW_YORK, [at("2020-10-11T23:30")])
    least, most = said.spread("kss")
    judgement = said.of(0, 0)
    assert judgement.kss == (least[0, 0], most[0, 0])
    by_fit = next(r.value for r in judgement.readings if (r.model, r.sleep) == ("tpm", "rr446"))
    assert by_fit == judgement.kss[1] > judgement.kss[0] + 1  # by day the fit gives little more than half the sleep


def test_the_clock_s_change_does_not_move_the_body() -> None:
    """0130 comes twice on 1 November; awake since the same instant, an hour of it lies between the two."""
    first, second = datetime(2020, 11, 1, 5, 30, tzinfo=UTC), datetime(2020, 11, 1, 6, 30, tzinfo=UTC)
    tour = (at("2020-10-31T23:15"), datetime(2020, 11, 1, 12, 50, tzinfo=UTC))
    assert tour[1] - tour[0] == timedelta(hours=9, minutes=35)
    said = judged({"M": [tour]}, NEW_YORK, [first, second])
    before, after = (said.judgement("M", each) for each in (first, second))
    assert before.hours_awake
    assert after.hours_awake == (before.hours_awake[0] + 1, before.hours_awake[1] + 1)
    assert after.kss[0] > before.kss[0]


def test_the_lead_is_long_enough_that_more_of_it_changes_nothing_much() -> None:
    nights = [
        (at("2020-08-01T23:15") + d * timedelta(days=1), at("2020-08-02T07:50") + d * timedelta(days=1))
        for d in range(80)
    ]
    instant = [at("2020-10-12T04:00")]
    whole = judged({"M": nights}, NEW_YORK, instant)
    since = instant[0] - timedelta(days=28)
    known = judged({"M": [n for n in nights if n[1] > since]}, NEW_YORK, instant)
    assert whole.of(0, 0).lapses == pytest.approx(known.of(0, 0).lapses, abs=0.02)


@settings(max_examples=25)
@given(
    spans=st.lists(st.tuples(st.integers(-40 * 1440, 3 * 1440), st.integers(1, 1800)), max_size=30),
    order=st.randoms(use_true_random=False),
)
def test_order_and_overlap_of_duty_do_not_matter_and_unfit_is_never_said(
    spans: list[tuple[int, int]], order: Random
) -> None:
    start = at("2020-10-12T07:00")
    duty = [(start + timedelta(minutes=a), start + timedelta(minutes=a + length)) for a, length in spans]
    halves = [half for a, b in duty for half in ((a, a + (b - a) / 2), (a, b))]
    order.shuffle(halves)
    said = judged({"M": duty, "N": halves}, NEW_YORK, every(start, start + 24 * HOUR, 3 * HOUR))
    for place in range(len(said.instants)):
        one, other = said.of(0, place), said.of(1, place)
        assert one.readings == other.readings
        assert one.says in ("fit", "caution")
        assert (one.says == "caution") == bool(said.caution[place, 0])
    on_duty = [any(a <= each < b for a, b in duty) for each in said.instants]
    for hours in said.hours_awake.values():
        assert not np.isnan(hours[on_duty, 0]).any()  # nobody sleeps on duty


@pytest.mark.parametrize("instants", [[], [LONG[1], LONG[0]], [LONG[0], LONG[0]]])
def test_instants_must_be_given_in_order(instants: list[datetime]) -> None:
    with pytest.raises(Invalid, match="instants"):
        judged({"M": []}, NEW_YORK, instants)


def test_thresholds_are_those_of_the_table_and_ours_says_so() -> None:
    table = {(row["measure"], float(row["threshold"])) for row in tables.rows("fatigue_thresholds")}
    assert ("KSS", SLEEPY.value) in table
    assert {("hours awake", AWAKE_17.value), ("hours awake", 24.0)} <= table
    assert lapsing().source.startswith("ours")
    late = judged({"M": [(at("2020-10-12T20:00"), at("2020-10-13T03:00"))]}, NEW_YORK, [at("2020-10-13T00:00")])
    assert late.of(0, 0).lapses[0] == pytest.approx(lapsing().value, abs=1e-4)  # up at 0700, 17 hours awake


def test_inertia_is_judged_from_three_quarters_of_an_hour_after_waking() -> None:
    short = [(at("2020-10-11T15:00"), at("2020-10-11T22:30")), (at("2020-10-12T04:30"), at("2020-10-12T09:00"))]
    up = at("2020-10-12T03:30")
    said = judged({"M": short}, NEW_YORK, [up + timedelta(minutes=m) for m in (44, 45, 180)])
    over = said.over["tpm", "rr446"][:, 0].tolist()
    assert said.hours_awake["rr446"][:, 0].tolist() == pytest.approx([44 / 60, 0.75, 3.0])
    assert over == [False, True, False]


def test_whoever_sleeps_after_a_night_is_not_judged_however_sleepy() -> None:
    nights = [(at(f"2020-10-{d:02}T23:15"), at(f"2020-10-{d + 1:02}T07:50")) for d in range(5, 12)]
    said = judged({"M": nights}, NEW_YORK, [at("2020-10-12T10:00")]).of(0, 0)
    assert said.kss[1] >= SLEEPY.value
    assert (said.says, said.hours_awake) == ("fit", None)


def test_short_sleep_three_weeks_ago_still_counts() -> None:
    quick = [
        (at("2020-09-16T04:00") + d * timedelta(days=1), at("2020-09-16T22:00") + d * timedelta(days=1))
        for d in range(10)
    ]
    said = judged({"M": quick, "N": []}, NEW_YORK, [at("2020-10-12T12:00")])
    assert said.of(0, 0).lapses[0] > said.of(1, 0).lapses[0] + 0.05


def test_tomorrow_s_early_tour_counts_tonight() -> None:
    early = [(at("2020-10-13T07:05"), at("2020-10-13T15:40"))]
    said = judged({"M": early, "N": []}, NEW_YORK, [at("2020-10-12T23:30")])
    assert np.isnan(said.hours_awake["rr446"][0]).tolist() == [False, True]
