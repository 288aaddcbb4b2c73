"""Every award of many call-ins follows from the facts alone, as a checker finds who asks no list of Muster's."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from random import Random

import pytest

from muster.domain.calling_offers import Offering
from muster.domain.contracts import CallInRule
from muster.domain.duty import TimeRecord
from muster.domain.errors import Refused
from muster.domain.members import Absence, Member
from muster.services import duty
from muster.services.offer_why import offer_why
from muster.services.why_me import why_me
from muster.store.store import SqlStore
from tests.ground import InRecord, changed, local
from tests.services.fairness import Said, read, unfair
from tests.services.offered import NOON, POLICE, ROTATING, ROWS, decide, need, note, offer, say, states
from tests.services.small import does, sees
from tests.support import SettableClock

FAIR = (
    CallInRule(contract="hours", rule="offers", words=("equalisation",), source="Agreement, art. 5"),
    CallInRule(contract="hours", rule="orders", words=("inverse-seniority",), source="Agreement, art. 6"),
)
DAYS = (0, 1, 7, 8, 9, 15, 16, 22, 23, 24)
"""On these the squads of the small force have days off."""


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force: no two police officers joined on the same day, and some have worked overtime."""
    rows = (*ROWS, *ROTATING, *FAIR)
    chance = Random(3)
    for member in POLICE:
        joined = local("1990-01-03").date() + timedelta(days=chance.randrange(7000))
        rows = tuple(changed(rows, Member, lambda m, name=member: m.member == name, joined=joined))  # type: ignore[misc]
    made = InRecord(temporary_store, clock, rows)
    for number, member in enumerate(POLICE[::3]):
        since = local("2020-03-02T10:00") + timedelta(days=number)
        hours = TimeRecord(member=member, since=since, until=since + timedelta(hours=1 + number), kind="call-in")
        does(made, lambda record, row=hours: duty.keep(record, row))  # type: ignore[misc]
    return made


def offered_once(force: InRecord, number: int, at: datetime, chance: Random) -> None:
    """A need is offered; people answer in any order, or not; a worker looks now and then, or late."""
    name = f"C{number}"
    need(force, name, at, needed=chance.choice((1, 2)), contract=("hours", "turns")[number % 2])
    try:
        asked = [o.member for o in offer(force, chance.choice((4, 20)), name, at + timedelta(hours=6)).offers]
    except Refused:  # nobody is off on that day
        return
    for member in chance.sample(asked, len(asked)):
        force.clock.move(minutes=chance.randrange(1, 25))
        act = chance.random()
        if act < 0.12:
            note(force, member, "not-reached", name)
        elif act < 0.2:
            away = Absence(member=member, kind="sick", since=force.clock(), until=at + timedelta(days=1))
            does(force, lambda record, row=away: duty.absent(record, row))  # type: ignore[misc]
        elif act < 0.85:
            say(force, member, "willing" if act < 0.6 else "refused", name)
        if chance.random() < 0.7:
            decide(force)
    force.clock.at = max(force.clock.at, at + timedelta(hours=6, minutes=chance.choice((0, 90))))
    decide(force)


def lived(force: InRecord, days: Sequence[int] = DAYS) -> list[Said]:
    """The facts of some days on which people were called in, twice a day."""
    for number, (day, hours) in enumerate(product(days, (0, 8))):
        offered_once(force, number, NOON + timedelta(days=day, hours=hours), Random(number))
    return sees(force, lambda views: read(views.facts()))


def test_every_award_follows_from_the_facts_alone_and_every_list_is_proved(force: InRecord) -> None:
    facts = lived(force)
    assert unfair(facts) == []
    kinds = {f.kind for f in facts}
    assert kinds >= {"offer.awarded", "offer.passed", "offer.not-reached", "offer.spared", "offering.waited"}
    for offering in sees(force, lambda views: views.rows(Offering)):
        for member, state in states(force, offering.call_in).items():
            found = sees(force, lambda v, m=member, o=offering: offer_why(v, m, o.call_in, v.now))  # type: ignore[misc]
            assert found is not None
            assert found.proved
            if state in ("awarded", "not-reached"):
                why = sees(force, lambda v, m=member, o=offering: why_me(v, m, o.call_in, v.now))  # type: ignore[misc]
                assert why.answer is None or why.proved


def _swapped(facts: Sequence[Said]) -> list[Said]:
    """It was given to somebody else who was willing."""
    passed = next(f for f in facts if f.kind == "offer.passed")
    given = next(
        f
        for f in facts
        if f.kind == "call_in_answer.entered" and f.body["what"] == "accepted" and f.body["call_in"] == passed.key[0]
    )
    other = replace(given, body={**given.body, "member": passed.key[2]})
    return [other if f is given else f for f in facts]


def _without(kind: str) -> Callable[[Sequence[Said]], list[Said]]:
    def tampered(facts: Sequence[Said]) -> list[Said]:
        gone = next(f for f in facts if f.kind == kind)
        return [f for f in facts if f is not gone]

    return tampered


def _at_once(facts: Sequence[Said]) -> list[Said]:
    """Who was willing and further down has it the moment they answer."""
    passed = next(f for f in facts if f.kind == "offer.passed")
    said = next(f for f in facts if f.kind == "offer.answered" and f.key == passed.key)
    given = next(f for f in facts if f.kind == "call_in_answer.entered" and f.body["what"] == "accepted")
    call_in, _, member = said.key
    body = {**given.body, "call_in": call_in, "member": member, "at": said.body["at"]}
    early = replace(given, body=body)
    place = facts.index(said)
    return [*facts[: place + 1], early, *facts[place + 1 :]]


def _other_places(facts: Sequence[Said]) -> list[Said]:
    """The order in which it was offered is not the contract's."""
    return [
        replace(f, body={**f.body, "place": 1000 - f.body["place"]}) if f.kind == "offer.made" else f for f in facts
    ]


def test_the_checker_finds_what_is_not_fair(force: InRecord) -> None:
    facts = lived(force, DAYS[:2])
    assert unfair(facts) == []
    for tampered in (_swapped, _at_once, _other_places, _without("offer.awarded"), _without("offering.closed")):
        assert unfair(tampered(facts)) != [], tampered
