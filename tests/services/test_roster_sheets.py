"""What a printed sheet shows beside the roster: names and hours of the record, and what the cover asks for."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.domain.cover import Cover
from muster.domain.errors import Invalid, Unknown
from muster.domain.roster_sheets import RosterSheet
from muster.domain.rosters import UnitRoster
from muster.roster.problem import OFF
from muster.services.roster_sheets import roster_sheet
from muster.services.rosters import case_of, shortages_of
from tests.ground import InRecord, local
from tests.services.small import PCT, sees

MONDAY = date(2020, 10, 19)
NIGHT, DAY = "2315x0750", "0705x1540"
SUPERVISORS = ("M0032", "M0036", "M0040")


def charted(small: InRecord, unit: str = PCT) -> UnitRoster:
    """The roster that is as the charts have it."""
    case = sees(small, lambda views: case_of(views, unit, MONDAY))
    wanted = {(r.member, r.day): r.tour for r in case.instance.requests}
    lines = {m.ref: tuple(wanted.get((m.ref, day), OFF) for day in range(28)) for m in case.instance.members}
    short = shortages_of(case, lines)
    return UnitRoster(unit, MONDAY, 28, "0123", lines, {"under": 0}, 0.0, True, 1.0, shortages=short)


def sheet(small: InRecord, roster: UnitRoster) -> RosterSheet:
    return sees(small, lambda views: roster_sheet(views, roster))


def test_what_is_counted_on_a_tour_is_what_the_lines_have(small: InRecord) -> None:
    roster = charted(small)
    found = sheet(small, roster)
    counts = {(c.tour, c.who): c for c in found.counts}
    assert len(counts) == 9
    for tour in (NIGHT, DAY):
        have = tuple(sum(roster.lines[m][day] == tour for m in SUPERVISORS) for day in range(28))
        assert sum(have) > 0
        assert counts[tour, "supervisors"].have == have
    for day, date_ in enumerate(roster.dates):
        short = {(s.tour, s.who): (s.have, s.minimum) for s in roster.shortages if s.day == date_}
        for key, count in counts.items():
            if key in short:
                assert (count.have[day], count.minimum[day]) == short[key]
            else:
                assert count.have[day] >= (count.minimum[day] or 0)
    assert not found.changed


def test_cover_of_some_days_only_asks_on_those(small: InRecord) -> None:
    (count,) = (c for c in sheet(small, charted(small, "PBBX")).counts if c.tour == "0800x1635")
    assert count.minimum == (None, None, None, None, None, 1, 1) * 4


def test_rank_name_and_hours_are_those_of_the_record(small: InRecord) -> None:
    found = sheet(small, charted(small))
    assert found.members["M0032"] == "Sergeant Member 0032"
    assert found.members.keys() == found.roster.lines.keys()
    long = [turn for turn in found.turns[NIGHT] if turn.end - turn.start != timedelta(hours=8, minutes=35)]
    assert [(turn.day, turn.end - turn.start) for turn in long] == [
        (date(2020, 10, 31), timedelta(hours=9, minutes=35))
    ]
    assert (found.name, found.zone) == ("47th Precinct", "America/New_York")
    assert (found.fact, found.head) == sees(small, lambda views: views.head())


def test_members_and_tours_that_the_record_does_not_know_stay_as_they_are(small: InRecord) -> None:
    roster = replace(charted(small), lines={"M9999": ("1200x2000",) * 28})
    found = sheet(small, roster)
    assert "M9999" not in found.members
    assert "1200x2000" not in found.turns
    (count,) = (c for c in found.counts if c.tour == "1200x2000")
    assert (count.who, count.have, count.minimum) == ("", (1,) * 28, (None,) * 28)


def test_a_sheet_says_when_the_record_asks_for_something_else_now(small: InRecord) -> None:
    roster = charted(small, "PBBX")
    small.rows.append(Cover(unit="PBBX", tour=DAY, who="supervisors", days=("mon",), minimum=1, target=1))
    small.load()
    assert sheet(small, roster).changed


def test_what_cannot_be_a_roster_of_the_record_is_refused(small: InRecord) -> None:
    roster = charted(small)
    with pytest.raises(Unknown, match="unit 'PCT-048' is not in the record; there is PCT-047"):
        sheet(small, replace(roster, unit="PCT-048"))
    with pytest.raises(Invalid, match="must be within 371 days"):
        sheet(small, replace(roster, days=10_000, lines={}))
    with pytest.raises(Invalid, match="must be from 1900 to 9000"):
        sheet(small, replace(roster, first=date(9998, 1, 1)))


def test_times_are_those_of_the_force(small: InRecord) -> None:
    assert sheet(small, charted(small)).turns[DAY][0].start == local("2020-10-19T07:05")
