"""The list of a call-in by the contract's order: who is asked, who is then ordered, and why others are passed over."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal

from muster.domain.calling_case import WEEK, Case, Person, is_own_tour, last_said, mandatory, overtime_of_year, refused
from muster.domain.calling_in import COMES, DID
from muster.domain.calling_rules import ALWAYS, TO_ASK, TO_ORDER, Reason, first_reason
from muster.domain.record import canonical
from muster.domain.schema import written
from muster.domain.spans import within

Part = Literal["offer", "order"]
NEVER: Final = datetime.min.replace(tzinfo=UTC)
TRIED: Final = {"offer": ("accepted", "refused", "not-reached", "ordered", "no-show", "excused"),
                "order": ("accepted", "not-reached", "ordered", "no-show", "excused")}  # fmt: skip
"""Answers in this call-in after which nobody waits for the member any more. Who refused an offer can be ordered."""


@dataclass(frozen=True, slots=True)
class Line:
    """A place on the list. ``reason`` None: to be asked or ordered, unless ``said`` tells what came of it already.

    ``joined`` None: the first day in the force is not known, which puts the member last. ``overtime`` of this calendar
    year, with ``refused`` hours apart; ``ordered``: hours ordered in the seven days before the need. ``dropped``: when
    an answer put the member to the bottom.
    """

    part: Part
    place: int
    member: str
    name: str
    joined: date | None
    overtime: timedelta
    refused: timedelta
    ordered: timedelta
    dropped: datetime | None
    own_tour: bool
    reason: Reason | None
    said: str | None

    @property
    def is_open(self) -> bool:
        """Whether it is this member's turn once nobody before is open."""
        return self.reason is None and self.said not in TRIED[self.part]

    def stands(self, offered: str | None = None) -> str:
        """How it stands with the member, in words. ``offered``: how with the offer that runs."""
        if self.said is not None and not self.is_open:
            return DID[self.said]
        if self.reason is not None:
            return f"passed over: {self.reason.says}"
        what = f"offered: {offered}" if offered else f"to be {'asked' if self.part == 'offer' else 'ordered'}"
        return what if self.said is None else f"{what}; {DID[self.said]}"


@dataclass(frozen=True, slots=True)
class OvertimeList:
    """Who is asked, in order, and who is ordered when nobody accepts; at an instant. ``missing``: how many members
    are still needed."""

    call_in: str
    contract: str
    at: datetime
    missing: int
    offers: tuple[Line, ...]
    orders: tuple[Line, ...]

    def part(self, part: Part) -> tuple[Line, ...]:
        """The lines of one part."""
        return self.offers if part == "offer" else self.orders

    def line(self, part: Part, member: str) -> Line | None:
        """The member's line; None for somebody who is not on the list."""
        return next((line for line in self.part(part) if line.member == member), None)

    def ahead_of(self, part: Part, member: str) -> list[str]:
        """Who comes before the member and was neither asked nor passed over. Nobody is ordered while somebody can
        still be asked. Somebody who is not on the list comes after all."""
        ahead = [line for line in self.offers if line.is_open] if part == "order" else []
        for line in self.part(part):
            if line.member == member:
                break
            ahead += [line] if line.is_open else []
        return list(dict.fromkeys(line.member for line in ahead if line.member != member))

    @property
    def next(self) -> Line | None:
        """Who is asked or ordered next; None when nobody is needed any more, or nobody is left."""
        lines = (*self.offers, *self.orders) if self.missing else ()
        return next((line for line in lines if line.is_open), None)

    @property
    def next_words(self) -> str:
        """Who is asked or ordered next, in words."""
        if self.next is None:
            return "NOBODY is left to ask or order"
        return f"next: {self.next.member}, to be {'asked' if self.next.part == 'offer' else 'ordered'}"

    @property
    def digest(self) -> str:
        """SHA-256 over what the list says, but for the words in which it says it."""
        lines = [[_plain(line) for line in part] for part in (self.offers, self.orders)]
        said = {"call_in": self.call_in, "contract": self.contract, "at": written(self.at), "lists": lines}
        return sha256(canonical({**said, "missing": self.missing}).encode()).hexdigest()

    def for_everyone(self, *but: str) -> "OvertimeList":
        """The same without reasons that touch health, rest or leave, but for those of these members."""
        offers, orders = (
            tuple(line if line.member in but or not line.reason else _public(line) for line in part)
            for part in (self.offers, self.orders)
        )
        return replace(self, offers=offers, orders=orders)


def _public(line: Line) -> Line:
    return replace(line, reason=line.reason.for_everyone() if line.reason else None)


def _plain(line: Line) -> list[Any]:
    spans = [round(span.total_seconds()) for span in (line.overtime, line.refused, line.ordered)]
    names = [line.member, written(line.joined), written(line.dropped), line.said or ""]
    return [line.place, *names, *spans, line.own_tour, line.reason.rule if line.reason else ""]


def overtime_list(case: Case, people: Iterable[Person]) -> OvertimeList:
    """The list of these members at the instant of the case, by its contract."""
    offers: list[Line] = []
    orders: list[Line] = []
    for person in people:
        always = first_reason(case, person, ALWAYS)
        if case.contract.word("offers") != "none":
            offers.append(_line(case, person, "offer", always or first_reason(case, person, TO_ASK)))
        if case.contract.word("orders") != "none":
            orders.append(_line(case, person, "order", always or first_reason(case, person, TO_ORDER)))
    return OvertimeList(
        case.call_in.call_in,
        case.contract.name,
        case.at,
        case.asked.missing,
        _placed(offers, _OFFERS[case.contract.word("offers")], case),
        _placed(orders, _ORDERS[case.contract.word("orders")], case),
    )


def said_since(case: Case, before: OvertimeList, person: Person) -> OvertimeList:
    """The list of the case, from that of before something was said of one member in its call-in: nobody else's line
    changes by that. The case has what was said."""
    new = overtime_list(case, [person])

    def renewed(part: Part) -> list[Line]:
        return [*(line for line in before.part(part) if line.member != person.member.member), *new.part(part)]

    offers = _placed(renewed("offer"), _OFFERS[case.contract.word("offers")], case)
    return replace(new, offers=offers, orders=_placed(renewed("order"), _ORDERS[case.contract.word("orders")], case))


def _line(case: Case, person: Person, part: Part, reason: Reason | None) -> Line:
    member, since = person.member, case.call_in.since
    drops = case.contract.words("drops") if part == "offer" else COMES[1:]
    last = case.asked.last_of(member.member)
    return Line(
        part,
        0,
        member.member,
        member.name,
        member.joined,
        overtime_of_year(case, person),
        refused(case, member.member),
        within(mandatory(case, person), since - WEEK, since),
        last_said(case, member.member, drops) if drops else None,
        is_own_tour(case, person),
        reason,
        last.what if last else None,
    )


Key = Callable[[Line], tuple[Any, ...]]


def _placed(lines: Sequence[Line], key: Key, case: Case) -> tuple[Line, ...]:
    counted = case.contract.word("refused-hours") == "counted"
    charged = [line if counted else replace(line, refused=timedelta(0)) for line in lines]
    mine_first = case.contract.word("same-shift-first") == "yes"
    ordered = sorted(charged, key=lambda line: (mine_first and line.part == "offer" and not line.own_tour, *key(line)))
    return tuple(replace(line, place=place) for place, line in enumerate(ordered, start=1))


def seniority(line: Line) -> tuple[Any, ...]:
    """The longest in the force first, ties by member number; whose first day is not known last."""
    return line.joined is None, line.joined or date.max, len(line.member), line.member


def inverse_seniority(line: Line) -> tuple[Any, ...]:
    """The shortest in the force first, ties by the higher member number. Whose first day is not known comes last here
    too: nobody is ordered because a date is missing."""
    number = tuple(-ord(c) for c in line.member)
    return line.joined is None, -(line.joined or date.max).toordinal(), -len(line.member), number


_OFFERS: Final[dict[str, Key]] = {
    "equalisation": lambda line: (line.overtime + line.refused, *seniority(line)),
    "seniority": seniority,
    "rotating": lambda line: (line.dropped or NEVER, *seniority(line)),
    "none": seniority,
}
_ORDERS: Final[dict[str, Key]] = {
    "inverse-seniority": inverse_seniority,
    "rotating": lambda line: (line.dropped or NEVER, *inverse_seniority(line)),
    "none": inverse_seniority,
}
