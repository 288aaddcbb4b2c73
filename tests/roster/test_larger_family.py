"""Problems of the sizes of the larger public instances: they load, are solved as far as the effort goes, and bounded.

None is solved to the end here, so a bound is held to the roster of another seed as well: it may exceed neither.
"""

import pytest

from muster.roster.budget import Budget
from muster.roster.curtois import read_curtois
from muster.roster.solve import solve
from tests.roster.curtois_text import curtois_text
from tests.roster.family import LARGER, Size, drawn

EFFORT, LITTLE = 5000, 50
SOLVED = (13, 16)


@pytest.mark.parametrize(("number", "size"), LARGER.items())
def test_a_problem_of_a_larger_size_is_written_and_read(number: int, size: Size) -> None:
    instance = drawn(size, number)
    assert (len(instance.members), instance.days, len(instance.tours)) == (size.members, 7 * size.weeks, size.tours)
    assert read_curtois(curtois_text(instance), f"Instance{number}") == instance


@pytest.mark.parametrize("number", SOLVED)
def test_a_larger_problem_has_a_roster_without_a_breach_and_a_bound_that_holds(number: int) -> None:
    instance = drawn(LARGER[number], number)
    result = solve(instance, Budget(effort=EFFORT), seed=1)
    other = solve(instance, Budget(effort=LITTLE), seed=2)
    for found in (result, other):
        assert found.breaches == ()
        assert found.unsolved == {}
    most = min(result.penalty.total, other.penalty.total)
    assert 0 < other.bound <= most
    assert 0 < result.bound <= most
