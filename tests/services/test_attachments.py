"""Lending a member to another unit: who may sign it, what is in the way, and what the rest of Muster makes of it."""

from typing import Any

import pytest

from muster.domain.duty import Waiver
from muster.domain.errors import Invalid, Refused, Unknown
from muster.domain.ledger import ledger_of
from muster.domain.members import Attachment
from muster.domain.presence import Status
from muster.services.attachments import attach, detach
from muster.services.correcting import take_back
from muster.services.duty import status
from muster.services.erasing import erase
from muster.services.ledger import duty_of
from muster.services.record import verify
from muster.services.roll_calls import roll_call, turn_of
from muster.services.roll_ground import Asked
from muster.services.units import unit_page
from tests.ground import InRecord, local
from tests.publishing import EVENING, NIGHT, as_charted
from tests.publishing import published as publish
from tests.services.small import does, facts, sees
from tests.support import SettableClock
from tests.ways import HERE, THERE, two_precincts

AT = "2020-10-19T12:00"
SINCE, UNTIL = "2020-10-20T15:00", "2020-10-20T23:35"


@pytest.fixture
def two(temporary_store: Any, clock: SettableClock) -> InRecord:
    """Two precincts side by side."""
    return InRecord(temporary_store, clock, two_precincts())


def wanted(**more: Any) -> Attachment:
    """A member of the second precinct's evening tour, for the evening tour of the first."""
    values: dict[str, Any] = {
        "member": "N0041",
        "unit": HERE,
        "since": local(SINCE),
        "until": local(UNTIL),
        "tour": EVENING,
    }
    return Attachment(**({"reason": "a short tour", **values} | more))


def lend(force: InRecord, by: str = "PBBX-CO", **more: Any) -> Attachment:
    """Attach them, in a transaction of its own."""
    force.clock.at = max(force.clock.at, local(AT))
    return does(force, lambda record: attach(record, wanted(**more), by, local(AT)))


def test_who_is_lent_for_a_tour_is_on_it_there_and_missing_at_home(two: InRecord) -> None:
    publish(two, sees(two, as_charted))
    lend(two)
    for at in ("2020-10-20T15:00", "2020-10-20T23:34"):
        found = _status(two, at)
        assert (found.state, found.unit) == ("on-duty", HERE)
        assert found.source == f"attached to {HERE}, tour {EVENING} of 2020-10-20"
    assert sees(two, lambda views: status(views, "N0041", local("2020-10-20T14:59"))).state == "off"
    assert sees(two, lambda views: status(views, "N0041", local("2020-10-20T23:35"))).state == "off"
    assert sees(two, lambda views: status(views, "N0041", local("2020-10-21T16:00"))).unit == THERE
    here, there = (_on_roll(two, unit) for unit in (HERE, THERE))
    assert here["N0041"] == "expected"
    assert there["N0041"] == "elsewhere"


def _status(force: InRecord, at: str) -> Status:
    return sees(force, lambda views: status(views, "N0041", local(at)))


def _on_roll(force: InRecord, unit: str) -> dict[str, str]:
    at = local("2020-10-20T12:00")

    def rolled(views: Any) -> dict[str, str]:
        page = roll_call(views, Asked(unit, turn_of(views, unit, EVENING, None, at), at))
        return {line.member: line.state for line in page.lines}

    return sees(force, rolled)


def test_the_ledger_has_the_tour_as_a_detail_there_and_no_overtime(two: InRecord) -> None:
    lend(two)
    state, file = sees(two, lambda views: duty_of(views, "N0041", local("2020-10-21")))
    entries = ledger_of(file, state.schedule, local("2020-10-20"), local("2020-10-21")).entries
    assert [(e.kind, e.unit, e.start, e.end) for e in entries] == [("detail", HERE, local(SINCE), local(UNTIL))]


def test_a_unit_counts_who_is_lent_to_it_as_available(two: InRecord) -> None:
    before = sees(two, lambda views: unit_page(views, HERE, local("2020-10-20T16:00")))
    lend(two)
    after = sees(two, lambda views: unit_page(views, HERE, local("2020-10-20T16:00")))
    assert after.own.available == before.own.available + 1


def test_one_who_commands_both_units_signs_and_nobody_below(two: InRecord) -> None:
    for by in (f"{HERE}-CO", f"{THERE}-CO", "PBBX-DUTY-CAPTAIN", f"{HERE}-DESK"):
        with pytest.raises(Refused, match=f"{by} must be a command position of a unit over {HERE} and {THERE}"):
            lend(two, by=by)
    with pytest.raises(Refused, match="position NOBODY is not in the record"):
        lend(two, by="NOBODY")
    assert lend(two, by="CHIEF-OF-PATROL").unit == HERE


def test_who_signed_stands_beside_the_row_and_the_reason_is_sealed(two: InRecord) -> None:
    made = lend(two)
    (fact,) = sees(two, lambda views: list(views.facts(streams=[made.stream])))
    assert '"by":"PBBX-CO"' in fact.body
    assert '"signer":"M0004"' in fact.body
    assert "short tour" not in fact.body
    token = str(made.reason)
    assert sees(two, lambda views: views.unseal([token])) == {token: "a short tour"}
    assert does(two, lambda record: erase(record, made.stream, "M0004", "order 9")) == 1
    assert sees(two, lambda views: views.unseal([token])) == {}
    assert sees(two, verify).whole


def test_saying_it_again_changes_nothing(two: InRecord) -> None:
    made = lend(two)
    before = facts(two)
    assert lend(two) == made
    assert facts(two) == before
    assert lend(two, until=local("2020-10-20T20:00")).until == local("2020-10-20T20:00")
    assert facts(two) == before + 1


def test_everything_in_the_way_is_told_at_once(two: InRecord) -> None:
    lend(two)
    with pytest.raises(Refused) as said:
        lend(two, since=local("2020-10-20T16:00"), until=local("2020-10-20T12:00"), squad="X", tour="0000x0001")
    for part in ("must not both be given", "squad X must be a squad of", "tour 0000x0001 is not in the record",
                 "until 2020-10-20T12:00 must be after 2020-10-20T16:00"):  # fmt: skip
        assert part in str(said.value)
    with pytest.raises(Refused, match=f"N0041 is attached to {HERE} from 2020-10-20T15:00 until 2020-10-20T23:35"):
        lend(two, since=local("2020-10-20T22:00"), until=local("2020-10-21T06:00"))
    with pytest.raises(Refused, match=f"unit {THERE} is where N0041 serves"):
        lend(two, unit=THERE, since=local("2020-10-22"), until=local("2020-10-23"))
    with pytest.raises(Refused, match="has no tours then"):
        lend(two, unit="CITY-HALL", since=local("2020-10-22"), until=local("2020-10-23"), by="POLICE-COMMISSIONER")


def test_two_attachments_may_touch(two: InRecord) -> None:
    lend(two)
    assert lend(two, since=local(UNTIL), until=local("2020-10-21T08:00"), tour=NIGHT).tour == NIGHT


@pytest.mark.parametrize("reason", ["", "  ", "a\x00b", "a\nb", "x" * 2001, None, "\x1b[2J"])
def test_a_reason_is_needed_on_one_line(two: InRecord, reason: str | None) -> None:
    with pytest.raises(Invalid, match="reason"):
        lend(two, reason=reason)


def test_what_is_not_there_is_told(two: InRecord) -> None:
    with pytest.raises(Unknown, match="member 'NOBODY' is not in the record"):
        lend(two, member="NOBODY")
    with pytest.raises(Unknown, match="unit 'NOWHERE' is not in the record"):
        lend(two, unit="NOWHERE")


def end(force: InRecord, at: str, by: str = "PBBX-CO") -> Attachment:
    """End it at that time."""
    return does(force, lambda record: detach(record, "N0041", by, local(at), "not needed"))


def test_an_attachment_is_ended_and_the_next_tour_is_at_home_again(two: InRecord) -> None:
    lend(two, until=local("2020-10-30"))
    assert sees(two, lambda views: status(views, "N0041", local("2020-10-21T16:00"))).unit == HERE
    made = end(two, "2020-10-21T12:00")
    assert made.until == local("2020-10-21T12:00")
    assert sees(two, lambda views: status(views, "N0041", local("2020-10-21T16:00"))).unit == THERE
    before = facts(two)
    assert end(two, "2020-10-21T12:00") == made
    assert facts(two) == before


def test_only_what_runs_is_ended_and_what_is_to_come_is_taken_back(two: InRecord) -> None:
    made = lend(two)
    for at in ("2020-10-20T15:00", "2020-10-20T14:00", "2020-10-22T14:00"):
        with pytest.raises(Unknown, match="is attached nowhere at that time"):
            end(two, at)
    with pytest.raises(Refused, match=f"{HERE}-CO must be a command position"):
        end(two, "2020-10-20T18:00", by=f"{HERE}-CO")
    does(two, lambda record: take_back(record, made.stream, "M0004", "not needed", local(AT)))
    assert sees(two, lambda views: views.rows(Attachment, member="N0041")) == []


def test_a_tour_that_is_worked_daily_is_on_each_day_with_the_clocks_changing(two: InRecord) -> None:
    lend(two, since=local("2020-10-30"), until=local("2020-11-03"), tour=NIGHT)
    state, file = sees(two, lambda views: duty_of(views, "N0041", local("2020-11-04")))
    entries = ledger_of(file, state.schedule, local("2020-10-30"), local("2020-11-03T12:00")).entries
    lent = [e for e in entries if e.unit == HERE]
    assert [e.start for e in lent] == [local(f"2020-{day}T23:15") for day in ("10-30", "10-31", "11-01", "11-02")]
    assert [round(e.length.total_seconds() / 60) for e in lent] == [515, 575, 515, 515]


def test_a_waiver_of_who_is_lent_is_still_their_own_superiors(two: InRecord) -> None:
    from muster.services.duty import waive

    lend(two)
    signed = Waiver(member="N0041", rule="unfit", since=local(SINCE), until=local(UNTIL), signed_by="M0005",
                    rest_owed_hours=8)  # fmt: skip
    with pytest.raises(Refused, match="does not stand over N0041"):
        does(two, lambda record: waive(record, signed))
