"""The least set of reasons that clash, beside all the sets there are."""

from itertools import combinations
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from muster.services.clashes import Clash, Kept, least_clash

REASONS = tuple("abcdef")
sets = st.frozensets(st.sampled_from(REASONS))


@given(st.lists(sets, max_size=6), st.randoms(use_true_random=False))
def test_no_smaller_set_clashes_and_what_is_enough_is_enough(clashing: list[Kept], random: Random) -> None:
    """What clashes is whatever has all of one of some sets met by chance."""

    def can(kept: Kept) -> bool:
        return not any(some <= kept for some in clashing)

    def possible(kept: Kept) -> Kept | None:
        more = kept | frozenset(r for r in REASONS if random.random() < 0.5)
        return None if not can(kept) else more if can(more) else kept

    found = least_clash(REASONS, possible)
    every = [frozenset(some) for size in range(len(REASONS) + 1) for some in combinations(REASONS, size)]
    clashes = [some for some in every if not can(some)]
    if not clashes:
        assert found is None
        return
    assert found is not None
    assert not can(frozenset(found.reasons))
    assert len(found.reasons) == len(clashes[0])
    assert list(found.enough) == [r for r in REASONS if can(frozenset(REASONS) - {r})]


def test_what_is_impossible_without_any_reason_is_a_clash_of_none() -> None:
    assert least_clash(REASONS, lambda _: None) == Clash((), ())


def test_what_is_known_already_is_not_asked() -> None:
    fine: list[Kept] = []
    clashing: list[Kept] = []

    def possible(kept: Kept) -> Kept | None:
        assert not any(kept <= some for some in fine)
        assert not any(some <= kept for some in clashing)
        can = not {"b", "e"} <= kept
        (fine if can else clashing).append(kept)
        return kept if can else None

    assert least_clash(REASONS, possible) == Clash(("b", "e"), ("b", "e"))
    assert len(fine) + len(clashing) < 2 ** len(REASONS) / 2


def questions(*clashing: str) -> int:
    """How many are asked when no more is ever kept than was asked for, where these sets clash."""
    asked: list[Kept] = []

    def possible(kept: Kept) -> Kept | None:
        asked.append(kept)
        return None if any(frozenset(some) <= kept for some in clashing) else kept

    assert least_clash(REASONS, possible) == Clash(tuple(clashing[0]), tuple(clashing[0]))
    return len(asked)


def test_a_clash_of_the_first_reason_alone_takes_three_questions() -> None:
    assert questions("a") == 3


def test_what_is_left_to_keep_when_all_but_one_are_kept_is_not_asked() -> None:
    others = len(REASONS) - 1
    assert questions("b") == 3 + others + 1, "all, without the first, and none; the others one by one; b"
