"""Hours rules at their exact limits, for the three profiles."""

from datetime import date, datetime, time, timedelta

import pytest

from muster.domain.duty import Chart, HoursRule, Reachability, Signing, Squad, SquadPlace, Tour, Waiver
from muster.domain.errors import Unknown
from muster.domain.presence import DutyFile
from muster.domain.profiles import ADVISORY, PARK_POLICE, SEATTLE_2017, Profile, profile_named
from muster.domain.rules import Fitness, fitness_at, protected_until, stated_rest
from muster.domain.schedule import Schedule
from tests.ground import NEW_YORK, local

NOTHING = Schedule(NEW_YORK, {}, {}, {})
START = local("2020-10-07T08:00")
SHORT = timedelta(minutes=1)


def duty(*spans: tuple[datetime, datetime | None], **more: list[object]) -> DutyFile:
    """Somebody who signed on and off at these times."""
    signings = []
    for on, off in spans:
        signings.append(Signing(member="M", at=on, kind="on", unit="U"))
        if off is not None:
            signings.append(Signing(member="M", at=off, kind="off"))
    return DutyFile("M", signings=signings, **more)  # type: ignore[arg-type]


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def after(
    number: float, profile: Profile = ADVISORY, *, less: timedelta = timedelta(0), **more: list[object]
) -> Fitness:
    """Fitness after so many hours of one duty."""
    return fitness_at(duty((START, None), **more), NOTHING, profile, START + hours(number) - less)


def with_rest(number: float, *, less: timedelta = timedelta(0), profile: Profile = ADVISORY) -> Fitness:
    """Fitness an hour into a duty that began so many hours after the last."""
    begin = START + hours(number) - less
    return fitness_at(duty((START - hours(6), START), (begin, None)), NOTHING, profile, begin + hours(1))


def rules(found: Fitness) -> list[tuple[str, str]]:
    return [(b.rule, b.level) for b in found.breaches]


def waiver(rule: str, until: datetime) -> list[object]:
    return [Waiver(member="M", rule=rule, since=START, until=until, signed_by="N", rest_owed_hours=8)]


def test_relief_is_owed_at_12_hours() -> None:
    assert after(12, less=SHORT).relief_owed_since is None
    assert after(12).relief_owed_since == START + hours(12)
    assert after(12).level == "fit"


def test_relief_is_overdue_at_16_hours() -> None:
    assert after(16, less=SHORT).relief_overdue_since is None
    assert after(16).relief_overdue_since == START + hours(16)
    assert after(16).level == "fit"


def test_somebody_is_unfit_at_18_hours() -> None:
    assert after(18, less=SHORT).level == "fit"
    found = after(18)
    assert rules(found) == [("unfit", "unfit")]
    assert found.breaches[0].since == START + hours(18)
    assert "18 h" in found.breaches[0].says


def test_a_break_of_4_hours_ends_a_duty_and_a_shorter_one_does_not() -> None:
    ended = duty((START, START + hours(6)), (START + hours(10), None))
    running = duty((START, START + hours(6)), (START + hours(10) - SHORT, None))
    at = START + hours(11)
    assert fitness_at(ended, NOTHING, ADVISORY, at).since == START + hours(10)
    assert fitness_at(running, NOTHING, ADVISORY, at).since == START


@pytest.mark.parametrize(
    ("rest", "less", "expected"),
    [
        (10, timedelta(0), []),
        (10, SHORT, [("rest-caution", "caution")]),
        (8, timedelta(0), [("rest-caution", "caution")]),
        (8, SHORT, [("rest-unfit", "unfit")]),
        (4, timedelta(0), [("rest-unfit", "unfit")]),
        (4, SHORT, []),
    ],
)
def test_rest_before_a_tour(rest: int, less: timedelta, expected: list[tuple[str, str]]) -> None:
    """Under 10 h caution, under 8 h unfit; under 4 h it was no break at all, and the duty runs on."""
    assert rules(with_rest(rest, less=less)) == expected


def test_rest_counts_from_the_very_instant_at_which_a_tour_begins() -> None:
    """Off at 1540 and on again at 2315 by the chart: 7 h 35 min."""
    schedule = Schedule(
        NEW_YORK,
        {"daily": Chart(chart="daily", name="daily", cycle=("W",), anchor=date(2020, 1, 1))},
        {tour: Squad(squad=tour, unit="U", chart="daily", tour=tour) for tour in ("day", "night")},
        {
            "day": Tour(tour="day", start=time(7, 5), end=time(15, 40), days=0),
            "night": Tour(tour="night", start=time(23, 15), end=time(7, 50), days=1),
        },
    )
    places = [SquadPlace(member="M", squad="day", since=local("2020-10-07T00:00"))]
    places.append(SquadPlace(member="M", squad="night", since=local("2020-10-07T20:00")))
    begins = local("2020-10-07T23:15")
    for instant, expected in ((begins - SHORT, []), (begins, [("rest-unfit", "unfit")])):
        assert rules(fitness_at(DutyFile("M", places=places), schedule, ADVISORY, instant)) == expected


def week(total: timedelta, last: datetime) -> DutyFile:
    """Six duties with eleven hours of rest between them, the last of which ends then, so long in all."""
    each, spans, end = (total - hours(1)) / 5, [], last
    for length in (hours(1), each, each, each, each, each):
        spans.append((end - length, end))
        end -= length + hours(11)
    return duty(*reversed(spans))


def test_over_60_hours_in_7_days_is_caution() -> None:
    for more, expected in ((timedelta(0), []), (SHORT, [("week-caution", "caution")])):
        found = fitness_at(week(hours(60) + 5 * more, START), NOTHING, ADVISORY, START)
        assert rules(found) == expected


def test_hours_before_the_last_7_days_do_not_count() -> None:
    long = duty((START - hours(24 * 8), START - hours(24 * 7)), (START - hours(50), START), (START + hours(24), None))
    assert rules(fitness_at(long, NOTHING, ADVISORY, START + hours(25))) == []


def test_short_breaks_are_no_hours_of_the_week() -> None:
    """Twelve duties of 5 h with breaks of 3 h between two of them: 60 h worked, in 78 h of duty with its breaks."""
    spans: list[tuple[datetime, datetime | None]] = []
    for day in range(6):
        begin = START - hours(24 * (6 - day))
        spans += [(begin, begin + hours(5)), (begin + hours(8), begin + hours(13))]
    assert rules(fitness_at(duty(*spans), NOTHING, ADVISORY, START)) == []


SATURDAY_0300 = local("2020-10-10T03:00")


def test_in_seattle_over_90_hours_from_saturday_0300_are_unfit() -> None:
    for more, level in ((timedelta(0), "fit"), (SHORT, "unfit")):
        found = fitness_at(duty((SATURDAY_0300, None)), NOTHING, SEATTLE_2017, SATURDAY_0300 + hours(90) + more)
        assert found.level == level


def test_in_seattle_hours_before_saturday_0300_are_of_the_week_before() -> None:
    long = duty((SATURDAY_0300 - hours(89), None))
    assert fitness_at(long, NOTHING, SEATTLE_2017, SATURDAY_0300 + hours(0.5)).level == "fit"
    assert fitness_at(long, NOTHING, SEATTLE_2017, SATURDAY_0300 - SHORT).level == "fit"
    longer = duty((SATURDAY_0300 - hours(92), None))
    assert fitness_at(longer, NOTHING, SEATTLE_2017, SATURDAY_0300 - SHORT).level == "unfit"
    assert fitness_at(longer, NOTHING, SEATTLE_2017, SATURDAY_0300).level == "fit"


def test_the_week_with_the_clock_change_has_169_hours_and_begins_at_0300_by_the_clock() -> None:
    begin, end = local("2020-10-31T03:00"), local("2020-11-07T03:00")
    assert end - begin == hours(169)
    found = fitness_at(duty((end - hours(91), None)), NOTHING, SEATTLE_2017, end - SHORT)
    assert rules(found) == [("week-unfit", "unfit")]


def test_seattle_sets_no_limit_on_one_duty_and_no_rest() -> None:
    found = after(40, SEATTLE_2017)
    assert (found.relief_owed_since, found.relief_overdue_since, found.level) == (None, None, "fit")
    assert rules(with_rest(5, profile=SEATTLE_2017)) == []


def test_the_park_police_may_work_16_hours_without_4_of_rest() -> None:
    assert after(16, PARK_POLICE, less=SHORT).level == "fit"
    assert after(16, PARK_POLICE).level == "unfit"
    assert after(16, PARK_POLICE).relief_owed_since is None
    assert rules(with_rest(4, profile=PARK_POLICE)) == []


@pytest.mark.parametrize("rule", ["unfit", "relief-owed", "relief-overdue"])
def test_a_waiver_lifts_its_rule_until_it_ends_and_no_other(rule: str) -> None:
    until = START + hours(20)
    for at, waived in ((20 - 1 / 60, True), (20, False)):
        found = after(at, waivers=waiver(rule, until))
        assert ("unfit" not in [b.rule for b in found.breaches]) is (waived and rule == "unfit")
        assert (found.relief_owed_since is None) is (waived and rule == "relief-owed")
        assert (found.relief_overdue_since is None) is (waived and rule == "relief-overdue")


def test_a_waiver_of_the_week_holds_off_duty_too() -> None:
    worked, at = week(hours(95), SATURDAY_0300 + hours(160)), SATURDAY_0300 + hours(161)
    signed = Waiver(member="M", rule="week-unfit", since=START, until=at + SHORT, signed_by="N", rest_owed_hours=8)
    waived = DutyFile("M", signings=worked.signings, waivers=[signed])
    assert fitness_at(worked, NOTHING, SEATTLE_2017, at).level == "unfit"
    assert fitness_at(waived, NOTHING, SEATTLE_2017, at).level == "fit"


def test_off_duty_nobody_is_owed_relief() -> None:
    found = fitness_at(duty((START, START + hours(20))), NOTHING, ADVISORY, START + hours(21))
    assert (found.continuous, found.since, found.level) == (timedelta(0), None, "fit")


def test_a_hold_over_that_nobody_signed_for_counts_as_duty() -> None:
    found = fitness_at(duty((START, START + hours(10))), NOTHING, ADVISORY, START + hours(17), START + hours(10))
    assert (found.since, found.relief_overdue_since) == (START, START + hours(16))


def test_protected_rest_lasts_8_hours_from_the_end_of_duty() -> None:
    end = START + hours(8)
    worked = duty((START, end))
    assert protected_until(worked, NOTHING, ADVISORY, end) == end + hours(8)
    assert protected_until(worked, NOTHING, ADVISORY, end + hours(8) - SHORT) == end + hours(8)
    assert protected_until(worked, NOTHING, ADVISORY, end + hours(8)) is None
    assert protected_until(worked, NOTHING, PARK_POLICE, end + hours(4)) is None


def stated(since: datetime, until: datetime) -> list[object]:
    return [Reachability(member="M", since=since, until=until, kind="rest", stated_by="M")]


def test_protected_rest_lasts_until_an_hour_that_was_stated() -> None:
    end = START + hours(8)
    rested = duty((START, end), reachability=stated(end, end + hours(14)))
    assert protected_until(rested, NOTHING, ADVISORY, end + hours(9)) == end + hours(14)
    assert protected_until(rested, NOTHING, ADVISORY, end + hours(14)) is None


def test_rest_that_was_stated_goes_on_into_a_tour_until_somebody_signs_on() -> None:
    resting = stated(START, START + hours(6))
    assert stated_rest(duty(reachability=resting), START + hours(5)) == START + hours(6)
    assert stated_rest(duty((START + hours(2), None), reachability=resting), START + hours(1)) == START + hours(6)
    assert stated_rest(duty((START + hours(2), None), reachability=resting), START + hours(2)) is None
    assert stated_rest(duty((START - hours(2), None), reachability=resting), START + hours(2)) == START + hours(6)


def test_a_force_may_have_rules_of_its_own_for_what_it_sets() -> None:
    own = profile_named("ours", [HoursRule(profile="ours", rule="unfit", hours=14, source="Order 4")])
    assert (own.limits["unfit"].span, own.limits.get("relief-overdue"), own.protected_rest) == (
        hours(14),
        None,
        hours(8),
    )


def test_a_profile_nobody_has_is_refused_with_those_there_are() -> None:
    with pytest.raises(Unknown, match="must be one of muster-advisory, us-park-police-2014, seattle-2017"):
        profile_named("seattle-2018")
