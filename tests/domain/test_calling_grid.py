"""Limits of hours in contracts against a plain reading of them on a grid of quarters of hours."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from muster.domain import calling_rules as rules
from muster.domain.calling_case import Person
from tests.calling import SINCE, UNTIL, case, contract, need, person, said, worked
from tests.ground import local

CAPS = contract(day_hours=16, day_break=4, rest_between=8, mandatory_week=12)
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)
BEGIN = local(SINCE) - timedelta(days=4)
PLACES = 8 * 24 * 4
NEED = range(round((local(SINCE) - BEGIN) / QUARTER), round((local(UNTIL) - BEGIN) / QUARTER))
DUTIES = st.lists(st.tuples(st.integers(0, PLACES - 60), st.integers(1, 56)), max_size=6)


def grid_and_person(duties: list[tuple[int, int]]) -> tuple[list[bool], Person]:
    """Quarters of hours in which there is duty, the need included; and a member with those duties that overlap no
    other."""
    grid = [False] * PLACES
    records = []
    for start, length in duties:
        if not any(grid[start : start + length]) and not set(range(start, start + length)) & set(NEED):
            grid[start : start + length] = [True] * length
            records.append(worked("A", BEGIN + start * QUARTER, length / 4))
    return [on or i in NEED for i, on in enumerate(grid)], person("A", records=records)


def one_duty(grid: list[bool]) -> tuple[int, int]:
    """From where to where the duty with the need goes, over breaks of less than 4 hours, one quarter at a time."""
    first, last = NEED[0], NEED[-1]
    while any(grid[max(first - 16, 0) : first]):
        first -= 1
    while any(grid[last + 1 : last + 17]):
        last += 1
    return first, last


@given(DUTIES)
def test_hours_in_24_are_found_as_on_a_grid(duties: list[tuple[int, int]]) -> None:
    grid, somebody = grid_and_person(duties)
    first, last = one_duty(grid)
    mine = [on and first <= i <= last for i, on in enumerate(grid)]
    most = max(sum(mine[max(i, 0) : i + 96]) for i in range(NEED[0] - 96, NEED[-1] + 2))
    assert (rules.day_hours(case(CAPS), somebody) is not None) is (most > 64)


@given(DUTIES)
def test_rest_between_tours_is_found_as_on_a_grid(duties: list[tuple[int, int]]) -> None:
    grid, somebody = grid_and_person(duties)
    first, last = one_duty(grid)
    short = any(grid[max(first - 32, 0) : first]) or any(grid[last + 1 : last + 33])
    assert (rules.rest_between(case(CAPS), somebody) is not None) is short


@given(st.lists(st.tuples(st.integers(0, 7 * 24), st.integers(1, 8)), max_size=4))
def test_hours_ordered_in_seven_days_are_found_as_on_a_grid(orders: list[tuple[int, int]]) -> None:
    start, wanted = local(SINCE) - timedelta(days=8), need(until="2020-10-14T20:00")
    taken = set(range(8 * 24, 8 * 24 + 4))
    others, answers = [], []
    for number, (begin, length) in enumerate(orders):
        begin = begin if begin % 2 else begin + 8 * 24 + 4
        if taken.isdisjoint(range(begin, begin + length)):
            taken |= set(range(begin, begin + length))
            since = start + begin * HOUR
            others.append(replace(need(f"O{number}"), since=since, until=since + length * HOUR))
            answers.append(said("A", "ordered", start, f"O{number}"))
    most = max(len(taken & set(range(i, i + 7 * 24))) for i in range(8 * 24 - 7 * 24 + 1, 8 * 24 + 4))
    found = rules.mandatory_week(case(CAPS, wanted, answers, others, at=start), person("A"))
    assert (found is not None) is (most > 12), most
