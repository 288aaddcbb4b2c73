"""A trial is moved: an appearance that is planned is read by whoever plans, moved it counts once, cancelled not."""

from datetime import date, timedelta

import pytest

from muster.domain.duty import TimeRecord
from muster.domain.errors import Invalid, Refused, Unknown
from muster.roster.problem import Member
from muster.services import time_records
from muster.services.ledger import duty_page
from muster.services.roll_calls import roll_call, turn_of
from muster.services.roll_ground import Asked
from muster.services.rosters import case_of
from tests.accounting import faults
from tests.ground import InRecord, local
from tests.services.closing import closed, court, page
from tests.services.small import CO, OFFICER, PCT, XO, does, facts, sees

NOTICE = "subpoena 4711"
DAY_OFFICER = "M0037"
FIRST, DAY = date(2020, 10, 19), "0705x1540"


def planned(force: InRecord, row: TimeRecord, by: str = OFFICER) -> TimeRecord:
    return does(force, lambda record: time_records.plan(record, row, by))


def moved(force: InRecord, row: TimeRecord, since: str, until: str, by: str = OFFICER) -> TimeRecord:
    to = local(since), local(until)
    return does(force, lambda record: time_records.move(record, row.stream, *to, by, "adjourned"))


def cancelled(force: InRecord, row: TimeRecord, by: str = OFFICER) -> TimeRecord:
    return does(force, lambda record: time_records.cancel(record, row.stream, by, "the defendant pleaded"))


def in_court(force: InRecord, member: str = OFFICER) -> list[tuple[str, timedelta]]:
    """The hours in court of a member by 15 November, each with its source."""
    found = sees(force, lambda views: duty_page(views, member, local("2020-11-15"), days=28))
    return [(p.entry.says, p.entry.length) for p in found.entries if p.entry.kind == "court"]


def test_an_appearance_may_be_planned_for_court_and_training_as_far_ahead_as_a_roster(small: InRecord) -> None:
    row = planned(small, court(OFFICER, "2020-10-28T09:00", "2020-10-28T12:30"))
    assert facts(small) == sees(small, lambda views: views.head()[0])
    before = facts(small)
    planned(small, row)
    assert facts(small) == before
    with pytest.raises(Invalid, match="must be court or training"):
        planned(small, court(OFFICER, "2020-10-29T09:00", "2020-10-29T12:30", kind="detail"))
    with pytest.raises(Invalid, match="must be within 371 days"):
        planned(small, court(OFFICER, "2021-10-29T09:00", "2021-10-29T12:30"))
    with pytest.raises(Invalid, match="must not overlap"):
        planned(small, court(OFFICER, "2020-10-28T12:00", "2020-10-28T13:00", kind="training"))
    with pytest.raises(Invalid, match="no more than a day ahead"):
        does(small, lambda record: time_records.add(record, court(XO, "2020-10-28T09:00", "2020-10-28T12:30"), XO))


def test_a_moved_appearance_gives_its_hours_once_with_the_source_it_had(small: InRecord) -> None:
    row = TimeRecord(member=OFFICER, since=local("2020-10-28T09:00"), kind="court", until=local("2020-10-28T12:30"),
                     source=NOTICE)  # fmt: skip
    planned(small, row)
    new = moved(small, row, "2020-11-04T10:00", "2020-11-04T12:00")
    assert in_court(small) == [(NOTICE, timedelta(hours=2))]
    before = facts(small)
    assert moved(small, row, "2020-11-04T10:00", "2020-11-04T12:00") == new
    assert facts(small) == before
    *_, said = sees(small, lambda views: list(views.facts(streams=[new.stream])))
    assert all(word in said.body for word in (row.stream, "adjourned", f'"by":"{OFFICER}"'))
    longer = moved(small, new, "2020-11-04T10:00", "2020-11-04T15:00")
    assert longer.stream == new.stream
    assert in_court(small) == [(NOTICE, timedelta(hours=5))]


def test_a_cancelled_appearance_leaves_no_hours_and_may_be_cancelled_twice(small: InRecord) -> None:
    row = planned(small, court(OFFICER, "2020-10-28T09:00", "2020-10-28T12:30"))
    cancelled(small, row)
    before = facts(small)
    assert cancelled(small, row) == row
    assert (facts(small), in_court(small)) == (before, [])
    with pytest.raises(Unknown, match="cancelled, or moved"):
        moved(small, row, "2020-11-04T10:00", "2020-11-04T12:00")
    with pytest.raises(Unknown, match="never entered"):
        cancelled(small, court(OFFICER, "2020-10-29T09:00", "2020-10-29T12:30"))


def test_only_who_entered_it_or_stands_over_the_member_moves_it_and_a_clash_leaves_it_where_it_was(
    small: InRecord,
) -> None:
    row = planned(small, court(OFFICER, "2020-10-28T09:00", "2020-10-28T12:30"))
    planned(small, court(OFFICER, "2020-11-04T12:00", "2020-11-04T13:00"))
    before = facts(small)
    for until in ("2020-10-28T12:30", "2020-10-28T15:00"):
        with pytest.raises(Refused):
            moved(small, row, "2020-10-28T09:00" if until[-5:] == "15:00" else "2020-10-28T08:00", until, by="M0034")
    with pytest.raises(Invalid, match="must not overlap"):
        moved(small, row, "2020-11-04T10:00", "2020-11-04T12:30")
    assert facts(small) == before
    moved(small, row, "2020-11-05T10:00", "2020-11-05T12:30", by=CO)
    assert len(in_court(small)) == 2


def test_an_appearance_moved_after_closing_is_two_adjustments_and_its_hours_are_certified_once(small: InRecord) -> None:
    row = planned(small, court(OFFICER, "2020-10-28T09:00", "2020-10-28T12:30"))
    closed(small)
    new = moved(small, row, "2020-11-04T09:00", "2020-11-04T12:30")
    told = {a.difference.start: a.stream for a in page(small).adjustments}
    assert told.pop(row.since) == row.stream
    assert told.pop(new.since) == new.stream
    closed(small)
    assert sees(small, faults) == []


def test_a_roster_made_meanwhile_leaves_time_and_rest_around_an_appearance(small: InRecord) -> None:
    def barred(member: str) -> set[tuple[int, str]]:
        case = sees(small, lambda views: case_of(views, PCT, FIRST, 4))
        found: Member = next(m for m in case.instance.members if m.ref == member)
        tours = {t for t, most in found.most_days.items() if most}
        return {(day, t) for day in range(28) for t in tours if day in found.days_off or (day, t) in found.barred}

    before = barred(DAY_OFFICER)
    row = planned(small, court(DAY_OFFICER, "2020-10-28T09:00", "2020-10-28T12:30"), by=DAY_OFFICER)
    assert (9, DAY) in barred(DAY_OFFICER) - before, "the trial is in the middle of it"
    assert not {day for day, _ in barred(DAY_OFFICER) - before} - {8, 9}
    row = moved(small, row, "2020-10-28T21:00", "2020-10-28T23:00", by=DAY_OFFICER)
    assert (9, DAY) in barred(DAY_OFFICER) - before, "five hours between the tour and the trial are no rest"
    row = moved(small, row, "2020-10-28T16:00", "2020-10-28T18:00", by=DAY_OFFICER)
    assert (9, DAY) not in barred(DAY_OFFICER) - before, "tour and trial are one duty of eleven hours"
    row = moved(small, row, "2020-10-28T19:00", "2020-10-28T23:59", by=DAY_OFFICER)
    assert (9, DAY) in barred(DAY_OFFICER) - before, "one duty of seventeen hours"
    cancelled(small, row, by=DAY_OFFICER)
    assert barred(DAY_OFFICER) == before


def test_nobody_misses_at_roll_call_who_is_in_court_then(small: InRecord) -> None:
    planned(small, court(DAY_OFFICER, "2020-10-20T07:00", "2020-10-20T12:30"), by=DAY_OFFICER)

    def state(at: str) -> tuple[str, str]:
        with small.store.reading() as views:
            turn = turn_of(views, PCT, DAY, date(2020, 10, 20), local(at))
            found = roll_call(views, Asked(PCT, turn, local(at)))
            line = next(x for x in found.lines if x.member == DAY_OFFICER)
            return line.state, line.says

    assert state("2020-10-20T07:10") == ("elsewhere", "court until 1230")
    assert state("2020-10-20T12:30")[0] == "not-seen"
