"""Accounts: what somebody said about what happened, claim by claim. What is disputed stays disputed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from typing import ClassVar, Final

from muster.domain.claims import (
    PARAMETERS,
    PROPOSITIONS,
    Appointed,
    Joined,
    Misfit,
    Other,
    Proposition,
    SeparationEffective,
    SeparationFiled,
    allowed,
    misfits,
)
from muster.domain.schema import Row, choice, column, instant, maybe_ref, ref, text, whole

BASES: Final = ("on-the-record", "unnamed-sources", "second-hand", "own-text")

ABOUT: Final = ("member", "holder", "position", "unit", "caller")
"""Parameters that tell what a claim is about."""
SAID: Final = ("during", "kind", "hours", "years", "number", "compare")
"""Parameters that tell what it says of that."""
HAPPEN_ONCE: Final = frozenset(p.SAYS for p in (Appointed, Joined, SeparationFiled, SeparationEffective))
"""Propositions of which only one period can be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Row):
    """Somebody's statement about what happened."""

    NOUN: ClassVar[str] = "account"

    account: str = ref("short name of the account", key=True)
    title: str = text("what it is, in a few words")
    who: str = text("whose it is: an office or a kind of outlet, never a person's name")
    summary: str = text("what it tells, in our words")
    dated: date | None = column("date", "day of the statement; leave it out where it is not stated", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Row):
    """One thing an account says: a proposition with its parameters, whose it is, and on what basis."""

    NOUN: ClassVar[str] = "claim"

    account: str = ref("the account that makes it", to="account", key=True)
    claim: str = ref("short name of the claim within its account", key=True)
    subject: str = text("what it is about; claims with the same subject stand side by side")
    says: str = choice("what it says: one of the propositions", *PROPOSITIONS)
    words: str = text("what it says in our words; 'other' claims agree when their words are the same")
    basis: str | None = choice("what it rests on; leave it out where that is not stated", *BASES, default=None)
    via: str | None = maybe_ref("the account that it repeats", to="account")
    reading: str | None = text("which of several readings of one sentence this is; readings do not dispute each other",
                               default=None)  # fmt: skip
    member: str | None = maybe_ref("the member it is about", to="member")
    holder: str | None = maybe_ref("the position by whose holder the member is known", to="position")
    as_of: date | None = column(
        "date", "the day of which it speaks; the day of the account where that is left out", default=None
    )
    position: str | None = maybe_ref("a position", to="position")
    unit: str | None = maybe_ref("a unit", to="unit")
    caller: str | None = maybe_ref("who called: a position, unit or member")
    start: datetime | None = instant("first instant of the period; a date is its local midnight", default=None)
    end: datetime | None = instant("first instant after the period; a date is its local midnight", default=None)
    during: str | None = choice("in which of the two the call came", "on-duty", "at-rest", default=None)
    kind: str | None = choice("how the member leaves", "retirement", "resignation", "dismissal", "death", default=None)
    hours: int | None = whole("hours", least=1, most=8760, default=None)
    years: int | None = whole("years", least=0, most=150, default=None)
    number: int | None = whole("members", least=0, most=10_000_000, default=None)
    compare: str | None = choice("how the number is meant", "exactly", "about", "at-least", "more-than", default=None)

    def parameters(self) -> dict[str, object]:
        """The parameters that are given."""
        given = {name: getattr(self, name) for name in PARAMETERS}
        return {name: value for name, value in given.items() if value is not None}

    def misfits(self) -> list[Misfit]:
        """Everything wrong with its parameters."""
        return list(misfits(self.says, self.parameters()))

    def proposition(self) -> Proposition:
        """What it says, as a value. Its parameters must fit (``misfits``)."""
        proposition = PROPOSITIONS[self.says]
        may = allowed(proposition)
        return proposition(**{name: value for name, value in self.parameters().items() if name in may})


def by_subject(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Claims by subject; subjects in which claims differ first, then by name, whatever order they came in."""
    groups: dict[str, list[Claim]] = {}
    for claim in sorted(claims, key=lambda c: c.key):
        groups.setdefault(claim.subject, []).append(claim)
    return dict(sorted(groups.items(), key=lambda group: (not differ(group[1]), group[0])))


def differ(claims: Sequence[Claim]) -> bool:
    """Whether any two of these claims, all on one subject, say different things."""
    return any(_conflict(a, b) for a, b in combinations(claims, 2))


def _conflict(a: Claim, b: Claim) -> bool:
    """Claims of different kinds, or about different things, cannot be weighed against each other; readings of one
    sentence must not be."""
    if a.says != b.says or (a.reading and b.reading and a.account == b.account):
        return False
    if a.says == Other.SAYS:
        return a.words != b.words
    if any(_both_differ(a, b, name) for name in ABOUT):
        return False
    if any(_both_differ(a, b, name) for name in SAID):
        return True
    return a.says in HAPPEN_ONCE and _apart(a, b)


def _both_differ(a: Claim, b: Claim, name: str) -> bool:
    mine, others = getattr(a, name), getattr(b, name)
    return mine is not None and others is not None and mine != others


def _apart(a: Claim, b: Claim) -> bool:
    """Whether their periods have no instant in common."""
    return bool((a.end and b.start and a.end <= b.start) or (b.end and a.start and b.end <= a.start))
