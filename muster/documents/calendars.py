"""Feeds for calendars, as RFC 5545 writes them: what is moved keeps its name, what is taken out is told as such."""

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration, vText

from muster.domain.feeds import Dated, Feed

AGAIN: Final = timedelta(hours=1)
"""After which a calendar that subscribed asks again: RFC 7986, 5.7, and what programs read that are older than it."""
MAKER: Final = "-//Muster//duty feed//EN"


def calendar(feed: Feed) -> str:
    """The feed as an iCalendar object, with the time zone that its times are in."""
    made = Calendar()
    made.add("prodid", MAKER)
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        made.add(name, vText(f"Tours of {feed.member}"))
    made.add("refresh-interval", AGAIN, {"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(AGAIN))
    made.add_component(_zone(feed))
    for tour in feed.tours:
        made.add_component(_event(feed, tour))
    written: bytes = made.to_ical()
    return written.decode()


def _zone(feed: Feed) -> Timezone:
    """The time zone of the force, from the year before the first tour to the one after the last: what a program that
    has no zones of its own needs to know. It is there without tours too, for no calendar may be without a part."""
    years = [tour.turn.day.year for tour in feed.tours] or [feed.since.year]
    zone = Timezone.from_tzid(
        feed.zone.key, first_date=date(min(years) - 1, 1, 1), last_date=date(max(years) + 2, 1, 1)
    )
    for part in zone.daylight + zone.standard:
        _begun_by_the_clock_before(part)
    return zone


def _begun_by_the_clock_before(part: TimezoneStandard | TimezoneDaylight) -> None:
    """Where the clocks go forward a part begins by the clock before it (RFC 5545, 3.6.5); icalendar says the one
    after, and the night would have the wrong zone for an hour."""
    leap = part.TZOFFSETTO - part.TZOFFSETFROM
    if leap > timedelta(0):
        again = [at - leap for at, _ in part.rdates]
        part.DTSTART -= leap
        part.pop("RDATE", None)
        if again:
            part.add("RDATE", again)


def _event(feed: Feed, tour: Dated) -> Event:
    """One tour: its name is the same in every version of the day, and its sequence tells which is the later."""
    event = Event()
    event.add("uid", f"{tour.name}@{feed.force}")
    event.add("sequence", tour.sequence)
    event.add("status", "CANCELLED" if tour.cancelled else "CONFIRMED")
    event.add("dtstamp", tour.said_at)
    event.add("last-modified", tour.said_at)
    event.add("dtstart", _written(tour.turn.start, feed.zone))
    event.add("dtend", _written(tour.turn.end, feed.zone))
    event.add("summary", f"{tour.unit} {tour.turn.tour}".strip())
    event.add("transp", "TRANSPARENT" if tour.cancelled else "OPAQUE")
    return event


def _written(at: datetime, zone: ZoneInfo) -> datetime:
    """An instant by the clock of the force; in UTC where the clock shows the same for the second time, which no local
    time can say (RFC 5545, 3.3.5)."""
    here = at.astimezone(zone)
    return at.astimezone(UTC) if here.fold else here
