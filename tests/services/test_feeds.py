"""What a member's calendar is told beside rosters: absences, attachments, call-ins, who leaves; and never why."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]

from muster.documents.calendars import calendar
from muster.domain.calling_in import CallInAnswer
from muster.domain.duty import TimeRecord, Tour
from muster.domain.feeds import Dated, Feed, as_free
from muster.domain.members import Absence, Attachment
from muster.domain.presence import DutyFile
from muster.domain.schedule import Turn
from muster.ports import Record
from muster.services.correcting import take_back
from muster.services.duty import absent, keep
from muster.services.feeds import feed_of
from muster.services.separations import withdraw
from muster.services.time_records import add, cancel, move, plan
from muster.store.store import SqlStore
from tests.ground import NEW_YORK, InRecord, local, maybe
from tests.ground import changed as rows_changed
from tests.publishing import DAY, MONDAY, NIGHT, amended, charted, day, published, with_entries
from tests.services.small import CO, OFFICER, PCT, does, sees
from tests.services.test_call_ins import answered, next_of, opened
from tests.support import SettableClock

Event = tuple[str, int, str, str]
"""Of an event: its status, its sequence, and start and end in local time."""
SINCE = "2020-10-01"


def text_of(force: InRecord, member: str = OFFICER) -> str:
    return calendar(sees(force, lambda views: feed_of(views, member, local(SINCE))))


def events(force: InRecord, member: str = OFFICER) -> dict[str, Event]:
    """The events of the feed by their names, as another program reads them."""
    read = vobject.readOne(text_of(force, member)).contents.get("vevent", [])
    return {e.uid.value.removesuffix("@SMALL"): as_told(e) for e in read}


def as_told(event: Any) -> Event:
    start, end = (f"{at.value.astimezone(NEW_YORK):%m-%d %H%M}" for at in (event.dtstart, event.dtend))
    return event.status.value, int(event.sequence.value), start, end


def changed(before: Mapping[str, Event], after: Mapping[str, Event]) -> set[int]:
    """The days of the period on which something else is told, each with a later sequence; none falls."""
    assert before.keys() == after.keys()
    assert all(after[name][1] >= before[name][1] for name in after)
    other = {name for name in after if (after[name][0], *after[name][2:]) != (before[name][0], *before[name][2:])}
    assert all(after[name][1] > before[name][1] for name in other)
    return {(local_day(name) - MONDAY).days for name in other}


def name(number: int, member: str = OFFICER, unit: str = PCT) -> str:
    return f"{unit}/{member}/{day(number)}"


def away(since: str, until: str | None, reason: str | None = None) -> Absence:
    return Absence(member=OFFICER, kind="sick", since=local(since), until=maybe(until), reason=reason)


def test_tours_of_an_absence_are_cancelled_without_a_word_why_and_come_back_with_the_member(rostered: InRecord) -> None:
    before = events(rostered)
    assert {name(n) for n in (0, 1, 2)} <= before.keys()
    does(rostered, lambda record: absent(record, away("2020-10-19", "2020-10-21T08:00", "a broken arm")))
    gone = events(rostered)
    assert changed(before, gone) == {0, 1}
    assert {gone[name(n)][0] for n in (0, 1)} == {"CANCELLED"}
    assert not any(word in text_of(rostered) for word in ("sick", "arm", "absen", "leave"))
    stream = away("2020-10-19", None).stream
    does(rostered, lambda record: take_back(record, stream, CO, "a mistake", record.now))
    back = events(rostered)
    assert changed(gone, back) == {0, 1}
    assert {n: (e[0], *e[2:]) for n, e in back.items()} == {n: (e[0], *e[2:]) for n, e in before.items()}


def test_of_a_tour_that_an_absence_cuts_the_rest_is_told(rostered: InRecord) -> None:
    published_at, later = rostered.clock.at, rostered.clock.move(hours=1)
    does(rostered, lambda record: absent(record, away("2020-10-18", "2020-10-20T02:00")))
    assert events(rostered)[name(0)] == ("CONFIRMED", 1, "10-20 0200", "10-20 0750")
    feed = sees(rostered, lambda views: feed_of(views, OFFICER, local(SINCE)))
    said = {tour.name: tour.said_at for tour in feed.tours}
    assert (said[name(0)], said[name(5)]) == (later, published_at), "when it was recorded, and of those that it moves"


def test_tours_at_home_are_cancelled_while_the_member_is_lent_and_the_other_unit_tells_its_own(
    rostered: InRecord,
) -> None:
    before = events(rostered)
    lent = Attachment(member=OFFICER, unit="PBBX", since=local("2020-10-20"), until=local("2020-10-22"))
    rostered.rows.append(lent)
    rostered.load()
    gone = events(rostered)
    assert changed(before, gone) == {1, 2}
    rostered.rows[-1] = replace(lent, until=local("2020-10-21"))
    rostered.load()
    assert gone[name(2)][0] == "CANCELLED"
    shorter = events(rostered)
    assert changed(gone, shorter) == {2}
    assert (shorter[name(1)][0], shorter[name(2)][0]) == ("CANCELLED", "CONFIRMED")


def local_day(of: str) -> date:
    return date.fromisoformat(of.rpartition("/")[2])


def test_a_guest_line_is_told_while_the_attachment_holds(temporary_store: SqlStore, clock: SettableClock) -> None:
    lent = Attachment(member="M0016", unit=PCT, since=local("2020-10-19"), until=local("2020-10-26"))
    force = InRecord(temporary_store, clock)
    force.rows.append(lent)
    force.load()
    roster = with_entries(charted(force), "M0016", {day(0): DAY, day(1): DAY, day(2): DAY})
    published(force, roster)
    told = events(force, "M0016")
    assert [told[name(n, "M0016")][0] for n in (0, 1, 2)] == ["CONFIRMED"] * 3
    force.rows[-1] = replace(lent, until=local("2020-10-20"))
    force.load()
    told = events(force, "M0016")
    assert [told[name(n, "M0016")][:2] for n in (0, 1, 2)] == [("CONFIRMED", 1), ("CANCELLED", 1), ("CANCELLED", 1)]


def test_the_tours_of_somebody_who_leaves_are_cancelled_and_withdrawn_papers_bring_them_back(
    rostered: InRecord,
) -> None:
    before = events(rostered)
    rostered.retire(OFFICER, "2020-10-12T10:00", "2020-10-26")
    gone = events(rostered)
    assert {n for n in gone if gone[n][0] == "CANCELLED"} == {n for n in before if local_day(n) >= date(2020, 10, 26)}
    assert changed(before, gone)
    papers = f"SEP-{OFFICER}"
    does(rostered, lambda record: withdraw(record, papers, OFFICER, record.now))
    back = events(rostered)
    assert {e[0] for e in back.values()} == {"CONFIRMED"}
    assert changed(gone, back) == changed(before, gone)


def test_other_hours_of_a_tour_are_told_with_a_later_sequence(rostered: InRecord) -> None:
    before = events(rostered)
    rostered.clock.move(hours=1)
    rostered.rows = rows_changed(rostered.rows, Tour, lambda t: t.tour == NIGHT, start=time(23, 0))
    rostered.load()
    after = events(rostered)
    assert changed(before, after) == {(local_day(n) - MONDAY).days for n in before}
    assert after[name(0)] == ("CONFIRMED", 1, "10-19 2300", "10-20 0750")


def test_the_sequence_never_falls_whatever_follows_what(rostered: InRecord) -> None:
    told = [events(rostered)[name(1)]]
    does(rostered, lambda record: absent(record, away("2020-10-20T20:00", "2020-10-21T20:00")))
    told.append(events(rostered)[name(1)])
    does(rostered, lambda record: take_back(record, away("2020-10-20T20:00", None).stream, CO, "no", record.now))
    told.append(events(rostered)[name(1)])
    amended(rostered, OFFICER, day(0), "off")  # its night ends after the day tour of the next day has begun
    for tour in (DAY, "off", NIGHT):
        amended(rostered, OFFICER, day(1), tour)
        told.append(events(rostered)[name(1)])
    does(rostered, lambda record: absent(record, away("2020-10-19T12:00", None)))
    told.append(events(rostered)[name(1)])
    sequences = [e[1] for e in told]
    assert sequences == sorted(set(sequences))
    assert [e[0] for e in told] == ["CONFIRMED", "CANCELLED", *["CONFIRMED"] * 2, "CANCELLED", "CONFIRMED", "CANCELLED"]


def called_in(force: InRecord, member: str, *said: str) -> None:
    for what in said:
        by = {"by": member} if what in ("accepted", "refused") else {}
        answered(force, member, what, at=f"2020-10-07T12:{len(force_answers(force, member)):02}", why="a trial", **by)


def force_answers(force: InRecord, member: str) -> list[CallInAnswer]:
    return sees(force, lambda views: views.rows(CallInAnswer, member=member))


def test_a_call_in_is_an_event_of_its_own_once_it_is_the_members(
    temporary_store: SqlStore, clock: SettableClock
) -> None:
    force = InRecord(temporary_store, clock)
    opened(force, needed=2)
    member = next_of(force)
    assert events(force, member) == {}
    called_in(force, member, "refused")
    assert events(force, member) == {}
    other = next_of(force)
    called_in(force, other, "accepted")
    assert events(force, other) == {f"C1/{other}": ("CONFIRMED", 0, "10-07 2315", "10-08 0750")}
    assert vobject.readOne(text_of(force, other)).vevent.summary.value == "PCT-047 call-in"
    called_in(force, other, "excused")
    assert events(force, other) == {f"C1/{other}": ("CANCELLED", 1, "10-07 2315", "10-08 0750")}
    (excused,) = (a for a in force_answers(force, other) if a.what == "excused")
    does(force, lambda record: take_back(record, excused.stream, excused.by, "a mistake", record.now))
    assert events(force, other) == {f"C1/{other}": ("CONFIRMED", 2, "10-07 2315", "10-08 0750")}


def test_an_order_to_stay_is_an_event_and_an_absence_cancels_it(
    temporary_store: SqlStore, clock: SettableClock
) -> None:
    force = InRecord(temporary_store, clock)
    opened(force, kind="hold-over", since="2020-10-07T15:40", until="2020-10-07T20:00")
    member = next_of(force)
    answered(force, member, "ordered", why="nobody accepts", by=CO)
    kept = f"C1/{member}"
    assert events(force, member) == {kept: ("CONFIRMED", 0, "10-07 1540", "10-07 2000")}
    sick = Absence(member=member, kind="sick", since=local("2020-10-07T18:00"))
    does(force, lambda record: absent(record, sick))
    assert events(force, member) == {kept: ("CONFIRMED", 1, "10-07 1540", "10-07 1800")}
    does(force, lambda record: keep(record, replace(sick, until=local("2020-10-07T19:00"))))
    assert events(force, member)[kept][1] == 2
    answered(force, member, "excused", at="2020-10-07T14:00", by=CO)
    assert events(force, member)[kept][:2] == ("CANCELLED", 3)


def test_an_appearance_in_court_is_told_by_no_more_than_that_and_follows_the_court(small: InRecord) -> None:
    def heard(act: Callable[[Record], object]) -> dict[str, Event]:
        does(small, act)
        small.clock.move(hours=1)
        return events(small)

    first = TimeRecord(
        member=OFFICER, since=local("2020-10-28T09:00"), kind="court", until=local("2020-10-28T12:30"),
        source="subpoena 4711", unit=PCT,
    )  # fmt: skip
    there, later = first.key, replace(first, since=local("2020-10-29T10:00")).key
    end = local("2020-10-28T13:30")
    assert heard(lambda record: plan(record, first, OFFICER)) == {there: ("CONFIRMED", 0, "10-28 0900", "10-28 1230")}
    assert vobject.readOne(text_of(small)).vevent.summary.value == "PCT-047 court"
    does(small, lambda record: absent(record, away("2020-10-27", "2020-10-30")))
    told = heard(lambda record: move(record, first.stream, first.since, end, OFFICER, "a witness"))
    assert told == {there: ("CONFIRMED", 1, "10-28 0900", "10-28 1330")}
    to = local("2020-10-29T10:00")
    told = heard(lambda record: move(record, first.stream, to, to + timedelta(hours=2), OFFICER, "adjourned"))
    moved = ("CONFIRMED", 0, "10-29 1000", "10-29 1200")
    assert told == {there: ("CANCELLED", 2, "10-28 0900", "10-28 1330"), later: moved}
    told = heard(lambda record: cancel(record, f"time_record/{later}", OFFICER, "the defendant pleaded"))
    assert (told[there], told[later]) == (("CANCELLED", 2, "10-28 0900", "10-28 1330"), ("CANCELLED", 1, *moved[2:]))
    assert not any(word in text_of(small) for word in ("4711", "witness", "adjourned", "pleaded", "sick"))


def test_hours_of_another_kind_or_entered_when_they_were_over_are_no_events(small: InRecord) -> None:
    small.clock.at = local("2020-10-07T12:00")
    was = TimeRecord(member=OFFICER, since=local("2020-10-02T09:00"), kind="court", until=local("2020-10-02T12:00"))
    other = TimeRecord(member=OFFICER, since=local("2020-10-07"), kind="extra-duty", until=local("2020-10-07T20:00"))
    does(small, lambda record: [add(record, row, OFFICER) for row in (was, other)])
    assert events(small) == {}


HOSTILE = 'a,b;c\\d\ne: "é😀"\r\nATTENDEE:mailto:x@example.org\r\n' + "ä" * 90


def test_names_that_would_break_a_line_are_read_back_as_they_are() -> None:
    start = datetime(2020, 11, 1, 5, 30, tzinfo=UTC)
    turn = Turn(start, start + timedelta(hours=1), HOSTILE, date(2020, 11, 1))
    told = Dated(HOSTILE, HOSTILE, turn, 0, start)
    text = calendar(Feed(HOSTILE, HOSTILE, start, NEW_YORK, (told,)))
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(line.startswith("ATTENDEE") for line in lines)
    read = vobject.readOne(text)
    plain = HOSTILE.replace("\r\n", "\n")
    assert read.vevent.summary.value == f"{plain} {plain}"
    assert read.contents["x-wr-calname"][0].value == f"Tours of {plain}"
    assert len(read.contents["vevent"]) == 1


@pytest.mark.parametrize("offset", [4, 5])
def test_the_hour_that_comes_twice_is_told_as_the_one_that_is_meant(offset: int) -> None:
    """0130 of 1 November 2020 is once 0530 and once 0630 by UTC; RFC 5545, 3.3.5, means the first by the local one."""
    start = datetime(2020, 11, 1, 1 + offset, 30, tzinfo=UTC)
    turn = Turn(start, start + timedelta(hours=4), "spare", date(2020, 11, 1))
    read = vobject.readOne(calendar(Feed("F", "M1", start, NEW_YORK, (Dated("U", "n", turn, 0, start),))))
    assert read.vevent.dtstart.value.astimezone(UTC) == start
    assert read.vevent.dtend.value.astimezone(UTC) == start + timedelta(hours=4)


def test_the_night_that_is_an_hour_shorter_is_told_so() -> None:
    start, end = local("2020-03-07T23:15"), local("2020-03-08T07:50")
    turn = Turn(start, end, NIGHT, date(2020, 3, 7))
    read = vobject.readOne(calendar(Feed("F", "M1", start, NEW_YORK, (Dated("U", "n", turn, 0, start),))))
    times = [at.value.astimezone(UTC) for at in (read.vevent.dtstart, read.vevent.dtend)]
    assert times == [start, end]
    assert times[1] - times[0] == timedelta(hours=7, minutes=35)


def test_absences_that_leave_two_ends_of_a_tour_leave_it_from_first_to_last() -> None:
    start = local("2020-10-19T23:15")
    turn = Turn(start, start + timedelta(hours=8), NIGHT, MONDAY)
    gone = Absence(member="M", kind="court", since=start + timedelta(hours=2), until=start + timedelta(hours=3))
    told = as_free(Dated("U", "n", turn, 0, start), DutyFile("M", absences=[gone]), (start, turn.end), [])
    assert (told.turn, told.cancelled) == (turn, False)
