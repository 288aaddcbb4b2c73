"""The order of the list against plain readings of the contract: queues moved by hand, and every permutation tried."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import combinations, permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muster.domain.calling_case import Person
from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.calling_list import Line, OvertimeList, overtime_list
from tests.calling import case, contract, need, person, said, unwanted, worked
from tests.ground import local

MEMBERS = ("A", "B", "C", "D")
BEFORE = local("2020-03-02T10:00")


def names(lines: Sequence[Line]) -> list[str]:
    return [line.member for line in lines]


def earlier(number: int) -> CallIn:
    """A call-in of an earlier day."""
    return need(f"E{number}", f"2020-03-{number + 2:02}T16:00", f"2020-03-{number + 2:02}T20:00")


@pytest.mark.parametrize("drops", ["accepted refused", "accepted refused not-reached", "accepted"])
def test_a_rotating_list_is_a_queue_in_which_these_answers_go_to_the_bottom(drops: str) -> None:
    rules = contract(offers="rotating", drops=drops)
    people = [person(name) for name in MEMBERS]
    steps = list(product(MEMBERS, ("accepted", "refused", "not-reached")))
    for story in product(steps, repeat=3):
        queue = list(MEMBERS)
        answers = []
        for number, (member, what) in enumerate(story):
            answers.append(said(member, what, BEFORE + timedelta(days=number), f"E{number}"))
            if what in drops.split():
                queue.append(queue.pop(queue.index(member)))
        found = overtime_list(case(rules, answers=answers, others=[earlier(n) for n in range(3)]), people)
        assert names(found.offers) == queue, story


def test_orders_by_a_rotating_list_fall_first_on_who_was_not_ordered_or_longest_ago() -> None:
    rules = contract(orders="rotating")
    people = [person(name) for name in MEMBERS]
    for story in product(MEMBERS, repeat=3):
        queue = list(reversed(MEMBERS))
        for member in story:
            queue.append(queue.pop(queue.index(member)))
        answers = [said(m, "ordered", BEFORE + timedelta(days=n), f"E{n}") for n, m in enumerate(story)]
        found = overtime_list(case(rules, answers=answers, others=[earlier(n) for n in range(3)]), people)
        assert names(found.orders) == queue, story


Before = Callable[[str, str], bool]


def up(found: OvertimeList) -> tuple[str, str] | None:
    """Who is next, and for what."""
    return (found.next.part, found.next.member) if found.next else None


def the_only_order(members: Sequence[str], before: Before) -> list[str]:
    """The one permutation in which everybody stands before everybody whom they are to stand before."""
    fits = [p for p in permutations(members) if all(before(a, b) for a, b in combinations(p, 2))]
    assert len(fits) == 1, fits
    return list(fits[0])


JOINED = st.sampled_from([None, "2001-05-07", "2010-01-04", "2019-11-25"])
HOURS = st.sampled_from([0, 1, 4, 8])
FORCE = st.lists(st.tuples(JOINED, HOURS, HOURS), min_size=1, max_size=5)


def a_force(said_of: Sequence[tuple[str | None, int, int]]) -> tuple[list[Person], list[CallInAnswer], list[CallIn]]:
    """Members with overtime worked and hours refused this year, and as much of both in the year before."""
    people, answers, others = [], [], []
    for number, (joined, overtime, refused) in enumerate(said_of):
        name = f"M{number}"
        hours = [worked(name, f"{year}-02-03T10:00", overtime, "hold-over") for year in (2019, 2020) if overtime]
        hours += [worked(name, "2020-02-10T08:00", 8), worked(name, "2020-02-11T08:00", 3, "court")]  # no overtime
        people.append(person(name, joined, hours))
        for year in (2019, 2020) if refused else ():
            others.append(need(f"R{year}-{name}", f"{year}-04-01T10:00", f"{year}-04-01T{10 + refused}:00"))
            answers.append(said(name, "refused", f"{year}-03-31T10:00", others[-1].call_in))
    return people, answers, others


def is_senior(joined: dict[str, str | None]) -> Before:
    def before(a: str, b: str) -> bool:
        one, other = joined[a], joined[b]
        if one is None or other is None:
            return a < b if one is other else other is None
        return (one, a) < (other, b)

    return before


@given(FORCE, st.booleans())
def test_the_equalisation_list_asks_first_who_has_the_least_overtime_this_year(
    force: list[tuple[str | None, int, int]], counted: bool
) -> None:
    people, answers, others = a_force(force)
    rules = contract(offers="equalisation", refused_hours="counted" if counted else "not-counted")
    hours = {f"M{n}": overtime + (refused if counted else 0) for n, (_, overtime, refused) in enumerate(force)}
    senior = is_senior({f"M{n}": joined for n, (joined, _, _) in enumerate(force)})

    def before(a: str, b: str) -> bool:
        return hours[a] < hours[b] or (hours[a] == hours[b] and senior(a, b))

    found = overtime_list(case(rules, answers=answers, others=others), people)
    assert names(found.offers) == the_only_order(list(hours), before)
    assert [line.overtime + line.refused for line in found.offers] == [
        timedelta(hours=hours[m]) for m in names(found.offers)
    ]


@given(FORCE)
def test_offers_go_by_seniority_and_orders_the_other_way_round(force: list[tuple[str | None, int, int]]) -> None:
    people, _, _ = a_force(force)
    found = overtime_list(case(contract(offers="seniority", orders="inverse-seniority"), need()), people)
    joined = {f"M{n}": joined for n, (joined, _, _) in enumerate(force)}
    assert names(found.offers) == the_only_order(list(joined), is_senior(joined))
    known = [m for m in names(found.offers) if joined[m]]
    assert names(found.orders)[: len(known)] == known[::-1]
    assert not any(joined[m] for m in names(found.orders)[len(known) :])


def test_who_refused_and_came_all_the_same_is_not_charged_twice() -> None:
    other = need("E1", "2020-03-03T16:00", "2020-03-03T20:00")
    answers = [said("A", "refused", BEFORE, "E1"), said("A", "ordered", BEFORE + timedelta(hours=1), "E1")]
    hours = [worked("A", "2020-03-03T16:00", 4, "call-in")]
    rules = contract(offers="equalisation", refused_hours="counted")
    line = overtime_list(case(rules, answers=answers, others=[other]), [person("A", records=hours)]).offers[0]
    assert (line.overtime, line.refused) == (timedelta(hours=4), timedelta(0))


def test_promised_hours_are_charged_before_they_are_worked() -> None:
    other = need("TOMORROW", "2020-10-16T08:00", "2020-10-16T14:00")
    found = overtime_list(
        case(contract(offers="equalisation"), answers=[said("A", "accepted", BEFORE, "TOMORROW")], others=[other]),
        [person("A"), person("B")],
    )
    assert names(found.offers) == ["B", "A"]
    assert found.offers[1].overtime == timedelta(hours=6)


def listed(*answers: CallInAnswer, needed: int = 1) -> OvertimeList:
    """Four members, asked by seniority, with these answers."""
    rules = contract(offers="seniority", orders="inverse-seniority")
    return overtime_list(case(rules, need(needed=needed), answers), [person(name) for name in MEMBERS])


def test_nobody_is_ordered_while_somebody_can_be_asked() -> None:
    found = listed(said("A", "refused", "2020-10-14T10:00"))
    assert found.ahead_of("order", "D") == ["B", "C"]
    assert found.ahead_of("order", "C") == ["B", "D"]
    assert up(found) == ("offer", "B")


def test_when_all_were_asked_the_last_to_join_is_ordered_and_who_was_not_reached_is_not_waited_for() -> None:
    asked = [said(m, "refused", "2020-10-14T10:00") for m in "ABC"]
    found = listed(*asked, said("D", "not-reached", "2020-10-14T10:00"))
    assert up(found) == ("order", "C")
    assert found.ahead_of("order", "B") == ["C"]
    assert found.ahead_of("order", "C") == []


def test_the_list_ends_when_as_many_come_as_are_needed() -> None:
    comes = said("A", "accepted", "2020-10-14T10:00")
    assert up(listed(comes)) is None
    two = listed(comes, needed=2)
    assert (two.missing, up(two)) == (1, ("offer", "B"))
    gone = listed(comes, said("A", "no-show", "2020-10-14T11:00"))
    assert up(gone) == ("offer", "B")


STATES = ("waits", "unwanted", "refused", "not-reached", "accepted", "excused")


@pytest.mark.parametrize("needed", [1, 3])
def test_who_is_next_and_who_is_ahead_in_every_state_of_four_members(needed: int) -> None:
    rules = contract(offers="seniority", orders="inverse-seniority")
    people = [person(name) for name in MEMBERS]
    for states in product(STATES, repeat=len(MEMBERS)):
        state = dict(zip(MEMBERS, states, strict=True))
        answers = [said(m, s, "2020-10-14T10:00") for m, s in state.items() if s not in ("waits", "unwanted")]
        wishes = [unwanted(m, "2020-10-01") for m, s in state.items() if s == "unwanted"]
        found = overtime_list(case(rules, need(needed=needed), answers, unasked=wishes), people)
        to_ask = [m for m in MEMBERS if state[m] == "waits"]
        to_order = [m for m in reversed(MEMBERS) if state[m] in ("waits", "unwanted", "refused")]
        filled = states.count("accepted") >= needed
        turns = [("offer", m) for m in to_ask] + [("order", m) for m in to_order]
        assert up(found) == (None if filled or not turns else turns[0]), state
        for m in MEMBERS:
            assert found.ahead_of("offer", m) == [o for o in to_ask if o < m], state
            ahead = {o for o in to_ask if o != m} | {o for o in to_order if o > m}
            assert set(found.ahead_of("order", m)) == ahead, state


def test_somebody_who_is_not_on_the_list_comes_after_all() -> None:
    assert listed().ahead_of("offer", "Z") == list(MEMBERS)


def test_answers_after_the_instant_are_not_known_to_it() -> None:
    assert listed(said("A", "accepted", "2020-10-14T12:01")).next == listed().next


@given(st.lists(st.tuples(st.sampled_from(MEMBERS), st.sampled_from(["refused", "accepted"])), max_size=4))
def test_two_lists_have_one_digest_only_if_they_say_the_same(story: list[tuple[str, str]]) -> None:
    answers = [said(m, what, BEFORE + timedelta(minutes=n)) for n, (m, what) in enumerate(story)]
    one, other = listed(*answers), listed()
    assert (one.digest == other.digest) == (one == other)
