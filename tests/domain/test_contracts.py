"""Contracts: which is meant by a name, and that the page on calling in tells each rule with its source."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from muster.domain.contracts import RULES, SHIPPED_CONTRACTS, CallInRule, Contract, contract_named
from muster.domain.errors import Unknown

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "calling-in.md"


def test_a_force_s_own_rows_go_before_a_shipped_contract_of_the_name() -> None:
    rows = [
        CallInRule(contract="rotating", rule="offers", words=("seniority",), source="art. 1"),
        CallInRule(contract="rotating", rule="no-show-days", number=10, source="art. 2"),
        CallInRule(contract="rotating", rule="day-break", number=10, source="art. 3"),
        CallInRule(contract="other", rule="orders", words=("none",), source="art. 4"),
    ]
    own = contract_named("rotating", rows)
    assert (own.word("offers"), own.word("orders"), own.words("drops")) == ("seniority", "", ())
    assert (own.span("no-show-days"), own.span("day-break")) == (timedelta(days=10), timedelta(hours=10))
    assert (own.span("day-hours"), own.span("offers"), own.source("day-break")) == (None, None, "art. 3")
    assert contract_named("rotating", rows[3:]) is SHIPPED_CONTRACTS["rotating"]


def test_a_contract_that_nobody_has_is_unknown() -> None:
    with pytest.raises(
        Unknown, match="contract 'none': must be one of equalisation, rotating, seniority, or have rows"
    ):
        contract_named("none")


@pytest.mark.parametrize("contract", SHIPPED_CONTRACTS.values(), ids=lambda c: c.name)
def test_a_shipped_contract_holds_to_what_a_directory_is_held_to(contract: Contract) -> None:
    terms = contract.terms
    for rule, term in terms.items():
        kind = RULES[rule]
        assert (term.number is None) is bool(kind.words)
        assert set(term.words) <= set(kind.words)
    assert {"offers", "orders"} <= terms.keys()


def test_the_page_tells_every_rule_and_its_words() -> None:
    told = dict(
        re.findall(r"^\| `([\w-]+)` \| ([\w, -]+) \| .{15,} \|$", PAGE.read_text("utf-8").split("### ")[0], re.M)
    )
    assert told == {rule: ", ".join(kind.words) or kind.unit for rule, kind in RULES.items()}


def test_the_page_has_every_shipped_contract_with_the_source_of_each_rule() -> None:
    sections = PAGE.read_text("utf-8").split("### `")[1:]
    told = {s.split("`")[0]: re.findall(r"^\| `([\w-]+)` \| (.*) \| (.*) \|$", s, re.M) for s in sections}
    assert told == {
        c.name: [
            (rule, " ".join(term.words) if term.number is None else str(term.number), term.source)
            for rule, term in c.terms.items()
        ]
        for c in SHIPPED_CONTRACTS.values()
    }
