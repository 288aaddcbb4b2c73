"""What a claim may say so that the record can answer: a small closed set of propositions, each with its parameters.

Fields of a proposition are columns of a claim; a field without a default has to be given. A period runs from ``start``
to ``end``, which is excluded: the whole of 13 October is 2020-10-13 to 2020-10-14.
"""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Final, NamedTuple

from muster.domain.nearest import did_you_mean

LONGEST_DUTY_PERIOD: Final = timedelta(days=366)
"""Duty is looked up day by day; a longer period says nothing more and takes seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposition:
    """What a claim says. ``SAYS`` is its word in files; ``COMPARE`` lists how its number may be compared."""

    SAYS: ClassVar[str] = ""
    COMPARE: ClassVar[tuple[str, ...]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Proposition):
    """Anything else. The record never covers it."""

    SAYS: ClassVar[str] = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMember(Proposition):
    """About one member: ``member``, or whoever held the position ``holder`` on the day ``as_of``."""

    member: str | None = None
    holder: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPosition(OfMember):
    """The member held ``position`` at some time in the period; without a period: ever."""

    SAYS: ClassVar[str] = "held-position"
    position: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointed(OfMember):
    """The member began to hold ``position`` in the period."""

    SAYS: ClassVar[str] = "appointed"
    position: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty(OfMember):
    """The member was on duty from ``start`` to ``end`` without a break."""

    SAYS: ClassVar[str] = "on-duty"
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyHours(OfMember):
    """In the period the member was on duty for at least ``hours``, without a break that ends a continuous duty."""

    SAYS: ClassVar[str] = "duty-hours"
    hours: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCalls(OfMember):
    """About calls to the member in the period, by ``caller`` (a position, unit or member) or by anybody."""

    caller: str | None = None
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTried(OfCalls):
    """The member was called, answered or not."""

    SAYS: ClassVar[str] = "call-tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(OfCalls):
    """The member answered a call."""

    SAYS: ClassVar[str] = "call-answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallUnanswered(OfCalls):
    """A call to the member went unanswered; with ``during``: on duty, or at rest (the record knows that
    somebody is off duty or absent, never that they sleep)."""

    SAYS: ClassVar[str] = "call-unanswered"
    during: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparationFiled(OfMember):
    """The member put in the papers in the period, whatever became of them."""

    SAYS: ClassVar[str] = "separation-filed"
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparationKind(OfMember):
    """The member leaves, or left, in this way."""

    SAYS: ClassVar[str] = "separation-kind"
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeparationEffective(OfMember):
    """The member is out of the force from an instant in the period on."""

    SAYS: ClassVar[str] = "separation-effective"
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(OfMember):
    """The member's first day in the force lies in the period."""

    SAYS: ClassVar[str] = "joined"
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class YearsOfService(OfMember):
    """On the day ``as_of`` the member had served so many ``years``; exactly means completed years."""

    SAYS: ClassVar[str] = "years-of-service"
    COMPARE: ClassVar[tuple[str, ...]] = ("exactly", "at-least", "more-than")
    as_of: date
    years: int
    compare: str = "exactly"


@dataclass(frozen=True, slots=True, kw_only=True)
class Age(OfMember):
    """On the day ``as_of`` the member was so many ``years`` old."""

    SAYS: ClassVar[str] = "age"
    as_of: date
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength(Proposition):
    """On the day ``as_of`` the force, or ``unit`` with all below it, had ``number`` members. ``about`` allows what
    rounds to the number: 21,500 to 22,500 is about 22,000."""

    SAYS: ClassVar[str] = "strength"
    COMPARE: ClassVar[tuple[str, ...]] = ("about", "exactly", "at-least", "more-than")
    as_of: date
    number: int
    unit: str | None = None
    compare: str = "about"


PROPOSITIONS: Final[Mapping[str, type[Proposition]]] = {
    proposition.SAYS: proposition
    for proposition in (
        HeldPosition,
        Appointed,
        OnDuty,
        DutyHours,
        CallTried,
        CallAnswered,
        CallUnanswered,
        SeparationFiled,
        SeparationKind,
        SeparationEffective,
        Joined,
        YearsOfService,
        Age,
        Strength,
        Other,
    )
}
"""The closed set, by its words."""

PARAMETERS: Final = tuple(dict.fromkeys(f.name for p in PROPOSITIONS.values() for f in fields(p)))
"""Every parameter of any proposition, each once."""


class Misfit(NamedTuple):
    """A parameter that does not fit its proposition, and what must be."""

    parameter: str
    value: Any
    must: str


def needed(proposition: type[Proposition]) -> tuple[str, ...]:
    """The parameters that have to be given."""
    return tuple(f.name for f in fields(proposition) if f.default is MISSING)


def allowed(proposition: type[Proposition]) -> tuple[str, ...]:
    """The parameters that may be given."""
    return tuple(f.name for f in fields(proposition))


def misfits(says: str, given: Mapping[str, Any]) -> Iterator[Misfit]:
    """Everything wrong with the parameters of a claim that ``says`` this; those not given are missing or None."""
    proposition = PROPOSITIONS[says]
    there = {name: given[name] for name in PARAMETERS if given.get(name) is not None}
    may = allowed(proposition)
    for name, value in there.items():
        if name not in may:
            takes = f"it takes {', '.join(may)}" if may else "it takes none"
            yield Misfit(name, value, f"must be left out: {says!r} has no such parameter, {takes}")
    for name in needed(proposition):
        if name not in there:
            yield Misfit(name, None, f"must be given for {says!r}")
    if issubclass(proposition, OfMember):
        yield from _person(there)
    yield from _period(proposition, there)
    yield from _compare(proposition, there)


def _person(there: Mapping[str, Any]) -> Iterator[Misfit]:
    if "member" not in there and "holder" not in there:
        yield Misfit("member", None, "must be given, or holder: the position by which the member is known")
    if "member" in there and "holder" in there:
        yield Misfit("holder", there["holder"], f"must be left out: member says already that it is {there['member']}")
    if "holder" in there and "as_of" not in there:
        yield Misfit("as_of", None, "must be given with holder: the day on which the member held that position")


def _period(proposition: type[Proposition], there: Mapping[str, Any]) -> Iterator[Misfit]:
    start, end = there.get("start"), there.get("end")
    if start is None or end is None:
        return
    if end <= start:
        yield Misfit("end", end, "must be after start; a date is its first instant, so a whole day ends on the next")
    elif issubclass(proposition, OnDuty | DutyHours) and end - start > LONGEST_DUTY_PERIOD:
        yield Misfit("end", end, f"must be at most {LONGEST_DUTY_PERIOD.days} days after start")


def _compare(proposition: type[Proposition], there: Mapping[str, Any]) -> Iterator[Misfit]:
    compare = there.get("compare")
    if compare is not None and proposition.COMPARE and compare not in proposition.COMPARE:
        near = did_you_mean(compare, proposition.COMPARE)
        yield Misfit("compare", compare, f"must be one of {', '.join(proposition.COMPARE)}{near}")
