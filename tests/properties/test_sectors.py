"""Sectors against every way there is to fill them, over small tours drawn at random."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.sectoring import Hand, assigned, shared_out
from muster.domain.sectors import Sector
from muster.domain.span import SpanLimit

NAMES, MEMBERS = "ABC", ("M1", "M2", "M3", "M4", "M5")
STANDINGS = {"PO": 1, "SGT": 2}
Tour = tuple[list[Sector], list[Hand]]


def sector(name: str, order: int, least: int, most: int, **more: Any) -> Sector:
    return Sector(unit="U", sector=name, tour="night", order=order, least=least, most=most, **more)


@st.composite
def tours(draw: Any, *, hands: bool = True) -> Tour:
    sectors = []
    for name in NAMES[: draw(st.integers(1, 3))]:
        least = draw(st.integers(0, 2))
        most = max(1, least + draw(st.integers(0, 2)))
        rank = draw(st.sampled_from((None, None, "SGT")))
        boat = draw(st.sampled_from((None, None, "boat")))
        sectors.append(sector(name, draw(st.integers(1, 2)), least, most, rank=rank, qualification=boat))
    people = []
    for member in MEMBERS[: draw(st.integers(0, 5))]:
        had = draw(st.sampled_from((None, *NAMES)))
        known = had in {s.sector for s in sectors}
        people.append(
            Hand(
                member,
                standing=draw(st.integers(1, 2)),
                qualifications=frozenset({"boat"} if draw(st.booleans()) else ()),
                had=had,
                stands=hands and draw(st.booleans()),
                by_hand=hands and known and draw(st.integers(0, 5)) == 0,
            )
        )
    return sectors, people


def may(hand: Hand, s: Sector) -> bool:
    """Whether a sector is for somebody, read off the declarations."""
    return (s.rank is None or hand.standing >= 2) and (s.qualification is None or "boat" in hand.qualifications)


def ways(sectors: Sequence[Sector], hands: Sequence[Hand]) -> Iterator[dict[str, str]]:
    """Every way to send members to sectors that takes them, with no sector over its most."""
    choices = [[None, *(s.sector for s in sectors if may(h, s))] for h in hands]
    most = {s.sector: s.most for s in sectors}
    for picked in product(*choices):
        way = {h.member: place for h, place in zip(hands, picked, strict=True) if place is not None}
        if all(n <= most[place] for place, n in Counter(way.values()).items()):
            yield way


def slots(sectors: Sequence[Sector], way: Mapping[str, str]) -> tuple[bool, ...]:
    """Which places of the sectors are filled, in the order in which they are to be: the least of each, then round by
    round."""
    of, ordered = Counter(way.values()), sorted(sectors, key=lambda s: (s.order, s.sector))
    first = [of[s.sector] >= n for s in ordered for n in range(1, s.least + 1)]
    more = [
        of[s.sector] >= s.least + n for n in range(1, 3) for s in ordered if s.least + n <= s.most
    ]  # fmt: skip
    return (*first, *more)


def keepers(hands: Sequence[Hand], way: Mapping[str, str]) -> int:
    return sum(way.get(h.member) == h.had is not None for h in hands)


@settings(max_examples=300)
@given(tours(hands=False))
def test_no_way_fills_an_earlier_place_and_none_that_fills_as_many_lets_more_keep_their_sector(tour: Tour) -> None:
    sectors, hands = tour
    way = assigned(sectors, hands, STANDINGS)
    others = list(ways(sectors, hands))
    assert way in others
    best = max(slots(sectors, other) for other in others)
    assert slots(sectors, way) == best
    known = {s.sector for s in sectors}
    assert cost(hands, known, way) == min(cost(hands, known, o) for o in others if slots(sectors, o) == best)


def cost(hands: Sequence[Hand], known: set[str], way: Mapping[str, str]) -> int:
    """0 for who has what they had, 1 for who had nothing here, 2 for who is moved."""
    of = {h.member: h.had for h in hands}
    return sum(0 if place == of[m] else 2 if of[m] in known else 1 for m, place in way.items())


@settings(max_examples=300)
@given(tours())
def test_no_sector_is_under_its_least_while_somebody_for_it_could_be_spared(tour: Tour) -> None:
    sectors, hands = tour
    way = assigned(sectors, hands, STANDINGS)
    of, ordered = Counter(way.values()), sorted(sectors, key=lambda s: (s.order, s.sector))
    place = {s.sector: n for n, s in enumerate(ordered)}
    for n, s in enumerate(ordered):
        for h in hands:
            if of[s.sector] < s.least and may(h, s) and not h.by_hand:
                mine = way.get(h.member)
                assert mine is not None, "somebody assignable stands unassigned"
                there = ordered[place[mine]]
                assert of[mine] <= there.least, "a sector above its least has them"
                assert place[mine] <= n, "a sector of lower priority has them"
    for h in hands:
        if h.by_hand:
            assert way[h.member] == h.had
        elif h.member in way:
            assert may(h, ordered[place[way[h.member]]])
        else:
            assert all(of[s.sector] >= s.most for s in sectors if may(h, s))
    by_hand = Counter(h.had for h in hands if h.by_hand)
    assert all(n <= max(by_hand[s], ordered[place[s]].most) for s, n in of.items())


@settings(max_examples=200)
@given(tours(), st.randoms(use_true_random=False))
def test_the_order_of_what_comes_in_makes_no_difference_and_called_again_nobody_moves(tour: Tour, chance: Any) -> None:
    sectors, hands = tour
    way = assigned(sectors, hands, STANDINGS)
    mixed = [*sectors], [*hands]
    for each in mixed:
        chance.shuffle(each)
    assert assigned(*mixed, STANDINGS) == way
    again = [
        Hand(h.member, h.standing, h.qualifications, way.get(h.member), stands=True, by_hand=h.by_hand) for h in hands
    ]
    assert assigned(sectors, again, STANDINGS) == way


@settings(max_examples=200)
@given(tours(hands=False))
def test_who_comes_late_moves_nobody_but_for_a_least(tour: Tour) -> None:
    sectors, hands = tour
    if not hands:
        return
    *first, late = hands
    before = assigned(sectors, first, STANDINGS)
    standing = [Hand(h.member, h.standing, h.qualifications, before.get(h.member), stands=True) for h in first]
    after = assigned(sectors, [*standing, Hand(late.member, late.standing, late.qualifications)], STANDINGS)
    of = Counter(after.values())
    for h in first:
        if h.member in before and after.get(h.member) != before[h.member]:
            now = next(s for s in sectors if s.sector == after[h.member])
            assert of[now.sector] <= now.least or any(s.rank or s.qualification for s in sectors)
    assert before.keys() <= after.keys()


@settings(max_examples=200)
@given(st.lists(st.integers(0, 5), max_size=5), st.integers(0, 3), st.integers(5, 8))
def test_nobody_supervises_more_than_the_span_where_it_can_be_helped(
    numbers: list[int], supervisors: int, most: int
) -> None:
    sizes = {f"S{n}": size for n, size in enumerate(numbers)}
    people = [f"L{n}" for n in range(supervisors)]
    dealt = shared_out(sizes, reversed(people), SpanLimit(most, "a trial"))
    assert dealt.keys() == ({s for s in sizes if sizes[s]} if people else set())
    assert all(len(who) == 1 for who in dealt.values()), "no sector has more members than the limit"
    every = product(people, repeat=len(sizes))
    least = min((max(loads(dict(zip(sizes, who, strict=True)), sizes)) for who in every), default=0) if people else 0
    if people and least <= most:
        assert max(loads({s: who[0] for s, who in dealt.items()}, sizes)) <= most


def loads(dealt: Mapping[str, str], sizes: Mapping[str, int]) -> list[int]:
    return [sum(sizes[s] for s, who in dealt.items() if who == p) for p in {*dealt.values()}] or [0]


@settings(max_examples=100)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=4), st.integers(2, 10))
def test_a_sector_of_more_than_the_span_has_as_many_supervisors_as_keep_it(numbers: list[int], most: int) -> None:
    sizes = {f"S{n}": size for n, size in enumerate(numbers)}
    needed = {s: -(-size // most) for s, size in sizes.items()}
    dealt = shared_out(sizes, [f"L{n:02}" for n in range(sum(needed.values()))], SpanLimit(most, "a trial"))
    assert {s: len(who) for s, who in dealt.items()} == needed
    everybody = [who for of in dealt.values() for who in of]
    assert len(everybody) == len({*everybody}), "nobody has two parts while there is somebody with none"
