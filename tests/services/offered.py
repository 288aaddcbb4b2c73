"""A call-in that is offered to many: two are needed for the night, and the first of the list are asked at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from muster.domain.calling_in import CallIn, CallInAnswer
from muster.domain.calling_offers import Offer, Offering
from muster.domain.contact import Contact
from muster.domain.contracts import CallInRule
from muster.domain.members import ContactPoint, Member
from muster.domain.schema import Row
from muster.services import answers, call_ins, offers
from muster.services.answers import Answer, Answered, Word
from muster.services.awarding import decide_due
from muster.services.calling import listed
from muster.services.offers import Round
from tests.ground import SMALL, InRecord, local
from tests.services.small import PCT, does, sees

BOSS = "M0027"
"""Desk officer of the tour from 0705 to 1540, who runs call-ins."""
NOON, SIX = local("2020-10-07T12:00"), local("2020-10-07T18:00")
POLICE = tuple(m.member for m in SMALL if isinstance(m, Member) and "M0031" <= m.member <= "M0050")
PHONES: Sequence[Row] = tuple(
    ContactPoint(member=member, channel="e-mail", order=2, address=f"{member.lower()}@example.org") for member in POLICE
)
ROWS: Sequence[Row] = (*SMALL, *PHONES)
ROTATING = (
    CallInRule(contract="turns", rule="offers", words=("rotating",), source="Agreement, art. 1"),
    CallInRule(contract="turns", rule="drops", words=("accepted", "refused"), source="Agreement, art. 2"),
    CallInRule(contract="turns", rule="orders", words=("inverse-seniority",), source="Agreement, art. 3"),
)
"""A contract by which whoever accepted or refused goes to the bottom, and who was not reached stays."""


def need(force: InRecord, name: str = "C1", at: datetime = NOON, **changes: Any) -> CallIn:
    """Two police officers are needed for the night of the day on which it is opened."""
    force.clock.at = max(force.clock.at, at)
    since = at + timedelta(hours=11, minutes=15)
    values: dict[str, Any] = {
        "unit": PCT, "kind": "call-in", "contract": "equalisation", "opened_by": BOSS, "at": at, "needed": 2,
        "since": since, "until": since + timedelta(hours=8, minutes=35), "rank": "PO",
    }  # fmt: skip
    made = CallIn(call_in=name, **values | changes)
    return does(force, lambda record: call_ins.open_call_in(record, made))


def offer(force: InRecord, most: int = 4, name: str = "C1", deadline: datetime = SIX) -> Round:
    """It is offered to the first so many, now."""
    return does(force, lambda r: offers.offer(r, name, most, deadline, BOSS, r.now))


def offered(force: InRecord, most: int = 4, **changes: Any) -> list[str]:
    """A need is opened at noon and offered until six; to whom, in the order of the list."""
    need(force, **changes)
    return [o.member for o in offer(force, most).offers]


def asking(force: InRecord, member: str, name: str = "C1") -> Contact:
    """The first contact by which the member was asked, in the last round."""
    found = sees(force, lambda views: views.rows(Contact, subject=name, member=member, purpose="offer"))
    return max(found, key=lambda c: (c.step, c.channel == "telephone"))


def say(force: InRecord, member: str, word: Word, name: str = "C1", once: str | None = None) -> Answered:
    """The member answers the offer now, by the link."""
    key = asking(force, member, name).key
    return does(force, lambda r: answers.answer(r, key, Answer(word, None, None, once), r.now))


def note(force: InRecord, member: str, what: str, name: str = "C1", why: str | None = None) -> CallInAnswer:
    """The desk officer notes what a member said on the telephone."""
    return does(force, lambda r: call_ins.answer(r, name, member, what, BOSS, r.now, why))


def decide(force: InRecord) -> None:
    """The worker decides whatever is due."""

    def due(force: InRecord) -> list[str]:
        rounds = sees(force, lambda views: views.rows(Offering, state="running"))
        return [o.key for o in rounds if o.due_at is not None and o.due_at <= force.clock()]

    does(force, lambda record: decide_due(record, due(force)))


def at_six(force: InRecord) -> None:
    """The deadline comes, and the worker looks."""
    force.clock.at = max(force.clock.at, SIX)
    decide(force)


def states(force: InRecord, name: str = "C1", number: int | None = None) -> dict[str, str]:
    """How each offer of the last round stands, in the order of the list."""
    rounds = sees(force, lambda views: offers.rounds_of(views, name))
    last = rounds[-1] if number is None else next(r for r in rounds if r.offering.round == number)
    return {o.member: o.state for o in last.offers}


def an_offer(force: InRecord, member: str, name: str = "C1", number: int = 1) -> Offer:
    """One offer as it stands."""
    found = sees(force, lambda views: views.row(Offer, f"{name}/{number}/{member}"))
    assert found is not None
    return found


def coming(force: InRecord, name: str = "C1") -> list[str]:
    """Who is to come."""

    def ask(views: Any) -> list[str]:
        return listed(views, call_ins.named(views, name), views.now).case.asked.coming

    return sees(force, ask)
