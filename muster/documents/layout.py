"""Where each part of a picture of days stands: strips below one another, and in each, from the top, the words of the
limits, the duty band, the levels, the sleeps, the two models and the clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from muster.documents.axis import LEFT, DayName, Strip, Tick, day_names, strips, ticks
from muster.documents.panels import Panel, panel
from muster.documents.told import told
from muster.domain.days import Days, Mark
from muster.domain.instants import span_text
from muster.domain.ledger import Entry
from muster.domain.spans import Span

HEAD, LANE, BAND, LEVEL, SLEEP, AXIS, BETWEEN = 58.0, 17.0, 30.0, 16.0, 13.0, 46.0, 22.0
CHARACTER: Final = 6.6
"""The mean width of a character of 12 px, generously: words that stand in each other's way go to another lane."""

LETTERS: Final = {
    "tour": "T", "hold-over": "H", "call-in": "I", "court": "C", "detail": "D", "extra-duty": "X", "training": "R",
    "travel": "V",
}  # fmt: skip
"""Each kind of duty has its letter, beside its own pattern."""


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
    """A mark: a line from its words down through everything. ``anchor``: from where the words run."""

    x: float
    y: float
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
class Picture:
    """The whole. ``told``: all of it in words."""

    width: float
    height: float
    heading: str
    says: str
    told: str
    strips: tuple[Drawn, ...]
    kinds: tuple[tuple[str, str], ...]
    legend_y: float


def laid_out(days: Days) -> Picture:
    """The picture of these days."""
    y, drawn = HEAD, []
    for strip in strips(days.since, days.until, days.zone):
        drawn.append(_strip(days, strip, y))
        y = drawn[-1].bottom + AXIS + BETWEEN
    shown = {e.kind for e in days.entries if e.start < days.until and e.end > days.since}
    kinds = tuple((kind, letter) for kind, letter in LETTERS.items() if kind in shown)
    return Picture(LEFT + 872.0 + 64.0, y + 60, days.heading, days.says, told(days), tuple(drawn), kinds, y)


def _strip(days: Days, strip: Strip, top: float) -> Drawn:
    flags, lanes = _flags(days, strip, top)
    y = top + lanes * LANE + 6
    rows = [Row(y, BAND, "duty", tuple(_duty(days.entries, strip, y)))]
    y += BAND + 4
    if days.levels:
        rows.append(Row(y, LEVEL, "rules", tuple(_levels(days, strip, y))))
        y += LEVEL + 4
    for sleeps in days.sleeps:
        spans = [span for span in sleeps.spans if strip.touches(*span)]
        boxes = (_box(strip, span, (y, SLEEP - 3), "sleep", (), f"sleep, {sleeps.name}") for span in spans)
        rows.append(Row(y, SLEEP - 3, sleeps.name, tuple(boxes)))
        y += SLEEP
    panels: list[Panel] = []
    for name, curve in (("KSS", days.kss), ("lapses", days.lapses)):
        if curve is not None:
            panels.append(panel(name, curve, strip, y, days.at))
            y = panels[-1].bottom
    now = strip.x(days.at) if days.at is not None and strip.since <= days.at <= strip.until else None
    return Drawn(
        top, y, LEFT, strip.right, flags, tuple(rows), tuple(panels), tuple(ticks(strip)), tuple(day_names(strip)), now
    )


def _duty(entries: Iterable[Entry], strip: Strip, y: float) -> Iterator[Box]:
    for e in entries:
        if strip.touches(e.start, e.end):
            here, there = e.start.astimezone(strip.zone), e.end.astimezone(strip.zone)
            says = f"{e.kind} {here:%a %H:%M} to {there:%a %H:%M}, {span_text(e.length)}: {e.says}"
            yield _box(strip, (e.start, e.end), (y, BAND), e.kind, (e.kind, LETTERS.get(e.kind, "?")), says)


def _levels(days: Days, strip: Strip, y: float) -> Iterator[Box]:
    for start, end, level in days.levels:
        if level != "fit" and strip.touches(start, end):
            yield _box(strip, (start, end), (y, LEVEL), level, (level, level[0].upper()), f"{level} by the hours rules")


def _box(strip: Strip, span: Span, row: tuple[float, float], kind: str, words: Sequence[str], says: str) -> Box:
    """The box of a span in a row (y and height), with the first of the words that has room."""
    x = strip.x(span[0])
    width = strip.x(span[1]) - x
    word = next((w for w in words if len(w) * CHARACTER + 8 <= width), "")
    return Box(x, row[0], width, row[1], kind, word, says)


def _flags(days: Days, strip: Strip, top: float) -> tuple[tuple[Flag, ...], int]:
    """The marks of a strip, each in the first lane in which its words have room; and how many lanes there are."""
    ends: list[float] = []
    flags = []
    for mark in sorted(days.marks, key=lambda m: m.at):
        if not strip.since <= mark.at < strip.until:
            continue
        x, length = strip.x(mark.at), len(mark.words) * CHARACTER + 22
        turned = x + length > strip.right + 60
        begin = x - length if turned else x
        lane = next((n for n, end in enumerate(ends) if end <= begin), len(ends))
        ends[lane : lane + 1] = [begin + length + 6]
        flags.append((lane, x, turned, mark))
    return tuple(_flag(top + lane * LANE + 12, x, turned, mark) for lane, x, turned, mark in flags), len(ends)


def _flag(y: float, x: float, turned: bool, mark: Mark) -> Flag:
    anchor = "end" if turned else "start"
    return Flag(x, y, x - 18 if turned else x + 18, anchor, mark.level, mark.words, mark.says)
