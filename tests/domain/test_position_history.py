"""Who held a position when, and when it was vacant, against counting who holds it at each instant."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from muster.domain.force import Position
from muster.domain.members import Appointment
from muster.domain.position_history import Spell, spells_of
from muster.domain.separation import Separation
from tests.ground import local, retirement

DAY = timedelta(days=1)
START = local("2020-10-01")
POST = Position(position="P", unit="U", title="t", order=1)
days = st.integers(0, 30)


def held(member: str, since: int, until: int | None = None, kind: str = "substantive") -> Appointment:
    end = None if until is None else START + until * DAY
    return Appointment(position="P", member=member, kind=kind, since=START + since * DAY, until=end)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Appointment], list[Separation]]:
    members = draw(st.lists(st.sampled_from("ABC"), min_size=1, max_size=4, unique=True))
    kinds = st.sampled_from(["substantive", "acting"])
    appointments = []
    for member in members:
        since = draw(days)
        until = draw(st.none() | st.integers(since + 1, 40))
        appointments.append(held(member, since, until, draw(kinds)))
    separations = []
    for member in members:
        if draw(st.booleans()):
            filed, leave, effective = sorted(draw(st.lists(st.integers(0, 45), min_size=3, max_size=3, unique=True)))
            papers = retirement(member, "2020-10-01", "2020-10-02")
            state = draw(st.sampled_from(["filed", "accepted", "withdrawn"]))
            dates = [START + n * DAY for n in (filed, leave, effective)]
            separations.append(replace(papers, state=state, filed=dates[0], leave_from=dates[1], effective=dates[2]))
    return appointments, separations


def naive(
    appointments: Sequence[Appointment], separations: Sequence[Separation], known: datetime, at: datetime
) -> set[tuple[str, str]]:
    """Who holds it at an instant, by what was filed until ``known``."""
    found = set()
    for a in appointments:
        left = [
            s
            for s in separations
            if s.member == a.member and s.state != "withdrawn" and s.filed <= known and s.effective > a.since
        ]
        ends = [end for end in (a.until, *(s.leave_from for s in left)) if end is not None]
        if a.since <= at and all(at < end for end in ends):
            found.add((a.kind, a.member))
    return found


def at_instant(spells: Sequence[Spell], at: datetime) -> list[Spell]:
    return [s for s in spells if s.since <= at and (s.until is None or at < s.until)]


@settings(max_examples=300)
@given(histories(), st.integers(0, 50), st.integers(1, 3))
def test_each_day_has_its_holders_and_its_vacant_places(
    history: tuple[list[Appointment], list[Separation]], now: int, places: int
) -> None:
    appointments, separations = history
    known = START + now * DAY
    spells = spells_of(replace(POST, places=places), appointments, separations, known)
    begun = [s.since for s in spells if s.kind == "substantive"]
    for n in range(now + 1):
        at = START + n * DAY
        there = at_instant(spells, at)
        holders = naive(appointments, separations, known, at)
        assert {(s.kind, s.member) for s in there if s.member} == holders
        free = places - sum(kind == "substantive" for kind, _ in holders)
        vacant = [s.places for s in there if s.kind == "vacant"]
        assert vacant == ([free] if free > 0 and begun and at >= min(begun) else [])
    assert [s.since for s in spells] == sorted((s.since for s in spells), reverse=True)
    assert all(s.since <= known for s in spells)


def test_a_vacancy_stands_on_what_began_it() -> None:
    gone = retirement("A", "2020-10-05", "2020-10-20")
    first, second = held("A", 0), held("B", 25)
    vacant = [s for s in spells_of(POST, [first, second], [gone], START + 40 * DAY) if s.kind == "vacant"]
    assert [(s.since, s.until) for s in vacant] == [(gone.effective, second.since)]
    assert vacant[0].streams == (first.stream, gone.stream)


def test_a_position_that_is_abolished_is_vacant_no_more() -> None:
    ended = replace(POST, until=START + 20 * DAY)
    spells = spells_of(ended, [held("A", 0, 10)], [], START + 40 * DAY)
    assert [(s.kind, s.until) for s in spells] == [("vacant", ended.until), ("substantive", START + 10 * DAY)]
