"""Preferences: stated by members, weighed in a roster as far as cover and rules leave room, and told how they fared."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.requests import Request
from muster.domain.rosters import UnitRoster
from muster.roster.budget import Budget
from muster.roster.checker import check
from muster.roster.problem import OFF
from muster.services.preferences import PREFERENCE, preferences_of, with_preferences
from muster.services.requests import Wish
from muster.services.roster_ground import period_of
from muster.services.rostering import solved
from muster.services.rosters import SHORT, UNDER, Case, case_of, shortages_of
from tests.ground import NEW_YORK, InRecord
from tests.publishing import MONDAY, NIGHT, charted, published
from tests.requesting import CO, consent, decided, oct_, page, prefer, withdraw
from tests.services.small import OFFICER, PCT, sees

ENOUGH = 1500.0
"""Effort with which the seven captains are settled."""
CAPTAIN = "M0016"


def case(force: InRecord, unit: str = PCT, weeks: int = 2) -> tuple[Case, list[Request]]:
    """The problem of a unit without preferences, and those that stand."""
    found = sees(force, lambda views: case_of(views, unit, MONDAY, weeks))
    return found, sees(force, lambda views: preferences_of(views, found.period))


def asked(wished: Case, plain: Case) -> set[tuple[str, int, str, bool]]:
    """What the problem asks for beyond the charts."""
    more = wished.instance.requests[len(plain.instance.requests) :]
    assert {r.weight for r in more} <= {PREFERENCE}
    return {(r.member, r.day, r.tour, r.wanted) for r in more}


def test_preferences_stand_undecided_until_they_are_withdrawn(small: InRecord) -> None:
    made = prefer(small, OFFICER, Wish(oct_(21), oct_(21), "off"))
    assert (made.state, page(small, made.request).waits_for, page(small, made.request).effect) == ("stands", None, None)
    assert prefer(small, OFFICER, Wish(oct_(21), oct_(21), "off")) == made
    with pytest.raises(Refused, match="is a preference, which nobody decides"):
        decided(small, made.request)
    with pytest.raises(Refused, match="asks nobody for consent"):
        consent(small, made.request, CO)
    period = period_of(NEW_YORK, MONDAY, oct_(31))
    assert sees(small, lambda views: preferences_of(views, period)) == [made]
    withdraw(small, made.request, OFFICER)
    assert sees(small, lambda views: preferences_of(views, period)) == []


def test_a_problem_has_points_for_each_day_and_of_two_for_one_day_the_latest_counts(small: InRecord) -> None:
    prefer(small, OFFICER, Wish(oct_(19), oct_(30), NIGHT, wanted=False, weekday="wed"))
    prefer(small, OFFICER, Wish(oct_(21), oct_(21), "off"))
    prefer(small, OFFICER, Wish(oct_(30), oct_(30), NIGHT))
    prefer(small, "M0034", Wish(oct_(13), oct_(19), "off"))
    plain, stand = case(small)
    wished = with_preferences(plain, stand)
    assert asked(wished, plain) == {
        (OFFICER, 2, OFF, True), (OFFICER, 9, NIGHT, False), (OFFICER, 11, NIGHT, True), ("M0034", 0, OFF, True),
    }  # fmt: skip
    assert len(wished.preferences) == 4


def test_without_preferences_the_problem_is_the_one_it_was(small: InRecord) -> None:
    prefer(small, "M0016", Wish(oct_(21), oct_(21), "off"))  # of another unit
    prefer(small, OFFICER, Wish(date(2020, 12, 1), date(2020, 12, 1), "off"))
    plain, stand = case(small)
    assert with_preferences(plain, stand) is plain


def test_what_a_line_cannot_have_or_has_anyhow_is_no_point_and_is_counted(small: InRecord) -> None:
    small.absent(OFFICER, "2020-10-21", "2020-10-22")
    prefer(small, OFFICER, Wish(oct_(21), oct_(21), "off"))
    prefer(small, "M0034", Wish(oct_(21), oct_(21), "0800x1635"))
    plain, stand = case(small)
    wished = with_preferences(plain, stand)
    assert asked(wished, plain) == set()
    assert len(wished.preferences) == 2


def test_no_number_of_wishes_weighs_as_much_as_one_member_missing_from_a_minimum(small: InRecord) -> None:
    for member in ("M0033", "M0034", "M0035", "M0037", "M0038", "M0039", "M0041", "M0042", "M0043"):
        prefer(small, member, Wish(MONDAY, oct_(30), "off"))
    plain, stand = case(small)
    wished = with_preferences(plain, stand).instance
    wishes = sum(r.weight for r in wished.requests[len(plain.instance.requests) :])
    assert wishes > SHORT
    for before, after in zip(plain.instance.cover, wished.cover, strict=True):
        if before.under >= SHORT:
            assert after.under > wishes
        assert replace(after, under=before.under) == before
    assert PREFERENCE < UNDER


def missing(case: Case, roster: UnitRoster) -> int:
    """Members missing from minimums."""
    return sum(max(0, s.minimum - s.have) for s in shortages_of(case, dict(roster.lines)))


def test_a_roster_grants_what_it_can_and_says_so(on_sqlite: InRecord) -> None:
    plain, _ = case(on_sqlite, "PBBX")
    without = solved(plain, Budget(ENOUGH))
    place = next(n for n, entry in enumerate(without.lines[CAPTAIN]) if entry != OFF) + 1
    day = MONDAY + timedelta(days=place)
    assert without.lines[CAPTAIN][place] != OFF
    wants = prefer(on_sqlite, CAPTAIN, Wish(day, day, "off"))
    plain, stand = case(on_sqlite, "PBBX")
    roster = solved(with_preferences(plain, stand), Budget(ENOUGH))
    assert roster.lines[CAPTAIN][place] == OFF
    assert "preferences: 1 of 1 days are as members would rather have them" in roster.notes
    assert (roster.breaches, roster.short) == (0, without.short)
    published(on_sqlite, replace(roster, notes=()), by="PBBX-CO")
    (given,) = page(on_sqlite, wants.request).given
    assert (given.day, given.tour, given.granted) == (day, "off", True)


def test_wishes_that_cover_leaves_no_room_for_are_not_granted_and_cover_and_rules_stay(on_sqlite: InRecord) -> None:
    captains = [f"M{number:04}" for number in range(16, 23)]
    for member in captains:
        prefer(on_sqlite, member, Wish(MONDAY, oct_(30), "off"))
    plain, stand = case(on_sqlite, "PBBX")
    wished = with_preferences(plain, stand)
    roster = solved(wished, Budget(ENOUGH))
    assert check(wished.instance, roster.lines).breaches == ()
    assert missing(plain, roster) == missing(plain, solved(plain, Budget(ENOUGH))) == 0
    (note,) = [note for note in roster.notes if note.startswith("preferences")]
    days = sum(entry == OFF for member in captains for entry in roster.lines[member][:12])
    assert note == f"preferences: {days} of 84 days are as members would rather have them"
    assert 0 < days < 84


def test_how_a_preference_fared_is_told_day_by_day(small: InRecord) -> None:
    both = prefer(small, OFFICER, Wish(oct_(21), oct_(22), "off"))
    never = prefer(small, OFFICER, Wish(oct_(21), oct_(22), NIGHT, wanted=False))
    assert {g.granted for g in page(small, both.request).given} == {None}
    published(small, charted(small), at="2020-10-13T09:00")
    assert [(g.tour, g.granted) for g in page(small, both.request).given] == [(NIGHT, False), ("off", True)]
    assert [g.granted for g in page(small, never.request).given] == [False, True]


def test_what_cannot_be_wished_for_is_told(small: InRecord) -> None:
    with pytest.raises(Unknown, match="tour 'nights' is not in the record; for a day off say off"):
        prefer(small, OFFICER, Wish(oct_(21), oct_(21), "nights"))
    with pytest.raises(Invalid, match="weekday mon must be a day of the week from 2020-10-21 to 2020-10-22"):
        prefer(small, OFFICER, Wish(oct_(21), oct_(22), "off", weekday="mon"))
    with pytest.raises(Invalid, match="first day 2020-10-12 must be to come"):
        prefer(small, OFFICER, Wish(oct_(12), oct_(22), "off"))
