"""The feed of a member's tours, read back by another program's reader of iCalendar."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]

from muster.documents.calendars import calendar
from muster.domain.duty import Tour
from muster.domain.record import removed
from muster.roster.problem import OFF
from muster.services.feeds import feed_of
from muster.store.store import SqlStore
from tests.ground import NEW_YORK, InRecord, local
from tests.publishing import DAY, EVENING, MONDAY, NIGHT, amended, charted, day, published
from tests.services.small import OFFICER, sees
from tests.support import SettableClock

LONGEST_LINE = 75
"""Octets of a line: RFC 5545, 3.1."""
DST_NIGHT = day(12)
"""The night of 31 October, in which the clocks go back."""


def text_of(force: InRecord, member: str = OFFICER, since: str = "2020-10-01") -> str:
    return calendar(sees(force, lambda views: feed_of(views, member, local(since))))


def read_back(text: str) -> dict[str, Any]:
    """The events by their name, as the other program has them."""
    read = vobject.readOne(text)
    return {event.uid.value: event for event in read.contents.get("vevent", [])}


def name(number: int, member: str = OFFICER) -> str:
    return f"PCT-047/{member}/{day(number)}@SMALL"


def utc(at: datetime) -> datetime:
    """As an instant: by the time zone that stands in the feed itself."""
    return at.astimezone(UTC)


def tours_of(force: InRecord) -> Iterator[tuple[str, datetime, datetime]]:
    """The tours of the feed as Muster has them: their names, starts and ends."""
    for tour in sees(force, lambda views: feed_of(views, OFFICER, local("2020-10-01"))).tours:
        yield f"{tour.name}@SMALL", tour.turn.start, tour.turn.end


@pytest.fixture
def rostered(temporary_store: SqlStore, clock: SettableClock) -> InRecord:
    """The small force with the charted roster published for four weeks from 19 October."""
    force = InRecord(temporary_store, clock)
    published(force, charted(force))
    return force


def test_every_tour_is_there_once_at_its_instants_by_the_zone_of_the_feed(rostered: InRecord) -> None:
    events = read_back(text_of(rostered))
    wanted = {uid: (utc(start), utc(end)) for uid, start, end in tours_of(rostered)}
    assert {uid: (utc(e.dtstart.value), utc(e.dtend.value)) for uid, e in events.items()} == wanted
    assert len(wanted) == sum(tour != OFF for tour in charted(rostered).lines[OFFICER]) > 0
    assert {(e.status.value, e.sequence.value) for e in events.values()} == {("CONFIRMED", "0")}


def test_the_night_in_which_the_clocks_go_back_is_an_hour_longer(rostered: InRecord) -> None:
    amended(rostered, OFFICER, DST_NIGHT, NIGHT)
    event = read_back(text_of(rostered))[name(12)]
    assert "20201031T231500" in text_of(rostered)
    assert (event.dtstart.value.isoformat(), event.dtend.value.isoformat()) == (
        "2020-10-31T23:15:00-04:00", "2020-11-01T07:50:00-05:00",
    )  # fmt: skip
    assert utc(event.dtend.value) - utc(event.dtstart.value) == timedelta(hours=9, minutes=35)


def test_the_zone_in_the_feed_changes_at_the_instants_at_which_the_clocks_change(rostered: InRecord) -> None:
    """RFC 5545, 3.6.5: a part of a zone begins at a local time of TZOFFSETFROM, and has TZOFFSETTO from then on."""
    text, told = text_of(rostered).replace("\r\n ", ""), []
    for part in re.findall(r"BEGIN:(?:DAYLIGHT|STANDARD)\r\n(.*?)END:", text, re.DOTALL):
        said = dict(line.split(":") for line in part.splitlines())
        before, after = (datetime.strptime(said[f"TZOFFSET{way}"], "%z").utcoffset() for way in ("FROM", "TO"))
        assert before is not None
        for begin in [said["DTSTART"], *filter(None, said.get("RDATE", "").split(","))] if before != after else ():
            at = datetime.strptime(begin, "%Y%m%dT%H%M%S").replace(tzinfo=UTC) - before
            assert (at - timedelta(seconds=1)).astimezone(NEW_YORK).utcoffset() == before
            assert at.astimezone(NEW_YORK).utcoffset() == after
            told.append(at)
    assert datetime(2020, 3, 8, 7, tzinfo=UTC) in told, "0200 of the force became 0300"
    assert datetime(2020, 11, 1, 6, tzinfo=UTC) in told, "0200 became 0100"


def test_a_tour_that_is_moved_keeps_its_name_and_has_a_later_sequence(rostered: InRecord) -> None:
    before = read_back(text_of(rostered))
    amended(rostered, OFFICER, day(5), EVENING)
    after = read_back(text_of(rostered))
    assert after.keys() == before.keys()
    moved = [uid for uid in after if after[uid].dtstart.value != before[uid].dtstart.value]
    assert moved == [name(5)]
    assert (after[name(5)].sequence.value, after[name(5)].status.value) == ("1", "CONFIRMED")
    assert after[name(5)].summary.value == f"PCT-047 {EVENING}"


def test_a_tour_that_is_taken_out_is_cancelled_and_may_come_back(rostered: InRecord) -> None:
    amended(rostered, OFFICER, MONDAY, "off")
    event = read_back(text_of(rostered))[name(0)]
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "1")
    assert utc(event.dtstart.value) == local("2020-10-19T23:15")
    amended(rostered, OFFICER, MONDAY, NIGHT)
    event = read_back(text_of(rostered))[name(0)]
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", "2")


def test_a_tour_that_the_force_no_longer_has_takes_out_the_one_it_took_the_place_of(rostered: InRecord) -> None:
    spare = Tour(tour="spare", start=time(9), end=time(17), days=0)
    rostered.rows.append(spare)
    rostered.load()
    amended(rostered, OFFICER, day(6), "spare")
    assert read_back(text_of(rostered))[name(6)].summary.value == "PCT-047 spare"
    rostered.act(lambda record: record.append([removed(spare, record.now)]))
    event = read_back(text_of(rostered))[name(6)]
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "2"), "later than the 1 that it had as spare"


def test_a_tour_on_a_day_off_is_new_and_an_amendment_of_somebody_else_changes_nothing(rostered: InRecord) -> None:
    before = text_of(rostered)
    amended(rostered, "M0034", MONDAY, "off")
    assert text_of(rostered) == before
    assert name(4) not in read_back(before)
    amended(rostered, OFFICER, day(4), DAY)
    event = read_back(text_of(rostered))[name(4)]
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", "2")


def test_what_is_long_over_is_left_out_and_without_tours_it_is_still_a_calendar(rostered: InRecord) -> None:
    assert len(read_back(text_of(rostered, since="2020-11-10"))) == 4
    empty = text_of(rostered, "M0005")
    assert read_back(empty) == {}
    assert vobject.readOne(empty).vtimezone.tzid.value == "America/New_York"


def test_it_is_written_as_the_standard_wants_it(rostered: InRecord) -> None:
    text = text_of(rostered)
    lines = text.split("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= LONGEST_LINE for line in lines)
    vobject.readOne(text).validate(raiseException=True)
