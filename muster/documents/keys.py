"""What the patterns, letters and lines of a picture of days mean: only those that are in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from muster.documents.axis import WIDE, Page
from muster.documents.wording import wrapped
from muster.domain.days import Days

LETTERS: Final = {
    "tour": "T", "hold-over": "H", "call-in": "I", "court": "C", "detail": "D", "extra-duty": "X", "training": "R",
    "travel": "V",
}  # fmt: skip
"""Each kind of duty has its letter, beside its own pattern."""
SLEEPS: Final = {"rr446": "sleep 1", "duty-end": "sleep 2"}
TELLING: Final = {
    "rr446": "as the HSE fatigue index supposes (RR446)",
    "duty-end": "home and to bed, or at 23:00",
}
"""The plausible sleeps by the names of their ways of estimating; another one stands under its own name."""
LINE, AGAIN, FROM, SAMPLE, CHARACTER = 20.0, 15.0, 12.0, 30.0, 7.0
NEVER: Final = (
    "Models give means of groups, with sleep estimated from duty: never the sole ground for anything about a person."
)


@dataclass(frozen=True, slots=True)
class Key:
    """What one thing means. ``kind``: of which there is a sample, ``letter`` what is written in it."""

    x: float
    y: float
    kind: str
    letter: str
    says: str


def told_sleep(name: str) -> str:
    """A plausible sleep in words."""
    return f"{SLEEPS.get(name, 'sleep')}: {TELLING.get(name, name)}"


def keys(days: Days, y: float, page: Page = WIDE) -> tuple[tuple[Key, ...], float]:
    """The keys from ``y`` down, as many in a line as have room, and where they end. Words that are too long for a line
    go on below, without a sample."""
    found, x, up_to = [], FROM, page.total - FROM
    for kind, letter, says in _meanings(days):
        width = 40 + len(says) * CHARACTER
        if x > FROM and x + width > up_to:
            x, y = FROM, y + LINE
        sample = SAMPLE if kind else 0
        first, *more = wrapped(says, up_to - x - sample)
        found.append(Key(x, y, kind, letter, first))
        for line in more:
            y += AGAIN
            found.append(Key(x + sample, y, "", "", line))
        x += width
    return tuple(found), y + LINE


def _meanings(days: Days) -> Iterator[tuple[str, str, str]]:
    shown = {e.kind for e in days.entries if e.start < days.until and e.end > days.since}
    yield from ((kind, letter, kind) for kind, letter in LETTERS.items() if kind in shown)
    levels = {level for start, end, level in days.levels if start < days.until and end > days.since}
    yield from ((level, "", f"{level} by the hours rules") for level in ("caution", "unfit") if level in levels)
    yield from (("sleep", "", told_sleep(sleeps.name)) for sleeps in days.sleeps)
    if days.kss is not None or days.lapses is not None:
        yield "most", "", "most and least under the plausible sleeps; a gap: asleep"
        limits = ((days.kss, "KSS {:.3g}"), (days.lapses, "{:.3g} lapses"))
        said = [words.format(c.threshold) for c, words in limits if c is not None and c.threshold is not None]
        if said:
            yield "limit", "", f"somebody should look from here on: {', '.join(said)}"
        yield "", "", NEVER
