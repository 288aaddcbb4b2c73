"""Every hour once: histories by chance, closed, and held to the raw facts by a checker that shares no code."""

import json

import pytest

from muster.domain.closings import Adjustment, Closing
from muster.ports import Views
from tests.accounting import faults
from tests.ground import InRecord
from tests.minutes import FOLLOWED, MINUTE, NOTHING, PAID, UNPAID, State, home_of, minute, worked
from tests.publishing import charted, published
from tests.services.closing import Chance, closed, page
from tests.services.small import sees


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_each_minute_is_certified_once_and_what_is_learned_later_is_adjusted(
    small: InRecord, seed: int
) -> None:
    published(small, charted(small))
    chance = Chance(small, seed)
    assert chance.live(50) > 15
    chance.end_all()
    closed(small)
    closed(small, unit="PBBX", by="PBBX-CO")
    assert not page(small).adjustments
    assert chance.live(16) > 4
    chance.end_all()
    found = page(small)
    assert found.adjustments
    assert sees(small, lambda views: adjusted(views, found.closing, found.adjustments)) == []
    assert all(a.fact is not None and a.fact > found.fact for a in found.adjustments)
    done = closed(small, at="2020-11-18T09:00", by="PBBX-CO")
    assert done.closing.version == 2
    assert done.certified.changes == found.adjustments
    closed(small, unit="PBBX", by="PBBX-CO", at="2020-11-18T09:00")
    assert sees(small, faults) == []


def adjusted(views: Views, closing: Closing, changes: tuple[Adjustment, ...]) -> list[str]:
    """Where what was certified, with the adjustments, is not what the raw facts say now."""
    state = State()
    for fact in views.facts():
        noun, _, verb = fact.kind.partition(".")
        if noun == "roster":
            state.roster(fact.stream, verb, json.loads(fact.body), lambda name: views.contents([name])[name])
        elif noun in FOLLOWED:
            state.take(noun, fact.stream, verb, json.loads(fact.body))
    certified = json.loads(views.contents([closing.content])[closing.content])["accounts"]
    wrong = []
    for member, account in certified.items():
        minutes = bytearray((closing.until - closing.since) // MINUTE)
        spans = [(a, b, PAID if paid else UNPAID) for a, b, _, _, paid, _ in account["entries"]]
        for d in (c.difference for c in changes if c.difference.member == member):
            spans.append((d.start, d.end, NOTHING if d.now is None else PAID if d.now[2] else UNPAID))
        for a, b, what in spans:
            n, m = minute(a, closing.since), minute(b, closing.since)
            minutes[n:m] = bytes([what]) * (m - n)
        home = home_of(state, member, closing.since, closing.until)
        really = worked(state, member, closing.since, closing.until)
        if minutes != bytes(x if unit == closing.unit else NOTHING for x, unit in zip(really, home, strict=True)):
            wrong.append(member)
    return wrong
