"""Separations in the real record: filing proposes, accepting fixes dates, withdrawing restores, counts stay apart."""

from collections.abc import Callable

import pytest

from muster.domain.appointing import Order
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.members import Absence, Appointment
from muster.domain.taskings import Tasking
from muster.ports import Record
from muster.services import appointments, duty, separations
from muster.services.separations import Separated
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.support import SettableClock

BOSS, CO, XO = "M0004", "M0005", "M0006"
POST = "PCT-047-CO"
FILED, LEAVE, EFFECTIVE = "2020-10-13T11:00", "2020-10-30", "2020-11-12"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    return InRecord(temporary_store, clock)


def do(force: InRecord, act: Callable[[Record], Separated], at: str) -> Separated:
    """What the act returns, done at that time."""
    done: list[Separated] = []
    force.act(lambda record: done.append(act(record)), at)
    return done[0]


def filed(force: InRecord, kind: str = "retirement", effective: str = EFFECTIVE, member: str = CO) -> Separated:
    return do(force, lambda r: separations.file(r, member, kind, local(effective), member, local(FILED)), FILED)


def accepted(force: InRecord, at: str = "2020-10-15T09:00", leave_from: str | None = LEAVE) -> Separated:
    leave = leave_from and local(leave_from)
    return do(force, lambda r: separations.accept(r, CO, BOSS, local(at), None, leave or None), at)


def withdrawn(force: InRecord, at: str, by: str = CO) -> Separated:
    return do(force, lambda r: separations.withdraw(r, CO, by, local(at)), at)


def appointed(force: InRecord, member: str, kind: str, since: str, until: str | None = None) -> None:
    ends = local(until) if until else None
    row = Appointment(position=POST, member=member, kind=kind, since=local(since), until=ends, instrument="Order 1")
    force.act(lambda r: appointments.appoint(r, Order(row, BOSS, leave_old=True)), "2020-10-20")


def kinds(force: InRecord, separation: str) -> list[str]:
    with force.store.reading() as views:
        return [f.kind for f in views.facts(streams=[f"separation/{separation}"])]


def open_taskings(force: InRecord) -> list[Tasking]:
    with force.store.reading() as views:
        return [t for t in views.rows(Tasking) if t.is_open]


def held_from(force: InRecord, at: str, kind: str = "substantive") -> list[str]:
    with force.store.reading() as views:
        return [a.member for a in views.rows(Appointment, at=local(at), position=POST, kind=kind)]


def test_filing_proposes_an_acting_holder_and_appoints_nobody(force: InRecord) -> None:
    (tasking,) = filed(force).taskings
    assert (tasking.kind, tasking.owner, tasking.place) == ("gap", "PBBX-CO", "PCT-047")
    assert f"the succession proposes {XO} (PCT-047-XO) to act" in tasking.what
    assert tasking.deadline == local(EFFECTIVE)
    assert held_from(force, EFFECTIVE, "acting") == []


def test_whoever_is_away_then_is_passed_over_without_the_reason(force: InRecord) -> None:
    sick = Absence(member=XO, kind="sick", since=local("2020-11-01"), until=local("2020-12-01"), reason="surgery")
    force.act(lambda r: duty.absent(r, sick))
    (tasking,) = filed(force).taskings
    assert f"proposes nobody (passed over: {XO}: not available until 2020-12-01 0000)" in tasking.what
    assert "sick" not in tasking.what


def test_a_member_without_a_command_position_leaves_no_gap(force: InRecord) -> None:
    assert filed(force, member="M0041").taskings == ()


def test_no_proposal_where_somebody_acts_already(force: InRecord) -> None:
    appointed(force, XO, "acting", "2020-11-01")
    assert filed(force).taskings == ()


def test_accepting_fixes_the_dates_and_the_owner_of_the_gap_hears_of_them(force: InRecord) -> None:
    filed(force)
    done = accepted(force)
    assert (done.separation.state, done.separation.leave_from) == ("accepted", local(LEAVE))
    assert [f.kind for f in done.facts] == ["separation.accepted", "tasking.told"]
    assert "to be filled from 2020-10-30" in done.facts[1].body
    assert accepted(force, "2020-10-15T09:05").facts == ()


def test_dates_can_be_fixed_anew_until_the_effect_and_not_after(force: InRecord) -> None:
    filed(force)
    accepted(force)
    assert accepted(force, "2020-10-20", "2020-11-02").separation.leave_from == local("2020-11-02")
    with pytest.raises(Refused, match="is in-effect and can no longer be accepted"):
        accepted(force, "2020-11-12T00:00")


def test_only_a_superior_accepts(force: InRecord) -> None:
    filed(force)
    for by in (CO, XO, "M0023"):
        with pytest.raises(Refused, match=f"{by} does not stand over {CO}"):
            do(force, lambda r, by=by: separations.accept(r, CO, by, local(FILED)), FILED)  # type: ignore[misc]
    done = do(force, lambda r: separations.accept(r, CO, "MAYOR", local(FILED)), FILED)
    assert done.separation.state == "accepted"


def test_leave_lies_between_filing_and_effect(force: InRecord) -> None:
    filed(force)
    with pytest.raises(Invalid, match=r"leave_from .* must lie between"):
        accepted(force, leave_from="2020-11-13")


def test_it_can_be_withdrawn_to_the_end_of_the_last_business_day(force: InRecord) -> None:
    filed(force)
    done = withdrawn(force, "2020-11-10T23:59")
    assert (done.separation.state, done.taskings) == ("withdrawn", ())
    assert withdrawn(force, "2020-11-11").facts == ()


def test_withdrawing_too_late_names_the_last_day_there_was(force: InRecord) -> None:
    filed(force)
    with pytest.raises(Refused, match="the last day to withdraw was Tuesday 2020-11-10"):
        withdrawn(force, "2020-11-11T00:00")


def test_only_the_member_withdraws(force: InRecord) -> None:
    filed(force)
    with pytest.raises(Refused, match=f"only {CO}, who filed it, can withdraw it, not {BOSS}"):
        withdrawn(force, "2020-10-14", BOSS)


def test_withdrawing_restores_everything_that_ended_for_it(force: InRecord) -> None:
    before = held_from(force, "2020-12-01")
    filed(force)
    accepted(force)
    appointed(force, XO, "acting", LEAVE)
    assert withdrawn(force, "2020-11-02").notes == ()
    assert held_from(force, "2020-12-01") == before == [CO]
    assert held_from(force, "2020-12-01", "acting") == []
    assert open_taskings(force) == []
    with force.store.reading() as views:
        assert duty.status(views, CO, local("2020-11-13T10:00")).state == "on-duty"


def test_a_post_given_away_meanwhile_stays_given_and_a_person_decides(force: InRecord) -> None:
    filed(force)
    accepted(force)
    appointed(force, XO, "substantive", LEAVE)
    (note,) = withdrawn(force, "2020-10-28").notes
    assert f"{POST} was given to {XO} from 2020-10-30" in note
    assert held_from(force, "2020-12-01") == [XO]
    (tasking,) = open_taskings(force)
    assert (tasking.owner, tasking.what) == ("PBBX-CO", note)


def test_a_post_whose_successor_was_taken_back_first_is_the_members_again(force: InRecord) -> None:
    filed(force)
    accepted(force)
    appointed(force, XO, "substantive", LEAVE)
    force.act(lambda r: appointments.relieve(r, XO, POST, BOSS, local("2020-10-29")), "2020-10-27")
    assert withdrawn(force, "2020-10-28").notes == ()
    assert held_from(force, "2020-12-01") == [CO]


def test_asking_to_reconsider_is_recorded_and_changes_nothing(force: InRecord) -> None:
    before = filed(force).separation
    done = do(force, lambda r: separations.reconsider(r, CO, "M0001", local(FILED), "stay, please"), FILED)
    assert done.separation == before
    assert kinds(force, before.separation) == ["separation.filed", "separation.reconsideration-asked"]
    assert "stay, please" not in done.facts[0].body


def test_a_wrong_kind_is_corrected_by_a_new_fact(force: InRecord) -> None:
    before = filed(force).separation
    at = local("2020-10-14")
    done = do(force, lambda r: separations.correct(r, CO, "resignation", BOSS, "wrong form", at), "2020-10-14T09:00")
    assert done.separation.kind == "resignation"
    assert kinds(force, before.separation) == ["separation.filed", "separation.corrected"]
    with force.store.reading() as views:
        then, _ = separations.show(views, CO, local("2020-10-14T08:00"))
    assert then.kind == "retirement"


def test_papers_are_filed_once(force: InRecord) -> None:
    first = filed(force)
    assert filed(force).facts == ()
    with pytest.raises(Refused, match=f"has filed already: retirement {first.separation.separation}"):
        do(
            force,
            lambda r: separations.file(r, CO, "resignation", local("2020-12-01"), CO, local("2020-10-14")),
            "2020-10-14",
        )


def test_nobody_files_for_another_and_nothing_takes_effect_before_it_is_filed(force: InRecord) -> None:
    with pytest.raises(Invalid, match=r"by M0004 must be M0005, whose own act it is; effective .* must not be before"):
        do(
            force,
            lambda r: separations.file(r, CO, "retirement", local("2020-10-01"), BOSS, local(FILED)),
            FILED,
        )


def test_a_dismissal_is_decided_from_above_and_cannot_be_withdrawn(force: InRecord) -> None:
    at = local(FILED)
    with pytest.raises(Refused, match=f"{XO} does not stand over {CO}"):
        do(force, lambda r: separations.file(r, CO, "dismissal", at, XO, at), FILED)
    done = do(force, lambda r: separations.file(r, CO, "dismissal", local("2020-11-01"), BOSS, at), FILED)
    assert [f.kind for f in done.facts] == ["separation.decided", "tasking.received"]
    with pytest.raises(Refused, match="a dismissal cannot be withdrawn"):
        withdrawn(force, "2020-10-14")


def test_a_death_takes_effect_at_once_and_supersedes_papers_that_were_in(force: InRecord) -> None:
    papers = filed(force).separation
    at = "2020-10-20T04:00"
    done = do(force, lambda r: separations.file(r, CO, "death", local(at), XO, local(at)), at)
    assert done.separation.phase(local(at)) == "in-effect"
    assert kinds(force, papers.separation) == ["separation.filed", "separation.superseded"]
    (tasking,) = open_taskings(force)
    assert tasking.deadline is None
    assert XO in tasking.what
    with force.store.reading() as views:
        assert duty.status(views, CO, local("2020-10-20T10:00")).source == "death took effect"


def test_who_has_left_files_nothing_more(force: InRecord) -> None:
    filed(force, effective="2020-10-14")
    with pytest.raises(Refused, match="has left the force: retirement SEP-M0005-20201013 took effect 2020-10-14"):
        do(
            force,
            lambda r: separations.file(r, CO, "resignation", local("2020-12-01"), CO, local("2020-10-15")),
            "2020-10-15",
        )


def test_the_reason_is_sealed(force: InRecord) -> None:
    at = local(FILED)
    do(force, lambda r: separations.file(r, CO, "retirement", local(EFFECTIVE), CO, at, "worn out"), FILED)
    with force.store.reading() as views:
        (fact,) = views.facts(kinds=["separation.filed"])
        assert "worn out" not in fact.body
        why = separations.named(views, CO).why
        assert views.unseal([str(why)]) == {why: "worn out"}


def test_filings_and_effects_are_counted_apart(force: InRecord) -> None:
    filed(force)
    filed(force, "resignation", "2020-10-20", "M0041")
    filed(force, "resignation", "2020-12-20", "M0042")
    do(force, lambda r: separations.withdraw(r, "M0042", "M0042", local("2020-10-21")), "2020-10-21")
    with force.store.reading() as views:
        october = separations.count(views, local("2020-10-01"), local("2020-11-01"), local("2021-01-01"))
        november = separations.count(views, local("2020-11-01"), local("2020-12-01"), local("2021-01-01"))
        early = separations.count(views, local("2020-11-01"), local("2020-12-01"), local("2020-11-05"))
    assert october.filed == {"resignation": 2, "retirement": 1}
    assert october.withdrawn_since == {"resignation": 1}
    assert october.took_effect == {"resignation": 1}
    assert (november.filed, november.took_effect) == ({}, {"retirement": 1})
    assert early.took_effect == {}


def test_a_member_without_papers_is_named(force: InRecord) -> None:
    with pytest.raises(Unknown, match="'M0041' is no separation in the record"), force.store.reading() as views:
        separations.show(views, "M0041")
