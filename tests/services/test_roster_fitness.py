"""Points for what follows what, from the models of fatigue: what they come to, that they are off unless asked for, and
what they change in a roster."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from muster.domain.duty import Tour
from muster.fitness.judging import judged
from muster.fitness.thresholds import SLEEPY, lapsing
from muster.roster.budget import Budget
from muster.roster.checker import check
from muster.services.roster_fitness import NOTE, fitness_weights
from muster.services.roster_ground import ground_of
from muster.services.rostering import digest, solved
from muster.services.rosters import Case, cases_of
from tests.ground import InRecord
from tests.services.small import PCT, sees

MONDAY = date(2020, 10, 19)
NIGHT = Tour(tour="N", start=time(23, 15), end=time(7, 50), days=1)
DAY = Tour(tour="D", start=time(7, 5), end=time(15, 40), days=0)
EVENING = Tour(tour="E", start=time(15, 0), end=time(23, 35), days=0)
WATCH = (NIGHT, DAY, EVENING)
ENOUGH = 1500.0


def weighed(small: InRecord, fitness_weight: int, weeks: int = 1) -> Case:
    last = MONDAY + timedelta(weeks=weeks) - timedelta(days=1)
    return sees(small, lambda views: next(cases_of(ground_of(views, [PCT], MONDAY, last), [PCT], None, fitness_weight)))


def by_hand(*duty: tuple[str, str]) -> dict[str, float]:
    """Each model at the end of the last of these stretches, as a share of its threshold."""
    spans = [tuple(datetime.fromisoformat(each).replace(tzinfo=UTC) for each in span) for span in duty]
    found = judged({"M": [(a, b) for a, b in spans]}, ZoneInfo("UTC"), [spans[-1][1]])
    limits = {"kss": SLEEPY.value, "lapses": lapsing().value}
    return {r.model: r.value / limits[r.measure] for r in found.of(0, 0).readings if r.sleep == "rr446"}


def test_a_pair_costs_what_the_worse_model_says_that_its_end_is_worse() -> None:
    day = ("2021-03-10T07:05", "2021-03-10T15:40")
    for tour, before in (
        ("D", ("2021-03-09T07:05", "2021-03-09T15:40")),
        ("E", ("2021-03-09T15:00", "2021-03-09T23:35")),
        ("N", ("2021-03-09T23:15", "2021-03-10T07:50")),
    ):
        alone, after = by_hand(day), by_hand(before, day)
        worse = max(after[model] - alone[model] for model in alone)
        assert fitness_weights(WATCH, 1000)[tour, "D"] == round(1000 * worse)


def test_a_day_after_an_evening_a_second_night_and_a_night_straight_into_a_day_cost_more_than_a_day_off() -> None:
    weights = fitness_weights(WATCH, 1000)
    assert weights["E", "D"] > weights["D", "D"] > 0
    assert weights["N", "N"] > 0
    assert weights["N", "D"] > 5 * weights["E", "D"]
    assert ("E", "E") not in weights, "whoever had an evening before sleeps longer into the day of the next"
    assert all(weight > 0 for weight in weights.values())


def test_the_page_on_rosters_has_the_points_of_every_pair() -> None:
    page = (Path(__file__).parents[2] / "docs/rosters.md").read_text(encoding="utf-8")
    weights = {points: fitness_weights(WATCH, points) for points in (20, 50, 100)}
    for first, second in ((a.tour, b.tour) for a in WATCH for b in WATCH):
        points = [str(weights[each].get((first, second), 0)) for each in weights]
        rows = [row for row in page.splitlines() if row.startswith("|") and f"{second} after {first}" in row]
        assert [[cell.strip() for cell in row.split("|")[3:6]] for row in rows] == [points]


@pytest.mark.parametrize("points", [1, 30])
def test_points_count_in_proportion_and_the_order_of_the_tours_does_not_matter(points: int) -> None:
    many = fitness_weights(WATCH, 1000)
    weights = fitness_weights(reversed(WATCH), points)
    assert {pair: weights.get(pair, 0) for pair in many} == pytest.approx(
        {pair: weight * points / 1000 for pair, weight in many.items()}, abs=0.51
    )
    assert list(weights) == list(fitness_weights(WATCH, points))


def test_it_is_off_unless_it_is_asked_for(small: InRecord) -> None:
    assert fitness_weights(WATCH, 0) == {}
    usual = sees(small, lambda views: next(cases_of(ground_of(views, [PCT], MONDAY, MONDAY), [PCT])))
    assert usual.instance.succession_weights == {}
    assert NOTE not in usual.notes


def test_pairs_of_the_units_tours_are_weighed_unless_they_may_not_follow_anyway(small: InRecord) -> None:
    case, plain = weighed(small, 50), weighed(small, 0)
    forbidden = {(tour.ref, other) for tour in case.instance.tours for other in tour.not_followed_by}
    assert case.instance.succession_weights
    assert not forbidden & case.instance.succession_weights.keys()
    assert {ref for pair in case.instance.succession_weights for ref in pair} <= {t.ref for t in case.instance.tours}
    assert case.notes == (*plain.notes, NOTE)
    assert digest(case.instance) != digest(plain.instance)


def test_with_the_weight_a_roster_has_fewer_points_of_fatigue_and_its_cost_is_counted(small: InRecord) -> None:
    case = weighed(small, 50)
    weights = case.instance.succession_weights
    with_it, without = solved(case, Budget(ENOUGH)), solved(weighed(small, 0), Budget(ENOUGH))

    def points(lines: dict[str, tuple[str, ...]]) -> int:
        carried = {m.ref: m.carried.tour if m.carried else "" for m in case.instance.members}
        return sum(weights.get(pair, 0) for m, line in lines.items() for pair in pairwise((carried[m], *line)))

    assert with_it.breaches == 0
    assert with_it.penalty["lines"] == points(dict(with_it.lines))
    assert points(dict(with_it.lines)) < points(dict(without.lines))
    assert without.penalty["lines"] == 0
    assert check(case.instance, with_it.lines).penalty.total == with_it.total >= with_it.bound
    assert with_it.total <= check(case.instance, without.lines).penalty.total
