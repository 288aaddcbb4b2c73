"""Spans of time, each from its first instant to the one at which it is over: joining, cutting, adding up."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

Span = tuple[datetime, datetime]
NO_TIME = timedelta(0)


def joined(spans: Iterable[Span], break_length: timedelta = NO_TIME) -> list[Span]:
    """Spans in order of time as continuous ones: with no break as long as ``break_length`` inside. Without a length
    only those that overlap are joined, and those that touch stay apart."""
    blocks: list[Span] = []
    for begin, end in spans:
        if blocks and begin - blocks[-1][1] < break_length:
            blocks[-1] = (blocks[-1][0], max(blocks[-1][1], end))
        else:
            blocks.append((begin, end))
    return blocks


def without(span: Span, others: Iterable[Span]) -> list[Span]:
    """The parts of a span that lie in none of the others, in order."""
    parts = [span]
    for start, end in others:
        parts = [piece for part in parts for piece in _cut(part, start, end)]
    return parts


def _cut(part: Span, start: datetime, end: datetime) -> list[Span]:
    a, b = part
    if end <= a or start >= b:
        return [part]
    return [(c, d) for c, d in ((a, min(b, start)), (max(a, end), b)) if c < d]


def within(spans: Sequence[Span], start: datetime, end: datetime) -> timedelta:
    """How much of spans that do not overlap lies between two instants."""
    start, end = start.astimezone(UTC), end.astimezone(UTC)  # two of one zone subtract wrongly when its clocks change
    total = NO_TIME
    for a, b in spans:
        low, high = max(a, start), min(b, end)
        if low < high:
            total += high - low
    return total
