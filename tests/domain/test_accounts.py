"""Claims: which parameters they take, and when two of them differ."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from muster.domain.accounts import Claim, differ
from muster.domain.claims import PROPOSITIONS, allowed, needed
from muster.domain.schema import columns_of

DAY = date(2020, 10, 13)


def at(day: int) -> datetime:
    return datetime(2020, 10, day, tzinfo=UTC)


def claim(says: str, **more: Any) -> Claim:
    given: dict[str, Any] = {"words": "w", **more}
    return Claim(account="P", claim="c", subject="s", says=says, **given)


@pytest.mark.parametrize("says", PROPOSITIONS)
def test_every_proposition_says_which_parameters_are_missing(says: str) -> None:
    bare = Claim(account="P", claim="c", subject="s", says=says, words="w")
    missing = {m.parameter for m in bare.misfits()}
    assert set(needed(PROPOSITIONS[says])) <= missing
    assert missing <= {*allowed(PROPOSITIONS[says])}


def test_every_parameter_is_a_column_of_a_claim() -> None:
    columns = {c.name for c in columns_of(Claim)}
    assert {name for p in PROPOSITIONS.values() for name in allowed(p)} <= columns


def test_parameters_that_do_not_fit_are_all_named() -> None:
    wrong = Claim(
        account="P", claim="c", subject="s", words="w", says="years-of-service", member="A", holder="CHIEF",
        compare="about", hours=3, start=at(2), end=at(1),
    )  # fmt: skip
    assert {m.parameter for m in wrong.misfits()} == {"holder", "compare", "hours", "start", "end", "years", "as_of"}


def test_a_period_of_duty_is_no_longer_than_a_year() -> None:
    long = claim("duty-hours", member="A", hours=1, start=at(1), end=at(1) + timedelta(days=367))
    assert [m.must for m in long.misfits()] == ["must be at most 366 days after start"]


def test_claims_differ_when_two_of_a_kind_say_different_things() -> None:
    young, old = claim("age", years=41), claim("age", years=43)
    assert differ([young, old])
    assert not differ([young, replace(young, account="M")])
    assert not differ([young, claim("other", words="forty or so")])
    assert differ([claim("other", words="resigned"), claim("other", words="was told to go")])


def test_readings_of_one_sentence_do_not_dispute_each_other() -> None:
    whole = claim("strength", number=22_000, as_of=DAY, reading="the whole force")
    part = replace(whole, number=21_000, reading="its patrol part", claim="d")
    assert not differ([whole, part])
    assert differ([whole, replace(part, account="M")])


def test_a_wider_period_does_not_dispute_a_narrower_one_in_it() -> None:
    late = claim("appointed", position="CHIEF", start=at(1), end=at(10))
    assert not differ([late, replace(late, start=at(5))])
    assert differ([late, replace(late, start=at(10), end=at(11))])


def test_positions_held_one_after_the_other_are_no_dispute() -> None:
    assert not differ([claim("held-position", position="PCT-1"), claim("held-position", position="PCT-2")])
