"""Call-ins and hold-overs: a need of more members, and what each who was asked or ordered said or did."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from muster.domain.schema import Row, choice, column, instant, maybe_ref, ref, text, whole

ANSWERS: Final = ("accepted", "refused", "not-reached", "ordered", "no-show", "excused")
COMES: Final = ("accepted", "ordered")
"""Answers after which somebody is to come."""
DID: Final = {
    "accepted": "accepted",
    "refused": "refused",
    "not-reached": "was not reached",
    "ordered": "was ordered",
    "no-show": "did not come",
    "excused": "need not come",
}
"""Each in words, after the name of the member."""
OVERTIME: Final = ("hold-over", "call-in")
"""Kinds of hours of the ledger that are overtime; details are where a time record has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallIn(Row):
    """A need of more members in a unit for a time: called in from off duty, or held over past the end of their tour."""

    NOUN: ClassVar[str] = "call_in"

    call_in: str = ref("short name of the call-in", key=True)
    unit: str = ref("the unit in which members are needed", to="unit")
    kind: str = choice("from off duty, or past the end of the tour", "call-in", "hold-over")
    since: datetime = instant("from when")
    until: datetime = instant("until when")
    needed: int = whole("how many members", least=1, most=1000, default=1)
    rank: str | None = maybe_ref("only members of this rank", to="rank")
    qualification: str | None = maybe_ref("only members who have this qualification")
    contract: str = ref("the contract by whose order it goes")
    opened_by: str = ref("the member who opened it", to="member")
    at: datetime = instant("when it was opened")
    why: str | None = text("what for, in words", default=None)

    @property
    def length(self) -> timedelta:
        """How long it lasts."""
        return self.until - self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class CallInAnswer(Row):
    """What came of asking or ordering a member, and what the list was then: the place, who was ahead and neither asked
    nor passed over, and a digest of the whole list, so that it can be proved to be what the record gives."""

    NOUN: ClassVar[str] = "call_in_answer"

    call_in: str = ref("the call-in", to="call_in", key=True)
    member: str = ref("who was asked or ordered", to="member", key=True)
    at: datetime = instant("when", key=True)
    what: str = choice("what came of it", *ANSWERS, key=True)
    by: str = ref("the member who asked, ordered or noted it", to="member")
    why: str | None = text("in words; needed where somebody was ahead", default=None)
    place: int | None = whole("place on the list; None: not on it", least=1, most=100_000, default=None)
    ahead: tuple[str, ...] = column("refs", "members who were ahead and neither asked nor passed over", default=())
    digest: str = ref("SHA-256 of the list as it was then")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoNotCall(Row):
    """A member does not want to be asked for a time. They can still be ordered."""

    NOUN: ClassVar[str] = "do_not_call"

    member: str = ref("the member", to="member", key=True)
    since: datetime = instant("from when", key=True)
    until: datetime | None = instant("until when; None until further notice", default=None)
    stated_by: str = ref("the member who said so", to="member")


@dataclass(frozen=True, slots=True)
class Asked:
    """All that was said in one call-in up to an instant."""

    call_in: CallIn
    answers: Sequence[CallInAnswer]

    def last_of(self, member: str) -> CallInAnswer | None:
        """What the member said or did last; None for somebody who was not asked."""
        return next((a for a in reversed(self.answers) if a.member == member), None)

    def comes(self, member: str) -> bool:
        """Whether the member is to come, or has come."""
        last = self.last_of(member)
        return last is not None and last.what in COMES

    @property
    def coming(self) -> list[str]:
        """The members who are to come, or have."""
        return sorted({a.member for a in self.answers if self.comes(a.member)})

    @property
    def missing(self) -> int:
        """How many members are still needed."""
        return max(self.call_in.needed - len(self.coming), 0)


def in_time(answer: CallInAnswer) -> tuple[datetime, int]:
    """What orders answers in time: of one instant first those to being asked, then orders, then what came of them."""
    return answer.at, ANSWERS.index(answer.what)


def asked_in(call_ins: Iterable[CallIn], answers: Iterable[CallInAnswer], at: datetime) -> dict[str, Asked]:
    """Each call-in with what was said in it up to the instant, in order of time."""
    said: dict[str, list[CallInAnswer]] = {c.call_in: [] for c in call_ins}
    for answer in sorted(answers, key=lambda a: (*in_time(a), a.key)):
        if answer.at <= at and answer.call_in in said:
            said[answer.call_in].append(answer)
    return {c.call_in: Asked(c, tuple(said[c.call_in])) for c in call_ins}
