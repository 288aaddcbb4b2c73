"""Hours that time keepers enter, and call-ins, as the story tells them."""

from zoneinfo import ZoneInfo

from muster.domain.calling_in import CallIn, DoNotCall
from muster.domain.duty import TimeRecord
from muster.ports import Record
from muster.services import call_ins, time_records
from muster.services.telling.story import Story
from muster.store.store import SqlStore
from tests.ground import InRecord, local
from tests.publishing import MONDAY, amended, charted, published
from tests.services.offered import ROWS, decide, offered, say
from tests.services.rolls import said, take
from tests.services.small import sees
from tests.support import SettableClock

NEW_YORK = ZoneInfo("America/New_York")


def told(record: Record, after: int) -> list[str]:
    """The sentences about all that was recorded after a fact."""
    return [text for _, text, _ in Story(record, NEW_YORK).tell([*record.facts(first=after + 1)])]


def test_offers_are_told_by_office_and_what_came_of_them(temporary_store: SqlStore, clock: SettableClock) -> None:
    force = InRecord(temporary_store, clock, ROWS)
    first, second, third, fourth = offered(force, 4)
    with temporary_store.reading() as views:
        before = next(f.seq for f in views.facts(kinds=["offering.made"]))
    for member in (first, third, fourth):
        say(force, member, "willing")
    say(force, second, "refused")
    decide(force)
    with temporary_store.writing() as record:
        lines = told(record, before - 1)
    names = [f"Member {member}" for member in (first, second, third, fourth)]
    assert lines[0].startswith("Call-in C1 is offered to")
    assert all(member in lines[0] for member in (first, second, third, fourth))
    assert lines[0].endswith("they answer until Wed 07 Oct 1800.")
    text = " ".join(lines)
    for says in (
        f"{names[0]} is willing to come to call-in C1.",
        f"{names[1]} does not want to come to call-in C1.",
        f"Call-in C1: member {third}, place 3 on the list, comes (willing; offered in round 1 at place 3).",
        f"{names[3]} was willing, and does not get call-in C1: as many as are needed come",
        "The offers of call-in C1 are over: as many come as are needed.",
    ):
        assert says in text, says
    assert "Recorded:" not in text


def test_hours_and_call_ins_are_told_by_office(temporary_store: SqlStore, clock: SettableClock) -> None:
    InRecord(temporary_store, clock)
    clock.at = local("2020-10-07T13:00")
    with temporary_store.writing() as record:
        before = record.head()[0]
        start, end = local("2020-10-06T14:00"), local("2020-10-06T18:00")
        time_records.add(record, TimeRecord(member="M0033", since=start, kind="court", until=end), "M0005")
        call_ins.do_not_call(record, DoNotCall(member="M0034", since=local("2020-10-07"), stated_by="M0034"))
        need = CallIn(
            call_in="C1", unit="PCT-047", kind="call-in", since=local("2020-10-07T23:15"),
            until=local("2020-10-08T07:50"), contract="equalisation", opened_by="M0027", at=local("2020-10-07T12:00"),
        )  # fmt: skip
        call_ins.open_call_in(record, need)
        call_ins.answer(record, "C1", "M0023", "refused", "M0027", local("2020-10-07T12:05"))
        lines = told(record, before)
    assert len(lines) == 4
    assert "4 h of court, Tue 06 Oct 1400 to Tue 06 Oct 1800" in lines[0]
    assert "does not want to be asked to call-ins" in lines[1]
    assert "needs 1 member to be called in in the 47th Precinct" in lines[2]
    assert "place 1 on the list, does not want to come" in lines[3]


def test_a_published_roster_and_what_is_amended_are_told(temporary_store: SqlStore, clock: SettableClock) -> None:
    force = InRecord(temporary_store, clock)
    before = sees(force, lambda views: views.head()[0])
    published(force, charted(force))
    amended(force, "M0033", MONDAY, "off", reason="surgery")
    with temporary_store.writing() as record:
        lines = told(record, before)
    assert len(lines) == 2
    assert "publishes the roster of the 47th Precinct: 28 days from 2020-10-19." in lines[0]
    assert "amends the roster of the 47th Precinct from 2020-10-19: " in lines[1]
    assert lines[1].endswith(" on 2020-10-19, from 2315x0750 to off.")
    assert "surgery" not in lines[1]


def test_a_roll_call_is_told_with_its_numbers(temporary_store: SqlStore, clock: SettableClock) -> None:
    force = InRecord(temporary_store, clock)
    before = sees(force, lambda views: views.head()[0])
    take(force, said(everybody=True, missing=["M0033"]))
    with temporary_store.writing() as record:
        lines = [line for line in told(record, before) if "calls the roll" in line]
    (line,) = lines
    assert line.endswith(
        "calls the roll of tour 2315x0750 of 2020-10-06 in the 47th Precinct: 5 present, 0 late and 1 missing."
    )
