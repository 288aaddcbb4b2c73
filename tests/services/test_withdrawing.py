"""Withdrawing a published roster, and publishing one for the days that are left in its place."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from muster.bootstrap import verify_views
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.feeds import Dated
from muster.domain.published import DutyLine, Published
from muster.domain.rosters import UnitRoster
from muster.services.as_of import Before
from muster.services.duty import status
from muster.services.erasing import erase
from muster.services.feeds import feed_of
from muster.services.ledger import duty_page
from muster.services.published import published as standing
from muster.services.publishing import Publication, publish
from muster.services.record import verify
from muster.services.withdrawing import Withdrawal, withdraw
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.publishing import (
    BEFORE,
    CO_POST,
    DAY,
    EVENING,
    MONDAY,
    NIGHT,
    amended,
    charted,
    day,
    published,
    with_entries,
)
from tests.services.small import CHIEF, OFFICER, PCT, does, facts, sees
from tests.support import SettableClock

PARTNER = "M0034"
MONDAY_NEXT = day(7)
SUNDAY = "2020-10-25T12:00"


@pytest.fixture
def rostered(small: InRecord) -> InRecord:
    """The small force with a roster published for four weeks from 19 October, in which two officers of the night work
    on other days than their charts have."""
    small.once(_published)
    return small


def _published(force: InRecord) -> None:
    published(force, unlike(charted(force)))


def unlike(roster: UnitRoster) -> UnitRoster:
    """The officer is off on the first day of each week, on which the chart has a night."""
    mondays = {on: "" for on in roster.dates if (on - MONDAY).days % 7 == 0}
    return with_entries(roster, OFFICER, mondays)


def withdrawn(
    force: InRecord, from_day: date, at: str = BEFORE, by: str = CO_POST, reason: str = "a parade"
) -> Withdrawal:
    force.clock.at = max(force.clock.at, local(at))
    return does(force, lambda record: withdraw(record, PCT, from_day, by, reason, local(at)))


def in_place(force: InRecord, roster: UnitRoster, at: str = SUNDAY, reason: str = "two came") -> Publication:
    force.clock.at = max(force.clock.at, local(at))
    return does(force, lambda record: publish(record, roster, CO_POST, local(at), in_place=reason))


def on_duty(force: InRecord, member: str, at: str, known_at: datetime | None = None) -> str:
    """What says whether a member is on duty at an instant."""
    found = sees(force, lambda views: status(views, member, local(at), known_at))
    return found.source if found.state == "on-duty" else found.state


def calendar(force: InRecord, member: str) -> dict[date, Dated]:
    """A member's calendar by day; no day may stand in it twice."""
    found = sees(force, lambda views: feed_of(views, member, local("2020-10-01"))).tours
    assert len({d.turn.day for d in found}) == len(found)
    return {d.turn.day: d for d in found}


def whole(force: InRecord) -> None:
    """The chain, what is kept beside it and the views are what the facts give."""
    assert sees(force, verify).whole
    assert isinstance(force.store, SqlStore)
    assert not verify_views(force.store)


def test_a_roster_that_is_withdrawn_before_it_begins_leaves_the_charts_and_its_version_as_known(
    rostered: InRecord,
) -> None:
    night = "2020-10-20T01:00"
    known = sees(rostered, lambda views: views.now)
    assert on_duty(rostered, OFFICER, night) == "off"
    done = withdrawn(rostered, MONDAY, at="2020-10-13T09:00")
    assert (done.left, done.again) == (None, False)
    assert on_duty(rostered, OFFICER, night).startswith("chart ")
    assert on_duty(rostered, OFFICER, night, known) == "off"
    with pytest.raises(Unknown, match="unit PCT-047 has no published roster from that time on"):
        sees(rostered, lambda views: standing(views, PCT, local(night)))
    assert sees(rostered, lambda views: standing(views, PCT, local(night), known)).roster.version == 1
    whole(rostered)


def test_the_days_that_are_left_are_withdrawn_and_what_was_worked_stays(rostered: InRecord) -> None:
    done = withdrawn(rostered, MONDAY_NEXT, at=SUNDAY)
    assert done.left is not None
    assert (done.left.days, done.left.last, done.left.version) == (7, day(6), 2)
    assert on_duty(rostered, OFFICER, "2020-10-20T01:00") == "off"
    assert on_duty(rostered, PARTNER, "2020-10-21T01:00").startswith("roster of PCT-047 from 2020-10-19, version 2")
    assert on_duty(rostered, OFFICER, "2020-10-27T01:00").startswith("chart ")
    assert {len(line.tours) for line in sees(rostered, lambda views: standing(views, PCT, local(SUNDAY))).lines} == {7}
    whole(rostered)


def test_a_tour_that_begins_on_the_day_before_goes_on_to_its_end(rostered: InRecord) -> None:
    (night,) = [n for n in range(8) if charted(rostered).lines[PARTNER][n : n + 2] == (NIGHT, NIGHT)][:1]
    withdrawn(rostered, day(night + 1), at="2020-10-18T12:00")
    after_midnight = f"{day(night + 1)}T03:00"
    assert on_duty(rostered, PARTNER, after_midnight).startswith("roster of PCT-047 from 2020-10-19, version 2")
    assert on_duty(rostered, PARTNER, f"{day(night + 1)}T23:30").startswith("chart ")


def test_a_day_that_has_begun_cannot_be_withdrawn(rostered: InRecord) -> None:
    before = facts(rostered)
    with pytest.raises(Refused, match=r"2020-10-26 has begun: withdraw it from a later day"):
        withdrawn(rostered, MONDAY_NEXT, at="2020-10-26T00:01")
    with pytest.raises(Refused, match=r"PCT-047-DESK is a tour position.*; 2020-10-19 has begun"):
        withdrawn(rostered, MONDAY, at="2020-10-26T00:01", by="PCT-047-DESK")
    with pytest.raises(Unknown, match="unit PCT-047 has no published roster for 2020-11-16"):
        withdrawn(rostered, day(28), at="2020-10-26T00:01")
    with pytest.raises(Unknown, match="unit 'NOPE' is not in the record"):
        does(rostered, lambda record: withdraw(record, "NOPE", MONDAY, CO_POST, "why", local(BEFORE)))
    with pytest.raises(Invalid, match="reason ' ' must be given"):
        withdrawn(rostered, MONDAY, reason=" ")
    assert facts(rostered) == before
    assert withdrawn(rostered, MONDAY_NEXT, at="2020-10-26T00:00").left is not None


def test_withdrawing_again_changes_nothing(rostered: InRecord) -> None:
    first, before = withdrawn(rostered, MONDAY_NEXT, at=SUNDAY), facts(rostered)
    again = withdrawn(rostered, MONDAY_NEXT, at=SUNDAY)
    assert (again.left, again.again, facts(rostered)) == (first.left, True, before)
    withdrawn(rostered, day(3), at="2020-10-21T12:00")
    assert withdrawn(rostered, day(3), at="2020-10-21T12:00").again


def test_the_calendar_is_told_that_its_tours_are_cancelled_and_of_those_that_come_instead(rostered: InRecord) -> None:
    before = calendar(rostered, PARTNER)
    withdrawn(rostered, MONDAY_NEXT, at=SUNDAY)
    after = calendar(rostered, PARTNER)
    assert {on for on, tour in after.items() if tour.cancelled} == {on for on in before if on >= MONDAY_NEXT}
    assert all(after[on].sequence > before[on].sequence for on in before if on >= MONDAY_NEXT)
    assert all(after[on] == before[on] for on in before if on < MONDAY_NEXT)
    moved = min(on for on in before if on > MONDAY_NEXT)
    rest = with_entries(charted(rostered).from_day(MONDAY_NEXT), PARTNER, {moved: ""})
    published(rostered, rest, at=SUNDAY)
    again = calendar(rostered, PARTNER)
    assert {on for on, tour in again.items() if tour.cancelled} == {moved}
    assert all(again[on].sequence > after[on].sequence for on in before if on >= MONDAY_NEXT and on != moved)


def test_a_roster_of_the_days_that_are_left_stands_in_place_of_the_old_one(rostered: InRecord) -> None:
    rest = with_entries(charted(rostered), OFFICER, {MONDAY_NEXT: NIGHT, day(8): ""}).from_day(MONDAY_NEXT)
    known = sees(rostered, lambda views: views.now)
    with pytest.raises(Refused, match="2020-10-19 to 2020-11-15 is published already, version 1"):
        published(rostered, rest, at=SUNDAY)
    made = in_place(rostered, rest)
    assert (made.roster.first, made.roster.days, made.roster.version) == (MONDAY_NEXT, 21, 3)
    assert "in place of 2020-10-19 to 2020-11-15, version 1, withdrawn for these days" in made.notes
    found = sees(rostered, lambda views: sorted(views.rows(Published), key=lambda p: p.first))
    assert [(p.first, p.last, p.version) for p in found] == [(MONDAY, day(6), 2), (MONDAY_NEXT, day(27), 3)]
    assert on_duty(rostered, OFFICER, "2020-10-20T01:00") == "off"
    assert on_duty(rostered, OFFICER, "2020-10-27T01:00").startswith("roster of PCT-047 from 2020-10-26, version 3")
    assert on_duty(rostered, OFFICER, "2020-10-28T01:00") == "off"
    assert on_duty(rostered, OFFICER, "2020-10-27T01:00", known) == "off"
    assert on_duty(rostered, OFFICER, "2020-10-28T01:00", known).startswith("roster of PCT-047 from 2020-10-19")
    before = facts(rostered)
    assert in_place(rostered, rest).notes == ("it was published already",)
    assert facts(rostered) == before
    whole(rostered)


def test_what_stands_in_the_way_of_a_roster_in_place_is_told_and_nothing_is_changed(rostered: InRecord) -> None:
    before = facts(rostered)
    rest = charted(rostered).from_day(MONDAY_NEXT)
    with pytest.raises(Refused, match="is published, and its days after 2020-11-08 would have none"):
        in_place(rostered, charted(rostered, weeks=3).from_day(MONDAY_NEXT))
    with pytest.raises(Refused, match="its period began at 2020-10-26:"):
        in_place(rostered, rest, at="2020-10-26T00:01")
    with pytest.raises(Refused, match="reason '' must be given"):
        in_place(rostered, rest, reason="")
    broken = with_entries(rest, PARTNER, {MONDAY_NEXT: NIGHT, day(8): EVENING})
    with pytest.raises(Refused, match=f"{PARTNER} crosses rest-unfit"):
        in_place(rostered, broken)
    with pytest.raises(Invalid, match="day 2020-10-18 must be one of it, 2020-10-19 to 2020-11-15"):
        charted(rostered).from_day(date(2020, 10, 18))
    assert facts(rostered) == before
    assert sees(rostered, lambda views: [p.version for p in views.rows(Published)]) == [1]


def test_who_came_to_the_unit_since_has_a_line_in_the_roster_of_the_days_that_are_left(rostered: InRecord) -> None:
    (first,) = sees(rostered, lambda views: views.rows(Published))
    left_out = {m: line for m, line in charted(rostered).lines.items() if m != PARTNER}
    withdrawn(rostered, MONDAY)
    old = charted(rostered)
    again = in_place(rostered, UnitRoster(PCT, old.first, old.days, "", left_out, {}, 0.0, True, 0.0), at=BEFORE)
    assert (again.roster.version, again.roster.stream) == (3, first.stream)
    assert f"{PARTNER} has no line: their chart goes on" in again.notes
    assert PARTNER not in [line.member for line in sees(rostered, lambda v: standing(v, PCT, local(BEFORE))).lines]
    rest = old.from_day(MONDAY_NEXT)
    in_place(rostered, rest)
    assert on_duty(rostered, PARTNER, "2020-10-21T01:00").startswith("chart ")
    assert on_duty(rostered, PARTNER, "2020-10-27T01:00").startswith("roster of PCT-047 from 2020-10-26, version 5")
    amended(rostered, PARTNER, MONDAY_NEXT, "off", at=SUNDAY)
    assert on_duty(rostered, PARTNER, "2020-10-27T01:00") == "off"
    whole(rostered)


def test_a_roster_that_is_published_again_shows_no_amendments_of_the_one_before(rostered: InRecord) -> None:
    amended(rostered, OFFICER, day(1), "off")
    withdrawn(rostered, MONDAY)
    published(rostered, charted(rostered))
    amended(rostered, PARTNER, day(1), "off")
    shown = sees(rostered, lambda views: standing(views, PCT, local(BEFORE))).amended
    assert [(a.version, a.member) for a in shown] == [(5, PARTNER)]


def test_the_ledger_has_what_was_worked_and_what_comes(rostered: InRecord) -> None:
    withdrawn(rostered, MONDAY_NEXT, at=SUNDAY)
    page = sees(rostered, lambda views: duty_page(views, OFFICER, local("2020-10-28T12:00"), days=10))
    worked = {entry.entry.start.date() for entry in page.entries}
    assert date(2020, 10, 20) not in worked, "the night of Monday 19 October, off by the roster"
    assert date(2020, 10, 27) in worked, "the night of Monday 26 October, on duty by the chart again"


def test_what_was_known_before_each_fact_is_told_though_all_have_one_instant(rostered: InRecord) -> None:
    (roster,) = sees(rostered, lambda views: views.rows(Published))
    in_place(rostered, charted(rostered).from_day(MONDAY_NEXT), at=BEFORE)
    amended(rostered, PARTNER, day(8), "off")
    withdrawn(rostered, MONDAY)
    with rostered.store.reading() as views:
        said = [fact for fact in views.facts() if fact.stream.startswith(f"roster/{PCT}/")]
        then = [Before(views, fact).rows(DutyLine, member=OFFICER) for fact in said]
    assert len({fact.recorded_at for fact in said}) == 1
    assert [fact.kind.partition(".")[2] for fact in said] == [
        "published", "withdrawn", "published", "amended", "withdrawn",
    ]  # fmt: skip
    assert [[len(line.tours) for line in lines] for lines in then] == [[], [28], [7], [7, 21], [7, 21]]
    assert roster.stream == said[0].stream


def test_the_reason_is_sealed_and_can_be_erased(rostered: InRecord) -> None:
    withdrawn(rostered, MONDAY_NEXT, at=SUNDAY, reason="the surgery of two")
    said = sees(rostered, lambda views: [fact for fact in views.facts() if fact.kind == "roster.withdrawn"])
    assert "surgery" not in said[0].body
    for outsider in (OFFICER, "M0023"):
        with pytest.raises(Refused, match=f"{outsider} is not in command of {PCT} or a unit above it"):
            does(rostered, partial(erase, stream=said[0].stream, by=outsider, why="order 7"))
    assert does(rostered, lambda record: erase(record, said[0].stream, CHIEF, "order 7")) == 1
    withdrawn(rostered, MONDAY, at="2020-10-18T12:00", reason="another surgery")
    assert does(rostered, lambda record: erase(record, said[0].stream, CHIEF, "order 8")) == 1
    whole(rostered)


def test_what_is_published_in_place_is_held_to_the_roster_after_it(small: InRecord) -> None:
    month, after = charted(small), day(14)
    first = replace(month, days=14, lines={m: line[:14] for m, line in month.lines.items()})
    first = with_entries(first, OFFICER, {day(n): "" for n in range(10, 14)})
    published(small, first)
    published(small, with_entries(month.from_day(after), OFFICER, {after: DAY}))
    left = first.from_day(MONDAY_NEXT)
    for tour, said in (
        (NIGHT, f"{OFFICER} would be on two tours at once, {NIGHT} of {day(13)} and {DAY} of {after}"),
        (EVENING, rf"{OFFICER} crosses rest-unfit at {after}T.*, 7 h 30 m of rest before"),
    ):
        with pytest.raises(Refused, match=said):
            in_place(small, with_entries(left, OFFICER, {day(13): tour}))
    assert in_place(small, with_entries(left, OFFICER, {day(13): DAY})).roster.version == 3


def test_rosters_that_begin_later_are_withdrawn_as_a_whole_by_one_in_place_of_all(small: InRecord) -> None:
    published(small, charted(small, weeks=2))
    published(small, charted(small, first=day(14), weeks=2))
    in_place(small, charted(small).from_day(MONDAY_NEXT), at=BEFORE)
    found = sees(small, lambda views: sorted(views.rows(Published), key=lambda p: p.first))
    assert [(p.first, p.days, p.version) for p in found] == [(MONDAY, 7, 2), (MONDAY_NEXT, 21, 3)]
    lines = sees(small, lambda views: views.rows(DutyLine, member=PARTNER))
    assert [(line.first, len(line.tours), line.since <= line.until) for line in lines] == [
        (MONDAY, 7, True), (MONDAY_NEXT, 21, True), (day(14), 0, True),
    ]  # fmt: skip
    assert not any(tour.cancelled for tour in calendar(small, PARTNER).values())
    whole(small)


def test_whatever_is_published_amended_and_withdrawn_every_day_has_the_word_that_was_last(
    database: Path, temporary_store: SqlStore, clock: SettableClock
) -> None:
    """Against a model that keeps for each day of a member the last word, a tour or off, and of which act it is."""
    force = InRecord(temporary_store, clock)
    charts, chance = charted(force), random.Random(5)
    said: dict[date, str] = {}
    of: dict[date, int] = {}
    sequences: Mapping[date, int] = {}
    for number in range(14):
        on = day(chance.randint(0, 27))
        act = chance.choice(["publish", "amend", "withdraw"])
        if act == "publish":
            roster = with_entries(charts.from_day(on), PARTNER, {on: ""})
            in_place(force, roster, at=BEFORE)
            said |= dict(zip(roster.dates, roster.lines[PARTNER], strict=True))
            of |= dict.fromkeys(roster.dates, number)
        elif act == "amend" and on in said:
            amended(force, PARTNER, on, "off")
            said[on] = ""
        elif act == "withdraw" and on in said:
            withdrawn(force, on)
            said = {each: tour for each, tour in said.items() if each < on or of[each] != of[on]}
        lines = sees(force, lambda views: views.rows(DutyLine, member=PARTNER))
        stands = {line.first + timedelta(days=n): tour for line in lines for n, tour in enumerate(line.tours)}
        assert stands == said, (number, act, on)
        shown = calendar(force, PARTNER)
        assert {d for d, tour in shown.items() if not tour.cancelled} == {d for d, tour in said.items() if tour}
        assert all(shown[d].sequence >= sequence for d, sequence in sequences.items())
        sequences = {d: tour.sequence for d, tour in shown.items()}
    whole(force)
    assert database.exists()
