"""The picture of a member's days: every entry where its hours are, whatever is in it, and in words too."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from muster.documents.axis import LEFT, WIDTH
from muster.documents.days import days_svg
from muster.domain.days import Curve, Days, Mark, Sleeps
from muster.domain.instants import instant_of
from muster.domain.ledger import Entry

NEW_YORK = ZoneInfo("America/New_York")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</desc><script>alert("1")</script>&\'"<![CDATA['


def at(said: str) -> datetime:
    return instant_of(said, NEW_YORK)


def entry(start: datetime, end: datetime, kind: str = "tour", says: str = "") -> Entry:
    return Entry(start, end, kind, "U", True, says, None)


def days(since: str, until: str, *entries: Entry, **more: object) -> Days:
    given = {"heading": "M0001", "says": "as signed", "zone": NEW_YORK, **more}
    return Days(since=at(since), until=at(until), entries=entries, **given)  # type: ignore[arg-type]


def boxes(picture: str, kind: str) -> list[dict[str, str]]:
    found = [e.attrib for e in ET.fromstring(picture).iter(f"{SVG}rect")]
    return [e for e in found if kind in e.get("class", "").split()]


def test_each_entry_is_drawn_where_its_hours_are() -> None:
    start = at("2020-10-07")
    tour = entry(start + timedelta(hours=6), start + timedelta(hours=12))
    court = entry(start + timedelta(hours=12), start + timedelta(hours=18), "court")
    picture = days_svg(days("2020-10-07", "2020-10-08", tour, court))
    (first,), (second,) = boxes(picture, "tour"), boxes(picture, "court")
    assert (float(first["x"]), float(first["width"])) == (LEFT + WIDTH / 4, WIDTH / 4)
    assert (float(second["x"]), float(second["width"])) == (LEFT + WIDTH / 2, WIDTH / 4)


def test_hostile_words_stay_words() -> None:
    start = at("2020-10-07")
    curve = Curve([start], [1.0], [2.0])
    hostile = days(
        "2020-10-07",
        "2020-10-08",
        entry(start, start + timedelta(hours=9), HOSTILE, HOSTILE),
        heading=HOSTILE,
        says=HOSTILE,
        marks=[Mark(start, "unfit", HOSTILE, HOSTILE)],
        sleeps=[Sleeps(HOSTILE, [(start, start + timedelta(hours=1))])],
        kss=curve,
    )
    root = ET.fromstring(days_svg(hostile))
    assert root.findtext(f"{SVG}title") == HOSTILE
    assert [e.tag for e in root.iter() if e.tag.endswith("script")] == []


def test_an_empty_ledger_is_a_picture_of_no_duty() -> None:
    root = ET.fromstring(days_svg(days("2020-10-07", "2020-10-08")))
    assert "Duty: none." in (root.findtext(f"{SVG}desc") or "")
