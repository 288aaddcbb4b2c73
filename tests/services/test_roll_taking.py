"""Taking a roll call: what it brings about, and what it brings about once more; and dismissing the tour."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from muster.domain.contact import Contact
from muster.domain.cover import Cover
from muster.domain.duty import Signing, Squad, Tour
from muster.domain.errors import Invalid, MusterError, Refused, Unknown
from muster.domain.escalation import Escalation
from muster.domain.ledger import ledger_of
from muster.domain.roll_calls import RollCall
from muster.domain.roll_taking import Said
from muster.domain.sectors import Sector
from muster.domain.taskings import Tasking
from muster.services import duty, roll_taking, taskings
from muster.services.ledger import duty_of
from muster.services.watch import watch
from tests.ground import InRecord, local
from tests.services.reached import deciding, step
from tests.services.rolls import (
    CALLED,
    DAY,
    NIGHT,
    OUTSIDER,
    SECOND_DESK,
    SUP,
    asked,
    dismiss,
    open_gaps,
    said,
    shown,
    states,
    take,
)
from tests.services.small import BOROUGH, DAY_DESK, NIGHT_DESK, OFFICER, PCT, does, facts, sees


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


def test_before_the_tour_begins_nobody_is_missing_whatever_was_found_later(small: InRecord) -> None:
    take(small, said(missing=[SUP], late={"M0034": "2020-10-06T23:18"}, everybody=True))
    assert set(states(small, "2020-10-06T23:00").values()) == {"expected"}
    assert states(small, "2020-10-06T23:16") == {**states(small, CALLED), "M0034": "no-show"}


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


def test_a_tour_is_dismissed_and_who_stays_is_held_over(small: InRecord) -> None:
    take(small, said(everybody=True))
    made = dismiss(small, "2020-10-07T07:55", [OFFICER])
    assert {(s.member, s.kind) for s in made} >= {(OFFICER, "held-over"), (SUP, "off"), (NIGHT_DESK, "off")}
    assert {s.at for s in made} == {local("2020-10-07T07:50")}
    assert dismiss(small, "2020-10-07T07:56", [OFFICER]) == []
    assert states(small, "2020-10-07T08:00", date(2020, 10, 7), DAY)[OFFICER] == "held-over"
    assert sees(small, lambda views: duty.status(views, SUP, local("2020-10-07T07:55"))).state == "off"


def test_hours_follow_from_what_was_signed(small: InRecord) -> None:
    take(small, said(missing=[SUP], late={OFFICER: "2020-10-06T23:50"}, everybody=True), "2020-10-07T00:00")
    dismiss(small, "2020-10-07T07:50")
    start, end = local("2020-10-06T20:00"), local("2020-10-07T12:00")

    def worked(member: str) -> timedelta:
        state, file = sees(small, lambda views: duty_of(views, member, end, None, timedelta(days=2)))
        return ledger_of(file, state.schedule, start, end).counted(start, end)

    assert [worked(m) for m in ("M0034", OFFICER, SUP)] == [
        timedelta(hours=h, minutes=m) for h, m in ((8, 35), (8, 0), (0, 0))
    ]


def test_who_did_not_come_is_brought_to_the_one_due_by_reach(small: InRecord) -> None:
    (name,) = take(small, said(missing=[OFFICER], everybody=True), "2020-10-06T23:40").opened
    step(small, name)
    assert [(c.member, c.position) for c in deciding(small, name)] == [(NIGHT_DESK, "PCT-047-DESK")]
    does(small, lambda record: taskings.accept(record, name, NIGHT_DESK, small.clock.at))
    came = take(small, said(late={OFFICER: "2020-10-07T00:10"}), "2020-10-07T00:12")
    assert came.closed == (name,)
    search = sees(small, lambda views: views.row(Escalation, name))
    assert search is not None
    assert not search.runs


def test_what_cannot_be_is_refused_with_all_its_faults(small: InRecord) -> None:
    everything: list[tuple[type[MusterError], str, Said, str, str]] = [
        (
            Refused,
            "begins Tue 06 Oct 2020 2315 EDT: nobody is missing",
            said(everybody=True),
            "2020-10-06T23:10",
            NIGHT_DESK,
        ),
        (Refused, "was over Wed 07 Oct 0750", said(everybody=True), "2020-10-07T08:00", NIGHT_DESK),
        (Refused, "holds no command or tour position", said(everybody=True), CALLED, OFFICER),
        (Unknown, "no members of the record: M9999", said(joined=["M9999"]), CALLED, NIGHT_DESK),
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
        replace(r, tour=tour) if isinstance(r, Tour | Squad | Cover | Sector) and r.tour == NIGHT else r
        for r in small.rows
    ]
    small.load()
    wanted = asked(small, CALLED, tour)
    small.clock.at = local(CALLED)
    what = said(missing=[OFFICER, SUP], everybody=True)
    found = does(small, lambda record: roll_taking.take(record, wanted, what, BOROUGH))
    assert len({*found.opened}) == 2
    assert all(len(name) <= 64 for name in found.opened)


@pytest.mark.parametrize("again", [said(present=[OFFICER]), said(everybody=True), said(missing=[SUP])])
def test_who_was_missing_and_signs_on_themselves_is_looked_for_until_the_roll_is_called_again(
    small: InRecord, again: Said
) -> None:
    (name,) = take(small, said(missing=[OFFICER], everybody=True)).opened
    small.sign_on(OFFICER, PCT, "2020-10-07T00:30")
    assert states(small, "2020-10-07T00:35")[OFFICER] == "late"
    found = take(small, again, "2020-10-07T00:40")
    assert found.closed == (name,)
    assert (OFFICER in found.call.late, OFFICER in found.call.missing) == (True, False)
    before = sees(small, lambda views: duty.status(views, OFFICER, local("2020-10-07T00:20")))
    assert before.state == "off"


def test_who_is_held_over_stays_present_when_the_roll_is_called_again(small: InRecord) -> None:
    take(small, said(missing=[SUP], everybody=True))
    small.hold_over(OFFICER, "2020-10-07T07:30")
    take(small, said(late={SUP: "2020-10-07T07:00"}), "2020-10-07T07:40")
    now = {line.member: line for line in shown(small, "2020-10-07T07:40").lines}
    assert (now[OFFICER].state, now[OFFICER].since) == ("present", local("2020-10-06T23:15"))


def test_who_was_called_in_to_a_tour_is_not_dismissed_with_the_one_that_ends_in_it(small: InRecord) -> None:
    take(small, said(everybody=True))
    at = "2020-10-07T07:15"
    small.clock.at = local(at)
    morning = asked(small, at, DAY, date(2020, 10, 7))
    does(small, lambda record: roll_taking.take(record, morning, said(everybody=True, joined=[OUTSIDER]), DAY_DESK))
    dismiss(small, "2020-10-07T07:50")
    then = local("2020-10-07T07:51")
    assert sees(small, lambda views: duty.status(views, OUTSIDER, then)).state == "on-duty"
    assert sees(small, lambda views: duty.status(views, SUP, then)).state == "off"
