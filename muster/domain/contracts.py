"""Contract rules as data: who is asked to work more, who is then ordered to, in which order, and what bars it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Final

from muster.domain.errors import Unknown
from muster.domain.schema import Row, column, ref, text, whole

PUBLISHED: Final = "clauses of police labour contracts, as collected on lawinsider.com and elsewhere"
CONNECTICUT: Final = "a Connecticut police contract, as published: 16 h, then at least 4 h off"
OURS: Final = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInRule(Row):
    """A rule of a force's own contract on call-ins and hold-overs, with its source."""

    NOUN: ClassVar[str] = "call_in_rule"
    FILE: ClassVar[str] = "call-in.csv"

    contract: str = ref("the contract it belongs to", key=True)
    rule: str = ref("name of the rule, as docs/guide/calling-in.md lists them", key=True)
    number: int | None = whole("its number, for a rule of hours or days", least=0, most=9999, default=None)
    words: tuple[str, ...] = column("texts", "its words, for a rule that says what is done", default=())
    source: str = text("the article of the contract, the law or the order that sets it")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a rule may hold: one or more of these words, or, where there are none, a number of this unit."""

    says: str
    words: tuple[str, ...] = ()
    several: bool = False
    unit: str = "hours"
    least: int = 1


RULES: Final[Mapping[str, Kind]] = {
    "offers": Kind("who is asked first", ("equalisation", "seniority", "rotating", "none")),
    "same-shift-first": Kind("those whose own tour it is are asked before the others", ("yes", "no")),
    "refused-hours": Kind("whether hours that were refused count as worked", ("counted", "not-counted")),
    "drops": Kind(
        "rotating: the answers that put somebody to the bottom", ("accepted", "refused", "not-reached"), several=True
    ),
    "orders": Kind("who is ordered when nobody accepts", ("inverse-seniority", "rotating", "none")),
    "day-hours": Kind("at most so many hours in 24 without the break"),
    "day-break": Kind("time off that begins the 24 hours anew"),
    "rest-between": Kind("at least so many hours between tours"),
    "mandatory-week": Kind("at most so many hours ordered in 7 days"),
    "exempt-week": Kind("with so many hours of overtime in 7 days nobody is ordered"),
    "days-off-beside-leave": Kind("whether somebody is ordered on days off that touch leave", ("exempt", "ordered")),
    "no-show-days": Kind("who did not come is not asked for so many days", unit="days"),
}
"""Names of rules in ``call-in.csv``."""

NEEDED: Final = ("offers", "orders")
"""Rules without which a contract says nothing."""


@dataclass(frozen=True, slots=True)
class Term:
    """What a contract says in one rule, with its source: a number of hours or days, or words."""

    number: int | None
    words: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Contract:
    """The rules that hold together, by name. A rule that is not among them is one the contract does not have."""

    name: str
    terms: Mapping[str, Term]

    def word(self, rule: str) -> str:
        """The word of a rule; empty where the contract does not have it."""
        term = self.terms.get(rule)
        return term.words[0] if term and term.words else ""

    def words(self, rule: str) -> tuple[str, ...]:
        """All words of a rule."""
        return self.terms[rule].words if rule in self.terms else ()

    def span(self, rule: str) -> timedelta | None:
        """The number of a rule of hours or days, as a time; None where the contract does not have it."""
        term = self.terms.get(rule)
        if term is None or term.number is None:
            return None
        return timedelta(days=term.number) if RULES[rule].unit == "days" else timedelta(hours=term.number)

    def source(self, rule: str) -> str:
        """What sets the rule."""
        return self.terms[rule].source


def _contract(name: str, **said: tuple[int | str, str]) -> Contract:
    terms = {}
    for rule, (value, source) in said.items():
        number = value if isinstance(value, int) else None
        terms[rule.replace("_", "-")] = Term(number, tuple(value.split()) if isinstance(value, str) else (), source)
    return Contract(name, terms)


_CAPS: Final[Mapping[str, tuple[int | str, str]]] = {
    "day_hours": (16, CONNECTICUT),
    "day_break": (4, CONNECTICUT),
    "rest_between": (8, PUBLISHED),
    "mandatory_week": (12, PUBLISHED),
    "exempt_week": (12, PUBLISHED),
    "days_off_beside_leave": ("exempt", PUBLISHED),
    "no_show_days": (30, PUBLISHED),
}

EQUALISATION: Final = _contract(
    "equalisation",
    offers=("equalisation", PUBLISHED),
    same_shift_first=("yes", PUBLISHED),
    refused_hours=("not-counted", OURS),
    orders=("inverse-seniority", PUBLISHED),
    **_CAPS,
)
ROTATING: Final = _contract(
    "rotating",
    offers=("rotating", PUBLISHED),
    drops=("accepted refused", PUBLISHED),
    orders=("inverse-seniority", PUBLISHED),
    **_CAPS,
)
SENIORITY: Final = _contract(
    "seniority", offers=("seniority", PUBLISHED), orders=("inverse-seniority", PUBLISHED), **_CAPS
)

SHIPPED_CONTRACTS: Final = {c.name: c for c in (EQUALISATION, ROTATING, SENIORITY)}


def contract_named(name: str, rules: Iterable[CallInRule] = ()) -> Contract:
    """The contract of that name: a force's own rows first, then the shipped ones. Raises ``Unknown``."""
    own = {r.rule: Term(r.number, r.words, r.source) for r in rules if r.contract == name}
    if own:
        return Contract(name, own)
    if name not in SHIPPED_CONTRACTS:
        raise Unknown(f"contract {name!r}: must be one of {', '.join(SHIPPED_CONTRACTS)}, or have rows in call-in.csv")
    return SHIPPED_CONTRACTS[name]
