"""The picture in words, for whoever does not see it."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from muster.domain.days import Curve, Days
from muster.domain.instants import span_text


def told(days: Days) -> str:
    """What the picture shows: hours by kind, each limit that was crossed, and the worst that the models give."""
    return " ".join(_sentences(days))


def _sentences(days: Days) -> Iterator[str]:
    yield f"From {_when(days, days.since)} to {_when(days, days.until)}."
    lengths: dict[str, timedelta] = defaultdict(timedelta)
    for e in days.entries:
        lengths[e.kind] += max(min(e.end, days.until) - max(e.start, days.since), timedelta(0))
    said = ", ".join(f"{kind} {span_text(length)}" for kind, length in lengths.items() if length)
    yield f"Duty: {said or 'none'}."
    for mark in sorted(days.marks, key=lambda m: m.at):
        yield f"{_when(days, mark.at)}, {mark.level}: {mark.says or mark.words}."
    for name, curve in (("sleepiness (KSS)", days.kss), ("lapses", days.lapses)):
        yield from _most(days, name, curve)


def _most(days: Days, name: str, curve: Curve | None) -> Iterator[str]:
    if curve is None:
        return
    known = [(value, at) for at, value in zip(curve.instants, curve.most, strict=True) if value is not None]
    if known:
        value, at = max(known)
        limit = "" if curve.threshold is None else f"; somebody should look from {curve.threshold:.3g} on"
        yield f"Most {name} {value:.1f}, {_when(days, at)}{limit}."


def _when(days: Days, at: datetime) -> str:
    here = at.astimezone(days.zone)
    return f"{here:%A} {here.day} {here:%B %Y %H:%M}"
