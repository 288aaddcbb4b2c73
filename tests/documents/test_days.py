"""The picture of a member's days: every entry where its hours are, whatever is in it, and in words too."""

import re
import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muster.documents.axis import NARROW, WIDE, Page, strips
from muster.documents.days import days_svg
from muster.documents.keys import LETTERS
from muster.documents.layout import BAND, LANES
from muster.domain.days import Curve, Days, Mark, Sleeps
from muster.domain.duty import HOURS_KINDS
from muster.domain.errors import Invalid
from muster.domain.instants import instant_of
from muster.domain.ledger import Entry

NEW_YORK = ZoneInfo("America/New_York")
LEFT, WIDTH = WIDE.left, WIDE.width
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</desc><script>alert("1")</script>&\'"<![CDATA['
HOUR = timedelta(hours=1)


def at(said: str) -> datetime:
    return instant_of(said, NEW_YORK)


def entry(start: datetime, end: datetime, kind: str = "tour", says: str = "") -> Entry:
    return Entry(start, end, kind, "U", True, says, None)


def days(since: str, until: str, *entries: Entry, **more: Any) -> Days:
    given = {"heading": "M0001", "says": "as signed", "zone": NEW_YORK, **more}
    return Days(since=at(since), until=at(until), entries=entries, **given)


def root(picture: str) -> ET.Element:
    return ET.fromstring(picture)


def boxes(picture: str, kind: str, height: float = BAND) -> list[tuple[float, float]]:
    """Where the boxes of a kind begin in the duty band, and how wide they are."""
    found = [e.attrib for e in root(picture).iter(f"{SVG}rect") if kind in e.get("class", "").split()]
    return [(float(e["x"]), float(e["width"])) for e in found if float(e["height"]) == height]


def words(picture: str) -> list[str]:
    return [e.text or "" for e in root(picture).iter(f"{SVG}text")]


def paths(picture: str, kind: str) -> list[str]:
    return [e.get("d", "") for e in root(picture).iter(f"{SVG}path") if e.get("class") == kind]


def told(picture: str) -> str:
    return root(picture).findtext(f"{SVG}desc") or ""


def test_each_entry_is_drawn_where_its_hours_are() -> None:
    start = at("2020-10-07")
    tour, court = entry(start + 6 * HOUR, start + 12 * HOUR), entry(start + 12 * HOUR, start + 18 * HOUR, "court")
    picture = days_svg(days("2020-10-07", "2020-10-08", tour, court))
    assert boxes(picture, "tour") == [(LEFT + WIDTH / 4, WIDTH / 4)]
    assert boxes(picture, "court") == [(LEFT + WIDTH / 2, WIDTH / 4)]


@settings(max_examples=60)
@given(
    begin=st.sampled_from(["2020-03-06", "2020-10-30", "2020-10-07"]),
    length=st.integers(1, 28),
    spans=st.lists(st.tuples(st.integers(-9, 30 * 24), st.integers(1, 40)), max_size=12),
)
def test_in_any_days_the_band_holds_as_many_hours_as_the_ledger(
    begin: str, length: int, spans: list[tuple[int, int]]
) -> None:
    since = at(begin)
    until = since + timedelta(days=length)
    entries = [entry(since + a * HOUR, since + (a + b) * HOUR) for a, b in spans]
    picture = days_svg(Days("M", "", NEW_YORK, since, until, entries))
    px = strips(since, until, NEW_YORK)[0].px_per_hour
    inside = sum((max(min(e.end, until) - max(e.start, since), 0 * HOUR) for e in entries), 0 * HOUR)
    drawn = boxes(picture, "tour")
    assert sum(width for _, width in drawn) == pytest.approx(inside / HOUR * px, abs=0.05 * (len(drawn) + 1))
    assert all(x >= LEFT and x + width <= LEFT + WIDTH + 0.11 for x, width in drawn)


def test_the_night_in_which_the_clocks_go_back_is_as_long_as_it_is() -> None:
    night = entry(at("2020-10-31T23:15"), at("2020-11-01T07:50"))
    picture = days_svg(days("2020-10-31T12:00", "2020-11-01T12:00", night))
    ((_, width),) = boxes(picture, "tour")
    assert width == pytest.approx(WIDTH * (9 + 35 / 60) / 25, abs=0.05)
    day = days_svg(days("2020-11-01", "2020-11-02"))
    assert "Sun 1 Nov, 25 h" in words(day)
    assert "Sun 8 Mar, 23 h" in words(days_svg(days("2020-03-08", "2020-03-09")))
    assert "Sat 31 Oct" in words(days_svg(days("2020-10-31", "2020-11-01")))
    assert "Sun 1 Nov" in words(days_svg(days("2020-10-31", "2020-11-02T10:00"), page=NARROW))


def test_the_clock_on_the_axis_is_the_one_on_the_wall() -> None:
    picture = days_svg(days("2020-11-01", "2020-11-02"))
    labels = {e.text: float(e.get("x", "")) for e in root(picture).iter(f"{SVG}text") if e.get("class") == "middle"}
    assert labels["02:00"] - LEFT == pytest.approx(3 * WIDTH / 25, abs=0.05)
    assert labels["12:00"] - LEFT == pytest.approx(13 * WIDTH / 25, abs=0.05)


def test_four_weeks_are_four_strips_and_a_duty_over_midnight_is_in_both() -> None:
    over = entry(at("2020-10-11T23:15"), at("2020-10-12T07:50"))
    picture = days_svg(days("2020-10-05", "2020-11-02", over))
    assert sorted(round(x, 1) for x, _ in boxes(picture, "tour"))[0] == LEFT
    assert len(boxes(picture, "tour")) == 2
    assert [w for w in words(picture) if w == "duty"] == ["duty"] * 4


def test_hostile_words_stay_words() -> None:
    start = at("2020-10-07")
    hostile = days(
        "2020-10-07",
        "2020-10-08",
        entry(start, start + 9 * HOUR, HOSTILE, HOSTILE),
        heading=HOSTILE,
        says=HOSTILE,
        marks=[Mark(start, "unfit", HOSTILE, HOSTILE)],
        sleeps=[Sleeps(HOSTILE, [(start, start + HOUR)])],
        kss=Curve([start], [1.0], [2.0]),
    )
    picture = root(days_svg(hostile))
    assert picture.findtext(f"{SVG}title") == HOSTILE
    assert [e.tag for e in picture.iter() if e.tag.endswith("script")] == []


def test_a_picture_has_a_name_a_description_and_nothing_from_elsewhere() -> None:
    picture = days_svg(days("2020-10-07", "2020-10-08"), ident="one")
    found = root(picture)
    assert found.get("role") == "img"
    assert found.get("aria-labelledby") == "one-title one-desc"
    assert [
        found.find(f"{SVG}{tag}[@id='one-{name}']") is None for tag, name in (("title", "title"), ("desc", "desc"))
    ] == [
        False,
        False,
    ]
    assert [
        e.tag for e in found.iter() if e.tag.rpartition("}")[2] in ("script", "image", "use", "foreignObject")
    ] == []
    assert re.findall(r"https?://[^\"]*", picture) == ["http://www.w3.org/2000/svg"]
    assert {each for each in re.findall(r"url\(#([a-z]+)-", picture)} <= {"one"}
    assert "@import" not in picture
    assert "@font-face" not in picture


def test_all_that_is_drawn_is_told() -> None:
    start = at("2020-10-07")
    curve = Curve([start + n * HOUR for n in range(24)], [3.0] * 24, [*[4.0] * 20, 7.6, *[4.0] * 3], 7.0)
    mark = Mark(start + 16 * HOUR, "unfit", "unfit", "on duty 16 h")
    picture = days_svg(
        days("2020-10-07", "2020-10-08", entry(start, start + 16 * HOUR), marks=[mark], kss=curve, lapses=curve)
    )
    assert "Duty: tour 16 h." in told(picture)
    assert "Wednesday 7 October 2020 16:00, unfit: on duty 16 h." in told(picture)
    assert "Most sleepiness (KSS) 7.6, Wednesday 7 October 2020 20:00" in told(picture)
    assert "never the sole ground" in " ".join(words(picture))


def test_an_empty_ledger_is_a_picture_of_no_duty() -> None:
    assert "Duty: none." in told(days_svg(days("2020-10-07", "2020-10-08")))


def test_each_kind_of_duty_has_a_letter_and_a_pattern_of_its_own() -> None:
    start = at("2020-10-07")
    entries = [entry(start + n * HOUR, start + (n + 1) * HOUR, kind) for n, kind in enumerate(HOURS_KINDS)]
    picture = days_svg(days("2020-10-07", "2020-10-14", *entries))
    patterns = {e.get("id", "").removeprefix("days-") for e in root(picture).iter(f"{SVG}pattern")}
    assert set(LETTERS) == set(HOURS_KINDS)
    assert len(set(LETTERS.values())) == len(LETTERS)
    assert patterns >= set(HOURS_KINDS) - {"tour"}
    assert set(HOURS_KINDS) <= set(words(picture))


def test_a_curve_has_a_gap_where_nothing_is_to_be_shown() -> None:
    start = at("2020-10-07")
    values = [2.0, 3.0, None, None, 4.0, 5.0]
    curve = Curve([start + n * HOUR for n in range(6)], values, values, 7.0)
    (most, _) = paths(days_svg(days("2020-10-07", "2020-10-08", kss=curve)), "most")
    assert most.count("M") == 2
    (limit, _) = paths(days_svg(days("2020-10-07", "2020-10-08", kss=curve)), "limit")
    assert limit.startswith(f"M{LEFT:g} ")


@pytest.mark.parametrize("page", [WIDE, NARROW])
def test_a_value_at_the_right_end_is_written_beside_it_where_no_curve_is(page: Page) -> None:
    start, end = at("2020-10-07"), at("2020-10-08")
    curve = Curve([start, end], [2.0, 6.1], [2.0, 6.2], 7.0)
    picture = days_svg(days("2020-10-07", "2020-10-08", kss=curve, at=end), page=page)
    least, most = (next(e for e in root(picture).iter(f"{SVG}text") if e.text == says) for says in ("6.1", "to 6.2"))
    assert page.left + page.width < float(least.get("x", "")) == float(most.get("x", ""))
    (dot,) = [e for e in root(picture).iter(f"{SVG}circle") if e.get("class") == "dot"]
    assert float(least.get("y", "")) < float(dot.get("cy", "")) + 4 < float(most.get("y", ""))


def test_a_model_that_goes_beyond_the_scale_is_said_to() -> None:
    start = at("2020-10-07")
    beyond, within = (Curve([start], [2.0], [most], 7.0) for most in (10.2, 8.2))
    assert "goes beyond the 9" in " ".join(words(days_svg(days("2020-10-07", "2020-10-08", kss=beyond))))
    assert "goes beyond the 9" not in " ".join(words(days_svg(days("2020-10-07", "2020-10-08", kss=within))))


def test_marks_that_crowd_keep_their_signs_and_are_all_told() -> None:
    start = at("2020-10-07")
    marks = [Mark(start + n * timedelta(minutes=5), "caution", f"rule {n}", f"rule {n}") for n in range(40)]
    picture = days_svg(days("2020-10-07", "2020-10-08", marks=marks))
    assert len(paths(picture, "flag caution")) == 40
    assert 0 < len([w for w in words(picture) if w.startswith("rule ")]) <= LANES * 14
    assert all(f"caution: rule {n}." in told(picture) for n in range(40))


def test_a_time_that_does_not_run_forward_is_refused() -> None:
    with pytest.raises(Invalid, match="until"):
        days_svg(days("2020-10-08", "2020-10-08"))
