"""Appointing and relieving in the real record, and a position told apart into holder, acting, on leave, successor."""

from dataclasses import replace

import pytest

from muster.domain.appointing import Order
from muster.domain.appointments import Standing
from muster.domain.competence import Asked
from muster.domain.duty import SquadPlace
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.members import Absence, Appointment, Career
from muster.domain.taskings import Tasking
from muster.services import appointments, duty, separations, taskings
from muster.services.appointments import Appointed
from muster.services.watch import watch
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.support import SettableClock

CHIEF_ABOVE, BOSS, CO, XO, DESK, OFFICER = "M0003", "M0004", "M0005", "M0006", "M0023", "M0033"
POST = "PCT-047-CO"


@pytest.fixture
def force(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    return InRecord(temporary_store, clock)


def acting(member: str = XO, since: str = "2020-10-16", until: str | None = None, post: str = POST) -> Appointment:
    ends = local(until) if until else None
    return Appointment(
        position=post, member=member, kind="acting", since=local(since), until=ends, instrument="Order 16"
    )


def substantive(member: str, since: str, post: str = POST) -> Appointment:
    return Appointment(position=post, member=member, kind="substantive", since=local(since))


def ordered(force: InRecord, order: Order, at: str | None = None) -> Appointed:
    done: list[Appointed] = []
    force.act(lambda record: done.append(appointments.appoint(record, order)), at)
    return done[0]


def at(force: InRecord, when: str, known: str | None = None, post: str = POST) -> Standing:
    with force.store.reading() as views:
        return appointments.position(views, post, local(when), local(known) if known else None)


def who(found: Standing) -> dict[str, list[str]]:
    """Members by what they are to the position, without the empty parts."""
    parts = ("substantive", "acting", "on_terminal_leave", "later")
    return {part: [h.member for h in getattr(found, part)] for part in parts if getattr(found, part)}


def october(force: InRecord) -> None:
    """The commander files on the 13th, is on leave from the 16th with somebody acting, goes on terminal leave on the
    30th when the successor follows, and leaves the force on 12 November."""
    away = Absence(member=CO, kind="leave", since=local("2020-10-16"), until=local("2020-10-30"))
    effective = local("2020-11-12")
    force.act(lambda r: separations.file(r, CO, "retirement", effective, CO, local("2020-10-13")), "2020-10-13")
    force.act(lambda r: duty.absent(r, away), "2020-10-15")
    force.act(lambda r: separations.accept(r, CO, BOSS, local("2020-10-15"), None, local("2020-10-30")), "2020-10-15")
    ordered(force, Order(acting(until="2020-10-30"), BOSS), "2020-10-16")
    named = substantive("M0017", "2020-10-30")
    ordered(force, Order(named, BOSS, squad="PCT-047-OFFICE", leave_old=True), "2020-10-20")


def test_position_holder_acting_holder_and_holder_on_leave_are_told_apart(force: InRecord) -> None:
    october(force)
    assert who(at(force, "2020-10-14")) == {"substantive": [CO], "later": [XO, "M0017"]}
    on_leave = at(force, "2020-10-17")
    assert who(on_leave) == {"substantive": [CO], "acting": [XO], "later": ["M0017"]}
    assert [(h.state, h.away_until) for h in on_leave.substantive] == [("away", local("2020-10-30"))]
    followed = at(force, "2020-10-31")
    assert who(followed) == {"substantive": ["M0017"], "on_terminal_leave": [CO]}
    gone = at(force, "2020-11-12")
    assert who(gone) == {"substantive": ["M0017"]}
    assert {h.member for h in gone.former[:2]} == {XO, CO}


def test_filed_papers_show_with_their_dates_and_nothing_before_they_were_known(force: InRecord) -> None:
    october(force)
    (holder,) = at(force, "2020-10-14").substantive
    assert holder.papers is not None
    assert (holder.papers.kind, holder.papers.effective) == ("retirement", local("2020-11-12"))
    (before,) = at(force, "2020-10-14", known="2020-10-12").substantive
    assert before.papers is None
    assert who(at(force, "2020-10-31", known="2020-10-14")) == {"substantive": [CO]}


def test_a_position_nobody_acts_in_says_whom_the_succession_proposes(force: InRecord) -> None:
    force.act(lambda r: separations.file(r, CO, "death", local("2020-10-13"), XO, local("2020-10-13")), "2020-10-13")
    found = at(force, "2020-10-13T10:00")
    assert (found.vacant, found.says) == (1, "vacant; nobody acts")
    assert found.proposal is not None
    assert (found.proposal.member, found.proposal.stands_in) == (XO, "PCT-047-XO")
    ordered(force, Order(acting(since="2020-10-13T11:00"), BOSS), "2020-10-13T11:00")
    after = at(force, "2020-10-13T12:00")
    assert (after.vacant, after.says, after.proposal) == (1, f"vacant; {XO} acting", None)


def test_an_acting_appointment_makes_the_holder_of_the_watch_acting(force: InRecord) -> None:
    october(force)
    with force.store.reading() as views:
        holder = watch(views, "PCT-047", local("2020-10-19T10:00")).in_command
    assert holder is not None
    assert (holder.member, holder.capacity) == (XO, "acting")


def test_the_successor_moved_to_the_units_squad_has_the_watch(force: InRecord) -> None:
    october(force)
    with force.store.reading() as views:
        holder = watch(views, "PCT-047", local("2020-10-30T10:00")).in_command
    assert holder is not None
    assert (holder.member, holder.capacity) == ("M0017", "substantive")


def test_a_holder_whose_squad_is_elsewhere_is_noted(force: InRecord) -> None:
    (note,) = ordered(force, Order(acting("M0017"), BOSS)).notes
    assert note.startswith("M0017 follows squad PBBX-DUTY-CAPTAIN-1B of PBBX, and is on duty there")


def test_whoever_acts_for_a_time_is_back_in_the_old_squad_after_it(force: InRecord) -> None:
    ordered(force, Order(acting("M0017", until="2020-11-01"), BOSS, squad="PCT-047-OFFICE"))
    with force.store.reading() as views:
        squads = [
            [p.squad for p in views.rows(SquadPlace, member="M0017", at=local(day))]
            for day in ("2020-10-15", "2020-10-16", "2020-10-31", "2020-11-01")
        ]
    assert squads == [["PBBX-DUTY-CAPTAIN-1B"], ["PCT-047-OFFICE"], ["PCT-047-OFFICE"], ["PBBX-DUTY-CAPTAIN-1B"]]


def test_the_same_order_twice_appoints_once(force: InRecord) -> None:
    order = Order(acting(), BOSS)
    assert len(ordered(force, order).facts) == 1
    assert ordered(force, order).facts == ()


def test_a_substantive_appointment_ends_acting_ones(force: InRecord) -> None:
    ordered(force, Order(acting(), BOSS))
    force.act(lambda r: appointments.relieve(r, CO, POST, BOSS, local("2020-10-20")), "2020-10-20")
    ordered(force, Order(substantive(XO, "2020-10-21"), BOSS, leave_old=True), "2020-10-21")
    assert who(at(force, "2020-10-20T12:00")) == {"acting": [XO], "later": [XO]}
    assert who(at(force, "2020-10-21")) == {"substantive": [XO]}
    assert who(at(force, "2020-10-21", post="PCT-047-XO")) == {}


def test_the_new_holder_is_told_of_the_open_taskings_the_position_owns(force: InRecord) -> None:
    asked = Asked("street-fair", "PCT-047", local("2020-10-15T10:00"), local("2020-12-15"))
    force.act(lambda r: taskings.receive(r, asked, "Fair in December", "planned", name="FAIR"), "2020-10-15T10:00")
    done = ordered(force, Order(acting(), BOSS), "2020-10-16")
    assert done.told == ("FAIR",)
    with force.store.reading() as views:
        tasking = views.row(Tasking, "FAIR")
    assert tasking is not None
    assert (tasking.owner, tasking.told) == (POST, (POST,))


def test_appointing_closes_the_gap_that_it_fills_and_no_other(force: InRecord) -> None:
    filed = local("2020-10-13")
    force.act(lambda r: separations.file(r, CO, "retirement", local("2020-11-12"), CO, filed), "2020-10-13")
    assert ordered(force, Order(acting(until="2020-10-30"), BOSS)).closed == ()
    later = acting(since="2020-11-12")
    assert ordered(force, Order(later, BOSS)).closed == ("GAP-PCT-047-CO-SEP-M0005-20201013",)


def test_everything_in_the_way_is_named_at_once(force: InRecord) -> None:
    with pytest.raises(Refused) as said:
        ordered(force, Order(substantive(OFFICER, "2020-10-16"), BOSS, squad="PBBX-OFFICE"))
    assert "it is held then (substantive: M0005" in str(said.value)
    assert "M0033 must have rank CPT or higher, has PO then: promote them with it, or let them act" in str(said.value)
    assert "squad PBBX-OFFICE is one of PBBX, it must be one of PCT-047" in str(said.value)
    assert "M0033 holds PCT-047-PO from 2020-01-01: relieve them of it first" in str(said.value)


@pytest.mark.parametrize(
    ("appointment", "said"),
    [
        (replace(acting(), instrument=None), "instrument '' must name the order that makes somebody act"),
        (replace(acting(), instrument=" "), "must name the order that makes somebody act"),
        (acting(until="2020-10-16"), "until .* must be after"),
        (acting(until="2020-10-01"), "until .* must be after"),
        (replace(acting(), limits="no\u202eorders"), "limits .* without control characters"),
    ],
)
def test_what_is_not_well_formed_is_refused(force: InRecord, appointment: Appointment, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        ordered(force, Order(appointment, BOSS))


def test_why_somebody_is_relieved_steers_no_screen(force: InRecord) -> None:
    with pytest.raises(Invalid, match=r"why .* without control characters"):
        force.act(lambda r: appointments.relieve(r, CO, POST, BOSS, local("2020-10-20"), "late\u202e"), "2020-10-20")


def test_a_position_has_one_acting_holder_at_a_time(force: InRecord) -> None:
    ordered(force, Order(acting(), BOSS))
    with pytest.raises(Refused, match="it is held then \\(acting: M0006"):
        ordered(force, Order(acting("M0017", "2020-10-20"), BOSS))


def test_nobody_acts_in_the_position_they_hold(force: InRecord) -> None:
    with pytest.raises(Refused, match="M0005 holds it then already, substantive"):
        ordered(force, Order(acting(CO), BOSS))


def test_whoever_is_leaving_is_not_appointed(force: InRecord) -> None:
    filed = local("2020-10-13")
    force.act(lambda r: separations.file(r, XO, "retirement", local("2020-10-15"), XO, filed), "2020-10-13")
    with pytest.raises(Refused, match="M0006 is leaving or has left: retirement SEP-M0006-20201013, out of post"):
        ordered(force, Order(acting(), BOSS))


@pytest.mark.parametrize("by", [BOSS, CHIEF_ABOVE, "M0001", "MAYOR", CO])
def test_superiors_civil_authority_and_the_holder_say_who_acts(force: InRecord, by: str) -> None:
    assert ordered(force, Order(acting(), by)).facts


@pytest.mark.parametrize("by", [XO, DESK, OFFICER, "M0020"])
def test_nobody_else_appoints(force: InRecord, by: str) -> None:
    with pytest.raises(Refused, match=f"{by} does not stand over PCT-047-CO"):
        ordered(force, Order(acting("M0017"), by))


def test_a_holder_names_no_successor(force: InRecord) -> None:
    with pytest.raises(Refused, match="M0005 does not stand over PCT-047-CO"):
        ordered(force, Order(substantive(XO, "2020-10-16"), CO))


def test_whoever_is_on_terminal_leave_appoints_nobody(force: InRecord) -> None:
    filed, leave = local("2020-10-13"), local("2020-10-30")
    force.act(lambda r: separations.file(r, CO, "retirement", local("2020-11-12"), CO, filed), "2020-10-13")
    force.act(lambda r: separations.accept(r, CO, BOSS, filed, None, leave), "2020-10-13")
    with pytest.raises(Refused, match="M0005 does not stand over PCT-047-CO"):
        ordered(force, Order(acting(since="2020-10-30"), CO), "2020-10-30")
    assert ordered(force, Order(acting(since="2020-10-29"), CO)).facts


def test_a_commissioner_is_appointed_by_civil_authority_only(force: InRecord) -> None:
    order = Order(acting("M0002", post="POLICE-COMMISSIONER"), "M0002")
    with pytest.raises(Refused, match="M0002 does not stand over POLICE-COMMISSIONER"):
        ordered(force, order)
    assert ordered(force, replace(order, by="MAYOR")).facts


def test_promotion_comes_with_the_appointment(force: InRecord) -> None:
    force.act(lambda r: appointments.relieve(r, CO, POST, BOSS, local("2020-10-16")), "2020-10-16")
    new = substantive(OFFICER, "2020-10-16")
    ordered(force, Order(new, BOSS, rank="CPT", squad="PCT-047-OFFICE", leave_old=True))
    with force.store.reading() as views:
        careers = views.rows(Career, member=OFFICER)
    assert [(c.rank, c.until) for c in careers if c.until is None] == [("CPT", None)]
    assert [c.until for c in careers if c.rank == "PO"] == [local("2020-10-16")]


def test_relieving_twice_records_once_and_a_future_appointment_is_taken_back(force: InRecord) -> None:
    ordered(force, Order(acting(since="2020-11-01"), BOSS))
    force.act(lambda r: appointments.relieve(r, XO, POST, BOSS, local("2020-10-20")))
    assert who(at(force, "2020-11-01")) == {"substantive": [CO]}
    when = local("2020-10-20")
    force.act(lambda r: appointments.relieve(r, CO, POST, BOSS, when))
    again: list[object] = []
    force.act(lambda r: again.append(appointments.relieve(r, CO, POST, BOSS, when)))
    assert again == [[]]
    with pytest.raises(Refused, match="M0005 does not hold PCT-047-CO then"):
        force.act(lambda r: appointments.relieve(r, CO, POST, BOSS, local("2020-10-25")))


def test_a_line_of_the_establishment_counts_its_places(force: InRecord) -> None:
    found = at(force, "2020-10-14", post="PCT-047-PO")
    assert (found.places, found.vacant, found.says) == (10, 1, "9 of 10 places held")
    assert found.proposal is None


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (Order(acting("M9999"), BOSS), "member 'M9999' is not in the record"),
        (Order(acting(post="PCT-999-CO"), BOSS), "position 'PCT-999-CO' is not in the record"),
        (Order(acting(), "NOBODY"), "'NOBODY' is neither a member nor an office"),
    ],
)
def test_what_the_record_does_not_have_is_named(force: InRecord, order: Order, said: str) -> None:
    with pytest.raises(Unknown, match=said):
        ordered(force, order)
