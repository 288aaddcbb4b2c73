"""Where each part of a picture of days stands: strips below one another, and in each, from the top, the words of the
limits, the duty band, the levels, the sleeps, the two models and the clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from muster.documents.axis import WIDE, DayName, Page, Strip, Tick, day_names, strips, ticks
from muster.documents.keys import LETTERS, SLEEPS, Key, keys, told_sleep
from muster.documents.panels import Panel, panel
from muster.documents.told import told
from muster.documents.wording import wrapped
from muster.domain.days import Days, Mark
from muster.domain.instants import span_text
from muster.domain.ledger import Entry
from muster.domain.spans import Span

HEAD, LANE, BAND, LEVEL, SLEEP, AXIS, BETWEEN = 15.0, 17.0, 30.0, 16.0, 15.0, 42.0, 20.0
MARGIN, ANSWER, ANSWER_LINE, CAUSE_LINE = 12.0, 9.2, 20.0, 17.0
LANES: Final = 5
"""More marks than have room in so many lanes are signs without words; they are told all the same."""
CHARACTER: Final = 7.4
"""The mean width of a character of 12 px, generously: words that stand in each other's way go to another lane."""


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of time in a row; ``word`` what is written in it, as long as there is room."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    word: str
    says: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A mark: a line from its sign down through everything, and its words beside the sign, to the right or, with
    ``anchor`` end, to the left."""

    x: float
    y: float
    sign_x: float
    words_x: float
    anchor: str
    level: str
    words: str
    says: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row of boxes with its name at the left."""

    y: float
    height: float
    name: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One strip. ``top`` and ``bottom`` bound the lines that go through it; ``now``: where the instant asked about
    lies, None outside."""

    top: float
    bottom: float
    left: float
    right: float
    flags: tuple[Flag, ...]
    rows: tuple[Row, ...]
    panels: tuple[Panel, ...]
    ticks: tuple[Tick, ...]
    names: tuple[DayName, ...]
    now: float | None


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words of a kind."""

    y: float
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole. ``head``: the heading and its cause, in lines. ``told``: all of it in words."""

    width: float
    height: float
    heading: str
    says: str
    told: str
    head: tuple[Words, ...]
    strips: tuple[Drawn, ...]
    keys: tuple[Key, ...]


def laid_out(days: Days, page: Page = WIDE) -> Picture:
    """The picture of these days."""
    head = tuple(_head(days, page))
    y, drawn, cut = head[-1].y + HEAD, [], strips(days.since, days.until, days.zone, page)
    for strip in cut:
        drawn.append(_strip(days, strip, y, among=len(cut) > 1))
        y = drawn[-1].bottom + AXIS + BETWEEN
    found, y = keys(days, y, page)
    return Picture(page.total, y + 12, days.heading, days.says, told(days), head, tuple(drawn), found)


def _head(days: Days, page: Page) -> Iterator[Words]:
    room = page.total - 2 * MARGIN
    y = 4.0
    for line in wrapped(days.heading, room, ANSWER):
        yield Words(y := y + ANSWER_LINE, "answer", line)
    y += 2
    for line in wrapped(days.says, room):
        yield Words(y := y + CAUSE_LINE, "cause", line)


def _strip(days: Days, strip: Strip, top: float, among: bool) -> Drawn:
    flags, lanes = _flags(days, strip, top)
    y = top + lanes * LANE + 6
    rows = [*_rows(days, strip, y)]
    y = rows[-1].y + rows[-1].height + 4
    panels: list[Panel] = []
    for name, curve in (("KSS", days.kss), ("lapses", days.lapses)):
        if curve is not None:
            panels.append(panel(name, curve, strip, y, days.at, among))
            y = panels[-1].bottom
    now = strip.x(days.at) if days.at is not None and strip.since <= days.at <= strip.until else None
    return Drawn(
        top,
        y,
        strip.page.left,
        strip.right,
        flags,
        tuple(rows),
        tuple(panels),
        tuple(ticks(strip)),
        tuple(day_names(strip)),
        now,
    )


def _rows(days: Days, strip: Strip, y: float) -> Iterator[Row]:
    yield Row(y, BAND, "duty", tuple(_duty(days.entries, strip, y)))
    y += BAND + 4
    if days.levels:
        yield Row(y, LEVEL, "rules", tuple(_levels(days, strip, y)))
        y += LEVEL + 4
    for sleeps in days.sleeps:
        spans = [span for span in sleeps.spans if strip.touches(*span)]
        boxes = (_box(strip, span, (y, SLEEP - 3), "sleep", (), told_sleep(sleeps.name)) for span in spans)
        yield Row(y, SLEEP - 3, SLEEPS.get(sleeps.name, sleeps.name), tuple(boxes))
        y += SLEEP


def _duty(entries: Iterable[Entry], strip: Strip, y: float) -> Iterator[Box]:
    for e in entries:
        if strip.touches(e.start, e.end):
            here, there = e.start.astimezone(strip.zone), e.end.astimezone(strip.zone)
            says = f"{e.kind} {here:%a %H:%M} to {there:%a %H:%M}, {span_text(e.length)}: {e.says}"
            yield _box(strip, (e.start, e.end), (y, BAND), e.kind, (e.kind, LETTERS.get(e.kind, "?")), says)


def _levels(days: Days, strip: Strip, y: float) -> Iterator[Box]:
    for start, end, level in days.levels:
        if level != "fit" and strip.touches(start, end):
            yield _box(strip, (start, end), (y, LEVEL), level, (level,), f"{level} by the hours rules")


def _box(strip: Strip, span: Span, row: tuple[float, float], kind: str, words: Sequence[str], says: str) -> Box:
    """The box of a span in a row (y and height), with the first of the words that has room."""
    x = strip.x(span[0])
    width = strip.x(span[1]) - x
    word = next((w for w in words if len(w) * CHARACTER + 8 <= width), "")
    return Box(x, row[0], width, row[1], kind, word, says)


def _flags(days: Days, strip: Strip, top: float) -> tuple[tuple[Flag, ...], int]:
    """The marks of a strip, each in the first lane in which its words have room; and how many lanes there are."""
    ends: list[float] = []
    flags: list[Flag] = []
    for mark in sorted(days.marks, key=lambda m: m.at):
        if strip.since <= mark.at < strip.until or mark.at == strip.until == days.until:
            x, length = strip.x(mark.at), len(mark.words) * CHARACTER + 22
            turned = x + length > strip.page.total
            begin = x - length if turned else x
            lane = next((n for n, end in enumerate(ends) if end <= begin), len(ends))
            if lane < LANES:
                ends[lane : lane + 1] = [begin + length + 4]
                flags.append(_flag(top + lane * LANE + 12, x, turned, mark, mark.words))
            else:
                flags.append(_flag(top + LANES * LANE + 12, x, False, mark, ""))
    return tuple(flags), len(ends) + any(not flag.words for flag in flags)


def _flag(y: float, x: float, turned: bool, mark: Mark, words: str) -> Flag:
    sign, beside, anchor = (x - 14, x - 18, "end") if turned else (x + 3, x + 18, "start")
    return Flag(x, y, sign, beside, anchor, mark.level, words, mark.says or mark.words)
