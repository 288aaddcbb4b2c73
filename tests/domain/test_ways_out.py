"""The cheapest set of ways out, against all sets."""

from datetime import UTC, date, datetime
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.ways_out import Cost, Fill, Left, Post, Way, cheapest

AT = datetime(2020, 10, 20, tzinfo=UTC)
POSTS = [Post("U", date(2020, 10, 20), f"T{n}", "officers") for n in range(3)]
ROOM = {post: n for n, post in enumerate(POSTS)}
"""How many each of them can spare: none, one, two."""
COSTS = [Cost(), Cost(moved=1), Cost(lent=1), Cost(overtime_minutes=225, place=2), Cost(overtime_minutes=450, place=1),
         Cost(waivers=1, moved=1)]  # fmt: skip


@st.composite
def ways(draw: st.DrawFn) -> Way:
    """A way of one of a few members, with one of a few costs, that takes from some of the covers."""
    uses = draw(st.lists(st.sampled_from(POSTS), max_size=2, unique=True))
    lefts = tuple(Left(post, ROOM[post] + 5, 5, ROOM[post] + 4) for post in uses)
    cost = draw(st.sampled_from(COSTS))
    member = draw(st.sampled_from("ABCDEFGHIJ"))
    return Way("move", member, member, (AT, AT), True, (AT, AT), cost, "", lefts)


fills = st.lists(
    st.lists(ways(), min_size=1, max_size=2).map(lambda of: Fill(tuple(of))), min_size=4, max_size=9
).filter(lambda found: all(len(set(fill.members)) == len(fill.members) for fill in found))


def may_be(chosen: tuple[Fill, ...]) -> bool:
    """Nobody twice, and every cover keeps its minimum."""
    members = [m for fill in chosen for m in fill.members]
    taken = [x.post for fill in chosen for way in fill.ways for x in way.uses]
    return len(set(members)) == len(members) and all(taken.count(post) <= ROOM[post] for post in POSTS)


def price(chosen: tuple[Fill, ...]) -> list[int]:
    """What a set costs, number by number in their order."""
    costs = [way.cost for fill in chosen for way in fill.ways]
    return [
        sum(getattr(cost, name) for cost in costs)
        for name in ("waivers", "overtime_minutes", "leaves_moved", "called_from_days_off", "held_or_early", "lent",
                     "moved", "place")
    ]  # fmt: skip


@settings(max_examples=200)
@given(fills, st.integers(1, 3))
def test_no_set_fills_more_and_none_that_fills_as_many_is_cheaper(found: list[Fill], wanted: int) -> None:
    best = tuple(cheapest(found, wanted))
    sets = [c for size in range(wanted + 1) for c in combinations(found, size) if may_be(c)]
    most = max(len(c) for c in sets)
    assert may_be(best)
    assert len(best) == most
    assert price(best) == min(price(c) for c in sets if len(c) == most)


def test_a_waiver_costs_more_than_any_overtime_and_overtime_more_than_any_call_from_a_day_off() -> None:
    dear, waived, called = Cost(overtime_minutes=10**6), Cost(waivers=1), Cost(called_from_days_off=9, place=9)
    assert sorted([waived, dear, called]) == [called, dear, waived]


def test_as_many_as_are_wanted_are_taken_of_those_who_cost_the_same() -> None:
    """And no one else instead, whom only a greater cost would bring in."""
    same = [Fill((_way(m, Cost(moved=1)),)) for m in "ABC"]
    assert [f.members for f in cheapest([Fill((_way("D", Cost(lent=1)),)), *same], 3)] == [("A",), ("B",), ("C",)]


def test_what_was_tried_and_given_up_is_free_again() -> None:
    """A takes the one place that can be spared: two only fit without A."""
    a, b = _way("A", Cost(), POSTS[1], POSTS[2]), _way("B", Cost(moved=1), POSTS[2])
    pair = Fill((_way("C", Cost(moved=2), POSTS[1]), _way("D", Cost(moved=2), POSTS[2])))
    assert [f.members for f in cheapest([Fill((a,)), Fill((b,)), pair], 2)] == [("A",), ("B",)]
    assert [f.members for f in cheapest([Fill((a,)), pair], 2)] == [("A",)]
    e = Fill((_way("E", Cost(moved=9), POSTS[1]),))
    other = Fill((_way("A", Cost(moved=3)),))
    assert [f.members for f in cheapest([Fill((a,)), other, e], 2)] == [("A",), ("E",)]


def _way(member: str, cost: Cost, *uses: Post) -> Way:
    lefts = tuple(Left(post, ROOM[post] + 5, 5, ROOM[post] + 4) for post in uses)
    return Way("move", member, member, (AT, AT), True, (AT, AT), cost, "", lefts)


def test_who_could_come_in_two_ways_leaves_room_for_somebody_else() -> None:
    fills = [Fill((_way(m, Cost(moved=1)),)) for m in "AAB"]
    assert sorted(f.members for f in cheapest(fills, 2)) == [("A",), ("B",)]
