"""Roll calls in the record: who is on the roll of a tour, in which state, and what it makes of the tour."""

from datetime import date, timedelta

import pytest

from muster.domain.errors import Refused, Unknown
from muster.domain.force import Force
from muster.domain.members import Attachment, Qualification
from muster.services.roll_calls import turn_of
from muster.services.roll_ground import counts_of
from muster.services.roster_ground import ground_of
from muster.services.roster_parts import parts_of
from tests.ground import InRecord, changed, local
from tests.services.rolls import (
    CALLED,
    EVENING,
    NIGHT,
    OFFICERS,
    OUTSIDER,
    SECOND_DESK,
    SUP,
    TUESDAY,
    asked,
    said,
    shown,
    states,
    take,
)
from tests.services.small import BOROUGH, NIGHT_DESK, OFFICER, PCT, sees


def test_the_roll_is_what_the_schedule_gives_until_somebody_is_seen(small: InRecord) -> None:
    everybody = {NIGHT_DESK, SECOND_DESK, SUP, *OFFICERS}
    assert states(small, "2020-10-06T20:00") == dict.fromkeys(everybody, "expected")
    assert states(small, "2020-10-06T23:15") == dict.fromkeys(everybody, "not-seen")


def test_absences_are_for_those_entitled_and_open_no_tasking(small: InRecord) -> None:
    small.absent(OFFICER, "2020-10-05", "2020-10-09")
    found = take(small, said(everybody=True))
    assert OFFICER not in (*found.call.present, *found.call.missing)
    lines = {v: {x.member: x.says for x in shown(small, CALLED, v).lines} for v in (None, "M0034", "M0005", OFFICER)}
    until = "until Fri 09 Oct 0000"
    assert lines[None][OFFICER] == lines["M0005"][OFFICER] == lines[OFFICER][OFFICER] == f"leave {until}"
    assert lines["M0034"][OFFICER] == f"not available {until}"


def test_attached_members_stand_where_they_serve(small: InRecord) -> None:
    since, until = local("2020-10-05"), local("2020-10-12")
    small.rows.append(Attachment(member=OFFICER, unit="PBBX", since=since, until=until))
    small.rows.append(Attachment(member="M0016", unit=PCT, squad="PCT-047-1A", since=since, until=until))
    small.load()
    now = {line.member: line for line in shown(small, CALLED).lines}
    assert (now[OFFICER].state, now[OFFICER].says) == ("elsewhere", "attached to PBBX until Mon 12 Oct 0000")
    assert now["M0016"].state == "not-seen"
    assert take(small, said(missing=[OFFICER], everybody=True)).opened == ()
    assert states(small, CALLED)[OFFICER] == "elsewhere"


def test_who_is_held_over_or_joins_is_on_the_roll_and_who_is_on_the_tour_before_is_not(small: InRecord) -> None:
    evening = {line.member for line in shown(small, "2020-10-06T23:20", tour=EVENING).lines}
    assert evening.isdisjoint({OFFICER})
    small.clock.at = local("2020-10-06T23:14")
    small.sign_on("M0041", PCT, "2020-10-06T15:00")
    assert "M0041" not in states(small, "2020-10-06T23:20")
    assert states(small, "2020-10-06T23:40")["M0041"] == "held-over"
    assert OUTSIDER not in states(small, "2020-10-06T23:30")
    take(small, said(joined=[OUTSIDER], everybody=True), "2020-10-06T23:30")  # whose own tour lasts until 2335
    now = {line.member: line for line in shown(small, "2020-10-06T23:30").lines}
    assert (now[OUTSIDER].state, now[OUTSIDER].planned) == ("present", False)


def test_a_member_on_duty_elsewhere_is_said_to_be(small: InRecord) -> None:
    small.sign_on(OFFICER, "PBBX", "2020-10-06T22:00")
    now = {line.member: line for line in shown(small, CALLED).lines}
    assert (now[OFFICER].state, now[OFFICER].says) == ("elsewhere", "signed on in PBBX 2200")


def test_the_cover_counts_who_is_there(small: InRecord) -> None:
    before = {c.who: c for c in shown(small, "2020-10-06T20:00").counts}
    assert (before["officers"].there, before["officers"].to_come, before["officers"].short) == (0, 3, 0)
    take(small, said(missing=[SUP, OFFICER], everybody=True))
    after = {c.who: c for c in shown(small, CALLED).counts}
    assert {who: (c.there, c.to_come, c.short) for who, c in after.items()} == {
        "officers": (2, 0, 0), "supervisors": (0, 0, 1), "PCT-047-DESK": (2, 0, 0)
    }  # fmt: skip


def test_supervision_follows_who_is_there(small: InRecord) -> None:
    take(small, said(everybody=True))
    of = {s.supervisor: s for s in shown(small, CALLED).supervisions}
    assert (of[SUP].members, of[SUP].part, of[SUP].is_kept) == (OFFICERS, "sergeant of the squad", True)
    take(small, said(missing=[OFFICER]), "2020-10-06T23:30", day=TUESDAY)
    assert {s.supervisor: s for s in shown(small, "2020-10-06T23:30").supervisions}[SUP].members == OFFICERS[1:]


def test_the_span_is_the_force_s_own_where_it_has_one(small: InRecord) -> None:
    (before,) = (s for s in shown(small, CALLED).supervisions if s.supervisor == SUP)
    assert (before.limit.most, before.is_kept, before.more_needed) == (10, True, 0)
    small.rows = changed(small.rows, Force, lambda _: True, span_of_control=2, span_source="Order 7")
    small.load()
    (after,) = (s for s in shown(small, CALLED).supervisions if s.supervisor == SUP)
    assert (after.limit.most, after.limit.source, len(after.members)) == (2, "Order 7", 3)
    assert (after.is_kept, after.more_needed) == (False, 1)


def test_the_night_that_is_an_hour_longer_has_one_roll(small: InRecord) -> None:
    night = date(2020, 10, 31)
    found = shown(small, "2020-10-31T23:15", day=night)
    assert found.turn.end - found.turn.start == timedelta(hours=9, minutes=35)
    member = next(line.member for line in found.lines if line.member in ("M0023", "M0024", "M0025"))
    late = {member: "2020-11-01T01:30-05:00"}
    take(small, said(late=late, everybody=True), "2020-11-01T01:40-05:00", by=BOROUGH, day=night)
    now = {line.member: line for line in shown(small, "2020-11-01T01:45-05:00", day=night).lines}
    assert (now[member].state, now[member].says) == ("late", "signed on Sun 01 Nov 0130 EST")
    assert states(small, "2020-11-01T01:45-04:00", night)[member] == "no-show"


def test_a_tour_and_a_unit_that_are_not_there_are_named(small: InRecord) -> None:
    with pytest.raises(Unknown, match=r"tour 'X' is not in the record; there is .*2315x0750"):
        asked(small, CALLED, "X")
    with pytest.raises(Refused, match="civil authority has no tours"):
        asked(small, CALLED, unit="CITY-HALL")
    with pytest.raises(Unknown, match="unit 'PCT-999'"):
        asked(small, CALLED, unit="PCT-999")


def test_without_a_day_it_is_the_tour_that_runs_or_the_next(small: InRecord) -> None:
    def day(at: str) -> date:
        return sees(small, lambda views: turn_of(views, PCT, NIGHT, None, local(at))).day

    assert [day(at) for at in ("2020-10-06T12:00", "2020-10-07T03:00", "2020-10-07T07:50")] == [
        TUESDAY, TUESDAY, date(2020, 10, 7)
    ]  # fmt: skip


def test_who_counts_for_the_cover_is_who_counts_in_a_roster(small: InRecord) -> None:
    since = local("2020-01-01")
    small.rows.append(Attachment(member="M0016", unit=PCT, since=since))
    small.rows.append(Qualification(member="M0016", qualification="mobile-field-force", since=since))
    small.rows.append(Qualification(member=SUP, qualification="mobile-field-force", since=since))
    small.load()
    wanted = asked(small, CALLED)
    ground = sees(small, lambda views: ground_of(views, [PCT], TUESDAY, TUESDAY))
    parts = {p.member: p for p in parts_of(ground, PCT)}
    kinds = ("officers", "supervisors", "PCT-047-DESK", "PCT-047-SUP", "mobile-field-force")
    counts = sees(small, lambda views: counts_of(views, wanted, parts.keys()))
    for member, part in parts.items():
        assert counts[member] & {*kinds} == {k for k in kinds if part.counts_as(k, wanted.turn)}, member
