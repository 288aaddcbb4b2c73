"""Closing the ledger of a period: what it certifies, and what is told of later corrections."""

import json
from dataclasses import replace
from datetime import date, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from muster.domain.closings import Adjustment, Certified, Closing, What
from muster.domain.duty import Tour
from muster.domain.errors import Refused, Tampered, Unknown
from muster.domain.force import Force, Position
from muster.domain.members import Appointment
from muster.services import closings
from muster.services.record import export, verify, verify_export
from muster.services.separations import leave
from muster.services.withdrawing import withdraw
from tests.accounting import faults
from tests.ground import InRecord, changed, local
from tests.publishing import BEFORE, amended, charted, day, published, with_entries
from tests.services.closing import AFTER, CO_POST, FIRST, closed, court, kept, page, taken_back
from tests.services.small import BOROUGH, CO, DAY_DESK, OFFICER, PCT, XO, does, facts, sees

COURT: What = ("court", None, True)
TOUR: What = ("tour", PCT, True)


@pytest.fixture
def force(small: InRecord) -> InRecord:
    small.clock.at = local(AFTER)
    return small


def test_what_is_certified_is_every_member_and_hour_of_the_unit_with_their_sums(force: InRecord) -> None:
    kept(force, court(OFFICER, "2020-10-30T10:00", "2020-10-30T12:30"))
    kept(force, court(DAY_DESK, "2020-10-31T18:00", "2020-10-31T23:00", kind="extra-duty"))
    done = closed(force)
    assert (done.closing.version, done.closing.members, done.closing.signer) == (1, 23, CO)
    assert sees(force, faults) == []
    found = page(force)
    assert found.sums == found.now
    assert found.sums.counted - found.sums.paid == timedelta(hours=5)
    assert not found.adjustments
    mine = found.certified.accounts[OFFICER]
    assert mine.kinds["court"] == timedelta(hours=2, minutes=30)
    assert all(e.fact is not None for e in mine.entries)


def test_the_night_in_which_the_clocks_go_back_has_its_hour_and_the_one_they_go_forward_lacks_it(
    small: InRecord,
) -> None:
    small.clock.at = local("2021-04-20T09:00")
    lengths = {}
    for first, until in ((date(2020, 10, 31), date(2020, 11, 2)), (date(2021, 3, 13), date(2021, 3, 15))):
        done = closed(small, first=first, until=until, at="2021-04-20T09:00")
        nights = [e for a in done.certified.accounts.values() for e in a.entries if e.start.hour in (3, 4)]
        lengths[first.year] = {e.length for e in nights if e.kind == "tour"}
        assert sees(small, faults) == []
    assert timedelta(hours=9, minutes=35) in lengths[2020]
    assert timedelta(hours=7, minutes=35) in lengths[2021]


def test_two_periods_that_follow_each_other_share_the_night_between_them_and_no_minute_of_it(force: InRecord) -> None:
    closed(force, first=date(2020, 10, 5), until=FIRST)
    closed(force)
    assert sees(force, faults) == []
    before, after = (page(force, at=at) for at in ("2020-10-18", AFTER))
    midnight = local("2020-10-19")
    assert any(e.end == midnight for a in before.certified.accounts.values() for e in a.entries)
    assert any(e.start == midnight for a in after.certified.accounts.values() for e in a.entries)


def test_closing_again_with_nothing_changed_records_nothing_whoever_does_it(force: InRecord) -> None:
    first = closed(force)
    before = facts(force)
    again = closed(force, at="2020-11-18T09:00", by="PBBX-CO")
    assert (again.again, again.closing, facts(force)) == (True, first.closing, before)


def test_a_correction_is_an_adjustment_with_its_fact_and_a_supplement_says_what_changed(force: InRecord) -> None:
    closed(force)
    was = page(force)
    kept(force, court(OFFICER, "2020-10-23T18:00", "2020-10-23T20:00"), by=XO)
    kept(force, court(OFFICER, "2020-10-23T21:00", "2020-10-23T22:00"), by=BOROUGH)
    newest = facts(force)
    found = page(force)
    told = [(a.difference.was, a.difference.now, a.difference.length, a.fact, a.by) for a in found.adjustments]
    assert told == [
        (None, COURT, timedelta(hours=2), newest - 1, XO),
        (None, COURT, timedelta(hours=1), newest, BOROUGH),
    ]
    assert found.certified == was.certified
    assert found.now.counted - found.sums.counted == timedelta(hours=3)
    force.clock.at += timedelta(hours=1)
    done = closed(force, at="2020-11-17T10:00")
    assert (done.closing.version, done.closing.changes, done.certified.changes) == (2, 2, found.adjustments)
    assert not page(force, at="2020-11-17T10:00").adjustments
    known = page(force, known_at=local(AFTER) + timedelta(minutes=59))
    assert (known.closing.version, known.adjustments) == (1, found.adjustments)


def test_the_last_fact_that_changed_the_hours_is_named_and_not_one_about_other_hours(force: InRecord) -> None:
    force.sign_on(OFFICER, PCT, "2020-10-24T17:00")
    force.sign_off(OFFICER, "2020-10-24T20:00")
    closed(force)
    taken_back(force, f"signing/{OFFICER}/2020-10-25T00:00:00Z/off")
    force.sign_off(OFFICER, "2020-10-24T21:00")
    made_it = facts(force) - 1  # signing off again only ends what taking back had made count
    kept(force, court(OFFICER, "2020-10-23T18:00", "2020-10-23T20:00"))
    kept(force, court(XO, "2020-10-24T20:00", "2020-10-24T21:00"))
    found = {(a.difference.member, a.difference.start): a.fact for a in page(force).adjustments}
    assert found[OFFICER, local("2020-10-24T20:00")] == made_it
    assert found[OFFICER, local("2020-10-23T18:00")] == made_it + 2
    assert found[XO, local("2020-10-24T20:00")] == made_it + 3


def test_what_is_corrected_and_put_right_again_is_no_adjustment(force: InRecord) -> None:
    closed(force)
    row = court(OFFICER, "2020-10-23T18:00", "2020-10-23T20:00")
    kept(force, row, by=CO)
    taken_back(force, row.stream, by=CO)
    assert not page(force).adjustments
    assert closed(force).again


def test_a_tour_that_gets_other_hours_changes_everybodys_and_says_by_which_fact(force: InRecord) -> None:
    closed(force)
    force.rows = changed(force.rows, Tour, lambda t: t.tour == "2315x0750", end=time(7))
    force.load()
    found = page(force)
    assert len({a.difference.member for a in found.adjustments}) > 3
    assert {a.stream for a in found.adjustments} == {"tour/2315x0750"}


def test_a_roster_that_is_published_or_withdrawn_afterwards_is_what_changed_the_hours_of_its_members(
    force: InRecord,
) -> None:
    closed(force)
    published(force, with_entries(charted(force), OFFICER, {day(0): "", day(1): ""}))
    given = facts(force)
    nights = local("2020-10-19T23:15"), local("2020-10-20T23:15")
    amended(force, DAY_DESK, day(2), "off")
    assert {a.difference.start: a.fact for a in adjusted(force, OFFICER)} == dict.fromkeys(nights, given)
    does(force, lambda record: withdraw(record, PCT, FIRST, CO_POST, "a mistake", local(BEFORE)))
    assert not page(force).adjustments
    published(force, with_entries(charted(force), OFFICER, {day(0): "", day(1): ""}))
    assert closed(force, at="2020-11-17T10:00").closing.version == 2
    does(force, lambda record: withdraw(record, PCT, day(1), CO_POST, "a mistake", local(BEFORE)))
    assert [(a.difference.start, a.fact) for a in adjusted(force, OFFICER)] == [(nights[1], facts(force))]
    assert sees(force, faults) == []


def test_terminal_leave_that_is_granted_afterwards_is_what_changed_the_hours(force: InRecord) -> None:
    force.retire(OFFICER, "2020-10-12T10:00", "2020-10-26")
    closed(force)
    does(force, lambda record: leave(record, f"SEP-{OFFICER}", CO, local("2020-10-21"), local("2020-10-14")))
    found = adjusted(force, OFFICER)
    assert found
    assert {(a.fact, a.by) for a in found} == {(facts(force), CO)}


def adjusted(force: InRecord, member: str) -> list[Adjustment]:
    """What was learned since of a member's hours."""
    return [a for a in page(force, at="2020-11-17T10:00").adjustments if a.difference.member == member]


def test_who_moves_to_another_unit_has_hours_in_both_ledgers_and_none_twice(force: InRecord) -> None:
    day = local("2020-11-02T00:00")
    old = next(r for r in force.rows if isinstance(r, Appointment) and r.member == OFFICER)
    desk = Position(position="PBBX-PO", unit="PBBX", title="police-officer", rank="PO", places=1, order=40)
    moved = replace(old, position=desk.position, since=day)
    force.rows = [replace(r, until=day) if r == old else r for r in force.rows] + [desk, moved]
    force.load()
    here = closed(force).certified.accounts[OFFICER]
    there = closed(force, unit="PBBX", by="PBBX-CO").certified.accounts[OFFICER]
    assert here.home == ((local("2020-10-19"), day),)
    assert there.home == ((day, local("2020-11-16")),)
    assert here.overtime is None
    assert there.overtime is not None
    assert sees(force, faults) == []


def test_overtime_is_that_of_the_work_periods_that_end_in_the_period(force: InRecord) -> None:
    (row,) = [r for r in force.rows if isinstance(r, Force)]
    for first, days in ((FIRST, 28), (date(2020, 10, 26), 14)):
        force.rows = changed(force.rows, Force, lambda f: True, work_period_from=first, work_period_days=days)
        force.load()
        done = closed(force, by=CO_POST)
        assert done.closing.overtime_seconds
        assert sees(force, faults) == []
    assert row.work_period_days == 28
    force.rows = changed(force.rows, Force, lambda f: True, work_period_from=None, work_period_days=None)
    force.load()
    assert closed(force).closing.overtime_seconds is None


def test_hours_before_the_period_change_the_overtime_of_the_work_period_that_ends_in_it(force: InRecord) -> None:
    force.rows = changed(force.rows, Force, lambda f: True, work_period_from=date(2020, 10, 12))
    force.load()
    was = closed(force).certified.accounts[OFFICER].overtime
    kept(force, court(OFFICER, "2020-10-13T16:00", "2020-10-14T22:00"))
    found = page(force)
    assert (found.adjustments, found.now.counted) == ((), found.sums.counted)
    assert found.now.overtime != found.sums.overtime
    done = closed(force)
    assert (done.closing.version, done.closing.changes) == (2, 0)
    now = done.certified.accounts[OFFICER].overtime
    assert was is not None
    assert now is not None
    assert now > was
    assert sees(force, faults) == []


def test_what_was_certified_is_proved_and_a_changed_or_missing_text_is_found(force: InRecord, tmp_path: Path) -> None:
    closing = closed(force).closing
    assert sees(force, verify).whole
    with (tmp_path / "export.jsonl").open("w", encoding="utf-8") as to:
        sees(force, lambda views: export(views, to, about=PCT))
    lines = (tmp_path / "export.jsonl").read_text(encoding="utf-8").splitlines()
    assert verify_export(lines).whole
    (said,) = [n for n, line in enumerate(lines) if json.loads(line).get("content") == closing.content]
    assert not verify_export(lines[:said] + lines[said + 1 :]).whole
    forged = lines[said].replace('\\"court\\"', '\\"tour\\"').replace("true", "false", 1)
    assert not verify_export([*lines[:said], forged, *lines[said + 1 :]]).whole
    name = closing.content
    text = sees(force, lambda views: views.contents([name])[name])
    assert Certified.read(text).text == text


def test_a_forged_text_is_refused_where_it_is_read(force: InRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    closed(force)
    with force.store.reading() as views:
        real = views.contents

        def forged(hashes: list[str]) -> dict[str, str]:
            return {name: text.replace("true", "false", 1) for name, text in real(hashes).items()}

        monkeypatch.setattr(views, "contents", forged)
        with pytest.raises(Tampered, match="the certified ledger is not what it was"):
            closings.closed(views, PCT, local(AFTER))
        assert not verify(views).whole


def test_nothing_closed_yet_is_said(force: InRecord) -> None:
    with pytest.raises(Unknown, match="no ledger was closed by then"):
        page(force)
    closed(force)
    with pytest.raises(Unknown, match="no ledger was closed by then"):
        page(force, at="2020-10-18")
    assert page(force, at="2020-10-19").closing == sees(force, lambda views: views.rows(Closing))[0]


def test_hours_are_for_who_commands_the_unit_or_above_it(force: InRecord) -> None:
    for viewer in (CO, XO, BOROUGH):
        sees(force, partial(closings.must_read_ledger, viewer=viewer, unit=PCT, at=local(AFTER)))
    with pytest.raises(Refused, match="may not read the ledger of PCT-047"):
        sees(force, lambda views: closings.must_read_ledger(views, OFFICER, PCT, local(AFTER)))
