"""Contracts on call-ins and hold-overs: rules that Muster keeps, each with what it needs."""

from collections.abc import Iterator
from typing import Final

from muster.domain.checks.indexed import Indexed, Rule, grouped
from muster.domain.contracts import NEEDED, SHIPPED_CONTRACTS, CallInRule
from muster.domain.contracts import RULES as KNOWN
from muster.domain.directory import Placed
from muster.domain.errors import Fault
from muster.domain.force import Force
from muster.domain.nearest import did_you_mean


def unknown_contract(rows: Indexed) -> Iterator[Fault]:
    """The contract that holds is shipped, or rows of call-in.csv."""
    known = {placed.row.contract for placed in rows.of(CallInRule)} | set(SHIPPED_CONTRACTS)
    for placed in rows.of(Force):
        if placed.row.contract not in known and rows.directory.is_whole(CallInRule):
            must = f"must be {', '.join(sorted(SHIPPED_CONTRACTS))} or a contract of call-in.csv"
            yield rows.fault(placed, "contract", must + did_you_mean(placed.row.contract, known))


def unknown_contract_rule(rows: Indexed) -> Iterator[Fault]:
    """Rules of a contract are those that Muster keeps."""
    for placed in rows.of(CallInRule):
        if placed.row.rule not in KNOWN:
            must = f"must be one of {', '.join(KNOWN)}{did_you_mean(placed.row.rule, KNOWN)}"
            yield rows.fault(placed, "rule", must)


def number_or_words(rows: Indexed) -> Iterator[Fault]:
    """A rule has what it is about: a number, or words that Muster knows."""
    for placed in rows.of(CallInRule):
        kind = KNOWN.get(placed.row.rule)
        if kind is None:
            continue
        if kind.words:
            yield from _words(rows, placed, kind.words, several=kind.several)
            continue
        if placed.row.number is None or placed.row.number < kind.least:
            yield rows.fault(placed, "number", f"must be a number of {kind.unit}, {kind.least} or more")
        if placed.row.words:
            yield rows.fault(placed, "words", "must be empty: the rule has a number")


def _words(rows: Indexed, placed: Placed[CallInRule], known: tuple[str, ...], *, several: bool) -> Iterator[Fault]:
    words = placed.row.words
    good = bool(words) and set(words) <= set(known) and len(set(words)) == len(words) and (several or len(words) == 1)
    if not good:
        how = "one or more of" if several else "one of"
        yield rows.fault(placed, "words", f"must be {how} {', '.join(known)}")
    if placed.row.number is not None:
        yield rows.fault(placed, "number", "must be empty: the rule has words")


def half_a_contract(rows: Indexed) -> Iterator[Fault]:
    """A contract says who is asked and who is ordered, and has no half of a pair of rules."""
    for contract, found in grouped(rows.of(CallInRule), lambda r: r.contract).items():
        rules = {placed.row.rule: placed.row for placed in found}
        missing = [rule for rule in NEEDED if rule not in rules]
        if "day-hours" in rules and "day-break" not in rules:
            missing.append("day-break")
        if "offers" in rules and "rotating" in rules["offers"].words and "drops" not in rules:
            missing.append("drops")
        if missing:
            must = f"must also have the rules {', '.join(missing)} in contract {contract}"
            yield rows.fault(found[0], "rule", must)


RULES: Final[tuple[Rule, ...]] = (
    unknown_contract,
    unknown_contract_rule,
    number_or_words,
    half_a_contract,
)
