"""Roll calls in the record: who is on the roll, what a call brings about, and what it brings about once more."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.domain.contact import Contact
from muster.domain.cover import Cover
from muster.domain.duty import Signing, Squad, Tour
from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.domain.escalation import Escalation
from muster.domain.members import Attachment, Qualification
from muster.domain.roll_call_sheets import RollCallPage
from muster.domain.roll_calls import RollCall
from muster.domain.roll_taking import Said
from muster.domain.taskings import Tasking
from muster.services import duty, roll_calls, roll_taking
from muster.services.roll_calls import Asked, roll_call
from muster.services.roll_taking import Taken
from muster.services.roster_ground import ground_of
from muster.services.roster_parts import parts_of
from muster.services.watch import watch
from tests.ground import InRecord, local
from tests.services.small import BOROUGH, DAY_DESK, NIGHT_DESK, OFFICER, PCT, does, facts, sees

NIGHT, DAY, EVENING = "2315x0750", "0705x1540", "1500x2335"
TUESDAY = date(2020, 10, 6)
SUP, OFFICERS = "M0032", ("M0033", "M0034", "M0035")
OUTSIDER, SECOND_DESK = "M0042", "M0025"
CALLED = "2020-10-06T23:20"


def asked(force: InRecord, at: str, tour: str = NIGHT, day: date = TUESDAY, unit: str = PCT) -> Asked:
    turn = sees(force, lambda views: roll_calls.turn_of(views, unit, tour, day, local(at)))
    return Asked(unit, turn, local(at))


def shown(force: InRecord, at: str, viewer: str | None = None, day: date = TUESDAY, tour: str = NIGHT) -> RollCallPage:
    wanted = asked(force, at, tour, day)
    return sees(force, lambda views: roll_call(views, wanted, viewer))


def states(force: InRecord, at: str, day: date = TUESDAY, tour: str = NIGHT) -> dict[str, str]:
    return {line.member: line.state for line in shown(force, at, day=day, tour=tour).lines}


def said(
    present: Iterable[str] = (),
    missing: Iterable[str] = (),
    late: dict[str, str] | None = None,
    joined: Iterable[str] = (),
    *,
    everybody: bool = False,
) -> Said:
    came = {m: local(at) for m, at in (late or {}).items()}
    return Said(frozenset(present), everybody, frozenset(missing), came, frozenset(joined))


def take(force: InRecord, what: Said, at: str = CALLED, by: str = NIGHT_DESK, day: date = TUESDAY) -> Taken:
    force.clock.at = max(force.clock.at, local(at))
    wanted = asked(force, at, day=day)
    return does(force, lambda record: roll_taking.take(record, wanted, what, by))


def dismiss(force: InRecord, at: str, stay: Iterable[str] = ()) -> list[Signing]:
    force.clock.at = max(force.clock.at, local(at))
    wanted = asked(force, at)
    return does(force, lambda record: roll_taking.dismiss(record, wanted, frozenset(stay), NIGHT_DESK))


def open_gaps(force: InRecord) -> dict[str, str]:
    return {t.tasking: t.owner for t in sees(force, lambda views: views.rows(Tasking, kind="gap", result=None))}


def test_the_roll_is_what_the_schedule_gives_until_somebody_is_seen(small: InRecord) -> None:
    everybody = {NIGHT_DESK, SECOND_DESK, SUP, *OFFICERS}
    assert states(small, "2020-10-06T20:00") == dict.fromkeys(everybody, "expected")
    assert states(small, "2020-10-06T23:15") == dict.fromkeys(everybody, "not-seen")


def test_who_is_there_signs_on_and_who_is_not_is_off_duty_and_looked_for(small: InRecord) -> None:
    found = take(small, said(missing=[SUP, OFFICER], late={"M0034": "2020-10-06T23:18"}, everybody=True))
    assert found.call.position == "PCT-047-DESK"
    assert (found.call.missing, found.call.late) == ((SUP, OFFICER), ("M0034",))
    now = states(small, CALLED)
    missing = dict.fromkeys((SUP, OFFICER), "no-show")
    assert now == {**dict.fromkeys((NIGHT_DESK, SECOND_DESK, "M0035"), "present"), **missing, "M0034": "late"}
    on_duty = {m: sees(small, lambda v, m=m: duty.status(v, m, local(CALLED))).source for m in now}  # type: ignore[misc]
    assert on_duty["M0035"] == "signed on"
    assert on_duty[OFFICER] == "not scheduled and not signed on"
    assert sorted(found.opened) == [f"NO-SHOW-{m}-20201006-{NIGHT}" for m in (SUP, OFFICER)]
    assert set(open_gaps(small).values()) == {"PCT-047-DESK"}
    searches = sees(small, lambda views: views.rows(Escalation, tasking=set(found.opened)))
    assert len(searches) == 2
    assert all(s.runs and s.chain[0] == "PCT-047-DESK" for s in searches)


def test_a_missing_desk_officer_has_no_watch_and_the_tasking_goes_to_who_has(small: InRecord) -> None:
    after = "2020-10-06T23:36"  # the evening's desk officer has gone home
    take(small, said(missing=[NIGHT_DESK, SECOND_DESK], everybody=True), after, by=BOROUGH)
    now = sees(small, lambda views: watch(views, PCT, local(after))).in_command
    assert now is not None
    assert (now.member, now.position) == (SUP, "PCT-047-SUP")
    assert set(open_gaps(small).values()) == {"PCT-047-SUP"}
    (desk,) = (p for p in shown(small, after).posts if p.position == "PCT-047-DESK")
    assert (desk.filled, desk.missing, desk.is_empty) == ((), (NIGHT_DESK, SECOND_DESK), True)
    assert desk.instead == SUP


def test_taken_again_only_what_changed_is_recorded(small: InRecord) -> None:
    first = said(missing=[SUP, OFFICER], everybody=True)
    take(small, first)
    before = facts(small)
    again = take(small, first, "2020-10-06T23:25")
    assert (again.signed, again.opened, facts(small)) == (0, (), before)
    came = take(small, said(late={OFFICER: "2020-10-07T00:10"}), "2020-10-07T00:12")
    assert (came.signed, came.taken_back, came.opened) == (1, 0, ())
    assert came.closed == (f"NO-SHOW-{OFFICER}-20201006-{NIGHT}",)
    closed = sees(small, lambda views: views.row(Tasking, came.closed[0]))
    assert closed is not None
    assert closed.result == "came Wed 07 Oct 0010"
    now = {line.member: line for line in shown(small, "2020-10-07T00:12").lines}
    assert (now[OFFICER].state, now[OFFICER].since) == ("late", local("2020-10-07T00:10"))
    assert now[SUP].state == "no-show"
    assert (came.call.missing, came.call.late) == ((SUP,), (OFFICER,))
    assert states(small, "2020-10-07T00:05")[OFFICER] == "no-show"


def test_a_mistake_is_taken_back_by_a_new_fact_and_opens_the_search_again(small: InRecord) -> None:
    take(small, said(missing=[OFFICER], everybody=True))
    take(small, said(present=[OFFICER]), "2020-10-06T23:22")
    assert states(small, "2020-10-06T23:22")[OFFICER] == "present"
    assert open_gaps(small) == {}
    found = take(small, said(missing=[OFFICER]), "2020-10-06T23:24")
    assert (found.signed, found.taken_back) == (1, 1)
    assert found.opened == (f"NO-SHOW-{OFFICER}-20201006-{NIGHT}-2",)
    believed = sees(small, lambda views: views.history(Signing, f"{OFFICER}/2020-10-07T03:15:00Z/on"))
    assert [v.row is None for v in believed] == [False, True]
    assert states(small, "2020-10-06T23:24")[OFFICER] == "no-show"


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


def test_a_tour_is_dismissed_and_who_stays_is_held_over(small: InRecord) -> None:
    take(small, said(everybody=True))
    made = dismiss(small, "2020-10-07T07:55", [OFFICER])
    assert {(s.member, s.kind) for s in made} >= {(OFFICER, "held-over"), (SUP, "off"), (NIGHT_DESK, "off")}
    assert {s.at for s in made} == {local("2020-10-07T07:50")}
    assert dismiss(small, "2020-10-07T07:56", [OFFICER]) == []
    assert states(small, "2020-10-07T08:00", date(2020, 10, 7), DAY)[OFFICER] == "held-over"
    assert sees(small, lambda views: duty.status(views, SUP, local("2020-10-07T07:55"))).state == "off"


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


def test_what_cannot_be_is_refused_with_all_its_faults(small: InRecord) -> None:
    everything: list[tuple[type[MusterError], str, Said, str, str]] = [
        (Refused, "begins 2315: nobody is missing before", said(everybody=True), "2020-10-06T23:10", NIGHT_DESK),
        (Refused, "was over Wed 07 Oct 0750", said(everybody=True), "2020-10-07T08:00", NIGHT_DESK),
        (Refused, "holds no command or tour position", said(everybody=True), CALLED, OFFICER),
        (Unknown, "not in the record as members: M9999", said(joined=["M9999"]), CALLED, NIGHT_DESK),
        (Invalid, f"member {SUP} must be named once", said([SUP], [SUP]), CALLED, NIGHT_DESK),
        (Invalid, "member M0001 must be on the schedule", said(["M0001"]), CALLED, NIGHT_DESK),
        (Invalid, "attached M0033 must not be on the schedule", said(joined=[OFFICER]), CALLED, NIGHT_DESK),
        (Invalid, "late M0033@2315 must be in", said(late={OFFICER: "2020-10-06T23:15"}), CALLED, NIGHT_DESK),
        (Invalid, "late M0033@2330 must be in", said(late={OFFICER: "2020-10-06T23:30"}), CALLED, NIGHT_DESK),
    ]
    before = facts(small)
    for reason, words, what, at, by in everything:
        with pytest.raises(reason, match=words):
            take(small, what, at, by)
    with pytest.raises(Invalid, match=r"M0001 must be on the schedule .*; late M0033@2315"):
        take(small, said(["M0001"], late={OFFICER: "2020-10-06T23:15"}))
    assert facts(small) == before
    take(small, said(everybody=True))
    with pytest.raises(Refused, match="it was taken 2320 already"):
        take(small, said(missing=[OFFICER]), "2020-10-06T23:18")


def test_whoever_signed_on_themselves_is_there_without_being_named(small: InRecord) -> None:
    small.sign_on(OFFICER, PCT, "2020-10-06T23:10")
    small.sign_on("M0034", PCT, "2020-10-06T23:18")
    found = take(small, said([SUP, NIGHT_DESK]))
    assert found.call.present == (NIGHT_DESK, SUP, OFFICER)
    assert (found.call.late, found.call.missing) == (("M0034",), (SECOND_DESK, "M0035"))
    with pytest.raises(Invalid, match=f"member {OFFICER} must not have signed on themselves"):
        take(small, said(missing=[OFFICER]), "2020-10-06T23:21")


def test_a_tour_and_a_unit_that_are_not_there_are_named(small: InRecord) -> None:
    with pytest.raises(Unknown, match=r"tour 'X' is not in the record; there is .*2315x0750"):
        asked(small, CALLED, "X")
    with pytest.raises(Refused, match="civil authority has no tours"):
        asked(small, CALLED, unit="CITY-HALL")
    with pytest.raises(Unknown, match="unit 'PCT-999'"):
        asked(small, CALLED, unit="PCT-999")


def test_without_a_day_it_is_the_tour_that_runs_or_the_next(small: InRecord) -> None:
    def day(at: str) -> date:
        return sees(small, lambda views: roll_calls.turn_of(views, PCT, NIGHT, None, local(at))).day

    assert [day(at) for at in ("2020-10-06T12:00", "2020-10-07T03:00", "2020-10-07T07:50")] == [
        TUESDAY, TUESDAY, date(2020, 10, 7)
    ]  # fmt: skip


def test_the_call_and_whom_it_looks_for_are_recorded_and_carried(small: InRecord) -> None:
    take(small, said(missing=[OFFICER], everybody=True))
    call = sees(small, lambda views: views.rows(RollCall))
    assert [(c.by, c.position, c.missing) for c in call] == [(NIGHT_DESK, "PCT-047-DESK", (OFFICER,))]
    (kind,) = {f.kind for f in sees(small, lambda views: list(views.facts(streams=["roll_call/"])))}
    assert kind == "roll_call.taken"
    assert sees(small, lambda views: views.rows(Contact)) == []
    assert DAY_DESK not in call[0].present


def test_a_tasking_has_a_name_whatever_the_tour_is_called(small: InRecord) -> None:
    tour = "the-first-platoon-of-the-first-watch-of-the-night-2315x0750"
    small.rows = [
        replace(r, tour=tour) if isinstance(r, Tour | Squad | Cover) and r.tour == NIGHT else r for r in small.rows
    ]
    small.load()
    wanted = asked(small, CALLED, tour)
    small.clock.at = local(CALLED)
    what = said(missing=[OFFICER, SUP], everybody=True)
    found = does(small, lambda record: roll_taking.take(record, wanted, what, BOROUGH))
    assert len({*found.opened}) == 2
    assert all(len(name) <= 64 for name in found.opened)


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
    counts = sees(small, lambda views: roll_calls.counts_of(views, wanted, parts.keys()))
    for member, part in parts.items():
        assert counts[member] & {*kinds} == {k for k in kinds if part.counts_as(k, wanted.turn)}, member
