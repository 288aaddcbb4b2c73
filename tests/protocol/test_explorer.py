"""The explorer on worlds of a few numbers, whose answers are plain."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from tests.protocol.explorer import Move, explore


@dataclass
class Numbers:
    """From each number on to some others; a way to a number below 0 is wrong."""

    ways: Mapping[int, Sequence[int]]
    ends: Sequence[int] = ()
    people: Mapping[int, Sequence[int]] = field(default_factory=dict)

    def start(self) -> int:
        return 0

    def moves(self, state: int) -> Iterable[Move[int]]:
        for to in self.ways.get(state, ()):
            yield Move(f"to {to}", to, eager=True, wrong=("below 0",) if to < 0 else ())
        for to in self.people.get(state, ()):
            yield Move(f"somebody goes to {to}", to)

    def done(self, state: int) -> bool:
        return state in self.ends

    def same(self, state: int) -> Hashable:
        return state


def test_every_state_is_reached_once_and_nothing_is_wrong() -> None:
    found = explore(Numbers({0: [1, 2], 1: [3], 2: [3]}, ends=[3]))
    assert (sorted(found.states), found.moves, found.wrong) == ([0, 1, 2, 3], 4, None)


def test_the_path_to_what_is_wrong_is_a_shortest_one() -> None:
    found = explore(Numbers({0: [1, 2], 1: [3], 3: [4], 4: [-1], 2: [4]}))
    assert found.wrong is not None
    assert str(found.wrong) == "below 0\n  1. to 2\n  2. to 4\n  3. to -1"


def test_a_dead_end_is_found_though_another_way_goes_on() -> None:
    found = explore(Numbers({0: [1, 2], 1: [3]}, ends=[3]))
    assert found.wrong is not None
    assert (found.wrong.says, found.wrong.path) == ("it ends here, and nobody has it", ("to 2",))


def test_going_round_in_circles_is_found_though_there_is_a_way_out() -> None:
    found = explore(Numbers({0: [1], 1: [2], 2: [0, 3]}, ends=[3]))
    assert found.wrong is not None
    assert found.wrong.says == "it goes round in circles, and nobody has it"


def test_what_only_people_can_bring_about_does_not_come_about_by_itself() -> None:
    found = explore(Numbers({0: [1]}, ends=[2], people={1: [2]}))
    assert found.wrong is not None
    assert found.wrong.path == ("to 1",)


def test_a_world_that_is_not_small_is_refused() -> None:
    with pytest.raises(AssertionError, match="more than 3 states"):
        explore(Numbers({number: [number + 1] for number in range(9)}, ends=[9]), most=3)
