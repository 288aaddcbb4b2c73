"""Room for words in the picture of a member's days: on a wide page and on a phone, none stands on another."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta
from itertools import combinations
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muster.documents.axis import NARROW, WIDE, Page
from muster.documents.days import days_svg
from muster.domain.days import Curve, Days, Mark, Sleeps
from muster.domain.duty import HOURS_KINDS
from muster.domain.instants import instant_of
from muster.domain.ledger import Entry
from muster.domain.limits import CHECKERS, Level, rule_of

NEW_YORK = ZoneInfo("America/New_York")
SVG: Final = "{http://www.w3.org/2000/svg}"
HOUR = timedelta(hours=1)
RULES: Final = [rule_of(family, level) for family in CHECKERS for level in ("caution", "unfit")]
REGULAR, STRONG, ANSWER = 6.2, 7.4, 8.7
"""The mean widths of a character in DejaVu Sans, as wide as a font of a screen gets."""
ON_BOXES: Final = {"word", "on"}
"""Words that are written on what they name, and have its room."""
Room = tuple[float, float, float, float]


def room(text: ET.Element) -> Room:
    """From where to where the words of a picture reach: left, right, top and bottom."""
    classes = text.get("class", "").split()
    strong = {"strong", "unfit", "caution"} & {*classes}
    width = len(text.text or "") * (ANSWER if "answer" in classes else STRONG if strong else REGULAR)
    x, y = float(text.get("x", "")), float(text.get("y", ""))
    left = x - width if "end" in classes else x - width / 2 if "middle" in classes else x
    return left, left + width, y - 9, y + 3


def words(picture: str) -> list[tuple[str, Room]]:
    """All words but those on boxes, and the room that they take."""
    found = [e for e in ET.fromstring(picture).iter(f"{SVG}text") if e.text]
    return [(e.text or "", room(e)) for e in found if not ON_BOXES & {*e.get("class", "").split()}]


def over(one: Room, other: Room) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def drawn(since: datetime, until: datetime, kss: float, lapses: float, marks: list[Mark], page: Page) -> str:
    instants = [since + n * HOUR for n in range(int((until - since) / HOUR) + 1)]
    curves = [Curve(instants, [1.0] * len(instants), [most] * len(instants), 7.0) for most in (kss, lapses)]
    entries = [Entry(since + 9 * n * HOUR, since + 9 * (n + 1) * HOUR, k, "U", True, "", None)
               for n, k in enumerate(HOURS_KINDS)]  # fmt: skip
    levels: list[tuple[datetime, datetime, Level]] = [(since, until, "unfit")]
    sleeps = [Sleeps(name, [(since, until)]) for name in ("rr446", "duty-end")]
    return days_svg(
        Days(
            "M00004: caution by the hours rules, 36 h 45 m on duty",
            "hours rules muster-advisory; models under 2 plausible sleeps",
            NEW_YORK, since, until, entries, until, levels, sleeps, kss=curves[0], lapses=curves[1], marks=marks,
        ),
        page=page,
    )  # fmt: skip


@pytest.mark.parametrize("page", [WIDE, NARROW])
@settings(max_examples=25)
@example(begin="2020-09-15", hours=28 * 24, kss=10.2, lapses=41.0, marks=[])
@example(begin="2020-03-07", hours=58, kss=5.0, lapses=5.0, marks=[])
@example(begin="2020-10-31T15:00", hours=44, kss=5.0, lapses=5.0, marks=[])
@example(begin="2020-03-06", hours=1, kss=1.0, lapses=0.0, marks=[])
@example(begin="2020-03-07T19:00", hours=317, kss=1.0, lapses=11.0, marks=[])
@example(begin="2020-10-07T06:00", hours=14 * 24, kss=5.0, lapses=5.0, marks=[(0.99, "weekly-rest-unfit")])
@given(
    begin=st.sampled_from(["2020-03-06", "2020-03-07T19:00", "2020-10-30", "2020-10-31T17:00", "2020-10-07T06:00"]),
    hours=st.integers(1, 28 * 24),
    kss=st.floats(1, 16),
    lapses=st.floats(0, 80),
    marks=st.lists(st.tuples(st.floats(0, 1), st.sampled_from(RULES)), max_size=8),
)
def test_no_words_stand_on_others_or_beyond_the_picture(
    page: Page, begin: str, hours: int, kss: float, lapses: float, marks: list[tuple[float, str]]
) -> None:
    since = instant_of(begin, NEW_YORK)
    until = since + hours * HOUR
    crossed = [Mark(since + part * (until - since), "unfit", rule) for part, rule in marks]
    found = words(drawn(since, until, kss, lapses, crossed, page))
    assert [(a, b) for (a, here), (b, there) in combinations(found, 2) if over(here, there)] == []
    assert [says for says, here in found if here[0] < 0 or here[1] > page.total] == []


def test_a_scale_has_fewer_lines_where_their_labels_need_it() -> None:
    since = instant_of("2020-09-15", NEW_YORK)
    found = words(drawn(since, since + 28 * 24 * HOUR, 5.0, 41.0, [], WIDE))
    scale = [says for says, here in found if here[1] < WIDE.left and says.isdigit()]
    assert scale[5:9] == ["0", "16", "32", "48"]


def test_a_page_for_a_phone_is_as_wide_as_one() -> None:
    assert NARROW.total == 360
    since = instant_of("2020-10-07", NEW_YORK)
    picture = ET.fromstring(drawn(since, since + 36 * HOUR, 5.0, 5.0, [], NARROW))
    assert picture.get("width") == "360"
