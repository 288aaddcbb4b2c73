"""Both models for one person at a time, written down once more from the papers: row by row, from the last time of
falling asleep or waking, with nothing of the engine."""

from collections.abc import Iterator, Sequence
from math import cos, exp, log, pi, sin

Sleeps = Sequence[tuple[int, int]]
HOUR = 3600


def episodes(sleeps: Sleeps, first: int) -> Iterator[tuple[int, int, bool]]:
    """From ``first`` on: when it begins, when it ends, awake or not. The last has no end."""
    at = first
    for start, end in sleeps:
        if at < start:
            yield at, start, True
        yield start, end, False
        at = end
    yield at, 2**62, True


def three_process(sleeps: Sleeps, first: int, s: float, w: float, instants: Sequence[int]) -> list[float]:
    """KSS at each instant, from S and W, awake, at ``first``; the body clock is that of the instants."""
    g = log((14.3 - 14) / (14.3 - 7.96)) / 8
    found, place, waited = [], 0, w
    for begin, end, awake in episodes(sleeps, first):
        while place < len(instants) and instants[place] < end:
            hours, tod = (instants[place] - begin) / HOUR, instants[place] / HOUR % 24
            c = 2.5 * cos(2 * pi / 24 * (tod - 16.8))
            u = -0.5 + 0.5 * cos(2 * pi / 12 * (tod - 16.8 - 3))
            inertia = waited * exp(-1.51 * hours) if awake else 0.0
            found.append(10.6 - 0.6 * (_s(s, hours, g, awake=awake) + c + u + inertia))
            place += 1
        s = _s(s, (end - begin) / HOUR, g, awake=awake)
        waited = -5.72
    return found


def _s(s: float, hours: float, g: float, *, awake: bool) -> float:
    if awake:
        return 2.4 + (s - 2.4) * exp(-0.0353 * hours)
    rate = g * (12.2 - 14.3)
    to_break = (12.2 - s) / rate
    return s + rate * hours if hours <= to_break else 14.3 - (14.3 - 12.2) * exp(g * (hours - to_break))


def unified(sleeps: Sleeps, first: int, s: float, l: float, instants: Sequence[int]) -> list[float]:  # noqa: E741
    """Lapses at each instant, from S and L, awake, at ``first``."""
    found, place = [], 0
    for begin, end, awake in episodes(sleeps, first):
        while place < len(instants) and instants[place] < end:
            hours, tod = (instants[place] - begin) / HOUR, instants[place] / HOUR % 24
            turn = 2 * pi / 24 * (tod + 2.02)
            c = 0.97 * sin(turn) + 0.22 * sin(2 * turn) + 0.07 * sin(3 * turn) + 0.03 * sin(4 * turn)
            found.append(_sl(s, l, hours, awake=awake)[0] + 4.13 * (c + 0.0001 * sin(5 * turn)))
            place += 1
        s, l = _sl(s, l, (end - begin) / HOUR, awake=awake)  # noqa: E741
    return found


def _sl(s: float, l: float, hours: float, *, awake: bool) -> tuple[float, float]:  # noqa: E741
    u0, la = 24.12, 4.06 * 24
    slow = exp(-hours / la)
    if awake:
        return u0 - (u0 - s) * exp(-hours / 40), l * slow + u0 * (1 - slow)
    fast = exp(-hours)
    asleep = s * fast - 2 * u0 * (1 - fast) + (l + 2 * u0) * la / (la - 1) * (slow - fast)
    return asleep, l * slow - 2 * u0 * (1 - slow)
